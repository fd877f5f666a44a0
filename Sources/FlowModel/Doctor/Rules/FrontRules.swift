/// What a proxy does to the request that a proof was made for.
enum FrontRules {
    static func examine(_ configuration: Configuration, _ fronts: [Front], _ list: inout AdviceList) {
        for front in fronts where front.kind != .apache {
            let paths = Set(front.locations.compactMap { $0.authRequest?.words.first })
            var authorisers: [String: Fronts.Location] = [:]
            for location in front.locations where paths.contains(location.path) {
                authorisers[location.path] = authorisers[location.path] ?? location
            }
            for location in front.locations {
                if let request = location.authRequest, let path = request.words.first, let asked = authorisers[path] {
                    authoriser(asked, request, front, &list)
                }
                if !location.isInternal, !paths.contains(location.path) {
                    examine(location, front, configuration, &list)
                }
            }
        }
        for file in configuration.apache { ApacheRules.examine(file, &list) }
        trustedIPs(configuration, fronts, &list)
    }

    private static func examine(
        _ location: Fronts.Location, _ front: Front, _ configuration: Configuration, _ list: inout AdviceList
    ) {
        strips(location, front, &list)
        host(location, front, &list)
        path(location, front, &list)
        if configuration.keycloaks.isEmpty {
            Fronts.port(location, front, isPublic: nil, published: configuration.published, &list)
        }
    }

    private static func strips(_ location: Fronts.Location, _ front: Front, _ list: inout AdviceList) {
        for name in ["dpop", "authorization"] {
            guard let field = location.header(name) else { continue }
            let value = field.value
            if value.isEmpty {
                list.say(
                    .frontStrips, ConfigPlace(front.file, field.line), "the proxy takes the \(field.name) field away",
                    level: name == "dpop" ? .fail : .warn)
            } else if name == "authorization", value.hasPrefix("Bearer") {
                list.say(
                    .frontStrips, ConfigPlace(front.file, field.line),
                    "the proxy writes the Authorization field anew, with the scheme Bearer", level: .warn)
            }
        }
        if location.passesNoHeaders, location.header("dpop") == nil {
            list.say(
                .frontStrips, ConfigPlace(front.file, location.line),
                "proxy_pass_request_headers is off: the DPoP field does not reach the server",
                fix: "proxy_set_header DPoP $http_dpop;")
        }
    }

    private static func host(_ location: Fronts.Location, _ front: Front, _ list: inout AdviceList) {
        let place = ConfigPlace(front.file, location.line)
        let kind = front.kind
        let forwarded = location.header("x-forwarded-host") ?? location.header("forwarded")
        let host = location.header("host")
        let isLost =
            host.map { field in
                let isLiteral = !field.value.contains("$") && !location.names.contains(field.value)
                return ["", "$proxy_host", "{upstream_hostport}"].contains(field.value)
                    || isLiteral && !field.value.contains("{") && !field.value.contains("%")
                        && IssuerRules.isInner(HTTPURL("http://\(field.value)"))
            } ?? true
        let proto =
            location.header("x-forwarded-proto") ?? location.header("forwarded")
            ?? location.header("x-forwarded-scheme")
        if isLost, forwarded == nil {
            guard host != nil || !location.mayHide else { return }
            list.say(
                .frontHost, host.map { ConfigPlace(front.file, $0.line) } ?? place,
                "\(host.map { "Host is \($0.value)" } ?? "no proxy_set_header Host") and there is no "
                    + "X-Forwarded-Host: the server behind believes that it is \(location.target), and "
                    + "htu never matches",
                fix: "\(kind.setting("Host", "$host")) \(kind.setting("X-Forwarded-Proto", kind.scheme))")
        } else if location.isTLS, proto == nil, !location.target.hasPrefix("https:") {
            guard !location.mayHide else { return }
            list.say(
                .frontHost, place,
                "TLS ends here and no X-Forwarded-Proto is sent: the server behind builds an http URL, and "
                    + "htu never matches",
                fix: kind.setting("X-Forwarded-Proto", kind.scheme))
        } else if location.isTLS, let proto, proto.value.lowercased() == "http" {
            list.say(
                .frontHost, ConfigPlace(front.file, proto.line), "\(proto.name) says http, and clients use https",
                fix: kind.setting("X-Forwarded-Proto", kind.scheme))
        }
        if let port = location.ports.first(where: { ![80, 443].contains($0) }), location.ports.count == 1,
            host?.value == "$host", location.header("x-forwarded-port") == nil
        {
            list.say(
                .frontHost, ConfigPlace(front.file, host?.line ?? location.line),
                "Host $host leaves the port \(port) out: the server behind builds a URL without it",
                fix: "proxy_set_header Host $http_host;", level: .note)
        }
    }

