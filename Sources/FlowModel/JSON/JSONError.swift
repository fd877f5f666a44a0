/// Why a text is not JSON (RFC 8259), and at which byte.
public struct JSONError: Error, Equatable {
    public enum Expected: Equatable, Sendable {
        case value, memberName, colon
        case commaOrEnd(Character)
        case digit, escape, hexDigit
        case closingQuote, endOfText, noControlCharacter
        case literal(String)
        case smallerText
    }

    public let offset: Int
    public let expected: Expected
    /// The byte found there; nil at the end of the text.
    public let found: UInt8?
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        let want =
            switch expected {
            case .value: "a value"
            case .memberName: "a member name in double quotes"
            case .colon: "':' after the member name"
            case .commaOrEnd(let close): "',' or '\(close)'"
            case .digit: "a digit"
            case .escape: "one of \" \\ / b f n r t u after '\\'"
            case .hexDigit: "four hexadecimal digits after '\\u'"
            case .closingQuote: "'\"' at the end of the string"
            case .endOfText: "the end of the text"
            case .noControlCharacter: "an escape: control characters may not stand in a string"
            case .literal(let word): "'\(word)'"
            case .smallerText: "a text under 4 GiB"
            }
        return "byte \(offset): expected \(want), found \(Self.name(found))"
    }

    static func name(_ byte: UInt8?) -> String {
        guard let byte else { return "the end" }
        return byte > 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))'" : "0x\(Hex.two(byte))"
    }
}
