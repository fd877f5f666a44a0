/// A Caddyfile as sites with their directives; snippets are put where they are imported.
enum CaddyReader {
    private static let depthLimit = 60

    static func read(_ text: String, firstLine: Int = 1) -> Directive {
        var stack = [Directive(name: "", words: [], line: firstLine)]
        var (tooDeep, hasBraces): (Int, Bool) = (0, false)
        func close() {
            guard stack.count > 1 else { return }
            let done = stack.removeLast()
            stack[stack.count - 1].children.append(done)
        }
        for (index, line) in text.lines.enumerated() {
            var words = QuotedWords.caddy.cut(line)
            guard let last = words.last else { continue }
            if words == ["}"] {
                if tooDeep > 0 { tooDeep -= 1 } else { close() }
                continue
            }
            let opens = last == "{"
            if opens { words.removeLast() }
            // `name words {` and the closing brace may stand in one line.
            let made = Directive(
                name: words.first ?? "", words: Array(words.dropFirst()), line: firstLine + index)
            if !opens {
                if tooDeep == 0 { stack[stack.count - 1].children.append(made) }
            } else if stack.count >= depthLimit {
                tooDeep += 1
            } else {
                stack.append(made)
                hasBraces = true
            }
        }
        while stack.count > 1 { close() }
        return imported(hasBraces ? stack[0] : single(stack[0]))
    }

    /// A file without braces has one site: its first line names it.
    private static func single(_ root: Directive) -> Directive {
        guard var site = root.children.first, root.children.count > 1 else { return root }
        site.children = Array(root.children.dropFirst())
        return Directive(name: "", words: [], line: root.line, children: [site])
    }

    /// `import name` of a snippet in this file; others stay as they are.
    private static func imported(_ root: Directive) -> Directive {
        var snippets: [String: [Directive]] = [:]
        for block in root.children where block.name.hasPrefix("(") && block.name.hasSuffix(")") {
            snippets[String(block.name.dropFirst().dropLast())] = block.children
        }
        guard !snippets.isEmpty else { return root }
        // What imports of imports may grow to.
        var budget = 20_000
        func filled(_ directive: Directive, _ depth: Int, isImported: Bool) -> [Directive] {
            if isImported { budget -= 1 }
            guard budget > 0, depth < depthLimit else { return [] }
            if directive.name == "import", let name = directive.words.first, let content = snippets[name] {
                return content.flatMap { filled($0, depth + 1, isImported: true) }
            }
            var made = directive
            made.children = directive.children.flatMap { filled($0, depth + 1, isImported: isImported) }
            return [made]
        }
        return Directive(
            name: "", words: [], line: root.line, children: root.children.flatMap { filled($0, 0, isImported: false) })
    }
}
