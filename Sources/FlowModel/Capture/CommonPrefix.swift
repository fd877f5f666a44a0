/// What stands in front of every line of a text, whatever is in the lines: a time, a container's name, a quote's mark.
enum CommonPrefix {
    /// The text without it; nil where the lines have none in common.
    static func removed(_ text: String) -> String? {
        let lines = PastedLines.of(text)
        let full = lines.lazy.filter { !$0.isEmpty }
        guard full.count > 2, let first = full.first, let length = length(Array(first.utf8.prefix(160))) else {
            return nil
        }
        let prefix = Array(first.utf8.prefix(length))
        // A blank line may have lost the blank at its end.
        let least = prefix.last == 0x20 ? length - 1 : length
        guard full.allSatisfy({ fits($0, prefix) >= least }) else { return nil }
        return lines.map { String(Substring($0.utf8.dropFirst(min(length, $0.utf8.count)))) }.joined(separator: "\n")
    }

    /// How long the mark is that the line may begin with: up to a bar, the blank behind a time, or a quote's end.
    private static func length(_ line: [UInt8]) -> Int? {
        if let bar = line.prefix(60).firstIndex(of: 0x7C), bar > 0, bar + 1 < line.count, line[bar + 1] == 0x20 {
            return bar + 2
        }
        let mark = line.prefix { $0 == 0x3E || $0 == 0x20 }.count
        if mark > 1, line.first == 0x3E { return mark }
        let word = line.prefix { $0 > 0x20 }
        let digits = word.lazy.filter(isDigit).count
        return digits > 5 && word.contains(0x3A) && word.count < line.count && !word.hasSuffix(0x3A)
            ? word.count + 1 : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// How many bytes of the line are the prefix's; times differ in their digits.
    private static func fits(_ line: Substring, _ prefix: [UInt8]) -> Int {
        zip(line.utf8, prefix).prefix { (byte: UInt8, own: UInt8) -> Bool in
            byte == own || (isDigit(byte) && isDigit(own))
        }.count
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ byte: UInt8) -> Bool { last == byte }
}
