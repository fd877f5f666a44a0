import FlowModel

/// Waits on the loopback address for the browser to come back with a code (RFC 8252 §7.3).
///
/// Nothing blocks: browsers open connections that say nothing for a while.
final class RedirectListener {
    /// The redirect URI, with the port that it listens on where none was written.
    let uri: String
    private let sockets: [Int32]
    private let front: String
    private let path: String
    private var visitors: [LoopbackVisitor] = []
    /// Connections that are kept at once; the oldest makes room.
    private static let room = 3

    /// Throws why nobody can listen there: the redirect must be pasted then.
    init(_ uri: String) throws(LoadError) {
        let url = HTTPURL(uri)
        if let reason = Self.reason(against: url) { throw LoadError(reason) }
        let written = url.port ?? ""
        guard let wanted = written.isEmpty ? 0 : UInt16(written) else { throw LoadError("there is no port \(written)") }
        let first = try LoopbackSocket.open(String(url.host), port: wanted)
        var sockets = [first.descriptor]
        // Browsers try `localhost` by IPv6 first; where it cannot be had, they go on to the other.
        if url.host.lowercased() == "localhost", let other = try? LoopbackSocket.open("[::1]", port: first.port) {
            sockets.append(other.descriptor)
        }
        self.sockets = sockets
        let isWritten = wanted != 0
        let authority = url.text[..<url.path.startIndex]
        front = isWritten ? String(authority) : "\(url.scheme)://\(url.host):\(first.port)"
        self.uri = isWritten ? url.text : front + url.text[url.path.startIndex...]
        path = url.path.isEmpty ? "/" : String(url.sent.path)
    }

    deinit { for socket in sockets { close(socket) } }

    /// What makes a redirect URI one that no program here can listen on; nil where one can try.
    private static func reason(against url: HTTPURL) -> String? {
        let scheme = url.scheme.isEmpty ? url.text.prefix { $0 != ":" } : url.scheme
        switch scheme.lowercased() {
        case "http": break
        case "https" where url.isLoopback: return "it is https, and there is no certificate for it here"
        case "https": return "\(url.host) is another host"
        default: return "its scheme '\(scheme)' belongs to an app"
        }
        return url.isLoopback ? nil : "\(url.host) is another host"
    }

    var descriptors: [Int32] { sockets + visitors.map(\.descriptor) }

    /// A browser that came with an answer; nil while there is none. Whoever asks for something else is told so.
    func visit() -> (url: String, visitor: LoopbackVisitor)? {
        admit()
        for visitor in visitors {
            guard let request = visitor.hear() else { continue }
            visitors.removeAll { $0 === visitor }
            switch request {
            case .ended: continue
            case .tooLong: visitor.answer(status: "431 Request Header Fields Too Large", LoopbackPage.nothing)
            case .get(let target):
                let own = target.prefix { $0 != "?" }
                if own == path { return (front + target, visitor) }
                visitor.answer(status: "404 Not Found", LoopbackPage.nothing)
            case .other: visitor.answer(status: "405 Method Not Allowed", LoopbackPage.otherMethod)
            }
        }
        return nil
    }

    private func admit() {
        for socket in sockets {
            while true {
                let connection = Glibc.accept(socket, nil, nil)
                guard connection >= 0 else { break }
                if visitors.count == Self.room { visitors.removeFirst() }
                visitors.append(LoopbackVisitor(connection))
            }
        }
    }
}

/// Sockets of this machine that nobody else reaches.
private enum LoopbackSocket {
    static func open(_ host: String, port: UInt16) throws(LoadError) -> (descriptor: Int32, port: UInt16) {
        let isSix = host.hasPrefix("[")
        let descriptor = Glibc.socket(isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LoadError(systemReason()) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = isSix ? bindSix(descriptor, port) : bindFour(descriptor, host, port)
        guard let bound else {
            let reason = systemReason()
            close(descriptor)
            throw LoadError("port \(port) cannot be had: \(reason)")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return (descriptor, bound)
    }

    /// The port that it listens on; nil where the system refuses.
    private static func bindFour(_ descriptor: Int32, _ host: String, _ port: UInt16) -> UInt16? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        // Any address of 127.0.0.0/8; a name of this machine is 127.0.0.1.
        if inet_pton(AF_INET, host, &address.sin_addr) != 1 { inet_pton(AF_INET, "127.0.0.1", &address.sin_addr) }
        return listen(descriptor, &address) ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func bindSix(_ descriptor: Int32, _ port: UInt16) -> UInt16? {
        var (address, yes) = (sockaddr_in6(), Int32(1))
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        inet_pton(AF_INET6, "::1", &address.sin6_addr)
        setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return listen(descriptor, &address) ? UInt16(bigEndian: address.sin6_port) : nil
    }

    private static func listen<Address>(_ descriptor: Int32, _ address: inout Address) -> Bool {
        var length = socklen_t(MemoryLayout<Address>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && Glibc.listen(descriptor, 8) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
    }
}
