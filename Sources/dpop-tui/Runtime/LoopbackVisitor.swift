import FlowModel

/// A connection to the loopback address: what its browser asks for, and the page that it gets.
final class LoopbackVisitor {
    enum Asked {
        /// The target of a GET, as it was sent; of a form that was posted, with its members as the query.
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
        let text = String(decoding: heard, as: UTF8.self)
        let isFull = heard.count >= Self.limit
        guard let end = text.firstRange(of: "\r\n\r\n") else { return hasEnded ? .ended : isFull ? .tooLong : nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[1].hasPrefix("/") else { return .other }
        if words[0] == "GET" { return .get(String(words[1])) }
        guard words[0] == "POST", let length = Self.formLength(lines) else { return .other }
        let body = text[end.upperBound...].utf8
        guard body.count >= length else { return hasEnded ? .ended : isFull ? .tooLong : nil }
        guard let form = String(body.prefix(length)), form.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 })
        else { return .other }
        return .get(words[1] + (words[1].utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + form)
    }

    /// How long the form is that comes with a head's lines (`response_mode=form_post`); nil where it is no form.
    private static func formLength(_ lines: [Substring]) -> Int? {
        var (length, isForm): (Int?, Bool) = (nil, false)
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "content-length": length = Untrusted<Int>(value.prefix { $0 != " " })?.within(0...limit)
            case "content-type": isForm = value.lowercased().hasPrefix("application/x-www-form-urlencoded")
            case "transfer-encoding": return nil
            default: break
            }
        }
        return isForm ? length : nil
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
