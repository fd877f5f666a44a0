/// Hides secrets wherever they stand in a text: each becomes as many asterisks, so that places stay where they were.
public struct Mask: Sendable {
    /// Sixteen bytes of a text, or the fewer that a whole secret has, with zeros behind them.
    private struct Key: Hashable {
        var (low, high): (UInt64, UInt64)
        var count: Int

        @inline(__always)
        init(_ text: UnsafePointer<UInt8>, count: Int) {
            let raw = UnsafeRawPointer(text)
            (low, high) = (
                raw.loadUnaligned(as: UInt64.self).littleEndian,
                raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
            )
            self.count = count
            if count <= 8 {
                (low, high) = (count == 8 ? low : low & (1 << UInt64(8 * count) - 1), 0)
            } else if count < 16 {
                high &= 1 << UInt64(8 * count - 64) - 1
            }
        }
    }

    /// The first four bytes of each secret: most places of a text begin none.
    private var starts = Set<UInt32>()
    /// Secrets under 16 bytes, whole.
    private var short = Set<Key>()
    /// The others by their first 16 bytes, longer ones first.
    private var long: [Key: [Bytes]] = [:]

    /// Shorter texts hide nothing that could not be guessed, and stand everywhere.
    static let shortest = 4

    public static let none = Mask([])

    public init(_ secrets: some Sequence<[UInt8]>) {
        for secret in Set(secrets) where secret.count >= Self.shortest {
            (secret + Self.padding).withUnsafeBufferPointer { text in
                let base = text.baseAddress!
                starts.insert(Self.start(base))
                if secret.count < 16 {
                    short.insert(Key(base, count: secret.count))
                } else {
                    long[Key(base, count: 16), default: []].append(Bytes(secret))
                }
            }
        }
        long = long.mapValues { $0.sorted { $0.count > $1.count } }
    }

    private static let padding = [UInt8](repeating: 0, count: 16)

    @inline(__always)
    private static func start(_ text: UnsafePointer<UInt8>) -> UInt32 {
        UnsafeRawPointer(text).loadUnaligned(as: UInt32.self)
    }

    public var isEmpty: Bool { starts.isEmpty }

    public func hide(_ text: String) -> String { isEmpty ? text : hide(Bytes(text)).text }

    public func hide(_ bytes: Bytes) -> Bytes {
        guard !isEmpty, bytes.count >= Self.shortest else { return bytes }
        let padded = bytes.array + Self.padding
        var copy: [UInt8]?
        padded.withUnsafeBufferPointer { text in
            let base = text.baseAddress!
            var at = 0
            while at + Self.shortest <= bytes.count {
                let length = starts.contains(Self.start(base + at)) ? secret(base + at, bytes.count - at) : 0
                guard length > 0 else {
                    at += 1
                    continue
                }
                if copy == nil { copy = bytes.array }
                for place in at..<at + length { copy![place] = UInt8(ascii: "*") }
                at += length
            }
        }
        return copy.map { Bytes($0) } ?? bytes
    }

    /// How long the longest secret is that begins here; 0 where none does.
    private func secret(_ text: UnsafePointer<UInt8>, _ left: Int) -> Int {
        if left >= 16, let candidates = long[Key(text, count: 16)] {
            for secret in candidates where secret.count <= left {
                if secret.withBytes({ Bytes.sameMemory($0.baseAddress!, text, secret.count) }) { return secret.count }
            }
        }
        for count in stride(from: min(15, left), through: Self.shortest, by: -1)
        where short.contains(Key(text, count: count)) {
            return count
        }
        return 0
    }
}
