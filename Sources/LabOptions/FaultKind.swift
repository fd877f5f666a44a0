import Arguments

/// Something the lab does wrong on purpose, named after the catalogue of causes.
public struct FaultKind: Sendable {
    public let name: String
    /// The values it takes: words, or one of the forms `+SECONDSs`, `SECONDSs` and `CODE`; none for a fault that is
    /// either there or not.
    public let values: [String]
    /// What it does.
    public let words: String
    /// The causes of the catalogue it produces.
    public let causes: [String]

    private init(name: String, values: [String], words: String, causes: [String] = []) {
        (self.name, self.values, self.words, self.causes) = (name, values, words, causes)
    }

    /// A fault as it is typed, `htu=internal`, and its value; nil where there is none of that name or value.
    public static func named(_ text: String) -> (kind: FaultKind, value: String)? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let value = parts.count > 1 ? parts[1] : ""
        return all.first { $0.name == parts.first }.flatMap { $0.fits(value) ? ($0, value) : nil }
    }

    /// What is wrong with a fault as it was typed, and what was expected.
    static func complaint(_ text: String) -> String {
        let name = text.split(separator: "=", maxSplits: 1).first.map(String.init) ?? ""
        guard let kind = all.first(where: { $0.name == name }) else {
            let names = all.map(\.name)
            let near = NearName.of(name, among: names).map { "did you mean '\($0)'? " } ?? ""
            return "unknown fault '\(name)'; \(near)`--fault list` explains them: \(names.joined(separator: ", "))"
        }
        let expected = kind.values.isEmpty ? "no value" : kind.values.joined(separator: ", ")
        return "fault '\(name)' takes \(expected); found '\(text.dropFirst(name.count + 1))'"
    }

    private func fits(_ value: String) -> Bool {
        if values.isEmpty { return value.isEmpty }
        if values.contains(value) { return true }
        if values.contains(where: { $0.hasSuffix("SECONDSs") }) {
            let isSigned = values[0].hasPrefix("+")
            return Self.seconds(value) != nil && (!isSigned || value.hasPrefix("+") || value.hasPrefix("-"))
        }
        return values.contains("CODE") && Int(value).map { (200..<600).contains($0) } ?? false
    }

    /// `1.5s` in seconds.
    public static func seconds(_ text: String) -> Double? {
        text.hasSuffix("s") ? Double(String(text.dropLast())) : nil
    }

    /// Every fault with its values and what it does, for people.
    public static func list() -> String {
        all.map { kind in
            let name = kind.values.isEmpty ? kind.name : "\(kind.name)=\(kind.values.joined(separator: "|"))"
            return "\(name)\n    \(kind.words)"
        }.joined(separator: "\n")
    }

    public static let all: [FaultKind] = [
        FaultKind(
            name: "jkt", values: ["der", "kid", "hex", "padded", "noncanonical", "other"],
            words:
                "the IdP writes a wrong thumbprint into cnf.jkt: of the SPKI DER, the kid, hex, with '=', of the members as sent, of another key",
            causes: ["jkt.der", "jkt.kid", "jkt.hex-pad", "jkt.noncanonical"]),
        FaultKind(
            name: "cnf", values: ["absent", "string", "toplevel", "extra", "introspection"],
            words:
                "the token has no cnf, a text for it, jkt at top level, x5t#S256 besides; or only the introspection leaves cnf out",
            causes: ["cnf.absent", "cnf.shape", "cnf.extra", "cnf.introspection"]),
        FaultKind(
            name: "type", values: ["bearer", "lower", "upper"],
            words: "the IdP answers token_type Bearer, dpop or DPOP", causes: ["type.bearer-returned", "type.case"]),
        FaultKind(
            name: "clock", values: ["+SECONDSs", "-SECONDSs"], words: "the lab's clock is wrong by so much",
            causes: ["iat.skew-ahead", "iat.skew-behind"]),
        FaultKind(
            name: "htu", values: ["internal", "scheme", "port", "strict"],
            words:
                "the gateway believes it is called by an internal name, by the other scheme, by another port; or compares htu as text",
            causes: ["htu.host", "htu.scheme", "htu.port"]),
        FaultKind(
            name: "nonce", values: ["required", "rotate", "loop", "in-body", "burns-code", "stale-code", "cross"],
            words:
                "both servers want nonces; rotate with every answer; never accept one; give it in the body only; spend the code before asking; answer stale ones with invalid_dpop_proof; tell it on the other server's answers",
            causes: ["nonce.loop", "nonce.in-body", "nonce.burns-code", "nonce.stale-code"]),
        FaultKind(
            name: "strip-dpop", values: [],
            words: "the gateway never sees the DPoP header, as behind a proxy that drops it", causes: ["proof.stripped"]
        ),
        FaultKind(
            name: "double-dpop", values: [], words: "the gateway sees the DPoP header twice",
            causes: ["proof.duplicated"]),
        FaultKind(
            name: "keep-dpop", values: [], words: "the gateway passes the proof on to the upstream", causes: ["gw.off"]),
        FaultKind(
            name: "keep-scheme", values: [], words: "the gateway does not downgrade to Bearer", causes: ["gw.off"]),
        FaultKind(
            name: "upstream-dpop", values: [], words: "the upstream knows DPoP and refuses the downgraded token",
            causes: ["gw.downgrade-refused"]),
        FaultKind(
            name: "replay", values: ["unchecked"], words: "the gateway accepts a jti again", causes: ["jti.not-shared"]),
        FaultKind(
            name: "alg", values: ["RS256-only", "no-es256"],
            words: "the servers accept other algorithms than they announce", causes: ["alg.unsupported"]),
        FaultKind(
            name: "binding", values: ["unchecked"],
            words: "the gateway does not compare the proof's key with the token's", causes: ["cnf.unchecked"]),
        FaultKind(
            name: "challenge", values: ["absent", "bearer", "broken"],
            words: "a refusal without WWW-Authenticate, with a Bearer challenge, with one that does not parse"),
        FaultKind(
            name: "token", values: ["expired", "wrong-key", "other-issuer"],
            words: "the IdP hands out a token that is expired, signed by an unpublished key, or of another issuer"),
        FaultKind(name: "introspection", values: ["inactive"], words: "every token is inactive at introspection"),
        FaultKind(name: "slow", values: ["SECONDSs"], words: "the gateway answers that much later"),
        FaultKind(name: "reset", values: [], words: "the gateway closes the connection instead of answering"),
        FaultKind(name: "truncate", values: [], words: "the gateway's answer ends in the middle"),
        FaultKind(name: "status", values: ["CODE"], words: "the gateway answers with that status"),
        FaultKind(
            name: "redirect", values: ["same", "other"], words: "the gateway redirects, to itself or to another origin",
            causes: ["htu.redirect"]),
        FaultKind(name: "idp-status", values: ["CODE"], words: "the token endpoint answers with that status"),
        FaultKind(name: "idp-slow", values: ["SECONDSs"], words: "the token endpoint answers that much later"),
        FaultKind(
            name: "idp-reset", values: [], words: "the token endpoint closes the connection instead of answering"),
    ]
}
