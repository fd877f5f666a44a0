import FlowModel

/// A text pasted into the terminal that is standard input.
///
/// A terminal that collects lines cuts each after 4095 bytes, and a token with a proof may be longer: so bytes are taken
/// as they come, and Ctrl-D ends them.
enum TerminalPaste {
    static func read() throws(FileError) -> Bytes {
        var modes = termios()
        guard tcgetattr(0, &modes) == 0 else { return try FileBytes.read("-") }
        var open = modes
        open.c_lflag &= ~tcflag_t(ICANON)
        EndSignals.watch()
        tcsetattr(0, TCSANOW, &open)
        defer {
            tcsetattr(0, TCSANOW, &modes)
            EndSignals.release()
        }
        return Bytes(try bytes())
    }

    private static func bytes() throws(FileError) -> [UInt8] {
        var (content, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while wait() {
            let count = systemRead(0, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw FileError(path: "standard input", reason: systemReason()) }
            guard count > 0 else { return content }
            if let end = buffer[..<count].firstIndex(of: 0x04) { return content + buffer[..<end] }
            content += buffer[..<count]
        }
        // A signal means to stop, not to judge half a text.
        throw FileError(path: "standard input", reason: "interrupted")
    }

    /// False once a signal came.
    private static func wait() -> Bool {
        var ready = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
            pollfd(fd: EndSignals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ready, 2, -1) < 0, errno == EINTR {}
        return ready[1].revents == 0
    }
}
