internal import CCodings

/// Content codings a recorder may have left on a body (RFC 9110 §8.4.1).
public enum ContentCoding: Sendable, Hashable {
    /// gzip or deflate.
    case gzip
    case brotli, zstd
    /// A coding we have no decoder for, by its name: the body is shown as it came.
    case unknown(String)

    init?(_ name: String) {
        switch name.trimmed.lowercased() {
        case "", "identity": return nil
        case "gzip", "x-gzip", "deflate": self = .gzip
        case "br" where cc_is_known(CC_BROTLI) != 0: self = .brotli
        case "zstd" where cc_is_known(CC_ZSTD) != 0: self = .zstd
        case let other: self = .unknown(other)
        }
    }

    private var code: cc_coding {
        switch self {
        case .brotli: CC_BROTLI
        case .zstd: CC_ZSTD
        case .gzip, .unknown: CC_DEFLATE
        }
    }

    /// More than that a body may not grow to: a few kilobytes can claim to be gigabytes.
    static let limit = 1 << 26

    /// The bytes before they were coded: as many as there are where the rest is missing or damaged, and as they came
    /// where none are.
    func decode(_ bytes: Bytes) -> Bytes {
        if case .unknown = self { return bytes }
        guard !bytes.isEmpty else { return bytes }
        var size = min(max(bytes.count * 8, 1 << 16), Self.limit)
        while true {
            var complete: Int32 = 0
            let out = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
                written = bytes.withBytes {
                    cc_decode(code, $0.baseAddress, $0.count, buffer.baseAddress, size, &complete)
                }
            }
            if complete != 0 || out.count < size || size == Self.limit {
                return out.isEmpty && complete == 0 ? bytes : Bytes(out)
            }
            size = min(size * 4, Self.limit)
        }
    }
}
