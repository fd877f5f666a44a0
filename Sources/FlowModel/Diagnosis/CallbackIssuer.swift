/// The browser's way back to the client with a code: `iss` is the issuer's that was asked (RFC 9207).
enum CallbackIssuer {
    static func sightings(_ input: DiagnosisInput) -> [DiagnosisRule.Sighting] {
        let issuers = input.context.issuers
        guard let first = issuers.first?.issuer else { return [] }
        // Where one of several promises nothing, nobody knows whose callback it is.
        let isPromised = input.context.promisedIss == issuers.count
        return callbacks(input).compactMap { step, form in
            guard let iss = form["iss"] else {
                guard isPromised, form["state"] != nil else { return nil }
                return DiagnosisRule.Sighting(
                    step: step,
                    words:
                        "the callback has no `iss`, and the metadata of \(first) promises one: it may be another server's",
                    evidence: [Evidence("iss", expected: first, actual: nil)])
            }
            guard !issuers.contains(where: { $0.issuer == iss }) else { return nil }
            return DiagnosisRule.Sighting(
                step: step, words: "the callback says iss \(iss), and the metadata says \(first)",
                evidence: [Evidence("iss", expected: first, actual: iss)])
        }
    }

    /// Callbacks that brought a code: the requests, or where none was recorded the redirects that lead to them.
    private static func callbacks(_ input: DiagnosisInput) -> [(step: Int, form: Form)] {
        let origins = Set(input.context.issuers.map { HTTPURL($0.issuer).origin })
        func form(_ url: HTTPURL) -> Form? {
            guard let query = url.query, query.has("code="), !origins.contains(url.origin) else { return nil }
            let form = Form(query)
            return form["code"] == nil ? nil : form
        }
        let own = input.requests.compactMap { step, material in
            form(material.exchange.request.url).map { (step, $0) }
        }
        guard own.isEmpty else { return own }
        return input.requests.compactMap { step, material in
            guard input.flow.steps[step].kind == .authorization, let response = material.exchange.response,
                (300..<400).contains(response.status), let location = response.headers.first("location")
            else { return nil }
            return form(HTTPURL(location)).map { (step, $0) }
        }
    }
}
