/// What can happen to the program.
enum Event: Sendable {
    case key(Key)
    /// A click at a place of the screen.
    case click(row: Int, column: Int)
    case paste(String)
    case resize(width: Int, height: Int)
    /// A signal that ends the program.
    case terminated(Int32)
    case suspended
    case continued
    /// So much of a large file is read.
    case progressed(Double)
    /// All of it is.
    case loaded(Document)
    /// A followed file has grown.
    case followed(Document)
    case copied(String)
    /// The file of the theme on screen.
    case themeSaved
    case failed(String)
    /// A live run went on.
    case live(Document, LiveStatus)
    /// Time passes while an answer is waited for.
    case tick
}

/// What the model wants done. Comparable, so that a test can say exactly which.
enum Effect: Equatable {
    case quit(Int32)
    case suspend
    case copy(String, what: String)
    /// Show a text in the pager or editor.
    case edit(String, name: String)
    /// Write a new file.
    case save(String, path: String)
    case useTheme(String)
    /// Read its file again.
    case reloadTheme(String)
    case repaint
    /// Something for the one who drives the live run.
    case live(LiveAction)
}
