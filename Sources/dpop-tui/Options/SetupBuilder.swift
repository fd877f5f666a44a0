import Arguments
import FlowModel

/// Makes a live run out of settings.
struct SetupBuilder {
    let values: Values
    var settings: CheckSettings

    private var forceKey: Bool { values[RunOptions.forceKey] }

    func build() throws -> LiveSetup {
        var setup = LiveSetup()
        setup.settings = settings
        // A flag goes before what variables and profiles say; --server-profile before --profile.
        if let profile = values[RunOptions.serverProfile],
            values.isTyped(RunOptions.serverProfile) || !values.isTyped(Judging.profile)
        {
            setup.settings.profile = profile
        }
        setup.transport = transport()
        setup.resourceShape = try resource()
        setup.plan = try plan()
        if let url = values[RunOptions.resource] {
            setup.plan.resource = setup.resourceShape
            setup.plan.resource?.url = url
        }
        setup.allowedOrigins = values[RunOptions.allowOrigin]
        setup.loginTimeout = values[RunOptions.loginTimeout] ?? setup.loginTimeout
        let algorithm = values[RunOptions.alg]
        let transport = setup.transport
        if let place = values[RunOptions.signingKey] {
            let wish = PrivateKeyReader.Wish(
                passphrase: try values.secret(RunOptions.keyPassword), algorithm: algorithm, kid: values[RunOptions.kid]
            )
            let key = try PrivateKeyReader.read(place, wish, force: forceKey, transport: transport)
            setup.makeKey = { () throws(CryptoError) in key }
        } else {
            setup.makeKey = { () throws(CryptoError) in try SigningKey.generate(algorithm ?? .named("ES256")!) }
        }
        if let place = values[RunOptions.clientKey] {
            let wish = PrivateKeyReader.Wish(
                passphrase: try values.secret(RunOptions.clientKeyPassword), kid: values[RunOptions.clientKID],
                option: RunOptions.clientKeyPassword.spec.name)
            setup.clientKey = try PrivateKeyReader.read(place, wish, force: forceKey, transport: transport)
        }
        return setup
    }

    private func transport() -> TransportOptions {
        var options = TransportOptions()
        options.cacert = values[RunOptions.tlsRootCA]
        options.cert = values[RunOptions.tlsCert]
        options.key = values[RunOptions.tlsKey]
        options.proxy = values[RunOptions.proxy]
        options.resolve = values[RunOptions.resolve]
        options.connectTo = values[RunOptions.connectTo]
        options.insecure = values[RunOptions.insecure] ?? false
        options.http2 = values[RunOptions.http2] ?? false
        if let seconds = values[RunOptions.httpTimeout] { options.timeout = seconds }
        return options
    }

    private func plan() throws -> FlowPlan {
        var plan = FlowPlan()
        plan.issuer = values[RunOptions.issuer]
        plan.endpoints.token = values[RunOptions.tokenEndpoint]
        plan.endpoints.authorization = values[RunOptions.authorizationEndpoint]
        plan.endpoints.pushedAuthorization = values[RunOptions.parEndpoint]
        plan.endpoints.device = values[RunOptions.deviceEndpoint]
        plan.endpoints.introspection = values[RunOptions.introspectionEndpoint]
        plan.endpoints.userinfo = values[RunOptions.userinfoEndpoint]
        plan.endpoints.revocation = values[RunOptions.revocationEndpoint]
        plan.endpoints.jwks = values[RunOptions.jwksURI]
        plan.grant = values[RunOptions.grantType] ?? .clientCredentials
        plan.clientID = values[RunOptions.clientID] ?? ""
        plan.clientSecret = try values.secret(RunOptions.clientSecret)
        plan.clientAuthentication =
            values[RunOptions.authMethod]
            ?? (plan.clientSecret == nil ? .none : .basic)
        plan.scope = values[RunOptions.scopes].map(ParameterBuilder.words)
        plan.parameters = try ParameterBuilder(values: values).build()
        plan.username = values[RunOptions.username]
        plan.password = try values.secret(RunOptions.password)
        plan.refreshToken = try values.token(RunOptions.refreshToken, .refresh)
        plan.assertion = try values.secret(RunOptions.assertion)
        plan.subjectToken = try values.token(RunOptions.subjectToken)
        if let type = values[RunOptions.subjectTokenType] { plan.subjectTokenType = type }
        if let redirect = values[RunOptions.redirectURL] { plan.redirectURI = redirect }
        plan.usesPKCE = values[RunOptions.pkce] ?? true
        plan.usesPAR = values[RunOptions.par]
        plan.sendsThumbprint = values[RunOptions.dpopJKT] ?? true
        plan.usesMutualTLS = values[RunOptions.mtls] ?? false
        plan.usesDPoP = values[RunOptions.dpop] ?? !plan.usesMutualTLS
        plan.algorithmIsChosen = values[RunOptions.alg] != nil
        plan.acceptsBearer = (values[RunOptions.allowBearer] ?? false) || !plan.usesDPoP
        plan.afterwards = values[RunOptions.then]
        return plan
    }

    /// The resource request, but for its URL.
    private func resource() throws -> ResourceRequest {
        var request = ResourceRequest(
            method: values[RunOptions.method] ?? (values[RunOptions.body] == nil ? "GET" : "POST"), url: "")
        request.headers = values[RunOptions.header].map(field)
        request.addedHeaders = values[RunOptions.headerAdd].map(field)
        warn(of: request.headers, RunOptions.header, "in place of the run's own")
        warn(of: request.addedHeaders, RunOptions.headerAdd, "beside the run's own")
        if let body = values[RunOptions.body] {
            request.body = body.hasPrefix("@") ? try FileBytes.read(String(body.dropFirst())).text : body
        }
        return request
    }

    /// Says what is set of a resource request that will not be sent.
    static func tellIdle(_ values: Values) {
        let options: [any OptionDeclaration] = [
            RunOptions.method, RunOptions.header, RunOptions.headerAdd, RunOptions.body,
        ]
        for option in options where values.source(option) != nil {
            complain("warning: \(values.place(option)) is for a resource request, and there is no --resource")
        }
    }

    private func field(_ line: String) -> Header {
        let name = line.prefix { $0 != ":" }
        return Header(String(name), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
    }

    /// The token and its proof are never replaced or joined without a word.
    private func warn(of fields: [Header], _ option: any OptionDeclaration, _ words: Harmless) {
        for field in fields where field.isNamed("authorization") || field.isNamed("dpop") {
            complain("warning: \(values.place(option)) \(field.name) is sent \(words)")
        }
    }
}
