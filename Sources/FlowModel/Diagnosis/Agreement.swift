extension Diagnosis {
    /// Whether what a server says of a refused request fits a cause, in one sentence.
    public func agreement(of words: ServerWords, with entry: Entry) -> String {
        guard let subject = words.subject else {
            return words.isSilent ? "says nothing but its status" : "its words name no cause"
        }
        let about = "its words are about \(subject.words)"
        return entry.subjects.contains(subject) ? "\(about): they agree" : "\(about), and the bytes show another cause"
    }
}

extension WordSubject {
    /// The subject in a sentence: `the key`, `the audience`.
    var words: String {
        switch self {
        case .htu: "`htu`"
        case .htm: "`htm`"
        case .time: "the time"
        case .replay: "a replay"
        case .ath: "`ath`"
        case .typ: "`typ`"
        case .alg: "`alg`"
        case .missingProof: "a missing proof"
        case .pkce: "PKCE"
        case .redirectURI: "`redirect_uri`"
        case .expired: "an expired token"
        case .revoked: "a revoked token"
        case .overload: "too many requests"
        case .crash: "a fault of its own"
        default: "the \(rawValue)"
        }
    }
}
