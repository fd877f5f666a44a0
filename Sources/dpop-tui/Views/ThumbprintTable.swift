import FlowModel

/// Every thumbprint a flow shows, grouped by equality.
struct ThumbprintTable {
    struct Entry {
        let place: String
        let value: String
        /// Which distinct value it is: 0 is A.
        let group: Int
        let jwk: JWK?
        /// The step it was seen in, for jumping there.
        let step: Int?

        var letter: String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(min(group, 25)))) }
    }

    private(set) var entries: [Entry] = []
    /// `x5t#S256` values: of client certificates, and what tokens are bound to (RFC 8705), in the same order of things.
    private(set) var certificates: [(place: String, value: String)] = []
    /// The group tokens are bound to, or the first one: what all others are compared with.
    private(set) var reference = 0

    init(_ view: FlowView?, keyFiles: [KeyFile]) {
        for key in keyFiles { add("key file \(key.name)", key.jwk.fingerprint?.base64url, key.jwk, nil) }
        guard let view else { return }
        for (index, step) in view.flow.steps.enumerated() {
            guard let material = view.material(index) else { continue }
            collect(step, index, material, view)
        }
        let bound = entries.first { $0.place.hasPrefix("token") || $0.place.hasPrefix("introspection") }
        reference = bound?.group ?? entries.first?.group ?? 0
    }

    private mutating func collect(_ step: Step, _ index: Int, _ material: ExchangeMaterial, _ view: FlowView) {
        collectCertificates(step, material)
        if step.kind == .tokenResponse, let jkt = material.issued?.jkt?.string {
            add("token cnf.jkt, step \(step.label)", jkt, nil, index)
        }
        guard step.kind.isRequest, step.kind != .upstreamRequest else { return }
        if let query = material.exchange.request.url.query, let jkt = Form(query)["dpop_jkt"] {
            add("dpop_jkt, step \(step.label)", jkt, nil, index)
        }
        if let jkt = material.form?["dpop_jkt"] { add("dpop_jkt, step \(step.label)", jkt, nil, index) }
        if step.kind == .introspection, let jkt = material.answer?.root["cnf"]?["jkt"]?.string {
            add("introspection, step \(step.label)", jkt, nil, index)
        }
        if let proof = material.proof, let jwk = proof.jwk {
            add("proof jwk, step \(step.label)", proof.fingerprint?.base64url, jwk, index)
        }
        if step.kind == .resourceRequest, material.issued == nil, let token = material.token,
            view.story.bindings[token.fingerprint]?.issuedBy == nil,
            let jkt = token.jkt?.string
        {
            add("token cnf.jkt, step \(step.label)", jkt, nil, index)
        }
    }

    private mutating func collectCertificates(_ step: Step, _ material: ExchangeMaterial) {
        if step.kind == .tokenResponse, let x5t = material.issued?.claims?["cnf"]?["x5t#S256"]?.string {
            certificates.append(("token cnf.x5t#S256, step \(step.label)", x5t))
        }
        if step.kind == .introspection, let x5t = material.answer?.root["cnf"]?["x5t#S256"]?.string {
            certificates.append(("introspection, step \(step.label)", x5t))
        }
        guard step.kind.isRequest, step.kind != .upstreamRequest else { return }
        if let shown = material.exchange.tls?.clientCertificate {
            certificates.append(("client certificate, step \(step.label)", shown))
        }
    }

    private mutating func add(_ place: String, _ value: String?, _ jwk: JWK?, _ step: Int?) {
        let value = value ?? "no thumbprint"
        let group = entries.first { $0.value == value }?.group ?? (entries.map(\.group).max() ?? -1) + 1
        entries.append(Entry(place: place, value: value, group: group, jwk: jwk, step: step))
    }

    var groups: [Int] { Array(Set(entries.map(\.group))).sorted() }

    var isMatch: Bool { groups.count <= 1 }

    /// The verdict of one row against the reference.
    func word(_ entry: Entry) -> (text: String, role: Role) {
        if entries.count == 1 { return ("ALONE", .dim) }
        return entry.group == reference ? ("MATCH", .pass) : ("MISMATCH", .fail)
    }

    /// Under a differing value: a caret for each character that is not the reference's.
    func difference(_ entry: Entry) -> (carets: String, words: String)? {
        guard entry.group != reference, let other = entries.first(where: { $0.group == reference })?.value else {
            return nil
        }
        let (a, b) = (Array(entry.value), Array(other))
        var carets = ""
        var count = 0
        for index in 0..<max(a.count, b.count) {
            let same = index < a.count && index < b.count && a[index] == b[index]
            carets += same ? " " : "^"
            count += same ? 0 : 1
        }
        let total = max(a.count, b.count)
        let words =
            a.count != b.count
            ? "\(a.count) characters, not \(b.count)"
            : count > total * 3 / 4
                ? "another key: \(count) of \(total) differ" : "\(count) of \(total) characters differ"
        return (carets, words)
    }

    /// A key of the group, when one was seen and not only its thumbprint.
    func jwk(of group: Int) -> JWK? { entries.first { $0.group == group && $0.jwk != nil }?.jwk }
}
