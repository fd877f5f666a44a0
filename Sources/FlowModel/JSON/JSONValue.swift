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
        return (node.escaped ? JSONText.unescaped(inner) : inner).text
    }

    /// A string's content as bytes: a view of the source where nothing is escaped.
    public var stringBytes: Bytes? {
        guard kind == .string else { return nil }
        let inner = document.bytes[innerSpan]
        return node.escaped ? JSONText.unescaped(inner) : inner
    }

    /// Whether the value is a string with that content; nothing is copied to find out.
    func isString(_ wanted: some StringProtocol) -> Bool {
        guard kind == .string else { return false }
        guard !node.escaped else { return string.map { $0 == wanted } ?? false }
        let (start, count) = (Int(node.start) + 1, Int(node.end - node.start) - 2)
        let text = document.bytes.storage.pointer + document.bytes.start + start
        return wanted.utf8.withContiguousStorageIfAvailable { wanted in
            guard let base = wanted.baseAddress, wanted.count == count else { return count == wanted.count }
            return Bytes.sameMemory(base, text, count)
        } ?? (string.map { $0 == wanted } ?? false)
    }

    public var bool: Bool? { kind == .yes ? true : kind == .no ? false : nil }
    /// A number as most readers take it; `source` has the digits as sent.
    public var number: Untrusted<Double>? {
        guard kind == .number else { return nil }
        return smallInteger.map { Untrusted(Double($0)) } ?? Untrusted<Double>(source)
    }

    /// Whether it is a number written with digits alone, 15 of them at most.
    var isPlainInteger: Bool { kind == .number && smallInteger != nil }

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
        find(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)).map {
            JSONValue(document: document, index: $0)
        }
    }

    public subscript(named name: String) -> JSONValue? {
        var name = name
        return name.withUTF8 { find($0) }.map { JSONValue(document: document, index: $0) }
    }

    /// Walks the tape itself: most of reading a capture is looking up members.
    private func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        let text = document.bytes.storage.pointer + document.bytes.start
        let nodes = document.nodes
        guard nodes[index].kind == .object else { return nil }
        var (found, at): (Int?, Int) = (nil, index + 1)
        let last = Int(nodes[index].next)
        while at < last {
            if matches(nodes[at], name, text) { found = at + 1 }
            at = Int(nodes[at + 1].next)
        }
        return found
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

    /// The first member whose name stood before in the same object, here or further down.
    public var firstDuplicate: JSONValue? {
        let text = document.bytes.storage.pointer + document.bytes.start
        let nodes = document.nodes
        for at in index..<Int(nodes[index].next) where nodes[at].kind == .object {
            if let twice = Self.duplicate(in: at, nodes, text) { return JSONValue(document: document, index: twice) }
        }
        return nil
    }

    /// The second of two equal names of one object: every pair is compared while there are few, a set serves beyond.
    private static func duplicate(in object: Int, _ nodes: UnsafeBufferPointer<JSONNode>, _ text: UnsafePointer<UInt8>)
        -> Int?
    {
        let last = Int(nodes[object].next)
        var (count, hasEscapes, second) = (0, false, object + 1)
        while second < last {
            count += 1
            hasEscapes = hasEscapes || nodes[second].escaped
            if count <= 32, !hasEscapes {
                var first = object + 1
                while first < second {
                    if sameText(nodes[first], nodes[second], text) { return second }
                    first = Int(nodes[first + 1].next)
                }
            }
            second = Int(nodes[second + 1].next)
        }
        guard count > 32 || hasEscapes else { return nil }
        var seen = Set<[UInt8]>()
        var name = object + 1
        while name < last {
            let inner = Bytes(
                Array(
                    UnsafeBufferPointer(
                        start: text + Int(nodes[name].start) + 1, count: Int(nodes[name].end - nodes[name].start) - 2)))
            if !seen.insert(nodes[name].escaped ? JSONText.unescape(inner) : inner.array).inserted { return name }
            name = Int(nodes[name + 1].next)
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
