/// JSON as people keep it: one document, or several one after the other, with the commas that no reader takes.
struct JSONConfigReader {
    private(set) var documents: [ConfigNode] = []
    private(set) var problem: ConfigProblem?
    /// The line of a comma before a closing bracket, and of a comment, which were read past.
    private(set) var comma: Int?
    private(set) var comment: Int?

    private let firstLine: Int
    private let newlines: [Int]

    init(_ text: String, firstLine: Int = 1) {
        self.firstLine = firstLine
        let bytes = Array(text.utf8)
        newlines = bytes.indices.filter { bytes[$0] == 0x0A }
        if let failure = readAll(Bytes(bytes)) {
            let (plain, first) = Self.withoutComments(bytes)
            let (mended, at) = Self.withoutTrailingCommas(plain)
            if first != nil || at != nil, readAll(Bytes(mended)) == nil {
                (comment, comma) = (first.map(line), at.map(line))
            } else {
                problem = failure
            }
        }
    }

    /// Reads every document; what stops it, if anything does.
    private mutating func readAll(_ all: Bytes) -> ConfigProblem? {
        documents = []
        var start = 0
        while start < all.count {
            let rest = all[SourceSpan(start, all.count - start)]
            do throws(JSONError) {
                append(try JSONDocument(rest), offset: start)
                return nil
            } catch {
                let words = ConfigProblem(line: line(start + error.offset), words: "\(error)")
                guard error.expected == .endOfText, error.offset > 0,
                    let document = try? JSONDocument(all[SourceSpan(start, error.offset)])
                else { return words }
                guard document.root.isObject || document.root.kind == .array else { return words }
                append(document, offset: start)
                start += error.offset
            }
        }
        return nil
    }

    private mutating func append(_ document: JSONDocument, offset: Int) {
        documents.append(node(document.root, offset, depth: 0))
    }

    private func line(_ offset: Int) -> Int { firstLine + newlines.partitioningIndex { $0 >= offset } }

    private func node(_ value: JSONValue, _ offset: Int, depth: Int) -> ConfigNode {
        let line = line(offset + value.span.offset)
        func made(_ content: ConfigNode.Value) -> ConfigNode { ConfigNode(content, line: line) }
        switch value.kind {
        case .null: return made(.null)
        case .yes: return made(.bool(true))
        case .no: return made(.bool(false))
        case .number: return made(.number(value.source))
        case .string: return made(.text(value.string ?? ""))
        case .array, .object:
            guard depth < ConfigNode.depthLimit else { return made(.opaque("too deep")) }
            if value.kind == .array { return made(.list(value.elements.map { node($0, offset, depth: depth + 1) })) }
            return made(
                .map(
                    value.members.map { member in
                        ConfigNode.Entry(
                            name: member.name.string ?? "", line: self.line(offset + member.name.span.offset),
                            node: node(member.value, offset, depth: depth + 1))
                    }))
        }
    }

    /// The text with `//` and `/* */` blanked out, and where the first stood.
    private static func withoutComments(_ text: [UInt8]) -> ([UInt8], Int?) {
        var bytes = text
        var (first, at, inside): (Int?, Int, Bool) = (nil, 0, false)
        func blank(to end: Int) {
            for place in at..<end where bytes[place] != 0x0A { bytes[place] = 0x20 }
            at = end
        }
        while at < bytes.count {
            let next = at + 1 < bytes.count ? bytes[at + 1] : 0
            switch (bytes[at], next) {
            case (0x5C, _) where inside: at += 2
            case (0x22, _):
                inside.toggle()
                at += 1
            case (0x2F, 0x2F) where !inside:
                first = first ?? at
                blank(to: bytes[at...].firstIndex(of: 0x0A) ?? bytes.count)
            case (0x2F, 0x2A) where !inside:
                first = first ?? at
                var end = at + 2
                while end + 1 < bytes.count, bytes[end] != 0x2A || bytes[end + 1] != 0x2F { end += 1 }
                blank(to: min(end + 2, bytes.count))
            default: at += 1
            }
        }
        return (bytes, first)
    }

    /// The text with commas before `}` and `]` blanked out, and where the first stood.
    private static func withoutTrailingCommas(_ text: [UInt8]) -> ([UInt8], Int?) {
        var bytes = text
        var (comma, first, inside, escaped): (Int?, Int?, Bool, Bool) = (nil, nil, false, false)
        for (at, byte) in bytes.enumerated() {
            if inside {
                if escaped {
                    escaped = false
                } else if byte == 0x5C {
                    escaped = true
                } else if byte == 0x22 {
                    inside = false
                }
                continue
            }
            switch byte {
            case 0x22: (inside, comma) = (true, nil)
            case 0x2C: comma = at
            case 0x20, 0x09, 0x0A, 0x0D: break
            case 0x7D, 0x5D:
                if let place = comma {
                    bytes[place] = 0x20
                    first = first ?? place
                }
                comma = nil
            default: comma = nil
            }
        }
        return (bytes, first)
    }
}
