/// The first part of a JWS, read once: a client sends the same header with every proof of one key.
public final class JOSEHeader: Sendable {
    /// The decoded bytes; what a lenient reader makes of them when they are not base64url.
    public let bytes: Bytes
    public let document: JSONDocument?
    /// Faults of this part, places counted from the part's first character.
    let problems: [JOSEProblem]
    /// The key in `jwk`, well formed or not; nil without that member.
    public let jwk: JWK?
    public let alg: String?
    /// What `alg` names, when it is known here.
    let algorithm: SignatureAlgorithm?
    public let fingerprint: Fingerprint?
    /// The thumbprint as text.
    let jkt: String?
    /// What is wrong with `crit` and its neighbours.
    let fault: HeaderFault?

    init(segment: Bytes) {
        var reader = JOSEPartReader(part: .header)
        bytes = reader.decode(segment)
        document = reader.object(bytes)
        problems = reader.problems
        jwk = document?.root["jwk"].map { JWK($0) }
        alg = document?.root["alg"]?.string
        algorithm = alg.flatMap(SignatureAlgorithm.named)
        fingerprint = jwk?.fingerprint
        jkt = fingerprint?.base64url
        fault = document.flatMap { HeaderFault.first(of: $0.root) }
    }
}

/// Headers met before, by their encoded text. One for each thread.
public final class JOSEHeaderCache {
    private var known: [Bytes: JOSEHeader] = [:]
    private var last: (segment: Bytes, header: JOSEHeader)?

    public init() {}

    func header(_ segment: Bytes) -> JOSEHeader {
        if let last, last.segment == segment { return last.header }
        if let header = known[segment] {
            last = (segment, header)
            return header
        }
        let header = JOSEHeader(segment: segment)
        // What nobody sends twice is not kept.
        guard segment.count < 1 << 13 else { return header }
        if known.count > 10_000 { known.removeAll(keepingCapacity: true) }
        let own = Bytes(segment.array)
        known[own] = header
        last = (own, header)
        return header
    }

    /// The header of a whole compact text.
    func header(ofCompact text: Bytes) -> JOSEHeader {
        header(text[SourceSpan(0, text.firstIndex(of: UInt8(ascii: ".")))])
    }
}

/// Decodes one part of a JWS and notes what is wrong with it.
struct JOSEPartReader {
    let part: JOSEPart
    var problems: [JOSEProblem] = []

    init(part: JOSEPart) { self.part = part }

    private mutating func note(_ kind: JOSEProblem.Kind, _ span: SourceSpan, decoded: Bool) {
        problems.append(JOSEProblem(part: part, kind: kind, span: span, isInDecodedPart: decoded))
    }

    mutating func decode(_ segment: Bytes) -> Bytes {
        do throws(Base64URLError) {
            return try Base64URL.decodeBytes(segment)
        } catch {
            note(.base64(error), SourceSpan(error.offset, 1), decoded: false)
            // Readable for a person all the same: what a lenient reader makes of it.
            return Bytes(Base64.decode(segment).bytes)
        }
    }

    mutating func object(_ bytes: Bytes) -> JSONDocument? {
        do throws(JSONError) {
            let document = try JSONDocument(bytes)
            if !document.root.isObject {
                note(.notObject(document.root.kind), document.root.span, decoded: true)
            } else if let name = document.root.firstDuplicate {
                note(.duplicate(name.string ?? ""), name.span, decoded: true)
            }
            if let offset = document.invalidUTF8At { note(.notUTF8(offset), SourceSpan(offset, 1), decoded: true) }
            return document
        } catch {
            note(.json(error), SourceSpan(error.offset, 1), decoded: true)
            return nil
        }
    }
}
