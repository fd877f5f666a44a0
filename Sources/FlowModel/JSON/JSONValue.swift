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
    public var double: Double? {
        guard kind == .number else { return nil }
        return smallInteger.map(Double.init) ?? Double(source)
    }

    /// A number of at most 15 digits and nothing else, read without a detour.
    private var smallInteger: Int? {
        let node = node
        let text = document.bytes.storage.pointer + document.bytes.start
        let (start, end) = (Int(node.start), Int(node.end))
        guard end - start <= 15 else { return nil }
        var value = 0
        for at in start..<end {
            guard text[at] &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(text[at] - 0x30)
        }
        return value
    }

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
    public subscript(_ name: StaticString) -> JSONValue? {
        find(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)).map { JSONValue(document: document, index: $0) }
    }

    public subscript(named name: String) -> JSONValue? {
        var name = name
        return name.withUTF8 { find($0) }.map { JSONValue(document: document, index: $0) }
    }

    /// Walks the tape itself: most of reading a capture is looking up members.
    private func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        let text = document.bytes.storage.pointer + document.bytes.start
        return document.nodes.withUnsafeBufferPointer { nodes in
            guard nodes[index].kind == .object else { return nil }
            var (found, at): (Int?, Int) = (nil, index + 1)
            let last = Int(nodes[index].next)
            while at < last {
                if matches(nodes[at], name, text) { found = at + 1 }
                at = Int(nodes[at + 1].next)
            }
            return found
        }
    }

    @inline(__always)
    private func matches(_ node: JSONNode, _ name: UnsafeBufferPointer<UInt8>, _ text: UnsafePointer<UInt8>) -> Bool {
        let start = Int(node.start) + 1
        let length = Int(node.end) - start - 1
        if node.escaped {
            return JSONText.unescape(document.bytes[SourceSpan(start, length)]).elementsEqual(name)
        }
        guard length == name.count else { return false }
        for offset in 0..<length where text[start + offset] != name[offset] { return false }
        return true
    }

    /// Calls `body` with each element of an array.
    func forEachElement(_ body: (JSONValue) -> Void) {
        guard kind == .array else { return }
        var at = index + 1
        let last = Int(node.next)
        while at < last {
            let value = JSONValue(document: document, index: at)
            body(value)
            at = Int(document.nodes[at].next)
        }
    }

    /// The first member whose name stood before in the same object, here or further down.
    public var firstDuplicate: JSONValue? {
        var pending = [self]
        while let value = pending.popLast() {
            if value.kind == .object {
                if let twice = value.ownDuplicate { return twice }
                for member in value.members where member.value.isContainer { pending.append(member.value) }
            } else if value.kind == .array {
                for element in value.elements where element.isContainer { pending.append(element) }
            }
        }
        return nil
    }

    private var isContainer: Bool { kind == .object || kind == .array }

    private var ownDuplicate: JSONValue? {
        let nodes = document.nodes
        var names: [Int] = []
        var at = index + 1
        while at < Int(node.next) {
            names.append(at)
            at = Int(nodes[at + 1].next)
        }
        if names.count > 32 || names.contains(where: { nodes[$0].escaped }) {
            var seen = Set<String>()
            for name in names where !seen.insert(JSONValue(document: document, index: name).string ?? "").inserted {
                return JSONValue(document: document, index: name)
            }
            return nil
        }
        let text = document.bytes.storage.pointer + document.bytes.start
        for second in names.indices.dropFirst() {
            for first in names[..<second] where Self.sameText(nodes[first], nodes[names[second]], text) {
                return JSONValue(document: document, index: names[second])
            }
        }
        return nil
    }

    private static func sameText(_ a: JSONNode, _ b: JSONNode, _ text: UnsafePointer<UInt8>) -> Bool {
        let length = Int(a.end - a.start)
        guard length == Int(b.end - b.start) else { return false }
        for offset in 0..<length where text[Int(a.start) + offset] != text[Int(b.start) + offset] { return false }
        return true
    }
}
