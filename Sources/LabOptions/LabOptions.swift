import Arguments

/// Which servers of the lab run.
public enum LabPart: String, Sendable, CaseIterable { case all, idp, gateway, upstream }

/// The servers that the lab can be like.
public enum LabProfile: String, Sendable, CaseIterable {
    case keycloak, rfc9449, spring, quarkus
    case nodeOIDCProvider = "node-oidc-provider"
    case atproto, auth0
}

/// What `dpop-lab` can be told: `dpop-tui lab` hands it on, with its help and its completions.
public enum LabOptions {
    public static let summary =
        "An IdP shaped like Keycloak, a gateway configured like Kong, and an upstream like httpbin, for testing DPoP."

    public static let about = """
        Prints one line of JSON when ready: issuer, gateway, upstream, control, and with --https the certificate to trust.

        CLIENTS
          lab-public (public), lab-client (secret lab-secret), lab-mtls (tls_client_auth), kong (the gateway's own)

        PEOPLE
          ada (lovelace), grace (hopper)

        EXAMPLES
          dpop-lab
          dpop-lab --https --gateway-port 8443 --auth-methods introspection --opaque
          dpop-lab --fault htu=internal --fault clock=+40s
          dpop-lab --kong-config plugin.json
          dpop-lab upstream --upstream-port 8080

        EXIT STATUS
          0 ended by a signal · 2 wrong usage, or a configuration that cannot work · 4 no port to listen on
        """

    public static let part = Positional.one("part", .oneOf, default: LabPart.all, help: "Which servers; all.")

    // MARK: servers

    public static let host = Option.value("--host", as: "address", .text, default: "127.0.0.1", help: "Listen here.")
    public static let idpPort = port("--idp-port", "Port of the IdP; 0 takes a free one.")
    public static let gatewayPort = port("--gateway-port", "Port of the gateway.")
    public static let upstreamPort = port("--upstream-port", "Port of the upstream.")
    public static let controlPort = port(
        "--control-port", "Port on loopback that faults are changed by while the lab runs; 0 takes a free one.")
    public static let https = Option.flag(
        "--https", help: "HTTPS with a certificate made for this run; client certificates are asked for.")
    public static let idpPublicURL = Option.value(
        "--idp-public-url", as: "url", baseURL,
        help: "The URL that the IdP is called by; where it listens when left out."
    )
    public static let gatewayPublicURL = Option.value(
        "--gateway-public-url", as: "url", baseURL,
        help: "The URL that the gateway is called by; where it listens when left out.")
    public static let trustHost = Option.flag(
        "--trust-host", help: "Believe a request's Host instead: IdP and gateway have the name they are called by.")
    public static let trustForwarded = Option.flag(
        "--trust-forwarded",
        help: "Believe X-Forwarded-Proto with Host, or X-Forwarded-Host, as behind a proxy; implies --trust-host.")
    public static let upstream = Option.value(
        "--upstream", as: "url", .text, help: "A real upstream's base URL instead of the built-in one.")
    public static let fault = Option.repeated(
        "--fault", as: "fault",
        Reading(
            .choice, words: ["list"] + FaultKind.all.map(\.name), complaint: AskedFault.complaint,
            parse: { $0 == "list" || AskedFault($0) != nil ? $0 : nil }),
        help:
            "Something the lab does wrong, NAME:2 the first two times; 'list' explains each. May be given several times."
    )
    public static let record = Option.value(
        "--record", as: "file", .file, help: "Append every hop to this capture.")
    /// The name is older than what it counts.
    public static let threads = Option.value(
        "--threads", as: "number", .whole(1...65536), default: 4096,
        help: "Connections at once, each with a thread of its own; further ones get 503.")
    public static let untilStdinCloses = Option.flag(
        "--until-stdin-closes", help: "End when standard input does."
    ).hidden

    // MARK: the IdP

    public static let realm = Option.value("--realm", as: "name", .text, default: "lab", help: "Name of the realm.")
    public static let clients = Option.value(
        "--clients", as: "file", .file, help: "Clients as Keycloak writes them: one, an array, or a realm export.")
    public static let opaque = Option.flag("--opaque", help: "Opaque access tokens instead of JWTs.")
    public static let tokenLifetime = Option.value(
        "--token-lifetime", as: "seconds", seconds(tokenLifetimes), default: 300.0,
        help: "How long an access token lives.")
    public static let idpNonce = Option.flag("--idp-nonce", help: "The IdP wants nonces.")
    public static let idTokens = Option.flag(
        "--id-tokens", help: "With scope openid a person's token answers have an ID token, signed by RS256.")
    public static let requirePAR = Option.flag(
        "--require-par", help: "The IdP's metadata requires pushed authorization requests, and it takes no others.")
    public static let profile = Option.value(
        "--profile", as: "profile", .oneOf, default: LabProfile.keycloak,
        help: "Which server the lab is like: what it takes, what it says, what its tokens and answers look like.")

