/// RFC 8259, strictly, without recursion: ten thousand nested arrays are only a longer tape.
struct JSONParser {
    private let text: UnsafePointer<UInt8>
    private let end: Int
    private var at = 0
    private var nodes: Tape
    /// The innermost open container; the one around it is noted in its `next` until it closes. -1 outside of all.
    private var open = -1

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        text = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
        end = bytes.count
        nodes = Tape(capacity: min(max(16, bytes.count / 20), 1 << 16))
    }

    /// Nodes in memory of our own while they are written: appending is most of parsing.
    private struct Tape {
        private(set) var count = 0
        private var capacity: Int
        private var memory: UnsafeMutablePointer<JSONNode>

        init(capacity: Int) {
            self.capacity = capacity
            memory = .allocate(capacity: capacity)
        }

        @inline(__always)
        mutating func append(_ node: JSONNode) {
            if count == capacity { grow() }
            (memory + count).initialize(to: node)
            count += 1
        }

        private mutating func grow() {
            let larger = UnsafeMutablePointer<JSONNode>.allocate(capacity: capacity * 2)
            larger.update(from: memory, count: count)
            memory.deallocate()
            (memory, capacity) = (larger, capacity * 2)
        }

        subscript(_ index: Int) -> JSONNode {
            get { memory[index] }
            nonmutating set { memory[index] = newValue }
        }

        /// The nodes, whose memory is the caller's from now on.
        var finished: UnsafeBufferPointer<JSONNode> { UnsafeBufferPointer(start: memory, count: count) }
    }

    /// The nodes in memory that the caller frees.
    mutating func parse() throws(JSONError) -> UnsafeBufferPointer<JSONNode> {
        do throws(JSONError) { try readAll() } catch {
            nodes.finished.deallocate()
            throw error
        }
        return nodes.finished
    }

    private mutating func readAll() throws(JSONError) {
        var expectsValue = true
        skipSpace()
        while true {
            if expectsValue { try value() }
            // A value just ended (or a container opened and is still empty).
            if open >= 0, nodes.count == open + 1 {
                let last = open
                skipSpace()
                if at < end, text[at] == closer(last) {
                    closeContainer()
                    expectsValue = false
                    continue
                }
                if nodes[last].kind == .object { try member() }
                expectsValue = true
                continue
            }
            skipSpace()
            guard open >= 0 else { break }
            let last = open
            guard at < end else { throw fail(.commaOrEnd(closeCharacter(last))) }
            if text[at] == 0x2C {
                at += 1
                skipSpace()
                if nodes[last].kind == .object { try member() }
                expectsValue = true
            } else if text[at] == closer(last) {
                closeContainer()
                expectsValue = false
            } else {
                throw fail(.commaOrEnd(closeCharacter(last)))
            }
        }
        if at < end { throw fail(.endOfText) }
    }

    private func fail(_ expected: JSONError.Expected) -> JSONError {
        JSONError(offset: at, expected: expected, found: at < end ? text[at] : nil)
    }

    private func closer(_ node: Int) -> UInt8 { nodes[node].kind == .object ? 0x7D : 0x5D }
    private func closeCharacter(_ node: Int) -> Character { nodes[node].kind == .object ? "}" : "]" }

    private mutating func closeContainer() {
        at += 1
        let node = open
        open = Int(nodes[node].next) - 1
        nodes[node].end = UInt32(at)
        nodes[node].next = UInt32(nodes.count)
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < end, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }

    private mutating func member() throws(JSONError) {
        guard at < end, text[at] == 0x22 else { throw fail(.memberName) }
        try string()
        skipSpace()
        guard at < end, text[at] == 0x3A else { throw fail(.colon) }
        at += 1
        skipSpace()
    }

    private mutating func value() throws(JSONError) {
        guard at < end else { throw fail(.value) }
        switch text[at] {
        case 0x22: try string()
        case 0x7B: container(.object)
        case 0x5B: container(.array)
        case 0x74: try literal("true", .yes)
        case 0x66: try literal("false", .no)
        case 0x6E: try literal("null", .null)
        case 0x2D, 0x30...0x39: try number()
        default: throw fail(.value)
        }
    }

    private mutating func container(_ kind: JSONKind) {
        nodes.append(JSONNode(kind: kind, start: UInt32(at), next: UInt32(open + 1)))
        open = nodes.count - 1
        at += 1
    }

    private mutating func leaf(_ kind: JSONKind, from start: Int, escaped: Bool = false) {
        nodes.append(
            JSONNode(
                kind: kind, escaped: escaped, start: UInt32(start), end: UInt32(at), next: UInt32(nodes.count + 1)))
    }

    private mutating func literal(_ word: StaticString, _ kind: JSONKind) throws(JSONError) {
        let start = at
        for offset in 0..<word.utf8CodeUnitCount {
            guard at < end, text[at] == word.utf8Start[offset] else { throw fail(.literal("\(word)")) }
            at += 1
        }
        leaf(kind, from: start)
    }

    private mutating func number() throws(JSONError) {
        let start = at
        if text[at] == 0x2D { at += 1 }
        if at < end, text[at] == 0x30 { at += 1 } else { try digits() }
        if at < end, text[at] == 0x2E {
            at += 1
            try digits()
        }
        if at < end, text[at] | 0x20 == 0x65 {
            at += 1
            if at < end, text[at] == 0x2B || text[at] == 0x2D { at += 1 }
            try digits()
        }
        leaf(.number, from: start)
    }

    private mutating func digits() throws(JSONError) {
        guard at < end, text[at] &- 0x30 < 10 else { throw fail(.digit) }
        while at < end, text[at] &- 0x30 < 10 { at += 1 }
    }

    private mutating func string() throws(JSONError) {
        let start = at
        var escaped = false
        at += 1
        while true {
            at = text.nextStringStop(at, end)
            guard at < end else { throw fail(.closingQuote) }
            if text[at] == 0x22 { break }
            guard text[at] == 0x5C else { throw fail(.noControlCharacter) }
            escaped = true
            at += 1
            guard at < end else { throw fail(.escape) }
            switch text[at] {
            case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: at += 1
            case 0x75:
                at += 1
                for _ in 0..<4 {
                    guard at < end, JSONText.hexValue(text[at]) != nil else { throw fail(.hexDigit) }
                    at += 1
                }
            default: throw fail(.escape)
            }
        }
        at += 1
        leaf(.string, from: start, escaped: escaped)
    }
}
