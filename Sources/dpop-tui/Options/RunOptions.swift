import Arguments
import FlowModel

/// What a live run can be told: the client and the servers it talks to. All of it is a flag, a variable and a key of
/// profiles.
enum RunOptions {
    static let target = Positional.maybe(
        "target", .text, help: "An issuer, the URL of its metadata, or the name of a profile.")

    // MARK: client

    static let issuer = text("--issuer", as: "issuer", "Issuer, or the URL of its metadata document.")
    static let clientID = text("--client-id", as: "id", "Client id.")
    static let clientSecret = secret(
        "--client-secret", as: "secret", "Client secret: @file, env:NAME, cmd:COMMAND, prompt, or the secret itself.")
    static let authMethod = Option.value(
        "--auth-method", as: "method",
        Reading(words: ClientAuthentication.allCases.map(\.rawValue), parse: ClientAuthentication.named),
        help: "How the client authenticates."
    ).setting()
    static let grantType = Option.value(
        "--grant-type", as: "grant", Reading(words: Grant.allCases.map(\.shortName), parse: Grant.named), help: "Grant."
    ).setting()
    static let scopes = text("--scopes", as: "scopes", "Scopes, space or comma between.")
    static let username = text("--username", as: "name", "User of the password grant.")
    static let password = secret("--password", as: "secret", "That user's password.")
    static let refreshToken = secret("--refresh-token", as: "token", "Refresh token to use.")
    static let assertion = secret("--assertion", as: "jwt", "Assertion of the JWT bearer grant.")
    static let subjectToken = secret("--subject-token", as: "token", "Token to exchange.")
    static let subjectTokenType = text(
        "--subject-token-type", as: "uri", "Type of the token to exchange; an access token when left out.")
    static let redirectURL = text(
        "--redirect-url", as: "url",
        "Redirect URL. The run listens on a loopback URL; with any other, paste what the browser was sent to.")
    static let loginTimeout = Option.value(
        "--login-timeout", as: "seconds", .seconds(in: 0...1e6, above: true),
        help: "How long to wait for a login, or for a device's approval; 300 when left out."
    ).setting()
    static let pkce = toggle("--pkce", usual: true, "PKCE with the code grant.")
    static let par = toggle("--par", "Push the authorization request (RFC 9126).")

    // MARK: binding

    static let dpopJKT = toggle("--dpop-jkt", usual: true, "Send dpop_jkt with the authorization request.")
    static let dpop = toggle("--dpop", usual: true, "Sign proofs.")
    static let mtls = toggle("--mtls", "Bind the token to the client certificate instead (RFC 8705).")
    static let allowBearer = toggle("--allow-bearer", "Go on when the IdP answers token_type Bearer.")
    static let signingKey = Option.value(
        "--signing-key", as: "file", .file,
        help: "The proof key: JWK, JWKS (file or https URL), PEM or PKCS#12. A new key when left out."
    ).setting()
    static let keyPassword = secret(
        "--key-password", as: "secret", "Pass phrase of the key file: PEM, PKCS#12 or JWE (step-cli's).")
    static let kid = text(
        "--kid", as: "kid",
        "Which key of a JWKS signs proofs, by kid or thumbprint; else the one with use sig, or the only one.")
    static let alg = Option.value(
        "--alg", as: "algorithm",
        Reading(words: SignatureAlgorithm.all.map(\.name), parse: SignatureAlgorithm.named),
        help: "Algorithm of the proofs."
    ).setting()
    static let clientKey = Option.value(
        "--client-key", as: "file", .file, help: "Key of private_key_jwt; the proof key when left out."
    ).setting()

    static let clientKeyPassword = secret(
        "--client-key-password", as: "secret", "Pass phrase of the client key's file.")
    static let clientKID = text(
        "--client-kid", as: "kid",
        "Which key of a JWKS signs client assertions, as --kid; without one in the file, the kid of assertions.")

    // MARK: endpoints

    static let tokenEndpoint = text("--token-endpoint", as: "url", "Token endpoint.")
    static let authorizationEndpoint = text("--authorization-endpoint", as: "url", "Authorization endpoint.")
    static let parEndpoint = text("--par-endpoint", as: "url", "Pushed authorization request endpoint.")
    static let deviceEndpoint = text("--device-endpoint", as: "url", "Device authorization endpoint.")
    static let introspectionEndpoint = text("--introspection-endpoint", as: "url", "Introspection endpoint.")
    static let userinfoEndpoint = text("--userinfo-endpoint", as: "url", "Userinfo endpoint.")
    static let revocationEndpoint = text("--revocation-endpoint", as: "url", "Revocation endpoint.")
    static let jwksURI = text("--jwks-uri", as: "url", "URL of the issuer's keys (JWKS).")

