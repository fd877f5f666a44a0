/// Metadata that somebody keeps as TOML: names with texts, numbers, booleans and lists of texts, in tables.
///
/// The doctor's other readers see lines; a document of RFC 9728 or RFC 8414 is seen whole.
enum FlatTOML {
    private static let marks = [
        "authorization_servers", "bearer_methods_supported", "dpop_bound_access_tokens_required", "token_endpoint",
    ]

    /// The document; nil for a text without a name that only such metadata have.
    static func document(_ text: String, firstLine: Int) -> ConfigNode? {
        guard marks.contains(where: { text.firstRange(of: $0) != nil }) else { return nil }
        var tables: [(path: String, line: Int, entries: [ConfigNode.Entry])] = [("", firstLine, [])]
        var open: (name: String, line: Int, value: String)?
        for (index, raw) in text.lines.enumerated() {
            let line = raw.trimmedASCII
            if let begun = open {
                open = (begun.name, begun.line, begun.value + withoutComment(line))
            } else if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                tables.append((String(line[..<end].drop { $0 == "[" }), firstLine + index, []))
                continue
            } else if !line.hasPrefix("#"), let pair = line.pair(by: "=") {
                let name = pair.name.trimmedASCII.filter { $0 != "\"" }
                open = (String(name), firstLine + index, withoutComment(pair.value.trimmedASCII))
            }
            guard let whole = open, !whole.value.hasPrefix("[") || whole.value.hasSuffix("]") else { continue }
            let entry = ConfigNode.Entry(name: whole.name, line: whole.line, node: value(whole.value, whole.line))
            tables[tables.count - 1].entries.append(entry)
            open = nil
        }
        let inner = tables.dropFirst().map { table in
            ConfigNode.Entry(
                name: table.path, line: table.line, node: ConfigNode(.map(table.entries), line: table.line))
        }
        return ConfigNode(.map(tables[0].entries + inner), line: firstLine)
    }

    private static func value(_ text: String, _ line: Int) -> ConfigNode {
        if text.hasPrefix("[") {
            let items = text.dropFirst().dropLast().split(separator: ",").map { $0.trimmedASCII }.filter { !$0.isEmpty }
            return ConfigNode(.list(items.map { ConfigNode(.text(bare($0)), line: line) }), line: line)
        }
        if text == "true" || text == "false" { return ConfigNode(.bool(text == "true"), line: line) }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
        return ConfigNode(isNumber ? .number(text) : .text(bare(text[...])), line: line)
    }

    private static func bare(_ text: Substring) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else { return String(text) }
        return String(text.dropFirst().prefix { $0 != quote })
    }

    /// A comment begins outside of quotes.
    private static func withoutComment(_ text: some StringProtocol) -> String {
        var quote: UInt8?
        var end = text.utf8.endIndex
        for at in text.utf8.indices {
            let byte = text.utf8[at]
            if let known = quote {
                if byte == known { quote = nil }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if byte == 0x23 {
                end = at
                break
            }
        }
        return String(String(text[..<end]).trimmedASCII)
    }
}
