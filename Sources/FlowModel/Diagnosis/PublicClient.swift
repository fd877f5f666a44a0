/// A public client that authenticates all the same: its secret is not wrong, it must send none.
extension SuspectScene {
    private static let said = [
        "client is public", "public client", "must not send a client secret", "method \"none\"",
        "should be presented", "must not be used with public",
    ]

    /// How it is known that the client is public; nil where it does not authenticate, or nothing tells.
    var publicClient: String? {
        guard material.isConfidential else { return nil }
        let told = (self.words.sentence ?? "").lowercased().withStraightQuotes
        if Self.said.contains(where: { told.firstRange(of: $0) != nil }) {
            return "the server calls it a public client"
        }
        guard let id = clientID(material) else { return nil }
        for other in input.story.materials.values where other !== material {
            if isRegisteredPublic(other, id) {
                return "its registration says `token_endpoint_auth_method` `none`"
            }
        }
        let free = input.requests.first { step, other in
            other !== material && other.origin == material.origin && !other.isConfidential
                && other.form?["client_id"] == id && other.exchange.response.map { $0.status < 300 } == true
                && [.tokenRequest, .refresh].contains(input.flow.steps[step].kind)
        }
        return free.map { "step \(input.flow.steps[$0.step].label) was accepted without any client authentication" }
    }

    private func isRegisteredPublic(_ other: ExchangeMaterial, _ id: String) -> Bool {
        guard let body = other.exchange.response?.body, body.mayContain("token_endpoint_auth_method"),
            let root = body.json?.root
        else { return false }
        return root["client_id"]?.string == id && root["token_endpoint_auth_method"]?.string == "none"
    }

    /// Of the form, or of Basic.
    private func clientID(_ material: ExchangeMaterial) -> String? {
        if let id = material.form?["client_id"] { return id }
        guard let field = material.exchange.request.headers.first("authorization"),
            field.lowercased().hasPrefix("basic ")
        else { return nil }
        let pair = String(decoding: Base64.decode(Bytes(String(field.dropFirst(6)).trimmed)).bytes, as: UTF8.self)
        return pair.split(separator: ":").first.map { Form.decode(String($0)) }
    }
}
