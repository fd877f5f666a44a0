#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The only place that asks for the time.
enum Clock {
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// What the system is asked for besides the time.
enum LabSystem {
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var (content, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 1 << 16))
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { content += buffer[..<count] }
        return content
    }

    static func reason() -> String { String(cString: strerror(errno)) }

    static func complain(_ text: String) { append("dpop-lab: \(text)\n", to: 2) }
    static func announce(_ line: String) { append(line + "\n", to: 1) }

    /// A file of our own that nobody else can read.
    static func writePrivate(_ text: String, name: String) -> String? {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(folder)/dpop-lab-\(name)-XXXXXX.pem".utf8CString)
        let descriptor = mkstemps(&path, 4)
        guard descriptor >= 0 else { return nil }
        let bytes = Array(text.utf8)
        let written = write(descriptor, bytes, bytes.count)
        close(descriptor)
        return written == bytes.count
            ? String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    static func remove(_ path: String) { unlink(path) }
    static func leave() -> Never { exit(0) }

    /// Ends the lab like SIGTERM when whoever holds the other end of standard input is gone.
    static func endWithStandardInput() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = Glibc.read(0, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                kill(getpid(), SIGTERM)
                return nil
            }, nil)
    }

    static func openForAppending(_ path: String) -> Int32 {
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    static func append(_ line: String, to descriptor: Int32) {
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress!, bytes.count) }
    }
}
