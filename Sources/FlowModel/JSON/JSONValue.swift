/// One value of a document: a place on the tape, cheap to pass around.
public struct JSONValue: Sendable {
    public let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    public var kind: JSONKind { node.kind }
    /// Where the value stands, quotes and brackets included.
    public var span: SourceSpan { SourceSpan(Int(node.start), Int(node.end - node.start)) }
    /// The value as it was written.
    public var source: String { document.bytes[span].text }

    /// The bytes between a string's quotes, escapes as written.
    public var innerSpan: SourceSpan { SourceSpan(Int(node.start) + 1, max(0, Int(node.end - node.start) - 2)) }
    public var hasEscapes: Bool { node.escaped }

    /// A string's content; nil for every other kind.
    public var string: String? {
        guard kind == .string else { return nil }
        let inner = document.bytes[innerSpan]
        return node.escaped ? String(decoding: JSONText.unescape(inner), as: UTF8.self) : inner.text
    }

    /// A string's content as bytes: a view of the source where nothing is escaped.
    public var stringBytes: Bytes? {
        guard kind == .string else { return nil }
        let inner = document.bytes[innerSpan]
        return node.escaped ? Bytes(JSONText.unescape(inner)) : inner
    }

    public var bool: Bool? { kind == .yes ? true : kind == .no ? false : nil }
    /// A number as a double: what most readers make of it. `source` has the digits as sent.
    public var double: Double? { kind == .number ? Double(source) : nil }
    public var int: Int? { kind == .number ? Int(source) : nil }

    public var isObject: Bool { kind == .object }

    /// The members in order, duplicates included.
    public var members: [(name: JSONValue, value: JSONValue)] {
        guard kind == .object else { return [] }
        var (list, at) = ([(name: JSONValue, value: JSONValue)](), index + 1)
        while at < Int(node.next) {
            let value = JSONValue(document: document, index: at + 1)
            list.append((JSONValue(document: document, index: at), value))
            at = Int(value.node.next)
        }
        return list
    }

    public var elements: [JSONValue] {
        guard kind == .array else { return [] }
        var (list, at) = ([JSONValue](), index + 1)
        while at < Int(node.next) {
            let value = JSONValue(document: document, index: at)
            list.append(value)
            at = Int(value.node.next)
        }
        return list
    }

    /// The member of that name; of several the last, as most readers do.
    public subscript(_ name: StaticString) -> JSONValue? { find { $0.isNamed(name) } }

    public subscript(named name: String) -> JSONValue? { find { $0.string == name } }

    private func find(_ matches: (JSONValue) -> Bool) -> JSONValue? {
        guard kind == .object else { return nil }
        var (found, at): (JSONValue?, Int) = (nil, index + 1)
        let last = Int(node.next)
        while at < last {
            let value = JSONValue(document: document, index: at + 1)
            if matches(JSONValue(document: document, index: at)) { found = value }
            at = Int(value.node.next)
        }
        return found
    }

    func isNamed(_ name: StaticString) -> Bool {
        if node.escaped { return string == "\(name)" }
        let length = name.utf8CodeUnitCount
        guard Int(node.end - node.start) == length + 2 else { return false }
        let text = document.bytes.storage.pointer + document.bytes.start + Int(node.start) + 1
        for offset in 0..<length where text[offset] != name.utf8Start[offset] { return false }
        return true
    }

    /// The first member whose name stood before in the same object, here or further down.
    public var firstDuplicate: JSONValue? {
        var pending = [self]
        while let value = pending.popLast() {
            if value.kind == .object {
                var seen = Set<String>()
                let members = value.members
                for member in members where !seen.insert(member.name.string ?? "").inserted { return member.name }
                pending += members.map(\.value)
            } else if value.kind == .array {
                pending += value.elements
            }
        }
        return nil
    }
}
