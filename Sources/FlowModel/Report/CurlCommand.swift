/// A request as a command line for curl, with the fields that were sent and in their order.
public enum CurlCommand {
    /// Hides secrets in a text.
    public static func text(_ request: Request, mask: (String) -> String = { $0 }) -> String {
        let body = request.body.map(\.bytes).flatMap { $0.isEmpty ? nil : $0 }
        var words = ["curl"]
        if request.method != (body == nil ? "GET" : "POST") { words += ["-X", quoted(request.method)] }
        if request.version.hasPrefix("HTTP/1") { words.append("--http1.1") }
        words.append(quoted(mask(request.url.text)))
        var lines = [words.joined(separator: " ")]
        for field in request.headers where !isMadeByCurl(field, request) {
            // "Name:" would take the field away; curl sends an empty one where a semicolon stands.
            lines.append("-H " + quoted(mask(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")))
        }
        if let body { lines.append("--data-raw " + quoted(mask(body.text))) }
        if let body, Bytes(body.text) != body {
            lines.append("# the body is \(body.count) bytes that are no UTF-8; give it with --data-binary @FILE")
        }
        return lines.joined(separator: " \\\n  ") + "\n"
    }

    private static func isMadeByCurl(_ field: Header, _ request: Request) -> Bool {
        field.isNamed("content-length") || field.isNamed("connection")
            || (field.isNamed("host") && field.value.lowercased() == authority(request.url))
    }

    private static func authority(_ url: HTTPURL) -> String {
        (url.host + (url.port.map { ":" + $0 } ?? "")).lowercased()
    }

    /// One word for a POSIX shell; control characters are written out, so that nothing in a capture acts on a terminal.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "-_./:=%,@+".utf8.contains($0) }
        if isPlain { return text }
        let risky = HostileText.isHostile
        guard text.unicodeScalars.contains(where: risky) else {
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
        var out = "$'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": out += "\\\(scalar)"
            case _ where risky(scalar): for byte in String(scalar).utf8 { out += "\\x" + Hex.two(byte) }
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "'"
    }
}
