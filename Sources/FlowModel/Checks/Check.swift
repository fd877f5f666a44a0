/// One question about one step, answered from the bytes and from nothing else.
public struct Check: Sendable {
    public let id: CheckID
    /// What a pass means, in a few words.
    public let title: String
    public let spec: String
    let kinds: StepKinds
    let run: @Sendable (CheckInput) -> Outcomes

    /// Every check, in the order people read them.
    public static let all: [Check] = [
        .proofPresent, .proofSingle, .proofWellformed, .proofClaims, .proofTyp, .proofAlg, .proofJwk, .proofSignature,
        .proofHtm, .proofHtu, .proofIat, .proofNonce, .proofJti, .proofAth, .proofBinding,
        .tokenType, .tokenCnf, .tokenSignature, .tokenTime, .requestScheme, .requestPlacement,
        .codeBinding, .refreshBinding, .gatewayDowngrade, .responseChallenge, .transportSecure,
        .answerValues, .metadataIssuer, .devicePolling, .idTokenNonce,
    ]

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    public static func with(_ id: CheckID) -> Check { byID[id]! }

    /// What running a check takes, without the words: copied for every step.
    struct Runner: Sendable {
        let id: CheckID
        let run: @Sendable (CheckInput) -> Outcomes
    }

    private static let byKind = StepKind.allCases.map { kind in
        all.filter { $0.kinds.contains(kind) }.map { Runner(id: $0.id, run: $0.run) }
    }

    /// The checks of a kind of step, in order.
    static func applying(to kind: StepKind) -> [Runner] { byKind[kind.position] }

    public func applies(to kind: StepKind) -> Bool { kinds.contains(kind) }

    /// Steps that may carry a proof.
    static let proofSteps: StepKinds = [
        .tokenRequest, .refresh, .resourceRequest, .userinfo, .pushedAuthorization, .revocation,
    ]
}
