/// A header parameter that changes what a receiver must do (RFC 7515 §4.1.11, RFC 7797), or has the wrong type.
struct HeaderFault: Sendable {
    /// An id of the catalogue; nil where it is only a type that some servers mind.
    let cause: CauseID?
    let words: String
    let expected: String
    let found: String
    let span: SourceSpan
    /// The row of the table of verifiers.
    let deviation: String
    var isWarning: Bool { cause == nil }

    private init(_ cause: CauseID?, _ words: String, _ expected: String, _ at: JSONValue, _ deviation: String) {
        (self.cause, self.words, self.expected, found) = (cause, words, expected, at.source)
        (span, self.deviation) = (at.span, deviation)
    }

    /// Parameters that `crit` must not name: they are RFC 7515's and RFC 7518's own.
    private static let standard: [String] = [
        "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu",
        "apv", "iv", "tag", "p2s", "p2c",
    ]

    /// The first fault of a header; nil for nearly every one.
    static func first(of header: JSONValue) -> HeaderFault? {
        let b64 = header["b64"]
        if let crit = header["crit"], let fault = criticalFault(crit, header) { return fault }
        if let b64, b64.bool == false {
            let isNamed = header["crit"] != nil
            return HeaderFault(
                .critUnknown, "`b64` is false: the payload would not be base64url, which no JWT may have",
                "no `b64` (RFC 7797 §7)", b64, isNamed ? "crit-b64-false" : "b64-false-no-crit")
        }
        if let kid = header["kid"], kid.kind != .string {
            return HeaderFault(nil, "`kid` of the header is a \(kid.kind.name)", "a string", kid, "kid-number")
        }
        if let enc = header["enc"] {
            return HeaderFault(nil, "the header has `enc`, a parameter of encrypted tokens", "no `enc`", enc, "enc")
        }
        return nil
    }

    private static func criticalFault(_ crit: JSONValue, _ header: JSONValue) -> HeaderFault? {
        func fault(_ words: String, _ row: String) -> HeaderFault {
            HeaderFault(
                .critUnknown, words, "no `crit`: no extension is known for proofs (RFC 7515 §4.1.11)", crit, row)
        }
        guard crit.kind == .array else {
            let row = ["string": "crit-string", "object": "crit-object"][crit.kind.name] ?? "crit-null"
            return fault("`crit` is a \(crit.kind.name), not a list of names", row)
        }
        let elements = crit.elements
        if elements.isEmpty { return fault("`crit` is an empty list", "crit-empty") }
        var seen: [String] = []
        for element in elements {
            guard let name = element.string else {
                return fault("`crit` lists a \(element.kind.name)", "crit-number-in")
            }
            if seen.contains(name) { return fault("`crit` names `\(name)` twice", "crit-unknown") }
            seen.append(name)
            if standard.contains(name) {
                return fault("`crit` names `\(name)`, which is no extension", name == "typ" ? "crit-typ" : "crit-alg")
            }
            guard header[named: name] != nil else {
                return fault("`crit` names `\(name)`, which the header has not", "crit-absent-name")
            }
            guard name == "b64" else {
                return fault("`crit` names `\(name)`, an extension that no server knows", "crit-unknown")
            }
        }
        return nil
    }
}
