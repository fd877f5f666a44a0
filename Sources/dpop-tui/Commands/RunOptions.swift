import ArgumentParser
import FlowModel

/// The flags of a live run. Each also comes from its variable and from profiles; `Setting.all` is the list.
struct RunOptions: ParsableArguments {
    @Option(help: "Issuer, or the URL of its metadata document.") var issuer: String?
    @Option(help: "Client id.") var clientId: String?
    @Option(help: "Client secret: @file, env:NAME, cmd:COMMAND, prompt, or itself.") var clientSecret: String?
    @Option(help: "none, client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt or tls_client_auth.") var authMethod: String?
    @Option(help: "client_credentials, authorization_code, refresh_token, password, device, token-exchange or jwt-bearer.") var grantType: String?
    @Option(help: "Scopes, space or comma between.") var scopes: String?
    @Option(help: "Audience of a token exchange.") var audience: String?
    @Option(help: "User of the password grant.") var username: String?
    @Option(help: "That user's password: @file, env:NAME, cmd:COMMAND or prompt.") var password: String?
    @Option(help: "Refresh token to spend.") var refreshToken: String?
    @Option(help: "Assertion of the JWT bearer grant.") var assertion: String?
    @Option(help: "Token to exchange.") var subjectToken: String?
    @Option(help: "Redirect URL; a loopback one is listened on.") var redirectUrl: String?
    @Flag(inversion: .prefixedNo, help: "PKCE with the code grant.") var pkce: Bool?
    @Flag(inversion: .prefixedNo, help: "Push the authorization request (RFC 9126).") var par: Bool?
    @Flag(inversion: .prefixedNo, help: "Announce the key with the authorization request.") var dpopJkt: Bool?
    @Flag(inversion: .prefixedNo, help: "Sign proofs.") var dpop: Bool?
    @Flag(inversion: .prefixedNo, help: "Bind by the client certificate instead (RFC 8705).") var mtls: Bool?
    @Flag(help: "Go on when the IdP answers token_type Bearer.") var allowBearer = false
    @Option(help: "The proof key: JWK, JWKS (file or https URL), PEM or PKCS#12; made anew when left out.") var signingKey: String?
    @Option(help: "Pass phrase of the key file.") var keyPassword: String?
    @Flag(help: "Use a key file that others can read.") var forceKey = false
    @Option(help: ArgumentHelp("\(SignatureAlgorithm.all.map(\.name).joined(separator: ", ")).", valueName: "alg")) var alg: String?
    @Option(help: "Key of private_key_jwt; the proof key when left out.") var clientKey: String?
    @Option(help: .hidden) var tokenEndpoint: String?
    @Option(help: .hidden) var authorizationEndpoint: String?
    @Option(help: .hidden) var parEndpoint: String?
    @Option(help: .hidden) var deviceEndpoint: String?
    @Option(help: .hidden) var introspectionEndpoint: String?
    @Option(help: .hidden) var userinfoEndpoint: String?
    @Option(help: .hidden) var revocationEndpoint: String?
    @Option(help: .hidden) var jwksUri: String?
    @Option(help: "URL of the protected resource.") var resource: String?
    @Option(name: [.customShort("X"), .long], help: "Method of the resource request.") var method: String?
    @Option(name: [.customShort("H"), .long], help: "Header of the resource request, 'Name: value'.") var header: [String] = []
    @Option(name: [.customShort("d"), .long], help: "Body of the resource request, or @file.") var body: String?
    @Option(help: "Afterwards: introspection, userinfo, refresh, revocation, resource; may be given several times.") var then: [String] = []
    @Option(name: [.customLong("tls-cert"), .customLong("cert")], help: "Client certificate, PEM.") var tlsCert: String?
    @Option(name: [.customLong("tls-key")], help: "Its key, PEM.") var tlsKey: String?
    @Option(name: [.customLong("tls-root-ca"), .customLong("cacert")], help: "CA certificates to trust, PEM.") var tlsRootCa: String?
    @Flag(help: "Do not verify certificates; every step says so.") var insecure = false
    @Option(help: "host:port:address, as curl's.") var resolve: [String] = []
    @Option(help: "host:port:host:port, as curl's.") var connectTo: [String] = []
    @Option(help: "Proxy URL.") var proxy: String?
    @Option(help: "Seconds a request may take.") var httpTimeout: String?
    @Flag(help: "HTTP/2 where offered.") var http2 = false

    /// What the flags say.
    func values() throws -> SettingValues {
        var values = SettingValues()
        func put(_ name: String, _ text: String?) {
            if let text { values.set(name, [text], SettingSource(words: "--\(name)")) }
        }
        func put(_ name: String, _ flag: Bool?) { put(name, flag.map { $0 ? "true" : "false" }) }
        func put(_ name: String, _ list: [String]) { if !list.isEmpty { values.set(name, list, SettingSource(words: "--\(name)")) } }
        put("issuer", issuer); put("client-id", clientId); put("client-secret", clientSecret); put("auth-method", authMethod)
        put("grant-type", grantType); put("scopes", scopes); put("audience", audience); put("username", username)
        put("password", password); put("refresh-token", refreshToken); put("assertion", assertion); put("subject-token", subjectToken)
        put("redirect-url", redirectUrl); put("pkce", pkce); put("par", par); put("dpop-jkt", dpopJkt); put("dpop", dpop); put("mtls", mtls)
        put("allow-bearer", allowBearer ? true : nil); put("signing-key", signingKey); put("key-password", keyPassword); put("alg", alg)
        put("client-key", clientKey); put("token-endpoint", tokenEndpoint); put("authorization-endpoint", authorizationEndpoint)
        put("par-endpoint", parEndpoint); put("device-endpoint", deviceEndpoint); put("introspection-endpoint", introspectionEndpoint)
        put("userinfo-endpoint", userinfoEndpoint); put("revocation-endpoint", revocationEndpoint); put("jwks-uri", jwksUri)
        put("resource", resource); put("method", method); put("header", header); put("body", body)
        put("then", then.flatMap { $0.split(separator: ",").map(String.init) })
        put("tls-cert", tlsCert); put("tls-key", tlsKey); put("tls-root-ca", tlsRootCa); put("insecure", insecure ? true : nil)
        put("resolve", resolve); put("connect-to", connectTo); put("proxy", proxy); put("http-timeout", httpTimeout); put("http2", http2 ? true : nil)
        for setting in Setting.all { try values.check(setting) }
        return values
    }
}

