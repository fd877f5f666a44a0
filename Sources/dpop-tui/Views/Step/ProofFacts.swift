import FlowModel

/// The proof, each member beside what it must be.
struct ProofFacts {
    let scene: StepScene
    let proof: ProofMaterial

    /// What the members are held against, where their checks pass. The first three are of the header.
    private static let members: [(name: String, checks: [CheckID], must: String)] = [
        ("typ", [.proofTyp], "dpop+jwt"),
        ("alg", [.proofAlg], "asymmetric, fits the key"),
        ("jwk", [.proofJwk], "a public key"),
        ("htm", [.proofHtm], "the request's method"),
        ("htu", [.proofHtu], "the URL without its query"),
        ("iat", [.proofIat], ""),
        ("jti", [.proofJti], "never used before"),
        ("nonce", [.proofNonce], "the last one given"),
        ("ath", [.proofAth], "SHA-256 of the token"),
    ]
    private static let inHeader = 3

    static func section(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind.isRequest || scene.step.kind == .keygen else { return nil }
        guard let proof = scene.material?.proof else {
            guard scene.applies(.proofPresent) else { return nil }
            return FactSection(
                title: "PROOF",
                facts: [Fact(label: "DPoP", value: "no proof", must: "one proof", checks: [.proofPresent])])
        }
        let own = ProofFacts(scene: scene, proof: proof)
        return FactSection(title: "PROOF", facts: [own.form] + own.all)
    }

    /// How the proof came: the field, its parts.
    private var form: Fact {
        let parts = proof.jws.segments.count
        let fields = proof.count == 1 ? "1 field" : "\(proof.count) fields"
        return Fact(
            label: "DPoP", value: "\(fields), \(parts) part\(parts == 1 ? "" : "s")", must: "one proof, a signed JWT",
            short: "one JWT", checks: [.proofPresent, .proofSingle, .proofWellformed], evidence: "parts",
            place: Place(.proof, SourceSpan(0, proof.jws.compact.count)), copy: proof.jws.compact.text)
    }

    private var all: [Fact] {
        var facts: [Fact] = []
        for (index, row) in Self.members.enumerated() {
            let isHeader = index < Self.inHeader
            let object = (isHeader ? proof.jws.header : proof.jws.payload)?.root
            let value = object?.isObject == true ? object?[named: row.name] : nil
            let part: BytePart = isHeader ? .proofHeader : .proofPayload
            var fact = Fact(
                label: row.name, value: value.map { shown(row.name, $0) } ?? "missing",
                must: must(row.name, row.must, value), short: row.name == "iat" ? ageAndWindow : nil,
                checks: row.checks, keepsMust: row.name == "iat" && value != nil, isLong: row.name == "htu",
                place: value.map { Place(part, $0.span) },
                copy: value.map { scene.redactor.mask($0.string ?? $0.source) })
            if row.name == "jwk" { colour(&fact) }
            // A member that nobody asks for is no line.
            let isWrong = scene.worst(scene.findings(of: fact)).map { $0.verdict >= .warn } ?? false
            if value != nil || isWrong { facts.append(fact) }
        }
        guard proof.jws.segments.count == 3 else { return facts }
        let size = proof.jws.signature.count
        facts.append(
            Fact(
                label: "sig", value: [proof.jws.alg, "\(size) bytes"].compactMap { $0 }.joined(separator: ", "),
                must: "verifies with jwk", checks: [.proofSignature], evidence: "signature",
                place: Place(.proofSignature, SourceSpan(0, size)), copy: Base64URL.encode(proof.jws.signature.array)))
        return facts
    }

    private func shown(_ name: String, _ value: JSONValue) -> String {
        switch name {
        case "jwk":
            guard let jwk = proof.jwk else { return scene.redactor.mask(String(value.source.prefix(4096))) }
            let letter = scene.table.letter(of: jwk.fingerprint?.base64url)
            return jwk.summary + (letter.map { ", key \($0)" } ?? "")
        case "iat":
            guard let time = value.number?.moment, time.seconds.magnitude < 1e11 else { return value.source }
            return Timestamp.clock(time.seconds, decimals: 0) + " UTC"
        default: return scene.redactor.mask(value.string ?? value.source)
        }
    }

    private func must(_ name: String, _ words: String, _ value: JSONValue?) -> String {
        switch name {
        case "iat": return window(value)
        case "ath": return scene.material?.token.map { "SHA-256(token) \($0.ath.squeezed(11))" } ?? words
        default: return words
        }
    }

    /// A key's line has the key's colour, and that of the key that the token names, where the binding is judged and the
    /// token is not to blame.
    private func colour(_ fact: inout Fact) {
        fact.valueRole = scene.table.group(of: proof.fingerprint?.base64url).map(scene.table.role)
        guard let token = scene.material?.token, scene.applies(.proofBinding),
            scene.worst([.proofBinding])?.outcome.cause?.rawValue.hasPrefix("jkt.") != true,
            let group = scene.table.group(
                of: (scene.view.story.bindings[token.fingerprint]?.jkt?.value ?? token.jkt)?.string)
        else { return }
        fact.checks.append(.proofBinding)
        guard scene.worst([.proofJwk]).map({ $0.verdict <= .pass }) ?? true else { return }
        fact.must = "key \(ThumbprintTable.letter(group)), named by the token"
        fact.short = "key \(ThumbprintTable.letter(group)), the token's"
        (fact.keepsMust, fact.mustRole) = (true, scene.table.role(group))
    }

    /// `0.4 s old, −300…+60 s`: the age as the check has it, and the window it must lie in.
    private var ageAndWindow: String {
        let profile = scene.view.settings.profile
        let age = scene.worst([.proofIat])?.outcome.found ?? ""
        return (age.isEmpty ? "" : "\(age), ") + "−\(seconds(profile.past))…+\(seconds(profile.future)) s"
    }

    /// The same and a picture of it.
    private func window(_ value: JSONValue?) -> String {
        let profile = scene.view.settings.profile
        let words = ageAndWindow
        guard let time = value?.number?.moment,
            let now = scene.material.flatMap({ scene.view.settings.time(of: $0.exchange) })
        else { return words }
        let (offset, whole) = (time.seconds - now.seconds, profile.past + profile.future)
        guard whole > 0, offset >= -profile.past, offset <= profile.future else { return words }
        let cells = 7
        let at = max(0, min(cells - 1, Int(clamping: ((offset + profile.past) / whole * Double(cells)).rounded(.down))))
        return words + " [" + (0..<cells).map { $0 == at ? "●" : "·" }.joined() + "]"
    }

    private func seconds(_ value: Double) -> Int { Int(clamping: value) }
}
