/// Finds the wrong recipe that made a thumbprint out of a key that was seen.
public enum ThumbprintForensics {
    public struct Match: Sendable, Equatable {
        public let cause: CauseID
        /// What was hashed or written instead: "SHA-256 of the SPKI (DER)".
        public let recipe: String
    }

    /// The recipe that turns this key into `jkt`; nil when none does.
    public static func recipe(for jkt: String, of jwk: JWK) -> Match? {
        // Some recipes compare each member with each.
        guard jwk.value.span.length <= 1 << 15 else { return nil }
        if let kid = jwk.kid, kid == jkt { return Match(cause: .jktKid, recipe: "the key's `kid`") }
        if let own = jwk.fingerprint?.base64url, jkt != own, let words = spelling(jkt, of: own) {
            return Match(cause: .jktHexPad, recipe: words)
        }
        for (cause, recipe, values) in candidates(jwk) where values().contains(jkt) {
            return Match(cause: cause, recipe: recipe)
        }
        return nil
    }

    /// The right thumbprint with something around it, or in other letters.
    private static func spelling(_ jkt: String, of own: String) -> String? {
        if jkt.trimmed == own { return "the right SHA-256, with white space around it" }
        if jkt.equalsWithoutCase(own) { return "the right SHA-256, in other letters: base64url has capitals" }
        if jkt.hasSuffix(own), jkt.has(":") { return "the right SHA-256, as a URI" }
        guard jkt.utf8.count == own.utf8.count, jkt.dropLast() == own.dropLast(),
            Base64.decode(Bytes(jkt)).bytes == Base64.decode(Bytes(own)).bytes
        else { return nil }
        return "the right SHA-256, with unused bits of the last character set"
    }

    /// Whether 32 bytes are in it, written otherwise than base64url without padding.
    static func looksSpelled(_ text: String) -> Bool {
        if text.utf8.count == 64, text.utf8.allSatisfy({ JSONText.hexValue($0) != nil }) { return true }
        let decoded = Base64.decode(Bytes(text))
        return decoded.badOffset == nil && decoded.bytes.count == 32
    }

