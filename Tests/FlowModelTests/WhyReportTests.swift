import Testing

@testable import FlowModel

/// What became of a flow, for `why` and for `check`: one diagnosis.
struct WhyReportTests {
    private static func report(_ make: DiagnosisTests.Case) throws -> WhyReport {
        var scene = Scene()
        make(&scene)
        let loaded = try LoadedCapture.read(Bytes(scene.exchanges.map(FlowLine.write).joined()))
        return WhyReport(loaded, input: "x", settings: CheckSettings())
    }

    private static func log(_ text: String) -> [String] { LogDiagnosis(text)?.causes.map(\.cause.id.rawValue) ?? [] }

    @Test func outcomesAreTheFourOfTheContract() throws {
        #expect(try Self.report(DiagnosisTests.good).outcome == .clean)
        #expect(try Self.report(DiagnosisTests.refused(DiagnosisTests.proof("POST"))).outcome == .cause)
        #expect(try Self.report(DiagnosisTests.refused(DiagnosisTests.proof())).outcome == .refused)
        #expect(try Self.report(DiagnosisTests.accepted(DiagnosisTests.proof("POST"))).outcome == .accepted)
    }

    @Test func theObjectIsAsTheContractSays() throws {
        let json = try Self.report(DiagnosisTests.refused(DiagnosisTests.proof("POST"))).json
        let root = try JSONDocument(Bytes(json)).root
        #expect(root["schema"]?.string == "dpop-tui.why/1" && root["input"]?.string == "x")
        #expect(root["outcome"]?.string == "cause")
        #expect(root["server"]?["status"]?.source == "401" && root["server"]?["code"]?.string == "invalid_dpop_proof")
        #expect(root["server"]?["from"]?.string == "answer")
        let first = root["causes"]?.elements.first
        #expect(first?["id"]?.string == "htm.reused" && first?["certainty"]?.string == "certain")
        #expect(first?["step"]?.string == "4" && first?["flow"]?.source == "1")
        #expect(root["passed"]?.elements.contains { $0.string == "proof.htu" } == true)
        #expect(root["passed"]?.elements.contains { $0.string == "proof.htm" } == false)
    }

    /// Node prints an answer's JSON in its own way: that is the answer, and no log beside it.
    @Test func aPrintedAnswerIsNoLog() throws {
        let proof = TestKey().proof("POST", "https://as.test/token")
        let text = """
            {
              status: 400,
              headers: { 'content-type': 'application/json' },
              config: { headers: { DPoP: '\(proof)' }, method: 'post', url: 'https://as.test/other' },
              data: { error: 'invalid_dpop_proof', error_description: 'DPoP HTTP URL mismatch' }
            }
            """
        let json = WhyReport(try LoadedCapture.read(Bytes(text)), input: "x", settings: CheckSettings()).json
        let server = try JSONDocument(Bytes(json)).root["server"]
        #expect(server?["from"]?.string == "answer")
        #expect(server?["sentence"]?.string == "DPoP HTTP URL mismatch")
    }

    /// An error that a program printed, without any request.
    @Test func aPrintedErrorIsTheServersAnswer() throws {
        let node = """
            ResponseBodyError: server responded with an error in the response body
                at checkOAuthBodyError (file:///app/index.js:1009:19) {
              [cause]: { error: 'invalid_dpop_proof', error_description: 'htu mismatch' },
              code: 'OAUTH_RESPONSE_BODY_ERROR',
              status: 400
            }
            """
        let words = try #require(LogDiagnosis(node)?.words)
        #expect(words.status == 400 && words.code == "invalid_dpop_proof" && words.sentence == "htu mismatch")
        #expect(words.source == .answer && words.subject == .htu)
        let python =
            "Response headers: {'Date': 'x', 'WWW-Authenticate': 'DPoP error=\"invalid_token\", "
            + "error_description=\"ath mismatch\"'}"
        #expect(LogDiagnosis(python)?.words.sentence == "ath mismatch")
        #expect(LogDiagnosis("{ error: 'not found', status: 404 }") == nil)
        let log = "{\"level\":\"error\",\"error\":\"invalid_dpop_proof\",\"msg\":\"DPoP htu mismatch\"}"
        #expect(LogDiagnosis(log)?.words.source == .log)
    }

