/// Something of a request or an answer that a text names.
enum NamedValue {
    /// `GET https://…` or `GET /path`, side by side.
    case request(method: String, target: String)
    case method(String)
    /// Absolute, or a path that is called a URI.
    case url(String)
    case path(String)
    case query(String)
    /// A request's field.
    case field(name: String, value: String)
    case answerField(name: String, value: String)
    case status(Int, reason: String)
    /// A JSON object with an error.
    case answerBody(String)
    case form(String)
}

/// Goes through a text once, word by word, and stops at the names it knows.
struct NamedValueScanner {
    let bytes: [UInt8]
    var at = 0
    /// Objects that were tried as an answer's body: each is looked at once more, so there is an end to them.
    private var bodies = 0
    /// Where the last URL ended: `REQUEST: https://… GET`.
    private var lastURL = -1

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> NamedValue? {
        while at < bytes.count {
            let byte = bytes[at]
            if NamedWord.isByte(byte) {
                let start = at
                while at < bytes.count, NamedWord.isByte(bytes[at]) { at += 1 }
                if let found = value(of: start, at) { return found }
            } else if byte == 0x7B, let body = object() {
                return .answerBody(body)
            } else {
                at += 1
            }
        }
        return nil
    }

    /// What the word that stands there means, with what stands behind it.
    private mutating func value(of start: Int, _ end: Int) -> NamedValue? {
        guard end - start <= NamedWord.longest else { return nil }
        let word = NamedWord(bytes, start, end)
        if word.isNumber { return status(word) }
        if let method = word.method, let found = request(method, word) { return found }
        if word.key == "grant-type", bytes.indices.contains(end), bytes[end] == 0x3D { return form(start) }
        if let name = word.requestField { return field(name, word) }
        if word.key.hasSuffix("setvalue") || word.key.hasSuffix("addvalue"), let found = swiftField(word) {
            return found
        }
        if let name = word.answerField {
            return ValueSpan.text(bytes, word).flatMap { text in
                isSound(name, text.value) ? answer(name, text) : nil
            }
        }
        if word.key == "https" || word.key == "http", let found = loneURL(word.start) { return found }
        switch word.label {
        case .method: return labelledMethod(word)
        case .url: return url(word)
        case .path: return path(word)
        case .query: return query(word)
        case .scheme: return scheme(word)
        case .status: return labelledStatus(word)
        case nil: return nil
        }
    }

    private mutating func answer(_ name: String, _ text: ValueSpan) -> NamedValue {
        at = max(at, text.end)
        return .answerField(name: name, value: text.value)
    }

    /// A value that cannot be the field's is a sentence's word.
    private func isSound(_ name: String, _ value: String) -> Bool {
        switch name {
        case "Date": Timestamp.parseHTTPDate(value) != nil
        case "WWW-Authenticate": value.lowercased().hasPrefix("dpop") || value.lowercased().hasPrefix("bearer")
        default: !value.isEmpty && !value.utf8.contains(0x20)
        }
    }

    // MARK: requests

    /// A method with its target, in one line or the next, or as a call's arguments.
    private mutating func request(_ method: String, _ word: NamedWord) -> NamedValue? {
        var index = word.end
        let isCall = index < bytes.count && bytes[index] == 0x28
        // `.POST(…)` of a builder, `HttpMethod.Post` as an argument.
        let isBuilder = isCall && word.isCapital && word.start > 0 && bytes[word.start - 1] == 0x2E
        guard isCall || word.isCapital || word.key.hasPrefix("httpmethod-") || word.key.hasPrefix("method-") else {
            return nil
        }
        if isBuilder { return .method(method) }
        while index < bytes.count, index < word.end + 24, ValueSpan.isBetween(bytes[index]) { index += 1 }
        if index > word.end,
            let target = ValueSpan.target(bytes, index, allowsPath: !isCall && isTight(word.end, index))
        {
            (at, lastURL) = (target.end, target.end)
            return .request(method: method, target: target.value)
        }
        let isAfterURL = lastURL >= 0 && bytes[lastURL..<word.start].allSatisfy { $0 == 0x20 }
        let isQuoted = word.start > 0 && [0x22, 0x27].contains(bytes[word.start - 1])
        let isNamed = isAfterURL || isQuoted || word.isBefore("Request", bytes) || isLastOfRequest(word)
        return !isCall && isNamed ? .method(method) : nil
    }

