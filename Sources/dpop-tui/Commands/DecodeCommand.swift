import Arguments
import FlowModel

/// `dpop-tui decode`: any JWT, however it was pasted.
enum DecodeCommand {
    static let words = Positional.any("jwt", .text, help: "The token; '-' or nothing reads standard input.")
    static let json = Option.flag("--json", help: "One JSON object instead of text.")
    static let reveal = Option.flag("--reveal", help: "Show private key members and other secrets too.")

    static let command = Arguments.Command(
        "decode", "Show what is in a JWT: a proof, an access token, anything with dots.",
        about: """
            Quotes, `Bearer `, `DPoP:`, `Authorization:` and line breaks around or inside the token are taken off first.
            Of anything else that `why` reads (a HAR, a transcript, a curl command, a log …) every token is shown, with
            the place where it stands; with --json, one object a token.

            EXAMPLES
              dpop-tui decode eyJ0eXAiOiJkcG9wK2p3dCIs…
              pbpaste | dpop-tui decode
              dpop-tui decode 'Authorization: DPoP eyJhbGciOi…' --json
              dpop-tui decode flow.har
            """,
        takes: Table([words], options: [json, reveal]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let (words, json) = (values[words], values[json])
        let bytes = try bytes(words)
        let pasted = PastedToken(bytes.text)
        let carried = pasted.isOne ? [] : CarriedToken.all(in: bytes)
        guard carried.isEmpty else {
            for token in carried {
                let decoded = DecodedToken(CompactJWS(token.value), reveals: values[reveal])
                let text = decoded.text(removed: [], place: token.place) + "\n"
                Output.standard.write(json ? Harmless(json: decoded.json(place: token.place)) : Harmless(lines: text))
            }
            return
        }
        guard !pasted.text.isEmpty else {
            complain("expected a JWT as an argument or on standard input, found nothing")
            throw Exit.unreadable
        }
        let jws = CompactJWS(pasted.text)
        let decoded = DecodedToken(jws, reveals: values[reveal])
        Output.standard.write(
            json ? Harmless(json: decoded.json) : Harmless(lines: decoded.text(removed: pasted.removed)))
        if jws.header == nil {
            complain("not a JWT: \(jws.problems.first?.words ?? "no header")")
            throw Exit.unreadable
        }
    }
}

extension DecodeCommand {
    /// What was typed, a file that is named, or standard input.
    fileprivate static func bytes(_ words: [String]) throws -> Bytes {
        if words.isEmpty || words == ["-"] {
            PasteHint.say("a token, or anything that has some in it")
            return try PasteHint.read("-")
        }
        let text = words.joined(separator: " ")
        if words.count == 1, !CompactJWS.looksLike(text), let file = try? FileBytes.read(text) { return file }
        return Bytes(text)
    }
}

/// A token as people paste it, and what had to be taken off.
struct PastedToken {
    let text: String
    let removed: [String]

    init(_ pasted: String) {
        var removed: [String] = []
        var text = Substring(pasted)
        func take(_ what: String, _ change: (inout Substring) -> Void) {
            let before = text
            change(&text)
            if before != text { removed.append(what) }
        }
        let edges: Set<Character> = ["\"", "'", "`", " ", "\n", "\r", "\t", "\r\n", ",", ";", "“", "”", "\u{FEFF}"]
        func trim() {
            while let first = text.first, edges.contains(first) { text.removeFirst() }
            while let last = text.last, edges.contains(last) { text.removeLast() }
        }
        trim()
        for name in [
            "-H", "Authorization:", "DPoP:", "WWW-Authenticate:", "Bearer", "DPoP", "dpop:", "access_token\":",
            "access_token=",
        ] {
            guard text.lowercased().hasPrefix(name.lowercased()) else { continue }
            take(name) { $0 = $0.dropFirst(name.count) }
            trim()
        }
        let joined = text.filter { !$0.isWhitespace }
        if joined.count != text.count { removed.append("white space inside") }
        (self.text, self.removed) = (String(joined), removed)
        // Two tokens with a line break between them would be one of five parts.
        let words = pasted.split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "-" && $0 != "_" }
        let whole = words.lazy.filter { $0.utf8.count > 16 && $0.utf8.lazy.filter { $0 == 0x2E }.count > 1 }
        isOne = CompactJWS(self.text).header != nil && whole.count < 2
    }

