/// How the lines of a configuration are cut into words: at blanks, but not within quotes.
struct QuotedWords {
    /// What opens and closes a text that is one word, or a part of one.
    let quotes: [UInt8]
    /// Whether a quote opens in the middle of a word too.
    var opensInside = true
    /// Whether a backslash takes the next byte as it is: within double quotes, and outside of quotes.
    var escapesInQuotes = false
    var escapesOutside = false
    var comment = Comment.none

    /// Where `#` begins a comment.
    enum Comment { case none, betweenWords, anywhere }

    static let apache = QuotedWords(quotes: [0x22, 0x27])
    static let systemd = apache
    static let haproxy = QuotedWords(
        quotes: [0x22, 0x27], escapesInQuotes: true, escapesOutside: true, comment: .anywhere)
    static let caddy = QuotedWords(
        quotes: [0x22, 0x60], opensInside: false, escapesInQuotes: true, comment: .betweenWords)

    func cut(_ line: Substring) -> [String] {
        var (list, word, hasWord, quote): ([String], [UInt8], Bool, UInt8?) = ([], [], false, nil)
        var isEscaped = false
        func end() {
            if hasWord { list.append(String(decoding: word, as: UTF8.self)) }
            (word, hasWord) = ([], false)
        }
        for byte in line.utf8 {
            if isEscaped {
                word.append(byte)
                isEscaped = false
            } else if let open = quote {
                if byte == open {
                    quote = nil
                } else if byte == 0x5C, open == 0x22, escapesInQuotes {
                    isEscaped = true
                } else {
                    word.append(byte)
                }
            } else if byte == 0x20 || byte == 0x09 {
                end()
            } else if byte == 0x23, comment == .anywhere || (comment == .betweenWords && !hasWord) {
                break
            } else if byte == 0x5C, escapesOutside {
                (isEscaped, hasWord) = (true, true)
            } else if quotes.contains(byte), opensInside || !hasWord {
                (quote, hasWord) = (byte, true)
            } else {
                word.append(byte)
                hasWord = true
            }
        }
        end()
        return list
    }
}
