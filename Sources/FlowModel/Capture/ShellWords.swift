/// A command's words by the quoting of bash, cmd or PowerShell, up to the end of the command.
struct ShellWords {
    let bytes: [UInt8]
    var at: Int

    init(bytes: [UInt8], at: Int) { (self.bytes, self.at) = (bytes, at) }

    private enum Shell { case bash, cmd, powerShell }

    /// The shell of a command whose words go on in the next line, or whose quotes are escaped.
    private func shell() -> Shell {
        var index = at
        while index + 1 < bytes.count {
            let (byte, next) = (bytes[index], bytes[index + 1])
            if byte == 0x5E, next == 0x22 || next == 0x0A || next == 0x0D { return .cmd }
            if byte == 0x60, next == 0x0A || next == 0x0D || next == 0x22 { return .powerShell }
            if byte == 0x5C, next == 0x0A || next == 0x0D { return .bash }
            if byte == 0x0A { break }
            index += 1
        }
        return .bash
    }

    mutating func all() -> [String] {
        let shell = shell()
        let escape: UInt8 = shell == .bash ? 0x5C : shell == .cmd ? 0x5E : 0x60
        var (words, word, isWord): ([String], [UInt8], Bool) = ([], [], false)
        var quote: UInt8 = 0
        func end(_ words: inout [String], _ word: inout [UInt8], _ isWord: inout Bool) {
            if isWord { words.append(String(decoding: word, as: UTF8.self)) }
            (word, isWord) = ([], false)
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            let next: UInt8? = at < bytes.count ? bytes[at] : nil
            if byte == escape, quote == 0 || quote == 0x22 || shell == .cmd, let next {
                if next == 0x0D || next == 0x0A {
                    at += next == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A ? 2 : 1
                    continue
                }
                // cmd: `^"` is a quote to the program, `^\^"` one in its argument.
                if shell == .cmd, next == 0x22 {
                    at += 1
                    quote = quote == 0 ? 0x22 : 0
                    isWord = true
                    continue
                }
                if shell == .cmd, next == 0x5C {
                    at += 1
                    if at + 1 < bytes.count, bytes[at] == 0x5E, bytes[at + 1] == 0x22 {
                        word.append(0x22)
                        at += 2
                    } else {
                        word.append(0x5C)
                    }
                    isWord = true
                    continue
                }
                if quote == 0 || shell != .bash || [0x22, 0x5C, 0x24, 0x60].contains(next) {
                    word.append(next)
                    at += 1
                    isWord = true
                    continue
                }
            }
            if quote != 0 {
                if byte == quote || quote == 0x24 && byte == 0x27 {
                    quote = 0
                } else if quote == 0x24, byte == 0x5C, let next {
                    at += 1
                    ansi(next, &word)
                } else if quote == 0x22, shell != .bash, byte == 0x5C, next == 0x22 {
                    word.append(0x22)
                    at += 1
                } else {
                    word.append(byte)
                }
                continue
            }
            switch byte {
            case 0x0A:
                end(&words, &word, &isWord)
                return words
            case 0x3B, 0x7C:
                // What follows is another command's: `| jq`.
                end(&words, &word, &isWord)
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
                at = min(at + 1, bytes.count)
                return words
            case 0x20, 0x09, 0x0D: end(&words, &word, &isWord)
            case 0x22: (quote, isWord) = (0x22, true)
            case 0x27 where shell != .cmd: (quote, isWord) = (0x27, true)
            case 0x24 where next == 0x27 && shell == .bash:
                at += 1
                (quote, isWord) = (0x24, true)
            default:
                word.append(byte)
                isWord = true
            }
        }
        end(&words, &word, &isWord)
        return words
    }

    /// What stands after a backslash in `$'…'`.
    private mutating func ansi(_ byte: UInt8, _ word: inout [UInt8]) {
        switch byte {
        case 0x6E: word.append(0x0A)
        case 0x72: word.append(0x0D)
        case 0x74: word.append(0x09)
        case 0x75:
            var (number, count): (UInt32, Int) = (0, 0)
            while count < 4, at < bytes.count {
                let digit = bytes[at]
                let isDecimal = digit &- 0x30 < 10
                guard isDecimal || (digit | 0x20) &- 0x61 < 6 else { break }
                number = number << 4 | UInt32(isDecimal ? digit &- 0x30 : (digit | 0x20) &- 0x57)
                (at, count) = (at + 1, count + 1)
            }
            word += Array(String(Unicode.Scalar(number) ?? "\u{FFFD}").utf8)
        default: word.append(byte)
        }
    }
}
