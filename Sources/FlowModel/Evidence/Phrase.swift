/// A sentence, or a part of one, that servers are known to say, and what it is about. Data: `Phrase.table`.
struct Phrase: Sendable {
    /// In lower case, with straight double quotes; anything may stand between two parts.
    private let parts: [[UInt8]]
    /// Nil for words that tell nothing, so that a wider row does not take them for something.
    let subject: WordSubject?
    /// The cause that the sentence names by itself; nil where the bytes must tell.
    var cause: CauseID?
    /// Where it was seen.
    let seen: String
    /// The code that it counts under; nil for any.
    let code: String?

    /// - Parameter text: `…` stands for anything between two parts.
    init(
        _ text: String, _ subject: WordSubject?, _ cause: CauseID? = nil, _ seen: String = "", under code: String? = nil
    ) {
        parts = text.split(separator: "…").map { Array($0.utf8) }
        (self.subject, self.cause, self.seen, self.code) = (subject, cause, seen, code)
    }

    /// Whether the words, in lower case, hold the phrase's parts in their order; short ones as whole words.
    private func matches(_ words: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 0
        for part in parts {
            guard let end = Self.find(part, in: words, from: at) else { return false }
            at = end
        }
        return true
    }

    private static func find(_ part: [UInt8], in words: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        let (count, last) = (part.count, words.count - part.count)
        guard count > 0, from <= last else { return nil }
        return part.withUnsafeBufferPointer { part in
            for at in from...last where words[at] == part[0] {
                var same = 1
                while same < count, words[at + same] == part[same] { same += 1 }
                guard same == count else { continue }
                let end = at + count
                if count <= 4, (at > 0 && isLetter(words[at - 1])) || (end < words.count && isLetter(words[end])) {
                    continue
                }
                return end
            }
            return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80 }

    /// The first phrase of the table that the words hold.
    static func of(_ words: String, code: String? = nil) -> Phrase? {
        if let missed = MissedClaim.phrase(words, code: code) { return missed }
        return Array(words.lowercased().withStraightQuotes.utf8).withUnsafeBufferPointer { bytes in
            table.first { ($0.code == nil || $0.code == code) && $0.matches(bytes) }
        }
    }
}

extension String {
    /// Quotes of any kind are one.
    var withStraightQuotes: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append("'`‘’“”´".unicodeScalars.contains(scalar) ? "\"" : scalar) }
        return String(text)
    }
}
