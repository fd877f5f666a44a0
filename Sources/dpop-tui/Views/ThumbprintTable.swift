import FlowModel

/// Every thumbprint a flow shows, grouped by equality.
struct ThumbprintTable {
    struct Entry {
        let place: String
        /// The place in a word: `proof`, `token`.
        let noun: String
        let value: String
        /// Which distinct value it is: 0 is A.
        let group: Int
        let jwk: JWK?
        /// The step it was seen in, for jumping there.
        let step: Int?
        /// The bytes it stands in, or is made of.
        let bytes: Place?

        var letter: String { ThumbprintTable.letter(group) }
        /// True for a key that was seen, false for a thumbprint that somebody wrote.
        var isOfKey: Bool { jwk != nil }
    }

    /// How a value stands to the one it is compared with.
    enum Comparison: Equatable {
        case first, same, another
        /// So many of its characters are not the other's.
        case altered(Int)
        /// A wrong recipe made it of the right key.
        case madeWrongly
        /// It has so many characters, and the other has not.
        case length(Int)

        /// The same thing said in ever fewer columns.
        var words: [String] {
            switch self {
            case .first: []
            case .same: ["= same", "="]
            case .another: ["≠ another key", "≠ other", "≠"]
            case .altered(let count):
                ["≠ altered (\(count) character\(count == 1 ? "" : "s"))", "≠ altered (\(count))", "≠"]
            case .madeWrongly: ["≠ miscomputed", "≠ wrong", "≠"]
            case .length(let count): ["≠ \(count) characters", "≠"]
            }
        }

        var role: Role { self == .same ? .pass : self == .first ? .text : .fail }
    }

    private(set) var entries: [Entry] = []
    /// `x5t#S256` values: of client certificates, and what tokens are bound to (RFC 8705), in the same order of things.
    private(set) var certificates: [(place: String, value: String)] = []
    /// The group tokens are bound to, or the first one: what all others are compared with.
    private(set) var reference = 0
    private var known: [String: Int] = [:]
    /// The number of the first group's colour.
    private let firstColour: Int

    static func letter(_ group: Int) -> String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(min(group, 25)))) }

    /// `firstColour` is the number that the flow's first key has among all keys of the document.
    init(_ view: FlowView?, keyFiles: [KeyFile], firstColour: Int = 0) {
        self.firstColour = firstColour
        for key in keyFiles { add("key file \(key.name)", "key file", key.jwk.fingerprint?.base64url, key.jwk, nil) }
        guard let view else { return }
        for (index, step) in view.flow.steps.enumerated() {
            guard let material = view.material(index) else { continue }
            collect(step, index, material, view)
        }
        let bound = entries.first { $0.noun == "token" || $0.noun == "introspected" }
        reference = bound?.group ?? entries.first?.group ?? 0
    }

    private mutating func collect(_ step: Step, _ index: Int, _ material: ExchangeMaterial, _ view: FlowView) {
        collectCertificates(step, material)
        if step.kind == .tokenResponse, let member = material.issued?.jkt, let jkt = member.string {
            add("token cnf.jkt, step \(step.label)", "token", jkt, nil, index, Place(.tokenPayload, member.span))
        }
        guard step.kind.isRequest, step.kind != .upstreamRequest else { return }
        if let query = material.exchange.request.url.query, let jkt = Form(query)["dpop_jkt"] {
            add("dpop_jkt, step \(step.label)", "dpop_jkt", jkt, nil, index, Place(.url, SourceSpan(0, 0)))
        }
        if let jkt = material.form?["dpop_jkt"] {
            add("dpop_jkt, step \(step.label)", "dpop_jkt", jkt, nil, index, Place(.requestBody, SourceSpan(0, 0)))
        }
        if step.kind == .introspection, let member = material.answer?.root["cnf"]?["jkt"], let jkt = member.string {
            add(
                "introspection, step \(step.label)", "introspected", jkt, nil, index, Place(.responseBody, member.span))
        }
        if let proof = material.proof, let jwk = proof.jwk {
            add(
                "proof jwk, step \(step.label)", "proof", proof.fingerprint?.base64url, jwk, index,
                Place(.proofHeader, jwk.value.span))
        }
        if step.kind == .resourceRequest, material.issued == nil, let token = material.token,
            view.story.bindings[token.fingerprint]?.issuedBy == nil,
            let member = token.jkt, let jkt = member.string
        {
            add("token cnf.jkt, step \(step.label)", "token", jkt, nil, index, Place(.tokenPayload, member.span))
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

    private mutating func add(
        _ place: String, _ noun: String, _ value: String?, _ jwk: JWK?, _ step: Int?, _ bytes: Place? = nil
    ) {
        let value = value ?? "no thumbprint"
        let group = known[value] ?? known.count
        known[value] = group
        entries.append(
            Entry(place: place, noun: noun, value: value, group: group, jwk: jwk, step: step, bytes: bytes))
    }

    /// A key's colour, which is the same wherever it stands.
    func role(_ group: Int) -> Role { .key(firstColour + group) }

    /// The colour of a thumbprint that the flow shows; else of its first key.
    func role(of thumbprint: String) -> Role { role(known[thumbprint] ?? 0) }

    var groups: [Int] { Array(0..<known.count) }

    var isMatch: Bool { groups.count <= 1 }

    /// The verdict of one row against the reference.
    func word(_ entry: Entry) -> (text: String, role: Role) {
        if entries.count == 1 { return ("ALONE", .dim) }
        return entry.group == reference ? ("MATCH", .pass) : ("MISMATCH", .fail)
    }

    /// Under a differing value: a caret for each character that is not the reference's.
    func difference(_ entry: Entry) -> (carets: String, words: String)? {
        guard entry.group != reference else { return nil }
        let places = Set(Thumbprint.differences(entry.value, referenceValue))
        let length = min(max(entry.value.count, referenceValue.count), 256)
        let carets = (0..<length).map { places.contains($0) ? "^" : " " }.joined()
        let words =
            switch comparison(entry.value, referenceValue) {
            case .altered: "altered: \(places.count) of \(length) characters differ"
            case .length: "\(entry.value.count) characters, not \(referenceValue.count)"
            default:
                places.count > length * 3 / 4
                    ? "another key: \(places.count) of \(length) differ"
                    : "\(places.count) of \(length) characters differ"
            }
        return (carets, words)
    }

    /// What all others are compared with.
    var referenceValue: String { entries.first { $0.group == reference }?.value ?? "" }

    /// How one thumbprint stands to another: a few characters make no other key.
    func comparison(_ value: String, _ other: String, isMadeWrongly: Bool = false) -> Comparison {
        if value == other { return .same }
        if ThumbprintForensics.isAltered(value, other) {
            return .altered(Thumbprint.differences(value, other).count)
        }
        if isMadeWrongly { return .madeWrongly }
        return value.utf8.count == other.utf8.count ? .another : .length(value.count)
    }

    /// The letter of a thumbprint; nil for one that the flow does not show.
    func letter(of value: String?) -> String? { group(of: value).map(Self.letter) }

    /// Which key a thumbprint is of; nil for one that the flow does not show.
    func group(of value: String?) -> Int? { value.flatMap { known[$0] } }

    /// A key of the group, when one was seen and not only its thumbprint.
    func jwk(of group: Int) -> JWK? { entries.first { $0.group == group && $0.jwk != nil }?.jwk }
}
