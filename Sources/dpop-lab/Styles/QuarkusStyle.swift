extension ServerStyle {
    /// Quarkus OIDC 3.33 with `authorization-scheme=DPoP`, measured, and the Keycloak that it uses.
    static let quarkus = ServerStyle(
        id: .quarkus, issuing: .keycloak, userinfo: .keycloakUserinfo, resource: .quarkusResource,
        tokens: keycloak.tokens, habits: keycloak.habits)
}

extension Judging {
    /// `iat` and `jti` have to be there for nobody: neither time nor a replay counts.
    static let quarkus = Judging(past: nil, target: .letters, refusesReplay: false)
}

extension Manner {
    /// One word for everything, and a crash for what is no JWT.
    static let quarkusResource = Manner(
        sayings: [
            Saying([.proofMalformed, .proofEmpty], 500, "", challenge: .none),
            Saying([.scopeMissing], 403, "", challenge: .none),
            Saying([.issuerSilent], 500, "", challenge: .none),
            Saying([.upstreamSilent], 502, "", challenge: .none),
            Saying(Complaint.allCases, 401, ""),
        ], judging: .quarkus, sendsDate: false, body: .none, challenge: ChallengeForm("DPoP", []), isResource: true)
}
