import FlowModel

/// Gets captures on screen: small ones whole, large ones a first part at once and the rest behind.
struct Opening {
    let document: Document
    let isComplete: Bool
    /// Starts reading the rest; nil when there is none.
    let startWorker: (() -> Void)?

    /// Entries read before the first screen of a large file.
    private static let firstEntries = 400
    /// Files below that are read whole at once.
    private static let smallFile = 8 << 20

    static func document(_ files: [String], settings: CheckSettings, keys: [KeyFile], mailbox: Mailbox) throws
        -> Opening
    {
        guard !files.isEmpty else {
            return Opening(
                document: Document(files: [sample()], settings: settings, keyFiles: keys), isComplete: true,
                startWorker: nil)
        }
        var (list, rest): ([Document.File], [(index: Int, capture: Capture)]) = ([], [])
        for path in files {
            do {
                if path == "-" { PasteHint.say() }
                let bytes = try PasteHint.read(path)
                let name = path == "-" ? "standard input" : path
                if bytes.count < smallFile {
                    list.append(Document.File(name: name, loaded: try CaptureLoader.load(bytes)))
                } else {
                    var capture = try Capture(bytes)
                    capture.scan(limit: firstEntries)
                    rest.append((list.count, capture))
                    let (facts, problems) = LoadedCapture.facts(
                        of: capture.entries, from: 0, format: capture.format, bytes: bytes)
                    list.append(
                        Document.File(name: name, loaded: LoadedCapture(capture, facts: facts, problems: problems)))
                }
            } catch {
                complain("\(error is FileError ? "" : "\(path): ")\(error)")
                throw Exit.unreadable
            }
        }
        let document = Document(files: list, settings: settings, keyFiles: keys)
        guard !rest.isEmpty else { return Opening(document: document, isComplete: true, startWorker: nil) }
        let (files, waiting) = (list, rest)
        return Opening(document: document, isComplete: false) {
            _ = Thread.start { readRest(files, waiting, settings, keys, mailbox) }
        }
    }

    private static func readRest(
        _ files: [Document.File], _ waiting: [(index: Int, capture: Capture)], _ settings: CheckSettings,
        _ keys: [KeyFile], _ mailbox: Mailbox
    ) {
        var files = files
        for (index, unfinished) in waiting {
            var told = 0.0
            let loaded = CaptureLoader.finish(unfinished) { progress in
                // A tenth at a time: the screen has better things to draw.
                guard progress - told >= 0.1 else { return }
                told = progress
                mailbox.post(.progressed(progress))
            }
            files[index] = Document.File(name: files[index].name, loaded: loaded)
            if mailbox.isCancelled { return }
        }
        mailbox.post(.loaded(Document(files: files, settings: settings, keyFiles: keys)))
    }

    // MARK: the sample

    static func sample() -> Document.File {
        let bytes = Bytes(PackageResources.demo_jsonl)
        guard let loaded = try? LoadedCapture.read(bytes) else {
            preconditionFailure("the built-in sample cannot be read")
        }
        return Document.File(name: "sample", loaded: loaded)
    }

    static func sampleText(_ settings: CheckSettings) -> String {
        let document = Document(files: [sample()], settings: settings)
        return document.flows.indices.compactMap { document.view($0) }.map {
            TextReport.flow(
                $0.report, $0.story, $0.diagnosis, file: "sample", verbose: false, style: TextStyle.current())
        }.joined()
    }
}
