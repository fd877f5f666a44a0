import FlowModel

/// Sessions: a cookie sealed with `session_secret`.
extension Gateway {
    private func sessionKey(_ config: KongConfig) -> [UInt8]? {
        config.sessionSecret.map { HashFunction.sha256("session:" + $0) }
    }

    func session(_ headers: [Header], _ config: KongConfig) -> Identity? {
        guard let key = sessionKey(config) else { return nil }
        let cookies = headers.all("cookie").flatMap {
            $0.value.split(separator: ";").map { String($0.drop { $0 == " " }) }
        }
        for cookie in cookies where cookie.hasPrefix(config.sessionCookie + "=") {
            guard let sealed = try? Base64URL.decode(String(cookie.dropFirst(config.sessionCookie.count + 1))),
                let text = SecretBytes.open(sealed, key: key),
                let root = (try? JSONDocument(Bytes(text)))?.root, root["aud"]?.string == config.sessionAudience,
                root["exp"]?.number?.moment ?? 0 > faults.now(),
                let token = root["at"]?.string
            else { continue }
            return Identity(
                token: token, jkt: root["jkt"]?.string, isFromSession: true, sessionHadProof: root["pop"]?.bool ?? false
            )
        }
        return nil
    }

    func cookie(_ identity: Identity, _ config: KongConfig) -> Header? {
        guard config.methods.contains("session"), !identity.isFromSession, let key = sessionKey(config) else {
            return nil
        }
        let jkt = identity.jkt.map { ",\"jkt\":\"\($0)\"" } ?? ""
        let text =
            "{\"at\":\(JSONText.quote(identity.token))\(jkt),\"pop\":\(config.dpop != .off),\"aud\":\(JSONText.quote(config.sessionAudience)),\"exp\":\((faults.now() + 900).wholeSeconds)}"
        return Header(
            "Set-Cookie",
            "\(config.sessionCookie)=\(Base64URL.encode(SecretBytes.seal(Array(text.utf8), key: key))); Path=/; HttpOnly; SameSite=Lax"
        )
    }
}
