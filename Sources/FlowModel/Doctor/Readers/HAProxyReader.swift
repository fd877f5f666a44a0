/// HAProxy's file as sections with their lines.
enum HAProxyReader {
    private static let sections: Set<String> = [
        "global", "defaults", "frontend", "backend", "listen", "userlist", "peers", "resolvers", "mailers", "cache",
        "program", "http-errors", "ring", "log-forward", "crt-store", "traces", "fcgi-app",
    ]

    static func read(_ text: String, firstLine: Int = 1) -> Directive {
        var root = Directive(name: "", words: [], line: firstLine)
        var section: Directive?
        func end() {
            if let section { root.children.append(section) }
        }
        for (index, line) in text.lines.enumerated() {
            let words = QuotedWords.haproxy.cut(line)
            guard let name = words.first else { continue }
            let directive = Directive(name: name, words: Array(words.dropFirst()), line: firstLine + index)
            if sections.contains(name) {
                end()
                section = directive
            } else {
                section?.children.append(directive)
            }
        }
        end()
        return root
    }
}
