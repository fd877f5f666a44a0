/// The fences of a Markdown text: in lists and quotes too, with their tags. Prose is left alone.
enum MarkdownReader {
    struct Fence {
        let tag: String
        /// The line of the first line of its content.
        let firstLine: Int
        let text: String
    }

    static func isMarkdown(_ text: String, file: String) -> Bool {
        if file.hasSuffix(".md") || file.hasSuffix(".markdown") || file.hasSuffix(".mdx") { return true }
        guard !FileForm.hasConfigurationName(file) else { return false }
        return text.lines.contains { line in
            let bare = line.trimmedASCII
            return opening(bare) != nil || bare.hasPrefix("{% plugin_example") || bare.hasPrefix("{% entity_example")
        }
    }

    static func fences(_ text: String) -> [Fence] {
        var list: [Fence] = []
        var open: (fence: Substring, tag: String, first: Int, indent: Int, quote: Bool, lines: [Substring])?
        for (index, whole) in text.lines.enumerated() {
            let isQuoted = whole.trimmedASCII.hasPrefix(">")
            let line = isQuoted && open?.quote ?? true ? unquoted(whole) : whole
            let bare = line.trimmedASCII
            if let block = open {
                if ends(block.fence, bare) {
                    list.append(Fence(tag: block.tag, firstLine: block.first, text: cut(block.lines, block.indent)))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if bare.hasPrefix("{% plugin_example") || bare.hasPrefix("{% entity_example") {
                open = ("{% end", "yaml", index + 2, line.indent, isQuoted, [])
            } else if let sign = opening(bare) {
                let tag = bare.dropFirst(sign.count).trimmedASCII.prefix { $0 != " " && $0 != "{" && $0 != "," }
                open = (sign, tag.lowercased(), index + 2, line.indent, isQuoted, [])
            }
        }
        if let block = open, !block.lines.isEmpty, block.fence != "{% end" {
            list.append(Fence(tag: block.tag, firstLine: block.first, text: cut(block.lines, block.indent)))
        }
        return list
    }

    private static func unquoted(_ line: Substring) -> Substring {
        var rest = line
        while rest.trimmedASCII.hasPrefix(">") { rest = rest.trimmedASCII.dropFirst() }
        return rest.first == " " ? rest.dropFirst() : rest
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

    private static func cut(_ lines: [Substring], _ indent: Int) -> String {
        lines.map { $0.dropFirst(min(indent, $0.indent)) }.joined(separator: "\n")
    }
}
