/// The name that was probably meant.
public enum NearName {
    /// The nearest of the names, where it is near enough: a third of its letters, at least one, may differ.
    public static func of(_ word: String, among names: [String]) -> String? {
        let letters = Array(word.utf8)
        guard letters.count < 64 else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(letters, Array(name.utf8))
            if distance < best?.distance ?? .max { best = (name, distance) }
        }
        guard let best else { return nil }
        let length = best.name.utf8.drop { $0 == 0x2D }.count
        return best.distance <= max(1, length / 3) && best.distance < length ? best.name : nil
    }

    /// Letters added, left out, changed, or two of them exchanged.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var (older, old) = ([Int](), Array(0...b.count))
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(old[j + 1] + 1, row[j] + 1, old[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                row.append(best)
            }
            (older, old) = (old, row)
        }
        return old[b.count]
    }
}
