/// Applications as resource servers: which scheme they look for, and which URL they compare `htu` with.
enum FrameworkRules {
    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for server in configuration.frameworks {
            switch server.kind {
            case .spring: spring(server, &list)
            case .quarkus: quarkus(server, &list)
            case .oauth2Proxy:
                list.say(
                    .frontBearerOnly, server.place,
                    "oauth2-proxy knows no DPoP: it takes Bearer alone, and hands on tokens without a proof")
            }
        }
    }

    private static func spring(_ server: FrameworkServer, _ list: inout AdviceList) {
        for setting in server.all("server.forward-headers-strategy") where setting.text?.lowercased() == "none" {
            list.say(
                .frontHost, ConfigPlace(server.file, setting.line),
                "Spring believes no proxy: it compares htu with a URL out of its own scheme and the Host that it gets",
                fix: "server.forward-headers-strategy=framework")
        }
    }

    private static func quarkus(_ server: FrameworkServer, _ list: inout AdviceList) {
        let schemes = server.all("token.authorization-scheme")
        for setting in schemes {
            guard let text = setting.text, text != "DPoP", text.lowercased() == "dpop" else { continue }
            list.say(
                .serverSchemeLetters, ConfigPlace(server.file, setting.line),
                "authorization-scheme is '\(text)': a Quarkus from before its fix of May 2025 (quarkusio/quarkus#48091) asks for no proof then"
            )
        }
        let isWebApp = server.all("application-type").contains { $0.text?.lowercased() == "web-app" }
        if schemes.isEmpty, !isWebApp {
            list.say(
                .frontBearerOnly, server.place,
                "Quarkus takes Bearer alone until it is told otherwise: a token in the DPoP scheme is not found",
                fix: "quarkus.oidc.token.authorization-scheme=DPoP")
        }
        for setting in server.all("http.proxy.proxy-address-forwarding") where setting.text == "false" {
            list.say(
                .frontHost, ConfigPlace(server.file, setting.line),
                "Quarkus believes no proxy: it compares htu with a URL out of its own scheme and the Host that it gets",
                fix: "quarkus.http.proxy.proxy-address-forwarding=true")
        }
    }
}
