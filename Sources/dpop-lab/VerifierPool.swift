import FlowModel
import Synchronization

/// Verifiers that keep the keys they built. One is one thread's at a time: whoever needs one takes it out and puts it
/// back.
final class VerifierPool: Sendable {
    /// Handed from thread to thread, never shared.
    private struct Lent: @unchecked Sendable { let verifier: SignatureVerifier }

    /// How many are kept while nobody needs them.
    private static let kept = 32

    private let free = Mutex<[Lent]>([])

    /// Whether one of the keys made the signature.
    func verifies(_ jws: CompactJWS, with keys: [JWK]) -> Bool {
        let lent = free.withLock { $0.popLast() } ?? Lent(verifier: SignatureVerifier())
        defer { free.withLock { if $0.count < Self.kept { $0.append(lent) } } }
        return keys.contains { lent.verifier.verify(jws, with: $0) == .valid }
    }
}
