extension CaptureFormat {
    /// A text in what people and programs put around one: fences, quotes, indentation, log prefixes, colours, UTF-16.
    static func cleaned(_ formats: [CaptureFormat]) -> CaptureFormat {
        CaptureFormat(id: "cleaned", title: "text") { _, bytes in
            guard bytes.count <= pastedLimit, let text = PlainText.text(bytes) else { return nil }
            for cleaned in PlainText.cleanings(text, isNew: !bytes.hasFirst(text.utf8.first ?? 0)) {
                let made = Bytes(cleaned)
                for format in formats + [.har, .harEntries] {
                    if let opened = format.opening(format, made) { return opened }
                }
            }
            return nil
        }
    }

    /// A transcript whose long values go on in further lines, or that is quoted as a mail is.
    static func unfolded(at time: Double?) -> CaptureFormat {
        .rewritten(id: "transcript", title: "transcript", at: time) { text in
            // What is larger was written by a program, which folds nothing.
            text.utf8.count < 1 << 20 ? PlainText.unfolded(text) : nil
        }
    }
}

enum PlainText {
    /// The bytes as text; nil where they are none.
    static func text(_ bytes: Bytes) -> String? {
        guard bytes.count > 1 else { return nil }
        let isLittle = bytes[1] == 0 && bytes[0] != 0 || bytes[0] == 0xFF && bytes[1] == 0xFE
        let isBig = bytes[0] == 0 && bytes[1] != 0 || bytes[0] == 0xFE && bytes[1] == 0xFF
        guard isLittle || isBig else {
            return bytes.withBytes { $0.prefix(4096).contains(0) } ? nil : bytes.text
        }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for at in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (one, two) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            units.append(isLittle ? one | two << 8 : one << 8 | two)
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// What the text may be without what is around it, one step after the other.
    static func cleanings(_ text: String, isNew: Bool) -> [String] {
        var list: [String] = []
        var now = text
        if now.unicodeScalars.first == "\u{FEFF}" { now = String(now.unicodeScalars.dropFirst()) }
        now = withoutFences(withoutColours(now.replacing("\u{A0}", with: " ")))
        if let bare = withoutLineEndMarks(now) { now = bare }
        if now != text || isNew { list.append(now) }
        if let wrapped = withoutRFC8792(now) {
            now = wrapped
            list.append(now)
        }
        if let filled = HTTPFileVariables.replaced(now) {
            now = filled
            list.append(now)
        }
        if let printed = PHPDump.rewritten(now) { list.append(printed) }
        if let rows = TableText.fields(now) { list.append(rows) }
        if let bare = CommonPrefix.removed(now) { list.append(bare) }
        // A log's prefix around a quote around an indentation.
        for _ in 0..<3 {
            guard let bare = withoutPrefix(now) else { break }
            now = bare
            list.append(now)
        }
        return list
    }

    /// Without the sequences that colour a terminal's text.
    static func withoutColours(_ text: String) -> String {
        guard text.utf8.contains(0x1B) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var state = 0
        for byte in text.utf8 {
            switch state {
            case 0: if byte == 0x1B { state = 1 } else { out.append(byte) }
            case 1: state = byte == 0x5B ? 2 : 0
            default: if byte &- 0x40 < 0x3F { state = 0 }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Line ends that are written out: `[\r][\n]` of Apache's client, `\r\n` of tshark, the dot of ngrep.
    private static func withoutLineEndMarks(_ text: String) -> String? {
        let lines = PastedLines.of(text)
        for mark in ["[\\r][\\n]\"", "\\r\\n", "."] {
            let marked = lines.lazy.filter { $0.hasSuffix(mark) }.count
            // A sentence ends with a dot, but none is a dot alone.
            guard marked > 2, mark != "." || lines.contains(".") else { continue }
            return lines.map { line in
                guard line.hasSuffix(mark) else { return String(line) }
                let bare = line.dropLast(mark.count)
                // tshark indents what it says, and shows what is in a line further in.
                return mark == "\\r\\n" ? String(bare).trimmed : String(bare)
            }.joined(separator: "\n")
        }
        return nil
    }

    private static func withoutFences(_ text: String) -> String {
        guard text.has("```") || text.has("~~~") else { return text }
        return PastedLines.of(text).filter { line in
            let bare = line.utf8.drop { $0 == 0x20 || $0 == 0x3E }
            return !(bare.starts(with: "```".utf8) || bare.starts(with: "~~~".utf8))
        }.joined(separator: "\n")
    }

    /// RFC 8792: a backslash at a line's end, and the rest in the next one.
    private static func withoutRFC8792(_ text: String) -> String? {
        guard text.has("RFC 8792") else { return nil }
        var (out, isOpen): ([String], Bool) = ([], false)
        for line in PastedLines.of(text) {
            let bare = isOpen ? String(line).trimmed : String(line)
            let goesOn = bare.hasSuffix("\\") && !bare.has("RFC 8792")
            let words = goesOn ? String(bare.dropLast()) : bare
            if isOpen, !out.isEmpty { out[out.count - 1] += words } else { out.append(words) }
            isOpen = goesOn
        }
        return out.joined(separator: "\n")
    }

    /// Without what stands in front of each line: as much as stands in front of the first request.
    static func withoutPrefix(_ text: String) -> String? {
        let lines = PastedLines.of(text)
        guard let prefix = lines.lazy.compactMap({ prefix($0) }).first else { return nil }
        return lines.map { line in String(stripped(line, prefix)) }.joined(separator: "\n")
    }

    /// What stands in front of a request line, a curl command or a field that only a request has.
    private static func prefix(_ line: Substring) -> [UInt8]? {
        let bytes = Array(line.utf8.prefix(400))
        for at in bytes.indices.dropFirst() where at <= 160 {
            guard bytes[at - 1] == 0x20 || bytes[at - 1] == 0x09, bytes[at] != 0x20 else { continue }
            let rest = bytes[at...]
            let byte = bytes[at]
            guard byte == 0x3E || byte == 0x2D || byte &- 0x41 < 26 || byte == 0x63 || byte == 0x64 || byte == 0x61
            else { continue }
            let isStart =
                starts(rest, "curl ") || starts(rest, "dpop: ey") || starts(rest, "authorization: dpop ey")
                || starts(rest, "--> ") && has(rest, "://") || isRequest(rest)
                || starts(rest, "> ") && isRequest(rest.dropFirst(2))
            // curl's own remarks are no prefix.
            if isStart { return bytes[..<at].elementsEqual("* ".utf8) ? nil : Array(bytes[..<at]) }
        }
        return nil
    }

    private static func starts(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
        bytes.count >= word.utf8.count && zip(bytes, word.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
    }

    private static func has(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).firstRange(of: word) != nil
    }

    private static let methods = ["get /", "post /", "put /", "patch /", "delete /", "head /", "get http", "post http"]

    private static func isRequest(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first &- 0x41 < 26 else { return false }
        return methods.contains { starts(bytes, $0) }
    }

    /// A prefix has its digits wherever the first one has some: times differ from line to line.
    private static func stripped(_ line: Substring, _ prefix: [UInt8]) -> Substring {
        var (at, index) = (line.utf8.startIndex, 0)
        while at < line.utf8.endIndex, index < prefix.count {
            let (byte, wanted) = (line.utf8[at], prefix[index])
            guard byte == wanted || byte &- 0x30 < 10 && wanted &- 0x30 < 10 else {
                // Blanks alone may be fewer, as in front of a JSON body.
                return prefix.allSatisfy { $0 <= 0x20 } ? Substring(line.utf8[at...]) : line
            }
            at = line.utf8.index(after: at)
            index += 1
        }
        return Substring(line.utf8[at...])
    }

    /// With values in one line that went on in further ones; nil where none did.
    static func unfolded(_ text: String) -> String? {
        var (out, hasChanged, isValue): ([String], Bool, Bool) = ([], false, false)
        let lines = PastedLines.of(text)
        let isQuoted =
            lines.contains { $0.hasPrefix("> HTTP/") } && !lines.contains { $0.hasPrefix("< ") || $0.hasPrefix("* ") }
        for line in lines {
            let bare =
                isQuoted && line.utf8.first == 0x3E
                ? Substring(line.utf8.dropFirst(line.hasPrefix("> ") ? 2 : 1)) : line
            let words = bare.utf8.drop { $0 == 0x20 || $0 == 0x09 }
            let part = Substring(words)
            if isValue, !out.isEmpty, PastedLines.isTokenPart(part) {
                out[out.count - 1] += part
                hasChanged = true
                continue
            }
            // Only a value that is one long word is wrapped in the middle of it.
            let lower = Substring(bare.utf8.prefix(32)).lowercased()
            isValue =
                ["dpop: ey", "authorization: dpop ey", "> dpop: ey", "> authorization: dpop ey"].contains {
                    lower.hasPrefix($0)
                } && !bare.hasSuffix("...") && !bare.utf8.dropFirst(16).contains { $0 == 0x22 || $0 == 0x2C }
            if isQuoted, part.hasPrefix("{"), out.last?.isEmpty == false { out.append("") }
            out.append(String(bare))
        }
        return hasChanged || isQuoted ? out.joined(separator: "\n") : nil
    }
}
