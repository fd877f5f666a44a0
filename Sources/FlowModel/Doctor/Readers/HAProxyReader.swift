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
            let words = words(line)
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

    /// Words as HAProxy cuts them: quotes, backslashes, `#` for the rest of the line.
    private static func words(_ line: Substring) -> [String] {
        var (list, word, hasWord, quote): ([String], [UInt8], Bool, UInt8?) = ([], [], false, nil)
        var isEscaped = false
        func end() {
            if hasWord { list.append(String(decoding: word, as: UTF8.self)) }
            (word, hasWord) = ([], false)
        }
        scan: for byte in line.utf8 {
            if isEscaped {
                word.append(byte)
                isEscaped = false
            } else if let open = quote {
                if byte == open {
                    quote = nil
                } else if byte == 0x5C, open == 0x22 {
                    isEscaped = true
                } else {
                    word.append(byte)
                }
            } else {
                switch byte {
                case 0x22, 0x27: (quote, hasWord) = (byte, true)
                case 0x5C: (isEscaped, hasWord) = (true, true)
                case 0x20, 0x09: end()
                case 0x23: break scan
                default:
                    word.append(byte)
                    hasWord = true
                }
            }
        }
        end()
        return list
    }
}
