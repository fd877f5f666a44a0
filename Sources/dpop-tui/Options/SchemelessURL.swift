import Arguments
import FlowModel

/// A URL that somebody wrote without its scheme, as browsers show them.
enum SchemelessURL {
    /// What is to be said of the text; nil where it does not look like one.
    static func hint(_ text: String) -> String? {
        guard !text.has("://"), !text.has(" "), !text.hasPrefix("/"), !text.hasPrefix("project:") else { return nil }
        let host = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let name = host.prefix { $0 != ":" }
        let port = host.dropFirst(name.count + 1)
        let isHost =
            name.utf8.contains(UInt8(ascii: ".")) || name == "localhost"
            || (host.count > name.count && text.count > host.count)
        guard isHost || !port.isEmpty, !name.isEmpty, port.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        let scheme = HTTPURL("http://\(host)").isLoopback ? "http" : "https"
        return "has no scheme; did you mean \(scheme)://\(text)?"
    }

    /// What is to be said of a text that is no absolute URL.
    static func complaint(_ text: String) -> String {
        "expected an absolute URL, found '\(text)'" + (hint(text).map { ", which \($0)" } ?? "")
    }

    /// The servers that a run is told of, by whatever it is told, have their schemes.
    static func check(_ values: Values) throws(ConfigError) {
        let options = [
            RunOptions.issuer, RunOptions.tokenEndpoint, RunOptions.authorizationEndpoint, RunOptions.parEndpoint,
            RunOptions.deviceEndpoint, RunOptions.introspectionEndpoint, RunOptions.userinfoEndpoint,
            RunOptions.revocationEndpoint, RunOptions.jwksURI,
        ]
        for option in options {
            guard let text = values[option], !text.has("://") else { continue }
            throw ConfigError(place: values.place(option), words: complaint(text))
        }
    }
}
