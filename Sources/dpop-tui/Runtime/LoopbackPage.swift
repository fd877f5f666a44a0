import FlowModel

/// What a browser is told that came back from a login.
struct LoopbackPage {
    let title: String
    let words: String

    /// Of what came of its answer; nil where no login is waited for.
    init(_ answer: RedirectAnswer?) {
        switch answer {
        case .code:
            (title, words) = ("Done", "dpop-tui has the code. You may close this page.")
        case .refused(let error, let description):
            title = "Refused"
            words =
                "The IdP refused the authorization: \(error)\(description.map { ": \($0)" } ?? ""). "
                + "You may close this page."
        case .wrongState:
            title = "Wrong state"
            words =
                "This answers another authorization request than dpop-tui's: its state is another. "
                + "The code was not sent on. Begin again in the terminal."
        case .wrongIssuer(let found, let expected):
            title = "Wrong issuer"
            words =
                (found.map { "This answer says that it comes from \($0), and " } ?? "This answer has no iss, and ")
                + "dpop-tui asked \(expected). The code was not sent on. Begin again in the terminal."
        case .malformed(let found): (title, words) = ("Not taken", "\(found). Begin again in the terminal.")
        case .other(let found):
            (title, words) = ("No answer", "\(found). dpop-tui still waits for the login.")
        case nil: (title, words) = ("Over", "dpop-tui waits for no login now. You may close this page.")
        }
    }

    private init(_ title: String, _ words: String) { (self.title, self.words) = (title, words) }

    static let nothing = LoopbackPage("Nothing is here", "dpop-tui waits for a login at another path.")
    static let otherMethod = LoopbackPage(
        "Not read", "dpop-tui reads the answer out of the URL or a posted form: response_mode query or form_post.")

    /// The page, with everything from outside escaped.
    var html: String {
        let (title, words) = (Self.escaped(title), Self.escaped(words))
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>dpop-tui: \(title)</title>
            <style>body{font:1.1em sans-serif;max-width:40em;margin:4em auto;padding:0 1em;overflow-wrap:anywhere}</style>
            </head><body><h1>\(title)</h1><p>\(words)</p></body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        Markup.escape(Harmless(escaping: text.prefix(2000)).text)
    }

    /// The status beside it.
    static func status(_ answer: RedirectAnswer?) -> String {
        if case .code = answer { "200 OK" } else { "400 Bad Request" }
    }
}
