/// What programs print of their objects: JSON, JavaScript literals, the text of Node's `util.inspect`. Whatever is no
/// value is passed over; an unfinished one ends with the text.
indirect enum LooseValue: Sendable {
    case text(String)
    /// A number, `true`, `undefined`.
    case word(String)
    case list([LooseValue])
    case object([(name: String, value: LooseValue)])

    /// Every object and list that stands in the text, in its order.
    static func all(in text: String) -> [LooseValue] {
        var parser = LooseParser(bytes: Array(text.utf8))
        return parser.roots()
    }

    subscript(_ name: String) -> LooseValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { PastedLines.isSame($0.name, name) }?.value
    }

    /// The first of these names that there is.
    func first(_ names: [String]) -> LooseValue? { names.lazy.compactMap { self[$0] }.first }

    var string: String? { if case .text(let text) = self { text } else { nil } }

    /// A text or a number, which a header may be given as.
    var scalar: String? {
        switch self {
        case .text(let text): text
        case .word(let word): ["undefined", "null", ""].contains(word) ? nil : word
        case .list(let items): items.count == 1 ? items[0].scalar : nil
        case .object: nil
        }
    }

    var number: Int? { scalar.flatMap { Untrusted<Int>($0)?.within(100...599) } }
}

private struct LooseParser {
    let bytes: [UInt8]
    var at = 0
    private static let deepest = 48

    mutating func roots() -> [LooseValue] {
        var roots: [LooseValue] = []
        while at < bytes.count {
            if bytes[at] == 0x7B || bytes[at] == 0x5B {
                roots.append(container(0))
            } else {
                at += 1
            }
        }
        return roots
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte, byte <= 0x20 { at += 1 }
    }

    /// What begins with a bracket here.
    private mutating func container(_ depth: Int) -> LooseValue {
        let isObject = bytes[at] == 0x7B
        at += 1
        var (members, items): ([(name: String, value: LooseValue)], [LooseValue]) = ([], [])
        while true {
            skipBlanks()
            guard let byte else { break }
            if byte == 0x7D || byte == 0x5D {
                at += 1
                break
            }
            if byte == 0x2C || byte == 0x3A || byte == 0x3B {
                at += 1
                continue
            }
            let value = value(depth + 1)
            skipBlanks()
            let isArrow = at + 1 < bytes.count && bytes[at] == 0x3D && bytes[at + 1] == 0x3E
            if isObject, self.byte == 0x3A || self.byte == 0x3D {
                at += isArrow ? 2 : 1
                skipBlanks()
                guard let next = self.byte, next != 0x7D, next != 0x5D, next != 0x2C else { continue }
                let named = self.value(depth + 1)
                if let name = value.name { members.append((name, named)) }
            } else {
                items.append(value)
            }
        }
        return isObject ? .object(members) : .list(items)
    }

    private mutating func value(_ depth: Int) -> LooseValue {
        guard let first = byte else { return .word("") }
        switch first {
        case 0x22, 0x27, 0x60: return .text(strings())
        case 0x7B, 0x5B:
            if depth < Self.deepest { return container(depth) }
            at += 1
            return .word("")
        default: return word(depth)
        }
    }

    /// A string, and those that are added to it.
    private mutating func strings() -> String {
        var out: [UInt8] = []
        while let quote = byte {
            at += 1
            while let next = byte, next != quote {
                at += 1
                if next != 0x5C { out.append(next) } else { escape(&out) }
            }
            at = min(at + 1, bytes.count)
            let end = at
            skipBlanks()
            guard byte == 0x2B else {
                at = end
                break
            }
            at += 1
            skipBlanks()
            guard byte == 0x22 || byte == 0x27 || byte == 0x60 else { break }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func escape(_ out: inout [UInt8]) {
        guard let next = byte else { return }
        at += 1
        switch next {
        case 0x6E: out.append(0x0A)
        case 0x72: out.append(0x0D)
        case 0x74: out.append(0x09)
        case 0x75 where at + 4 <= bytes.count, 0x78 where at + 2 <= bytes.count:
            let count = next == 0x75 ? 4 : 2
            var number: UInt32 = 0
            for digit in bytes[at..<(at + count)] { number = number << 4 | UInt32(Self.hex(digit)) }
            at += count
            out += Array(String(Unicode.Scalar(number) ?? "\u{FFFD}").utf8)
        default: out.append(next)
        }
    }

    private static func hex(_ digit: UInt8) -> UInt8 {
        digit &- 0x30 < 10 ? digit &- 0x30 : (digit | 0x20) &- 0x61 < 6 ? (digit | 0x20) &- 0x57 : 0
    }

    /// A bare word; with a bracket behind it, a class's name and what is in it.
    private mutating func word(_ depth: Int) -> LooseValue {
        let start = at
        while let next = byte, next != 0x2C, next != 0x3A, next != 0x0A, next != 0x7D, next != 0x5D {
            if next == 0x3D { break }
            if next == 0x7B || next == 0x5B {
                // `Object [AxiosHeaders] {`: the last bracket of the line is the value's.
                if next == 0x5B, let end = bracketed(at), end < bytes.count, bytes[end] == 0x20 {
                    at = end
                    continue
                }
                return depth < Self.deepest ? container(depth) : skipped()
            }
            if next == 0x28 || next == 0x3C {
                passParenthesis(next == 0x28 ? 0x29 : 0x3E)
            } else if next == 0x22 || next == 0x27 || next == 0x60, at > start {
                break
            } else {
                at += 1
            }
        }
        if at == start { at += 1 }
        return .word(String(decoding: bytes[start..<at], as: UTF8.self).trimmed)
    }

    private mutating func skipped() -> LooseValue {
        at += 1
        return .word("")
    }

    /// Where a short `[Name]` ends.
    private func bracketed(_ from: Int) -> Int? {
        var end = from + 1
        while end < min(bytes.count, from + 64), bytes[end] != 0x5D {
            guard PastedLines.isNameByte(bytes[end]) else { return nil }
            end += 1
        }
        return end < bytes.count && bytes[end] == 0x5D ? end + 1 : nil
    }

    private mutating func passParenthesis(_ closing: UInt8) {
        let start = at
        at += 1
        while let next = byte, next != closing, next != 0x0A, at < start + 200 { at += 1 }
        if byte == closing { at += 1 } else { at = start + 1 }
    }
}

extension LooseValue {
    /// As a member's name.
    fileprivate var name: String? {
        switch self {
        case .text(let text): text
        case .word(let word): word
        case .list(let items): items.count == 1 ? items[0].name : nil
        case .object: nil
        }
    }
}
