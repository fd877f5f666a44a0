import Testing

@testable import FlowModel

/// Recordings, files and commands of tools: each form, and what only looks like it.
@Suite struct ToolFormTests {
    private static let key = TestKey()
    private static let proof = key.proof("GET", "https://api.test/items")
    private static let url = "https://api.test/items"
    private static let head = "Host: api.test\r\nDPoP: \(proof)\r\n\r\n"
    private static let answer =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: DPoP\r\n\r\n{\"error\":\"invalid_token\"}"

    private func expectRead(
        _ bytes: Bytes, _ id: String, status: Int? = 401, _ place: SourceLocation = #_sourceLocation
    ) throws {
        let capture = try Capture.read(bytes)
        let first = try capture.exchange(0)
        #expect(capture.format.id == id && capture.entries.count == 1, sourceLocation: place)
        #expect(first.request.method == "GET" && first.request.url.text == Self.url, sourceLocation: place)
        #expect(first.request.headers.first("dpop") == Self.proof, sourceLocation: place)
        #expect(first.response?.status == status, sourceLocation: place)
    }

    private func expectRead(
        _ text: String, _ id: String, status: Int? = 401, _ place: SourceLocation = #_sourceLocation
    ) throws {
        try expectRead(Bytes(text), id, status: status, place)
    }

    @Test func commandsOfOtherToolsAreRead() throws {
        let head = "DPoP:\(Self.proof)"
        try expectRead("$ http -v \(Self.url) \(head)\nHTTP/1.1 401 No\n\n{}", "httpie-command")
        try expectRead("https api.test/items '\(head)'\n", "httpie-command", status: nil)
        try expectRead("xh get \(Self.url) \(head)", "httpie-command", status: nil)
        try expectRead("wget --header='DPoP: \(Self.proof)' \(Self.url)\n", "wget-command", status: nil)
        try expectRead(
            "wget --header \"DPoP: \(Self.proof)\" \(Self.url)\nHTTP request sent, awaiting response... 401 No\n",
            "wget-command")
        let capture = try Capture.read(
            Bytes("http --form POST :8080/token \(head) a=b c==d 'e=f g'\nhttps://api.test/ says no"))
        let request = try capture.exchange(0).request
        #expect(request.method == "POST" && request.url.text == "http://localhost:8080/token?c=d")
        #expect(request.body?.bytes.text == "a=b&e=f+g" || request.body?.bytes.text == "a=b&e=f%20g")
        // A sentence that begins with a tool's name.
        for text in ["http is not a command", "https only", "wget says: no", "xh"] {
            #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes(text)) }
        }
    }

    @Test func burpItemsAreRead() throws {
        func item(_ request: String, _ answer: String, _ coded: Bool) -> String {
            "<items><item><url><![CDATA[\(Self.url)]]></url>\n<request base64=\"\(coded)\"><![CDATA[\(request)]]></request>"
                + "<status>401</status><response base64=\"\(coded)\"><![CDATA[\(answer)]]></response></item></items>"
        }
        let request = "GET /items HTTP/1.1\r\n" + Self.head
        try expectRead(item(request, Self.answer, false), "burp")
        try expectRead(
            item(Base64.encode(Array(request.utf8)), Base64.encode(Array(Self.answer.utf8)), true), "burp")
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes("<request><![CDATA[GET no]]>")) }
    }

    @Test func dumpsOfBytesAreRead() throws {
        let bytes = Array(("GET /items HTTP/1.1\r\n" + Self.head + Self.answer).utf8)
        func hex(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        var (netty, xxd, canonical) = ("", "", "")
        for at in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[at..<min(at + 16, bytes.count)]
            let pairs = row.map { hex(Int($0), 2) }
            let spelled = row.map { $0 > 0x1F && $0 < 0x7F ? String(UnicodeScalar($0)) : "." }.joined()
            let joined = pairs.joined(separator: " ")
            netty += "|\(hex(at, 8))| \(joined)\(String(repeating: " ", count: 47 - joined.count)) |\(spelled)|\n"
            var doubles = ""
            for (index, pair) in pairs.enumerated() { doubles += pair + (index % 2 == 1 ? " " : "") }
            xxd += "\(hex(at, 8)): \(doubles)\(String(repeating: " ", count: 40 - doubles.count)) \(spelled)\n"
            let halves = pairs.prefix(8).joined(separator: " ") + "  " + pairs.dropFirst(8).joined(separator: " ")
            canonical += "\(hex(at, 8))  \(halves)\(String(repeating: " ", count: 50 - halves.count))|\(spelled)|\n"
        }
        for text in [netty, xxd, canonical] { try expectRead(text, "hex-dump") }
        // In a log that numbers or times its lines; the offsets are no prefix.
        let lines = xxd.split(separator: "\n")
        try expectRead(lines.map { "web-1  | " + $0 + "\n" }.joined(), "hex-dump")
        try expectRead(
            lines.enumerated().map { "2026-11-22T08:00:0\($0 % 10)Z " + $1 + "\n" }.joined(), "hex-dump")
        try expectRead(lines.map { "> " + $0 + "\n" }.joined(), "hex-dump")
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes("0000: 47 45 54 20\n0004: 2f 0d 0a\n")) }
    }

    @Test func brunosFilesAreRead() throws {
        let text =
            "meta {\n  name: a\n}\n\nget {\n  url: \(Self.url)\n  body: none\n}\n\nheaders {\n  DPoP: \(Self.proof)\n"
            + "  ~Off: 1\n}\n\ntests {\n  test(\"a\", function() {\n  });\n}\n"
        try expectRead(text, "bruno", status: nil)
        let request = try Capture.read(Bytes(text)).exchange(0).request
        #expect(request.headers.count == 1)
        #expect(throws: CaptureError.self) { _ = try Capture.read(Bytes("meta {\n  url: a\n}\n")) }
    }

    @Test func packedCapturesAreRead() throws {
        let entry =
            "{\"startedDateTime\":\"2026-11-22T08:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"\(Self.url)\","
            + "\"headers\":[{\"name\":\"DPoP\",\"value\":\"\(Self.proof)\"}]},\"response\":{\"status\":401}}"
        let line = "{\"type\":\"resource-snapshot\",\"snapshot\":\(entry)}\n"
        try expectRead(line, "har-entries")
        #expect(try Capture.read(Bytes(line + line)).entries.count == 2)
        let sent = "GET \(Self.url) HTTP/1.1\r\n" + Self.head
        try expectRead(
            Bytes(StoredZip.bytes([("raw/1_c.txt", sent), ("raw/1_s.txt", Self.answer), ("_index.htm", "<html>")])),
            "transcript")
        try expectRead(
            Bytes(StoredZip.bytes([("trace.trace", "{}"), ("trace.network", line), ("resources/a.json", "{}")])),
            "har-entries")
        // Two bytes that could begin what zlib writes.
        #expect(throws: CaptureError.self) {
            _ = try Capture.read(Bytes("x\u{5E}\u{1}" + String(repeating: "a", count: 30)))
        }
    }

    @Test func marksOfToolsBelongToNoMessage() throws {
        try expectRead(
            "---request begin---\nGET /items HTTP/1.1\n\(Self.head.replacing("\r", with: ""))---request end---\n"
                + "---response begin---\nHTTP/1.1 401 No\n\n---response end---\n401 No\nFailed.\n", "transcript")
        let (request, answer) = (
            "> GET /items HTTP/1.1\n> Host: api.test\n> DPoP: \(Self.proof)\n", "< HTTP/1.1 401 No\n"
        )
        let meter = "100    76  100    76    0     0   1024      0 --:--:-- --:--:-- --:--:--  1024\n"
        let capture = try Capture.read(
            Bytes("* Connected to api.test\n\(request)\n| a=b\n\n\(answer)\n* Received 2 B chunk\n\(meter){}\n"))
        let exchange = try capture.exchange(0)
        #expect(exchange.request.body?.bytes.text == "a=b" && exchange.response?.body?.bytes.text == "{}")
        // A query's further lines, as .http files may have them; a folded field is none.
        let file = "GET https://api.test/items\n    ?a=1\n    &b=2\nDPoP: \(Self.proof)\n\n"
        #expect(try Capture.read(Bytes(file)).exchange(0).request.url.text == "https://api.test/items?a=1&b=2")
    }
}