/// Makes a live run out of settings.
struct SetupBuilder {
    let values: SettingValues
    var forceKey = false
    var settings: CheckSettings

    func build() throws -> LiveSetup {
        var setup = LiveSetup()
        setup.settings = settings
        if let name = values.text("server-profile"), let profile = ServerProfile.named(name) { setup.settings.profile = profile }
        setup.transport = transport()
        setup.plan = try plan()
        let algorithm = values.text("alg").flatMap(SignatureAlgorithm.named)
        let transport = setup.transport
        if let place = values.text("signing-key") {
            let key = try PrivateKeyReader.read(
                place, passphrase: try values.secret("key-password"), algorithm: algorithm, force: forceKey, transport: transport)
            setup.makeKey = { () throws(CryptoError) in key }
        } else {
            setup.makeKey = { () throws(CryptoError) in try SigningKey.generate(algorithm ?? .named("ES256")!) }
        }
        if let place = values.text("client-key") {
            setup.clientKey = try PrivateKeyReader.read(place, passphrase: nil, algorithm: nil, force: forceKey, transport: transport)
        }
        return setup
    }

    private func transport() -> TransportOptions {
        var options = TransportOptions()
        options.cacert = values.text("tls-root-ca")
        options.cert = values.text("tls-cert")
        options.key = values.text("tls-key")
        options.proxy = values.text("proxy")
        options.resolve = values.list("resolve")
        options.connectTo = values.list("connect-to")
        options.insecure = values.flag("insecure")
        options.http2 = values.flag("http2")
        if let seconds = values.text("http-timeout").flatMap(Double.init) { options.timeout = seconds }
        return options
    }

    private func plan() throws -> FlowPlan {
        var plan = FlowPlan()
        plan.issuer = values.text("issuer")
        plan.endpoints.token = values.text("token-endpoint")
        plan.endpoints.authorization = values.text("authorization-endpoint")
        plan.endpoints.pushedAuthorization = values.text("par-endpoint")
        plan.endpoints.device = values.text("device-endpoint")
        plan.endpoints.introspection = values.text("introspection-endpoint")
        plan.endpoints.userinfo = values.text("userinfo-endpoint")
        plan.endpoints.revocation = values.text("revocation-endpoint")
        plan.endpoints.jwks = values.text("jwks-uri")
        plan.grant = values.text("grant-type").flatMap(Grant.named) ?? .clientCredentials
        plan.clientID = values.text("client-id") ?? ""
        plan.clientSecret = try values.secret("client-secret")
        plan.clientAuthentication = values.text("auth-method").flatMap(ClientAuthentication.named) ?? (plan.clientSecret == nil ? .none : .basic)
        plan.scope = values.text("scopes").map { $0.split { $0 == "," || $0 == " " }.joined(separator: " ") }
        plan.audience = values.text("audience")
        plan.username = values.text("username")
        plan.password = try values.secret("password")
        plan.refreshToken = try values.secret("refresh-token")
        plan.assertion = try values.secret("assertion")
        plan.subjectToken = try values.secret("subject-token")
        if let redirect = values.text("redirect-url") { plan.redirectURI = redirect }
        plan.usesPKCE = values.flag("pkce", default: true)
        plan.usesPAR = values.flag("par")
        plan.sendsThumbprint = values.flag("dpop-jkt", default: true)
        plan.usesMutualTLS = values.flag("mtls")
        plan.usesDPoP = values.flag("dpop", default: !plan.usesMutualTLS)
        plan.acceptsBearer = values.flag("allow-bearer") || !plan.usesDPoP
        if let url = values.text("resource") { plan.resource = try resource(url) }
        plan.afterwards = try values.list("then").map { name in
            guard let stage = LiveStage(rawValue: name), [.introspection, .userinfo, .refresh, .revocation, .resource].contains(stage) else {
                throw ConfigError(place: values.source("then"), words: "unknown step '\(name)'; expected introspection, userinfo, refresh, revocation or resource")
            }
            return stage
        }
        return plan
    }

    private func resource(_ url: String) throws -> ResourceRequest {
        guard url.has("://") else { throw ConfigError(place: values.source("resource"), words: "expected an absolute URL, found '\(url)'") }
        var request = ResourceRequest(method: values.text("method") ?? (values.text("body") == nil ? "GET" : "POST"), url: url)
        for line in values.list("header") {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ConfigError(place: values.source("header"), words: "expected 'Name: value', found '\(line)'") }
            request.headers.append(Header(parts[0], String(parts[1].drop { $0 == " " })))
        }
        if let body = values.text("body") {
            request.body = body.hasPrefix("@") ? try FileBytes.read(String(body.dropFirst())).text : body
        }
        return request
    }
}
