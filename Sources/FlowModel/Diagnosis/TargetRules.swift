extension DiagnosisRule {
    /// Pairs of `htu` and the URL requested.
    private static func targets(_ input: DiagnosisInput) -> [(
        step: Int, htu: HTTPURL, url: HTTPURL, evidence: [Evidence]
    )] {
        input.proved.compactMap { step, material, claims in
            guard let member = claims["htu"], let text = member.string else { return nil }
            let url = material.exchange.request.url
            return (
                step, HTTPURL(text), url,
                [Evidence("htu", expected: url.withoutQuery, actual: text, at: Place(.proofPayload, member.span))]
            )
        }
    }

    static let target: [DiagnosisRule] = [
        DiagnosisRule(cause: .htuRedirect, refines: .proofHtu) { input in
            let redirected = input.proved.filter {
                (300..<400).contains($0.material.exchange.response?.status ?? 0)
            }
            guard !redirected.isEmpty else { return [] }
            var first: [Bytes: Int] = [:]
            for item in redirected.reversed() { first[item.material.proof?.jws.compact ?? Bytes("")] = item.step }
            return targets(input).compactMap { step, htu, url, _ in
                guard let proof = input.material(step)?.proof?.jws.compact, let earlier = first[proof], earlier < step
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the proof of step \(input.flow.steps[earlier].label) was sent again after its redirect, to \(url.withoutQuery)"
                )
            }
        },
        DiagnosisRule(cause: .htuWrongService, refines: .proofHtu) { input in
            let all = targets(input)
            var called: [String: Int] = [:]
            for item in all {
                let url = item.url.normalised
                if called[url] == nil { called[url] = item.step }
            }
            return all.compactMap { step, htu, url, _ in
                guard htu.origin != url.origin, let other = called[htu.normalised] else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "`htu` is the URL of step \(input.flow.steps[other].label): a proof made for the other server"
                )
            }
        },
        DiagnosisRule(cause: .htmPreflight) { input in
            input.requests.compactMap { step, material in
                guard material.exchange.request.method == "OPTIONS",
                    material.exchange.request.headers.firstIndex(of: "access-control-request-method") != nil,
                    let status = material.exchange.response?.status, status == 401 || status == 400
                else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "the preflight request was refused with \(status): browsers send no token and no proof with it")
            }
        },
        DiagnosisRule(cause: .proofCors) { input in
            input.requests.compactMap { step, material in
                let request = material.exchange.request
                guard request.method == "OPTIONS",
                    request.headers.first("access-control-request-headers")?.lowercased().has("dpop") == true,
                    let response = material.exchange.response,
                    (200..<300).contains(response.status)
                else { return nil }
                let allowed = response.headers.all("access-control-allow-headers").map { $0.value.lowercased() }.joined(
                    separator: ",")
                guard !allowed.has("dpop"),
                    !allowed.split(separator: ",").contains(where: { String($0).trimmed == "*" })
                else { return nil }
                return Sighting(
                    step: step, words: "the preflight answer allows '\(allowed)', and DPoP is not among it",
                    evidence: [Evidence("Access-Control-Allow-Headers", expected: "DPoP", actual: allowed)])
            }
        },
        DiagnosisRule(cause: .corsHeaders) { input in
            input.requests.compactMap { step, material in
                let request = material.exchange.request
                guard request.method == "OPTIONS", let response = material.exchange.response,
                    (200..<300).contains(response.status),
                    let asked = request.headers.first("access-control-request-headers")
                else { return nil }
                let allowed = names(response.headers.all("access-control-allow-headers").map(\.value))
                let isAny = allowed.contains("*")
                let missing = names([asked]).filter { !allowed.contains($0) && (!isAny || $0 == "authorization") }
                guard !missing.isEmpty, !missing.contains("dpop") else { return nil }
                let list = missing.joined(separator: ", ")
                return Sighting(
                    step: step, words: "the preflight asks for \(list), and the answer does not allow it",
                    evidence: [
                        Evidence(
                            "Access-Control-Allow-Headers", expected: list,
                            actual: allowed.isEmpty ? nil : allowed.joined(separator: ", "))
                    ])
            }
        },
        DiagnosisRule(cause: .htuIssuerNotEndpoint, refines: .proofHtu) { input in
            targets(input).compactMap { step, htu, url, _ in
                guard htu.origin == url.origin, htu.path.utf8.count > 1, url.path.hasPrefix(htu.path + "/"),
                    EndpointName.isOne(url.path), !EndpointName.isOne(htu.path)
                else { return nil }
                return Sighting(step: step, words: "`htu` is the issuer's URL, and \(url.path) was called")
            }
        },
        DiagnosisRule(cause: .htuWrongEndpoint, refines: .proofHtu) { input in
            let known = input.endpoints
            return targets(input).compactMap { step, htu, url, _ in
                guard htu.origin == url.origin, htu.path != url.path else { return nil }
                let other = known.first { $0.url.normalised == htu.normalised }
                let isByName =
                    EndpointName.isOne(htu.path) && EndpointName.isOne(url.path)
                    && EndpointName.of(htu.path) != EndpointName.of(url.path)
                guard other != nil || isByName else { return nil }
                return Sighting(
                    step: step,
                    words:
                        "`htu` names \(other?.name ?? "another endpoint of this server") (\(htu.path)), and \(url.path) was called"
                )
            }
        },
        DiagnosisRule(cause: .requestHostMalformed) { input in
            input.requests.compactMap { step, material in
                guard let host = material.exchange.request.headers.first("host"), !HostField.isWellFormed(host) else {
                    return nil
                }
                return Sighting(
                    step: step, words: "the Host field is '\(host)': no host and port, and no part of a URL",
                    evidence: [Evidence("Host", expected: "host or host:port", actual: host)])
            }
        },
    ]

    private static func names(_ fields: [String]) -> [String] {
        fields.flatMap { $0.lowercased().split(separator: ",").map { String($0).trimmed } }.filter { !$0.isEmpty }
    }
}
