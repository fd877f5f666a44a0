internal import COpenSSL

/// How a pass phrase opens files: what it may cost, and what is said where it opens none.
enum Passphrase {
    /// The most rounds of key derivation that a file may ask for, which whoever wrote it chose: some seconds of work.
    /// Programs ask for 600,000 at most today.
    static let mostRounds = Int(CO_MOST_ROUNDS)

    /// Why OpenSSL made no key of a file; nil where it was not for the pass phrase.
    static func error(_ refusal: Int32, in form: String) -> CryptoError? {
        switch Int(refusal) {
        case CO_NEEDS_PASSPHRASE: missing(form)
        case CO_WRONG_PASSPHRASE: wrong(form)
        case CO_TOO_MUCH_WORK: tooMuchWork(form)
        case CO_UNSUPPORTED:
            CryptoError(
                operation: form,
                reason: "it is encrypted with a cipher or digest that this OpenSSL does not offer any more")
        default: nil
        }
    }

    static func missing(_ form: String) -> CryptoError {
        CryptoError(operation: form, reason: "the private key needs a pass phrase", needsPassphrase: true)
    }

    static func wrong(_ form: String) -> CryptoError {
        CryptoError(operation: form, reason: "the pass phrase is wrong")
    }

    static func tooMuchWork(_ form: String) -> CryptoError {
        CryptoError(
            operation: form,
            reason: "its pass phrase takes more rounds than a file may ask for; expected \(mostRounds) at most")
    }
}
