/// The two times that a server prints when it finds `iat` wrong: the proof's and its own.
///
/// Keycloak's `DPoP proof is not active: iat=1789467000, server time=1789467822, lifetime=10s, clock skew=15s`
/// (keycloak/keycloak#52746), and others that print both as seconds or milliseconds since 1970.
struct PrintedTimes {
    let iat: Moment
    let server: Moment

    /// How far the server is ahead of the proof.
    var age: Interval { server - iat }
    var isBehind: Bool { age > 0 }

    /// What the difference makes of it; nil where there is as good as none.
    var cause: CauseID? { age.magnitude < 2 ? nil : isBehind ? .iatSkewBehind : .iatSkewAhead }

    /// Nil for a text without exactly these two.
    init?(_ sentence: String) {
        let folded = sentence.lowercased()
        guard sentence.utf8.count < 1024, folded.has("iat") || folded.has("issued at") else { return nil }
        var times: [(name: String, time: Moment)] = []
        var name = ""
        for word in sentence.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }) {
            if let time = Self.time(word) { times.append((name, time)) }
            name = word.lowercased()
        }
        guard times.count == 2, let own = times.firstIndex(where: { $0.name == "iat" || $0.name == "at" }) else {
            return nil
        }
        (iat, server) = (times[own].time, times[1 - own].time)
    }

    /// Seconds or milliseconds of this century.
    private static func time(_ word: Substring) -> Moment? {
        let digits = word.prefix { $0 != "." }
        guard digits.utf8.count == 10 || digits.utf8.count == 13, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }),
            let number = Untrusted<Double>(digits)?.within(1e9...1e13)
        else { return nil }
        return Moment(digits.utf8.count == 13 ? number / 1000 : number)
    }
}
