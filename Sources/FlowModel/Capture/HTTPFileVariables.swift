/// Variables of `.http` files, `@base = https://api.test` and `{{base}}`, as VS Code's REST client and JetBrains have them.
enum HTTPFileVariables {
    /// The text with the values in their places; nil where no line sets one that is used.
    static func replaced(_ text: String) -> String? {
        guard text.has("{{"), text.has("@") else { return nil }
        var values: [String: String] = [:]
        for line in PastedLines.of(text) where line.utf8.first == UInt8(ascii: "@") {
            guard let equal = line.utf8.firstIndex(of: 0x3D) else { continue }
            let name = String(line[line.utf8.index(after: line.startIndex)..<equal]).trimmed
            let value = String(line[line.utf8.index(after: equal)...]).trimmed
            if !name.isEmpty, value.utf8.count < longest, values.count < 256 {
                values[name] = filled(value, values, limit: longest) ?? value
            }
        }
        return values.isEmpty ? nil : filled(text, values, limit: text.utf8.count + 1 << 20)
    }

    /// A longer value is no variable's.
    private static let longest = 8192

    /// Nil where nothing is filled in. Beyond the limit variables stand as they are.
    private static func filled(_ text: String, _ values: [String: String], limit: Int) -> String? {
        var (out, rest, count) = ("", text[...], 0)
        while let open = rest.firstRange(of: "{{") {
            let inside = rest[open.upperBound...]
            let name = String(decoding: inside.utf8.prefix(128).prefix { $0 != 0x7D && $0 != 0x0A }, as: UTF8.self)
            let end = inside.utf8.index(inside.startIndex, offsetBy: name.utf8.count, limitedBy: inside.endIndex)
            guard out.utf8.count < limit, let end, inside[end...].hasPrefix("}}"), let value = values[name.trimmed]
            else {
                out += rest[..<open.upperBound]
                rest = inside
                continue
            }
            out += rest[..<open.lowerBound] + value
            rest = inside[inside.utf8.index(end, offsetBy: 2)...]
            count += 1
        }
        return count > 0 ? out + rest : nil
    }
}
