/// The browser's way back to the client has the `state` of the request that it answers (RFC 6749 §4.1.2).
enum CallbackState {
    /// Authorization requests whose own redirect back has another one.
    static func sightings(_ input: DiagnosisInput) -> [DiagnosisRule.Sighting] {
        input.requests.compactMap { step, material in
            let exchange = material.exchange
            guard input.flow.steps[step].kind == .authorization, let response = exchange.response,
                (300..<400).contains(response.status), let location = response.headers.first("location"),
                let expected = state(of: exchange.request, input)
            else { return nil }
            let back = HTTPURL(location)
            let form = [back.query, back.fragment].lazy.compactMap { $0.map { Form($0) } }.first { $0["code"] != nil }
            guard let form, back.origin != exchange.request.url.origin else { return nil }
            let found = form["state"]
            guard found != expected, !Redacted.isOne(expected), !Redacted.isOne(found ?? "") else { return nil }
            return DiagnosisRule.Sighting(
                step: step,
                words: found.map { "the callback's state is '\($0)', and the request's is '\(expected)'" }
                    ?? "the callback has no state, and the request has one",
                evidence: [Evidence("state", expected: expected, actual: found)])
        }
    }

    /// The state of an authorization request: its own, or that of the request that was pushed for it.
    private static func state(of request: Request, _ input: DiagnosisInput) -> String? {
        guard let query = request.url.query else { return nil }
        let form = Form(query)
        if let state = form["state"] { return state }
        guard let uri = form["request_uri"] else { return nil }
        return input.requests.lazy.compactMap { step, material -> String? in
            guard input.flow.steps[step].kind == .pushedAuthorization,
                material.exchange.response?.body?.json?.root["request_uri"]?.string == uri
            else { return nil }
            return material.form?["state"]
        }.first
    }
}