    // MARK: resource

    static let resource = Option.value(
        "--resource", as: "url", .absoluteURL, help: "URL of the protected resource."
    ).setting()
    static let method = text("--method", "-X", as: "method", "Method of the resource request.")
    static let header = Option.repeated(
        "--header", "-H", as: "line", .field,
        help: "Header field of the resource request, 'Name: value'; replaces those of the same name."
    ).setting()
    static let headerAdd = Option.repeated(
        "--header-add", as: "line", .field,
        help: "Header field of the resource request, besides those of the same name."
    ).setting()
    static let body = text("--body", "-d", as: "body", "Body of the resource request, or @file.")
    static let then = Option.list(
        "--then", as: "step",
        Reading(words: afterwards.map(\.rawValue)) { name in afterwards.first { $0.rawValue == name } },
        help: "A request to send after the resource's answer."
    ).setting()
    private static let afterwards: [LiveStage] = [.introspection, .userinfo, .refresh, .revocation, .resource]
    static let serverProfile = Option.value(
        "--server-profile", as: "profile", Judging.profiles, help: "The server's rules for the checks."
    ).setting()

    // MARK: connection

    static let tlsCert = file("--tls-cert", "--cert", "Client certificate, PEM.")
    static let tlsKey = file("--tls-key", "Key of the client certificate, PEM.")
    static let tlsRootCA = file("--tls-root-ca", "--cacert", "CA certificates to trust, PEM.")
    static let insecure = toggle("--insecure", "Do not verify certificates; every step says so.")
    static let resolve = Option.repeated(
        "--resolve", as: "host:port:address", .text, help: "Address to use for a host and port, as in curl."
    ).setting()
    static let connectTo = Option.repeated(
        "--connect-to", as: "host:port:host:port", .text, help: "Host and port to connect to instead, as in curl."
    ).setting()
    static let proxy = text("--proxy", as: "url", "URL of the proxy.")
    static let allowOrigin = Option.repeated(
        "--allow-origin", as: "url", .absoluteURL,
        help: "Send secrets to this origin even if the metadata leads from https to http or into a private network."
    ).setting()
    static let httpTimeout = Option.value(
        "--http-timeout", as: "seconds", .seconds(in: 0...1e6, above: true), help: "How long a request may take."
    ).setting()
    static let http2 = toggle(
        "--http2", "Use HTTP/2 if the server offers it; heads are then shown as libcurl prints them.")

    // MARK: how to run

    static let headless = Option.flag(
        "--headless", help: "No screen: send every request, then print what the checks found.")
    static let record = Option.value(
        "--record", as: "file", .file,
        help: "Append to this capture instead of one under $XDG_STATE_HOME; 'none' records nothing.")
    static let lab = Option.value(
        "--lab", as: "options", .text, help: "Options for the built-in lab, in one argument.")
    static let noBrowser = Option.flag("--no-browser", help: "Do not open a browser; print the URL.")
    static let forceKey = Option.flag("--force-key", help: "Use a key file even if other users can read it.")
}

extension RunOptions {
    static func text(_ name: String, as noun: String, _ help: String) -> Option<String?> {
        .value(name, as: noun, .text, help: help).setting()
    }

    private static func text(_ name: String, _ short: String, as noun: String, _ help: String) -> Option<String?> {
        .value(name, short, as: noun, .text, help: help).setting()
    }

    private static func file(_ name: String, _ help: String) -> Option<String?> {
        .value(name, as: "file", .file, help: help).setting()
    }

    private static func file(_ name: String, _ other: String, _ help: String) -> Option<String?> {
        .value(name, other, as: "file", .file, help: help).setting()
    }

    static func secret(_ name: String, as noun: String, _ help: String) -> Option<String?> {
        .value(name, as: noun, .secret, help: help).setting()
    }

    private static func toggle(_ name: String, usual: Bool? = nil, _ help: String) -> Option<Bool?> {
        .toggle(name, usual: usual, help: help).setting()
    }
}

extension Reading where Value == String {
    /// A header field.
    static var field: Reading {
        Reading(.text, expected: "'Name: value'") { $0.utf8.contains(0x3A) && !$0.hasPrefix(":") ? $0 : nil }
    }

    /// A URL with its scheme.
    static var absoluteURL: Reading {
        Reading(
            .text, words: [],
            complaint: SchemelessURL.complaint, parse: { $0.has("://") ? $0 : nil })
    }
}
