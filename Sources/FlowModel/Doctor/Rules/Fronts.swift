/// nginx's locations with what they hand on.
enum Fronts {
    struct Field: Sendable {
        let name: String
        let value: String
        let line: Int
    }

    struct Location: Sendable {
        let path: String
        let line: Int
        /// Where requests go: `http://keycloak:8080`.
        let target: String
        let headers: [Field]
        let passesNoHeaders: Bool
        let authRequest: Directive?
        let isTLS: Bool
        /// The ports listened on.
        let ports: [Int]
        let isInternal: Bool
        /// The server's names.
        let names: [String]

        func header(_ name: String) -> Field? { headers.last { $0.name.lowercased() == name } }
    }

    static func locations(_ root: Directive) -> [Location] {
        var upstreams: [String: String] = [:]
        var list: [Location] = []
        root.walk { directive, _ in
            if directive.name == "upstream", let name = directive.words.first {
                upstreams[name] = directive.all("server").first?.words.first
            }
        }
        root.walk { directive, parents in
            guard let pass = directive.children.last(where: { $0.name == "proxy_pass" }), let target = pass.words.first
            else { return }
            let chain = parents + [directive]
            let server = chain.last { $0.name == "server" }
            let listens = server?.all("listen") ?? []
            let isTLS =
                listens.contains { $0.words.contains("ssl") || $0.words.first?.hasSuffix("443") ?? false }
                || server?.children.contains { $0.name == "ssl_certificate" } ?? false
            // nginx inherits these from outside only where there are none inside.
            let level = chain.last { block in block.children.contains { $0.name == "proxy_set_header" } }
            let fields = (level?.all("proxy_set_header") ?? []).compactMap { set -> Field? in
                set.words.first.map { Field(name: $0, value: set.words.dropFirst().first ?? "", line: set.line) }
            }
            let url = HTTPURL(target)
            let resolved = upstreams[String(url.host)].map { "\(url.scheme)://\($0)" } ?? target
            list.append(
                Location(
                    path: directive.words.last ?? "/", line: pass.line, target: resolved, headers: fields,
                    passesNoHeaders: chain.contains { block in
                        block.children.contains { $0.name == "proxy_pass_request_headers" && $0.words == ["off"] }
                    },
                    authRequest: chain.lazy.compactMap { $0.all("auth_request").last }.last(where: {
                        $0.words != ["off"]
                    }),
                    isTLS: isTLS, ports: listens.compactMap(port), isInternal: !directive.all("internal").isEmpty,
                    names: server?.all("server_name").flatMap(\.words) ?? []))
        }
        return list
    }

    private static func port(_ listen: Directive) -> Int? {
        guard let word = listen.words.first else { return nil }
        return Untrusted<Int>(word.split(separator: ":").last ?? "")?.within(1...65_535)
    }

    static func tlsServers(_ root: Directive) -> [Location] { locations(root).filter(\.isTLS) }

    static func reaches(_ location: Location, _ server: KeycloakServer) -> Bool {
        let url = HTTPURL(location.target)
        let host = url.host.lowercased()
        if let service = server.service, host == service.lowercased() { return true }
        if host.has("keycloak") || host == "kc" || location.path.has("/realms") { return true }
        guard server.service != nil else { return server.ports.isEmpty && !host.has("kong") }
        guard host == "localhost" || host == "127.0.0.1", let port = url.port else { return false }
        return server.ports.contains { $0.split(separator: ":").dropLast().last == port }
    }

    static func port(of url: HTTPURL) -> Int? {
        switch url.scheme {
        case "https": Untrusted<Int>(url.port ?? "443")?.within(0...65_535)
        case "http": Untrusted<Int>(url.port ?? "80")?.within(0...65_535)
        default: nil
        }
    }

    /// A literal X-Forwarded-Port against the port that clients use.
    static func port(_ location: Location, _ file: String, isPublic: Int?, _ list: inout AdviceList) {
        guard let field = location.header("x-forwarded-port"),
            let sent = Untrusted<Int>(field.value)?.within(0...65_535)
        else { return }
        let wanted = isPublic ?? (location.ports.contains(443) ? 443 : location.ports.first)
        guard let wanted, wanted != sent else { return }
        list.say(
            .frontPort, ConfigPlace(file, field.line),
            "X-Forwarded-Port is \(sent), and clients use port \(wanted): Keycloak compares htu with the wrong port",
            fix: "proxy_set_header X-Forwarded-Port \(wanted);")
    }
}

