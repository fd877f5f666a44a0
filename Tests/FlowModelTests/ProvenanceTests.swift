import Testing

@testable import FlowModel

/// Where an exchange comes from: members of the capture format, and the notes that once said the same.
@Suite struct ProvenanceTests {
    private func line(_ members: String) -> String {
        "{\"dpop-tui\":1,\"request\":{\"method\":\"GET\",\"url\":\"https://h/\"}\(members)}\n"
    }

    private func read(_ text: String) throws -> Exchange {
        try #require(try LoadedCapture.read(Bytes(text)).exchange(0))
    }

    private func read(notes: [String]) throws -> Exchange {
        try read(line(",\"notes\":[\(notes.map(JSONText.quote).joined(separator: ","))]"))
    }

    @Test(
        arguments: [
            ("not sent yet", .pending),
            ("by the browser: the answer is inferred from the redirect it followed", .browser),
            ("cancelled before an answer came", .sent(Sent(failure: .cancelled))),
            (
                "network (tls): SSL certificate problem: self-signed certificate",
                .sent(Sent(failure: .network(kind: "tls", words: "SSL certificate problem: self-signed certificate")))
            ),
            ("timing: total 0.1 ms", .sent(Sent())),
        ] as [(String, Origin)])
    func notesSaidTheOrigin(note: String, origin: Origin) throws {
        let exchange = try read(notes: [note])
        #expect(exchange.origin == origin && exchange.notes.isEmpty)
        #expect(exchange.remarks.map(\.text) == [note])
    }

