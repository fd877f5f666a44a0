/// Says when the file of the theme on screen was saved. It costs nothing while nobody does that: its thread sleeps
/// until the kernel tells of the folder.
final class ThemeWatch: @unchecked Sendable {
    private let lock = Lock()
    private let mailbox: Mailbox
    private var path: String?
    private var last: [Int] = []
    private var descriptor: Int32 = -1

    init(_ mailbox: Mailbox) { self.mailbox = mailbox }

    /// From now on it is this file, or none.
    func follow(_ file: String?) {
        let isFirst = lock.change {
            (path, last) = (file, file.map(Self.mark) ?? [])
            guard file != nil, descriptor < 0 else { return false }
            descriptor = Self.open()
            return descriptor >= 0
        }
        guard let file else { return }
        // An editor writes a new file and renames it; what a link leads to is saved in another folder.
        for name in Set([file, Self.target(of: file)]) { Self.watch(Self.folder(of: name), descriptor) }
        if isFirst { _ = Thread.start { [self] in run() } }
    }

    private func run() {
        while Self.waits(descriptor) {
            let saved = lock.change { () -> Bool in
                guard let path else { return false }
                let now = Self.mark(path)
                defer { last = now }
                return now != last && !now.isEmpty
            }
            if saved { mailbox.post(.themeSaved) }
        }
    }

    /// Size, time and identity of a file.
    private static func mark(_ path: String) -> [Int] { Follower.mark(path) }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func target(of path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    #if os(Linux)
        private static func open() -> Int32 { inotify_init1(Int32(O_CLOEXEC)) }

        private static func watch(_ folder: String, _ descriptor: Int32) {
            _ = inotify_add_watch(descriptor, folder, UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE))
        }

        /// Returns when something was written in a folder; false when nothing will be heard of it any more.
        private static func waits(_ descriptor: Int32) -> Bool {
            var events = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &events, events.count)
                if count > 0 { return true }
                guard count < 0, errno == EINTR else { return false }
            }
        }
    #else
        // Without inotify: a look twice a second.
        private static func open() -> Int32 { 0 }
        private static func watch(_ folder: String, _ descriptor: Int32) {}

        private static func waits(_ descriptor: Int32) -> Bool {
            usleep(500_000)
            return true
        }
    #endif
}
