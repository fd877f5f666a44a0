import FlowModel

/// What the lab's faults change about the checks; each is asked only where it makes a difference.
extension ProofGuard {
    func accepts(_ alg: String) -> Bool {
        guard rules.algorithms.contains(alg) else { return false }
        if alg != "RS256", faults.has(.alg, "RS256-only") { return false }
        return alg != "ES256" || !faults.has(.alg, "no-es256")
    }

    /// Whether `htu` names the URL that was called.
    func isSame(_ htu: String, _ url: String) -> Bool {
        let (said, called) = (HTTPURL(htu), HTTPURL(url))
        let isSameText = said.withoutQuery == called.withoutQuery
        if isSameText || rules.isLiteral { return isSameText }
        return said.normalised == called.normalised && !(rules.isGateway && faults.has(.htu, "strict"))
    }

    /// Whether nonces count here; a fault has not happened by that.
    var takesNonces: Bool {
        rules.wantsNonce
            || (faults.mayHave(.nonce) && !(rules.isGateway && faults.mayHave(.nonce, "burns-code")))
    }

    /// Whether a proof without a nonce that counts is refused.
    func refusesWithoutNonce() -> Bool { rules.wantsNonce || (takesNonces && faults.has(.nonce)) }

    /// Whether the proof's key is compared with the token's; `isSame` says how that would end.
    func comparesKeys(isSame: Bool) -> Bool {
        !rules.isGateway || !(isSame ? faults.mayHave(.binding) : faults.has(.binding))
    }

    /// Whether a proof is told to be new.
    var tellsOfReplay: Bool { !rules.isGateway || !faults.mayHave(.replay) }
    /// Whether a proof that was used before is taken all the same.
    func takesReplay() -> Bool { rules.isGateway && faults.has(.replay) }
}
