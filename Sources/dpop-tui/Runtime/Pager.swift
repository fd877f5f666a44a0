import FlowModel

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
        // Not every pager makes controls visible.
        switch PrivateFile.make(Harmless(lines: text).text, name: name) {
        case .success(let path):
            do throws(LoadError) { _ = try run(command, on: path) } catch { return error.description }
            return nil
        case .failure(let error): return "not shown: \(error)"
        }
    }

    /// The text as the person left it in their editor.
    static func edit(_ text: String, name: String) throws -> String {
        try run(editor, on: try PrivateFile.make(text, name: name).get())
    }

    private static var editor: String {
        let names = ["DPOP_TUI_EDITOR", "VISUAL", "EDITOR"]
        return names.lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? "vi"
    }

    /// The editor's parent is a shell that outlives us: it hands the text over and takes the file away, whatever became
    /// of us meanwhile. Signals of the keyboard are for the editor; this shell only waits.
    private static let script = """
        trap : HUP INT QUIT TERM
        /bin/sh -c "exec $2 \\"\\$1\\"" dpop-tui "$1" 3>&-
        status=$?
        cat < "$1" >&3 2>/dev/null
        rm -f -- "$1"
        exit $status
        """

    /// The file's text when the command has ended; the file is gone then.
    static func run(_ command: String, on path: String) throws(LoadError) -> String {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            unlink(path)
            throw LoadError("'\(command)' could not be started: \(systemReason())")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 3)
        let words = ["/bin/sh", "-c", script, "dpop-tui", path, command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let code = posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else {
            unlink(path)
            throw LoadError("'\(command)' could not be started: \(systemReason(code))")
        }
        let text: Result<String, FileError>
        do throws(FileError) { text = .success(try FileBytes.readAll(ends[0], command).text) } catch {
            text = .failure(error)
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw LoadError("'\(command)' ended with status \(status >> 8 & 255)") }
        do throws(FileError) { return try text.get() } catch { throw LoadError("\(error)") }
    }
}
