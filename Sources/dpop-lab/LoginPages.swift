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
            guard form["client_id"] == pushed.client else {
                return page("Invalid request", "<p>The request_uri is another client's.</p>", status: 400)
            }
            let login = (form["username"], form["password"])
            (form, jkt) = (pushed.form, pushed.jkt)
            return answer(request, form, of: pushed.client, jkt: jkt, uri: uri, login: login)
        }
        return answer(
            request, form, of: form["client_id"], jkt: form["dpop_jkt"], uri: nil,
            login: (form["username"], form["password"]))
    }

    private func answer(
        _ request: LabRequest, _ form: Form, of id: String?, jkt: String?, uri: String?, login: (String?, String?)
    ) -> LabResponse {
        guard let id, let client = realm.clients[id] else {
            return page("Invalid request", "<p>Client not found.</p>", status: 400)
        }
        guard let redirect = form["redirect_uri"], client.allows(redirect: redirect) else {
            return page("Invalid request", "<p>Invalid parameter: redirect_uri</p>", status: 400)
        }
        func back(_ fields: [(String, String)]) -> LabResponse {
            let state = form["state"].map { [("state", $0)] } ?? []
            if form["response_mode"] == "form_post" { return posted(fields + state, to: redirect) }
            let query = (fields + state).map { "\(PercentEncoding.form($0.0))=\(PercentEncoding.form($0.1))" }.joined(
                separator: "&")
            return .redirect(redirect + (redirect.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query)
        }
        if let words = Self.problem(form, client) {
            return back([("error", "invalid_request"), ("error_description", words)])
        }
        guard form["response_type"] == "code" else { return back([("error", "unsupported_response_type")]) }
        if client.requiresPAR || realm.options.requiresPAR, uri == nil {
            return back([
                ("error", "invalid_request"), ("error_description", "Pushed Authorization Request is only allowed."),
            ])
        }
        guard let user = login.0 else { return self.login(request, form, id, uri: uri, wrong: false) }
        guard Realm.users[user] == login.1 else { return self.login(request, form, id, uri: uri, wrong: true) }
        let grantee = Realm.Grantee(
            client: id, subject: user, scope: form["scope"] ?? "openid", jkt: jkt, redirect: redirect,
            challenge: form["code_challenge"], expires: realm.now() + Realm.codeLifetime, nonce: form["nonce"])
        if let uri { realm.forget(pushed: uri) }
        return back([("code", realm.code(for: grantee))])
    }

    /// A page that posts the answer by itself, or by a button (OAuth 2.0 Form Post Response Mode).
    private func posted(_ fields: [(String, String)], to redirect: String) -> LabResponse {
        let hidden = fields.map {
            "<input type=\"hidden\" name=\"\(Markup.escape($0.0))\" value=\"\(Markup.escape($0.1))\">"
        }.joined()
        let form = "<form method=\"post\" action=\"\(Markup.escape(redirect))\">\(hidden)<button>Go on</button></form>"
        return page("Back to the client", form + "<script>document.forms[0].submit()</script>", status: 200)
    }

    /// What is wrong with an authorization request, in Keycloak's words; nil when nothing is.
    static func problem(_ form: Form, _ client: LabClient) -> String? {
        if ["scope", "state", "nonce"].contains(where: { (form[$0] ?? "").utf8.count > IdP.longestText }) {
            return "Parameter is too long"
        }
        // RFC 9700 §2.1.1: a public client's code is nobody else's by PKCE alone.
        guard let challenge = form["code_challenge"] else {
            return client.isPublic ? "Missing parameter: code_challenge" : nil
        }
        guard form["code_challenge_method"] == "S256" else { return "Invalid parameter: code_challenge_method" }
        return (try? Base64URL.decode(challenge))?.count == 32 ? nil : "Invalid parameter: code_challenge"
    }

    private func login(_ request: LabRequest, _ form: Form, _ id: String, uri: String?, wrong: Bool) -> LabResponse {
        let kept =
            uri.map { [("client_id", id), ("request_uri", $0)] }
            ?? form.members.filter { $0.name != "username" && $0.name != "password" }
        let hidden = kept.map {
            "<input type=\"hidden\" name=\"\(Markup.escape($0.0))\" value=\"\(Markup.escape($0.1))\">"
        }.joined()
        let complaint = wrong ? "<p><b>Invalid username or password.</b></p>" : ""
        return page(
            "Sign in to \(Markup.escape(id))",
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
