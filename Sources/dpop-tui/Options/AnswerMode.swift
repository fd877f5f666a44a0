import FlowModel

/// How a login's answer comes back (`response_mode`), and which ways a run can read.
///
/// `query` and `form_post` arrive at the loopback listener. A browser keeps a fragment to itself: it is read out of a
/// URL that somebody pastes, which is where nobody can listen. An answer that is a JWT (JARM) is not read.
enum AnswerMode {
    /// Why a run cannot read such an answer; nil where it can.
    static func problem(_ mode: String, redirect: String?) -> String? {
        let isListened = redirect.map { HTTPURL($0) }.map { $0.isLoopback && $0.scheme.lowercased() == "http" } ?? true
        switch mode {
        case "query": return nil
        case "form_post" where isListened: return nil
        case "form_post":
            return
                "with form_post the answer is posted to \(redirect ?? ""), where dpop-tui cannot listen; expected query, or a loopback --redirect-url"
        case "fragment" where !isListened: return nil
        case "fragment":
            return
                "a browser keeps a fragment to itself: dpop-tui, which listens for it, would wait in vain; expected query or form_post"
        default: return "an answer by '\(mode)' is not read; expected query or form_post"
        }
    }
}
