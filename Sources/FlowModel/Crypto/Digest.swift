internal import COpenSSL

/// The hash functions a thumbprint or a signature may use.
public enum HashFunction: Int, Sendable, CaseIterable {
    case sha1 = 1
    case sha256 = 256
    case sha384 = 384
    case sha512 = 512

    public var name: String { self == .sha1 ? "SHA-1" : "SHA-\(rawValue)" }
    /// The name of RFC 9278's URI and of the IANA hash registry.
    public var uriName: String { name.lowercased() }

    public func callAsFunction(_ bytes: Bytes) -> [UInt8] { bytes.withBytes { self($0) } }

    public func callAsFunction(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { self($0) }
    }

    func callAsFunction(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { out, written in
            written = co_digest(Int32(rawValue), bytes.baseAddress, bytes.count, out.baseAddress)
        }
    }
}

/// A hash over data that comes in pieces and is not kept.
public struct RunningHash: ~Copyable {
    private let context: OpaquePointer

    /// Begins an empty hash; stops the program when there is no memory for it.
    public init(_ function: HashFunction) {
        guard let made = co_hash_new(Int32(function.rawValue)) else { fatalError("no memory for a hash") }
        context = made
    }

    /// Adds the next piece.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        _ = co_hash_add(context, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }

    /// The hash of all pieces. Nothing can be added after it.
    public mutating func end() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { out, written in written = co_hash_end(context, out.baseAddress) }
    }

    deinit { co_hash_free(context) }
}

/// A SHA-256 value that is cheap to keep, to compare and to use as a key.
public struct Fingerprint: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    public init(of text: String) { self.init(HashFunction.sha256(text)) }
    public init(of bytes: Bytes) { self.init(HashFunction.sha256(bytes)) }

    public init(_ digest: [UInt8]) {
        precondition(digest.count == 32, "a SHA-256 value has 32 bytes")
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    public var base64url: String { Base64URL.encode(bytes) }

    /// Its first 64 bits: enough to tell the tokens of one capture apart, small enough to keep a million of them.
    public struct Tag: Hashable, Sendable { fileprivate let value: UInt64 }

    public var tag: Tag { Tag(value: words.0) }

    public static func == (a: Fingerprint, b: Fingerprint) -> Bool { a.words == b.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
