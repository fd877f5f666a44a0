extension Substring {
    /// Without spaces and tabs at both ends.
    var trimmedASCII: Substring {
        var (low, high) = (utf8.startIndex, utf8.endIndex)
        while low < high, utf8[low] == 0x20 || utf8[low] == 0x09 || utf8[low] == 0x0D || utf8[low] == 0x0A {
            low = utf8.index(after: low)
        }
        while low < high {
            let last = utf8.index(before: high)
            guard utf8[last] == 0x20 || utf8[last] == 0x09 || utf8[last] == 0x0D || utf8[last] == 0x0A else { break }
            high = last
        }
        return self[low..<high]
    }

    /// The number of spaces and tabs in front.
    var indent: Int { utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count }

    func firstRange(of needle: String) -> Range<Index>? {
        let wanted = Array(needle.utf8)
        guard let first = wanted.first else { return nil }
        var at = utf8.startIndex
        while let start = utf8[at...].firstIndex(of: first) {
            if utf8[start...].starts(with: wanted) {
                return start..<utf8.index(start, offsetBy: wanted.count)
            }
            at = utf8.index(after: start)
        }
        return nil
    }

    /// The parts between the needles.
    func splits(on needle: String) -> [Substring] {
        var (parts, rest): ([Substring], Substring) = ([], self)
        while let range = rest.firstRange(of: needle) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}

extension String {
    var trimmedASCII: Substring { self[...].trimmedASCII }
    func splits(on needle: String) -> [Substring] { self[...].splits(on: needle) }
}

extension StringProtocol {
    /// Before and after the first `=` (or another sign).
    func pair(by sign: Character) -> (name: String, value: String)? {
        guard let at = firstIndex(of: sign) else { return nil }
        return (String(self[..<at]), String(self[index(after: at)...]))
    }
}
