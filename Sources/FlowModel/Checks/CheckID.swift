/// The public names of the checks: in code, on screen, in JSON and in tests. Never rename one.
public enum CheckID: String, Sendable, CaseIterable {
    case proofPresent = "proof.present"
    case proofSingle = "proof.single"
    case proofWellformed = "proof.wellformed"
    case proofClaims = "proof.claims"
    case proofTyp = "proof.typ"
    case proofAlg = "proof.alg"
    case proofJwk = "proof.jwk"
    case proofSignature = "proof.signature"
    case proofHtm = "proof.htm"
    case proofHtu = "proof.htu"
    case proofIat = "proof.iat"
    case proofNonce = "proof.nonce"
    case proofJti = "proof.jti"
    case proofAth = "proof.ath"
    case proofBinding = "proof.binding"
    case tokenType = "token.type"
    case tokenCnf = "token.cnf"
    case tokenSignature = "token.signature"
    case tokenTime = "token.time"
    case requestScheme = "request.scheme"
    case requestPlacement = "request.placement"
    case codeBinding = "code.binding"
    case refreshBinding = "refresh.binding"
    case gatewayDowngrade = "gateway.downgrade"
    case responseChallenge = "response.challenge"
    case transportSecure = "transport.secure"
    case answerValues = "answer.values"
    case metadataIssuer = "metadata.issuer"
    case devicePolling = "device.polling"
    case idTokenNonce = "idtoken.nonce"

    /// Which failure to mend first when several checks fail (the catalogue's order of diagnosis): lower first.
    public var diagnosisRank: Int {
        switch self {
        case .proofPresent: 10
        case .proofSingle: 11
        case .requestPlacement: 7
        case .requestScheme: 8
        case .proofWellformed: 13
        case .proofClaims: 14
        case .proofTyp: 20
        case .proofAlg: 21
        case .proofJwk: 22
        case .proofSignature: 30
        case .proofHtm: 40
        case .proofHtu: 50
        case .proofIat: 60
        case .proofNonce: 70
        case .proofAth: 80
        case .proofBinding: 90
        case .codeBinding, .refreshBinding: 91
        case .tokenType, .tokenCnf: 92
        case .tokenSignature, .tokenTime: 93
        case .proofJti: 100
        case .gatewayDowngrade: 110
        case .responseChallenge: 120
        case .answerValues: 121
        case .devicePolling: 122
        case .idTokenNonce: 123
        case .metadataIssuer: 125
        case .transportSecure: 130
        }
    }
}
