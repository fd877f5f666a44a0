import FlowModel

/// A lab started for this run: it ends with us, however we end, because it watches the pipe we hold.
final class LabProcess {
    struct Endpoints: Sendable {
        let issuer: String
        let gateway: String
        let upstream: String
        let cacert: String?
    }

    private let child: pid_t
    private let lifeline: Int32
    private let announcement: Int32
    private let recordPath: String
    /// What is read of the record, from the time the lab is ready: the file has no name then.
    private var record: Int32 = -1
    /// The beginning of a line whose end is not there yet.
    private var begun: [UInt8] = []
    private var heard: [UInt8] = []
    private(set) var endpoints: Endpoints?

    /// Where `dpop-lab` is: beside this program, or on PATH.
    static func executable() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        if count > 0 {
            let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let beside =
                own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
                + "/dpop-lab"
            if access(beside, X_OK) == 0 { return beside }
        }
        return (environment("PATH") ?? "").split(separator: ":").map { "\($0)/dpop-lab" }.first {
            access($0, X_OK) == 0
        }
    }

    init(arguments: [String]) throws(LoadError) {
        guard let program = Self.executable() else {
            throw LoadError(
                "dpop-lab is not beside dpop-tui and not on PATH; build it with `swift build --product dpop-lab`")
        }
        var (down, up): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&down) == 0, pipe(&up) == 0 else { throw LoadError("the lab cannot be started: \(systemReason())") }
        for descriptor in down + up { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        switch PrivateFile.make("", name: "lab") {
        case .success(let path): recordPath = path
        case .failure(let error): throw LoadError("the lab cannot be started: \(error)")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, down[0], 0)
        posix_spawn_file_actions_adddup2(&actions, up[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // A group of its own: Ctrl-C and Ctrl-Z in our terminal are not for the lab.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = [program, "--until-stdin-closes", "--record", recordPath] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, &attributes, &pointers, environ)
        close(down[0])
        close(up[1])
        guard code == 0 else { throw LoadError("\(program) cannot be started: \(systemReason(code))") }
        (self.child, lifeline, announcement) = (child, down[1], up[0])
        _ = fcntl(announcement, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(lifeline)
        close(announcement)
        kill(child, SIGTERM)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        if record >= 0 { close(record) } else { unlink(recordPath) }
    }

    /// Readable when the lab has said where it is.
    var descriptor: Int32 { announcement }

    /// Takes the ready line when it is there; throws when the lab ended without one.
    func listen() throws(LoadError) -> Bool {
        if endpoints != nil { return true }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = systemRead(announcement, &buffer, buffer.count)
        if count == 0 { throw LoadError("the lab ended before it was ready; `dpop-lab` by itself says why") }
        if count < 0 { return false }
        heard += buffer[..<count]
        guard let end = heard.firstIndex(of: 0x0A) else { return false }
        guard let root = (try? JSONDocument(Bytes(Array(heard[..<end]))))?.root, let issuer = root["issuer"]?.string,
            let gateway = root["gateway"]?.string,
            let upstream = root["upstream"]?.string
        else {
            throw LoadError(
                "the lab's first line is not what was expected: \(String(decoding: heard[..<end], as: UTF8.self))")
        }
        record = open(recordPath, O_RDONLY | O_CLOEXEC)
        if record >= 0 { unlink(recordPath) }
        endpoints = Endpoints(issuer: issuer, gateway: gateway, upstream: upstream, cacert: root["cacert"]?.string)
        return true
    }

    func waitUntilReady() throws(LoadError) -> Endpoints {
        while try !listen() {
            var wait = pollfd(fd: announcement, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 20_000) != 0 else { throw LoadError("the lab did not get ready within 20 s") }
        }
        return endpoints!
    }

    /// The hops it has written down since the last time.
    func newHops() -> [Exchange] {
        guard record >= 0, let fresh = try? FileBytes.readAll(record, recordPath) else { return [] }
        begun += fresh.array
        guard let end = begun.lastIndex(of: 0x0A) else { return [] }
        let lines = Bytes(Array(begun[...end]))
        begun.removeFirst(end + 1)
        guard var capture = try? Capture(lines) else { return [] }
        capture.scan(limit: .max)
        return capture.entries.indices.compactMap { try? capture.exchange($0) }
    }
}
