import FlowModel

/// Watches a capture that somebody else is still writing, ours or mitmproxy's, and hands over what it has become.
enum Follower {
    /// What the file holds now; a torn end is not damage yet, its writer is in the middle of it.
    static func read(_ path: String) -> LoadedCapture {
        guard let bytes = try? FileBytes.read(path), !bytes.isEmpty, let loaded = try? CaptureLoader.load(bytes) else {
            return LoadedCapture(.empty, facts: [], problems: [])
        }
        return loaded
    }

    /// Posts a new document whenever the file has grown or was replaced. Reading takes at most a fifth of the time.
    static func start(_ path: String, settings: CheckSettings, keys: [KeyFile], mailbox: Mailbox) {
        _ = Thread.start {
            var last = mark(path)
            var pause = 0.15
            while !mailbox.isCancelled {
                var rest = timespec(tv_sec: Int(pause), tv_nsec: Int((pause - pause.rounded(.down)) * 1e9))
                nanosleep(&rest, nil)
                let now = mark(path)
                guard now != last else { continue }
                last = now
                let started = Transfer.now()
                let file = Document.File(name: path, loaded: read(path))
                pause = max(0.15, (Transfer.now() - started) * 4)
                mailbox.post(.followed(Document(files: [file], settings: settings, keyFiles: keys)))
            }
        }
    }

    /// Size, time and identity of a file.
    static func mark(_ path: String) -> [Int] {
        var info = stat()
        guard stat(path, &info) == 0 else { return [] }
        return [Int(info.st_size), Int(info.st_ino), info.st_mtim.tv_sec, info.st_mtim.tv_nsec]
    }
}