    @Test func aRefusedFlowNeverPasses() throws {
        var scene = Scene()
        DiagnosisTests.refused(DiagnosisTests.proof())(&scene)
        let report = scene.report()
        #expect(report.count(.fail) == 1 || report.count(.fail) == 0)
        #expect(report.verdict == .fail && report.refusals.count == 1)
        #expect(report.refusals[0].words.text == "401 invalid_dpop_proof")
    }

    /// Answered challenges, polls, the request that asks where a token is to be had: nobody refused anything.
    @Test func whatIsNoRefusal() throws {
        let invited: DiagnosisTests.Case = { scene in
            scene.add("GET", Scene.apiURL, [], status: 401, answer: [("WWW-Authenticate", "DPoP")])
            DiagnosisTests.good(&scene)
        }
        #expect(try Self.report(invited).outcome == .clean)
        let pushed: DiagnosisTests.Case = { scene in
            for (nonce, status) in [(nil as String?, 400), ("n1", 201)] {
                let proof = TestKey(1).proof(
                    "POST", "https://as.test/par", jti: "par-\(status)-abcdefgh",
                    payload: nonce.map { ["nonce": "\"\($0)\""] } ?? [:])
                scene.add(
                    "POST", "https://as.test/par", [("DPoP", proof)], body: "client_id=c&response_type=code",
                    status: status, answer: [("DPoP-Nonce", "n1")],
                    answerBody: status == 400
                        ? "{\"error\":\"use_dpop_nonce\"}" : "{\"request_uri\":\"urn:x:1234567890\"}")
            }
        }
        #expect(try Self.report(pushed).outcome == .clean)
        let missing: DiagnosisTests.Case = { scene in
            DiagnosisTests.good(&scene)
            scene.call(
                DiagnosisTests.token, proof: DiagnosisTests.proof(jti: "again-abcdefghij"), status: 405)
        }
        #expect(try Self.report(missing).outcome == .clean)
    }

    @Test func refusalsInsideOf200() throws {
        func called(_ body: String, _ answer: [(String, String)] = []) -> DiagnosisTests.Case {
            { scene in
                let got = scene.token(DiagnosisTests.key, token: DiagnosisTests.token)
                scene.call(got, proof: DiagnosisTests.proof(), answer: answer, answerBody: body)
            }
        }
        #expect(try Self.report(called("", [("grpc-status", "16")])).outcome == .refused)
        #expect(try Self.report(called("", [("grpc-status", "5")])).outcome == .clean)
        let graph = "{\"errors\":[{\"message\":\"no\",\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}"
        #expect(try Self.report(called(graph)).outcome == .refused)
        #expect(try Self.report(called("{\"authenticated\":false}")).outcome == .refused)
        #expect(try Self.report(called("{\"authenticated\":true}")).outcome == .clean)
    }

