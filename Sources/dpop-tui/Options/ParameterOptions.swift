import Arguments
import FlowModel

/// What the authorization request and the token request carry besides what the grant needs; the names are oauth2c's
/// where it has them.
extension RunOptions {
    static let resourceIndicator = Option.repeated(
        "--resource-indicator", as: "uri", .resourceIndicator,
        help: "Resource that the token is for (RFC 8707), sent as `resource` with every grant; once for each."
    ).setting()
    static let audience = Option.repeated(
        "--audience", as: "audience", .text, help: "Audience of the token, sent with every grant; once for each."
    ).setting()
    static let authorizationDetails = Option.value(
        "--authorization-details", "--rar", as: "json", .text,
        help: "Authorization details (RFC 9396): a JSON array, or @file."
    ).setting()
    static let prompt = text("--prompt", as: "words", "What the login page asks for: none, login, consent, …")
    static let loginHint = text("--login-hint", as: "name", "User name for the login page.")
    static let idpHint = text(
        "--idp-hint", as: "name", "Identity provider that the login is passed on to, sent as `idp_hint`.")
    static let acrValues = text(
        "--acr-values", as: "values", "Authentication levels to ask for, the preferred one first.")
    static let maxAge = Option.value(
        "--max-age", as: "seconds", .wholeSeconds, help: "How long ago the login may have been."
    ).setting()
    static let claims = text("--claims", as: "json", "Claims to ask for: a JSON object, or @file.")
    static let idTokenHint = secret("--id-token-hint", as: "token", "ID token of the user who is to log in.")
    static let responseMode = Option.value(
        "--response-mode", as: "mode",
        .words(["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"]),
        help: "How the login's answer comes back: query or form_post; fragment where the URL is pasted."
    ).setting()
    static let param = Option.repeated(
        "--param", as: "name=value", .parameter,
        help: "A parameter for the authorization, PAR and token request, or another value for one; see PARAMETERS."
    ).setting()

    static let parameters = OptionGroup(
        "Authorization and token request",
        [
            resourceIndicator, audience, authorizationDetails, prompt, loginHint, idpHint, acrValues, maxAge, claims,
            idTokenHint, responseMode, param,
        ])
}

extension Reading where Value == String {
    /// An absolute URI without a fragment (RFC 8707 §2).
    fileprivate static var resourceIndicator: Reading {
        Reading(.text, expected: "an absolute URI without a fragment (RFC 8707 §2)") { text in
            let scheme = text.prefix { $0 != ":" }
            let isScheme =
                scheme.utf8.first.map { ($0 | 0x20) &- 0x61 < 26 } == true
                && scheme.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "+-.".utf8.contains($0) }
            let rest = text.utf8.dropFirst(scheme.utf8.count + 1)
            let isPlain = rest.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
            return isScheme && !rest.isEmpty && isPlain ? text : nil
        }
    }

    /// `NAME=VALUE`; the value may be empty.
    fileprivate static var parameter: Reading {
        Reading(.text, expected: "NAME=VALUE") { text in
            text.hasPrefix("=") || !text.utf8.contains(UInt8(ascii: "=")) ? nil : text
        }
    }
}

extension Reading where Value == Int {
    fileprivate static var wholeSeconds: Reading { .whole(0...Int.max) }
}