/// A zip archive whose files are stored as they are.
enum StoredZip {
    static func bytes(_ files: [(name: String, content: String)]) -> [UInt8] {
        var (out, directory): ([UInt8], [UInt8]) = ([], [])
        func put(_ number: Int, _ size: Int, _ bytes: inout [UInt8]) {
            for shift in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
        }
        for file in files {
            let (offset, size) = (out.count, file.content.utf8.count)
            put(0x0403_4B50, 4, &out)
            for count in [10, 0, 0, 0, 0] { put(count, 2, &out) }
            for count in [0, size, size] { put(count, 4, &out) }
            put(file.name.utf8.count, 2, &out)
            put(0, 2, &out)
            out += Array(file.name.utf8) + Array(file.content.utf8)
            put(0x0201_4B50, 4, &directory)
            for count in [10, 10, 0, 0, 0, 0] { put(count, 2, &directory) }
            for count in [0, size, size] { put(count, 4, &directory) }
            for count in [file.name.utf8.count, 0, 0, 0, 0] { put(count, 2, &directory) }
            put(0, 4, &directory)
            put(offset, 4, &directory)
            directory += Array(file.name.utf8)
        }
        let start = out.count
        out += directory
        put(0x0605_4B50, 4, &out)
        for count in [0, 0, files.count, files.count] { put(count, 2, &out) }
        put(directory.count, 4, &out)
        put(start, 4, &out)
        put(0, 2, &out)
        return out
    }
}
