/// A member that a server says is not in the proof: `missing htu claim`, `'jti' is required`, `must include an ath claim`.
///
/// Who misses the `htu` does not compare it: what such a sentence is about is the claim, not the URL.
enum MissedClaim {
    /// What RFC 9449 §4.2 asks for.
    private static let own: Set<String> = ["htm", "htu", "jti", "iat", "ath", "typ", "alg", "jwk"]
    /// What it does not ask for, and some servers want.
    private static let usual: Set<String> = ["exp", "nbf", "iss", "aud", "sub", "client_id", "azp"]
    /// Words that may stand between the verb and the name.
    private static let fillers: Set<String> = [
        "the", "a", "an", "its", "claim", "claims", "value", "header", "member", "parameter", "property", "field",
        "both", "either", "dpop", "proof", "following", "any", "expiration", "time", "jwt",
    ]
    private static let without: Set<String> = ["missing", "lacks", "lacking", "without", "no", "absent"]
    private static let carrying: Set<String> = ["contain", "include", "have", "carry", "contains", "includes", "has"]
    private static let wanted: Set<String> = ["missing", "required", "absent", "mandatory", "empty"]

    /// The member's name; nil where the words miss none.
    static func named(by sentence: String) -> String? {
        let words = sentence.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        func isName(_ word: String) -> Bool { own.contains(word) || usual.contains(word) }
        guard words.contains(where: isName) else { return nil }
        let spoken = words.filter { !fillers.contains($0) }
        for (at, word) in spoken.enumerated() where isName(word) {
            if isMissed(spoken[..<at].suffix(3)) || isWanted(Array(spoken[(at + 1)...].prefix(5))) { return word }
        }
        return nil
    }

    /// `missing X`, `missing required X`, `must include X`, `does not contain X`.
    private static func isMissed(_ before: ArraySlice<String>) -> Bool {
        let before = Array(before.filter { $0 != "required" && $0 != "mandatory" })
        guard let verb = before.last else { return false }
        if without.contains(verb) { return true }
        let helper = before.count > 1 ? before[before.count - 2] : ""
        guard carrying.contains(verb) else { return false }
        return ["must", "should"].contains(helper) || (helper == "not" && before.first != "must")
    }

    /// `X is missing`, `X required`, `X must be present`, `X not found`; but not `X is missing or outside of …`.
    private static func isWanted(_ after: [String]) -> Bool {
        let rest = after.first == "is" || after.first == "was" ? Array(after.dropFirst()) : after
        guard let word = rest.first else { return false }
        let next = rest.count > 1 ? rest[1] : ""
        if wanted.contains(word) { return next != "or" && next != "to" }
        if word == "not" { return ["present", "found", "provided", "set"].contains(next) }
        return word == "must" && next == "be" && rest.count > 2 && ["present", "provided", "set"].contains(rest[2])
    }

    /// What such words are about; nil where they miss nothing of a proof.
    static func phrase(_ sentence: String, code: String?) -> Phrase? {
        guard let name = named(by: sentence) else { return nil }
        switch name {
        case "ath": return Phrase("", .ath)
        case "typ": return Phrase("", .typ)
        case "alg": return Phrase("", .alg)
        case "jwk": return Phrase("", .key, .jwkMalformed)
        case _ where own.contains(name): return Phrase("", nil)
        default:
            // Of a token such a claim is missing too: only where a proof is spoken of.
            let words = sentence.lowercased()
            return code == "invalid_dpop_proof" || words.has("proof") || words.has("dpop")
                ? Phrase("", nil, .serverWantsExp) : nil
        }
    }
}
