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

    /// The bytes before they were coded: as many as there are where the rest is missing or damaged, and as they came
    /// where none are. A capture's large bodies share one budget (`DecodedBodies`).
    func decode(_ bytes: Bytes) -> Bytes {
        if case .unknown = self { return bytes }
        guard !bytes.isEmpty else { return bytes }
        let ordinary = decode(bytes, limit: DecodedBodies.ordinary(bytes.count))
        guard ordinary.isCut else { return ordinary.bytes }
        return bytes.storage.withDecoded { bodies in
            if bodies == nil { bodies = DecodedBodies() }
            return bodies!.body(coded: bytes) { decode($0, limit: $1).bytes }
        }
    }

    /// Why `decoded` is not all that `bytes` were made from; nil when it is.
    func loss(_ bytes: Bytes, decoded: Bytes) -> Body.Loss? {
        if case .unknown(let name) = self { return .stillCoded(name) }
        guard !bytes.isEmpty else { return nil }
        let again = decode(bytes, limit: decoded.count + 1)
        return again.isComplete ? nil : again.isCut ? .cut : .damaged
    }

    /// At most `limit` bytes, whether there are more, and whether these are all.
    private func decode(_ bytes: Bytes, limit: Int) -> (bytes: Bytes, isCut: Bool, isComplete: Bool) {
        var size = min(max(bytes.count * 4, 1 << 14), limit)
        while true {
            var complete: Int32 = 0
            let out = ByteStorage(capacity: size) { buffer in
                bytes.withBytes {
                    cc_decode(code, $0.baseAddress, $0.count, buffer.baseAddress, size, &complete)
                }
            }
            if complete != 0 || out.count < size || size == limit {
                let isCut = complete == 0 && out.count == size
                if out.count == 0 && complete == 0 { return (bytes, false, false) }
                // Memory that was asked for in vain is given back.
                let all = Bytes(out)
                let kept = out.count * 2 < size ? Bytes(all.withBytes { ByteStorage(copying: $0) }) : all
                return (kept, isCut, complete != 0)
            }
            size = min(size * 4, limit)
        }
    }
}
