/// How an exchange came to be known.
public enum Origin: Sendable, Hashable {
    /// Read from a file that says no more about it: somebody else sent it.
    case captured
    /// Sent by dpop-tui.
    case sent(Sent)
    /// Not sent yet: a request as it is shown before it goes.
    case pending
    /// Sent by somebody else, who got no answer; the recorder's words, empty where it has none.
    case unanswered(String)
    /// Done by a person's browser; the answer is inferred from the redirect that it followed.
    case browser
}

/// What is known of an exchange because dpop-tui sent it.
public struct Sent: Sendable, Hashable {
    /// Why there is no answer, or only a part of one.
    public enum Failure: Sendable, Hashable {
        /// Given up by the person before an answer came.
        case cancelled
        /// The transport's kind of failure (`proxy`, `dns`, `connect`, `tls`, `timeout`, `send`, `receive`, `other`),
        /// and its words.
        case network(kind: String, words: String)
    }

    /// Nil when the answer came whole.
    public let failure: Failure?

    public init(failure: Failure? = nil) { self.failure = failure }
}

extension Sent.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cancelled: "cancelled before an answer came"
        case .network(let kind, let words): "network (\(kind)): \(words)"
        }
    }
}
