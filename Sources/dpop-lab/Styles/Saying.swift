/// One row of what a server says: which complaints it is about, and the answer.
struct Saying: Sendable {
    /// Where a request goes; some servers word the same complaint differently at each.
    enum Place: Sendable { case token, push, introspection, revocation, userinfo, device }

    /// The challenge of the answer.
    enum Challenge: Sendable {
        /// The manner's own, where its statuses have one.
        case usual
        case none
        case form(ChallengeForm)
        /// `Basic`, for clients that tried it.
        case basic
    }

    let complaints: [Complaint]
    /// Nil: everywhere.
    let place: Place?
    let status: Int
    /// The error code; empty where the server says none.
    let code: String
    /// For people. `{found}` is what was found, `{words}` the lab's own words, `{time}` when the token ended.
    let sentence: String?
    /// `error_uri`.
    let uri: String?
    /// The scope that is missing, where the server names it.
    let scope: String?
    let challenge: Challenge
    /// Another body than the manner's.
    let body: BodyForm?

    init(
        _ complaints: [Complaint], at place: Place? = nil, _ status: Int, _ code: String, _ sentence: String? = nil,
        uri: String? = nil, scope: String? = nil, challenge: Challenge = .usual, body: BodyForm? = nil
    ) {
        (self.complaints, self.place, self.status, self.code) = (complaints, place, status, code)
        (self.sentence, self.uri, self.scope, self.challenge, self.body) = (sentence, uri, scope, challenge, body)
    }
}

/// How an answer's body has its code and its sentence.
enum BodyForm: Sendable {
    /// `error`, `error_description`, `error_uri` (RFC 6749 §5.2).
    case oauth
    /// The same in the order of a Java map.
    case hashed
    /// `error` and `message`, as XRPC has them.
    case xrpc
    /// A page of Spring's that no handler made.
    case springPage
    case none
}

/// How a challenge is written.
struct ChallengeForm: Sendable {
    enum Part: Sendable {
        case realm, error, description, uri, algorithms
        /// RFC 9728's.
        case metadata
        case scope
        /// `realm="api"`, whatever the realm.
        case api
    }

    /// What becomes of quotes inside a sentence.
    enum Quotes: Sendable {
        case escaped
        /// They become single ones.
        case single
        /// The sentence is left out.
        case leftOut
    }

    let scheme: String
    let parts: [Part]
    var quotes = Quotes.escaped

    init(_ scheme: String, _ parts: [Part], quotes: Quotes = .escaped) {
        (self.scheme, self.parts, self.quotes) = (scheme, parts, quotes)
    }
}
