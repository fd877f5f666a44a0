import FlowModel
import NIOCore
import Synchronization

/// Keeps the first bytes of a body that passes through.
final class Tee: Sendable {
    private let limit: Int
    private let kept = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    func take(_ buffer: ByteBuffer) {
        kept.withLock { kept in
            let room = limit - kept.count
            if room > 0 { kept += buffer.readableBytesView.prefix(room) }
        }
    }

    var body: Body? { kept.withLock { $0.isEmpty ? nil : Body(Bytes($0)) } }
}

/// Buffers as they stream, seen by a tee; `atEnd` runs before the reader learns that there is no more.
struct TeeSequence<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    let base: Base
    let tee: Tee?
    let atEnd: @Sendable () -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let tee: Tee?
        let atEnd: @Sendable () -> Void

        mutating func next() async throws -> ByteBuffer? {
            guard let buffer = try await base.next() else {
                atEnd()
                return nil
            }
            tee?.take(buffer)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), tee: tee, atEnd: atEnd) }
}
