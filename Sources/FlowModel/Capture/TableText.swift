/// Tables in a text, of `console.table`, Markdown or a database's client, whose columns have names.
enum TableText {
    /// Each row as lines of `name: value`; nil where no column is named as a part of a request.
    static func fields(_ text: String) -> String? {
        var (out, names, hasChanged): ([String], [String], Bool) = ([], [], false)
        for line in PastedLines.of(text) {
            guard let cells = cells(line) else {
                if !isRule(line) { names = [] }
                out.append(String(line))
                continue
            }
            if names.isEmpty {
                names = cells
                out.append(String(line))
            } else if names.contains(where: { PastedLines.isSame($0, "dpop") }) {
                for (name, cell) in zip(names, cells) where !name.isEmpty { out.append("\(name): \(cell)") }
                hasChanged = true
            } else {
                out.append(String(line))
            }
        }
        return hasChanged ? out.joined(separator: "\n") : nil
    }

    /// The cells between bars, without their quotes; nil where the line is no row.
    private static func cells(_ line: Substring) -> [String]? {
        let plain = String(line).replacing("│", with: "|").replacing("║", with: "|").trimmed
        guard plain.hasPrefix("|"), plain.hasSuffix("|"), plain.utf8.count > 2, !isRule(line) else { return nil }
        return plain.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { cell in
            var cell = String(cell).trimmed
            for quote in ["'", "\"", "`"] where cell.hasPrefix(quote) && cell.hasSuffix(quote) && cell.utf8.count > 1 {
                cell = String(cell.dropFirst().dropLast())
            }
            return cell
        }
    }

    /// A line between rows.
    private static func isRule(_ line: Substring) -> Bool {
        let bytes = line.utf8.drop { $0 == 0x20 }
        return !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x80 || [0x20, 0x7C, 0x2D, 0x2B, 0x3A, 0x3D].contains($0) }
    }
}
