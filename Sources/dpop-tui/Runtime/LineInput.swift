/// Lines on standard input, read when they are wanted; a signal ends the wait.
final class LineInput {
    nonisolated(unsafe) static let standard = LineInput()
    private var kept: [UInt8] = []
    private var hasEnded = false

    /// What is there without waiting.
    enum Now: Equatable {
        case line(String)
        /// The rest of a line is still to come.
        case nothing
        case end
    }

    /// More than anybody pastes: whoever sends more without an end of line is cut off.
    private static let limit = 1 << 20

    /// The next line without its end; nil at the end of the input, or once a signal came.
    func next() -> String? {
        while true {
            switch first() {
            case .line(let line): return line
            case .end: return nil
            case .nothing:
                guard wait() else { return nil }
                read()
            }
        }
    }

    /// The next line, as far as it is there; for when the input is readable.
    func now() -> Now {
        if first(isTaken: false) == .nothing { read() }
        return first()
    }

    /// Whether a line, or the end, was read already: nobody announces it again.
    var isReady: Bool { first(isTaken: false) != .nothing }

    /// Nothing will come any more.
    var isOver: Bool { first(isTaken: false) == .end }

    private func first(isTaken: Bool = true) -> Now {
        if let end = kept.firstIndex(of: 0x0A) {
            defer { if isTaken { kept.removeFirst(end + 1) } }
            return .line(String(decoding: kept[..<end], as: UTF8.self))
        }
        guard hasEnded else { return .nothing }
        defer { if isTaken { kept = [] } }
        return kept.isEmpty ? .end : .line(String(decoding: kept, as: UTF8.self))
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = systemRead(0, &buffer, buffer.count)
        if count > 0 { kept += buffer[..<count] }
        hasEnded = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) || kept.count > Self.limit
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
