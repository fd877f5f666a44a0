import CNcurses

/// The terminal while the program has it: the only file that knows curses.
final class Terminal {
    private var styles: [Role: (attributes: UInt8, foreground: Int32, background: Int32)] = [:]
    private var shown: Canvas?
    private let colors: Int

    /// Takes over the terminal; nil streams mean there is none to take.
    init(mouse: Bool, colors: Int?) throws(LoadError) {
        let input: Int32 = isatty(0) == 1 ? 0 : open("/dev/tty", O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw LoadError("no terminal to read keys from: \(systemReason())") }
        var why = [CChar](repeating: 0, count: 256)
        let isDirect = colors.map { $0 >= TerminalLook.direct } ?? TerminalSettings.takesDirectColors
        guard cn_open(input, 1, mouse ? 1 : 0, isDirect ? 1 : 0, &why, 256) == 0 else {
            throw LoadError(String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        self.colors = min(colors ?? .max, Int(cn_colors()))
        descriptor = input
    }

    /// Where keys come from.
    let descriptor: Int32
    var signalDescriptor: Int32 { cn_signal_descriptor() }

    func close() { cn_close() }
    func leave() { cn_leave() }

    func enter() {
        cn_enter()
        shown = nil
    }

    func stop() {
        cn_leave()
        cn_stop()
        enter()
    }

    var size: (width: Int, height: Int) {
        var (rows, columns): (Int32, Int32) = (0, 0)
        cn_size(&rows, &columns)
        return (Int(columns), Int(rows))
    }

    func resize(width: Int, height: Int) {
        cn_resize(Int32(height), Int32(width))
        shown = nil
    }

    func repaint() {
        cn_repaint()
        shown = nil
    }

    /// Whether attributes are all there is to tell roles apart.
    var isMonochrome: Bool { colors < 8 }

    func use(_ theme: Theme) {
        styles = [:]
        for role in Role.allCases {
            let look = TerminalLook(theme[role], colors: colors)
            styles[role] = (Self.bits(look.attributes), Int32(look.foreground), Int32(look.background))
        }
        shown = nil
    }

    private static func bits(_ attributes: Set<Style.Attribute>) -> UInt8 {
        let table: [(Style.Attribute, Int)] = [
            (.bold, CN_BOLD), (.dim, CN_DIM), (.underline, CN_UNDERLINE), (.reverse, CN_REVERSE), (.italic, CN_ITALIC),
        ]
        return UInt8(table.reduce(0) { attributes.contains($1.0) ? $0 | $1.1 : $0 })
    }

    func show(_ canvas: Canvas) {
        var buffer = [cn_cell](repeating: cn_cell(), count: canvas.width)
        for row in 0..<canvas.height {
            if let shown, shown.width == canvas.width, shown.height == canvas.height, shown.row(row) == canvas.row(row)
            {
                continue
            }
            for (column, cell) in canvas.row(row).enumerated() { buffer[column] = translate(cell) }
            cn_put_row(Int32(row), buffer, Int32(canvas.width))
        }
        if let cursor = canvas.cursor { cn_cursor(Int32(cursor.row), Int32(cursor.column)) } else { cn_cursor(-1, 0) }
        cn_flush()
        shown = canvas
    }

    private func translate(_ cell: Cell) -> cn_cell {
        let style = styles[cell.role] ?? (0, -1, -1)
        var out = cn_cell()
        (out.attributes, out.foreground, out.background) = style
        guard cell.width > 0 else { return out }
        for (index, scalar) in cell.text.unicodeScalars.prefix(4).enumerated() {
            withUnsafeMutableBytes(of: &out.scalars) {
                $0.storeBytes(of: scalar.value, toByteOffset: index * 4, as: UInt32.self)
            }
            out.count = UInt8(index + 1)
        }
        return out
    }

    /// What came of a paste that has not ended yet: a large one arrives in parts.
    private var pasted: String?

    /// Everything the keyboard and the mouse have sent so far.
    func events() -> [Event] {
        var list: [Event] = []
        while true {
            var (row, column): (Int32, Int32) = (0, 0)
            let code = cn_read(&row, &column)
            if code == CN_NONE { break }
            if code == Int32(CN_PASTE_BEGIN) {
                pasted = ""
            } else if code == Int32(CN_PASTE_END) {
                // Terminals send what Enter sends at a line's end.
                pasted.map { list.append(.paste($0.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))) }
                pasted = nil
            } else if pasted != nil {
                if let scalar = UnicodeScalar(UInt32(bitPattern: code)) { pasted!.unicodeScalars.append(scalar) }
            } else if code == Int32(CN_CLICK) {
                list.append(.click(row: Int(row), column: Int(column)))
            } else if let key = Self.key(code) {
                list.append(.key(key))
            }
        }
        return list
    }

    private static let special: [Int32: Key] = [
        Int32(CN_UP): .up, Int32(CN_DOWN): .down, Int32(CN_LEFT): .left, Int32(CN_RIGHT): .right, Int32(CN_HOME): .home,
        Int32(CN_END): .end, Int32(CN_PAGE_UP): .pageUp, Int32(CN_PAGE_DOWN): .pageDown,
        Int32(CN_BACKSPACE): .backspace,
        Int32(CN_DELETE): .delete, Int32(CN_ENTER): .enter, Int32(CN_BACK_TAB): .backTab, Int32(CN_F1): .f1,
        Int32(CN_WHEEL_UP): .wheelUp, Int32(CN_WHEEL_DOWN): .wheelDown, 9: .tab, 13: .enter, 10: .enter, 27: .escape,
        127: .backspace, 8: .backspace,
    ]

    private static func key(_ code: Int32) -> Key? {
        if let known = special[code] { return known }
        guard code < 0x110000, let scalar = UnicodeScalar(UInt32(bitPattern: code)) else { return nil }
        if code >= 1, code < 27 { return .control(Character(UnicodeScalar(UInt8(code + 96)))) }
        return code < 0x20 ? nil : .character(Character(scalar))
    }

    /// What signals came; `woken` is true when another thread wants attention.
    func signals() -> (numbers: [Int32], woken: Bool) {
        var (numbers, woken): ([Int32], Bool) = ([], false)
        while true {
            let number = cn_next_signal()
            if number == 0 { return (numbers, woken) }
            if number < 0 { woken = true } else { numbers.append(number) }
        }
    }

    func write(_ bytes: String) {
        var bytes = bytes
        bytes.withUTF8 { cn_write_raw(UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self), $0.count) }
    }
}

/// Wakes the loop from another thread.
func wakeTerminal() { cn_wake() }
