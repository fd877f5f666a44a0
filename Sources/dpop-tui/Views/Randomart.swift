/// A picture of a digest: the walk of a drunken bishop over a board, as OpenSSH draws host keys.
enum Randomart {
    static let width = 17
    static let height = 9
    private static let symbols = Array(" .o+=*BOX@%&#/^SE")

    /// A frame with the picture in it, eleven lines of nineteen columns.
    static func draw(_ digest: [UInt8], title: String, foot: String) -> [String] {
        var board = Array(repeating: Array(repeating: 0, count: width), count: height)
        var (x, y) = (width / 2, height / 2)
        for byte in digest {
            var moves = byte
            for _ in 0..<4 {
                x = min(max(x + (moves & 1 == 1 ? 1 : -1), 0), width - 1)
                y = min(max(y + (moves & 2 == 2 ? 1 : -1), 0), height - 1)
                if board[y][x] < symbols.count - 3 { board[y][x] += 1 }
                moves >>= 2
            }
        }
        board[height / 2][width / 2] = symbols.count - 2
        board[y][x] = symbols.count - 1
        return [frame(title)] + board.map { "|" + String($0.map { symbols[$0] }) + "|" } + [frame(foot)]
    }

    private static func frame(_ title: String) -> String {
        let text = "[\(title.prefix(width - 2))]"
        let left = (width - text.count) / 2
        return "+" + String(repeating: "-", count: left) + text
            + String(repeating: "-", count: width - text.count - left) + "+"
    }
}
