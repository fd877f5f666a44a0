internal import CZlib

/// Content codings a recorder may have left on a body (RFC 9110 §8.4.1).
public enum ContentCoding: Sendable {
    case gzip
    /// A coding we have no decoder for, by its name: the body is shown as it came.
    case unknown(String)

    init?(_ name: String) {
        switch name.trimmed.lowercased() {
        case "", "identity": return nil
        case "gzip", "x-gzip", "deflate": self = .gzip
        case let other: self = .unknown(other)
        }
    }

    /// More than that a body may not grow to: a few kilobytes can claim to be gigabytes.
    static let limit = 1 << 26

    static func inflate(_ bytes: Bytes) -> Bytes {
        guard !bytes.isEmpty else { return bytes }
        var size = min(max(bytes.count * 8, 1 << 16), limit)
        while true {
            var complete: Int32 = 0
            let out = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
                written = bytes.withBytes { cz_inflate($0.baseAddress, $0.count, buffer.baseAddress, size, &complete) }
            }
            if complete != 0 || out.count < size || size == limit { return out.isEmpty ? bytes : Bytes(out) }
            size = min(size * 4, limit)
        }
    }
}
