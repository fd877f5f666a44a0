/// One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1).
public struct Challenge: Equatable, Sendable {
    public let scheme: String
    /// Parameters in order; names lower case, values unquoted.
    public let parameters: [(name: String, value: String)]
    public let token68: String?

    public subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    public static func == (a: Challenge, b: Challenge) -> Bool {
        a.scheme == b.scheme && a.token68 == b.token68
            && a.parameters.elementsEqual(b.parameters) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Where a `WWW-Authenticate` value stops being a list of challenges.
public struct ChallengeError: Error, Equatable, CustomStringConvertible {
    public let offset: Int
    public let expected: String

    public var description: String { "character \(offset): expected \(expected)" }
}

extension Challenge {
    /// The challenges of one field value: several may share it, and both commas mean different things.
    public static func parse(_ value: String) throws(ChallengeError) -> [Challenge] {
        var parser = ChallengeParser(Array(value.utf8))
        return try parser.parse()
    }
}

private struct ChallengeParser {
    let text: [UInt8]
    var at = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func parse() throws(ChallengeError) -> [Challenge] {
        var list: [Challenge] = []
        skipCommas()
        while at < text.count {
            guard let scheme = token() else { throw ChallengeError(offset: at, expected: "a scheme name") }
            guard at == text.count || text[at] == 0x20 || text[at] == 0x2C || text[at] == 0x09 else {
                throw ChallengeError(offset: at, expected: "a space after the scheme '\(scheme)'")
            }
            skipSpace()
            let token68 = token68()
            list.append(Challenge(scheme: scheme, parameters: token68 == nil ? try parameters() : [], token68: token68))
            skipCommas()
        }
        return list
    }

    private mutating func parameters() throws(ChallengeError) -> [(name: String, value: String)] {
        var list: [(name: String, value: String)] = []
        while true {
            let back = at
            skipCommas()
            guard let name = token() else {
                if at < text.count { throw ChallengeError(offset: at, expected: "a parameter name") }
                return list
            }
            skipSpace()
            guard at < text.count, text[at] == 0x3D else {
                at = back  // a name without '=' is the next challenge's scheme
                return list
            }
            at += 1
            skipSpace()
            list.append((name.lowercased(), try parameterValue(of: name)))
            skipSpace()
            guard at == text.count || text[at] == 0x2C else {
                throw ChallengeError(offset: at, expected: "a comma after the value of '\(name)'")
            }
        }
    }

    private mutating func parameterValue(of name: String) throws(ChallengeError) -> String {
        guard at < text.count, text[at] == 0x22 else {
            guard let word = token() else { throw ChallengeError(offset: at, expected: "a value for '\(name)'") }
            return word
        }
        let opened = at
        at += 1
        var out: [UInt8] = []
        while at < text.count, text[at] != 0x22 {
            if text[at] == 0x5C, at + 1 < text.count { at += 1 }
            out.append(text[at])
            at += 1
        }
        guard at < text.count else {
            throw ChallengeError(offset: opened, expected: "a closing '\"' for the value of '\(name)'")
        }
        at += 1
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func token() -> String? {
        let start = at
        while at < text.count, isToken(text[at]) { at += 1 }
        return at > start ? String(decoding: text[start..<at], as: UTF8.self) : nil
    }

    /// `Basic dXNlcg==`: letters, digits and -._~+/ closed by '=' signs, then a comma or the end.
    private mutating func token68() -> String? {
        var end = at
        while end < text.count, isToken68(text[end]) { end += 1 }
        let body = end
        while end < text.count, text[end] == 0x3D { end += 1 }
        guard body > at, end == text.count || text[end] == 0x2C else { return nil }
        let word = String(decoding: text[at..<end], as: UTF8.self)
        // Alone, `DPoP algs` could be either; a lone word after a comma is a scheme and never gets here.
        defer { at = end }
        return word
    }

    private func isToken(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private func isToken68(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~+/".utf8.contains(byte)
    }

    private mutating func skipSpace() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
    }

    private mutating func skipCommas() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x09 || text[at] == 0x2C { at += 1 }
    }
}
