/// A refusal in words.
public enum RefusalText {
    /// `refused: 401 invalid_token: Token verification failed`.
    public static func line(_ refusal: Refusal) -> String { line(refusal.words, refusal.kind) }

    /// `answered 404 without a word: …`, of a request that counts as no refusal.
    public static func excuse(_ refusal: Refusal) -> String {
        "answered \(refusal.words.text): no refusal, as another request with this token was accepted on this server"
    }

    static func line(_ words: ServerWords, _ kind: Refusal.Kind) -> String {
        switch kind {
        case .silence: "no answer: \(words.sentence ?? "nothing came back")"
        case .content: "refused inside of a \(words.text)"
        default: "refused: \(words.text)"
        }
    }
}

extension Diagnosis {
    /// The id of the cause that leads where this request was refused; nil when none does.
    func id(at refusal: Refusal) -> String? {
        (causes.first { $0.step == refusal.request || $0.step == refusal.answer } ?? causes.first)?.id
    }
}
