/// Routes that lead to a server: Traefik's labels and objects, Kubernetes' Ingress, OpenShift's Route.
extension Recogniser {
    // MARK: labels of a compose service

    mutating func labels(_ node: ConfigNode, service: ConfigNode.Entry?) {
        let labels = Self.environment(node["labels"] ?? node.at("deploy", "labels"))
        guard !labels.isEmpty else { return }
        for label in labels where label.name.lowercased().has("forwardauth.authrequestheaders") {
            guard case .text(let text) = label.value else { continue }
            let list = text.split(separator: ",").map { ConfigNode(.text(String($0.trimmedASCII)), line: label.line) }
            let made = ConfigNode.map(
                [("authRequestHeaders", ConfigNode(.list(list), line: label.line))], line: label.line)
            configuration.forwardAuths.append(.init(document: document, node: made, line: label.line))
            read(label.line, "Traefik's forward authentication")
        }
        if let service { traefik(labels, service) }
    }

    /// `traefik.http.routers.NAME.…` of a service: whether TLS ends in front of it.
    private mutating func traefik(_ labels: [KeycloakSetting], _ service: ConfigNode.Entry) {
        var (tls, rule, scheme, keepsHost): (Int?, KeycloakSetting?, String, Bool) = (nil, nil, "http", true)
        for label in labels {
            let name = label.name.lowercased()
            let text = ConfigNode(label.value, line: label.line).scalar?.lowercased()
            if name.hasPrefix("traefik.http.routers.") {
                if name.hasSuffix(".rule") { rule = label }
                let isTLS =
                    name.hasSuffix(".tls") && text == "true" || name.has(".tls.")
                    || name.hasSuffix(".entrypoints") && (text ?? "").split(separator: ",").contains { isSecure($0) }
                if isTLS { tls = tls ?? label.line }
            } else if name.hasPrefix("traefik.http.services.") {
                if name.hasSuffix(".server.scheme") { scheme = text ?? scheme }
                if name.hasSuffix(".passhostheader") { keepsHost = text != "false" }
            }
        }
        guard let line = tls ?? rule?.line else { return }
        var fields = Fronts.implied(line: line)
        if !keepsHost { fields.append(.init(name: "Host", value: "", line: line, isImplied: true)) }
        take(
            Fronts.Location(
                path: "/", line: line, target: "\(scheme)://\(service.name)", headers: fields, isTLS: tls != nil,
                ports: [443], names: rule.map { Self.hosts($0) } ?? []), .traefik, line, "Traefik's router")
    }

    private func isSecure(_ entryPoint: Substring) -> Bool {
        let name = entryPoint.trimmedASCII
        return name.has("secure") || name == "https" || name == "443" || name.has("tls")
    }

    /// The names in `Host(`a`) || Host(`b`)`.
    private static func hosts(_ rule: KeycloakSetting) -> [String] {
        guard case .text(let text) = rule.value else { return [] }
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    private mutating func take(_ location: Fronts.Location, _ kind: Front.Kind, _ line: Int, _ words: String) {
        configuration.routers.append(Front(file: document.file, kind: kind, locations: [location]))
        read(line, words)
    }

    // MARK: Kubernetes

    mutating func routes(_ node: ConfigNode) {
        switch node["kind"]?.text {
        case "Ingress"?: ingress(node)
        case "IngressRoute"?: ingressRoute(node)
        case "Route"?: openShiftRoute(node)
        default: break
        }
    }

    private mutating func ingress(_ node: ConfigNode) {
        guard let spec = node["spec"] else { return }
        let annotations = node.at("metadata", "annotations")
        let backend = annotations?.entries.first { $0.name.has("backend-protocol") }?.node.text ?? ""
        let isPassed = annotations?.entries.contains {
            $0.name.has("ssl-passthrough") && $0.node.scalar == "true"
        }
        let tls = spec.entry("tls")
        let isTLS = isPassed != true && (tls?.node.elements.isEmpty == false)
        for rule in spec["rules"]?.elements ?? [] {
            for path in rule.at("http", "paths")?.elements ?? [] {
                let service = path.at("backend", "service", "name") ?? path.at("backend", "serviceName")
                guard let name = service?.text, let line = service?.line else { continue }
                route(
                    to: name, scheme: backend.uppercased() == "HTTPS" ? "https" : "http", isTLS: isTLS,
                    path: path["path"]?.text ?? "/", names: rule["host"]?.texts ?? [], line: line, .ingress,
                    "Ingress")
            }
        }
        if let service = spec.at("defaultBackend", "service", "name"), let name = service.text {
            route(
                to: name, scheme: "http", isTLS: isTLS, path: "/", names: [], line: service.line, .ingress, "Ingress")
        }
    }

    private mutating func ingressRoute(_ node: ConfigNode) {
        guard let spec = node["spec"] else { return }
        let isTLS =
            spec["tls"] != nil || (spec["entryPoints"]?.texts ?? []).contains { isSecure($0[...]) }
        for rule in spec["routes"]?.elements ?? [] {
            for service in rule["services"]?.elements ?? [] {
                guard let entry = service.entry("name"), let name = entry.node.text else { continue }
                let scheme = service["scheme"]?.text ?? "http"
                route(
                    to: name, scheme: scheme, isTLS: isTLS, path: "/", names: [], line: entry.line, .traefik,
                    "Traefik's IngressRoute")
            }
        }
    }

    private mutating func openShiftRoute(_ node: ConfigNode) {
        guard let spec = node["spec"], let to = spec.at("to", "name"), let name = to.text else { return }
        let termination = spec.at("tls", "termination")?.text?.lowercased()
        guard termination == nil || termination == "edge" else { return }
        // OpenShift's router sends both families.
        let both =
            Fronts.implied(line: to.line) + [.init(name: "Forwarded", value: "proto", line: to.line, isImplied: true)]
        take(
            Fronts.Location(
                path: "/", line: to.line, target: "http://\(name)", headers: both, isTLS: termination == "edge",
                ports: [443], names: spec["host"]?.texts ?? []), .ingress, to.line, "OpenShift Route")
    }

    private mutating func route(
        to name: String, scheme: String, isTLS: Bool, path: String, names: [String], line: Int, _ kind: Front.Kind,
        _ words: String
    ) {
        take(
            Fronts.Location(
                path: path, line: line, target: "\(scheme)://\(name)", headers: Fronts.implied(line: line),
                isTLS: isTLS, ports: [isTLS ? 443 : 80], names: names), kind, line, words)
    }
}
