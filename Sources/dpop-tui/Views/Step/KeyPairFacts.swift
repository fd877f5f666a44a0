import FlowModel

/// The client's key: what it is made of, how its thumbprint comes about, and its picture.
enum KeyPairFacts {
    static func section(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind == .keygen else { return nil }
        let group = KeyLane.lines(scene).first?.group ?? 0
        guard let jwk = scene.table.jwk(of: group) else {
            let value = scene.step.title.isEmpty ? "not seen yet" : scene.step.title
            return FactSection(title: "KEY PAIR", facts: [Fact(label: "kind", value: value)])
        }
        var facts = [Fact(label: "kind", value: jwk.summary, must: "a public key", checks: [.proofJwk])]
        for name in ["x", "y", "n", "e", "pub"] {
            guard let text = jwk.value[named: name]?.string else { continue }
            facts.append(Fact(label: name, value: text))
        }
        let isLive = scene.model.live != nil
        let isLeaked = !jwk.privateMembers.isEmpty
        facts.append(
            Fact(
                label: "private",
                value: isLeaked
                    ? "in the proof: everybody has it"
                    : isLive ? "in this program's memory only" : "not in the capture, as it must be"))
        if let canonical = jwk.canonicalJSON, let digest = jwk.thumbprint() {
            facts.append(Fact(label: "JSON", value: canonical, copy: canonical))
            facts.append(Fact(label: "hash", value: "SHA-256 " + Hex.text(digest), copy: Hex.text(digest)))
            facts.append(
                Fact(label: "jkt", value: "base64url " + Base64URL.encode(digest), copy: Base64URL.encode(digest)))
        }
        return FactSection(title: "KEY PAIR", facts: facts, lines: picture(scene, group, jwk))
    }

    private static func picture(_ scene: StepScene, _ group: Int, _ jwk: JWK) -> [Row] {
        guard scene.height >= 24, let digest = jwk.thumbprint() else { return [] }
        let title = "\(ThumbprintTable.letter(group)) \(jwk.summary)"
        let margin = Span(String(repeating: " ", count: FactLayout.usualLabel + 3))
        return [Row()]
            + Randomart.draw(digest, title: title, foot: "SHA-256").map {
                Row([margin, Span($0, scene.table.role(group))])
            }
    }
}
