import FlowModel

/// Masks an exchange's secrets wherever they stand, until they are revealed. What is a secret FlowModel says
/// (`SecretNames`).
struct Redactor {
    private let secrets: Mask
    /// Whether nothing is masked.
    let reveals: Bool

    init(_ material: ExchangeMaterial?, reveals: Bool) {
        self.reveals = reveals
        guard !reveals, let material else {
            secrets = .none
            return
        }
        secrets = Secrets.mask(of: material.exchange, proof: material.proof?.jws)
    }

    /// The same bytes with every secret as asterisks: places stay where they were.
    func mask(_ bytes: Bytes) -> Bytes { secrets.hide(bytes) }

    func mask(_ text: String) -> String { secrets.hide(text) }

    /// The value of a parameter of that name, in so few columns as a secret needs.
    func mask(_ value: String, of parameter: String) -> String {
        !reveals && SecretNames.isSecret(parameter: parameter) ? "********" : mask(value)
    }

    /// A masked text for reading: what is hidden takes a few asterisks, however long it is.
    static func short(_ masked: String) -> String {
        let bytes = masked.utf8
        let hidden = bytes.count { $0 == UInt8(ascii: "*") }
        guard hidden > longest else { return masked }
        if hidden == bytes.count { return String(repeating: "*", count: longest) + " \(hidden) characters" }
        var (out, run) = ("", 0)
        for character in masked {
            run = character == "*" ? run + 1 : 0
            if run <= longest { out.append(character) }
        }
        return out
    }

    private static let longest = 8
}
