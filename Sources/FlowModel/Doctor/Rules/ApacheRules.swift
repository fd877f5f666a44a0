/// mod_oauth2, mod_auth_openidc and mod_proxy.
enum ApacheRules {
    /// The options of liboauth2's DPoP verification.
    private static let options = [
        "dpop.cache", "dpop.expiry", "dpop.iat.verify", "dpop.iat.slack.before", "dpop.iat.slack.after",
    ]

    static func examine(_ file: Configuration.DirectiveFile, _ list: inout AdviceList) {
        file.root.walk { directive, parents in
            let place = ConfigPlace(file.file, directive.line)
            let name = directive.name.lowercased()
            switch name {
            case "oauth2tokenverify", "oauth2": oauth2(directive, place, &list)
            case "authtype": authType(directive, parents.last, place, &list)
            case "oidcdpopmode": mode(directive, place, &list)
            case "requestheader":
                let words = directive.words.map { $0.lowercased() }
                if words.first == "unset", words.count > 1, ["dpop", "authorization"].contains(words[1]) {
                    list.say(
                        .frontStrips, place, "RequestHeader unset takes the \(directive.words[1]) field away",
                        level: words[1] == "dpop" ? .fail : .warn)
                }
            default:
                if name.has("dpop"), name.hasPrefix("oidc"), NearMiss.isNear(name, "oidcdpopmode") {
                    list.say(.frontOption, place, "mod_auth_openidc has no \(directive.name)", fix: "OIDCDPoPMode")
                }
            }
        }
        keys(file, &list)
        proxy(file, &list)
    }

    /// mod_auth_openidc makes proofs with a key of its own, and does not start without one.
    private static func keys(_ file: Configuration.DirectiveFile, _ list: inout AdviceList) {
        var (mode, hasKeys): (Directive?, Bool) = (nil, false)
        file.root.walk { directive, _ in
            let name = directive.name.lowercased()
            if name == "oidcdpopmode", directive.words.first?.lowercased() != "off" { mode = directive }
            if name == "oidcprivatekeyfiles" || name == "oidcpublickeyfiles" { hasKeys = true }
        }
        guard let mode, !hasKeys else { return }
        list.say(
            .frontKeys, ConfigPlace(file.file, mode.line),
            "OIDCDPoPMode without OIDCPrivateKeyFiles: the module has no key to make proofs with and does not start")
    }

    private static func oauth2(_ directive: Directive, _ place: ConfigPlace, _ list: inout AdviceList) {
        for word in directive.words where word.contains("=") {
            for pair in word.split(separator: "&") {
                guard let name = pair.pair(by: "=")?.name, NearMiss.folded(name).hasPrefix("dpop"), name != "type",
                    !options.contains(name)
                else { continue }
                let meant = NearMiss.nearest(name, among: options) ?? options.joined(separator: ", ")
                list.say(
                    .frontOption, place, "mod_oauth2 has no option '\(name)', and ignores it; '\(meant)' is meant",
                    fix: meant)
            }
        }
        let type = directive.words.lazy.flatMap { $0.split(separator: "&") }.first { $0.hasPrefix("type=") }
        if let type, NearMiss.isNear(String(type.dropFirst(5)), "dpop") {
            list.say(.frontOption, place, "mod_oauth2 has no '\(type)'", fix: "type=dpop")
        } else if type == nil, directive.name.lowercased() == "oauth2tokenverify" {
            list.say(
                .frontBearerOnly, place,
                "OAuth2TokenVerify without type=dpop: a bound token passes as Bearer, no proof is checked",
                fix: "add type=dpop to the options")
        }
    }

    private static func authType(
        _ directive: Directive, _ parent: Directive?, _ place: ConfigPlace, _ list: inout AdviceList
    ) {
        guard let type = directive.words.first?.lowercased() else { return }
        guard ["oauth20", "openid-connect", "auth-openidc"].contains(type) else { return }
        list.say(
            .frontBearerOnly, place,
            type == "oauth20"
                ? "mod_auth_openidc as a resource server takes Bearer alone and checks no DPoP proof"
                : "mod_auth_openidc logs people in; it checks no DPoP proof of a caller")
    }

    private static func mode(_ directive: Directive, _ place: ConfigPlace, _ list: inout AdviceList) {
        guard let value = directive.words.first, !["off", "optional", "required"].contains(value.lowercased()) else {
            return
        }
        list.say(
            .frontOption, place, "OIDCDPoPMode is '\(value)'; it takes off, optional or required",
            fix: NearMiss.nearest(value, among: ["optional", "required"]) ?? "required", level: .fail)
    }

    /// TLS that ends in a VirtualHost, and no X-Forwarded-Proto behind it.
    private static func proxy(_ file: Configuration.DirectiveFile, _ list: inout AdviceList) {
        file.root.walk { host, _ in
            guard host.name.lowercased() == "virtualhost" else { return }
            var (pass, sends, keeps): (Directive?, Bool, Bool) = (nil, false, false)
            host.walk { directive, _ in
                let name = directive.name.lowercased()
                let words = directive.words.map { $0.lowercased() }
                if name == "proxypass" || name == "proxypassmatch" { pass = pass ?? directive }
                if name == "requestheader", words.contains("x-forwarded-proto") { sends = true }
                if name == "proxypreservehost", words.first == "on" { keeps = true }
            }
            let isTLS = host.words.contains { $0.hasSuffix(":443") || $0.hasSuffix(":443>") }
            guard let pass else { return }
            if isTLS, !sends {
                list.say(
                    .frontHost, ConfigPlace(file.file, pass.line),
                    "TLS ends here and no X-Forwarded-Proto is sent: the server behind builds an http URL, and "
                        + "htu never matches",
                    fix: "RequestHeader set X-Forwarded-Proto https")
            } else if !keeps, isTLS {
                list.say(
                    .frontHost, ConfigPlace(file.file, pass.line),
                    "ProxyPreserveHost is off: the server behind sees its own name in Host "
                        + "(X-Forwarded-Host has the other)",
                    fix: "ProxyPreserveHost On", level: .note)
            }
        }
    }
}
