/// What the lab does wrong on purpose, named after the catalogue (protocol.md section 5).
struct Faults: Sendable {
    /// One fault: its name, the values it takes, what it does.
    struct Kind: Sendable {
        let name: String
        let values: [String]
        let words: String
        /// The causes of the catalogue it produces.
        var causes: [String] = []
    }

    static let all: [Kind] = [
        Kind(
            name: "jkt", values: ["der", "kid", "hex", "padded", "noncanonical", "other"],
            words:
                "the IdP writes a wrong thumbprint into cnf.jkt: of the SPKI DER, the kid, hex, with '=', of the members as sent, of another key",
            causes: ["jkt.der", "jkt.kid", "jkt.hex-pad", "jkt.noncanonical"]),
        Kind(
            name: "cnf", values: ["absent", "string", "toplevel", "extra", "introspection"],
            words:
                "the token has no cnf, a text for it, jkt at top level, x5t#S256 besides; or only the introspection leaves cnf out",
            causes: ["cnf.absent", "cnf.shape", "cnf.extra", "cnf.introspection"]),
        Kind(
            name: "type", values: ["bearer", "lower", "upper"],
            words: "the IdP answers token_type Bearer, dpop or DPOP", causes: ["type.bearer-returned", "type.case"]),
        Kind(
            name: "clock", values: ["+SECONDSs", "-SECONDSs"], words: "the lab's clock is wrong by so much",
            causes: ["iat.skew-ahead", "iat.skew-behind"]),
        Kind(
            name: "htu", values: ["internal", "scheme", "port", "strict"],
            words:
                "the gateway believes it is called by an internal name, by the other scheme, by another port; or compares htu as text",
            causes: ["htu.host", "htu.scheme", "htu.port"]),
        Kind(
            name: "nonce", values: ["required", "rotate", "loop", "in-body", "burns-code", "stale-code", "cross"],
            words:
                "both servers want nonces; rotate with every answer; never accept one; give it in the body only; spend the code before asking; answer stale ones with invalid_dpop_proof; tell it on the other server's answers",
            causes: ["nonce.loop", "nonce.in-body", "nonce.burns-code", "nonce.stale-code"]),
        Kind(
            name: "strip-dpop", values: [],
            words: "the gateway never sees the DPoP header, as behind a proxy that drops it", causes: ["proof.stripped"]
        ),
        Kind(
            name: "double-dpop", values: [], words: "the gateway sees the DPoP header twice",
            causes: ["proof.duplicated"]),
        Kind(
            name: "keep-dpop", values: [], words: "the gateway passes the proof on to the upstream", causes: ["gw.off"]),
        Kind(name: "keep-scheme", values: [], words: "the gateway does not downgrade to Bearer", causes: ["gw.off"]),
        Kind(
            name: "upstream-dpop", values: [], words: "the upstream knows DPoP and refuses the downgraded token",
            causes: ["gw.downgrade-refused"]),
        Kind(
            name: "replay", values: ["unchecked"], words: "the gateway accepts a jti again", causes: ["jti.not-shared"]),
        Kind(
            name: "alg", values: ["RS256-only", "no-es256"],
            words: "the servers accept other algorithms than they announce", causes: ["alg.unsupported"]),
        Kind(
            name: "binding", values: ["unchecked"],
            words: "the gateway does not compare the proof's key with the token's", causes: ["cnf.unchecked"]),
        Kind(
            name: "challenge", values: ["absent", "bearer", "broken"],
            words: "a refusal without WWW-Authenticate, with a Bearer challenge, with one that does not parse"),
        Kind(
            name: "token", values: ["expired", "wrong-key", "other-issuer"],
            words: "the IdP hands out a token that is expired, signed by an unpublished key, or of another issuer"),
        Kind(name: "introspection", values: ["inactive"], words: "every token is inactive at introspection"),
        Kind(name: "slow", values: ["SECONDSs"], words: "the gateway answers that much later"),
        Kind(name: "reset", values: [], words: "the gateway closes the connection instead of answering"),
        Kind(name: "truncate", values: [], words: "the gateway's answer ends in the middle"),
        Kind(name: "status", values: ["CODE"], words: "the gateway answers with that status"),
        Kind(
            name: "redirect", values: ["same", "other"], words: "the gateway redirects, to itself or to another origin",
            causes: ["htu.redirect"]),
        Kind(name: "idp-status", values: ["CODE"], words: "the token endpoint answers with that status"),
        Kind(name: "idp-slow", values: ["SECONDSs"], words: "the token endpoint answers that much later"),
        Kind(name: "idp-reset", values: [], words: "the token endpoint closes the connection instead of answering"),
    ]

    private var chosen: [String: String] = [:]

    init(_ list: [String]) throws(LabError) {
        for text in list {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard let kind = Self.all.first(where: { $0.name == parts[0] }) else {
                throw LabError(
                    "unknown fault '\(parts[0])'; `--fault list` explains them: \(Self.all.map(\.name).joined(separator: ", "))"
                )
            }
            let value = parts.count > 1 ? parts[1] : ""
            guard Self.fits(value, kind) else {
                throw LabError(
                    "fault '\(kind.name)' takes \(kind.values.isEmpty ? "no value" : kind.values.joined(separator: ", ")); found '\(value)'"
                )
            }
            chosen[kind.name] = value
        }
    }

    private static func fits(_ value: String, _ kind: Kind) -> Bool {
        if kind.values.isEmpty { return value.isEmpty }
        if kind.values.contains(value) { return true }
        if kind.values.contains(where: { $0.hasSuffix("SECONDSs") }) {
            let signed = kind.values[0].hasPrefix("+")
            return seconds(value) != nil && (!signed || value.hasPrefix("+") || value.hasPrefix("-"))
        }
        return kind.values.contains("CODE") && Int(value).map { (200..<600).contains($0) } ?? false
    }

    private static func seconds(_ text: String) -> Double? {
        text.hasSuffix("s") ? Double(text.dropLast()) : nil
    }

    subscript(_ name: String) -> String? { chosen[name] }
    func has(_ name: String, _ value: String? = nil) -> Bool {
        value == nil ? chosen[name] != nil : chosen[name] == value
    }
    func seconds(_ name: String) -> Double? { chosen[name].flatMap(Self.seconds) }
    /// The clock the lab's servers go by.
    func now() -> Double { Clock.now() + (seconds("clock") ?? 0) }

    static func list() -> String {
        all.map { kind in
            let name = kind.values.isEmpty ? kind.name : "\(kind.name)=\(kind.values.joined(separator: "|"))"
            return "\(name)\n    \(kind.words)"
        }.joined(separator: "\n")
    }
}

/// Something the lab cannot start with: exit code 2.
struct LabError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
