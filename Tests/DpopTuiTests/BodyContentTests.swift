import FlowModel
import Testing

@testable import dpop_tui

/// Bodies on screen: nothing is left out without a word, and nothing is garbage.
@Suite struct BodyContentTests {
    private func model(
        _ body: [UInt8]?, _ fields: [(String, String)], request: String? = nil, type: String? = nil,
        height: Int = 40
    ) throws -> Model {
        let headers = [Header("DPoP", "a.b.c")] + (type.map { [Header("Content-Type", $0)] } ?? [])
        let exchange = Exchange(
            index: 0,
            request: Request(
                method: request == nil ? "GET" : "POST", url: HTTPURL("https://h.test/"), headers: headers,
                body: request.map { Body(Bytes($0)) }),
            response: Response(
                status: 200, headers: fields.map { Header($0.0, $0.1) }, body: body.map { Body(Bytes($0)) }),
            started: 1)
        let loaded = try LoadedCapture.read(Bytes(FlowLine.write(exchange)))
        return Model(
            document: Document(files: [Document.File(name: "b", loaded: loaded)], settings: CheckSettings()),
            width: 120,
            height: height)
    }

    private func screen(_ body: [UInt8]?, _ fields: [(String, String)], keys: String = "G6<tab>+") throws -> String {
        var model = try model(body, fields)
        _ = model.press(keys)
        return model.screen
    }