    /// Whether it is one token and nothing else.
    let isOne: Bool
}

/// A JWT laid out for reading.
struct DecodedToken {
    let jws: CompactJWS

    /// Hide what is secret in each part.
    private let masks: (header: Mask, payload: Mask)

    init(_ jws: CompactJWS, reveals: Bool = false) {
        self.jws = jws
        let mask = { (document: JSONDocument?) in reveals ? .none : document.map { Secrets.mask(of: $0) } ?? .none }
        masks = (mask(jws.header), mask(jws.payload))
    }

    func text(removed: [String], place: String = "") -> String {
        var out = place.isEmpty ? "" : TextReport.harmless(place) + "\n"
        if !removed.isEmpty { out += "taken off: \(removed.joined(separator: ", "))\n" }
        out += "\(kind), \(jws.compact.count) bytes, \(jws.segments.count) parts\n"
        for problem in jws.problems { out += "! \(TextReport.harmless(problem.words)); expected \(problem.expected)\n" }
        out += section("header", jws.header, jws.headerBytes, masks.header)
        if !jws.isJWE { out += section("payload", jws.payload, jws.payloadBytes, masks.payload) }
        guard jws.segments.count != 2 else { return out + "signature  missing: the paste ends before it\n" }
        out +=
            "signature  \(jws.signature.count) bytes\(jws.signature.isEmpty ? "" : "  \(Hex.text(jws.signature.array.prefix(16), separator: " "))…")\n"
        if let jwk = jws.head.jwk, let jkt = jwk.fingerprint?.base64url {
            out += "jkt        \(jkt)  (\(jwk.summary))\n"
            switch SignatureVerifier().verify(jws, with: jwk) {
            case .valid: out += "verifies   with the header's jwk\n"
            case .invalid: out += "does NOT verify with the header's jwk\n"
            case .cannotTell(let why): out += "cannot tell whether it verifies: \(TextReport.harmless(why))\n"
            }
        }
        return out + "ath        \(Fingerprint(of: jws.compact).base64url)  (if this is an access token)\n"
    }

    private var kind: String {
        if jws.isJWE { return "encrypted (JWE)" }
        return jws.typ == "dpop+jwt"
            ? "DPoP proof" : "JWT\(jws.typ.map { " of type \(TextReport.harmless($0))" } ?? "")"
    }

    private func section(_ title: String, _ document: JSONDocument?, _ bytes: Bytes, _ mask: Mask) -> String {
        guard let document else {
            return bytes.isEmpty
                ? "\(title)  nothing\n" : "\(title)  not JSON: \(TextReport.harmless(String(bytes.text.prefix(200))))\n"
        }
        let times = Set(
            document.root.members.compactMap { member -> SourceSpan? in
                ClaimMeaning.times.contains(member.name.string ?? "") ? member.value.span : nil
            })
        var out = "\(title)\n"
        for line in JSONPretty.lines(document) {
            out += String(repeating: "  ", count: line.depth + 1) + TextReport.harmless(mask.hide(line.text))
            if times.contains(line.span), let seconds = Double(document.bytes[line.span].text) {
                out += "   \(Timestamp.text(seconds))"
            }
            out += "\n"
        }
        return out
    }

    var json: String { json(place: "") }

    /// - Parameter place: where the token stands in what it was found in.
    func json(place: String) -> String {
        let header = jws.header.map { masks.header.hide($0.bytes).text } ?? "null"
        let payload = jws.payload.map { masks.payload.hide($0.bytes).text } ?? "null"
        let problems = jws.problems.map { JSONText.quote($0.words) }.joined(separator: ",")
        let jkt = jws.head.fingerprint.map { "\"\($0.base64url)\"" } ?? "null"
        let whereabouts = place.isEmpty ? "" : "\"place\":\(JSONText.quote(place)),"
        return
            "{\"schema\":\"dpop-tui.decode/1\",\(whereabouts)\"header\":\(header),\"payload\":\(payload),\"signature\":\"\(Base64URL.encode(jws.signature.array))\","
            + "\"jkt\":\(jkt),\"problems\":[\(problems)]}\n"
    }
}
