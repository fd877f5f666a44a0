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
    static func make(_ path: String) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            mkdir(made, 0o700)
        }
    }
}
