import FlowModel

/// Long values cut in their middle, so that the end that tells them apart stays: `…/openid-connect/userinfo`.
enum Elision {
    /// A line of words, one of which may be a path or a URL: the others stay whole as long as it can give way.
    static func title(_ text: String, _ room: Int) -> String {
        guard text.columns > room else { return text }
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard
            let long = words.indices.filter({ words[$0].utf8.contains(UInt8(ascii: "/")) })
                .max(by: { words[$0].utf8.count < words[$1].utf8.count })
        else { return end(text, room) }
        let left = room - (text.columns - words[long].columns)
        guard left >= 4 else { return end(text, room) }
        words[long] = path(words[long], left)
        return words.joined(separator: " ")
    }

    /// Any value: a URL by its segments, all else in its middle.
    static func value(_ text: String, _ room: Int) -> String {
        text.has("://") && text.utf8.count < 4096 ? path(text, room) : middle(text, room)
    }

    /// A path or a URL: whole segments of its end, behind the host where that fits too. A query is cut at its end.
    static func path(_ text: String, _ room: Int) -> String {
        guard text.columns > room else { return text }
        let target = String(text.prefix { $0 != "?" })
        // The query gives way first, then the path.
        if target.columns <= room { return target.columns + 2 > room ? target : end(text, room) }
        let parts = target.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return middle(target, room) }
        let start = target.has("://") && parts.count > 4 ? parts[..<3].joined(separator: "/") + "/" : ""
        var tail = ""
        for part in parts.reversed() {
            let longer = "/\(part)\(tail)"
            guard "…\(longer)".columns <= room else { break }
            tail = longer
        }
        guard !tail.isEmpty else { return middle(String(parts[parts.count - 1]), room) }
        if !start.isEmpty, let short = behind(start, parts, room) { return short }
        return "…\(tail)"
    }

    /// `http://host/…/last`, with as many last segments as fit; nil where not even one does.
    private static func behind(_ start: String, _ parts: [Substring], _ room: Int) -> String? {
        var tail = ""
        for part in parts[3...].reversed() {
            let longer = "/\(part)\(tail)"
            guard "\(start)…\(longer)".columns <= room else { break }
            tail = longer
        }
        return tail.isEmpty ? nil : "\(start)…\(tail)"
    }

    /// Beginning and end of a text, an ellipsis between them: of hashes and names the end tells most.
    static func middle(_ text: String, _ room: Int) -> String {
        guard room > 0 else { return "" }
        // A value of a megabyte is not walked through for one line.
        if text.utf8.count > 4 * room + 4096 {
            return middle(String(text.prefix(room)) + "…" + String(text.suffix(room)), room)
        }
        let glyphs = Glyph.of(text)
        guard glyphs.reduce(0, { $0 + $1.width }) > room else { return text }
        let tail = taken(glyphs.reversed(), (room - 1) / 2)
        let head = taken(glyphs, room - 1 - tail.columns)
        return head.text + "…" + String(tail.text.reversed())
    }

    /// The end of a text behind an ellipsis.
    static func tail(_ text: String, _ room: Int) -> String {
        let glyphs = Glyph.of(text)
        guard glyphs.reduce(0, { $0 + $1.width }) > room else { return text }
        guard room > 1 else { return end(text, room) }
        return "…" + String(taken(glyphs.reversed(), room - 1).text.reversed())
    }

    /// The beginning of a text in front of an ellipsis.
    static func end(_ text: String, _ room: Int) -> String {
        text.columns > room ? text.fitted(max(0, room)) : text
    }

    private static func taken(_ glyphs: [Glyph], _ room: Int) -> (text: String, columns: Int) {
        var (text, columns) = ("", 0)
        for glyph in glyphs {
            guard columns + glyph.width <= room else { break }
            text.append(glyph.text)
            columns += glyph.width
        }
        return (text, columns)
    }
}