/// What nginx and Apache do to the request that a proof was made for.
enum FrontRules {
    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for file in configuration.nginx {
            let locations = Fronts.locations(file.root)
            for location in locations { examine(location, locations, file.file, configuration, &list) }
        }
        for file in configuration.apache { ApacheRules.examine(file, &list) }
        trustedIPs(configuration, &list)
    }

    private static func examine(
        _ location: Fronts.Location, _ all: [Fronts.Location], _ file: String, _ configuration: Configuration,
        _ list: inout AdviceList
    ) {
        let isAuthoriser = location.isInternal || all.contains { $0.authRequest?.words.first == location.path }
        if let request = location.authRequest, let path = request.words.first,
            let authoriser = all.first(where: { $0.path == path })
        {
            self.authoriser(authoriser, request, file, &list)
        }
        guard !isAuthoriser else { return }
        strips(location, file, &list)
        host(location, file, &list)
        if configuration.keycloaks.isEmpty { Fronts.port(location, file, isPublic: nil, &list) }
    }

    private static func strips(_ location: Fronts.Location, _ file: String, _ list: inout AdviceList) {
        for name in ["dpop", "authorization"] {
            guard let field = location.header(name) else { continue }
            let value = field.value
            if value.isEmpty {
                list.say(
                    .frontStrips, ConfigPlace(file, field.line), "the proxy takes the \(field.name) field away",
                    level: name == "dpop" ? .fail : .warn)
            } else if name == "authorization", value.hasPrefix("Bearer") {
                list.say(
                    .frontStrips, ConfigPlace(file, field.line),
                    "the proxy writes the Authorization field anew, with the scheme Bearer", level: .warn)
            }
        }
        if location.passesNoHeaders, location.header("dpop") == nil {
            list.say(
                .frontStrips, ConfigPlace(file, location.line),
                "proxy_pass_request_headers is off: the DPoP field does not reach the server",
                fix: "proxy_set_header DPoP $http_dpop;")
        }
    }

    private static func host(_ location: Fronts.Location, _ file: String, _ list: inout AdviceList) {
        let place = ConfigPlace(file, location.line)
        let forwarded = location.header("x-forwarded-host") ?? location.header("forwarded")
        let host = location.header("host")
        let isLost =
            host.map { field in
                let isLiteral = !field.value.contains("$") && !location.names.contains(field.value)
                return field.value == "$proxy_host" || field.value.isEmpty
                    || isLiteral && IssuerRules.isInner(HTTPURL("http://\(field.value)"))
            } ?? true
        let proto =
            location.header("x-forwarded-proto") ?? location.header("forwarded")
            ?? location.header("x-forwarded-scheme")
        if isLost, forwarded == nil {
            list.say(
                .frontHost, host.map { ConfigPlace(file, $0.line) } ?? place,
                "\(host.map { "Host is \($0.value)" } ?? "no proxy_set_header Host") and there is no "
                    + "X-Forwarded-Host: the server behind believes that it is \(location.target), and "
                    + "htu never matches",
                fix: "proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;")
        } else if location.isTLS, proto == nil {
            list.say(
                .frontHost, place,
                "TLS ends here and no X-Forwarded-Proto is sent: the server behind builds an http URL, and "
                    + "htu never matches",
                fix: "proxy_set_header X-Forwarded-Proto $scheme;")
        } else if location.isTLS, let proto, proto.value.lowercased() == "http" {
            list.say(
                .frontHost, ConfigPlace(file, proto.line), "\(proto.name) says http, and clients use https",
                fix: "proxy_set_header X-Forwarded-Proto $scheme;")
        }
        if let port = location.ports.first(where: { ![80, 443].contains($0) }), location.ports.count == 1,
            host?.value == "$host", location.header("x-forwarded-port") == nil
        {
            list.say(
                .frontHost, ConfigPlace(file, host?.line ?? location.line),
                "Host $host leaves the port \(port) out: the server behind builds a URL without it",
                fix: "proxy_set_header Host $http_host;", level: .note)
        }
    }

    private static func authoriser(
        _ authoriser: Fronts.Location, _ request: Directive, _ file: String, _ list: inout AdviceList
    ) {
        let place = ConfigPlace(file, authoriser.line)
        if authoriser.passesNoHeaders, authoriser.header("dpop") == nil {
            list.say(
                .frontAuthRequest, place,
                "auth_request (line \(request.line)) hands no DPoP field to the authoriser: it cannot check a proof",
                fix: "proxy_set_header DPoP $http_dpop;")
        } else if let field = authoriser.header("dpop"), field.value.isEmpty {
            list.say(
                .frontAuthRequest, ConfigPlace(file, field.line), "the authoriser gets no DPoP field",
                fix: "remove that line")
        }
        let names = Set(authoriser.headers.map { NearMiss.folded($0.name) })
        let hasURL = names.contains { $0.has("uri") || $0.has("url") }
        let hasMethod = names.contains { $0.has("method") }
        guard !hasURL || !hasMethod else { return }
        list.say(
            .frontAuthRequest, place,
            "the authoriser of auth_request is asked with GET at its own URL: it must be told the "
                + "\(hasURL ? "" : "URL ")\(hasURL || hasMethod ? "" : "and the ")\(hasMethod ? "" : "method ")that the proof names (X-Original-URL, X-Original-Method)",
            fix:
                "proxy_set_header X-Original-URL $scheme://$http_host$request_uri; proxy_set_header "
                + "X-Original-Method $request_method;"
        )
    }

    /// TLS in front of a Kong that trusts nobody.
    private static func trustedIPs(_ configuration: Configuration, _ list: inout AdviceList) {
        let isProving = configuration.plugins.contains {
            $0.config["proof_of_possession_dpop"]?.text.map { $0 != "off" } ?? false
        }
        guard isProving else { return }
        for kong in configuration.kongs where kong.environment["KONG_TRUSTED_IPS"]?.isEmpty ?? true {
            for file in configuration.nginx {
                let front = Fronts.tlsServers(file.root).first { location in
                    let host = HTTPURL(location.target).host.lowercased()
                    return host == kong.service?.lowercased() || host.has("kong")
                }
                guard let front else { continue }
                list.say(
                    .kongTrustedIPs, kong.place,
                    "TLS ends in front of Kong (\(file.file):\(front.line)) and KONG_TRUSTED_IPS is not set: "
                        + "Kong compares htu with http"
                )
            }
        }
    }
}
