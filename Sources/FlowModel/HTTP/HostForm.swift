/// One spelling for all the ways a host is written: small letters, IPv6 by its eight numbers, labels in punycode.
enum HostForm {
    static func canonical(_ host: Substring) -> String {
        let text = HTTPURL.normalised(host: host)
        if text.hasPrefix("["), text.hasSuffix("]"), let numbers = ipv6(text.dropFirst().dropLast()) {
            return "[" + numbers.map { String($0, radix: 16) }.joined(separator: ":") + "]"
        }
        guard text.utf8.contains(where: { $0 >= 0x80 || $0 == 0x25 }) else { return text }
        return PercentEncoding.decode(text).lowercased().split(separator: ".", omittingEmptySubsequences: false).map {
            ascii(String($0))
        }
        .joined(separator: ".")
    }

    /// The eight numbers of an IPv6 address (RFC 4291 §2.2); nil for anything else.
    static func ipv6(_ text: Substring) -> [UInt16]? {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count >= 3, halves.count <= 9 else { return nil }
        var (head, tail, hasGap): ([UInt16], [UInt16], Bool) = ([], [], false)
        var at = 0
        while at < halves.count {
            let word = halves[at]
            if word.isEmpty {
                let isEdge = at == 0 || at == halves.count - 1
                if isEdge {
                    // A single colon at an end belongs to a double one.
                    guard at == 0 ? halves[1].isEmpty : halves[at - 1].isEmpty else { return nil }
                } else {
                    guard !hasGap else { return nil }
                    hasGap = true
                }
                at += 1
                continue
            }
            guard let numbers = at == halves.count - 1 && word.has(".") ? ipv4(word) : number(word) else { return nil }
            if hasGap { tail += numbers } else { head += numbers }
            at += 1
        }
        let count = head.count + tail.count
        guard hasGap ? count < 8 : count == 8 else { return nil }
        return head + Array(repeating: 0, count: 8 - count) + tail
    }

    private static func number(_ word: Substring) -> [UInt16]? {
        word.utf8.count <= 4 ? UInt16(word, radix: 16).map { [$0] } : nil
    }

    private static func ipv4(_ word: Substring) -> [UInt16]? {
        let bytes = word.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return [UInt16(bytes[0]) << 8 | UInt16(bytes[1]), UInt16(bytes[2]) << 8 | UInt16(bytes[3])]
    }

    /// A label as the DNS has it (RFC 3492): `xn--…` where it is not ASCII.
    private static func ascii(_ label: String) -> String {
        let points = label.unicodeScalars.map { Int($0.value) }
        guard points.contains(where: { $0 >= 0x80 }), points.count < 64 else { return label }
        var out = label.unicodeScalars.filter(\.isASCII).map { Character($0) }
        var (n, delta, bias, handled) = (128, 0, 72, out.count)
        let basic = out.count
        if basic > 0 { out.append("-") }
        while handled < points.count {
            guard let next = points.filter({ $0 >= n }).min() else { break }
            delta += (next - n) * (handled + 1)
            n = next
            for point in points {
                if point < n { delta += 1 }
                guard point == n else { continue }
                var (q, k) = (delta, 36)
                while true {
                    let threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
                    if q < threshold { break }
                    out.append(digit(threshold + (q - threshold) % (36 - threshold)))
                    q = (q - threshold) / (36 - threshold)
                    k += 36
                }
                out.append(digit(q))
                bias = adapted(delta, handled + 1, isFirst: handled == basic)
                (delta, handled) = (0, handled + 1)
            }
            (delta, n) = (delta + 1, n + 1)
        }
        return "xn--" + String(out)
    }

    private static func digit(_ value: Int) -> Character {
        Character(Unicode.Scalar(UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30)))
    }

    private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var (delta, k) = (isFirst ? delta / 700 : delta / 2, 0)
        delta += delta / count
        while delta > 455 { (delta, k) = (delta / 35, k + 36) }
        return k + 36 * delta / (delta + 38)
    }
}
