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

    /// Why `bytes` are not the body that was sent.
    public enum Loss: Equatable, Sendable {
        /// Undone, its coding gives more than is kept (`DecodedBodies`).
        case cut
        /// The coded bytes end early, or are damaged.
        case damaged
        /// A coding of that name, which nobody here undoes.
        case stillCoded(String)
        /// The recorder's base64 is broken at that byte of it.
        case badBase64(Int)
    }

    /// What is missing of the body in `bytes`; nil when it is whole as far as the capture tells. Decodes it once more.
    public var loss: Loss? {
        switch form {
        case .raw, .jsonString: nil
        case .base64: badBase64Offset.map { .badBase64($0) }
        case .coded(let coding): coding.loss(stored, decoded: bytes)
        }
    }

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
