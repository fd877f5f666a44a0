/// What the environment says of the terminal.
enum TerminalSettings {
    /// Whether the locale's character set is UTF-8. `setlocale` has to run first.
    static let isUTF8: Bool = {
        setlocale(LC_CTYPE, "")
        return String(cString: nl_langinfo(Int32(CODESET))).uppercased() == "UTF-8"
    }()

    static var term: String { environment("TERM") ?? "" }
    /// No cursor movement to be had: everything is printed line by line.
    static var isDumb: Bool { term.isEmpty || term == "dumb" }

    /// Whether the environment says that the terminal takes colours as they are. GNU screen hands COLORTERM of the
    /// terminal around it on, and does not take them itself before its version 5.
    static var takesDirectColors: Bool {
        let depth = environment("COLORTERM") ?? ""
        guard depth == "truecolor" || depth == "24bit" else { return false }
        return environment("STY") == nil || environment("TMUX") != nil
    }

    /// NO_COLOR > CLICOLOR_FORCE and FORCE_COLOR > a terminal that is not dumb (no-color.org, bixense.com/clicolors).
    static func usesColour(descriptor: Int32) -> Bool {
        if let value = environment("NO_COLOR"), !value.isEmpty { return false }
        for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
            if let value = environment(name), !value.isEmpty, value != "0" { return true }
        }
        return isatty(descriptor) == 1 && !isDumb && environment("CLICOLOR") != "0"
    }
}
