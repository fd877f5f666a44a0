/// Lines on standard input, read when they are wanted; a signal ends the wait.
final class LineInput {
    nonisolated(unsafe) static let standard = LineInput()
    private var kept: [UInt8] = []
    private var hasEnded = false

    /// The next line without its end; nil at the end of the input, or once a signal came.
    func next() -> String? {
        while true {
            if let end = kept.firstIndex(of: 0x0A) {
                defer { kept.removeFirst(end + 1) }
                return String(decoding: kept[..<end], as: UTF8.self)
            }
            if hasEnded {
                defer { kept = [] }
                return kept.isEmpty ? nil : String(decoding: kept, as: UTF8.self)
            }
            guard wait() else { return nil }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = systemRead(0, &buffer, buffer.count)
            if count > 0 { kept += buffer[..<count] }
            hasEnded = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)
        }
    }

    /// False once a signal came.
    private func wait() -> Bool {
        var ready = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
            pollfd(fd: EndSignals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ready, 2, -1) < 0, errno == EINTR {}
        return ready[1].revents == 0
    }
}
