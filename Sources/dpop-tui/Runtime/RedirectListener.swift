import FlowModel

/// Waits on the loopback address for the browser to come back with a code (RFC 8252 §7.3).
final class RedirectListener {
    private let socket: Int32
    /// The redirect URI with the port it listens on.
    let uri: String
    private let path: String

    /// Nil when the address cannot be had: pasting the redirect still works.
    init?(_ uri: String) {
        let url = HTTPURL(uri)
        let wanted = UInt16(url.port.map(String.init) ?? "") ?? 0
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 4) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard bound else {
            close(descriptor)
            return nil
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        socket = descriptor
        path = url.path.isEmpty ? "/" : String(url.path)
        self.uri = "\(url.scheme)://\(url.host):\(UInt16(bigEndian: address.sin_port))\(path)"
    }

    deinit { close(socket) }

    var descriptor: Int32 { socket }

    /// The URL the browser asked for; nil when nobody came, or for something else.
    func accept() -> String? {
        let connection = Glibc.accept(socket, nil, nil)
        guard connection >= 0 else { return nil }
        defer { close(connection) }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var (heard, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 8192))
        while heard.count < 1 << 16, heard.firstIndex(of: 0x0A) == nil {
            let count = systemRead(connection, &buffer, buffer.count)
            if count <= 0 { break }
            heard += buffer[..<count]
        }
        let words = String(decoding: heard.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[0] == "GET" else { return nil }
        let target = String(words[1])
        let isOurs = target.split(separator: "?", maxSplits: 1).first.map(String.init) == path
        let text = isOurs ? "Done: dpop-tui has the code. You may close this page." : "Nothing is here."
        let answer =
            "HTTP/1.1 \(isOurs ? "200 OK" : "404 Not Found")\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n\(text)"
        let output = ByteWriter(connection)
        output.write(answer)
        output.flush()
        guard isOurs, let end = uri.range(of: path, lastIn: true) else { return nil }
        return uri[..<end] + target
    }
}

extension String {
    /// Where the last occurrence of a path begins.
    fileprivate func range(of part: String, lastIn: Bool) -> String.Index? {
        guard hasSuffix(part) else { return nil }
        return index(endIndex, offsetBy: -part.count)
    }
}
