/// A buffered writer to a descriptor that outlives interrupted calls and notices a closed pipe.
final class Output {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var failure: String?

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { flush() }
    }

    func flush() {
        var sent = 0
        while sent < buffer.count, failure == nil {
            let count = buffer.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + sent, buffer.count - sent) }
            if count > 0 { sent += count } else if errno != EINTR && errno != EAGAIN { failure = systemReason() }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// What people read on standard error: one line, the program's name in front.
func complain(_ text: String) {
    let output = Output(2)
    output.write("dpop-tui: \(text)\n")
    output.flush()
}
