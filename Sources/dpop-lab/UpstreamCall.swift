import CCurl
import FlowModel

/// A call the gateway makes, streaming both ways. It never waits but in `wait`.
struct UpstreamCall: ~Copyable {
    /// Milliseconds for a connection to come about.
    private static let connectTime: Int32 = 10_000

    private let pointer: OpaquePointer

    /// Loads libcurl while nobody waits for it: it brings thirty libraries along.
    static func preload() { cu_preload() }

    /// Begins a call. `target` is what the request line says, byte for byte; nil takes the URL's.
    init(
        method: String, url: String, target: [UInt8]?, headers: [Header], framing: LabRequest.Framing, cacert: String?
    ) throws(LabError) {
        // libcurl adds what is not there, unless told by a name alone that it shall not.
        var fields = headers.map(Self.field)
        for name in ["Accept", "Expect", "User-Agent"]
        where !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            fields.append(Array("\(name):\0".utf8))
        }
        let length: Int64 =
            switch framing {
            case .none: Int64(CS_NO_BODY)
            case .chunks: Int64(CS_CHUNKED)
            case .length(let length): length
            }
        var why = [CChar](repeating: 0, count: 200)
        let made = Self.withPointers(fields + [target.map { $0 + [0] } ?? [0]]) { pointers in
            var pointers = pointers
            let last = pointers.removeLast()
            return method.withCString { method in
                url.withCString { url in
                    Self.withOptional(cacert) { cacert in
                        pointers.withUnsafeBufferPointer { list in
                            var request = cs_request()
                            request.method = method
                            request.url = url
                            request.target = target == nil ? nil : last
                            request.fields = list.baseAddress
                            request.field_count = list.count
                            request.length = length
                            request.cacert = cacert
                            request.connect_time = Self.connectTime
                            return cs_start(&request, &why, why.count)
                        }
                    }
                }
            }
        }
        guard let made else {
            throw LabError(String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        pointer = made
    }

    deinit { cs_free(pointer) }

    /// A field as libcurl takes it: `Name: value`, and `Name;` for one that is empty.
    private static func field(_ header: Header) -> [UInt8] {
        let value = header.bytes.array
        let name = Array(header.name.utf8)
        return value.isEmpty
            ? name + [UInt8(ascii: ";"), 0] : name + [UInt8(ascii: ":"), UInt8(ascii: " ")] + value + [0]
    }

    private static func withPointers<R>(_ texts: [[UInt8]], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
        var flat: [UInt8] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(flat.count)
            flat += text
        }
        return flat.withUnsafeBytes { bytes in
            let base = bytes.bindMemory(to: CChar.self).baseAddress!
            return body(starts.map { base + $0 })
        }
    }

    private static func withOptional<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
        guard let text else { return body(nil) }
        return text.withCString(body)
    }

    // MARK: going on

    /// Moves the call on; true once it has ended.
    mutating func step() -> Bool { cs_step(pointer) == 1 }

    /// Waits until the call can go on, or the client at `descriptor` (-1: nobody) is readable, writable or gone; true
    /// when the client is.
    func wait(_ descriptor: Int32, reading: Bool, writing: Bool, seconds: Double) -> Bool {
        cs_wait(
            pointer, descriptor, reading ? 1 : 0, writing ? 1 : 0, Int32(Untrusted(seconds).clamped(to: 0...1e6) * 1000)
        ) == 1
    }

    /// How many bytes of the body it would take now.
    var room: Int { cs_room(pointer) }
    mutating func give(_ piece: UnsafeRawBufferPointer) {
        cs_give(pointer, piece.bindMemory(to: UInt8.self).baseAddress, piece.count)
    }
    mutating func giveEnd() { cs_give_end(pointer) }

    /// Why the call failed, once it has ended; nil when it went through.
    var error: String? { cs_error(pointer).map { String(cString: $0) } }

    // MARK: the answer

    /// Status and fields of the answer, once its head is there.
    var head: (status: Int, headers: [Header])? {
        var length = 0
        guard let bytes = cs_head(pointer, &length) else { return nil }
        let head = Bytes([UInt8](UnsafeBufferPointer(start: bytes, count: length)))
        return (Int(cs_status(pointer)), Self.fields(head))
    }

    private static func fields(_ head: Bytes) -> [Header] {
        var headers: [Header] = []
        head.withBytes { bytes in
            var start = 0
            var isFirst = true
            while start < bytes.count, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = start..<(end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end)
                start = end + 1
                defer { isFirst = false }
                guard !isFirst, let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound
                else { continue }
                func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
                let from = bytes[(colon + 1)..<line.upperBound].firstIndex { !isBlank($0) } ?? line.upperBound
                let to = (bytes[from..<line.upperBound].lastIndex { !isBlank($0) } ?? from - 1) + 1
                headers.append(
                    Header(
                        head[SourceSpan(line.lowerBound, colon - line.lowerBound)], head[SourceSpan(from, to - from)]))
            }
        }
        return headers
    }

    /// What came of the answer's body and was not taken yet; it stays where it is until the next step.
    var bytes: UnsafeRawBufferPointer {
        var length = 0
        let start = cs_body(pointer, &length)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length)
    }

    mutating func take(_ count: Int) { cs_taken(pointer, count) }

    // MARK: whole calls

    /// A call whose answer fits into memory: at most 2 MB, and in so many seconds.
    static func whole(
        _ method: String, _ url: String, headers: [Header], body: [UInt8]?, cacert: String?, seconds: Double
    ) throws(LabError) -> LabResponse {
        var call = try UpstreamCall(
            method: method, url: url, target: nil, headers: headers,
            framing: body.map { .length(Int64($0.count)) } ?? .none, cacert: cacert)
        let deadline = Clock.elapsed() + seconds
        var given = 0
        var answer: [UInt8] = []
        while true {
            if let body, given < body.count, call.room > 0 {
                let next = min(call.room, body.count - given)
                body.withUnsafeBytes { call.give(UnsafeRawBufferPointer(rebasing: $0[given..<(given + next)])) }
                given += next
                if given == body.count { call.giveEnd() }
            }
            let isDone = call.step()
            answer.append(contentsOf: call.bytes)
            call.take(call.bytes.count)
            guard answer.count <= LabServer.wholeBody else { throw LabError("\(url): the answer is longer than 2 MB") }
            if isDone { break }
            let left = deadline - Clock.elapsed()
            guard left > 0 else { throw LabError("\(url): no answer in \(Interval(seconds).wholeSeconds) s") }
            _ = call.wait(-1, reading: false, writing: false, seconds: left)
        }
        if let error = call.error { throw LabError("\(url): \(error)") }
        guard let head = call.head else { throw LabError("\(url): no answer") }
        return LabResponse(status: head.status, headers: head.headers, body: answer)
    }
}