    @Test func imagesAndBinariesSayWhatTheyAre() throws {
        let gif: [UInt8] = Array("GIF89a".utf8) + [0x2C, 1, 0xC8, 0, 0xF7, 0, 0] + [UInt8](repeating: 0x91, count: 90)
        let image = try screen(gif, [("Content-Type", "image/gif")])
        #expect(image.contains("GIF image, 300 x 200 pixels") && image.contains("103 bytes"))
        let binary = try screen((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 151) }, [("Content-Type", "x/y")])
        #expect(binary.contains("x/y, binary") && !binary.contains("\u{FFFD}"))
        // Enter on it goes to its bytes.
        let bytes = try screen(gif, [("Content-Type", "image/gif")], keys: "G6<tab>+j<enter>")
        #expect(bytes.contains("47 49 46 38 39 61") && bytes.contains("7 Raw"))
    }

    @Test func whatContentLengthPromisedIsMissed() throws {
        let length = ("Content-Length", "5000")
        #expect(try screen(Array("short".utf8), [length]).contains("4995 of them are not in the capture"))
        #expect(try screen(nil, [length]).contains("the capture has none of them"))
        // A coded body is longer than it says, and a number may be none.
        for fields in [
            [length, ("Content-Encoding", "gzip")], [("Content-Length", "many")], [("Content-Length", "-1")],
        ] {
            #expect(try !screen(Array("short".utf8), fields).contains("not in the capture"))
        }
    }

    @Test func formsAreTablesWithMaskedSecrets() throws {
        let form =
            "grant_type=authorization_code&client_secret=do-not-tell&scope=a+b%2Fc&empty=&long="
            + String(repeating: "x", count: 30_000) + "&last=end"
        var model = try model([], [], request: form, type: "application/x-www-form-urlencoded", height: 300)
        _ = model.press("5<tab>+")
        let lines = model.screen.split(separator: "\n").map(String.init)
        let table = [
            "   grant_type     authorization_code", "   scope          a b/c", "   empty", "   last           end",
        ]
        #expect(table.allSatisfy { lines.contains($0) })
        #expect(!model.screen.contains("do-not-tell") && model.screen.contains("******** 11 characters"))
        #expect(model.screen.contains(" bytes more"))
        _ = model.press("v")
        #expect(model.screen.contains("client_secret  do-not-tell"))
    }

    /// A login is its parameters: the request's, and those of the redirect that comes back.
    @Test func queriesAreTables() throws {
        let url = "https://h.test/auth?client_id=me&code_challenge=abc&redirect_uri=https%3A%2F%2Fc.test%2Fcb&scope=a+b"
        let location = "https://c.test/cb?code=do-not-tell-this&state=xyz#iss=https%3A%2F%2Fh.test"
        let exchange = Exchange(
            index: 0, request: Request(method: "GET", url: HTTPURL(url), headers: [Header("DPoP", "a.b.c")]),
            response: Response(status: 302, headers: [Header("Location", location)]), started: 1)
        let loaded = try LoadedCapture.read(Bytes(FlowLine.write(exchange)))
        var model = Model(
            document: Document(files: [Document.File(name: "b", loaded: loaded)], settings: CheckSettings()),
            width: 120,
            height: 40)
        _ = model.press("5<tab>+")
        #expect(model.screen.contains("Query  4 parameters"))
        #expect(model.screen.contains("   redirect_uri    https://c.test/cb\n"))
        _ = model.press("6")
        #expect(model.screen.contains("Location  3 parameters") && model.screen.contains("   iss    https://h.test\n"))
        #expect(!model.screen.contains("do-not-tell") && model.screen.contains("   code   ****"))
        // A redirect alone says one thing, which its field says.
        #expect(try !screen([], [("Location", "https://c.test/cb?a=1")]).contains("Location  "))
    }

    @Test func jsonFoldsAndUnfolds() throws {
        let body = Array("{\"keys\":[{\"kty\":\"EC\"},{\"kty\":\"RSA\"}],\"sub\":\"me\"}".utf8)
        var model = try model(body, [])
        _ = model.press("G6<tab>+")
        #expect(model.screen.contains("\"kty\": \"RSA\""))
        // The cursor is on the document; the next row is `keys`.
        _ = model.press("j<enter>")
        #expect(model.screen.contains("\"keys\": [ … 2 elements ],") && !model.screen.contains("kty"))
        #expect(model.tab == .response && model.selectedRow?.copy == "[{\"kty\":\"EC\"},{\"kty\":\"RSA\"}]")
        // A value goes to its bytes as ever.
        _ = model.press("j<enter>")
        #expect(model.tab == .raw && model.lit != nil)
        _ = model.press("6gjj<enter>")
        #expect(model.screen.contains("\"kty\": \"RSA\""))
    }

    /// What is folded is found all the same.
    @Test func aSearchUnfolds() throws {
        var model = try model(Array("{\"a\":{\"needle\":1},\"b\":{\"c\":2}}".utf8), [])
        _ = model.press("G6<tab>+jj<enter>k<enter>/needle<enter>")
        #expect(model.selectedRow?.text.contains("needle") == true && model.folds.isEmpty)
    }

    /// 100,000 lines are laid out; what follows is said, and Enter shows it.
    @Test func theEndOfALongDocumentIsTold() throws {
        let body = "{\"list\":[" + (0..<120_000).map { "\($0)" }.joined(separator: ",") + "],\"last\":\"the end\"}"
        var model = try model(Array(body.utf8), [])
        _ = model.press("G6<tab>+G")
        #expect(model.screen.contains(" bytes more: Enter shows them, or folds what stands above"))
        _ = model.press("<enter>")
        #expect(model.tab == .raw && model.selectedRow?.isLit == true)
        _ = model.press("6gjj<enter>")
        #expect(model.screen.contains("[ … 120000 elements ]") && model.screen.contains("\"last\": \"the end\""))
    }

    @Test func theEndOfALongTextIsTold() throws {
        var model = try model([UInt8](repeating: 0x61, count: 5 << 20), [("Content-Type", "text/plain")])
        _ = model.press("G6<tab>+G")
        #expect(model.screen.contains("… 1048576 bytes more: Enter shows them"))
        _ = model.press("<enter>")
        #expect(model.tab == .raw && model.selectedRow?.isLit == true && model.lit?.span.offset == 4 << 20)
    }

    /// Bodies of more than 1 MB are shown whole, so their secrets are looked for.
    @Test func secretsOfLargeBodiesAreMasked() throws {
        let filler = String(repeating: "x", count: 2 << 20)
        let body = "{\"refresh_token\":\"hush-hush-hush\",\"filler\":\"\(filler)\",\"sub\":\"me\"}"
        let shown = try screen(Array(body.utf8), [])
        #expect(!shown.contains("hush") && shown.contains("\"sub\": \"me\"") && shown.contains(" bytes more"))
    }

    // MARK: screens

    private static let fold =
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"gny\"},{\"kty\":\"RSA\"}],\"sub\":\"me\",\"token\":\"long\"}"

    @Test(arguments: ["folded", "image", "form"]) func screens(name: String) throws {
        let form = "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fh.test%2Fcb"
        var model: Model
        switch name {
        case "image":
            let gif: [UInt8] = Array("GIF89a".utf8) + [0x2C, 1, 0xC8, 0, 0xF7, 0, 0]
            model = try self.model(gif, [("Content-Type", "image/png"), ("Content-Length", "900")])
            _ = model.press("G6<tab>+")
        case "form":
            model = try self.model([], [], request: form, type: "application/x-www-form-urlencoded")
            _ = model.press("5<tab>+")
        default:
            model = try self.model(Array(Self.fold.utf8), [("Content-Type", "application/json")])
            _ = model.press("G6<tab>+jj<enter>")
        }
        _ = model.update(.resize(width: 80, height: 20))
        Golden.expect(ScreenView.draw(model), "body-\(name)-80x20")
    }
}
