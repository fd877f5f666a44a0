import FlowModel

/// What the lab's faults change about the checks; each is asked only where it makes a difference.
extension ProofGuard {
    func accepts(_ alg: String) -> Bool {
        let isKnown = rules.judging.algorithms.contains(alg)
        if alg == "RS256" { return isKnown || faults.has(.alg, "RS256-only") }
        guard isKnown, !faults.has(.alg, "RS256-only") else { return false }
        return alg != "ES256" || !faults.has(.alg, "no-es256")
    }

    /// Whether an `htu` that names the URL that was called may be spelled otherwise.
    func takesSpelling(_ htu: HTTPURL, _ url: HTTPURL) -> Bool {
        !rules.isGateway || htu.withoutQuery == url.withoutQuery || !faults.has(.htu, "strict")
    }

    /// Whether nonces count here, where the server wants one or not by itself; a fault has not happened by that.
    func takesNonces(_ isWanted: Bool) -> Bool {
        isWanted
            || (faults.mayHave(.nonce) && !(rules.isGateway && faults.mayHave(.nonce, "burns-code")))
    }

    /// Whether a proof without a nonce that counts is refused.
    func refusesWithoutNonce(_ isWanted: Bool) -> Bool {
        isWanted || (takesNonces(isWanted) && faults.has(.nonce))
    }

    /// Whether the proof's key is compared with the token's; `isSame` says how that would end.
    func comparesKeys(isSame: Bool) -> Bool {
        !rules.isGateway || !(isSame ? faults.mayHave(.binding) : faults.has(.binding))
    }

    /// Whether a proof is told to be new.
    var tellsOfReplay: Bool { !rules.isGateway || !faults.mayHave(.replay) }
    /// Whether a proof that was used before is taken all the same.
    func takesReplay() -> Bool { rules.isGateway && faults.has(.replay) }
}
