/// Signals that end a run without a screen: they wake whoever waits, so that it can be said first what was sent.
///
/// The first one is taken; the same once more ends the program at once.
enum EndSignals {
    nonisolated(unsafe) private static var ends: (reading: Int32, writing: Int32) = (-1, -1)
    private static let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]

    /// Readable once one came; −1 while nobody watches.
    static var descriptor: Int32 { ends.reading }

    static func name(_ number: Int32) -> String { names[number] ?? "signal \(number)" }

    static func watch() {
        var made: [Int32] = [0, 0]
        guard ends.reading < 0, pipe(&made) == 0 else { return }
        for descriptor in made {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        ends = (made[0], made[1])
        set { number in
            // Only calls that are async-signal-safe.
            let code = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = systemWrite(EndSignals.ends.writing, &byte, 1)
            signal(number, SIG_DFL)
            errno = code
        }
    }

    /// The one that came, if any did.
    static func taken() -> Int32? {
        var byte: UInt8 = 0
        return ends.reading >= 0 && systemRead(ends.reading, &byte, 1) == 1 ? Int32(byte) : nil
    }

    /// From here on they end the program as everywhere.
    static func release() { set(SIG_DFL) }

    /// Whoever started the program with one ignored, as `nohup` does, wants it so.
    private static func set(_ handler: (@convention(c) (Int32) -> Void)?) {
        for number in names.keys {
            let before = signal(number, handler)
            if unsafeBitCast(before, to: Int.self) == 1 { signal(number, SIG_IGN) }
        }
    }
}
