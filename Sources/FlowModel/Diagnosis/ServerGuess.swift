/// Which server answered, as far as its metadata and answers tell. Shown beside the profile that judges; never a
/// verdict of its own.
public struct ServerGuess: Sendable, Equatable {
    public let profile: String
    public let why: String

    /// The guess for a step's server; nil when nothing gives it away.
    static func of(_ input: DiagnosisInput, step: Int) -> ServerGuess? {
        let toIdP = input.flow.steps[step].to == .idp
        if !toIdP, let material = input.material(step), let response = material.exchange.response {
            if let header = response.headers.first(where: { $0.name.lowercased().hasPrefix("x-kong") }) {
                return ServerGuess(profile: "kong", why: "the header \(header.name)")
            }
            if response.headers.first("via")?.lowercased().has("kong") == true {
                return ServerGuess(profile: "kong", why: "Via: kong")
            }
        }
        if !toIdP, let response = input.material(step)?.exchange.response, response.body?.isEmpty != false,
            let field = response.headers.first("www-authenticate"),
            field.has("DPoP error=\"invalid_dpop_proof\", algs=\"RS256 RS384 RS512")
        {
            return ServerGuess(profile: "spring", why: "its challenge")
        }
        guard toIdP, let url = input.material(step)?.exchange.request.url else { return nil }
        let host = url.host.lowercased()
        if url.path.has("/protocol/openid-connect/") {
            return ServerGuess(profile: "keycloak", why: "the path /protocol/openid-connect/")
        }
        if host.hasSuffix(".auth0.com") { return ServerGuess(profile: "auth0", why: "the host \(host)") }
        if url.path.hasSuffix("/as/token.oauth2") {
            return ServerGuess(profile: "pingfederate", why: "the path /as/token.oauth2")
        }
        if input.material(step)?.form?["scope"]?.split(separator: " ").contains("atproto") == true {
            return ServerGuess(profile: "atproto", why: "the scope atproto")
        }
        return nil
    }
}

extension DiagnosisRule {
    /// A proof that most servers take, and this one does not: by the window of the server that was recognised.
    static let window: [DiagnosisRule] = [
        DiagnosisRule(cause: .iatSkewBehind) { input in
            outside(input) { step, age, profile in
                age.seconds > profile.past && !input.isClockKnown(step)
                    ? "\(Timestamp.distance(age)) old, and \(profile.title) takes at most \(Int(profile.past)) s" : nil
            }
        },
        DiagnosisRule(cause: .iatSlowDelivery) { input in
            outside(input) { step, age, profile in
                age.seconds > profile.past && input.isClockKnown(step)
                    ? "\(Timestamp.distance(age)) old, and \(profile.title) takes at most \(Interval(profile.past).wholeSeconds) s"
                    : nil
            }
        },
        DiagnosisRule(cause: .iatSkewAhead) { input in
            outside(input) { _, age, profile in
                -age.seconds > profile.future
                    ? "\(Timestamp.distance(-age)) ahead, and \(profile.title) takes at most \(Interval(profile.future).wholeSeconds) s"
                    : nil
            }
        },
    ]

    private static func outside(_ input: DiagnosisInput, _ judge: (Int, Interval, ServerProfile) -> String?)
        -> [Sighting]
    {
        input.refusals.compactMap { refusal in
            guard let guess = ServerGuess.of(input, step: refusal.request), guess.profile != input.settings.profile.id,
                let profile = ServerProfile.named(guess.profile),
                let material = input.material(refusal.request),
                let iat = material.proof?.jws.payload?.root["iat"]?.number?.moment,
                let now = input.settings.time(of: material.exchange),
                input.report.findings(at: refusal.request).contains(where: {
                    $0.check == .proofIat && $0.verdict == .pass
                })
            else { return nil }
            let skew = input.skew(of: material.exchange.request.url.origin) ?? 0
            guard let words = judge(refusal.request, now - iat + (skew.magnitude > 2 ? skew : 0), profile) else {
                return nil
            }
            return Sighting(
                step: refusal.request,
                words:
                    "the proof was \(words) (recognised by \(guess.why); --profile \(guess.profile) judges so throughout)",
                evidence: [
                    Evidence(
                        "iat", expected: "inside \(profile.window)",
                        actual: "\(iat.wholeSeconds)")
                ])
        }
    }
}