    /// `Request ║ GET`, and nothing more in its line.
    private func isLastOfRequest(_ word: NamedWord) -> Bool {
        guard word.end == bytes.count || [0x0A, 0x0D, 0x20].contains(bytes[word.end]) else { return false }
        let line = bytes[..<word.start].suffix(24).split(separator: 0x0A, omittingEmptySubsequences: false).last
        return line.map { String(decoding: $0, as: UTF8.self).lowercased().has("request ") } ?? false
    }

    /// A URL that stands alone in its line.
    private mutating func loneURL(_ start: Int) -> NamedValue? {
        guard let target = ValueSpan.target(bytes, start, allowsPath: false) else { return nil }
        let before = bytes[..<start].suffix(120).last { $0 != 0x20 && $0 != 0x09 } ?? 0x0A
        let after = bytes[target.end...].prefix(8).first { $0 != 0x20 && $0 != 0x0D } ?? 0x0A
        guard after == 0x0A, before == 0x0A || before >= 0x80 || before == 0x2A || before == 0x3E else { return nil }
        (at, lastURL) = (target.end, target.end)
        return .url(target.value)
    }

    /// Whether only blanks stand between: a path alone is one behind its method, in the same line.
    private func isTight(_ from: Int, _ to: Int) -> Bool {
        bytes[from..<to].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private mutating func labelledMethod(_ word: NamedWord) -> NamedValue? {
        guard let start = ValueSpan.start(bytes, word) else { return nil }
        let letters = bytes[start...].prefix(8).prefix { ($0 | 0x20) &- 0x61 < 26 }
        let end = start + letters.count
        let name = String(decoding: letters, as: UTF8.self).uppercased()
        guard NamedWord.methods.contains(name), end == bytes.count || !NamedWord.isByte(bytes[end]) else { return nil }
        at = max(at, end)
        return .method(name)
    }

    private mutating func url(_ word: NamedWord) -> NamedValue? {
        var index = word.end
        while index < bytes.count, index < word.end + 24, ValueSpan.isBetween(bytes[index]) { index += 1 }
        guard index > word.end else { return nil }
        let named = word.isURI ? ValueSpan.start(bytes, word) : nil
        guard
            let target = ValueSpan.target(bytes, index, allowsPath: false)
                ?? named.flatMap({ ValueSpan.target(bytes, $0, allowsPath: true) })
        else { return nil }
        (at, lastURL) = (target.end, target.end)
        return .url(target.value)
    }

    private func path(_ word: NamedWord) -> NamedValue? {
        guard let start = ValueSpan.start(bytes, word), bytes[start] == 0x2F,
            let target = ValueSpan.target(bytes, start, allowsPath: true)
        else { return nil }
        // A head's own list names the whole of it.
        return word.start > 0 && bytes[word.start - 1] == 0x3A
            ? .field(name: ":path", value: target.value) : .path(target.value)
    }

    private func query(_ word: NamedWord) -> NamedValue? {
        guard var start = ValueSpan.start(bytes, word) else { return nil }
        if bytes[start] == 0x3F { start += 1 }
        let text = ValueSpan.run(bytes, start)
        return text.value.utf8.contains(0x3D) ? .query(text.value) : nil
    }

    private func scheme(_ word: NamedWord) -> NamedValue? {
        guard let start = ValueSpan.start(bytes, word) else { return nil }
        let name = String(decoding: bytes[start...].prefix(5).prefix { ($0 | 0x20) &- 0x61 < 26 }, as: UTF8.self)
        let end = start + name.utf8.count
        guard end == bytes.count || bytes[end] != 0x2F else { return nil }
        return ["http", "https"].contains(name.lowercased())
            ? .field(name: ":scheme", value: name.lowercased()) : nil
    }

    /// `grant_type=…&…`: a form is all of one word.
    private mutating func form(_ name: Int) -> NamedValue? {
        func isPart(_ byte: UInt8) -> Bool {
            NamedWord.isByte(byte) || [0x25, 0x26, 0x2B, 0x3D, 0x3A, 0x2F, 0x7E, 0x2A].contains(byte)
        }
        var (start, end) = (name, name)
        while start > 0, name - start < 4096, isPart(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, isPart(bytes[end]) { end += 1 }
        at = max(at, end)
        return .form(String(decoding: bytes[start..<end], as: UTF8.self))
    }

    // MARK: fields

    private mutating func field(_ name: String, _ word: NamedWord) -> NamedValue? {
        switch name {
        case "DPoP":
            guard let start = ValueSpan.start(bytes, word), ValueSpan.isToken(bytes, start) else { return nil }
            let text = ValueSpan.token(bytes, start)
            at = max(at, text.end)
            return .field(name: name, value: text.value)
        case "Authorization":
            guard let start = ValueSpan.start(bytes, word), let text = ValueSpan.credentials(bytes, start) else {
                return nil
            }
            at = max(at, text.end)
            return .field(name: name, value: text.value)
        default:
            guard let start = ValueSpan.start(bytes, word) else { return nil }
            let text = ValueSpan.run(bytes, start)
            guard !text.value.isEmpty, name != "Host" || isHost(text.value) else { return nil }
            return .field(name: name, value: text.value)
        }
    }

    /// `setValue("DPoP …", forHTTPHeaderField: "Authorization")`: the value stands before its name.
    private mutating func swiftField(_ word: NamedWord) -> NamedValue? {
        guard bytes[word.end...].starts(with: "(\"".utf8) else { return nil }
        let value = bytes[(word.end + 2)...].prefix(1 << 14).prefix { $0 != 0x22 && $0 != 0x0A }
        let rest = bytes[min(value.endIndex, bytes.count)...]
        let middle = "\", forHTTPHeaderField: \""
        guard rest.starts(with: middle.utf8) else { return nil }
        let start = rest.startIndex + middle.utf8.count
        var end = start
        while end < bytes.count, NamedWord.isByte(bytes[end]) { end += 1 }
        guard end > start, let name = NamedWord(bytes, start, end).requestField else { return nil }
        at = end
        return .field(name: name, value: String(decoding: value, as: UTF8.self))
    }

    private func isHost(_ text: String) -> Bool {
        HostField.isWellFormed(text) && (text.has(".") || text.has("localhost") || text.has(":"))
            && text.utf8.dropFirst(text.hasPrefix("[") ? 1 : 0)
                .allSatisfy { NamedWord.isByte($0) || $0 == 0x3A || $0 == 0x5D }
    }

    // MARK: answers

    private func labelledStatus(_ word: NamedWord) -> NamedValue? {
        var index = word.end
        // `HTTP/1.1 401`, and in a list `'HTTP/1.1', 401`.
        if word.key == "http", index < bytes.count, bytes[index] == 0x2F {
            index += 1
            while index < bytes.count, bytes[index] &- 0x30 < 10 || bytes[index] == 0x2E { index += 1 }
        }
        let start = index
        while index < bytes.count, index < start + 24 {
            let byte = bytes[index]
            if byte &- 0x30 < 10 { break }
            if (byte | 0x20) &- 0x61 < 26 {
                guard
                    let length = ["code", "of", "is", "was", "line"].first(where: { isWord($0, at: index) })?.utf8.count
                else { return nil }
                index += length
            } else if byte == 0x0A, word.key != "code" && word.key != "status" || index > start + 1 {
                return nil
            } else if byte >= 0x80 || byte == 0x2E {
                return nil
            } else {
                index += 1
            }
        }
        guard index > start || word.key != "http" else { return nil }
        return number(at: index).map { .status($0, reason: reason(after: index + 3)) }
    }

    private func isWord(_ word: String, at index: Int) -> Bool {
        bytes[index...].prefix(word.utf8.count).elementsEqual(word.utf8)
            && !(index + word.utf8.count < bytes.count && NamedWord.isByte(bytes[index + word.utf8.count]))
    }

    /// Three digits that are no part of anything longer.
    private func number(at index: Int) -> Int? {
        guard index + 3 <= bytes.count, index + 3 == bytes.count || !NamedWord.isByte(bytes[index + 3]) else {
            return nil
        }
        return Untrusted<Int>(String(decoding: bytes[index..<(index + 3)], as: UTF8.self))?.within(100...599)
    }

    private func reason(after index: Int) -> String {
        guard index < bytes.count, bytes[index] == 0x20 else { return "" }
        let words = bytes[(index + 1)...].prefix(32).prefix { ($0 | 0x20) &- 0x61 < 26 || $0 == 0x20 || $0 == 0x2D }
        return String(decoding: words, as: UTF8.self).trimmed
    }

    /// A number that stands as an answer's status does: before its phrase, behind an arrow, alone in its line.
    private func status(_ word: NamedWord) -> NamedValue? {
        guard word.end - word.start == 3, let number = number(at: word.start) else { return nil }
        let found = NamedValue.status(number, reason: reason(after: word.end))
        let rest = bytes[min(word.end, bytes.count)...].prefix(32).drop { [0x20, 0x3A, 0x2D, 0x28].contains($0) }
        let phrases = (NamedWord.phrases[number].map { [$0] } ?? []) + ["Client Error", "Server Error"]
        if phrases.contains(where: { rest.starts(with: $0.utf8) }) { return found }
        let line = bytes[..<word.start].suffix(24).reversed().prefix { $0 != 0x0A }
        let isLast = bytes[min(word.end, bytes.count)...].prefix(4).first { $0 != 0x20 && $0 != 0x0D && $0 != 0x29 }
        let before = Array(line.prefix { $0 == 0x20 || $0 == 0x28 || $0 == 0x3C || $0 == 0x2D || $0 == 0x3E })
        let isThin = line.drop { $0 == 0x20 }.starts(with: [0x92, 0x86, 0xE2])
        let isArrow = isThin || before.contains { [0x3C, 0x3E, 0x2D].contains($0) } && before.contains(0x20)
        let isAlone = before.count == line.count
        // `-> 401 (48 ms)`: how long it took.
        let isTimed =
            isArrow && rest.first.map { $0 &- 0x30 < 10 } == true && bytes[word.end...].starts(with: " (".utf8)
        return (isLast == nil || isLast == 0x0A) && (isArrow || isAlone) || isTimed ? found : nil
    }

    /// A JSON object that an answer may be: it has an error, and no request in it. Its text may be escaped.
    private mutating func object() -> String? {
        guard bodies < 64 else { return nil }
        var index = at + 1
        while index < bytes.count, index < at + 16, bytes[index] <= 0x20 || bytes[index] == 0x5C { index += 1 }
        guard index < bytes.count, bytes[index] == 0x22 else { return nil }
        bodies += 1
        let isEscaped = bytes[index - 1] == 0x5C
        let text = isEscaped ? ValueSpan.unescaped(bytes, at) : ValueSpan(value: "", end: at)
        let source = isEscaped ? Bytes(text.value) : Bytes(Array(bytes[at...].prefix(1 << 16)))
        var skipper = JSONSkipper(source)
        guard let span = skipper.value(), let root = try? JSONDocument(source[span]).root, root.isObject else {
            return nil
        }
        let names = root.members.compactMap { $0.name.string?.lowercased() }
        guard names.contains(where: { NamedWord.errors.contains($0) }),
            !names.contains(where: { NamedWord.requests.contains($0) })
        else { return nil }
        at = isEscaped ? text.end : at + span.end
        return source[span].text
    }
}
