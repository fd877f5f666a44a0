import FlowModel

/// One character ready for a cell: harmless, and of known width.
struct Glyph: Equatable, Sendable {
    let text: Character
    let width: Int
    /// True when it stands in for something that may not be shown.
    let isEscape: Bool

    /// What a text looks like on the screen. Hostile text is made harmless here and nowhere else.
    static func of(_ text: some StringProtocol, ascii: Bool = false) -> [Glyph] {
        var list: [Glyph] = []
        list.reserveCapacity(text.utf8.count)
        for character in text { append(character, ascii, &list) }
        return list
    }

    private static func append(_ character: Character, _ ascii: Bool, _ list: inout [Glyph]) {
        if let byte = character.asciiValue, byte >= 0x20, byte < 0x7F, character.utf8.count == 1 {
            list.append(Glyph(text: character, width: 1, isEscape: false))
            return
        }
        let scalars = character.unicodeScalars
        if ascii {
            for scalar in scalars {
                spell(plain(scalar), isEscape: scalar.value < 0x20 || HostileText.isHostile(scalar), &list)
            }
            return
        }
        let marks = scalars.dropFirst()
        if scalars.contains(where: { HostileText.isHostile($0) && ($0 != "\u{200D}" || scalars.count == 1) }) {
            for scalar in scalars {
                if HostileText.isHostile(scalar) {
                    spell(HostileText.escape(scalar), isEscape: true, &list)
                } else {
                    single(scalar, &list)
                }
            }
        } else if marks.allSatisfy({ CharacterWidth.of($0) == 0 }), marks.count < 4, let first = scalars.first,
            CharacterWidth.of(first) > 0
        {
            // Variation selectors make terminals disagree about the width: the base decides.
            let kept = String(String.UnicodeScalarView(scalars.filter { !(0xFE00...0xFE0F).contains($0.value) }))
            list.append(Glyph(text: Character(kept), width: CharacterWidth.of(first), isEscape: false))
        } else {
            // A cluster of several visible characters (an emoji family): its first one and a mark.
            single(scalars.first!, &list)
            if marks.contains(where: { CharacterWidth.of($0) > 0 }) {
                list.append(Glyph(text: "…", width: 1, isEscape: true))
            }
        }
    }

    private static func single(_ scalar: Unicode.Scalar, _ list: inout [Glyph]) {
        let width = CharacterWidth.of(scalar)
        if width > 0 {
            list.append(Glyph(text: Character(scalar), width: width, isEscape: false))
        } else {
            spell(HostileText.escape(scalar), isEscape: true, &list)
        }
    }

    private static func spell(_ text: String, isEscape: Bool, _ list: inout [Glyph]) {
        for character in text { list.append(Glyph(text: character, width: 1, isEscape: isEscape)) }
    }

    /// ASCII for the few characters we draw with; an escape for the rest.
    private static func plain(_ scalar: Unicode.Scalar) -> String {
        if let known = asciiForms[scalar] { return known }
        if scalar.value < 0x20 { return "^" + String(UnicodeScalar(UInt8(scalar.value + 0x40))) }
        return scalar.value < 0x7F
            ? String(scalar)
            : "\\u{"
                + Hex.text([UInt8(scalar.value >> 16 & 255), UInt8(scalar.value >> 8 & 255), UInt8(scalar.value & 255)])
                + "}"
    }

    private static let asciiForms: [Unicode.Scalar: String] = [
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "▶": ">", "◀": "<", "●": "o",
        "▸": ">", "·": ".", "…": "~", "✓": "+", "✗": "x", "→": ">", "←": "<", "↑": "^", "↓": "v", "−": "-", "–": "-",
        "—": "-", "‖": "||",
        "≥": ">=", "≠": "!=", "§": "S.", "•": "*", "═": "=", "♯": "#", "▏": "|", "▌": "|", "⇢": ">", "⇠": "<", "╌": "-",
        "■": "#", "×": "x",
    ]
}
