/// One question about one step, answered from the bytes and from nothing else.
public struct Check: Sendable {
    public let id: CheckID
    /// What a pass means, in a few words.
    public let title: String
    public let spec: String
    let kinds: Set<StepKind>
    let run: @Sendable (CheckInput) -> [Outcome]

    /// Every check, in the order people read them.
    public static let all: [Check] = [
        .proofPresent, .proofSingle, .proofWellformed, .proofClaims, .proofTyp, .proofAlg, .proofJwk, .proofSignature,
        .proofHtm, .proofHtu, .proofIat, .proofNonce, .proofJti, .proofAth, .proofBinding,
        .tokenType, .tokenCnf, .tokenSignature, .tokenTime, .requestScheme, .requestPlacement,
        .codeBinding, .refreshBinding, .gatewayDowngrade, .responseChallenge, .transportSecure,
    ]

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    public static func with(_ id: CheckID) -> Check { byID[id]! }

    public func applies(to kind: StepKind) -> Bool { kinds.contains(kind) }

    /// Steps that may carry a proof.
    static let proofSteps: Set<StepKind> = [
        .tokenRequest, .refresh, .resourceRequest, .userinfo, .pushedAuthorization, .revocation,
    ]
}
