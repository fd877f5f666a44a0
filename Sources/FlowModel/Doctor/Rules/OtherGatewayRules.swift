/// Gateways that read JWTs and know little of DPoP: Istio, Envoy, Traefik, APISIX, KrakenD.
enum OtherGatewayRules {
    static func examine(_ configuration: Configuration, _ list: inout AdviceList) {
        for rule in configuration.jwtRules { jwt(rule, &list) }
        for forward in configuration.forwardAuths { forwardAuth(forward, &list) }
        for stranger in configuration.strangers {
            list.say(
                .frontBearerOnly, stranger.place,
                stranger.name == "APISIX"
                    ? "APISIX's openid-connect knows no DPoP: it takes Bearer alone, and a bound token "
                        + "passes without a proof"
                    : "\(stranger.name) knows no DPoP: it takes Bearer alone, and a bound token passes without a proof")
            for entry in stranger.node.entries
            where NearMiss.folded(entry.name).has("dpop") || entry.name.hasPrefix("proof_of") {
                list.say(
                    .frontOption, stranger.document.place(entry.line),
                    "\(stranger.name) has no setting '\(entry.name)': no proof is checked",
                    fix: "remove it, and check proofs behind it")
            }
        }
    }

    /// Where a JWT is looked for.
    private static func jwt(_ rule: Configuration.Item, _ list: inout AdviceList) {
        let places = rule.node["fromHeaders"] ?? rule.node["from_headers"] ?? rule.node.at("extractFrom", "headers")
        var proved = false
        for header in places?.elements ?? [] {
            let prefix = header["prefix"] ?? header["value_prefix"] ?? header["valuePrefix"]
            guard case .text(let text)? = prefix?.value else { continue }
            let line = (header.entry("prefix") ?? header.entry("value_prefix") ?? header.entry("valuePrefix"))?.line
            let name = header["name"]?.text?.lowercased() ?? "authorization"
            guard name == "authorization", text.lowercased().hasPrefix("dpop") else { continue }
            proved = true
            if text != "DPoP " {
                list.say(
                    .frontPrefix, rule.document.place(line),
                    "the prefix is '\(text)'; a token is sent as 'DPoP ' with a space (prefixes are compared "
                        + "letter by letter)",
                    fix: "\"DPoP \"")
            }
            list.say(
                .frontPrefix, rule.document.place(line),
                "tokens after 'DPoP ' are let through on their signature alone: nothing here verifies the "
                    + "proof, nor that the token is bound"
            )
        }
        guard !proved else { return }
        list.say(
            .frontBearerOnly, rule.place,
            places == nil
                ? "\(rule.name): it looks for 'Authorization: Bearer' alone and knows no DPoP: a token in the "
                    + "DPoP scheme is not found (Jwt is missing, or 403)"
                : "\(rule.name): none of its headers has the prefix 'DPoP ': a token in the DPoP scheme is not found")
    }

    private static func forwardAuth(_ forward: Configuration.Item, _ list: inout AdviceList) {
        guard let entry = forward.node.entry("authRequestHeaders"), entry.node.isList else { return }
        let names = entry.node.texts.map { $0.lowercased() }
        guard !names.isEmpty, !names.contains("dpop") else { return }
        list.say(
            .frontAuthRequest, forward.document.place(entry.line),
            "authRequestHeaders has no DPoP: the authoriser gets \(entry.node.texts.joined(separator: ", ")) "
                + "alone and cannot check a proof",
            fix: "authRequestHeaders: [Authorization, DPoP]")
    }
}
