import Arguments

/// The public names of the faults, as they are typed after `--fault`.
public enum FaultID: String, Sendable, CaseIterable {
    case jkt, cnf, type, clock, htu, nonce
    case stripDPoP = "strip-dpop"
    case doubleDPoP = "double-dpop"
    case keepDPoP = "keep-dpop"
    case keepScheme = "keep-scheme"
    case upstreamDPoP = "upstream-dpop"
    case replay, alg, binding, challenge, token, introspection, cors, slow, reset, truncate, status, redirect
    case idpStatus = "idp-status"
    case idpSlow = "idp-slow"
    case idpReset = "idp-reset"
    case idNonce = "id-nonce"
}

/// Something the lab does wrong on purpose.
public struct FaultKind: Sendable {
    public let id: FaultID
    /// The values it takes: words, or one of the forms `+SECONDSs`, `SECONDSs` and `CODE`; none for a fault that is
    /// either there or not.
    public let values: [String]
    /// What it does.
    public let words: String
    /// The causes of the catalogue that it produces, by their public names.
    public let causes: [String]

    private init(_ id: FaultID, values: [String] = [], words: String, causes: [String] = []) {
        (self.id, self.values, self.words, self.causes) = (id, values, words, causes)
    }

    public var name: String { id.rawValue }

