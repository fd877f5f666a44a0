import FlowModel

/// The answer in a few lines: the status, what it says, what it hands out.
struct AnswerFacts {
    let scene: StepScene
    let exchange: Exchange

    static func section(_ scene: StepScene) -> FactSection? {
        guard scene.step.kind.showsAnswer || scene.step.isNonceChallenge, !scene.step.isPlanned,
            let exchange = scene.material?.exchange
        else { return nil }
        let own = AnswerFacts(scene: scene, exchange: exchange)
        return FactSection(title: "ANSWER", facts: own.facts)
    }

    private var facts: [Fact] {
        guard let response = exchange.response else {
            let words = exchange.remarks.first?.text ?? "none was captured"
            return [Fact(label: "status", value: words, checks: [.devicePolling])]
        }
        let status = Fact(
            label: "status", value: "\(response.status)" + (response.reason.isEmpty ? "" : " \(response.reason)"),
            checks: [.devicePolling],
            place: Place(.response, SourceSpan(0, 0)))
        let challenges = challenges(response)
        let said = Set(challenges.map(\.value))
        let members = members(response).filter { !said.contains($0.value) && !said.contains("DPoP \($0.value)") }
        return [status] + challenges + nonce(response) + redirect(response) + members + content(response)
    }

    /// Each challenge with its error, its sentence and its algorithms.
    private func challenges(_ response: Response) -> [Fact] {
        var facts: [Fact] = []
        let isWanted = scene.applies(.responseChallenge)
        for index in response.headers.indices where response.headers[index].isNamed("www-authenticate") {
            let place = Place(.response, SourceSpan(index, 0))
            let value = response.headers[index].value
            for challenge in (try? Challenge.parse(value)) ?? [] {
                facts.append(
                    Fact(
                        label: "says", value: "\(challenge.scheme) " + (challenge["error"] ?? "without an error"),
                        must: isWanted ? "a DPoP challenge" : "", checks: [.responseChallenge],
                        evidence: "WWW-Authenticate", place: place, copy: value))
                for (name, label) in [("error_description", "why"), ("algs", "algs"), ("realm", "realm")] {
                    guard let text = challenge[name], !text.isEmpty else { continue }
                    facts.append(Fact(label: label, value: text, isText: true, place: place))
                }
                if facts.count > 8 { return facts }
            }
            if facts.isEmpty {
                facts.append(Fact(label: "says", value: value, checks: [.responseChallenge], place: place))
            }
        }
        if facts.isEmpty, isWanted, scene.step.kind != .tokenResponse {
            facts.append(
                Fact(
                    label: "says", value: "no WWW-Authenticate", must: "a DPoP challenge", checks: [.responseChallenge])
            )
        }
        return facts
    }

    private func nonce(_ response: Response) -> [Fact] {
        guard let index = response.headers.firstIndex(where: { $0.isNamed("dpop-nonce") }) else { return [] }
        let isWanted = scene.step.isNonceChallenge
        return [
            Fact(
                label: "nonce", value: response.headers[index].value, must: isWanted ? "sent with the next proof" : "",
                checks: isWanted ? [.responseChallenge] : [], place: Place(.response, SourceSpan(index, 0)))
        ]
    }

    /// What else the answer carries.
    private func content(_ response: Response) -> [Fact] {
        guard let body = response.body, !body.isEmpty else { return [] }
        let type = response.headers.first { $0.isNamed("content-type") }?.value ?? "of no type"
        return [
            Fact(
                label: "body", value: "\(body.storedCount) bytes, \(type.squeezed(60))",
                place: Place(.responseBody, SourceSpan(0, 0)))
        ]
    }

    /// Where a login comes back to, taken apart.
    private func redirect(_ response: Response) -> [Fact] {
        guard let index = response.headers.firstIndex(where: { $0.isNamed("location") }) else { return [] }
        let place = Place(.response, SourceSpan(index, 0))
        let url = HTTPURL(response.headers[index].value)
        let form = url.query.map { Form($0) }
        return [Fact(label: "to", value: url.withoutQuery, place: place)]
            + (form?.members.prefix(8).map {
                Fact(label: $0.name, value: scene.redactor.mask($0.value, of: $0.name), place: place)
            } ?? [])
    }

    /// What the JSON of a server says: names, what they must be, their checks. What is not there is no line.
    private static let known: [(name: String, label: String, must: String, checks: [CheckID])] = [
        ("token_type", "type", "DPoP", [.tokenType]), ("expires_in", "lasts", "", []), ("scope", "scope", "", []),
        ("active", "active", "", []), ("error", "error", "", []), ("error_description", "why", "", []),
        ("refresh_token", "more", "", []), ("id_token", "more", "", [.idTokenNonce]),
        ("issuer", "issuer", "where it was read from", [.metadataIssuer]),
        ("dpop_signing_alg_values_supported", "algs", "", []), ("request_uri", "uri", "", []),
        ("keys", "keys", "", []), ("user_code", "code", "", []), ("verification_uri", "visit", "", []),
    ]

    private func members(_ response: Response) -> [Fact] {
        guard let body = response.body, body.storedCount < 1 << 20, let root = body.json?.root, root.isObject else {
            return []
        }
        var facts: [Fact] = []
        for row in Self.known {
            guard let value = root[named: row.name] else { continue }
            let isWanted = !row.checks.isEmpty && row.checks.contains(where: scene.applies)
            facts.append(
                Fact(
                    label: row.label, value: shown(row.name, value), must: isWanted ? row.must : "",
                    checks: row.checks, evidence: row.name,
                    isText: row.name == "error_description" || row.name == "keys",
                    place: Place(.responseBody, value.span),
                    copy: scene.redactor.mask(value.string ?? value.source)))
        }
        if scene.step.kind == .introspection {
            let jkt = root["cnf"]?["jkt"]
            facts.append(
                Fact(
                    label: "cnf", value: jkt.map { "jkt " + ($0.string ?? $0.source).squeezed(17) } ?? "missing",
                    must: scene.applies(.tokenCnf) ? "the key of the token" : "", checks: [.tokenCnf],
                    place: jkt.map { Place(.responseBody, $0.span) }))
        }
        return facts
    }

    private func shown(_ name: String, _ value: JSONValue) -> String {
        switch name {
        case "expires_in": return value.number.map { _ in "\(value.source) s" } ?? value.source
        case "keys":
            let names = value.elements.prefix(16).map { $0["kid"]?.string.map { $0.squeezed(9) } ?? "no kid" }
            return "\(value.elements.count): \(names.joined(separator: ", "))"
        case "refresh_token": return "a refresh token"
        case "id_token": return "an ID token"
        case "dpop_signing_alg_values_supported":
            return value.elements.prefix(32).compactMap(\.string).joined(separator: " ")
        default: return scene.redactor.mask(value.string ?? value.source)
        }
    }
}
