import FlowModel

/// Saying no: as Kong, or as the resource server that the lab is like.
extension Gateway {
    struct Refused: Error {
        let objection: Objection
        var nonce: String?
        /// When the token ended.
        var ended: Moment = 0

        init(_ objection: Objection, nonce: String? = nil) { (self.objection, self.nonce) = (objection, nonce) }

        init(_ complaint: Complaint, _ words: String, ended: Moment = 0) {
            self.init(Objection(complaint, words: words))
            self.ended = ended
        }
    }

    /// The time of the gateway's answers. Kong is an nginx and always tells it.
    var date: ServerDate { ServerDate(isSent: resource?.sendsDate ?? true) }

    func refusal(
        _ refused: Refused, _ request: LabRequest, _ config: KongConfig, _ proofs: ProofGuard
    ) -> LabResponse {
        guard let resource else { return kongs(refused, config) }
        let setting = Manner.Setting(
            realm: resource.namesIssuerAsRealm ? config.issuer : "dpop-lab", issuer: config.issuer,
            base: request.base, path: request.path, hasAuthorization: request.headers.first("authorization") != nil,
            now: faults.now(), ended: refused.ended)
        let told = refused.nonce ?? told(resource, request, proofs)
        let isInBody = told != nil && faults.has(.nonce, "in-body")
        var answer = resource.answer(
            refused.objection, setting,
            members: isInBody ? refused.nonce.map { [("dpop_nonce", $0)] } ?? [] : [])
        answer.headers = challenged(answer.headers)
        if let told, !isInBody { answer.headers.append(Header(resource.nonceField, told)) }
        return answer
    }

    /// What comes with every answer to a DPoP request.
    private func told(_ resource: Manner, _ request: LabRequest, _ proofs: ProofGuard) -> String? {
        guard resource.tellsNonceAlways,
            request.headers.first("authorization")?.lowercased().hasPrefix("dpop ") == true
        else { return nil }
        return proofs.nonces.make(at: faults.now())
    }

    /// The fields with what the fault makes of the challenge.
    private func challenged(_ headers: [Header]) -> [Header] {
        guard headers.first("www-authenticate") != nil, let fault = faults[.challenge] else { return headers }
        return headers.compactMap { header in
            guard header.name == "WWW-Authenticate" else { return header }
            switch fault {
            case "absent": return nil
            case "bearer": return Header("WWW-Authenticate", "Bearer realm=\"dpop-lab\"")
            default: return Header("WWW-Authenticate", "DPoP error=\"unclosed")
            }
        }
    }

    // MARK: Kong

    private func kongs(_ refused: Refused, _ config: KongConfig) -> LabResponse {
        let complaint = refused.objection.complaint
        let status = complaint.resourceStatus
        let message =
            switch status {
            case 401: "Unauthorized"
            case 403: "Forbidden"
            case 400: "Bad Request"
            default: "An unexpected error occurred"
            }
        var headers: [Header] = []
        if status == 401, !faults.has(.challenge, "absent") {
            headers.append(Header("WWW-Authenticate", kongsChallenge(refused.objection, config)))
        }
        var body = "{\"message\":\"\(message)\"}"
        if let nonce = refused.nonce {
            if faults.has(.nonce, "in-body") {
                body = "{\"message\":\"\(message)\",\"dpop_nonce\":\"\(nonce)\"}"
            } else {
                headers.append(Header("DPoP-Nonce", nonce))
            }
        }
        return .json(
            body, status: status,
            headers: headers + [Header("X-Kong-Response-Latency", "1"), Header("Via", "1.1 dpop-lab")])
    }

    private func kongsChallenge(_ objection: Objection, _ config: KongConfig) -> String {
        let scheme = config.dpop == .off || faults.has(.challenge, "bearer") ? "Bearer" : "DPoP"
        guard !faults.has(.challenge, "broken") else { return "\(scheme) error=\"unclosed" }
        var parameters = ["realm=\"dpop-lab\""]
        let code = objection.complaint.code
        if config.exposesErrorCode, !code.isEmpty {
            parameters += ["error=\"\(code)\"", "error_description=\"\(Self.harmless(objection.words))\""]
        }
        if scheme == "DPoP" { parameters.append("algs=\"\(IdP.announced.joined(separator: " "))\"") }
        return "\(scheme) \(parameters.joined(separator: ", "))"
    }

    /// Words that may stand inside a quoted string.
    private static func harmless(_ text: String) -> String {
        String(text.map { $0 == "\"" || $0 == "\\" || $0.asciiValue == nil || $0.asciiValue! < 0x20 ? "'" : $0 })
    }
}

extension ProofGuard.Rules {
    /// A gateway's: the plugin's where it is Kong, else those of the server that it is like.
    init(gateway config: KongConfig, _ resource: Manner?) {
        let judging = resource?.judging ?? Judging(past: config.proofLifetime)
        self.init(
            judging: judging, wantsNonce: config.usesNonce || judging.nonces == .always, isGateway: true)
    }
}
