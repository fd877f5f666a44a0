/// The parts of a compact JWS.
public enum JOSEPart: Sendable, Hashable {
    case header, payload, signature, whole
}

/// A fault in the form of a JWS: which part, what, and at which byte.
public struct JOSEProblem: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case parts(Int)
        case base64(Base64URLError)
        case json(JSONError)
        case notObject(JSONKind)
        case duplicate(String)
        case notUTF8(Int)
        /// Quotes, a scheme word or line breaks around the token.
        case around(String)
        /// More bytes than are taken apart.
        case tooLong(Int)
    }

    public let part: JOSEPart
    public let kind: Kind
    /// In the compact text, except for faults inside decoded JSON, where it is the place in the decoded part.
    public let span: SourceSpan
    public let isInDecodedPart: Bool
}

/// A compact JWS taken apart without judging it: every fault is a value, nothing throws.
public final class CompactJWS: Sendable {
    public let compact: Bytes
    /// The parts' places in the text. A JWE has five; garbage has as many as it has.
    public let segments: Segments
    public let head: JOSEHeader
    public let payload: JSONDocument?
    public let payloadBytes: Bytes
    public let signature: Bytes
    public let problems: [JOSEProblem]

    /// More bytes than that are no token that anybody sends: they are not taken apart.
    public static let limit = 1 << 20

    public convenience init(_ text: String) { self.init(Bytes(text)) }

    public init(_ compact: Bytes, headers: JOSEHeaderCache? = nil) {
        self.compact = compact
        segments = Segments(compact)
        guard compact.count <= Self.limit else {
            (head, payload, payloadBytes) = (JOSEHeader(segment: Bytes([])), nil, Bytes([]))
            signature = Bytes([])
            let whole = SourceSpan(0, compact.count)
            problems = [
                JOSEProblem(part: .whole, kind: .tooLong(compact.count), span: whole, isInDecodedPart: false)
            ]
            return
        }
        head = headers?.header(compact[segments[0]]) ?? JOSEHeader(segment: compact[segments[0]])
        var faults = head.problems
        if segments.count != 3 && segments.count != 5 {
            let span = SourceSpan(0, compact.count)
            faults.insert(
                JOSEProblem(part: .whole, kind: .parts(segments.count), span: span, isInDecodedPart: false), at: 0)
        }
        guard segments.count == 3 else {
            // A token that was pasted without its signature can be read all the same.
            var reader = JOSEPartReader(part: .payload)
            payloadBytes = segments.count == 2 ? reader.decode(compact[segments[1]]) : Bytes([])
            payload = segments.count == 2 && reader.problems.isEmpty ? reader.object(payloadBytes) : nil
            if segments.count == 2 {
                faults += reader.problems.map { [start = segments[1].offset] in $0.placed(start) }
            }
            (signature, problems) = (Bytes([]), faults)
            return
        }
        var (reader, last) = (JOSEPartReader(part: .payload), JOSEPartReader(part: .signature))
        if let both = Base64URL.decodeBoth(compact[segments[1]], compact[segments[2]]) {
            (payloadBytes, signature) = both
        } else {
            (payloadBytes, signature) = (reader.decode(compact[segments[1]]), last.decode(compact[segments[2]]))
        }
        payload = reader.problems.isEmpty ? reader.object(payloadBytes) : nil
        let (second, third) = (segments[1].offset, segments[2].offset)
        if !reader.problems.isEmpty { faults += reader.problems.map { $0.placed(second) } }
        if !last.problems.isEmpty { faults += last.problems.map { $0.placed(third) } }
        problems = faults
    }

    /// The places of the parts: three for nearly every token, and those without an array.
    public struct Segments: Sendable {
        public private(set) var count = 0
        private var first = SourceSpan(0, 0)
        private var second = SourceSpan(0, 0)
        private var third = SourceSpan(0, 0)
        private var others: [SourceSpan] = []

        /// Cuts at the dots; of a text with more than 64 parts only those are told apart.
        init(_ compact: Bytes) {
            let end = compact.count
            compact.withBytes { text in
                var start = 0
                while count < 64 {
                    let dot = text.baseAddress?.next(0x2E, start, end) ?? end
                    append(SourceSpan(start, dot - start))
                    if dot >= end { break }
                    start = dot + 1
                }
            }
        }

        private mutating func append(_ span: SourceSpan) {
            switch count {
            case 0: first = span
            case 1: second = span
            case 2: third = span
            default: others.append(span)
            }
            count += 1
        }

        public subscript(_ index: Int) -> SourceSpan {
            precondition(index < count, "part \(index) of \(count)")
            switch index {
            case 0: return first
            case 1: return second
            case 2: return third
            default: return others[index - 3]
            }
        }
    }

    public var header: JSONDocument? { head.document }
    public var headerBytes: Bytes { head.bytes }
    /// Five parts: encrypted, only the header can be read (RFC 7516 §3.1).
    public var isJWE: Bool { segments.count == 5 }
    public var isWellFormed: Bool { problems.isEmpty && segments.count == 3 }
    /// Whether the only fault is that last characters carry bits that no byte owns.
    var hasSpareBitsOnly: Bool { segments.count == 3 && !problems.isEmpty && problems.allSatisfy(\.isSpareBits) }
    /// What the signature covers: the first two parts as sent, with the dot between.
    public var signingInput: Bytes { compact[SourceSpan(0, segments.count > 1 ? segments[1].end : 0)] }

    public var alg: String? { head.alg }
    public var typ: String? { header?.root["typ"]?.string }
    public var kid: String? { header?.root["kid"]?.string }

    /// Whether a text has the looks of a JWS or JWE: an object's base64url start and two or four dots.
    public static func looksLike(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { text in
            guard text.count > 2, text[0] == UInt8(ascii: "e"), text[1] == UInt8(ascii: "y"),
                let base = text.baseAddress
            else { return false }
            var (dots, at) = (0, base.next(0x2E, 0, text.count))
            while at < text.count { (dots, at) = (dots + 1, base.next(0x2E, at + 1, text.count)) }
            return dots == 2 || dots == 4
        }
    }

    /// Where a span of a decoded part stands in the compact text: three bytes are four characters.
    public func compactSpan(_ span: SourceSpan, of part: JOSEPart) -> SourceSpan {
        let index = part == .header ? 0 : part == .payload ? 1 : 2
        guard part != .whole, index < segments.count else { return span }
        let from = span.offset * 4 / 3
        let to = min((span.end * 4 + 2) / 3, segments[index].length)
        return SourceSpan(segments[index].offset + from, max(0, to - from))
    }
}

extension JOSEProblem {
    /// Whether it is base64 of the right bytes with unused bits set: RFC 4648 §3.5 lets a decoder take or refuse it.
    var isSpareBits: Bool { if case .base64(let error) = kind { error.reason == .trailingBits } else { false } }

    /// The same fault seen from the text's start instead of its part's.
    func placed(_ distance: Int) -> JOSEProblem {
        isInDecodedPart
            ? self : JOSEProblem(part: part, kind: kind, span: span.moved(by: distance), isInDecodedPart: false)
    }
}
