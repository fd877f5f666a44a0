/// Where the program keeps what lasts: `$XDG_STATE_HOME/dpop-tui`, else `~/.local/state/dpop-tui`.
enum StateFolder {
    /// A folder in it. Nil where neither variable names an absolute one: a relative one would be in the folder we were
    /// started in.
    static func path(_ name: String) -> String? {
        for (variable, rest) in [("XDG_STATE_HOME", ""), ("HOME", "/.local/state")] {
            if let base = environment(variable), base.hasPrefix("/") { return base + rest + "/dpop-tui/" + name }
        }
        return nil
    }

    /// Makes a folder where it is not there, for its owner only.
    static func make(_ path: String) throws(FileError) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o700) != 0 else { continue }
            let code = errno
            var info = stat()
            if stat(made, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { continue }
            let reason = code == EEXIST ? "it is no folder" : systemReason(code)
            throw FileError(path: made, reason: "this folder cannot be made: \(reason)")
        }
    }
}
