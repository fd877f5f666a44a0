import FlowModel

/// Makes a live run out of settings.
struct SetupBuilder {
    let values: SettingValues
    var forceKey = false
    var settings: CheckSettings

    func build() throws -> LiveSetup {
        var setup = LiveSetup()
        setup.settings = settings
        if let name = values.text("server-profile"), let profile = ServerProfile.named(name) {
            setup.settings.profile = profile
        }
        setup.transport = transport()
        setup.plan = try plan()
        let algorithm = values.text("alg").flatMap(SignatureAlgorithm.named)
        let transport = setup.transport
        if let place = values.text("signing-key") {
            let key = try PrivateKeyReader.read(
                place, passphrase: try values.secret("key-password"), algorithm: algorithm, force: forceKey,
                transport: transport)
            setup.makeKey = { () throws(CryptoError) in key }
        } else {
            setup.makeKey = { () throws(CryptoError) in try SigningKey.generate(algorithm ?? .named("ES256")!) }
        }
        if let place = values.text("client-key") {
            setup.clientKey = try PrivateKeyReader.read(
                place, passphrase: nil, algorithm: nil, force: forceKey, transport: transport)
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
        plan.clientAuthentication =
            values.text("auth-method").flatMap(ClientAuthentication.named)
            ?? (plan.clientSecret == nil ? .none : .basic)
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
            guard let stage = LiveStage(rawValue: name),
                [.introspection, .userinfo, .refresh, .revocation, .resource].contains(stage)
            else {
                throw ConfigError(
                    place: values.source("then"),
                    words: "unknown step '\(name)'; expected introspection, userinfo, refresh, revocation or resource")
            }
            return stage
        }
        return plan
    }

    private func resource(_ url: String) throws -> ResourceRequest {
        guard url.has("://") else {
            throw ConfigError(place: values.source("resource"), words: "expected an absolute URL, found '\(url)'")
        }
        var request = ResourceRequest(
            method: values.text("method") ?? (values.text("body") == nil ? "GET" : "POST"), url: url)
        for line in values.list("header") {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ConfigError(place: values.source("header"), words: "expected 'Name: value', found '\(line)'")
            }
            request.headers.append(Header(parts[0], String(parts[1].drop { $0 == " " })))
        }
        if let body = values.text("body") {
            request.body = body.hasPrefix("@") ? try FileBytes.read(String(body.dropFirst())).text : body
        }
        return request
    }
}
