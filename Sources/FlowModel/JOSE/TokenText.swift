/// A token out of a file or a command's output: as it stands there, or taken out of the answer it came in.
public struct TokenText: Sendable, Equatable {
    public enum Kind: Sendable {
        case access, refresh

        /// The members of an answer that hold it, the standard one first (RFC 6749 §5.1).
        var members: [String] {
            switch self {
            case .access: ["access_token", "accessToken"]
            case .refresh: ["refresh_token", "refreshToken"]
            }
        }

        var words: String { self == .access ? "access token" : "refresh token" }
    }

    public let token: String
    /// What it was taken out of, in words; nil where there was nothing else.
    public let source: String?

    /// What is longer is no token and no answer with one.
    private static let longest = 1 << 22

    /// - Throws: What the bytes are instead.
    public static func read(_ bytes: Bytes, _ kind: Kind = .access) throws(TokenTextError) -> TokenText {
        guard bytes.count <= longest else { throw TokenTextError("it has \(bytes.count) bytes", kind) }
        guard let text = bytes.count < 2 ? bytes.text : PlainText.text(bytes) else {
            throw TokenTextError("it is binary data", kind)
        }
        return try read(bare(text), kind, isAnswer: false)
    }

    /// Without white space around it, and without the byte order mark that editors put first.
    private static func bare(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return String(scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars[...]).trimmed
    }

    private static func read(_ text: String, _ kind: Kind, isAnswer: Bool) throws(TokenTextError) -> TokenText {
        guard let first = text.utf8.first else { throw TokenTextError("it is empty", kind) }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): return try TokenAnswer.read(text, kind)
        case UInt8(ascii: "<"):
            let isPage = String(text.prefix(200)).lowercased().has("html")
            throw TokenTextError(isPage ? "it is an HTML page" : "it is XML or HTML", kind)
        case UInt8(ascii: "-") where text.hasPrefix("-----BEGIN "):
            let label = text.utf8.dropFirst(11).prefix { $0 != 0x2D && $0 != 0x0A }.prefix(40)
            throw TokenTextError("it is a PEM (\(String(Substring(label))))", kind)
        default: break
        }
        if !isAnswer, text.hasPrefix("HTTP/") { return try read(bare(body(text)), kind, isAnswer: true) }
        if let found = form(text, kind) { return try checked(found, "a form's `\(kind.members[0])`", kind) }
        return try plain(text, kind)
    }

    /// What follows the head of an answer that was saved with it.
    private static func body(_ text: String) -> String {
        let lines = text.lines
        guard let end = lines.firstIndex(where: \.isEmpty) else { return "" }
        return lines[(end + 1)...].joined(separator: "\n")
    }

    /// `access_token=…&token_type=…`, as some servers answer.
    private static func form(_ text: String, _ kind: Kind) -> String? {
        let name = kind.members[0] + "="
        guard text.hasPrefix(name) || text.firstRange(of: "&" + name) != nil else { return nil }
        return Form(text)[kind.members[0]]
    }

    /// The token itself, with what stands before it in a header field.
    private static func plain(_ text: String, _ kind: Kind) throws(TokenTextError) -> TokenText {
        var (rest, removed): (Substring, [String]) = (text[...], [])
        for prefix in ["authorization:", "bearer ", "dpop "] where rest.lowercased().hasPrefix(prefix) {
            removed.append("'\(rest.prefix(prefix.count))'")
            rest = rest.dropFirst(prefix.count).drop { $0 == " " || $0 == "\t" }
        }
        let lines = rest.split(whereSeparator: \.isNewline)
        if lines.count > 1, rest.hasPrefix("eyJ"), lines.allSatisfy({ PastedLines.isTokenPart($0) }) {
            removed.append("line breaks")
            rest = Substring(lines.joined())
        }
        let words = removed.isEmpty ? nil : "what stood around it: \(removed.joined(separator: ", "))"
        return try checked(String(rest), words, kind)
    }

    static func checked(_ token: String, _ source: String?, _ kind: Kind) throws(TokenTextError) -> TokenText {
        if let problem = OutsideText.problem(token) {
            throw TokenTextError(token.has(" ") || token.has("\n") ? "it has several words" : problem, kind)
        }
        if CompactJWS(token).typ?.equalsIgnoringCase("dpop+jwt") == true {
            throw TokenTextError("it is a DPoP proof", kind)
        }
        return TokenText(token: token, source: source)
    }
}

/// Why there is no token in a file.
public struct TokenTextError: Error, Equatable {
    public let words: String

    init(_ found: String, _ kind: TokenText.Kind) {
        words = "\(found); expected \(kind == .access ? "an" : "a") \(kind.words), or the JSON of an answer with one"
    }
}