    /// A path that is cut off: the server builds its URL without it.
    private static func path(_ location: Fronts.Location, _ front: Front, _ list: inout AdviceList) {
        guard let cut = location.cut, location.header("x-forwarded-prefix") == nil, !location.mayHide else { return }
        let shown = cut.prefix.split(separator: "*").first.map(String.init) ?? cut.prefix
        list.say(
            .frontPath, ConfigPlace(front.file, cut.line),
            "the path's beginning \(shown) is cut off and no X-Forwarded-Prefix is sent: the server behind builds "
                + "a URL without it, and htu names it",
            fix: front.kind.setting("X-Forwarded-Prefix", shown))
    }

    private static func authoriser(
        _ authoriser: Fronts.Location, _ request: Directive, _ front: Front, _ list: inout AdviceList
    ) {
        let place = ConfigPlace(front.file, authoriser.line)
        if authoriser.passesNoHeaders, authoriser.header("dpop") == nil {
            list.say(
                .frontAuthRequest, place,
                "auth_request (line \(request.line)) hands no DPoP field to the authoriser: it cannot check a proof",
                fix: "proxy_set_header DPoP $http_dpop;")
        } else if let field = authoriser.header("dpop"), field.value.isEmpty {
            list.say(
                .frontAuthRequest, ConfigPlace(front.file, field.line), "the authoriser gets no DPoP field",
                fix: "remove that line")
        }
        let names = Set(authoriser.headers.map { NearMiss.folded($0.name) })
        let hasURL = names.contains { $0.has("uri") || $0.has("url") }
        let hasMethod = names.contains { $0.has("method") }
        guard !hasURL || !hasMethod, !authoriser.mayHide else { return }
        let missing = hasURL ? "method" : hasMethod ? "URL" : "URL and the method"
        list.say(
            .frontAuthRequest, place,
            "the authoriser of auth_request is asked with GET at its own URL: it must be told the \(missing) that "
                + "the proof names (X-Original-URL, X-Original-Method)",
            fix:
                "proxy_set_header X-Original-URL $scheme://$http_host$request_uri; proxy_set_header "
                + "X-Original-Method $request_method;"
        )
    }

    /// TLS in front of a Kong that trusts nobody.
    private static func trustedIPs(_ configuration: Configuration, _ fronts: [Front], _ list: inout AdviceList) {
        let isProving = configuration.plugins.contains {
            $0.config["proof_of_possession_dpop"]?.text.map { $0 != "off" } ?? false
        }
        guard isProving else { return }
        for kong in configuration.kongs where kong.environment["KONG_TRUSTED_IPS"]?.isEmpty ?? true {
            for front in fronts {
                let found = front.locations.first { location in
                    let host = HTTPURL(location.target).host.lowercased()
                    return location.isTLS && location.target.hasPrefix("http:")
                        && (host == kong.service?.lowercased() || host.has("kong"))
                }
                guard let found else { continue }
                list.say(
                    .kongTrustedIPs, kong.place,
                    "TLS ends in front of Kong (\(front.file):\(found.line)) and KONG_TRUSTED_IPS is not set: "
                        + "Kong compares htu with http"
                )
            }
        }
    }
}
