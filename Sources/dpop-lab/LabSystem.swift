#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the system is asked for besides the time: files, standard streams, threads.
enum LabSystem {
    /// Bytes of a configuration file, at most.
    private static let longestFile = 16 << 20

    /// Gives the rest of this thread's turn away.
    static func letOthersRun() { sched_yield() }

    /// A file's content, nil with `reason()` when it cannot be read.
    static func content(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var (content, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 1 << 16))
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            content += buffer[..<count]
            if content.count > longestFile {
                errno = EFBIG
                return nil
            }
        }
        return ferror(file) == 0 ? content : nil
    }

    /// Why the last call to the system failed.
    static func reason() -> String { String(cString: strerror(errno)) }

    static func complain(_ text: String) { _ = append("dpop-lab: \(text)\n", to: 2) }
    /// Says a line on standard output; false with `reason()` when it cannot be written.
    static func announce(_ line: String) -> Bool { append(line + "\n", to: 1) }

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

    /// Ends the process without the libraries' farewells, which threads that still run would not survive.
    static func leave(_ status: Int32) -> Never { _exit(status) }

    /// Ends the lab like SIGTERM when whoever holds the other end of standard input is gone.
    static func endWithStandardInput() {
        _ = startThread {
            var byte: UInt8 = 0
            while true {
                let count = read(0, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            kill(getpid(), SIGTERM)
        }
    }

    static func openForAppending(_ path: String) -> Int32 {
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    /// Writes a whole line; false with `reason()` when that fails.
    static func append(_ line: String, to descriptor: Int32) -> Bool {
        var line = line
        return line.withUTF8 { bytes in
            var left = UnsafeRawBufferPointer(bytes)
            while !left.isEmpty {
                let count = write(descriptor, left.baseAddress, left.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                left = UnsafeRawBufferPointer(rebasing: left[count...])
            }
            return true
        }
    }

    // MARK: threads

    /// Bytes of stack a thread gets. No code here recurses over what a client sends, and a page that is never touched
    /// costs nothing.
    private static let stackSize = 512 << 10

    #if canImport(Glibc)
        private static let none = pthread_t()
    #else
        private static let none: pthread_t? = nil
    #endif

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs something on a thread of its own; false when the system has none left.
    static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let work = Unmanaged.passRetained(Work(body))
        var thread = none
        let outcome = pthread_create(
            &thread, &attributes,
            { context in
                let context: UnsafeMutableRawPointer? = context
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if outcome != 0 { work.release() }
        return outcome == 0
    }
}
