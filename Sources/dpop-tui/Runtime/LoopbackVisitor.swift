import FlowModel

/// A connection to the loopback address: what its browser asks for, and the page that it gets.
final class LoopbackVisitor {
    enum Asked {
        /// The target of a GET, as it was sent.
        case get(String)
        /// Another method, or no HTTP.
        case other
        case tooLong
        /// It went away.
        case ended
    }

    let descriptor: Int32
    private var heard: [UInt8] = []
    /// No browser's head is longer.
    private static let limit = 1 << 16

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// What is asked for, once the whole head is there: a page is lost where something is left unread.
    func hear() -> Asked? {
        var buffer = [UInt8](repeating: 0, count: 8192)
        var hasEnded = false
        while heard.count < Self.limit {
            let count = systemRead(descriptor, &buffer, buffer.count)
            if count > 0 { heard += buffer[..<count] }
            if count < 0, errno == EINTR { continue }
            hasEnded = count == 0 || (count < 0 && errno != EAGAIN)
            if count <= 0 { break }
        }
        // TLS, which browsers try that were told to use https only: they come again without it.
        if heard.first == 0x16 { return .ended }
        let isWhole = String(decoding: heard, as: UTF8.self).firstRange(of: "\r\n\r\n") != nil
        guard isWhole else { return hasEnded ? .ended : heard.count >= Self.limit ? .tooLong : nil }
        let line = String(decoding: heard.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "GET", words[1].hasPrefix("/") else { return .other }
        return .get(String(words[1]))
    }

    /// Sends the page, which is small enough for the system to take it whole.
    func answer(status: String, _ page: LoopbackPage) {
        let body = page.html
        let head = [
            "HTTP/1.1 \(status)", "Content-Type: text/html; charset=utf-8", "Content-Length: \(body.utf8.count)",
            "Cache-Control: no-store", "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
            "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff", "Connection: close",
        ]
        let output = ByteWriter(descriptor)
        output.write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
        output.flush()
        shutdown(descriptor, Int32(SHUT_WR))
    }
}
