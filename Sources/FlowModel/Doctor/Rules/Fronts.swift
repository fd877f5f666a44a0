/// A program in front of a server: what it hands on, and to whom.
struct Front: Sendable {
    enum Kind: String, Sendable {
        case nginx, haproxy, caddy, apache, traefik
        /// An Ingress, an HTTPRoute or a Route: whichever controller serves it.
        case ingress

        /// Whether it writes `X-Forwarded-*` without being told to.
        var forwardsByItself: Bool { self == .caddy || self == .traefik || self == .ingress }

        var shown: String {
            switch self {
            case .nginx: "nginx"
            case .haproxy: "HAProxy"
            case .caddy: "Caddy"
            case .apache: "Apache"
            case .traefik: "Traefik"
            case .ingress: "the ingress"
            }
        }

        /// How this program is told to send a field.
        func setting(_ name: String, _ value: String) -> String {
            switch self {
            case .nginx: "proxy_set_header \(name) \(value);"
            case .haproxy: "http-request set-header \(name) \(value)"
            case .caddy: "header_up \(name) \(value)"
            case .apache: "RequestHeader set \(name) \(value)"
            case .traefik, .ingress: "\(name): \(value)"
            }
        }

        /// The scheme of the request, in this program's words.
        var scheme: String {
            switch self {
            case .nginx: "$scheme"
            case .haproxy: "https if { ssl_fc }"
            case .caddy: "{scheme}"
            case .apache, .traefik, .ingress: "https"
            }
        }
    }

    let file: String
    let kind: Kind
    let locations: [Fronts.Location]
}

/// The proxies of all files, whatever program they are.
enum Fronts {
    struct Field: Sendable {
        let name: String
        let value: String
        let line: Int
        /// Sent by the program itself; nobody wrote it.
        var isImplied = false
    }

    struct Location: Sendable {
        let path: String
        let line: Int
        /// Where requests go: `http://keycloak:8080`.
        let target: String
        let headers: [Field]
        let isTLS: Bool
        /// The ports listened on.
        let ports: [Int]
        /// The site's names.
        let names: [String]
        /// The name of the group of servers: nginx's upstream, HAProxy's backend.
        var group = ""
        var passesNoHeaders = false
        var authRequest: Directive?
        var isInternal = false
        /// Fields may be set where they cannot be seen: an include.
        var mayHide = false
        /// The part of the path that is cut off, and the line that does it.
        var cut: (prefix: String, line: Int)?

        func header(_ name: String) -> Field? { headers.last { $0.name.lowercased() == name } }
    }

    static func all(_ configuration: Configuration) -> [Front] {
        configuration.nginx.map { Front(file: $0.file, kind: .nginx, locations: NginxFront.locations($0.root)) }
            + configuration.haproxy.map {
                Front(file: $0.file, kind: .haproxy, locations: HAProxyFront.locations($0.root))
            }
            + configuration.caddy.map { Front(file: $0.file, kind: .caddy, locations: CaddyFront.locations($0.root)) }
            + configuration.apache.map {
                Front(file: $0.file, kind: .apache, locations: ApacheFront.locations($0.root))
            }
            + configuration.routers
    }

    /// What a request looks like that a program hands on with its own `X-Forwarded-*` and the client's Host.
    static func implied(line: Int) -> [Field] {
        [("Host", "{host}"), ("X-Forwarded-Host", "{host}"), ("X-Forwarded-Proto", "{scheme}")].map {
            Field(name: $0.0, value: $0.1, line: line, isImplied: true)
        }
    }

    static func reaches(_ location: Location, _ server: KeycloakServer) -> Bool {
        let url = HTTPURL(location.target)
        let host = url.host.lowercased()
        if let service = server.service, host == service.lowercased() { return true }
        if isKeycloakName(host) || isKeycloakName(location.group.lowercased()) || location.path.has("/realms") {
            return true
        }
        if let own = server.publicHost, location.names.contains(where: { $0.lowercased() == own }) { return true }
        guard host == "localhost" || HTTPURL(location.target).isLoopback, let port = url.port else { return false }
        if server.service == nil, server.ports.isEmpty {
            return port == server.text("http-port") ?? "8080" || port == server.text("https-port") ?? "8443"
        }
        return server.ports.contains { $0.split(separator: ":").dropLast().last == port }
    }

    /// `keycloak`, `kc-1`, `my-keycloak.svc`, but not Kong's `kong-keycloak-plugin`.
    private static func isKeycloakName(_ host: String) -> Bool {
        host.has("keycloak") || host == "kc" || host.hasPrefix("kc-") || host.hasPrefix("kc.") || host == "sso"
    }

    static func port(of url: HTTPURL) -> Int? {
        switch url.scheme {
        case "https": Untrusted<Int>(url.port ?? "443")?.within(0...65_535)
        case "http": Untrusted<Int>(url.port ?? "80")?.within(0...65_535)
        default: nil
        }
    }

    /// A literal X-Forwarded-Port against the port that clients use. `published` are the ports of the host by those
    /// of the containers.
    static func port(
        _ location: Location, _ front: Front, isPublic: Int?, published: [Int: [Int]], _ list: inout AdviceList
    ) {
        guard let field = location.header("x-forwarded-port") else { return }
        let own = location.ports.contains(443) ? 443 : location.ports.first
        let isOwn = field.value == "$server_port"
        guard let sent = Untrusted<Int>(field.value)?.within(0...65_535) ?? (isOwn ? own : nil) else { return }
        // Somebody in front of this proxy ends TLS, and this one says so.
        let isPassedOn = !location.isTLS && location.header("x-forwarded-proto")?.value.lowercased() == "https"
        if isPublic == nil, isPassedOn || isOwn { return }
        guard let wanted = isPublic ?? own, wanted != sent else { return }
        if isPublic == nil, location.ports.contains(where: { published[$0]?.contains(sent) ?? false }) { return }
        // The port that a container publishes is not in this file: only a known public port proves a mistake.
        list.say(
            .frontPort, ConfigPlace(front.file, field.line),
            isPublic == nil
                ? "X-Forwarded-Port is \(sent), and this proxy listens on \(wanted): right only where clients use port "
                    + "\(sent)"
                : "X-Forwarded-Port is \(isOwn ? "$server_port, \(sent)" : "\(sent)"), and clients use port \(wanted): "
                    + "Keycloak compares htu with the wrong port",
            fix: front.kind.setting("X-Forwarded-Port", "\(wanted)"), level: isPublic == nil ? .warn : nil)
    }
}
