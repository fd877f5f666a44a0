/// Names that are nearly others: what a person meant.
enum NearMiss {
    /// The number of letters to insert, delete, replace or swap; more than `limit` is `limit + 1`.
    static func distance(_ a: String, _ b: String, limit: Int) -> Int {
        let (a, b) = (Array(a.utf8.prefix(120)), Array(b.utf8.prefix(120)))
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return min(last[b.count], limit + 1)
    }

    /// Small letters and digits only: `dpop-bound_access.tokens` and `dpopBoundAccessTokens` are one.
    static func folded(_ name: String) -> String {
        String(
            decoding: name.utf8.compactMap { byte -> UInt8? in
                switch byte {
                case 0x41...0x5A: byte + 32
                case 0x61...0x7A, 0x30...0x39: byte
                default: nil
                }
            }, as: UTF8.self)
    }

    static func isNear(_ name: String, _ wanted: String) -> Bool {
        guard name != wanted else { return false }
        let (a, b) = (folded(name), folded(wanted))
        return a == b || distance(a, b, limit: 2) <= min(2, b.count / 4)
    }

    /// The one of `names` that was meant: nearest first, else one that begins with the name.
    static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
        let folded = folded(name)
        guard folded.utf8.count > 2 else { return nil }
        var best: (name: String, distance: Int)?
        var beginning: String?
        for candidate in names {
            let other = Self.folded(candidate)
            let limit = max(1, min(3, other.utf8.count / 5))
            let distance = distance(folded, other, limit: limit)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
            if beginning == nil, folded.utf8.count > 6, other.hasPrefix(folded) || folded.hasPrefix(other) {
                beginning = candidate
            }
        }
        return best?.name ?? beginning
    }
}
