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
            if difference.isEqualAfterNormalisation {
                return input.warn(
                    "`htu` equals the URI only after normalisation: \(difference.words); strict servers refuse",
                    cause: difference.cause,
                    found: difference.words, evidence,
                    fix: "sign exactly the URI that is requested, without query and fragment")
            }
            return input.fail(
                "the proof was made for another URI: \(difference.words)", cause: difference.cause,
                found: difference.words, evidence,
                fix: "sign exactly the URI that is requested, without query and fragment")
        }
    }
}

/// How a signed `htu` differs from the requested URI, named by the catalogue's classes.
struct HTUDifference {
    let isEqualAfterNormalisation: Bool
    let cause: CauseID?
    let words: String

    init(signed: HTTPURL, requested: HTTPURL) {
        isEqualAfterNormalisation = !signed.scheme.isEmpty && signed.normalised == requested.normalised
        (cause, words) = isEqualAfterNormalisation ? Self.small(signed, requested) : Self.large(signed, requested)
    }

    private static func small(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String) {
        if signed.query != nil { return (.htuQuery, "it holds the query") }
        if signed.fragment != nil { return (.htuFragment, "it holds the fragment") }
        if signed.scheme != requested.scheme || signed.host != requested.host {
            return (.htuCase, "upper case in scheme or host")
        }
        if signed.port != requested.port { return (.htuDefaultPort, "the default port in one of the two") }
        if HTTPURL.percentNormalised(signed.path) == HTTPURL.percentNormalised(requested.path) {
            return (.htuPctEncoding, "percent-encoding of unreserved characters")
        }
        return (nil, signed.path.isEmpty || requested.path.isEmpty ? "an empty path" : "dot segments")
    }

    private static func large(_ signed: HTTPURL, _ requested: HTTPURL) -> (CauseID?, String) {
        if signed.scheme.isEmpty { return (.htuPathOnly, "it is no absolute URI") }
        let sameHost = signed.host.lowercased() == requested.host.lowercased()
        let samePort = signed.port == requested.port
        let samePath = signed.path == requested.path
        if !sameHost && samePath && signed.isLoopback && requested.isLoopback {
            return (.htuLocalhostAlias, "another name of this machine: \(signed.host)")
        }
        if !sameHost { return (.htuClientInternal, "another host: \(signed.host)") }
        if signed.scheme.lowercased() != requested.scheme.lowercased() {
            return (.htuScheme, "another scheme: \(signed.scheme)")
        }
        if !samePort { return (.htuClientInternal, "another port: \(signed.port.map(String.init) ?? "none")") }
        if signed.path + "/" == requested.path || signed.path == requested.path + "/" {
            return (.htuTrailingSlash, "a trailing slash")
        }
        if signed.path.isEmpty || signed.path == "/" { return (.htuIssuerNotEndpoint, "no path: the origin only") }
        if withoutDoubleSlashes(signed.path) == withoutDoubleSlashes(requested.path) {
            return (.htuDoubleSlash, "a double slash")
        }
        if Form.decode(signed.path) == Form.decode(requested.path) { return (.htuPctEncoding, "percent-encoding") }
        if signed.path.lowercased() == requested.path.lowercased() { return (nil, "letter case in the path") }
        return (nil, "another path: \(signed.path)")
    }

    private static func withoutDoubleSlashes(_ path: Substring) -> String {
        path.split(separator: "/").joined(separator: "/")
    }
}
