/// A text that a terminal obeys nothing of: what came from outside is escaped in it.
///
/// It is made of our own literals and of values, and a value that is a text is escaped:
///
///     let line: Harmless = "step \(step.label)  \(nonce)"
public struct Harmless: Sendable, Hashable {
    public private(set) var text: String

    private init(trusted text: String) { self.text = text }

    /// Escapes everything that is no visible character, line feeds among it.
    public init(escaping text: some StringProtocol) { self.text = Self.escaped(text, keepsLines: false) }

    /// The same, with the lines of the text as they are.
    public init(lines text: some StringProtocol) { self.text = Self.escaped(text, keepsLines: true) }

    public var isEmpty: Bool { text.isEmpty }

    public static func + (a: Harmless, b: Harmless) -> Harmless { Harmless(trusted: a.text + b.text) }
    public static func += (a: inout Harmless, b: Harmless) { a.text += b.text }

    /// With blanks behind it, so many characters wide; one blank at least.
    func padded(_ width: Int) -> Harmless {
        Harmless(trusted: text + String(repeating: " ", count: max(1, width - text.count)))
    }

    private static func escaped(_ text: some StringProtocol, keepsLines: Bool) -> String {
        func stays(_ scalar: Unicode.Scalar) -> Bool {
            !HostileText.isHostile(scalar) || (keepsLines && scalar == "\n")
        }
        // Most of what is written is ASCII: bytes are faster than scalars.
        let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { $0 &- 0x20 < 0x5F || (keepsLines && $0 == 0x0A) }
        }
        guard isPlain != true, !text.unicodeScalars.allSatisfy(stays) else { return String(text) }
        var out = ""
        for scalar in text.unicodeScalars {
            if stays(scalar) { out.unicodeScalars.append(scalar) } else { out += HostileText.escape(scalar) }
        }
        return out
    }
}

extension Sequence<Harmless> {
    public func joined(separator: Harmless = "") -> Harmless {
        var (all, isFirst): (Harmless, Bool) = ("", true)
        for part in self {
            if !isFirst { all += separator }
            all += part
            isFirst = false
        }
        return all
    }
}

extension Harmless: ExpressibleByStringInterpolation {
    public init(stringLiteral literal: String) { text = literal }
    public init(stringInterpolation parts: StringInterpolation) { text = parts.text }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        public mutating func appendLiteral(_ literal: String) { text += literal }
        public mutating func appendInterpolation(_ part: Harmless) { text += part.text }
        public mutating func appendInterpolation(_ part: some StringProtocol) { text += Harmless(escaping: part).text }
        public mutating func appendInterpolation(_ number: some BinaryInteger) { text += "\(number)" }
    }
}

extension Harmless: CustomStringConvertible {
    public var description: String { text }
}
