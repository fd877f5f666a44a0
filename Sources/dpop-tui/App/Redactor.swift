import FlowModel

/// Masks an exchange's secrets wherever they stand: client secrets, refresh tokens, passwords, private key members.
struct Redactor {
    private let secrets: [[UInt8]]

    static let names: Set<String> = [
        "client_secret", "refresh_token", "password", "client_assertion", "code_verifier", "device_secret",
    ]

    init(_ material: ExchangeMaterial?, reveals: Bool) {
        guard !reveals, let material else {
            secrets = []
            return
        }
        var list: Set<[UInt8]> = []
        func add(_ text: String?) { if let text, text.utf8.count >= 4 { list.insert(Array(text.utf8)) } }
        for member in material.form?.members ?? [] where Self.names.contains(member.name) {
            add(member.value)
            add(PercentEncoding.form(member.value))
        }
        let answer =
            material.answer?.root
            ?? material.exchange.response?.body.flatMap { $0.storedCount < 1 << 20 ? $0.json?.root : nil }
        Self.collect(answer, &list)
        if let field = material.exchange.request.headers.first(where: { $0.name.lowercased() == "authorization" }),
            field.value.lowercased().hasPrefix("basic ")
        {
            add(String(field.value.dropFirst(6)))
        }
        if let proof = material.proof, let jwk = proof.jwk, !jwk.privateMembers.isEmpty {
            for name in jwk.privateMembers { add(jwk.value[named: name]?.string) }
            add(proof.jws.compact[proof.jws.segments[0]].text)
        }
        secrets = list.sorted { $0.count > $1.count }
    }

    private static func collect(_ value: JSONValue?, _ list: inout Set<[UInt8]>) {
        guard let value, value.isObject else { return }
        let isPrivateKey = value[named: "kty"] != nil
        for member in value.members {
            let name = member.name.string ?? ""
            let isSecret =
                names.contains(name) || (isPrivateKey && ["d", "p", "q", "dp", "dq", "qi", "k"].contains(name))
            if isSecret, let text = member.value.string, text.utf8.count >= 4 { list.insert(Array(text.utf8)) }
            if member.value.isObject { collect(member.value, &list) }
            for element in member.value.elements { collect(element, &list) }
        }
    }

    /// The same bytes with every secret as asterisks: places stay where they were.
    func mask(_ bytes: Bytes) -> Bytes {
        guard !secrets.isEmpty else { return bytes }
        var copy = bytes.array
        for secret in secrets { Self.replace(secret, in: &copy) }
        return Bytes(copy)
    }

    func mask(_ text: String) -> String { secrets.isEmpty ? text : mask(Bytes(text)).text }

    private static func replace(_ secret: [UInt8], in bytes: inout [UInt8]) {
        guard bytes.count >= secret.count else { return }
        var at = 0
        let last = bytes.count - secret.count
        while at <= last {
            if bytes[at] == secret[0], bytes[at..<at + secret.count].elementsEqual(secret) {
                for offset in 0..<secret.count { bytes[at + offset] = UInt8(ascii: "*") }
                at += secret.count
            } else {
                at += 1
            }
        }
    }
}