    /// Seconds that a clock may be off, and that an answer may be late.
    public static let skews = -1e9...1e9
    public static let delays = 0.0...3600.0
    /// Statuses that a server may be told to answer with.
    public static let statuses = 200...599

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
        return "fault '\(name)' takes \(expected)\(kind.limits); found '\(text.dropFirst(name.count + 1))'"
    }

    private var takesSkew: Bool { values.first?.hasPrefix("+") ?? false }
    private var takesSeconds: Bool { values.contains { $0.hasSuffix("SECONDSs") } }

    /// How far its numbers go, in words.
    private var limits: String {
        if takesSkew { return ", at most \(Int(Self.skews.upperBound)) s" }
        if takesSeconds { return ", at most \(Int(Self.delays.upperBound)) s" }
        return values.contains("CODE") ? ", from \(Self.statuses.lowerBound) to \(Self.statuses.upperBound)" : ""
    }

    private func fits(_ value: String) -> Bool {
        if values.isEmpty { return value.isEmpty }
        if takesSeconds {
            guard let seconds = Self.seconds(value) else { return false }
            return takesSkew
                ? (value.hasPrefix("+") || value.hasPrefix("-")) && Self.skews.contains(seconds)
                : Self.delays.contains(seconds)
        }
        if values.contains("CODE") { return Self.status(value) != nil }
        return values.contains(value)
    }

    /// `1.5s` in seconds; never more than a clock may be off, and never a text that is no number.
    public static func seconds(_ text: String) -> Double? {
        guard text.hasSuffix("s"), let seconds = Double(String(text.dropLast())) else { return nil }
        return skews.contains(seconds) ? seconds : nil
    }

    /// A status that can be answered.
    public static func status(_ text: String) -> Int? {
        Int(text).flatMap { statuses.contains($0) ? $0 : nil }
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
            .jkt, values: ["der", "kid", "hex", "padded", "noncanonical", "other"],
            words:
                "the IdP writes a wrong thumbprint into cnf.jkt: of the SPKI DER, the kid, hex, with '=', of the members as sent, of another key",
            causes: ["jkt.der", "jkt.kid", "jkt.hex-pad", "jkt.noncanonical"]),
        FaultKind(
            .cnf, values: ["absent", "string", "toplevel", "extra", "introspection"],
            words:
                "the token has no cnf, a text for it, jkt at top level, x5t#S256 besides; or only the introspection leaves cnf out",
            causes: ["cnf.absent", "cnf.shape", "cnf.extra", "cnf.introspection"]),
        FaultKind(
            .type, values: ["bearer", "lower", "upper"],
            words: "the IdP answers token_type Bearer, dpop or DPOP", causes: ["type.bearer-returned", "type.case"]),
        FaultKind(
            .clock, values: ["+SECONDSs", "-SECONDSs"],
            words: "the lab's clock is wrong by so much: in Date, in what it issues, in what it judges by",
            causes: ["iat.skew-ahead", "iat.skew-behind"]),
        FaultKind(
            .htu, values: ["internal", "scheme", "port", "strict"],
            words:
                "the gateway believes it is called by an internal name, by the other scheme, by another port; or compares htu as text",
            causes: ["htu.proxy-internal", "htu.scheme", "htu.port-lost", "htu.case"]),
        FaultKind(
            .nonce, values: ["required", "rotate", "loop", "in-body", "burns-code", "stale-code", "cross"],
            words:
                "both servers want nonces; rotate with every answer; never accept one; give it in the body only; spend the code before asking; answer stale ones with invalid_dpop_proof; tell it on the other server's answers",
            causes: ["nonce.loop", "nonce.in-body", "nonce.burns-code", "nonce.stale-code"]),
        FaultKind(
            .stripDPoP,
            words: "the gateway never sees the DPoP header, as behind a proxy that drops it", causes: ["proof.stripped"]
        ),
        FaultKind(
            .doubleDPoP, words: "the gateway sees the DPoP header twice",
            causes: ["proof.duplicated"]),
        FaultKind(
            .keepDPoP, words: "the gateway passes the proof on to the upstream", causes: ["gw.off"]),
        FaultKind(
            .keepScheme, words: "the gateway does not downgrade to Bearer", causes: ["gw.off"]),
        FaultKind(
            .upstreamDPoP, words: "the upstream knows DPoP and refuses the downgraded token",
            causes: ["gw.downgrade-refused"]),
        FaultKind(
            .replay, values: ["unchecked"], words: "the gateway accepts a jti again", causes: ["jti.not-shared"]),
        FaultKind(
            .alg, values: ["RS256-only", "no-es256"],
            words: "the servers accept other algorithms than they announce", causes: ["alg.unsupported"]),
        FaultKind(
            .binding, values: ["unchecked"],
            words: "the gateway does not compare the proof's key with the token's", causes: ["cnf.unchecked"]),
        FaultKind(
            .challenge, values: ["absent", "bearer", "broken"],
            words: "a refusal without WWW-Authenticate, with a Bearer challenge, with one that does not parse"),
        FaultKind(
            .token, values: ["expired", "wrong-key", "other-issuer"],
            words: "the IdP hands out a token that is expired, signed by an unpublished key, or of another issuer"),
        FaultKind(.introspection, values: ["inactive"], words: "every token is inactive at introspection"),
        FaultKind(
            .cors, values: ["absent", "no-dpop", "hidden"],
            words:
                "IdP and gateway know nothing of CORS and want a preflight to be authenticated; allow a browser every header but DPoP; or expose neither nonce nor challenge to it",
            causes: ["gw.preflight", "htm.preflight", "proof.cors", "nonce.cors-hidden"]),
        FaultKind(.slow, values: ["SECONDSs"], words: "the gateway answers that much later"),
        FaultKind(.reset, words: "the gateway closes the connection instead of answering"),
        FaultKind(.truncate, words: "the gateway's answer ends in the middle"),
        FaultKind(.status, values: ["CODE"], words: "the gateway answers with that status"),
        FaultKind(
            .redirect, values: ["same", "other"], words: "the gateway redirects, to itself or to another origin",
            causes: ["htu.redirect"]),
        FaultKind(.idpStatus, values: ["CODE"], words: "the token endpoint answers with that status"),
        FaultKind(.idpSlow, values: ["SECONDSs"], words: "the token endpoint answers that much later"),
        FaultKind(
            .idpReset, words: "the token endpoint closes the connection instead of answering"),
        FaultKind(
            .idNonce, values: ["other", "absent"],
            words: "the ID token has another nonce than the authorization request, or none", causes: ["idtoken.nonce"]),
    ]
}