    /// Whether two thumbprints differ in one or two characters: nobody computes such a value.
    public static func isAltered(_ a: String, _ b: String) -> Bool {
        guard a != b, a.utf8.count == b.utf8.count else { return false }
        return zip(a.utf8, b.utf8).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) } <= 2
    }

    /// Whether a cause says which recipe made a thumbprint.
    static func isNamed(_ cause: CauseID?) -> Bool {
        guard let cause else { return false }
        return [
            .jktHexPad, .jktNoncanonical, .jktDer, .jktKid, .ecZeroStripped, .ecZeroAdded, .rsaZeroAdded,
        ].contains(cause)
    }

    private typealias Candidate = (cause: CauseID, recipe: String, values: () -> [String])

    private static func candidates(_ jwk: JWK) -> [Candidate] {
        var list: [Candidate] = []
        func add(_ cause: CauseID, _ recipe: String, _ digest: @escaping () -> [UInt8]?) {
            list.append((cause, recipe, { digest().map(spellings) ?? [] }))
        }
        func text(_ cause: CauseID, _ recipe: String, _ make: @escaping () -> String?) {
            add(cause, recipe, { make().map { HashFunction.sha256($0) } })
        }
        if let digest = jwk.thumbprint() {
            list.append(
                (
                    .jktHexPad, "the right SHA-256, in hexadecimal",
                    { [Hex.text(digest), Hex.text(digest).uppercased(), Hex.text(digest, separator: ":")] }
                ))
            list.append(
                (
                    .jktHexPad, "the right SHA-256, base64url of its hexadecimal text",
                    { [Base64URL.encode(Array(Hex.text(digest).utf8))] }
                ))
            list.append(
                (
                    .jktHexPad, "the right SHA-256, padded or in the standard base64 alphabet",
                    { spellings(digest).filter { $0 != Base64URL.encode(digest) } }
                ))
        }
        text(.jktNoncanonical, "the members as they were sent") { jwk.value.source }
        text(.jktNoncanonical, "the required members in the order they were sent") {
            members(jwk, required(jwk), sorted: false)
        }
        list.append(
            (.jktNoncanonical, "the required members in another order", { reordered(jwk).flatMap(spellings) }))
        text(.jktNoncanonical, "sorted members with a blank after ':' and ','") {
            members(jwk, required(jwk), sorted: true, colon: ": ", comma: ", ")
        }
        text(.jktNoncanonical, "sorted members, pretty-printed") { pretty(jwk) }
        text(.jktNoncanonical, "all members, sorted") {
            members(jwk, jwk.value.members.compactMap(\.name.string), sorted: true)
        }
        for (names, words) in [
            (["alg"], "`alg`"), (["use"], "`use`"), (["kid"], "`kid`"), (["alg", "use"], "`alg` and `use`"),
            (["alg", "kid"], "`alg` and `kid`"), (["kid", "use"], "`kid` and `use`"),
        ] {
            text(.jktNoncanonical, "\(words) among the members, sorted") { withMembers(jwk, names) }
        }
        for (alg, use) in [("ES256", nil), (nil, "sig"), ("ES256", "sig"), ("RS256", nil), ("RS256", "sig")]
            as [(String?, String?)]
        {
            text(
                .jktNoncanonical,
                "a member that was not sent: \([alg.map { "alg \($0)" }, use.map { "use \($0)" }].compactMap { $0 }.joined(separator: ", "))"
            ) {
                withAdded(jwk, alg: alg, use: use)
            }
        }
        add(.jktDer, "SHA-256 of the SubjectPublicKeyInfo (DER)") { jwk.spki.map { HashFunction.sha256(Bytes($0)) } }
        add(.jktDer, "SHA-256 of the certificate in `x5c`") {
            certificate(jwk).map { HashFunction.sha256(Bytes($0)) }
        }
        add(.jktDer, "SHA-256 of the X9.62 point") { point(jwk).map { HashFunction.sha256(Bytes($0)) } }
        text(.ecZeroStripped, "coordinates without their leading zero bytes") {
            coordinates(jwk) { Array($0.drop { $0 == 0 }) }
        }
        text(.ecZeroAdded, "coordinates with a zero byte in front") { coordinates(jwk) { [0] + $0 } }
        text(.ecZeroAdded, "coordinates with a sign byte where the first bit is set") {
            coordinates(jwk) { ($0.first ?? 0) >= 128 ? [0] + $0 : $0 }
        }
        text(.rsaZeroAdded, "the modulus with its sign byte") { rsa(jwk, n: { [0] + $0 }, e: { $0 }) }
        text(.rsaZeroAdded, "the exponent left-padded") { rsa(jwk, n: { $0 }, e: { [0] + $0 }) }
        text(.jktNoncanonical, "numbers with base64 padding") {
            respelled(jwk) { Base64URL.encode($0) + String(repeating: "=", count: (3 - $0.count % 3) % 3) }
        }
        text(.jktNoncanonical, "numbers in the standard base64 alphabet") {
            respelled(jwk) { Base64.encode($0).filter { $0 != "=" } }
        }
        for hash in [HashFunction.sha1, .sha384, .sha512] {
            add(.jktNoncanonical, "\(hash.name) instead of SHA-256") { jwk.thumbprint(hash) }
        }
        return list
    }

    /// Every way people write a digest: base64url and standard, padded or not, hexadecimal.
    static func spellings(_ digest: [UInt8]) -> [String] {
        let standard = Base64.encode(digest)
        let url = Base64URL.encode(digest)
        return [
            url, url + String(repeating: "=", count: (3 - digest.count % 3) % 3), standard,
            standard.filter { $0 != "=" }, Hex.text(digest),
        ]
    }

    /// The digests of the required members in every order but the right one: four have 24.
    private static func reordered(_ jwk: JWK) -> [[UInt8]] {
        let pairs = required(jwk).compactMap { name in jwk.value[named: name].map { (name, $0.source) } }
        guard pairs.count < 5 else { return [] }
        var orders: [[Int]] = [[]]
        for _ in pairs.indices {
            orders = orders.flatMap { order in pairs.indices.filter { !order.contains($0) }.map { order + [$0] } }
        }
        let right = pairs.map(\.0).sorted()
        return orders.filter { $0.map { pairs[$0].0 } != right }.map { order in
            let members = order.map { "\(JSONText.quote(pairs[$0].0)):\(pairs[$0].1)" }
            return HashFunction.sha256("{" + members.joined(separator: ",") + "}")
        }
    }

    private static func required(_ jwk: JWK) -> [String] { JWK.required(jwk.kty) ?? [] }

    private static func members(_ jwk: JWK, _ names: [String], sorted: Bool, colon: String = ":", comma: String = ",")
        -> String?
    {
        let present = jwk.value.members.compactMap { member in member.name.string.map { ($0, member.value.source) } }
            .filter { names.contains($0.0) }
        guard !present.isEmpty else { return nil }
        let ordered = sorted ? present.sorted { $0.0 < $1.0 } : present
        return "{" + ordered.map { "\(JSONText.quote($0.0))\(colon)\($0.1)" }.joined(separator: comma) + "}"
    }

    private static func withMembers(_ jwk: JWK, _ more: [String]) -> String? {
        more.allSatisfy { jwk.value[named: $0] != nil } ? members(jwk, required(jwk) + more, sorted: true) : nil
    }

    private static func withAdded(_ jwk: JWK, alg: String?, use: String?) -> String? {
        var pairs = required(jwk).compactMap { name in jwk.value[named: name]?.string.map { (name, $0) } }
        if let alg { pairs.append(("alg", alg)) }
        if let use { pairs.append(("use", use)) }
        return object(pairs)
    }

    private static func object(_ pairs: [(String, String)]) -> String {
        "{"
            + pairs.sorted { $0.0 < $1.0 }.map { "\(JSONText.quote($0.0)):\(JSONText.quote($0.1))" }.joined(
                separator: ",") + "}"
    }

    private static func pretty(_ jwk: JWK) -> String? {
        guard let inner = members(jwk, required(jwk), sorted: true, colon: ": ", comma: ",\n  ") else { return nil }
        return "{\n  " + inner.dropFirst().dropLast() + "\n}"
    }

    private static func number(_ jwk: JWK, _ name: String) -> [UInt8]? {
        jwk.value[named: name]?.string.flatMap { try? Base64URL.decode($0) }
    }

    private static func coordinates(_ jwk: JWK, _ change: ([UInt8]) -> [UInt8]) -> String? {
        guard jwk.kty == "EC", let crv = jwk.crv, let x = number(jwk, "x"), let y = number(jwk, "y") else { return nil }
        let (a, b) = (change(x), change(y))
        guard a != x || b != y else { return nil }
        return object([("crv", crv), ("kty", "EC"), ("x", Base64URL.encode(a)), ("y", Base64URL.encode(b))])
    }

    private static func rsa(_ jwk: JWK, n changeN: ([UInt8]) -> [UInt8], e changeE: ([UInt8]) -> [UInt8]) -> String? {
        guard jwk.kty == "RSA", let n = number(jwk, "n"), let e = number(jwk, "e") else { return nil }
        return object([("e", Base64URL.encode(changeE(e))), ("kty", "RSA"), ("n", Base64URL.encode(changeN(n)))])
    }

    private static func respelled(_ jwk: JWK, _ spell: ([UInt8]) -> String) -> String? {
        let pairs = required(jwk).compactMap { name -> (String, String)? in
            guard let text = jwk.value[named: name]?.string else { return nil }
            guard name != "kty", name != "crv", let bytes = try? Base64URL.decode(text) else { return (name, text) }
            return (name, spell(bytes))
        }
        return object(pairs)
    }

    private static func point(_ jwk: JWK) -> [UInt8]? {
        guard jwk.kty == "EC", let x = number(jwk, "x"), let y = number(jwk, "y") else { return nil }
        return [4] + x + y
    }

    private static func certificate(_ jwk: JWK) -> [UInt8]? {
        guard let text = jwk.value["x5c"]?.elements.first?.string else { return nil }
        let decoded = Base64.decode(Bytes(text))
        return decoded.badOffset == nil ? decoded.bytes : nil
    }
}
