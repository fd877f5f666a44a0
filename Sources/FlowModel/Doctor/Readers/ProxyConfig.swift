/// Files of proxies.
extension ConfigReader {
    mutating func readNginx(_ piece: Piece) {
        let root = DirectiveReader.nginx(piece.text, firstLine: piece.firstLine)
        guard root.contains(where: { $0.name.hasSuffix("_pass") || $0.name == "auth_request" }) else {
            return ignore(piece.place, "nginx's file without a proxy in it")
        }
        configuration.nginx.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "nginx proxy"))
    }

    mutating func readApache(_ piece: Piece) {
        let root = DirectiveReader.apache(piece.text, firstLine: piece.firstLine)
        let isKnown = root.contains { directive in
            let name = directive.name.lowercased()
            return name.hasPrefix("oauth2") || name.hasPrefix("oidc")
                || ["proxypass", "proxypassmatch", "requestheader"].contains(name)
        }
        guard isKnown else { return ignore(piece.place, "Apache's file without OAuth or a proxy in it") }
        configuration.apache.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "Apache"))
    }

    mutating func readHAProxy(_ piece: Piece) {
        let root = HAProxyReader.read(piece.text, firstLine: piece.firstLine)
        guard root.children.contains(where: { ["frontend", "backend", "listen"].contains($0.name) }) else {
            return ignore(piece.place, "HAProxy's file without a frontend or backend in it")
        }
        configuration.haproxy.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "HAProxy"))
    }

    mutating func readCaddy(_ piece: Piece) {
        let root = CaddyReader.read(piece.text, firstLine: piece.firstLine)
        guard root.contains(where: { ["reverse_proxy", "forward_auth"].contains($0.name) }) else {
            return ignore(piece.place, "Caddy's file without a proxy in it")
        }
        configuration.caddy.append(.init(file: piece.file, root: root))
        configuration.accounts.append(.read(piece.place, "Caddy proxy"))
    }
}
