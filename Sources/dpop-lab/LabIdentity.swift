import FlowModel

/// The lab's own certificate, made anew for every run.
struct LabIdentity: Sendable {
    /// The file that clients trust.
    let certificatePath: String
    private let made: SelfSigned

    init() throws {
        made = try SelfSigned(commonName: "dpop-lab", names: "DNS:localhost,IP:127.0.0.1,IP:::1")
        guard let path = LabSystem.writePrivate(made.certificate, name: "ca") else {
            throw LabError("the certificate cannot be written: \(LabSystem.reason())")
        }
        certificatePath = path
    }

    /// PEM.
    var certificate: String { made.certificate }
    var key: String { made.key }

    func remove() { LabSystem.remove(certificatePath) }
}
