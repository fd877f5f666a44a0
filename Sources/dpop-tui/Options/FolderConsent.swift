import FlowModel

/// Something that only the person can allow, and nobody was there to be asked: exit status 5.
struct NotAllowed: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Asks the person whether a folder's file may have what it wants.
enum FolderConsent {
    /// Returns when the file was allowed, or is now; throws otherwise. Where nobody can be asked, the sentence says how.
    static func require(
        _ file: ConfigFile, _ wishes: [FolderWish], mayAsk: Bool, _ allowances: Allowances = .usual
    ) throws {
        guard !wishes.isEmpty, !allowances.contains(file.seal) else { return }
        if mayAsk, let terminal = Question() {
            terminal.say("\(file.path) of this folder is new, or has changed, and wants:")
            for wish in wishes { terminal.say("  \(wish.key) \(wish.words)  (\(wish.place))") }
            if terminal.isYes("Allow this file as it is now? [y/N] ") {
                return try allow(file, allowances)
            }
            throw NotAllowed("\(file.path) is not allowed; nothing was sent")
        }
        let first = wishes[0]
        let more = wishes.count > 1 ? " (and \(wishes.count - 1) more; `dpop-tui config check` lists them)" : ""
        throw NotAllowed(
            "\(first.place): \(first.key) \(first.words)\(more), and nobody has allowed this file as it is now: "
                + "read it, then `dpop-tui config allow`")
    }

    static func allow(_ file: ConfigFile, _ allowances: Allowances = .usual) throws {
        try allowances.add(file.seal, for: FilePath.real(file.path) ?? file.path)
    }
}

/// A question on the terminal, whatever standard input and output are.
private final class Question {
    private let terminal: Int32
    private let output: Output

    init?() {
        terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        output = Output(terminal)
    }

    deinit { close(terminal) }

    func say(_ words: Harmless) { output.write("\(words)\n") }

    func isYes(_ words: Harmless) -> Bool {
        // What was typed before the question answers nothing.
        tcflush(terminal, TCIFLUSH)
        output.write(words)
        output.flush()
        var (answer, byte): ([UInt8], UInt8) = ([], 0)
        while systemRead(terminal, &byte, 1) == 1, byte != 0x0A { answer.append(byte) }
        return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
    }
}
