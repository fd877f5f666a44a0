/// What a server can have against a request, before it is put into words: each server has its own (`ServerStyle`).
enum Complaint: String, Sendable, CaseIterable {
    // The proof: how it comes, its header and its key.
    case proofMissing, proofEmpty, proofSeveral, proofMalformed, proofExtension
    case typ, alg, jwkMissing, jwkPrivate, jwkUnusable, signature
    // What it claims.
    case jtiMissing, htmMissing, htuMissing, iatMissing
    case htm, htu, htuMalformed
    case nonceMissing, nonceWrong, nonceUnwanted
    case iatPast, iatFuture, iatNoTime
    /// Its own `exp` is over, its own `nbf` is to come.
    case proofOver, proofEarly
    case athMissing, athWrong, athUnwanted
    case replay
    // The proof and the token do not belong together.
    case tokenUnbound, keyMismatch

    // An access token, at a resource.
    case tokenAbsent, authorizationTwice, tokenMalformed, tokenUnknown, tokenSignature, tokenExpired, tokenIssuer
    case tokenInactive, tokenRevoked, tokenOpaque
    case boundAsBearer, boundAsBearerWithProof, unboundAsBearer, unboundAsDPoP
    case tokenCertificate, scopeMissing

    // Who asks.
    case clientMissing, clientUnknown, clientSecret, clientCertificate, clientCertificateOther
    case assertionMalformed, assertionAudience, assertionExpired, assertionSecret, assertionKey
    case assertionUnnamed, assertionUsed

    // The grant.
    case grantMissing, grantUnknown, grantForbidden, serviceAccountForbidden, serviceAccountPublic
    case deviceForbidden, passwordForbidden, exchangeForbidden
    case password, grantAssertion
    case codeInvalid, codeRedirect, verifierMissing, verifierWrong, verifierUnasked, codeProof, codeKey
    case refreshInvalid, refreshProof, refreshKey
    case deviceInvalid, deviceExpired, devicePending
    case exchangeToken, exchangeKey, exchangeCertificate
    case bindingCertificate
    case scopeUnknown, scopeTooLong, audienceTooLong

    // A request that is pushed, an introspection, a revocation.
    case pushedRequest, pushedRedirect, pushedParameter, pushedKey
    case introspectionPublic, introspectionToken, revocationOther, revocationPublic

    // Behind the server.
    case issuerSilent, upstreamSilent
}

extension Complaint {
    /// Everything about a proof by itself; a missing one and a nonce are not among it.
    static let proofFaults: [Complaint] =
        [
            .proofEmpty, .proofSeveral, .proofMalformed, .proofExtension, .typ, .alg, .jwkMissing, .jwkPrivate,
            .jwkUnusable, .signature, .jtiMissing, .htmMissing, .htuMissing, .iatMissing, .htm, .htu, .htuMalformed,
            .nonceUnwanted, .iatPast, .iatFuture, .iatNoTime, .proofOver, .proofEarly, .athMissing, .athWrong,
            .athUnwanted, .replay,
        ]

    static let nonces: [Complaint] = [.nonceMissing, .nonceWrong]

    /// A token that does not count, whatever the proof.
    static let tokenFaults: [Complaint] = [
        .tokenMalformed, .tokenUnknown, .tokenSignature, .tokenExpired, .tokenIssuer, .tokenInactive, .tokenRevoked,
        .tokenOpaque,
    ]

    static let clientFaults: [Complaint] = [
        .clientMissing, .clientUnknown, .clientSecret, .clientCertificate, .clientCertificateOther,
        .assertionMalformed, .assertionAudience, .assertionExpired, .assertionSecret, .assertionKey,
        .assertionUnnamed, .assertionUsed,
    ]

    /// A code, a refresh token, a device code or an assertion that is not taken.
    static let grantFaults: [Complaint] = [
        .codeInvalid, .codeRedirect, .verifierMissing, .verifierWrong, .verifierUnasked, .refreshInvalid,
        .deviceInvalid, .grantAssertion, .password,
    ]

    static let forbidden: [Complaint] = [
        .grantForbidden, .serviceAccountForbidden, .serviceAccountPublic, .deviceForbidden, .passwordForbidden,
        .exchangeForbidden,
    ]

    /// The code that the RFCs have for it (6749 §5.2, 6750 §3.1, 8628 §3.5, 8693 §2.2.2, 9126 §2.3, 9449 §5, §7, §8).
    var code: String {
        if self == .proofMissing || Self.proofFaults.contains(self) { return "invalid_dpop_proof" }
        if Self.nonces.contains(self) { return "use_dpop_nonce" }
        if Self.clientFaults.contains(self) { return "invalid_client" }
        if Self.forbidden.contains(self) { return "unauthorized_client" }
        switch self {
        case .tokenUnbound, .keyMismatch, .boundAsBearer, .boundAsBearerWithProof, .unboundAsBearer, .unboundAsDPoP,
            .tokenCertificate, .revocationOther:
            return "invalid_token"
        case .tokenAbsent, .issuerSilent, .upstreamSilent: return ""
        case .scopeMissing: return "insufficient_scope"
        case .grantUnknown: return "unsupported_grant_type"
        case .deviceExpired: return "expired_token"
        case .devicePending: return "authorization_pending"
        case .scopeUnknown, .scopeTooLong: return "invalid_scope"
        case .audienceTooLong: return "invalid_target"
        case .codeProof, .codeKey, .refreshProof, .refreshKey: return "invalid_grant"
        case .introspectionPublic, .revocationPublic: return "invalid_client"
        default: break
        }
        if Self.tokenFaults.contains(self) { return "invalid_token" }
        return Self.grantFaults.contains(self) ? "invalid_grant" : "invalid_request"
    }

    /// The status that goes with the code where a token is asked for.
    var status: Int {
        switch self {
        case .issuerSilent: 500
        case .upstreamSilent: 502
        default: code == "invalid_client" ? 401 : 400
        }
    }

    /// The same at a resource.
    var resourceStatus: Int {
        switch self {
        case .issuerSilent, .upstreamSilent: status
        case .authorizationTwice: 400
        case .scopeMissing: 403
        default: 401
        }
    }
}

/// A complaint about one request.
struct Objection: Sendable {
    let complaint: Complaint
    /// What stands in the wrong place: a `typ`, a client's name, a grant.
    var found = ""
    /// The lab's own words for it.
    var words = ""

    init(_ complaint: Complaint, found: String = "", words: String = "") {
        (self.complaint, self.words) = (complaint, words)
        self.found = found.utf8.count > 200 ? String(found.prefix(200)) : found
    }
}
