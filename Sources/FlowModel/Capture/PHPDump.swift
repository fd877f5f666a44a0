/// What PHP prints of an array: `print_r`, `var_dump`, `var_export` and Symfony's `dump`. Each name stands in one line,
/// its value often in a list of one, lines further down.
enum PHPDump {
    /// The same with `name: value` in one line for every name; nil for a text that is none.
    static func rewritten(_ text: String) -> String? {
        guard text.has("=>"), text.has("Array") || text.has("array") else { return nil }
        var (out, name, count): ([String], String?, Int) = ([], nil, 0)
        for line in PastedLines.of(text) {
            let bare = trimmed(line)
            if let member = member(bare) {
                if !isIndex(member.name) { name = String(member.name) }
                if let value = value(member.rest), let name {
                    out.append("\(name): \(value)")
                    count += 1
                }
            } else if let value = typed(bare), let known = name {
                out.append("\(known): \(value)")
                (name, count) = (nil, count + 1)
            } else if !(bare == "(" || bare == ")" || bare.hasPrefix("array(")) {
                out.append(String(line))
            }
        }
        return count > 1 ? out.joined(separator: "\n") : nil
    }

    private static func trimmed(_ line: Substring) -> Substring {
        var bare = Substring(line.utf8.drop { $0 == 0x20 || $0 == 0x09 })
        while let last = bare.utf8.last, last == 0x20 || last == 0x2C { bare = Substring(bare.utf8.dropLast()) }
        return bare
    }

    /// `[name] => rest`, `["name"]=>`, `'name' => rest`, `0 => rest`.
    private static func member(_ line: Substring) -> (name: Substring, rest: Substring)? {
        guard let first = line.utf8.first, [0x5B, 0x22, 0x27].contains(first) || first &- 0x30 < 10,
            let arrow = Substring(line.utf8.prefix(128)).firstRange(of: "=>")
        else { return nil }
        let marks: [UInt8] = [0x20, 0x22, 0x27, 0x5B, 0x5D]
        var name = Substring(line[..<arrow.lowerBound].utf8.drop { marks.contains($0) })
        while let last = name.utf8.last, marks.contains(last) { name = Substring(name.utf8.dropLast()) }
        guard !name.isEmpty, name.utf8.allSatisfy(PastedLines.isNameByte) else { return nil }
        return (name, Substring(line[arrow.upperBound...].utf8.drop { $0 == 0x20 }))
    }

    private static func isIndex(_ name: Substring) -> Bool { name.utf8.allSatisfy { $0 &- 0x30 < 10 } }

    /// What stands behind an arrow; nil where that is a list, or comes in the next line.
    private static func value(_ rest: Substring) -> Substring? {
        if rest.isEmpty || rest == "Array" || rest.hasPrefix("array") || rest.hasPrefix("[") { return nil }
        return typed(rest) ?? unquoted(rest)
    }

    /// `string(48) "…"`, `int(401)`.
    private static func typed(_ text: Substring) -> Substring? {
        if text.hasPrefix("string("), let quote = text.utf8.firstIndex(of: 0x22) { return unquoted(text[quote...]) }
        guard text.hasPrefix("int("), text.hasSuffix(")") else { return nil }
        return Substring(text.utf8.dropFirst(4).dropLast())
    }

    private static func unquoted(_ text: Substring) -> Substring {
        guard let first = text.utf8.first, first == 0x22 || first == 0x27, text.utf8.count > 1, text.utf8.last == first
        else { return text }
        return Substring(text.utf8.dropFirst().dropLast())
    }
}
