internal import COpenSSL

/// Bytes that must not outlive their use.
public enum SecretBytes {
    /// A copy that is overwritten when the last view of it is gone.
    public static func kept(_ bytes: [UInt8]) -> Bytes {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        memory.initialize(from: bytes, count: bytes.count)
        nonisolated(unsafe) let owned = memory
        let count = bytes.count
        return Bytes(
            ByteStorage(pointer: memory, count: count) {
                co_wipe(owned, count)
                owned.deallocate()
            })
    }

    public static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { if let base = $0.baseAddress { co_wipe(base, $0.count) } }
    }

    /// Private keys must not end in a core file.
    public static func forbidCoreDumps() { co_forbid_core() }

    /// Bytes nobody can guess; stops the program when the system has none.
    public static func random(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { out, written in
            precondition(co_random(out.baseAddress, count) == 1, "the system gives no random numbers")
            written = count
        }
    }

    public static func hmac(_ hash: HashFunction, key: String, _ text: String) -> [UInt8] {
        hmac(hash, key: Array(key.utf8), Array(text.utf8))
    }

    static func hmac(_ hash: HashFunction, key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { out, written in
            written = co_hmac(Int32(hash.rawValue), key, key.count, text, text.count, out.baseAddress)
        }
    }

    /// The text under a 32-byte key (AES-256-GCM), nonce in front.
    public static func seal(_ text: [UInt8], key: [UInt8]) -> [UInt8] {
        let nonce = random(12)
        return nonce
            + [UInt8](unsafeUninitializedCapacity: text.count + 16) { out, written in
                written = co_seal(key, nonce, text, text.count, out.baseAddress)
            }
    }

    /// What was sealed; nil when it was not sealed with this key, or changed since.
    public static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard sealed.count >= 28 else { return nil }
        let (nonce, rest) = (Array(sealed[..<12]), Array(sealed[12...]))
        let text = [UInt8](unsafeUninitializedCapacity: rest.count) { out, written in
            written = co_open(key, nonce, rest, rest.count, out.baseAddress)
        }
        return text.isEmpty ? nil : text
    }
}
