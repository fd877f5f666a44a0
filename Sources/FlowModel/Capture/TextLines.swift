/// Where the lines of a text begin: a place in what a person pasted is a line and a column.
public final class TextLines: Sendable {
    private let starts: [Int]

    init(_ text: Bytes) {
        var (starts, at) = ([0], 0)
        text.withBytes { bytes in
            while at < bytes.count {
                at = bytes.baseAddress!.next(0x0A, at, bytes.count) + 1
                if at < bytes.count { starts.append(at) }
            }
        }
        self.starts = starts
    }

    /// Line and column of a byte, both from 1; a column counts bytes.
    public func position(_ offset: Int) -> (line: Int, column: Int) {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, max(0, offset - starts[low]) + 1)
    }
}

/// The tokens of a pasted text and its lines, so that what was read out of it can be shown in it.
struct PastedPlaces: Sendable {
    private let offsets: [Bytes: Int]
    private let lines: TextLines

    /// Shorter values stand in a text by chance.
    private static let shortest = 16

    init(_ text: Bytes) {
        var (offsets, at): ([Bytes: Int], Int) = ([:], 0)
        while let start = text.find("ey", from: at) {
            var end = start
            while end < text.count, NamedWord.isByte(text[end]) { end += 1 }
            let value = text[SourceSpan(start, end - start)]
            if value.count >= Self.shortest, offsets[value] == nil { offsets[value] = start }
            at = max(end, start + 2)
        }
        (self.offsets, lines) = (offsets, TextLines(text))
    }

    /// The exchange with the places of its fields in the text, as far as they stand there as they were sent.
    ///
    /// - Parameter isVerbatim: it was read out of the very text, and knows its places.
    func located(_ exchange: Exchange, isVerbatim: Bool) -> Exchange {
        let (request, answer) = (exchange.request, exchange.response)
        let headers = isVerbatim ? request.headers : request.headers.map { located($0) }
        return Exchange(
            index: exchange.index,
            request: Request(
                method: request.method, url: request.url, version: request.version, headers: headers,
                body: isVerbatim ? request.body : request.body?.withoutPlace),
            response: isVerbatim ? answer : answer?.withoutPlace, started: exchange.started,
            duration: exchange.duration, fileSpan: exchange.fileSpan,
            provenance: Provenance(origin: exchange.origin, guesses: exchange.guesses, lines: lines),
            notes: exchange.notes)
    }

    /// The field at the place of the token in it.
    private func located(_ header: Header) -> Header {
        let value = header.bytes
        var start = value.count
        while start > 0, NamedWord.isByte(value[start - 1]) { start -= 1 }
        let token = value[SourceSpan(start, value.count - start)]
        guard let offset = offsets[token], offset >= start else { return header.withoutPlace }
        return Header(Bytes(header.name), value, valueSpan: SourceSpan(offset - start, value.count))
    }
}

extension Header {
    /// What stands in another text has no place in this one.
    fileprivate var withoutPlace: Header { valueSpan == nil ? self : Header(Bytes(name), bytes) }
}

extension Body {
    fileprivate var withoutPlace: Body { fileSpan == nil ? self : Body(bytes) }
}

extension Response {
    fileprivate var withoutPlace: Response {
        Response(
            status: status, reason: reason, version: version, headers: headers.map(\.withoutPlace),
            body: body?.withoutPlace)
    }
}
