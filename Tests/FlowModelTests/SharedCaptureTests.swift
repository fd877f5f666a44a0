import Testing

@testable import FlowModel

/// The captures of third-party clients and servers, each with the verdict its README line demands, as HAR and as
/// mitmproxy wrote them.
@Suite(.enabled(if: Shared.isThere, Shared.absence))
struct SharedCaptureTests {
    struct Expected: Sendable {
        let name: String
        let check: CheckID?
        let cause: CauseID?
    }

    static let table: [Expected] = [
        Expected(name: "good", check: nil, cause: nil), Expected(name: "refresh", check: nil, cause: nil),
        Expected(name: "opaque-introspection", check: nil, cause: nil),
        Expected(name: "nonce-challenge-retry", check: nil, cause: nil),
        Expected(name: "red-wrong-htu", check: .proofHtu, cause: nil),
        Expected(name: "red-wrong-htm", check: .proofHtm, cause: .htmReused),
        Expected(name: "red-missing-ath", check: .proofAth, cause: .athMissing),
        Expected(name: "red-stale-iat", check: .proofIat, cause: .iatSkewBehind),
        Expected(name: "red-key-mismatch", check: .proofBinding, cause: .keyTwoKeys),
        Expected(name: "red-replayed-jti", check: .proofJti, cause: .jtiRetry),
        Expected(name: "red-two-dpop-headers", check: .proofSingle, cause: .proofDuplicated),
        Expected(name: "red-private-jwk", check: .proofJwk, cause: .jwkPrivate),
        Expected(name: "red-no-proof", check: .proofPresent, cause: .proofAbsent),
        Expected(name: "red-bearer-scheme", check: .requestScheme, cause: .schemeBearer),
    ]

    @Test(arguments: table, ["har", "mitm"])
    func hasTheRightVerdict(expected: Expected, format: String) throws {
        let loaded = try LoadedCapture.read(Shared.bytes("captures/\(expected.name).\(format)"))
        #expect(loaded.capture.format.id == (format == "har" ? "har" : "mitmproxy"))
        #expect(loaded.problems.isEmpty)
        #expect(loaded.flows.count == 1 && loaded.flows[0].isFlow)
        let report = FlowChecker(context: loaded.context).check(loaded.flows[0]) { loaded.exchange($0) }
        let failing = report.findings.filter { $0.verdict == .fail }
        #expect(failing.map(\.check) == (expected.check.map { [$0] } ?? []), "\(failing)")
        #expect(report.verdict == (expected.check == nil ? .pass : .fail))
        #expect(report.first?.outcome.cause == expected.cause)
        #expect(
            report.findings.contains { $0.check == .tokenSignature && $0.verdict == .pass }
                || expected.name == "opaque-introspection")
    }

    /// A batch makes each flow where it is judged, from bytes of its thread's own: the same flow.
    @Test(arguments: table) func aBatchSeesTheSameFlows(expected: Expected) throws {
        let loaded = try LoadedCapture.read(Shared.bytes("captures/\(expected.name).har"))
        let own = loaded.capture.detached()
        for index in 0..<loaded.exchangeCount {
            let (mine, shared) = (try own.exchange(index), try #require(loaded.exchange(index)))
            #expect(FlowLine.write(mine) == FlowLine.write(shared) && mine.fileSpan == shared.fileSpan)
        }
        let (facts, problems) = LoadedCapture.facts(
            of: own.entries, from: 0, format: own.format, bytes: own.bytes, reader: FactReader())
        let outlines = AssembledCapture(own, facts: facts, problems: problems).flows
        #expect(outlines.sizes == loaded.flows.map(\.exchanges.count))
        #expect(outlines.made().map(\.steps) == loaded.flows.map(\.steps))
    }

    @Test func theTableIsComplete() throws {
        let names = try Shared.names("captures").filter { $0.hasSuffix(".har") }.map { String($0.dropLast(4)) }
        #expect(Set(names) == Set(Self.table.map(\.name)))
    }

    private func steps(_ name: String) throws -> [String] {
        try LoadedCapture.read(Shared.bytes("captures/\(name)")).flows[0].steps.map {
            "\($0.label) \($0.kind) \($0.from)>\($0.to) \($0.exchange.map(String.init) ?? "-")"
        }
    }

    /// Entries stand in order of completion: the numbers are those of the sequence diagram all the same.
    @Test(arguments: ["good.har", "good.mitm"])
    func thePlainFlowHasEightSteps(name: String) throws {
        #expect(
            try steps(name) == [
                "1 keygen client>client -", "2 tokenRequest client>idp 0", "3 tokenResponse idp>client 0",
                "4 resourceRequest client>gateway 4",
                "5 gatewayValidation gateway>gateway 4", "5a discovery gateway>idp 1", "5b jwks gateway>idp 2",
                "6 upstreamRequest gateway>upstream 3",
                "7 upstreamResponse upstream>gateway 3", "8 resourceResponse gateway>client 4",
            ])
    }

    @Test func aRefusalLeavesSixAndSevenOut() throws {
        let loaded = try LoadedCapture.read(Shared.bytes("captures/red-missing-ath.har"))
        #expect(loaded.flows[0].steps.filter { $0.part == nil }.map(\.number) == [1, 2, 3, 4, 5, 8])
        #expect(loaded.flows[0].gaps.map(\.words) == ["6 and 7 did not happen: refused"])
    }

    @Test func challengesArePairedWithTheirRetries() throws {
        let flow = try LoadedCapture.read(Shared.bytes("captures/nonce-challenge-retry.har")).flows[0]
        let challenges = flow.steps.filter(\.isNonceChallenge)
        #expect(challenges.map(\.kind) == [.tokenResponse, .resourceResponse])
        #expect(challenges.map { flow.steps[$0.related!].kind } == [.tokenRequest, .resourceRequest])
    }

    @Test func authorizationAndRefreshBelongToTheKey() throws {
        let kinds = try LoadedCapture.read(Shared.bytes("captures/refresh.har")).flows[0].steps.filter {
            $0.part == nil
        }.map(\.kind)
        #expect(
            kinds.prefix(7) == [
                .keygen, .authorization, .tokenRequest, .tokenResponse, .refresh, .tokenResponse, .resourceRequest,
            ])
        let loaded = try LoadedCapture.read(Shared.bytes("captures/refresh.har"))
        let report = FlowChecker(context: loaded.context).check(loaded.flows[0]) { loaded.exchange($0) }
        for check in [CheckID.codeBinding, .refreshBinding] {
            #expect(report.findings.contains { $0.check == check && $0.verdict == .pass }, "\(check)")
        }
    }

    /// Chrome's "sanitized" HAR: no Authorization; the token is found by the proof's `ath`.
    @Test func recoversTheTokenOfASanitizedHAR() throws {
        let text = try Shared.bytes("captures/good.har").text
        let sanitized = text.replacing("\"name\": \"Authorization\"", with: "\"name\": \"X-Removed\"")
        let loaded = try LoadedCapture.read(Bytes(sanitized))
        let report = FlowChecker(context: loaded.context).check(loaded.flows[0]) { loaded.exchange($0) }
        #expect(report.count(.fail) == 0)
        #expect(report.findings.contains { $0.check == .proofAth && $0.outcome.found == "names the token (recovered)" })
    }
}
