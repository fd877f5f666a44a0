/// The listings of AsciiDoc, reStructuredText and Org texts.
enum ProseReader {
    /// Nil for files of other endings.
    static func fences(_ text: String, file: String) -> [MarkdownReader.Fence]? {
        let name = FileForm.bareName(file)
        if name.hasSuffix(".adoc") || name.hasSuffix(".asciidoc") || name.hasSuffix(".asc") { return asciiDoc(text) }
        if name.hasSuffix(".rst") || name.hasSuffix(".rest") { return restructured(text) }
        if name.hasSuffix(".org") { return org(text) }
        return nil
    }

    // MARK: AsciiDoc

    /// `[source,yaml]` and the block behind it: `----`, `....`, or a fence as Markdown has it.
    private static func asciiDoc(_ text: String) -> [MarkdownReader.Fence] {
        var list: [MarkdownReader.Fence] = []
        var (tag, sign, first): (String, Substring?, Int) = ("", nil, 0)
        var lines: [Substring] = []
        for (index, line) in text.lines.enumerated() {
            let bare = line.trimmedASCII
            if let open = sign {
                if bare == open {
                    list.append(.init(tag: tag, firstLine: first, text: lines.joined(separator: "\n")))
                    (sign, tag, lines) = (nil, "", [])
                } else {
                    lines.append(isDirective(bare) ? "" : withoutCallouts(line))
                }
            } else if bare.hasPrefix("["), bare.hasSuffix("]") {
                tag = language(bare) ?? tag
            } else if isDelimiter(bare) {
                (sign, first) = (bare, index + 2)
            } else if bare.hasPrefix("```") {
                let named = bare.dropFirst(3).trimmedASCII.prefix { $0 != "," && $0 != " " }
                (sign, first) = ("```", index + 2)
                if !named.isEmpty { tag = named.lowercased() }
            } else if !bare.isEmpty, !bare.hasPrefix(".") {
                tag = ""
            }
        }
        return list
    }

    private static func isDelimiter(_ bare: Substring) -> Bool {
        guard let sign = bare.first, sign == "-" || sign == ".", bare.utf8.count >= 4 else { return false }
        return bare.allSatisfy { $0 == sign }
    }

    /// The language of `[source,yaml,subs="attributes"]`, `[source%linenums,yaml]` and `[,yaml]`.
    private static func language(_ attributes: Substring) -> String? {
        let parts = attributes.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map(
            \.trimmedASCII)
        guard let style = parts.first else { return nil }
        let kind = style.prefix { $0 != "%" && $0 != "#" && $0 != "." }
        guard kind == "source" || kind.isEmpty else { return kind == "listing" || kind == "literal" ? "" : nil }
        guard parts.count > 1, !parts[1].contains("=") else { return "" }
        return parts[1].lowercased()
    }

    /// `ifdef::x[]`, `include::y[]`: what a reader does not see.
    private static func isDirective(_ bare: Substring) -> Bool {
        ["ifdef::", "ifndef::", "endif::", "ifeval::", "include::"].contains { bare.hasPrefix($0) }
    }

    /// The numbers of remarks at a line's end, `<1>`, with the comment sign in front of them.
    private static func withoutCallouts(_ line: Substring) -> Substring {
        var rest = line
        while rest.hasSuffix(">"), let start = rest.lastIndex(of: "<") {
            let number = rest[rest.index(after: start)...].dropLast()
            guard !number.isEmpty, number.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E }) else { break }
            rest = rest[..<start]
            while let last = rest.last, last == " " { rest = rest.dropLast() }
            if rest.hasSuffix(" #") || rest.hasSuffix(" //") { rest = rest.dropLast(2) }
        }
        return rest
    }

    // MARK: reStructuredText

    /// `.. code-block:: yaml` and `::` with the indented text behind them.
    private static func restructured(_ text: String) -> [MarkdownReader.Fence] {
        var list: [MarkdownReader.Fence] = []
        var waiting: (tag: String, indent: Int)?
        var lines: [Substring] = []
        var first = 0
        func end(_ tag: String) {
            guard !lines.isEmpty else { return }
            let least = lines.lazy.filter { !$0.trimmedASCII.isEmpty }.map(\.indent).min() ?? 0
            let cut = lines.map { $0.dropFirst(min(least, $0.indent)) }
            list.append(.init(tag: tag, firstLine: first, text: cut.joined(separator: "\n")))
            lines = []
        }
        for (index, line) in text.lines.enumerated() {
            let bare = line.trimmedASCII
            if let block = waiting {
                if bare.isEmpty {
                    if !lines.isEmpty { lines.append(line) }
                    continue
                }
                if line.indent > block.indent {
                    // The directive's own options.
                    if lines.isEmpty, bare.hasPrefix(":"), bare.dropFirst().contains(":") { continue }
                    if lines.isEmpty { first = index + 1 }
                    lines.append(line)
                    continue
                }
                end(block.tag)
                waiting = nil
            }
            if let tag = directive(bare) {
                waiting = (tag, line.indent)
            } else if bare.hasSuffix("::"), !bare.hasPrefix("..") {
                waiting = ("", line.indent)
            }
        }
        if let block = waiting { end(block.tag) }
        return list
    }

    private static func directive(_ bare: Substring) -> String? {
        for name in [".. code-block::", ".. code::", ".. sourcecode::", ".. parsed-literal::"]
        where bare.hasPrefix(name) {
            return bare.dropFirst(name.utf8.count).trimmedASCII.lowercased()
        }
        return nil
    }

    // MARK: Org

    private static func org(_ text: String) -> [MarkdownReader.Fence] {
        var list: [MarkdownReader.Fence] = []
        var open: (tag: String, first: Int)?
        var lines: [Substring] = []
        for (index, line) in text.lines.enumerated() {
            let bare = line.trimmedASCII.prefix(40).lowercased()
            if let block = open {
                if bare.hasPrefix("#+end_") {
                    list.append(.init(tag: block.tag, firstLine: block.first, text: lines.joined(separator: "\n")))
                    (open, lines) = (nil, [])
                } else {
                    lines.append(line)
                }
            } else if bare.hasPrefix("#+begin_src") || bare.hasPrefix("#+begin_example") {
                let tag = bare.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                open = (tag, index + 2)
            }
        }
        return list
    }
}
