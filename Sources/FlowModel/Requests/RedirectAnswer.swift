/// What the URL says that a browser was sent back to (RFC 6749 §4.1.2, RFC 9207).
public enum RedirectAnswer: Equatable, Sendable {
    /// A code to be redeemed.
    case code(String)
    /// The IdP refused.
    case refused(error: String, description: String?)
    /// It answers another request; nil where it has no state.
    case wrongState(found: String?, expected: String)
    /// Another server's, or nobody knows whose; nil where it has no `iss` although the metadata promises one.
    case wrongIssuer(found: String?, expected: String)
    /// It cannot be used, whoever sent it.
    case malformed(String)
    /// No answer to an authorization request at all.
    case other(String)

    /// What a redirect is to be held against.
    struct Expected: Sendable {
        let state: String
        /// Nil where nobody knows it.
        let issuer: String?
        /// `authorization_response_iss_parameter_supported` of the metadata.
        let promisesIssuer: Bool
    }

    /// Nothing is taken out of it before `state` and `iss` are right.
    init(_ text: String, _ expected: Expected) {
        guard let form = Self.form(HTTPURL(text.trimmed)) else {
            self = .other("the redirect '\(text.trimmed)' has no code, no error and no state")
            return
        }
        if let name = ["state", "iss", "code", "error"].first(where: { Self.stands($0, twiceIn: form) }) {
            self = .malformed("the redirect has `\(name)` twice")
            return
        }
        let (state, error) = (form["state"], form["error"])
        if form["response"] != nil, error == nil, form["code"] == nil {
            self = .other("the redirect's answer is a JWT (response_mode jwt), which is not read")
            return
        }
        // A server that did not understand a request may refuse it without its state.
        if state != expected.state, error == nil || state != nil {
            self = .wrongState(found: state, expected: expected.state)
            return
        }
        if let issuer = expected.issuer {
            let found = form["iss"]
            if found == nil ? expected.promisesIssuer && error == nil : found != issuer {
                self = .wrongIssuer(found: found, expected: issuer)
                return
            }
        }
        if let error {
            self = .refused(error: error, description: form["error_description"])
        } else if let code = form["code"] {
            self = OutsideText.problem(code).map { .malformed("the code that came is malformed: \($0)") } ?? .code(code)
        } else {
            self = .other("the redirect has no code: \(text.trimmed)")
        }
    }

    /// The answer's members: of the query, or of the fragment where the query has none of them.
    private static func form(_ url: HTTPURL) -> Form? {
        [url.query, url.fragment].lazy.compactMap { $0.map { Form($0) } }.first { form in
            ["code", "error", "state", "response"].contains { form[$0] != nil }
        }
    }

    private static func stands(_ name: String, twiceIn form: Form) -> Bool {
        form.members.lazy.filter { $0.name == name }.count > 1
    }

    /// In one sentence; nil of a code.
    public var words: String? {
        switch self {
        case .code: nil
        case .refused(let error, let description):
            "the IdP refused the authorization: \(error)\(description.map { ", \($0)" } ?? "")"
        case .wrongState(let found, let expected):
            "the redirect's state is '\(found ?? "")'; expected '\(expected)': it answers another request"
        case .wrongIssuer(nil, let expected):
            "the redirect has no iss, and the metadata of \(expected) promises one (RFC 9207): nobody knows which server sent it; the code is not sent on"
        case .wrongIssuer(let found?, let expected):
            "the redirect's iss is '\(found)'; expected '\(expected)': another server sent it (RFC 9207); the code is not sent on"
        case .malformed(let words): "\(words); nothing is sent with it"
        case .other(let words): words
        }
    }

    /// Whether an answer is still to come.
    public var isNone: Bool { if case .other = self { true } else { false } }
}
