/// A claim that a server misses in a proof and that RFC 9449 does not ask for.
enum WantedClaim {
    /// What RFC 9449 §4.2 has: who misses one of these is right.
    private static let own: Set<String> = ["jti", "htm", "htu", "iat", "ath", "nonce", "typ", "alg", "jwk"]
    /// Known by their names alone; others only in quotes.
    private static let usual: Set<String> = ["exp", "nbf", "iss", "aud", "sub", "client_id", "azp"]
    private static let missing = [
        "missing", "required", "require", "must", "lacks", "without", "not present", "absent", "does not have",
        "has no", "no claim",
    ]
    private static let quotes: [Character] = ["\"", "'", "`", "‘", "’", "“", "”"]

    /// The claim's name; nil where the words miss none, speak of a token, or mean one of RFC 9449's own.
    static func named(by sentence: String, code: String? = nil) -> String? {
        let words = "\(code ?? "") \(sentence)".lowercased()
        guard words.has("proof") || words.has("dpop"), words.has("claim"),
            missing.contains(where: { words.firstRange(of: $0) != nil }),
            !words.has("access token") || words.has("proof"),
            // A value that is another one than it must be is not missed.
            !words.has("match"), !words.has("key")
        else { return nil }
        let pieces = words.split { !($0.isLetter || $0.isNumber || $0 == "_" || quotes.contains($0)) }
        let bare = pieces.map { piece in
            (
                name: String(piece.filter { !quotes.contains($0) }),
                isQuoted: piece.first.map(quotes.contains) == true
                    && piece.last.map(quotes.contains) == true
            )
        }
        guard !bare.contains(where: { own.contains($0.name) }) else { return nil }
        return bare.first { usual.contains($0.name) || ($0.isQuoted && isName($0.name)) }?.name
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.count > 1 && text.utf8.count < 32 && !["dpop", "proof", "true", "false"].contains(text)
            && text.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
    }
}
