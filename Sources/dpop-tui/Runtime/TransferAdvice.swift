import FlowModel

/// What a person can do about a request without an answer, behind the transport's own words.
enum TransferAdvice {
    /// The failure and what helps; `proxy` names the one that the request goes through.
    static func words(_ failure: Sent.Failure, to url: HTTPURL, connectCode: Int, proxy: String?) -> String {
        guard case .network(let kind, let said) = failure else { return failure.description }
        if kind == "proxy" { return "\(failure): " + refusal(connectCode, to: url, by: proxy) }
        return "\(failure)\(help(kind, said.lowercased(), url, proxy))"
    }

    /// An answer of status 407 is a proxy's, never the server's (RFC 9110 §15.5.8).
    static func unauthenticated(to url: HTTPURL, by proxy: String?) -> String {
        "network (proxy): " + refusal(407, to: url, by: proxy)
    }

    private static func refusal(_ status: Int, to url: HTTPURL, by proxy: String?) -> String {
        let name = proxy.map { "the proxy \($0)" } ?? "a proxy"
        switch status {
        case 0: return "\(name) cannot be used"
        case 407:
            return "\(name) asks for a user and a password (407); "
                + "--proxy http://USER:PASSWORD@HOST:PORT has them. The server saw nothing"
        default: return "\(name) refused the way to \(url.host) with \(status); the server saw nothing"
        }
    }

    private static func help(_ kind: String, _ said: String, _ url: HTTPURL, _ proxy: String?) -> String {
        switch kind {
        case "tls":
            let isUnknown = said.has("self-signed") || said.has("self signed") || said.has("issuer certificate")
            if isUnknown { return "; --tls-root-ca FILE trusts its CA, --insecure anybody's" }
            return said.has("wrong version number") || said.has("packet length too long")
                ? "; it speaks no TLS there: is it http://?" : ""
        case "receive", "other":
            return said.has("http/0.9") && url.scheme.lowercased() == "http" ? "; is it https://?" : ""
        case "connect", "timeout":
            guard let proxy else { return "" }
            let own = HTTPURL(proxy)
            let place = "\(own.host) port \(own.port ?? "1080")"
            return said.firstRange(of: place) == nil ? "" : "; that is the proxy \(proxy)"
        default: return ""
        }
    }

    /// The proxy that libcurl takes for a URL, without its user and password: the setting's, else the environment's.
    static func proxy(for url: HTTPURL, _ options: TransportOptions) -> String? {
        let names =
            url.scheme.lowercased() == "https"
            ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] : ["http_proxy", "all_proxy", "ALL_PROXY"]
        let text = options.proxy ?? names.lazy.compactMap { environment($0) }.first
        guard let text, !text.isEmpty else { return nil }
        let parts = HTTPURL(text.has("://") ? text : "http://" + text)
        return "\(parts.scheme)://\(parts.host)" + (parts.port.map { ":\($0)" } ?? "")
    }
}