    // MARK: the gateway, in Kong's words and with dashes

    public static let kongConfig = Option.value(
        "--kong-config", as: "file", .file, help: "A plugin object of Kong's Admin API, or a list of them.")
    public static let dpop = Option.value(
        "--proof_of_possession_dpop", "--proof-of-possession-dpop", as: "mode", modes,
        help: "Whether proofs are needed.")
    public static let mtls = Option.value(
        "--proof_of_possession_mtls", "--proof-of-possession-mtls", as: "mode", modes,
        help: "Whether client certificates are needed.")
    public static let proofLifetime = Option.value(
        "--dpop_proof_lifetime", "--dpop-proof-lifetime", as: "seconds", seconds(proofLifetimes),
        help: "How far iat may be from the gateway's clock.")
    public static let useNonce = Option.flag("--dpop_use_nonce", "--dpop-use-nonce", help: "The gateway wants nonces.")
    public static let authMethods = Option.list(
        "--auth_methods", "--auth-methods", as: "methods",
        .words(kongMethods), help: "bearer, introspection, session; commas between.")
    public static let issuer = Option.value(
        "--issuer", as: "issuer", .text, help: "Issuer of the gateway; the lab's own IdP when left out.")
    public static let clientID = Option.value(
        "--client_id", "--client-id", as: "id", .text, help: "The gateway's client.")
    public static let clientSecret = Option.value(
        "--client_secret", "--client-secret", as: "secret", .secret, help: "Its secret.")
    public static let sessionSecret = Option.value(
        "--session_secret", "--session-secret", as: "secret", .secret, help: "Seals the session cookie.")
    public static let validation = Option.value(
        "--proof_of_possession_auth_methods_validation", "--proof-of-possession-auth-methods-validation",
        as: "true or false", .words(["true", "false"]), help: "Refuse auth methods that cannot prove possession.")
    public static let hideCredentials = Option.flag(
        "--hide_credentials", "--hide-credentials", help: "Take the credentials off before the upstream sees them.")
    public static let upstreamTokenHeader = Option.value(
        "--upstream_access_token_header", "--upstream-access-token-header", as: "header", .text,
        help: "Which field carries the token to the upstream; empty for none.")

    /// Every auth method of Kong's plugin.
    public static let kongMethods = [
        "authorization_code", "bearer", "client_credentials", "introspection", "kong_oauth2", "password",
        "refresh_token", "session", "userinfo",
    ]

    /// Seconds that a token and a proof may live: a year, a day.
    public static let tokenLifetimes = 0.0...31_536_000.0
    public static let proofLifetimes = 0.0...86_400.0

    private static func seconds(_ range: ClosedRange<Double>) -> Reading<Double> {
        Reading(
            .seconds, expected: "seconds from \(Int(range.lowerBound)) to \(Int(range.upperBound))",
            write: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" },
            parse: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } })
    }

    /// `https://idp.test`, without a path; a slash at its end is left out.
    private static let baseURL = Reading<String>(
        .text, expected: "an http or https URL without a path, such as https://idp.test:8443"
    ) { text in
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty, !parts[2].isEmpty,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"?#@\\\"<>".utf8.contains($0) })
        else { return nil }
        return url
    }

    private static let modes = Reading.words(["strict", "optional", "off"])

    private static func port(_ name: String, _ help: String) -> Option<Int> {
        .value(name, as: "port", .whole(0...65535), default: 0, help: help)
    }

    public static var table: Table {
        Table(
            [part],
            groups: [
                OptionGroup(
                    "Servers",
                    [
                        host, idpPort, gatewayPort, upstreamPort, controlPort, https, idpPublicURL, gatewayPublicURL,
                        trustHost,
                        trustForwarded, upstream, fault, record, threads, untilStdinCloses,
                    ]),
                OptionGroup("IdP", [realm, clients, opaque, tokenLifetime, idpNonce, requirePAR, idTokens, profile]),
                OptionGroup(
                    "Gateway",
                    [
                        kongConfig, dpop, mtls, proofLifetime, useNonce, authMethods, issuer, clientID, clientSecret,
                        sessionSecret, validation, hideCredentials, upstreamTokenHeader,
                    ]),
            ])
    }
}
