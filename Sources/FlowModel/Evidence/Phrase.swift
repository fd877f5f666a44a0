/// A sentence, or a part of one, that servers are known to say, and what it is about. Data: `Phrase.table`.
struct Phrase: Sendable {
    /// Lower case, with straight double quotes; `…` stands for anything between two parts.
    let text: String
    /// Nil for words that tell nothing, so that a wider row does not take them for something.
    let subject: WordSubject?
    /// The cause that the sentence names by itself; nil where the bytes must tell.
    var cause: CauseID?
    /// Where it was seen.
    let seen: String
    /// The code that it counts under; nil for any.
    let code: String?

    init(
        _ text: String, _ subject: WordSubject?, _ cause: CauseID? = nil, _ seen: String = "", under code: String? = nil
    ) {
        (self.text, self.subject, self.cause, self.seen, self.code) = (text, subject, cause, seen, code)
    }

    /// Whether the words, in lower case, hold the phrase's parts in their order; short ones as whole words.
    func matches(_ words: [UInt8]) -> Bool {
        var at = 0
        for part in text.split(separator: "…") {
            guard let end = Self.find(Array(part.utf8), in: words, from: at) else { return false }
            at = end
        }
        return true
    }

    private static func find(_ part: [UInt8], in words: [UInt8], from: Int) -> Int? {
        guard !part.isEmpty, words.count >= part.count else { return nil }
        let isWord = part.count <= 4
        for at in stride(from: from, through: words.count - part.count, by: 1) where words[at] == part[0] {
            let end = at + part.count
            guard words[at..<end].elementsEqual(part) else { continue }
            if isWord, (at > 0 && isLetter(words[at - 1])) || (end < words.count && isLetter(words[end])) { continue }
            return end
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80 }

    /// The first phrase of the table that the words hold.
    static func of(_ words: String, code: String? = nil) -> Phrase? {
        // Quotes of any kind are one.
        let words = words.lowercased().utf8.map { $0 == 0x27 || $0 == 0x60 ? 0x22 : $0 }
        return table.first { ($0.code == nil || $0.code == code) && $0.matches(words) }
    }
}
