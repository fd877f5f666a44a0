import Testing

@testable import FlowModel

@Suite struct Base64URLTests {
    @Test func roundTripsEveryLength() throws {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        ("AA=", 2, Base64URLError.Reason.padding), ("A+AA", 1, .standardAlphabet(0x2B)),
        ("AAA/", 3, .standardAlphabet(0x2F)),
        ("AA A", 2, .character(0x20)), ("A", 0, .length(1)), ("AAAAA", 4, .length(5)), ("AB", 1, .trailingBits),
        ("AAB", 2, .trailingBits),
        ("A\u{e9}", 1, .character(0xC3)),
    ])
    func refusesAndSaysWhere(text: String, offset: Int, reason: Base64URLError.Reason) {
        #expect(throws: Base64URLError(offset: offset, reason: reason)) { try Base64URL.decode(text) }
    }

    @Test func standardBase64SkipsLineBreaks() {
        #expect(Base64.decode(Bytes("Zm9v\r\nYmE=")).bytes == Array("fooba".utf8))
        #expect(Base64.decode(Bytes("Zm9v!")).badOffset == 4)
        #expect(Base64.encode(Array("foob".utf8)) == "Zm9vYg==")
    }
}
