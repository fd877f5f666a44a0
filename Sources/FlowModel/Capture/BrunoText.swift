extension CaptureFormat {
    /// A request of Bruno's: blocks with a name, and a block for the method.
    static func bruno(at time: Double?) -> CaptureFormat {
        .pasted(id: "bruno", title: "Bruno request", at: time) { text in
            text.has("meta {") && text.has("url:") ? BrunoText.read(text) : []
        }
    }
}

private enum BrunoText {
    private static let methods = ["get", "post", "put", "patch", "delete", "head", "options"]

    static func read(_ text: String) -> [PastedExchange] {
        var (exchange, block, list): (PastedExchange, Substring?, [PastedExchange]) = (PastedExchange(), nil, [])
        var form: [(name: String, value: String)] = []
        func close() {
            guard exchange.url != nil else { return }
            if !form.isEmpty {
                exchange.body =
                    form.map { PercentEncoding.form($0.name) + "=" + PercentEncoding.form($0.value) }
                    .joined(separator: "&")
            }
            list.append(exchange)
        }
        for line in PastedLines.of(text) {
            guard let inside = block else {
                // A block begins at the line's start, and ends there.
                guard line.hasSuffix("{"), let first = line.utf8.first, (first | 0x20) &- 0x61 < 26 else { continue }
                block = line.split(separator: " ").first
                if block == "meta", exchange.url != nil {
                    close()
                    (exchange, form) = (PastedExchange(), [])
                }
                continue
            }
            guard line != "}" else {
                block = nil
                continue
            }
            if inside.hasPrefix("body:json") || inside.hasPrefix("body:text") || inside.hasPrefix("body:xml") {
                exchange.addBody(String(line).trimmed)
                continue
            }
            // What is switched off is not sent.
            guard let field = PastedLines.field(Substring(String(line).trimmed)) else { continue }
            if methods.contains(String(inside)), field.name == "url" {
                (exchange.method, exchange.url) = (inside.uppercased(), field.value)
            } else if inside == "headers" {
                exchange.fields.append(field)
            } else if inside == "auth:bearer", field.name == "token", !field.value.isEmpty {
                exchange.fields.append(("Authorization", "Bearer " + field.value))
            } else if inside == "body:form-urlencoded" {
                form.append(field)
            }
        }
        close()
        return list
    }
}