    @Test func logsAreWords() {
        let event =
            "type=\"USER_INFO_REQUEST_ERROR\", error=\"invalid_token\", reason=\"DPoP proof has already been used\""
        #expect(Self.log("2026-11-25 01:16:59,474 WARN [org.keycloak.events] \(event)") == ["jti.retry"])
        #expect(
            Self.log(
                "[oauth2:error] oauth2_jose_jwt_validate_iat: \"iat\" failure: JWT was issued more than 5 seconds ago")
                == ["iat.skew-behind"])
        #expect(
            Self.log(
                "DEBUG DPoP proof HTTP request uri claim http://a.test:80/x does not match the request HTTP uri http://a.test/x"
            ) == ["htu.default-port"])
        #expect(Self.log("DEBUG nothing that matters here").isEmpty)
        #expect(LogDiagnosis("") == nil)
    }

    @Test func aWorkersEntryStandsForThePages() throws {
        func entry(_ more: String, _ status: Int) -> String {
            let proof = TestKey(1).proof("POST", Scene.tokenURL, iat: 1_795_334_400)
            return
                "{\"startedDateTime\":\"2026-11-22T08:00:00.000Z\",\"time\":20,\"request\":{\"method\":\"POST\",\"url\":\"\(Scene.tokenURL)\",\"headers\":[{\"name\":\"DPoP\",\"value\":\"\(status == 200 ? proof : "DPOP_SECURED_BY_WORKER_default")\"}],\"postData\":{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":\"grant_type=client_credentials\"}},"
                + "\"response\":{\"status\":200,\"headers\":[],\"content\":{\"text\":\"{\\\"access_token\\\":\\\"\(TestKey(9).token(jkt: TestKey(1).jkt))\\\",\\\"token_type\\\":\\\"DPoP\\\"}\"}\(more)},\"serverIPAddress\":\"\(status == 200 ? "127.0.0.1" : "")\"}"
        }
        func outcome(_ entries: [String]) throws -> FlowOutcome {
            let har =
                "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"x\"},\"entries\":[\(entries.joined(separator: ","))]}}"
            return WhyReport(try LoadedCapture.read(Bytes(har)), input: "x", settings: CheckSettings()).outcome
        }
        let page = entry(",\"_fetchedViaServiceWorker\":true", 0)
        #expect(try outcome([page, entry("", 200)]) == .clean)
        #expect(try outcome([page]) != .clean)
    }
}

/// Over every capture and case that can be read: `check` and `why` say the same, and nothing refused passes.
@Suite(.enabled(if: Shared.isThere, Shared.absence))
struct OneDiagnosisTests {
    @Test func checkAndWhyAgreeEverywhere() throws {
        var count = 0
        for folder in try Shared.names("cases") where !folder.contains(".") {
            for name in try Shared.names("cases/\(folder)") where !name.hasSuffix("truth.txt") {
                guard let bytes = try? Shared.bytes("cases/\(folder)/\(name)"),
                    let loaded = try? LoadedCapture.read(bytes)
                else { continue }
                count += 1
                Self.compare(loaded, "\(folder)/\(name)")
            }
        }
        for name in try Shared.names("captures") where !name.hasSuffix(".md") {
            Self.compare(try LoadedCapture.read(Shared.bytes("captures/\(name)")), name)
        }
        #expect(count > 150)
    }

    private static func compare(_ loaded: LoadedCapture, _ name: String) {
        let why = WhyReport(loaded, input: name, settings: CheckSettings())
        let checker = FlowChecker(context: loaded.context)
        for part in why.parts {
            let story = checker.story(of: part.flow) { loaded.exchange($0) }
            let report = checker.check(part.flow, story: story)
            let diagnosis = Diagnosis(
                flow: part.flow, report: report, story: story, context: loaded.context, settings: CheckSettings())
            let json = JSONReport.flow(report, story, diagnosis)
            let root = try? JSONDocument(Bytes(json)).root
            #expect(root?["outcome"]?.string == part.diagnosis.outcome.rawValue, "\(name)")
            let isBad = part.diagnosis.outcome != .clean
            #expect(!isBad || report.verdict == .fail || part.diagnosis.causes.isEmpty == false, "\(name)")
            #expect(report.refusals.isEmpty || (isBad && report.verdict == .fail), "\(name): refused and not failing")
            let first = part.diagnosis.causes.first?.cause?.id.rawValue
            if let first, part.diagnosis.causes.first?.certainty != .possible {
                #expect(root?["cause"]?.string == first, "\(name)")
            }
        }
    }
}
