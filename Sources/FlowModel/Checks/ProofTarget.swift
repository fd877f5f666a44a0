extension Check {
    static let proofHtm = Check(
        id: .proofHtm, title: "htm is the request's method", spec: "RFC 9449 §4.3(8)", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            let method = input.request.method
            let member = claims["htm"]
            if member?.isString(method) == true { return input.pass(method) }
            guard let member, let htm = member.string else { return input.cannotTell("no `htm`") }
            let onlyCase = htm.uppercased() == method.uppercased()
            if !onlyCase, let near = nearMiss(htm, method) {
                return input.fail(
                    "`htm` is not the method: \(near)", found: near,
                    [Evidence("htm", expected: "\(method)", actual: "'\(htm)'", at: Place(.proofPayload, member.span))],
                    fix: "write the method alone, as the request line does: \(method)")
            }
            return input.fail(
                onlyCase ? "`htm` differs from the method in case" : "the proof was made for another method",
                cause: onlyCase ? .htmCase : .htmReused,
                found: htm,
                [Evidence("htm", expected: "\(method)", actual: "\(htm)", at: Place(.proofPayload, member.span))],
                fix: onlyCase
                    ? "write the method as the request line does: \(method)"
                    : "make a new proof for each request, with its own method")
        }
    }

    /// The right method with something else around it.
    private static func nearMiss(_ htm: String, _ method: String) -> String? {
        if htm.isEmpty { return "it is empty" }
        if StringifiedValue.isOne(htm) { return "it is the text '\(htm)'" }
        if htm.trimmed == method { return "white space stands around it" }
        let words = htm.split { $0 == "," || $0 == " " || $0 == "|" }
        return words.count > 1 && words.contains { $0 == method } ? "it lists several methods" : nil
    }

    static let proofHtu = Check(
        id: .proofHtu, title: "htu is the request's URI", spec: "RFC 9449 §4.3(9), RFC 3986 §6.2.2", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            let member = claims["htu"]
            let wanted = input.request.url.target
            if member?.isString(wanted) == true { return input.pass("identical") }
            guard let member, let htu = member.string else { return input.cannotTell("no `htu`") }
            let difference = HTUDifference(signed: HTTPURL(htu), requested: input.request.url)
            let evidence = [
                Evidence("htu", expected: "\(wanted)", actual: "\(htu)", at: Place(.proofPayload, member.span))
            ]
            if difference.isTheSame { return input.pass("identical but for the user's name") }
            if difference.isEqualAfterNormalisation {
                return input.differ(
                    "`htu` equals the URI only after normalisation: \(difference.words); strict servers refuse",
                    cause: difference.cause,
                    found: difference.words, evidence,
                    fix: "sign exactly the URI that is requested, without query and fragment",
                    deviation: difference.row)
            }
            return input.fail(
                difference.isUnreadable
                    ? "`htu` is no absolute URI: \(difference.words)"
                    : "the proof was made for another URI: \(difference.words)", cause: difference.cause,
                found: difference.words, evidence,
                fix: "sign exactly the URI that is requested, without query and fragment")
        }
    }
}
