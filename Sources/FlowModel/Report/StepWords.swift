/// The words of a step: what it is, and what it is for.
public enum StepWords {
    /// `GET /get?a=1 · 401`, `200 DPoP token`, `key pair`.
    public static func title(_ step: Step, _ exchange: Exchange?) -> String {
        if !step.title.isEmpty { return step.title }
        guard let exchange else { return step.kind == .keygen ? "key pair" : step.kind.rawValue }
        let request = exchange.request
        let target = String(request.url.path.isEmpty ? "/" : request.url.path)
        switch step.kind {
        case .tokenRequest, .refresh, .pushedAuthorization, .authorization, .discovery, .jwks, .introspection,
            .userinfo,
            .revocation:
            return "\(request.method) \(target)"
        case .resourceRequest, .upstreamRequest, .unknown:
            return "\(request.method) \(target)\(request.url.query.map { "?\($0)" } ?? "")"
        case .tokenResponse, .upstreamResponse, .resourceResponse: return answer(step, exchange)
        case .gatewayValidation: return "validates token and proof"
        case .keygen: return "key pair"
        }
    }

    private static func answer(_ step: Step, _ exchange: Exchange) -> String {
        guard let response = exchange.response else { return "no answer captured" }
        if step.isNonceChallenge { return "\(response.status) use_dpop_nonce" }
        let error = response.headers.first("www-authenticate").flatMap { field in
            (try? Challenge.parse(field))?.compactMap { $0["error"] }.first
        }
        if step.kind == .tokenResponse, let root = response.body?.json?.root {
            if let type = root["token_type"]?.string { return "\(response.status) \(type) token" }
            if let code = root["error"]?.string { return "\(response.status) \(code)" }
        }
        return "\(response.status) \(error ?? response.reason)".trimmed
    }

    /// What the step is for, in two sentences.
    public static func purpose(_ step: Step) -> String {
        if step.isNonceChallenge {
            return
                "The server sends a nonce that it wants in the proof. The client repeats the request once, with a new proof."
        }
        if step.kind == .tokenResponse, let status = step.status, status >= 400 {
            return "The IdP refuses. Its answer says why, as far as it does."
        }
        return switch step.kind {
        case .keygen:
            "The client makes a key pair; the private half never leaves it. Everything below is bound to this key's thumbprint."
        case .discovery:
            "The IdP's metadata: where its endpoints are and which algorithms it takes. No proof is needed here."
        case .jwks: "The IdP's public keys, with which its tokens are verified. No proof is needed here."
        case .pushedAuthorization:
            "The client hands its authorization request to the IdP directly (PAR). A proof or dpop_jkt binds the code to its key."
        case .authorization:
            "The person logs in, here or on another device, and the client gets a code. dpop_jkt binds that code to the client's key."
        case .tokenRequest:
            "The client asks for a token and proves that it holds the key. The proof names method, URL and time, nothing more."
        case .tokenResponse:
            "The IdP hands out the token. Its cnf.jkt must be the thumbprint of the key that signed the proof."
        case .refresh:
            "The client trades its refresh token for a new access token. A public client must use the same key again."
        case .introspection where step.from == .client:
            "The client asks the IdP what its token is worth. The answer's cnf.jkt says which key the token is bound to."
        case .introspection:
            "The gateway asks the IdP what the token is worth. The answer's cnf.jkt says which key it is bound to."
        case .resourceRequest:
            "The client shows the token and proves that it still holds the key. The proof's ath names the token."
        case .gatewayValidation:
            "The gateway validates token and proof: signature, method, URL, time, ath, and that the keys are the same one."
        case .upstreamRequest:
            "The gateway passes the request on, downgraded to Bearer and without the proof. The upstream need not know DPoP."
        case .upstreamResponse: "The upstream answers the gateway. What it echoes shows what it got."
        case .resourceResponse: "The gateway answers the client. A refusal says so in WWW-Authenticate."
        case .userinfo:
            "The client asks the IdP who the person is. The IdP checks token and proof like any resource server."
        case .revocation: "The client gives a token back. Bound refresh tokens may need a proof here."
        case .unknown: "This exchange belongs to no step of the flow. It is kept and shown as it is."
        }
    }
}
