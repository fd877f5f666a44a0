import FlowModel

/// The request in a few lines: where it goes, how the token is shown, and what it asks for.
struct RequestFacts {
    let scene: StepScene
    let exchange: Exchange

    /// Checks that look at the request as a whole.
    private static let grants: [CheckID] = [.codeBinding, .refreshBinding]

    static func section(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind.isRequest, let exchange = scene.material?.exchange else { return nil }
        let own = RequestFacts(scene: scene, exchange: exchange)
        return FactSection(title: "REQUEST", facts: [own.target] + own.scheme + own.client + own.parameters)
    }

    private var target: Fact {
        let url = scene.redactor.mask(exchange.request.url.text)
        return Fact(
            label: exchange.request.method.squeezed(7), value: url,
            must: scene.applies(.transportSecure) ? "https, or loopback" : "", checks: [.transportSecure],
            isLong: true,
            place: Place(.url, SourceSpan(0, 0)), copy: url)
    }

    /// How the token is presented: the scheme, and whose token it is.
    private var scheme: [Fact] {
        let shown = scene.material?.presented
        guard shown != nil || scene.applies(.requestScheme) else { return [] }
        let issued = scene.material?.token.flatMap { scene.view.story.bindings[$0.fingerprint]?.issuedBy }
        let whose = scene.label(ofExchange: issued, answer: true).map { "the token of step \($0)" } ?? "a token"
        let place: Place? =
            switch shown?.place {
            case .authorization?: shown?.field.map { Place(.request, SourceSpan($0, 0)) }
            case .query?: Place(.url, SourceSpan(0, 0))
            case .body?: Place(.requestBody, SourceSpan(0, 0))
            case nil: nil
            }
        let value = shown.map { "\($0.scheme.isEmpty ? "no scheme" : String($0.scheme.prefix(64))), \(whose)" }
        return [
            Fact(
                label: "auth", value: value ?? "not recorded", must: "Authorization: DPoP <token>",
                short: "DPoP <token>",
                checks: [.requestScheme, .requestPlacement], evidence: "Authorization", place: place)
        ]
    }

    /// How the client says who it is, at the IdP's own endpoints.
    private var client: [Fact] {
        guard scene.step.to == .idp, let form = scene.material?.form else { return [] }
        let field = exchange.request.headers.firstIndex { $0.isNamed("authorization") }
        let header = field.map { exchange.request.headers[$0].value.prefix { $0 != " " } } ?? ""
        let how: String
        if header.lowercased() == "basic" {
            how = "secret in the Authorization field (Basic)"
        } else if form["client_assertion"] != nil {
            how = "a signed assertion"
        } else if form["client_secret"] != nil {
            how = "secret in the body"
        } else if exchange.tls?.clientCertificate != nil {
            how = "a client certificate"
        } else {
            how = "no authentication: a public client"
        }
        return [
            Fact(
                label: "client", value: [form["client_id"], how].compactMap { $0 }.joined(separator: ", "),
                place: field.map { Place(.request, SourceSpan($0, 0)) } ?? Place(.requestBody, SourceSpan(0, 0)))
        ]
    }

    /// What is asked for: the members of the form, or of the query of a login.
    private var parameters: [Fact] {
        let query = scene.step.kind == .authorization ? exchange.request.url.query.map { Form($0) } : nil
        let isForm = exchange.request.form != nil && scene.step.kind != .resourceRequest
        guard let form = isForm ? exchange.request.form : query else { return [] }
        let skipped: Set<String> = ["client_id", "client_secret", "client_assertion", "client_assertion_type"]
        let place = isForm ? Place(.requestBody, SourceSpan(0, 0)) : Place(.url, SourceSpan(0, 0))
        return form.members.filter { isForm ? !skipped.contains($0.name) : true }.prefix(14).map { member in
            let isGrant = member.name == "code" || member.name == "refresh_token"
            let isJudged = isGrant && Self.grants.contains(where: scene.applies)
            return Fact(
                label: member.name, value: scene.redactor.mask(member.value, of: member.name),
                must: isJudged ? "bound to the proof's key" : "", checks: isGrant ? Self.grants : [],
                keepsMust: scene.worst(Self.grants)?.verdict != .cannotTell, place: place,
                copy: scene.redactor.mask(member.value))
        }
    }
}
