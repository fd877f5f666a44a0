/// What two requests of a flow differ in, part by part: a challenge and its retry, a call that passed and one that did
/// not.
public struct RequestDiff {
    /// One name and what stood under it on either side; nil where it was absent.
    public struct Row: Equatable, Sendable {
        public let name: String
        public let before: String?
        public let after: String?
        public let isSame: Bool
    }

    public struct Section: Sendable {
        public let title: String
        public let rows: [Row]
    }

    /// Hides secrets in a text; each side has its own.
    public typealias Mask = (String) -> String

    public let sections: [Section]

    public init(_ before: ExchangeMaterial, _ after: ExchangeMaterial, masks: (before: Mask, after: Mask)) {
        let parts: [(String, (ExchangeMaterial) -> Members)] = [
            ("request", Self.request), ("fields", Self.fields), ("body", Self.body),
            ("proof header", { Self.members($0.proof?.jws.header) }),
            ("proof claims", { Self.members($0.proof?.jws.payload) }),
            ("token claims", { Self.members($0.token?.jws?.payload) }), ("answer", Self.answer),
        ]
        sections = parts.compactMap { title, read in
            let rows = Self.rows(read(before), read(after), masks)
            return rows.isEmpty ? nil : Section(title: title, rows: rows)
        }
    }

    public var isSame: Bool { sections.allSatisfy { $0.rows.allSatisfy(\.isSame) } }

    /// `jti and iat of the proof claims; status of the answer`.
    public var summary: String {
        let parts = sections.compactMap { section -> String? in
            let names = section.rows.filter { !$0.isSame }.map(\.name)
            return names.isEmpty ? nil : "\(names.joined(separator: ", ")) of the \(section.title)"
        }
        return parts.isEmpty
            ? "nothing differs: the same request and the same answer" : "differs in " + parts.joined(separator: "; ")
    }

    /// Lines that begin with `-`, `+` or nothing, as every diff has them.
    public var text: String {
        var out = TextReport.harmless(summary) + "\n"
        for section in sections {
            let width = section.rows.map { $0.name.count }.max() ?? 0
            out += "\n\(section.title)\n"
            for row in section.rows {
                let name = TextReport.harmless(row.name) + String(repeating: " ", count: width - row.name.count)
                if row.isSame {
                    out += "  \(name)  \(TextReport.harmless(row.after ?? ""))\n"
                } else {
                    if let before = row.before { out += "- \(name)  \(TextReport.harmless(before))\n" }
                    if let after = row.after { out += "+ \(name)  \(TextReport.harmless(after))\n" }
                }
            }
        }
        return out
    }

    // MARK: what a request is made of

    private typealias Members = [(name: String, value: String)]

    private static func request(_ material: ExchangeMaterial) -> Members {
        let request = material.exchange.request
        return [("method", request.method), ("URL", request.url.text), ("version", request.version)]
    }

    /// Proof and token are shown by what they say; here only whether they are the same bytes.
    private static func fields(_ material: ExchangeMaterial) -> Members {
        material.exchange.request.headers.enumerated().map { index, field in
            if field.isNamed("dpop") {
                return (field.name, "a proof, sha-256 \(Fingerprint(of: field.value).base64url)")
            }
            guard let shown = material.presented, shown.field == index, let token = material.token else {
                return (field.name, field.value)
            }
            return (field.name, "\(shown.scheme) token, sha-256 \(token.ath)")
        }
    }

    private static func body(_ material: ExchangeMaterial) -> Members {
        if let form = material.form { return form.members }
        guard let body = material.exchange.request.body, !body.isEmpty else { return [] }
        let bytes = body.bytes
        return [
            (
                "content",
                bytes.count <= 400
                    ? bytes.text : "\(bytes.count) bytes, sha-256 \(Fingerprint(HashFunction.sha256(bytes)).base64url)"
            )
        ]
    }

    private static func members(_ document: JSONDocument?) -> Members {
        document?.root.members.map { member in
            let name = member.name.string ?? ""
            let time =
                ["iat", "exp", "nbf"].contains(name)
                ? member.value.number.map { "  \(Timestamp.text($0.moment))" } : nil
            return (name, member.value.source + (time ?? ""))
        } ?? []
    }

    private static func answer(_ material: ExchangeMaterial) -> Members {
        guard let response = material.exchange.response else { return [("status", "no answer")] }
        var members: Members = [("status", "\(response.status)")]
        for field in response.headers
        where field.isNamed("dpop-nonce") || field.isNamed("www-authenticate") || field.isNamed("location") {
            members.append((field.name, field.value))
        }
        guard
            let root = material.answer?.root
                ?? response.body.flatMap({ $0.storedCount < 1 << 16 ? $0.json?.root : nil })
        else { return members }
        for name in ["error", "error_description", "token_type", "expires_in", "scope", "active"] {
            if let value = root[named: name] { members.append((name, value.source)) }
        }
        return members
    }

    // MARK: side by side

    /// Members of one name are paired in the order they come.
    private static func rows(_ before: Members, _ after: Members, _ masks: (before: Mask, after: Mask)) -> [Row] {
        var places: [String: ArraySlice<Int>] = [:]
        for index in after.indices { places[after[index].name.lowercased(), default: []].append(index) }
        var isPaired = Array(repeating: false, count: after.count)
        let rows = before.map { name, value -> Row in
            guard let place = places[name.lowercased()]?.popFirst() else {
                return Row(name: name, before: masks.before(value), after: nil, isSame: false)
            }
            isPaired[place] = true
            let other = after[place]
            let (hidden, shown) = (masks.before(value), masks.after(other.value))
            let isSame = value == other.value && name == other.name
            return Row(
                name: other.name, before: hidden, after: !isSame && hidden == shown ? shown + "  (another one)" : shown,
                isSame: isSame)
        }
        return rows
            + after.indices.filter { !isPaired[$0] }.map {
                Row(name: after[$0].name, before: nil, after: masks.after(after[$0].value), isSame: false)
            }
    }
}

extension Flow {
    /// A step's request and the one to compare it with: of its kind, the last before it.
    public func predecessor(of step: Int) -> (before: Int, after: Int)? {
        guard steps.indices.contains(step), let after = steps[step].exchange.flatMap(requestStep(ofExchange:)) else {
            return nil
        }
        let kind = steps[after].kind
        return steps[..<after].lastIndex { $0.kind == kind && $0.exchange != nil }.map { ($0, after) }
    }
}
