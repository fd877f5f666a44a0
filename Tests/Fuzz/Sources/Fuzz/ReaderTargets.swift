import Arguments
import Documents
import FlowModel
import LabOptions

extension Target {
    static let jws = Target(name: "jws") { bytes in
        let jws = CompactJWS(bytes)
        for problem in jws.problems { _ = "\(problem.words)" }
        _ = (jws.typ, jws.kid, jws.isJWE, jws.signingInput, CompactJWS.looksLike(bytes.text))
        for part in [JOSEPart.header, .payload, .signature] { _ = jws.compactSpan(SourceSpan(0, 3), of: part) }
        guard let jwk = jws.head.jwk else { return }
        _ = SignatureVerifier().verify(jws, with: jwk)
    }

    static let jwk = Target(name: "jwk") { bytes in
        guard let document = try? JSONDocument(bytes) else { return }
        let jwk = JWK(document.root)
        _ = (jwk.summary, jwk.rsaBits, jwk.thumbprint(), jwk.spki, jwk.problems.map(\.words))
        if let canonical = jwk.canonicalJSON { isJSON(canonical) }
    }

    static let json = Target(name: "json") { bytes in
        guard let document = try? JSONDocument(bytes) else { return }
        let lines = JSONPretty.lines(document)
        for line in lines { require(line.span.end <= bytes.count, "a span past the end") }
        let folded = JSONPretty.lines(document, folded: Set(lines.filter(\.isFold).suffix(3).map(\.span.offset)))
        require(folded.count <= lines.count, "folded and longer")
        walk(document.root, depth: 0)
        let quoted = JSONText.quote(bytes.text)
        require((try? JSONDocument(Bytes(quoted)))?.root.string == bytes.text, "another text: \(quoted)")
    }

    private static func walk(_ value: JSONValue, depth: Int) {
        guard depth < 50 else { return }
        _ = (value.string, value.number, value.bool, value.source, value.firstDuplicate, value["exp"])
        for element in value.elements { walk(element, depth: depth + 1) }
        for member in value.members { walk(member.value, depth: depth + 1) }
    }

    /// The first line is a `Content-Type`, the others are the body.
    static let body = Target(name: "body") { bytes in
        let end = bytes.find("\n") ?? 0
        let type = bytes[SourceSpan(0, end)].text
        let body = bytes[SourceSpan(end + 1, bytes.count)]
        let kind = BodyKind(body, contentType: type)
        if case .text(let coding) = kind {
            require(kind.words(contentType: type) == nil, "words for a text")
            require(coding != .utf8 || coding.utf8(body) == body, "another text")
            _ = coding.utf8(body).text
        } else {
            require(kind.words(contentType: type)?.isEmpty == false, "no words")
        }
        let (form, places) = (Form(body), Form.places(body))
        require(form.members.count == places.count, "places for other members")
        for place in places { require(place.end <= body.count, "a place past the end") }
    }

    static let challenge = Target(name: "challenge") { bytes in
        guard let challenges = try? Challenge.parse(bytes.text) else { return }
        for challenge in challenges { _ = (challenge["error"], challenge["algs"], challenge.token68) }
    }

    static let date = Target(name: "date") { bytes in
        let text = bytes.text
        for moment in [Timestamp.moment(text), Timestamp.parseHTTPDate(text)] {
            guard let moment else { continue }
            let written = Timestamp.text(moment, decimals: 3)
            require(written.utf8.count < 64, "a long time: \(written)")
            _ = (Timestamp.clock(moment.seconds), Timestamp.distance(moment.seconds))
        }
    }

