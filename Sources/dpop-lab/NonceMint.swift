import FlowModel

/// Makes nonces that carry their own time, and knows its own again.
final class NonceMint: Sendable {
    private let secret: String
    let lifetime: Interval
    /// Seconds for which everybody gets the same nonce; nil: each is new.
    let rotation: Int?

    init(lifetime: Interval, rotation: Int? = nil) {
        secret = Base64URL.encode(SecretBytes.random(32))
        (self.lifetime, self.rotation) = (lifetime, rotation)
    }

    func make(at now: Moment) -> String {
        let stamp: String
        if let rotation {
            stamp = "\(now.wholeSeconds / rotation * rotation).all"
        } else {
            stamp = "\(now.wholeSeconds).\(Base64URL.encode(SecretBytes.random(6)))"
        }
        return "\(stamp).\(tag(stamp))"
    }

    private func tag(_ stamp: String) -> String {
        String(Base64URL.encode(SecretBytes.hmac(.sha256, key: secret, stamp)).prefix(22))
    }

    /// Until when a nonce counts; nil when it does not.
    func end(of nonce: String, at now: Moment) -> Moment? {
        let parts = nonce.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, tag("\(parts[0]).\(parts[1])") == parts[2],
            let made = Untrusted<Double>(parts[0])?.moment
        else { return nil }
        return made + lifetime >= now && made <= now + 5 ? made + lifetime : nil
    }
}
