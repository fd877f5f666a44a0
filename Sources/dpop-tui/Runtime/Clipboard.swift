import FlowModel

/// Copies by OSC 52, which works over SSH too; the message says which way it went.
enum Clipboard {
    /// Terminals drop sequences longer than about this.
    private static let limit = 74_000

    /// The words for the user, and the bytes for the terminal unless a file had to do.
    static func copy(_ text: String, what: String) -> (words: String, sequence: String?) {
        let encoded = Base64.encode(Array(text.utf8))
        guard encoded.utf8.count <= limit else { return toFile(text, what: what) }
        let plain = "\u{1B}]52;c;\(encoded)\u{7}"
        if environment("TMUX") != nil {
            // Both: tmux's own clipboard, and the terminal around it.
            return (
                "copied \(what) by OSC 52 through tmux (set-clipboard on)", plain + "\u{1B}Ptmux;\u{1B}\(plain)\u{1B}\\"
            )
        }
        return ("copied \(what) by OSC 52", plain)
    }

    private static func toFile(_ text: String, what: String) -> (String, String?) {
        switch PrivateFile.make(text, name: "copy") {
        case .success(let path): return ("\(what) is too long for OSC 52; written to \(path)", nil)
        case .failure(let error): return ("not copied: \(error)", nil)
        }
    }
}

/// A file of our own in the temporary folder that nobody else can read.
enum PrivateFile {
    static func make(_ text: String, name: String) -> Result<String, FileError> {
        let folder = environment("XDG_RUNTIME_DIR") ?? environment("TMPDIR") ?? "/tmp"
        let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
        var path = Array("\(folder)/dpop-tui-\(safe)-XXXXXX.txt".utf8CString)
        let descriptor = mkstemps(&path, 4)
        let written = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { return .failure(FileError(path: folder, reason: systemReason())) }
        let output = Output(descriptor)
        output.write(text)
        output.flush()
        close(descriptor)
        if let reason = output.failure { return .failure(FileError(path: written, reason: reason)) }
        return .success(written)
    }
}

/// Shows a text in the user's pager or editor while the terminal is the shell's.
enum Pager {
    /// DPOP_TUI_PAGER, PAGER, DPOP_TUI_EDITOR, VISUAL, EDITOR, less.
    static var command: String {
        for name in ["DPOP_TUI_PAGER", "PAGER", "DPOP_TUI_EDITOR", "VISUAL", "EDITOR"] {
            if let value = environment(name), !value.isEmpty { return value }
        }
        return "less"
    }

    /// What went wrong; nil when it was shown.
    static func show(_ text: String, name: String) -> String? {
        switch PrivateFile.make(text, name: name) {
        case .success(let path):
            defer { unlink(path) }
            return run(command, on: path)
        case .failure(let error): return "not shown: \(error)"
        }
    }

    /// The text as the person left it in their editor.
    static func edit(_ text: String, name: String) throws -> String {
        let names = ["DPOP_TUI_EDITOR", "VISUAL", "EDITOR"]
        let editor = names.lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? "vi"
        let path = try PrivateFile.make(text, name: name).get()
        defer { unlink(path) }
        if let failure = run(editor, on: path) { throw LoadError(failure) }
        return try FileBytes.read(path).text
    }

    private static func run(_ command: String, on path: String) -> String? {
        var child = pid_t()
        let words: [String] = ["/bin/sh", "-c", "exec \(command) \"$1\"", "dpop-tui", path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawn(&child, "/bin/sh", nil, nil, &arguments, environ)
        guard code == 0 else { return "'\(command)' could not be started: \(systemReason(code))" }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? nil : "'\(command)' ended with status \(status >> 8 & 255)"
    }
}
