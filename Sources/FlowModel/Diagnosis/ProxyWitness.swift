/// What an answer says of a proxy that passed the request on, and what such a proxy has to be told.
struct ProxyWitness {
    /// `nginx/1.22.1`, `Via: 1.1 Caddy`.
    let words: String
    /// How this proxy keeps the URL; nil where it is not known by name.
    let setting: String?

    /// A row: the start of `Server`, and the setting. Those that may verify proofs themselves (Kong, Apache) are no
    /// witnesses.
    private static let servers: [(name: String, setting: String?)] = [
        ("nginx", nginx), ("openresty", nginx), ("tengine", nginx),
        ("caddy", nil), ("haproxy", "http-request set-header X-Forwarded-Proto https if { ssl_fc }"),
        ("envoy", nil), ("istio-envoy", nil), ("traefik", nil), ("awselb", nil), ("cloudfront", nil),
        ("cloudflare", nil), ("varnish", nil), ("akamaighost", nil), ("google frontend", nil),
        ("microsoft-azure-application-gateway", nil),
    ]
    private static let nginx =
        "nginx: proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host"

    /// Fields that only a proxy writes.
    private static let fields: [StaticString] = [
        "x-envoy-upstream-service-time", "cf-ray", "x-amz-cf-id", "x-azure-ref", "x-served-by", "x-cache",
        "x-varnish", "fly-request-id", "x-vercel-id",
    ]

    /// Nil where nothing in the answer shows one.
    static func of(_ exchange: Exchange) -> ProxyWitness? {
        guard let headers = exchange.response?.headers, headers.first("via")?.lowercased().has("kong") != true else {
            return nil
        }
        if let server = headers.first("server") {
            let folded = server.lowercased()
            if let row = servers.first(where: { folded.hasPrefix($0.name) }) {
                return ProxyWitness(words: "Server: \(server)", setting: row.setting)
            }
        }
        if let via = headers.first("via") { return ProxyWitness(words: "Via: \(via)", setting: nil) }
        return fields.first { headers.has($0) }.map { ProxyWitness(words: "its field \($0)", setting: nil) }
    }
}

/// How servers are told to believe a proxy.
private let trusting: [String: String] = [
    "spring": "Spring: server.forward-headers-strategy=framework",
    "quarkus":
        "Quarkus: quarkus.http.proxy.proxy-address-forwarding=true, allow-x-forwarded=true and enable-forwarded-host=true",
    "keycloak": "Keycloak: --proxy-headers=xforwarded",
]

extension SuspectScene {
    /// A proof in which everything is right that can be seen, refused in one word for every fault of a proof: what is
    /// left is the URL that the server builds for itself.
    ///
    /// Spring says `invalid_dpop_proof` without a sentence, Quarkus nothing but `DPoP`. The former is about the proof
    /// alone; the latter also about tokens, and counts where a proxy is seen to be in front.
    var rebuiltURL: [Suspects.Suspect]? {
        guard lead.refusal.isJudged, words.sentence == nil, shown.isEmpty, material.proof != nil,
            let htu = claims?["htu"]?.string
        else { return nil }
        let guess = ServerGuess.of(input, step: lead.refusal.request)?.profile ?? input.settings.profile.id
        guard guess != "auth0", guess != "okta" else { return nil }
        let witness = ProxyWitness.of(material.exchange)
        let isProof = words.code?.lowercased() == "invalid_dpop_proof"
        let isBare = words.isSilent && isCall && challenges.contains { $0.scheme.equalsIgnoringCase("dpop") }
        guard isProof ? witness != nil || guess == "spring" : isBare && witness != nil else { return nil }
        let said = words.isSilent ? quote : "\(quote) without a reason"
        let front = witness.map { "a proxy passed the request on (\($0.words))" } ?? "a proxy may be in front"
        let server = trusting[isBare && guess != "spring" ? "quarkus" : guess]
        let settings = [witness?.setting, server].compactMap { $0 }
        return [
            Suspects.Suspect(
                cause: .htuProxyInternal,
                words:
                    "\(said), all that is seen of the proof is right, and \(front): the server may build another URL than the one that was called",
                evidence: [
                    Evidence(
                        "htu", expected: "the URL that the server builds out of Host and X-Forwarded-*", actual: htu)
                ],
                fix: settings.isEmpty
                    ? nil
                    : "forward Host and X-Forwarded-Proto, and let the server believe them (\(settings.joined(separator: "; ")))"
            )
        ]
    }
}
