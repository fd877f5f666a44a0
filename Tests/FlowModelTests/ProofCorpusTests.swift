import Foundation
import Testing

@testable import FlowModel

/// Proofs with one deviation each (../shared/proofs), judged in a capture and by themselves.
struct ProofCorpusTests {
    struct Entry: Sendable, Decodable {
        let id: String
        let method: String
        let url: String
        let proof: String
        let token: String?
        let scheme: String?
        let now: Double
        let truth: String
        let section: String
        let note: String
    }

    private static let isThere = Shared.isThere && (try? Shared.bytes("proofs/corpus.jsonl")) != nil
    /// What says something about the capture or about policy, not about the proof.
    private static let beside: Set<CheckID> = [
        .transportSecure, .responseChallenge, .tokenSignature, .gatewayDowngrade,
    ]

    private static func scene(_ entry: Entry) -> Scene {
        var scene = Scene()
        scene.time = entry.now
        let host = entry.url.split(separator: "/")[1].split(separator: "@").last.map(String.init) ?? ""
        let proof = ("DPoP", entry.proof)
        if let token = entry.token {
            scene.add(
                entry.method, entry.url,
                [("Host", host), ("Authorization", "\(entry.scheme ?? "DPoP") \(token)"), proof])
        } else {
            scene.add(
                entry.method, entry.url, [("Host", host), proof], body: "grant_type=client_credentials&client_id=lab",
                answer: [("Content-Type", "application/json")],
                answerBody: "{\"access_token\":\"opaque-\(entry.id)\",\"token_type\":\"DPoP\",\"expires_in\":300}")
        }
        return scene
    }

    @Test(.enabled(if: isThere, "needs ../shared/proofs, which is not here"))
    func everyProofIsJudgedAsTheRFCsDo() throws {
        let text = try Shared.bytes("proofs/corpus.jsonl").text
        let entries = try text.lines.filter { !$0.isEmpty }.map {
            try JSONDecoder().decode(Entry.self, from: Data($0.utf8))
        }
        #expect(entries.count > 100)
        for entry in entries {
            let scene = Self.scene(entry)
            let report = scene.report()
            let verdict = report.findings.filter { !Self.beside.contains($0.check) }.map(\.verdict).max() ?? .pass
            let isRight =
                switch entry.truth {
                case "refuse": verdict == .fail
                case "accept": verdict < .warn
                default: verdict < .fail
                }
            #expect(isRight, "\(entry.id) is \(verdict), should be \(entry.truth): \(entry.section), \(entry.note)")
            guard entry.scheme == nil || entry.scheme == "DPoP" else { continue }
            let alone = try Self.alone(entry)
            #expect((verdict == .fail) == alone.isWrong, "\(entry.id): `why` says \(alone.first ?? "nothing")")
            if verdict == .fail {
                let first = scene.diagnosis().first
                #expect(alone.first == first?.cause?.id.rawValue ?? first?.check?.rawValue, "\(entry.id)")
            }
        }
    }

    private static func alone(_ entry: Entry) throws -> (isWrong: Bool, first: String?) {
        let single = SingleProof(
            entry.proof, method: entry.method, url: entry.url, token: entry.token, time: entry.now)
        let loaded = try single.capture()
        let checker = FlowChecker(context: loaded.context)
        let flow = try #require(loaded.flows.first)
        let story = checker.story(of: flow) { loaded.exchange($0) }
        let diagnosis = Diagnosis(
            flow: flow, report: checker.check(flow, story: story), story: story, context: loaded.context,
            settings: CheckSettings())
        let first = diagnosis.first
        return (diagnosis.entries.contains { $0.verdict == .fail }, first?.cause?.id.rawValue ?? first?.check?.rawValue)
    }

    /// A proof by itself: any text is taken as it is.
    @Test(arguments: [
        "", "eyJ", "eyJhbGciOiJFUzI1NiJ9.e30", "\u{FEFF}a.b.c", "\"a.b.c\"", "undefined",
        String(repeating: "e", count: 9000),
    ])
    func anyTextIsAProof(text: String) throws {
        let entry = Entry(
            id: "text", method: "GET", url: "https://api.test/data", proof: text, token: "at", scheme: "DPoP",
            now: Scene.start,
            truth: "refuse", section: "", note: "")
        let isWrong = try Self.alone(entry).isWrong
        #expect(isWrong)
    }

    @Test func whatBelongsToThePastedTextAndWhatToTheProof() {
        #expect(SingleProof.value(in: "DPoP: a.b.c\r\n") == "a.b.c")
        #expect(SingleProof.value(in: "\"a.b.c\"\n") == "\"a.b.c\"")
        #expect(SingleProof.value(in: "a. b.c") == "a. b.c")
        #expect(SingleProof.looksLikeProof("DPoP: eyJhbGciOiJFUzI1NiJ9.e30.AA"))
        #expect(!SingleProof.looksLikeProof("red.har"))
        let single = SingleProof("a.b.c", url: "https://api.test/", nonce: "n1", time: 5)
        #expect(single.exchanges.count == 2 && single.exchanges[0].response?.headers.first("DPoP-Nonce") == "n1")
    }
}
