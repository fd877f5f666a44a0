/// Whole texts of ours that are harmless in their own form.
extension Harmless {
    /// A report: line feeds, and the few colours that marks have. No other sequence is a colour. `look` has what stands
    /// in for one (`[32m`), or nil.
    public init(report: String, look: (String) -> Harmless? = { _ in nil }) {
        self = ""
        for (index, part) in report.utf8.split(separator: 0x1B, omittingEmptySubsequences: false).enumerated() {
            let colour = index == 0 ? nil : Self.colours.first { part.starts(with: $0.code.utf8) }
            if index > 0 { self += colour.map { look($0.code) ?? $0.text } ?? Harmless(escaping: "\u{1B}") }
            self += Harmless(lines: Substring(part.dropFirst(colour?.code.utf8.count ?? 0)))
        }
    }

    /// Reset, bold, dim, red, green, yellow, cyan.
    private static let colours: [(code: String, text: Harmless)] = [
        ("[0m", "\u{1B}[0m"), ("[1m", "\u{1B}[1m"), ("[2m", "\u{1B}[2m"), ("[31m", "\u{1B}[31m"),
        ("[32m", "\u{1B}[32m"), ("[33m", "\u{1B}[33m"), ("[36m", "\u{1B}[36m"),
    ]

    /// JSON: what would be hostile in its strings becomes `\u202e`, which means the same. White space is kept.
    public init(json: String) {
        let isPlain = json.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 &- 0x20 < 0x5F || $0 == 0x0A } }
        guard isPlain != true, json.unicodeScalars.contains(where: { $0 != "\n" && HostileText.isHostile($0) }) else {
            self.init(lines: json)
            return
        }
        self = ""
        var plain = ""
        for scalar in json.unicodeScalars {
            guard scalar != "\n", HostileText.isHostile(scalar) else {
                plain.unicodeScalars.append(scalar)
                continue
            }
            self += Harmless(lines: plain)
            plain = ""
            switch scalar {
            case "\r": self += "\r"
            case "\t": self += "\t"
            default:
                for unit in String(scalar).utf16 { self += "\\u\(Hex.text([UInt8(unit >> 8), UInt8(unit & 255)]))" }
            }
        }
        self += Harmless(lines: plain)
    }
}

extension Harmless.StringInterpolation {
    /// Anything else as it describes itself, escaped.
    public mutating func appendInterpolation<Value>(_ value: Value) {
        appendInterpolation(Harmless(escaping: "\(value)" as String))
    }
}
