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
