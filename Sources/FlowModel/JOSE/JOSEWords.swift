extension Base64URLError {
    /// What stands there, for "found …".
    public var words: String {
        switch reason {
        case .character(let byte): "\(JSONError.name(byte)) at character \(offset)"
        case .padding: "'=' padding at character \(offset)"
        case .standardAlphabet(let byte): "\(JSONError.name(byte)) of the standard alphabet at character \(offset)"
        case .length(let count): "\(count) characters, which encode no whole number of bytes"
        case .trailingBits: "a last character with unused bits set"
        }
    }
}

extension JOSEProblem {
    public var words: String {
        switch kind {
        case .parts(let count): "\(count) \(count == 1 ? "part" : "parts") between dots"
        case .base64(let error): "\(part.words): \(error.words)"
        case .json(let error): "\(part.words): \(error)"
        case .notObject(let kind): "\(part.words): \(kind.name) instead of an object"
        case .duplicate(let name): "\(part.words): member `\(name)` stands twice"
        case .notUTF8(let offset): "\(part.words): byte \(offset) is not UTF-8"
        case .around(let what): what
        case .tooLong(let count): "\(count) bytes: too long to be judged"
        }
    }

    public var expected: String {
        switch kind {
        case .parts: "3 parts: header.payload.signature"
        case .base64: "base64url without padding (RFC 7515 §2)"
        case .json, .notObject, .notUTF8: "a JSON object in UTF-8"
        case .duplicate: "every member once (RFC 7515 §4)"
        case .around: "the three parts and nothing else"
        case .tooLong: "at most \(CompactJWS.limit >> 20) MB"
        }
    }
}

extension JOSEPart {
    public var words: String {
        switch self {
        case .header: "header"
        case .payload: "payload"
        case .signature: "signature"
        case .whole: "text"
        }
    }
}
