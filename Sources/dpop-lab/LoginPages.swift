import FlowModel

/// The pages a person sees: login for the code flow, approval of devices.
struct LoginPages {
    let realm: Realm

    func authorize(_ request: LabRequest) -> LabResponse {
        var form = request.method == "POST" ? request.form : request.parameters
        var jkt: String?
        let uri = form["request_uri"]
        if let uri {
            guard let pushed = realm.pushed(uri) else {
                return page("Invalid request", "<p>The request_uri is unknown or expired.</p>", status: 400)
            }
            let login = (form["username"], form["password"])
            (form, jkt) = (pushed.form, pushed.jkt)
            return answer(request, form, jkt: jkt, uri: uri, login: login)
        }
        return answer(request, form, jkt: form["dpop_jkt"], uri: nil, login: (form["username"], form["password"]))
    }

    private func answer(_ request: LabRequest, _ form: Form, jkt: String?, uri: String?, login: (String?, String?))
        -> LabResponse
    {
        guard let id = form["client_id"], let client = realm.clients[id] else {
            return page("Invalid request", "<p>Client not found.</p>", status: 400)
        }
        guard let redirect = form["redirect_uri"], client.allows(redirect: redirect) else {
            return page("Invalid request", "<p>Invalid parameter: redirect_uri</p>", status: 400)
        }
        func back(_ fields: [(String, String)]) -> LabResponse {
            let state = form["state"].map { [("state", $0)] } ?? []
            let query = (fields + state).map { "\(PercentEncoding.form($0.0))=\(PercentEncoding.form($0.1))" }.joined(
                separator: "&")
            return .redirect(redirect + (redirect.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query)
        }
        guard form["response_type"] == "code" else { return back([("error", "unsupported_response_type")]) }
        if client.requiresPAR, uri == nil {
            return back([
                ("error", "invalid_request"), ("error_description", "Pushed Authorization Request is only allowed."),
            ])
        }
        guard let user = login.0 else { return self.login(request, form, uri: uri, wrong: false) }
        guard Realm.users[user] == login.1 else { return self.login(request, form, uri: uri, wrong: true) }
        let grantee = Realm.Grantee(
            client: id, subject: user, scope: form["scope"] ?? "openid", jkt: jkt, redirect: redirect,
            challenge: form["code_challenge"], expires: realm.now() + 60)
        return back([("code", realm.code(for: grantee))])
    }

    private func login(_ request: LabRequest, _ form: Form, uri: String?, wrong: Bool) -> LabResponse {
        let kept =
            uri.map { [("client_id", form["client_id"] ?? ""), ("request_uri", $0)] }
            ?? form.members.filter { $0.name != "username" && $0.name != "password" }
        let hidden = kept.map {
            "<input type=\"hidden\" name=\"\(Markup.escape($0.0))\" value=\"\(Markup.escape($0.1))\">"
        }.joined()
        let complaint = wrong ? "<p><b>Invalid username or password.</b></p>" : ""
        return page(
            "Sign in to \(Markup.escape(form["client_id"] ?? ""))",
            "\(complaint)<form method=\"post\" action=\"\(Markup.escape(request.path))\">\(hidden)\(Self.credentials)<button>Sign in</button></form>",
            status: 200)
    }

    private static let credentials =
        "<p><label>Username <input name=\"username\" value=\"ada\" autofocus></label></p><p><label>Password <input name=\"password\" type=\"password\"></label></p><p>The lab's people are ada (lovelace) and grace (hopper).</p>"

    func device(_ request: LabRequest) -> LabResponse {
        let form = request.method == "POST" ? request.form : request.parameters
        guard request.method == "POST", let user = form["username"], let code = form["user_code"] else {
            let input =
                "<p><label>Code <input name=\"user_code\" value=\"\(Markup.escape(form["user_code"] ?? ""))\"></label></p>"
            return page(
                "Approve a device", "<form method=\"post\">\(input)\(Self.credentials)<button>Approve</button></form>",
                status: 200)
        }
        guard Realm.users[user] == form["password"] else {
            return page("Approve a device", "<p><b>Invalid username or password.</b></p>", status: 401)
        }
        let known = realm.approve(userCode: code, subject: user)
        return page(
            "Approve a device",
            known ? "<p>Approved. You may close this page.</p>" : "<p>That code is unknown or expired.</p>",
            status: known ? 200 : 400)
    }

    private func page(_ title: String, _ body: String, status: Int) -> LabResponse {
        .html(
            "<!doctype html><meta charset=\"utf-8\"><title>\(title)</title><style>body{font:16px sans-serif;max-width:26rem;margin:4rem auto;color:#222}input{font:inherit;padding:.3rem}button{font:inherit;padding:.4rem 1rem}</style><h1>\(title)</h1>\(body)",
            status: status)
    }
}
