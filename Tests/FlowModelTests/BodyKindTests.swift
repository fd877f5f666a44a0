import Testing

@testable import FlowModel

/// What a body is said to be.
@Suite struct BodyKindTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 2, 0x80, 0, 0, 1, 0xE0, 8, 2, 0, 0, 0]
    private static let gif: [UInt8] = Array("GIF89a".utf8) + [0x2C, 1, 0xC8, 0, 0xF7, 0, 0]
    /// An application segment, filling bytes, tables, and a progressive frame of 4032 x 3024.
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]
        + [0xFF, 0xFF, 0xDB, 0, 4, 1, 2, 0xFF, 0xC4, 0, 3, 0] + [0xFF, 0xC2, 0, 17, 8, 0x0B, 0xD0, 0x0F, 0xC0, 3, 1]

    private static func words(_ bytes: [UInt8], _ type: String? = nil) -> String? {
        BodyKind(Bytes(bytes), contentType: type).words(contentType: type)
    }

    @Test func imagesSayTheirSize() {
        #expect(Self.words(Self.png) == "PNG image, 640 x 480 pixels")
        #expect(Self.words(Self.gif, "image/gif") == "GIF image, 300 x 200 pixels")
        #expect(Self.words(Self.jpeg, "image/jpeg") == "JPEG image, 4032 x 3024 pixels")
    }

    /// The bytes say what it is, and that another Content-Type is another.
    @Test func theBytesGoBeforeTheContentType() {
        #expect(
            Self.words(Self.png, "application/json; charset=utf-8")
                == "PNG image, 640 x 480 pixels; Content-Type says application/json")
        #expect(Self.words(Self.png, "application/octet-stream") == "PNG image, 640 x 480 pixels")
        #expect(Self.words([0, 0, 1, 0, 1, 0], "image/vnd.microsoft.icon") == "icon (image/vnd.microsoft.icon)")
        #expect(Self.words(Self.gif, "image/png") == "GIF image, 300 x 200 pixels; Content-Type says image/png")
        #expect(Self.words([0x50, 0x4B, 3, 4], "application/epub+zip") == "ZIP archive (application/epub+zip)")
        #expect(Self.words([0x1F, 0x8B, 8], "application/json") == "gzip data; Content-Type says application/json")
        #expect(Self.words(Array("%PDF-1.7\n".utf8)) == "PDF document")
        #expect(Self.words(Array("RIFF....WEBPVP8 ".utf8)) == "WebP image")
        let grpc: [UInt8] = [0, 0, 0, 0, 7, 10, 5, 0x81, 0xFE, 0, 0xC3, 0x28, 1, 2, 3, 4, 0xFF, 0xFE, 6]
        #expect(Self.words(grpc, "application/grpc+proto") == "application/grpc+proto, binary")
        #expect(Self.words(grpc) == "binary data")
    }

    /// Whatever is cut off or spoilt, something is said of it.
    @Test func spoiltImagesAreReadToTheirEnds() {
        for whole in [Self.png, Self.gif, Self.jpeg] {
            for count in 0...whole.count { _ = Self.words(Array(whole.prefix(count))) }
            for place in 0..<whole.count {
                for value: UInt8 in [0, 1, 0x7F, 0xFF] {
                    var bytes = whole
                    bytes[place] = value
                    _ = Self.words(bytes)
                }
            }
        }
        #expect(Self.words(Array(Self.png.prefix(20))) == "PNG image")
        #expect(Self.words([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 1, 2, 3, 4, 5, 6]) == "JPEG image")
        // Segments of the least length to the end of what is looked at.
        let long = [0xFF, 0xD8] + (0..<40_000).flatMap { _ -> [UInt8] in [0xFF, 0xE0, 0, 2] }
        #expect(Self.words(long) == "JPEG image")
    }

    @Test(
        arguments: [
            ("plain", nil), ("{\"a\":\"ü 漢\"}", "application/json"), ("\u{1B}[31mred\u{1B}[0m\r\n\ttext", "text/plain"),
            ("a", "image/png"), ("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ] as [(String, String?)])
    func textIsText(text: String, type: String?) {
        #expect(BodyKind(Bytes(text), contentType: type) == .text(.utf8))
    }

    @Test func textInOtherCodings() {
        let latin: [UInt8] = Array("Gr".utf8) + [0xFC, 0xDF] + Array("e".utf8)
        #expect(BodyKind(Bytes(latin), contentType: "text/plain; charset=\"ISO-8859-1\"") == .text(.latin1))
        #expect(TextCoding.latin1.utf8(Bytes(latin)).text == "Grüße")
        let little: [UInt8] = [0xFF, 0xFE, 0x41, 0, 0xFC, 0, 0x3D, 0xD8, 0]
        #expect(BodyKind(Bytes(little), contentType: nil) == .text(.utf16(isLittle: true)))
        #expect(TextCoding.utf16(isLittle: true).utf8(Bytes(little)).text == "Aü\u{FFFD}")
        #expect(TextCoding.utf16(isLittle: false).utf8(Bytes([0xFE, 0xFF, 0, 0x41])).text == "A")
        #expect(TextCoding.utf16(isLittle: false).utf8(Bytes([0xFE, 0xFF])).text == "")
        // A stray byte in a text is shown as one; a text whose end is cut through a character is whole.
        #expect(BodyKind(Bytes(Array("a long enough line ".utf8) + [0xE9]), contentType: nil) == .text(.utf8))
        let cut = Array(("a" + String(repeating: "ü", count: 1 << 15)).utf8)
        #expect(BodyKind(Bytes(cut), contentType: nil) == .text(.utf8))
    }

    @Test func mediaTypesAreTakenApart() {
        #expect(MediaType.essence(" Application/JSON ; charset=utf-8") == "application/json")
        #expect(MediaType.essence("") == nil && MediaType.essence(";") == nil)
        #expect(MediaType.parameter("charset", of: "text/html; q=1; CharSet=\"UTF-8\"") == "UTF-8")
        #expect(MediaType.parameter("charset", of: "text/html; charset") == nil)
    }

    // MARK: what is missing of a body

    /// `foo` as gzip.
    private static let gzip: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xCB, 0xCF, 7, 0, 0x21, 0x65, 0x73, 0x8C, 3, 0, 0, 0,
    ]

    @Test func lossesAreTold() {
        func loss(_ bytes: [UInt8], _ form: Body.Form) -> Body.Loss? {
            Body(Bytes(bytes), form: form, fileSpan: nil).loss
        }
        #expect(loss(Self.gzip, .coded(.gzip)) == nil && loss([], .coded(.gzip)) == nil && loss([1], .raw) == nil)
        #expect(loss(Array(Self.gzip.prefix(14)), .coded(.gzip)) == .damaged)
        #expect(loss([1, 2, 3], .coded(.gzip)) == .damaged)
        #expect(loss([1], .coded(.unknown("x-own"))) == .stillCoded("x-own"))
        #expect(loss(Array("Zm9v".utf8), .base64) == nil && loss(Array("Zm9*".utf8), .base64) == .badBase64(3))
    }

    /// Blocks that are stored as they are: 17 MB, of which 16 are kept.
    @Test func aBodyThatIsCutSaysSo() {
        let block: [UInt8] = [0, 0xFF, 0xFF, 0, 0] + [UInt8](repeating: 0x61, count: 0xFFFF)
        var coded: [UInt8] = Array(Self.gzip.prefix(10))
        for _ in 0..<272 { coded += block }
        let body = Body(Bytes(coded), form: .coded(.gzip), fileSpan: nil)
        #expect(body.bytes.count == DecodedBodies.bodyLimit && body.loss == .cut)
    }

    // MARK: forms and JSON

    @Test(arguments: ["a=1&b=%20&&c&=d&e==", "", "&", "a", "=", "a=&a=b&"]) func valuesOfAFormHavePlaces(text: String) {
        let (form, places) = (Form(text), Form.places(Bytes(text)))
        #expect(form.members.map(\.value) == places.map { Form.decode(Bytes(text)[$0].text) })
    }

    @Test func whatIsFoldedIsOneLine() throws {
        let document = try JSONDocument(Bytes("{\"a\":[1,{\"b\":[]}],\"c\":{\"d\":1},\"e\":2}"))
        let all = JSONPretty.lines(document)
        #expect(all.filter(\.isFold).map(\.span.offset) == [0, 5, 8, 22])
        let lines = JSONPretty.lines(document, folded: [5, 22]).map(\.text)
        #expect(lines == ["{", "\"a\": [ … 2 elements ],", "\"c\": { … 1 member },", "\"e\": 2", "}"])
        #expect(JSONPretty.lines(document, folded: [0]).map(\.text) == ["{ … 3 members }"])
    }

    /// A document that is cut has no end that would look like its own.
    @Test func aCutDocumentHasNoEnd() throws {
        let document = try JSONDocument(Bytes("{\"a\":[1,2,3,4,5],\"b\":1}"))
        #expect(JSONPretty.lines(document, limit: 4).map(\.text) == ["{", "\"a\": [", "1,", "2,"])
        #expect(JSONPretty.lines(document, limit: 10).last?.text == "}")
    }
}
