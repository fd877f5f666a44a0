import FlowModel

/// Masks an exchange's secrets wherever they stand, until they are revealed. What is a secret FlowModel says
/// (`SecretNames`).
struct Redactor {
    private let secrets: Mask

    init(_ material: ExchangeMaterial?, reveals: Bool) {
        guard !reveals, let material else {
            secrets = .none
            return
        }
        secrets = Secrets.mask(of: material.exchange, proof: material.proof?.jws)
    }

    /// The same bytes with every secret as asterisks: places stay where they were.
    func mask(_ bytes: Bytes) -> Bytes { secrets.hide(bytes) }

    func mask(_ text: String) -> String { secrets.hide(text) }
}