    @Test func notesSaidWhatTheTransportMeasured() throws {
        let thumbprint = "J0VDZDciZ7V3HGTm_NKsS44lpeWvfKe6v1LeNVHbS8k"
        let notes = [
            "timing: DNS 0.0 ms, connect 1.5 ms, TLS 12.0 ms, first byte 103.6 ms, total 1103.7 ms",
            "TLS: TLSv1.3 / TLS_AES_256_GCM_SHA384; server certificate x5t#S256 \(thumbprint), chain of 2; certificates were not verified (--insecure); client certificate x5t#S256 \(thumbprint)",
            "the body is longer than 8 MB: the rest was not read",
        ]
        let exchange = try read(notes: notes)
        #expect(
            exchange.timing == Timing(dns: 0, connect: 0.0015, tls: 0.012, firstByte: 0.1036, total: 1.1037))
        #expect(
            exchange.tls
                == TLS(
                    version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384",
                    certificate: TLS.Certificate(thumbprint: thumbprint, chainLength: 2), isVerified: false,
                    clientCertificate: thumbprint))
        #expect(exchange.notes == [notes[2]] && exchange.remarks.map(\.text) == notes)
    }

    @Test func notesSaidTheHopAndWhatTheGatewayFound() throws {
        let exchange = try read(notes: [
            "hop: client → gateway", "gateway: ✓ proof.signature  ", "gateway: ✗ proof.ath  no ath", "a comment",
        ])
        #expect(exchange.hop == Hop(from: .client, to: .gateway) && exchange.origin == .captured)
        #expect(
            exchange.reported == [
                ReportedCheck(check: "proof.signature", passes: true, words: ""),
                ReportedCheck(check: "proof.ath", passes: false, words: "no ath"),
            ])
        #expect(exchange.notes == ["a comment"] && exchange.remarks.map(\.text) == ["a comment"])
        #expect(try read(notes: ["hop: gateway → idp"]).hop == Hop(from: .gateway, to: .idp))
    }

    /// Nothing is lost of what only looks like one of those sentences.
    @Test(arguments: [
        "hop: client → moon", "hop: client", "timing: later", "timing: DNS x ms", "timing: total -1 ms",
        "timing: total 1e99 ms", "TLS: TLSv1.3; something else",
        "TLS: TLSv1.3; server certificate x5t#S256 a, chain of 0",
        "TLS: ;", "network error", "network (tls", "gateway: is down", "gateway: ✓", "not sent yet?",
    ])
    func otherSentencesStayComments(note: String) throws {
        let exchange = try read(notes: [note])
        #expect(exchange.notes == [note] && exchange.remarks.map(\.text) == [note])
        #expect(exchange.origin == .captured && exchange.hop == nil && exchange.timing == nil && exchange.tls == nil)
    }

    @Test func aMemberIsBelievedBeforeANote() throws {
        let exchange = try read(
            line(
                ",\"origin\":\"pending\",\"hop\":{\"from\":\"client\",\"to\":\"idp\"},\"reported\":[],\"notes\":[\"hop: client → gateway\",\"cancelled before an answer came\",\"gateway: ✓ proof.typ\"]"
            ))
        #expect(exchange.origin == .pending && exchange.hop == Hop(from: .client, to: .idp))
        #expect(exchange.reported.isEmpty && exchange.notes.count == 3)
    }

    @Test(arguments: [
        ",\"origin\":\"sent\",\"failure\":{\"kind\":\"connect\",\"words\":\"refused \\\"1\\\"\"}",
        ",\"origin\":\"sent\",\"failure\":{\"kind\":\"cancelled\"}", ",\"origin\":\"sent\"", ",\"origin\":\"pending\"",
        ",\"origin\":\"browser\"", ",\"hop\":{\"from\":\"gateway\",\"to\":\"upstream\"}",
        ",\"timing\":{\"dns\":0.000012,\"connect\":0.001500,\"tls\":0.012000,\"firstByte\":0.103600,\"total\":1.103700}",
        ",\"timing\":{\"total\":0.000001}", ",\"tls\":{\"version\":\"TLSv1.2\"}",
        ",\"tls\":{\"version\":\"TLSv1.3\",\"cipher\":\"c\",\"certificate\":\"t\",\"chain\":3,\"verified\":false,\"clientCertificate\":\"u\"}",
        ",\"reported\":[{\"check\":\"proof.ath\",\"passes\":false,\"words\":\"no ath\"},{\"check\":\"proof.typ\",\"passes\":true,\"words\":\"\"}]",
        ",\"notes\":[\"a\"]",
    ])
    func membersSurviveReadingAndWriting(members: String) throws {
        let written = FlowLine.write(try read(line(members)))
        #expect(written.hasSuffix("\"headers\":[]}\(members)}\n"), "\(written)")
        #expect(FlowLine.write(try read(written)) == written)
    }

    /// Members of other types, and numbers that no clock shows, are passed over as unknown members are.
    @Test(arguments: [
        ",\"origin\":7", ",\"origin\":\"elsewhere\"", ",\"hop\":\"client\"", ",\"hop\":{\"from\":\"client\"}",
        ",\"timing\":1", ",\"tls\":{}", ",\"tls\":null", ",\"reported\":{}", ",\"reported\":[7,{\"check\":\"x\"}]",
        ",\"failure\":{\"kind\":\"dns\"}", ",\"colour\":\"green\"",
    ])
    func whatIsNotUnderstoodIsPassedOver(members: String) throws {
        let (odd, plain) = (try read(line(members)), try read(line("")))
        #expect(FlowLine.write(odd) == FlowLine.write(plain))
    }

    @Test func hostileTimesAreLeftOut() throws {
        let exchange = try read(line(",\"timing\":{\"dns\":1e308,\"connect\":-1,\"total\":0.5}"))
        #expect(exchange.timing == Timing(total: 0.5) && exchange.remarks.map(\.text) == ["timing: total 500.0 ms"])
    }

    @Test func aHopAddsWhatItsRecorderKnows() {
        let request = Request(method: "GET", url: HTTPURL("https://h/"))
        let sent = Exchange(index: 0, request: request, provenance: Provenance(origin: .sent(Sent())), notes: ["a"])
        let check = ReportedCheck(check: "proof.typ", passes: true, words: "")
        let both = sent.changed(adding: [check], notes: ["b"])
        #expect(both.origin == .sent(Sent()) && both.reported == [check] && both.notes == ["a", "b"])
    }

    /// Captures that were written before the members were there say the same words as then.
    @Test(.enabled(if: Shared.isThere, Shared.absence)) func oldCapturesSayWhatTheySaid() throws {
        var (notes, timed) = (0, 0)
        for name in try Shared.names("cases") {
            for file in (try? Shared.names("cases/\(name)")) ?? [] where file.hasSuffix(".jsonl") {
                let bytes = try Shared.bytes("cases/\(name)/\(file)")
                guard let loaded = try? LoadedCapture.read(bytes), loaded.capture.format.id == "dpop-tui" else {
                    continue
                }
                for index in 0..<loaded.exchangeCount {
                    let exchange = try #require(loaded.exchange(index))
                    let root = try JSONDocument(bytes[exchange.fileSpan]).root
                    let said = (root["notes"]?.elements ?? []).compactMap(\.string)
                    #expect(exchange.remarks.map(\.text) == said, "\(name)/\(file)")
                    #expect(try read(FlowLine.write(exchange)).remarks == exchange.remarks, "\(name)/\(file)")
                    notes += said.count
                    timed += exchange.timing == nil ? 0 : 1
                }
            }
        }
        #expect(notes > 100 && timed > 90)
    }
}
