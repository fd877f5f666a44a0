/// A token that an input carries, and where it stands in it.
public struct CarriedToken: Sendable {
    public let value: String
    /// `DPoP of POST https://idp.test/token`; empty where it stands alone.
    public let place: String

    /// As many as are looked for.
    private static let most = 256

    /// Every token of an input in any form that is read, each once; nothing where the input is one token alone.
    public static func all(in bytes: Bytes) -> [CarriedToken] {
        var found = Collector()
        if let capture = try? Capture.read(bytes) {
            for index in capture.entries.indices {
                guard found.list.count < most, let exchange = try? capture.exchange(index) else { break }
                found.take(exchange)
            }
        }
        // Those that are in no field of a request or an answer.
        if bytes.count <= CaptureFormat.pastedLimit { found.take(loose: bytes) }
        return found.list
    }

    private struct Collector {
        var list: [CarriedToken] = []
        private var seen = Set<String>()

        mutating func add(_ value: String, _ place: String) {
            guard list.count < most, value.utf8.count > 16, value.has("."), !seen.contains(value) else { return }
            let jws = CompactJWS(Bytes(value), headers: nil)
            guard jws.header?.root.isObject == true, jws.segments.count > 1 else { return }
            seen.insert(value)
            list.append(CarriedToken(value: value, place: place))
        }

        mutating func take(_ exchange: Exchange) {
            let request = exchange.request
            let title = "\(request.method) \(request.url.text)"
            for header in request.headers { take(header, "\(header.name) of \(title)") }
            if let body = request.body { take(body.bytes, "in the body of \(title)") }
            guard let answer = exchange.response else { return }
            for header in answer.headers { take(header, "\(header.name) of the answer to \(title)") }
            if let body = answer.body { take(body.bytes, "in the answer to \(title)") }
        }

        /// A field's value, or what stands behind its scheme.
        private mutating func take(_ header: Header, _ place: String) {
            for word in header.value.split(whereSeparator: { $0 == " " || $0 == "," }) { add(String(word), place) }
        }

        private mutating func take(_ body: Bytes, _ place: String) {
            if let root = try? JSONDocument(body).root { return take(root, place, 0) }
            for pair in body.text.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                add(String(parts[1]), "\(parts[0]) \(place)")
            }
        }

        private mutating func take(_ value: JSONValue, _ place: String, _ depth: Int) {
            guard depth < 16 else { return }
            for member in value.members {
                if let text = member.value.string { add(text, "\(member.name.string ?? "") \(place)") }
                take(member.value, place, depth + 1)
            }
            for item in value.elements { take(item, place, depth + 1) }
        }

        mutating func take(loose text: Bytes) {
            var at = 0
            while list.count < most, let start = text.find("ey", from: at) {
                var (end, dots) = (start, 0)
                while end < text.count, NamedWord.isByte(text[end]) {
                    dots += text[end] == 0x2E ? 1 : 0
                    end += 1
                }
                let isWord = start == 0 || !NamedWord.isByte(text[start - 1])
                if isWord, dots == 2 || dots == 4 { add(text[SourceSpan(start, end - start)].text, "") }
                at = max(end, start + 2)
            }
        }
    }
}
