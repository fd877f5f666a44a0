/// Bytes to a descriptor, buffered: outlives interrupted calls and remembers the first failure.
///
/// For files, sockets and children. What people read goes through `Output`.
final class ByteWriter {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Why not all of it was written: an error number of the system.
    private(set) var failure: Int32?

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ text: String) {
        guard failure == nil else { return }
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { flush() }
    }

    func flush() {
        var sent = 0
        while sent < buffer.count, failure == nil {
            let count = buffer.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + sent, buffer.count - sent) }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if count == 0 || errno != EINTR {
                failure = count == 0 ? ENOSPC : errno
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and closes: some file systems tell of a full disk only now.
    func finish() -> Int32? {
        flush()
        // Where a signal comes in between, the descriptor is closed all the same.
        if close(descriptor) != 0, errno != EINTR, failure == nil { failure = errno }
        return failure
    }
}
