/// The fences of a Markdown text: in lists and quotes too, with their tags, and texts that are indented by four. Prose
/// is left alone.
enum MarkdownReader {
    struct Fence {
        let tag: String
        /// The line of the first line of its content.
        let firstLine: Int
        let text: String
        /// Whether it is a fence by its indentation alone.
        var isIndented = false
    }

    static func isMarkdown(_ text: String, file: String) -> Bool {
        let name = FileForm.bareName(file)
        if name.hasSuffix(".md") || name.hasSuffix(".markdown") || name.hasSuffix(".mdx") { return true }
        guard !FileForm.hasConfigurationName(file) else { return false }
        return text.lines.contains { line in
            let bare = line.trimmedASCII
            return opening(bare) != nil || isLiquid(bare)
        }
    }

    /// A fence that is open.
    private struct Open {
        let sign: Substring
        let tag: String
        let first: Int
        let indent: Int
        let isQuoted: Bool
    }

    static func fences(_ text: String) -> [Fence] {
        var list: [Fence] = []
        var open: Open?
        var lines: [Substring] = []
        var indented = IndentedText()
        for (index, whole) in text.lines.enumerated() {
            let isQuoted = whole.trimmedASCII.hasPrefix(">")
            let line = isQuoted && open?.isQuoted ?? true ? unquoted(whole) : whole
            let bare = line.trimmedASCII
            if let fence = open {
                if ends(fence.sign, bare) {
                    list.append(Fence(tag: fence.tag, firstLine: fence.first, text: cut(lines, fence.indent)))
                    (open, lines) = (nil, [])
                } else {
                    lines.append(line)
                }
                continue
            }
            if isLiquid(bare) {
                open = Open(sign: "{% end", tag: "yaml", first: index + 2, indent: line.indent, isQuoted: isQuoted)
            } else if let sign = opening(bare) {
                let tag = bare[sign.endIndex...].trimmedASCII.prefix { !" {,:".contains($0) }
                open = Open(
                    sign: sign, tag: tag.lowercased(), first: index + 2, indent: line.indent, isQuoted: isQuoted)
            }
            if let done = indented.take(open == nil ? line : "", number: index + 1) { list.append(done) }
        }
        if let fence = open, !lines.isEmpty, fence.sign != "{% end" {
            list.append(Fence(tag: fence.tag, firstLine: fence.first, text: cut(lines, fence.indent)))
        }
        if let done = indented.end() { list.append(done) }
        return list
    }

    /// Texts that are indented by four and more behind an empty line.
    private struct IndentedText {
        private var lines: [Substring] = []
        private var first = 0
        private var isBehindEmptyLine = true

        mutating func take(_ line: Substring, number: Int) -> Fence? {
            let isEmpty = line.trimmedASCII.isEmpty
            defer { isBehindEmptyLine = isEmpty }
            if lines.isEmpty {
                guard !isEmpty, isBehindEmptyLine, line.indent >= 4 || line.first == "\t" else { return nil }
                first = number
                lines = [line]
                return nil
            }
            if isEmpty || line.indent >= 4 || line.first == "\t" {
                lines.append(line)
                return nil
            }
            return end()
        }

        mutating func end() -> Fence? {
            guard !lines.isEmpty else { return nil }
            defer { lines = [] }
            let least = lines.lazy.filter { !$0.trimmedASCII.isEmpty }.map(\.indent).min() ?? 0
            return Fence(tag: "", firstLine: first, text: MarkdownReader.cut(lines, least), isIndented: true)
        }
    }

    private static func unquoted(_ line: Substring) -> Substring {
        var rest = line
        while rest.trimmedASCII.hasPrefix(">") { rest = rest.trimmedASCII.dropFirst() }
        return rest.first == " " ? rest.dropFirst() : rest
    }

    /// The blocks of Kong's documentation that hold YAML.
    private static func isLiquid(_ bare: Substring) -> Bool {
        guard bare.hasPrefix("{%") else { return false }
        let name = bare.dropFirst(2).trimmedASCII.prefix { $0 != " " && $0 != "%" }
        return [
            "plugin_example", "entity_example", "entity_examples", "control_plane_request", "konnect_api_request",
        ].contains { $0 == name }
    }

    /// The sign of an opening fence: three or more backquotes or tildes (after a list's bullet as well).
    private static func opening(_ bare: Substring) -> Substring? {
        var line = bare
        if line.hasPrefix("- ") || line.hasPrefix("* ") { line = line.dropFirst(2).trimmedASCII }
        guard let first = line.first, first == "`" || first == "~" else { return nil }
        let sign = line.prefix { $0 == first }
        guard sign.count >= 3, !(first == "`" && line.dropFirst(sign.count).contains("`")) else { return nil }
        return sign
    }

    private static func ends(_ sign: Substring, _ bare: Substring) -> Bool {
        if sign == "{% end" { return bare.hasPrefix("{% end") }
        guard let first = sign.first else { return true }
        return bare.utf8.count >= sign.utf8.count && bare.allSatisfy { $0 == first }
    }

    fileprivate static func cut(_ lines: [Substring], _ indent: Int) -> String {
        lines.map { $0.dropFirst(min(indent, $0.indent)) }.joined(separator: "\n")
    }
}
