/// A message body that is decoded only when somebody looks at it.
public struct Body: Sendable {
    enum Form: Sendable, Equatable {
        case raw
        /// The inside of a JSON string with escapes.
        case jsonString
        case base64
        /// As the recorder saw it on the wire.
        case coded(ContentCoding)
    }

    let stored: Bytes
    let form: Form
    /// Where the stored bytes stand in the capture file.
    public let fileSpan: SourceSpan?

    public init(_ bytes: Bytes, fileSpan: SourceSpan? = nil) {
        (stored, form, self.fileSpan) = (bytes, .raw, fileSpan)
    }

    init(_ bytes: Bytes, form: Form, fileSpan: SourceSpan?) {
        (stored, self.form, self.fileSpan) = (bytes, form, fileSpan)
    }

    /// The body as it went over the wire (after any content coding the recorder took off).
    public var bytes: Bytes {
        switch form {
        case .raw: stored
        case .jsonString: JSONText.unescaped(stored)
        case .base64: Bytes(Base64.decode(stored).bytes)
        case .coded(let coding): coding.decode(stored)
        }
    }

    /// Whether the recorder's base64 is broken, and at which byte of it.
    public var badBase64Offset: Int? { form == .base64 ? Base64.decode(stored).badOffset : nil }

    public var isEmpty: Bool { stored.isEmpty }
    /// What it takes up in the capture; the body itself is at most that long.
    public var storedCount: Int { stored.count }
    /// True when the bytes in the file are the body's own, so that offsets carry over.
    public var isVerbatim: Bool { form == .raw }

    /// A cheap look for a word before paying for decoding.
    func mayContain(_ word: StaticString) -> Bool {
        switch form {
        case .base64, .coded: true
        case .raw, .jsonString: stored.find(word) != nil
        }
    }

    /// The body as JSON, when it is JSON and not absurdly large.
    public var json: JSONDocument? {
        guard !isEmpty, stored.count <= 1 << 26 else { return nil }
        return try? JSONDocument(bytes)
    }
}