    static let url = Target(name: "url") { bytes in
        let text = bytes.text
        let url = HTTPURL(text)
        _ = (url.scheme, url.userinfo, url.host, url.port, url.path, url.query, url.fragment, url.isLoopback)
        _ = (url.origin, url.withoutQuery, OutsideURL.problem(url), Form(bytes).members.count)
        // What is normal stays so, where it is a URL by RFC 3986: a host of letters, and two digits behind each `%`.
        let isEscaped = text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.utf8.count >= 2
                && $0.utf8.prefix(2).allSatisfy {
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
                }
        }
        if OutsideURL.problem(url) == nil, isEscaped, !url.host.contains(where: { ":[]".contains($0) }) {
            require(HTTPURL(url.normalised).normalised == url.normalised, "normalised twice: \(url.normalised)")
        }
        require(url.sent.sent == url.sent, "sent twice: \(url.sent.text)")
        require(url.scheme.isEmpty || url.sent.userinfo == nil, "a user is sent: \(url.sent.text)")
        let request = Request(method: "GET", url: url)
        if RequestHead.problem(request) == nil {
            require(RequestHead.problem(request.sent) == nil, "sent and wrong: \(url.sent.text)")
        }
        let target = HTTPURL("https://a.test:1/b/c?d#e").resolved(text)
        require(target.scheme.isEmpty || !target.text.isEmpty, "resolved to nothing: \(text)")
        _ = OriginPolicy(issuer: "https://idp.test").judge(text, named: "token_endpoint")
        if let browser = BrowserURL(text) {
            require(browser.text.lowercased().hasPrefix("http"), "to the browser: \(browser.text)")
        }
    }

    static let yaml = Target(name: "yaml") { bytes in
        // Sniffed by what stands in it, and by what the name says.
        let names = [
            "f", "f.yaml", "f.json", "f.md", "f.sh", "f.conf", "f.cfg", "Caddyfile", "f.service", "f.tf", "f.tf.json",
            "f.adoc", "f.rst", "f.org", "Dockerfile", "f.env", "f.yaml.j2",
        ]
        for file in names {
            var reader = ConfigReader(yaml: YAMLText.parser)
            reader.read(bytes.text, file: file)
            let report = DoctorReport(reader.configuration, kongVersion: [3, 9])
            isJSON(report.json)
            isHarmless(report.text().text)
        }
    }

    static let toml = Target(name: "toml") { bytes in
        do throws(TOMLProblem) {
            let root = try TOMLText.parse(bytes.text)
            _ = (root.members.count, root["profiles"]?.isTable, root["default"]?.string)
        } catch { require(!error.words.isEmpty, "no words") }
    }

    static let keys = Target(name: "keys") { bytes in
        for file in (try? KeyFile.read(bytes, name: "k", passphrase: "p")) ?? [] { _ = file.jwk.thumbprint() }
        for algorithm in [nil, SignatureAlgorithm.named("ES256")] {
            guard let key = try? SigningKey.read(bytes, passphrase: "p", algorithm: algorithm) else { continue }
            isJSON(key.publicJSON)
            isJSON(key.privateJSON())
        }
    }

    static let token = Target(name: "token") { bytes in
        for kind in [TokenText.Kind.access, .refresh] {
            do throws(TokenTextError) {
                let found = try TokenText.read(bytes, kind)
                require(OutsideText.problem(found.token) == nil, "no word: \(found.token)")
            } catch { require(!error.words.isEmpty, "no words") }
        }
    }

    /// The words are apart by line feeds; the first half of the line is the environment where it has a `=`.
    static let arguments = Target(name: "arguments") { bytes in
        let words = bytes.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let variables = words.compactMap { word -> (name: String, value: String)? in
            let parts = word.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        do throws(UsageError) {
            switch try program.read(words.filter { !$0.contains("\0") }, columns: 80, environment: variables) {
            case .run(_, let values): _ = (values[LabOptions.host], values[LabOptions.part], values[LabOptions.idpPort])
            case .text: break
            }
        } catch { require(!error.description.isEmpty, "no words") }
    }

    private static let program = Program(
        Command(
            "fuzz", "Every kind of word.",
            commands: [
                Command("lab", LabOptions.summary, about: LabOptions.about, takes: LabOptions.table) { _ in },
                Command("many", "Files.", takes: Table([Positional.some("file", .file, help: "Files.")])) { _ in },
            ]), version: "1", variablePrefix: "DPOP_")
}
