import FlowModel

/// The access token, each claim beside what it must be.
struct TokenFacts {
    let scene: StepScene
    let token: TokenMaterial

    static func section(_ scene: StepScene) -> FactSection? {
        let kind = scene.step.kind
        let token = kind == .tokenResponse ? scene.material?.issued : scene.material?.token
        guard let token, kind.isRequest || kind == .tokenResponse else { return nil }
        let own = TokenFacts(scene: scene, token: token)
        return FactSection(title: "TOKEN", facts: token.jws?.isJWE != false ? own.closed : own.open)
    }

    /// A token whose claims only the server knows: what an introspection said of it.
    private var closed: [Fact] {
        let size = "\(token.text.utf8.count) bytes"
        let isEncrypted = token.jws != nil
        var facts = [
            Fact(
                label: "form", value: isEncrypted ? "encrypted (JWE), \(size)" : "opaque, \(size)",
                must: isEncrypted ? "only the resource can read it" : "only the IdP can read it",
                checks: [.tokenSignature], place: Place(.token, SourceSpan(0, token.text.utf8.count)),
                copy: scene.redactor.mask(token.text))
        ]
        guard let answer = scene.view.story.bindings[token.fingerprint]?.introspection else {
            return facts + [Fact(label: "cnf", value: "not to be seen", checks: [.tokenCnf, .proofBinding])]
        }
        let step = scene.label(ofExchange: answer.exchange).map { "as introspected in step \($0)" } ?? "as introspected"
        facts.append(Fact(label: "says", value: step))
        return facts + claims(answer.answer.root, part: nil)
    }

    private var open: [Fact] {
        let jws = token.jws
        var facts: [Fact] = []
        if let jws {
            let kid = jws.kid.map { ", kid \($0)" } ?? ""
            facts.append(
                Fact(
                    label: "sig", value: (jws.alg ?? "no alg") + kid, must: "verifies with the issuer's key",
                    short: "the issuer's key", checks: [.tokenSignature], evidence: "signature",
                    place: Place(.tokenSignature, SourceSpan(0, jws.signature.count))))
        }
        guard let root = token.claims, root.isObject else {
            return facts + [
                Fact(
                    label: "claims", value: "cannot be read", checks: [.tokenCnf],
                    place: Place(.token, SourceSpan(0, token.text.utf8.count)))
            ]
        }
        return facts + claims(root, part: .tokenPayload)
    }

    /// Who it is of, whom it is for, how long it is good, and which key it is bound to.
    private func claims(_ root: JSONValue, part: BytePart?) -> [Fact] {
        var facts = ["iss", "aud"].compactMap { name in
            root[named: name].map { text(name, $0, part) }
        }
        if let who = owner(root) { facts.append(who) }
        for name in ["nbf", "exp"] {
            guard let value = root[named: name], let time = value.number?.moment else { continue }
            guard name == "exp" || scene.worst([.tokenTime])?.outcome.evidence.first?.label == "nbf" else { continue }
            let left = scene.worst([.tokenTime])?.outcome.found ?? ""
            facts.append(
                Fact(
                    label: name, value: clock(time, value),
                    must: left.hasPrefix("for ") ? left.dropFirst(4) + " left" : left,
                    checks: [.tokenTime], keepsMust: true, place: part.map { Place($0, value.span) }, copy: value.source
                ))
        }
        return facts + [binding(root, part)]
    }

    private func text(_ name: String, _ value: JSONValue, _ part: BytePart?) -> Fact {
        Fact(
            label: name, value: scene.redactor.mask(value.string ?? value.source), checks: [],
            place: part.map { Place($0, value.span) })
    }

    /// `ada · client web · scope read`: the subject, the client, the session and what it may do.
    private func owner(_ root: JSONValue) -> Fact? {
        guard let words = TokenOwner.words(root, scene.redactor) else { return nil }
        let place = (root["sub"] ?? root["scope"])?.span
        return Fact(
            label: "sub", value: words, isText: true,
            place: scene.material == nil ? nil : token.claims == nil ? nil : place.map { Place(.tokenPayload, $0) },
            copy: root[named: "sub"]?.string.flatMap { $0.isEmpty ? nil : $0 })
    }

    private func clock(_ time: Moment, _ value: JSONValue) -> String {
        guard time.seconds.magnitude < 1e11 else { return value.source }
        return Timestamp.clock(time.seconds, decimals: 0) + " UTC"
    }

    /// `key A, yK_ZkLvW…Z7PCNeI`.
    private func bound(_ jkt: JSONValue) -> String {
        let text = jkt.string ?? jkt.source
        return (scene.table.letter(of: text).map { "key \($0), " } ?? "jkt ") + text.squeezed(13)
    }

    private func binding(_ root: JSONValue, _ part: BytePart?) -> Fact {
        let cnf = root["cnf"]
        let jkt = cnf?["jkt"]
        let certificate = cnf?["x5t#S256"]?.string
        let value =
            jkt.map { bound($0) } ?? certificate.map {
                "x5t#S256 " + $0.squeezed(17)
            }
            ?? cnf.map { $0.source } ?? "missing"
        let proof = scene.material?.proof
        let own = scene.table.group(of: proof?.fingerprint?.base64url)
        let named = scene.table.group(of: jkt?.string)
        let must =
            proof == nil
            ? "a key's thumbprint"
            : own.map { "key \(ThumbprintTable.letter($0)), of the proof" } ?? "the key of the proof"
        let isReadable = scene.worst([.tokenCnf]).map { $0.verdict <= .pass } ?? true
        return Fact(
            label: "cnf", value: value, must: must, checks: [.tokenCnf, .proofBinding], evidence: "cnf",
            valueRole: named.map(scene.table.role), mustRole: isReadable ? own.map(scene.table.role) : nil,
            keepsMust: isReadable, place: part.map { Place($0, (jkt ?? cnf ?? root).span) }, copy: jkt?.string)
    }
}
