import FlowModel

extension Target {
    /// A run whose servers answer what the input says: a line of settings, then answers with `--` lines between, each a
    /// status, fields, an empty line and a body.
    static let live = Target(name: "live") { bytes in
        var answers = bytes.text.split(separator: "\n--\n", omittingEmptySubsequences: false)[...]
        guard let settings = answers.popFirst() else { return }
        let made = plan(settings)
        var flow = LiveFlow(plan: made, key: key, random: { [UInt8](repeating: 7, count: $0) })
        var now = 1_700_000_000.0
        var seen = 0
        // Each answer is asked for once, and a nonce or a redirect once more: who asks on for ever is caught.
        while seen < 64 {
            seen += 1
            now += 1
            switch flow.wanted {
            case .send(let stage):
                guard let request = try? flow.request(stage, at: now) else { return }
                require(RequestHead.problem(request) == nil, "a request of two: \(request.url.text)")
                require(repeated(request.form) == nil, "a parameter that comes twice: \(repeated(request.form) ?? "")")
                guard let answer = answers.popFirst() else { return flow.fail("the input is over") }
                flow.take(response(answer), to: request, of: stage, at: now)
            case .visit(let url):
                require(!url.contains("\n"), "a login of two lines")
                require(repeated(HTTPURL(url).query.map { Form($0) }) == nil, "a login's parameter that comes twice")
                guard let answer = answers.popFirst() else { return }
                let taken = flow.take(redirect: String(answer))
                // What is no answer is waited past; everything else is taken or ends the run.
                if case .visit = flow.wanted { require(taken?.isNone == true, "the redirect was not taken: \(answer)") }
                if case .code = taken { require(flow.wanted == .send(.token), "the code was not taken: \(answer)") }
            case .approve(_, _, let interval):
                require((1...60).contains(interval), "interval \(interval)")
                guard answers.popFirst() != nil else { return }
                flow.resume(at: now + Double(interval))
            case .decide: flow.goOn()
            case .finished, .stopped: return
            }
        }
    }

    private static let key = try! SigningKey.generate(.named("ES256")!)

    /// A name that a form has twice, of those that may not.
    private static func repeated(_ form: Form?) -> String? {
        let names = (form?.members ?? []).map(\.name).filter { FormFields.Repeatable(rawValue: $0) == nil }
        return names.first { name in names.filter { $0 == name }.count > 1 }
    }

    /// Words that change the plan.
    private static func plan(_ settings: Substring) -> FlowPlan {
        var plan = FlowPlan()
        (plan.issuer, plan.clientID, plan.clientSecret) = ("https://idp.test/realms/a", "client", "s3cret")
        plan.resource = ResourceRequest(url: "https://api.test/r?a=1")
        plan.assertion = "a.b.c"
        (plan.subjectToken, plan.refreshToken, plan.username, plan.password) = ("a.b.c", "r", "u", "p")
        for word in settings.split(separator: " ") {
            switch word {
            case "par": plan.usesPAR = true
            case "bearer": plan.acceptsBearer = true
            case "plain": plan.usesDPoP = false
            case "mtls": plan.usesMutualTLS = true
            case "openid": plan.scope = "openid"
            case "params":
                plan.parameters = ["prompt": "login", "client_id": "c2", "scope": "openid", "code": "c", "x": "1"]
                plan.parameters.add(.resource, "https://api.test")
                plan.parameters.add(.audience, "api")
            case "after": plan.afterwards = [.introspection, .userinfo, .refresh, .resource, .revocation]
            default:
                if let grant = Grant.named(String(word)) { plan.grant = grant }
                if let way = ClientAuthentication.named(String(word)) { plan.clientAuthentication = way }
            }
        }
        return plan
    }

    private static func response(_ text: Substring) -> Response {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let status = lines.popFirst().flatMap { Int($0) } ?? 200
        var headers: [Header] = []
        while let line = lines.popFirst(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers.append(Header(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
        }
        let body = lines.joined(separator: "\n")
        return Response(status: status, headers: headers, body: body.isEmpty ? nil : Body(Bytes(body)))
    }
}
