extension String {
    /// At most `width` columns of it, an ellipsis in place of its middle: of URLs and hashes the end tells most.
    func squeezed(_ width: Int) -> String {
        guard width > 0 else { return "" }
        // A value of a megabyte is not walked through for one line.
        if utf8.count > 4 * width + 4096 {
            return (String(prefix(width)) + "…" + String(suffix(width))).squeezed(width)
        }
        let glyphs = Glyph.of(self)
        let total = glyphs.reduce(0) { $0 + $1.width }
        guard total > width else { return self }
        let tail = (width - 1) / 2
        return Self.taken(glyphs, width - 1 - tail) + "…" + String(Self.taken(glyphs.reversed(), tail).reversed())
    }

    /// The first glyphs that fit into so many columns.
    private static func taken(_ glyphs: [Glyph], _ columns: Int) -> String {
        var (out, used) = ("", 0)
        for glyph in glyphs {
            guard used + glyph.width <= columns else { break }
            out.append(glyph.text)
            used += glyph.width
        }
        return out
    }

    /// Its first character as a capital: the sentences of findings begin small.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
