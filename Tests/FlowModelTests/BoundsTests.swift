import Foundation
import Testing

@testable import FlowModel

/// What a small file may cost: memory and time have an end.
@Suite struct BoundsTests {
    @Test(.enabled(if: Shared.isThere, Shared.absence)) func aCapturesBombsShareOneBudget() throws {
        let capture = try LoadedCapture.read(try Shared.bytes("attacks/bomb60.mitm"))
        #expect(capture.exchangeCount >= 5)
        var total = 0
        for index in 0..<capture.exchangeCount {
            let body = try #require(capture.exchange(index)?.response?.body)
            let decoded = body.bytes
            #expect(decoded.count <= DecodedBodies.bodyLimit)
            // Looked at again it is the same memory.
            #expect(body.bytes.storage === decoded.storage || decoded.count <= DecodedBodies.ordinary(body.storedCount))
            total += decoded.count
        }
        #expect(total <= DecodedBodies.budget + capture.exchangeCount * (1 << 20))
    }

    @Test func ordinaryBodiesCostTheBudgetNothing() {
        var bodies = DecodedBodies()
        let file = Bytes([UInt8](repeating: 0, count: 10_101))
        for place in 0..<10_000 {
            let got = bodies.body(coded: file[SourceSpan(place, 100)]) { _, limit in
                Bytes([UInt8](repeating: 1, count: min(limit, 1 << 14)))
            }
            #expect(got.count == 1 << 14)
        }
        let large = bodies.body(coded: file[SourceSpan(10_000, 100)]) { Bytes([UInt8](repeating: $0[0], count: $1)) }
        #expect(large.count == 1 << 24)
    }

    @Test func theBudgetIsSpentAndThenBodiesAreCut() {
        var bodies = DecodedBodies()
        let file = Bytes([UInt8](repeating: 1, count: 64))
        var total = 0
        for place in 0..<64 {
            let coded = file[SourceSpan(place, 1)]
            total += bodies.body(coded: coded) { Bytes([UInt8](repeating: $0[0], count: $1)) }.count
        }
        #expect(total <= DecodedBodies.budget + 64 * DecodedBodies.ordinary(1))
    }
}

/// Tokens, keys and configurations of absurd size.
@Suite struct AbsurdSizeTests {
    private func part(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

    /// Seconds that something takes, on a machine that others use too.
    /// Processor time of this thread: other tests, and other people, take their share of the clock's.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        try body()
        return now() - start
    }

    @Test func aTokenOfThirtyMegabytesIsTooLong() {
        let token = "eyJhbGciOiJFUzI1NiJ9." + String(repeating: "A", count: 30 << 20) + ".AAAA"
        let took = seconds {
            let jws = CompactJWS(token)
            #expect(jws.problems.map(\.words) == ["31457306 bytes: too long to be judged"])
            #expect(!jws.isWellFormed && jws.payload == nil)
            #expect(HashForensics.recipe(for: "x", of: token) == nil)
        }
        #expect(took < 1)
    }

    @Test func aTokenOfThirtyMegabytesPassesEveryReport() throws {
        let key = TestKey()
        var scene = Scene()
        let token = scene.token(key, token: "eyJhbGciOiJFUzI1NiJ9." + String(repeating: "A", count: 30 << 20) + ".AAAA")
        scene.call(token, proof: key.proof("GET", Scene.apiURL, payload: ["ath": "\"x\""]), status: 401)
        let took = seconds { _ = scene.diagnosis() }
        #expect(took < 5)
    }

    @Test(arguments: [(404, true), (401, false), (405, true)]) func manyRefusalsAreReadInLinearTime(
        status: Int, presentsToken: Bool
    ) {
        func refused(_ count: Int) -> Double {
            var scene = Scene()
            DiagnosisTests.good(&scene)
            let fields = presentsToken ? [("Authorization", "DPoP \(DiagnosisTests.token)")] : []
            for number in 0..<count {
                scene.add(
                    "GET", "https://api.test/\(number)", fields, status: status, answer: [("WWW-Authenticate", "DPoP")])
            }
            return seconds { _ = scene.report() }
        }
        _ = refused(10)
        let (few, many) = (refused(1000), refused(4000))
        #expect(many < 8 * few, "1000 take \(few) s, 4000 take \(many) s")
    }

    @Test func aKeyWithManyMembersIsNotDissected() throws {
        let members = (0..<50_000).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        let jwk = JWK(
            try JSONDocument(Bytes("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\",\(members)}")).root)
        let took = seconds { #expect(ThumbprintForensics.recipe(for: "x", of: jwk) == nil) }
        #expect(took < 1)
    }

    @Test(arguments: ["[", "{\"plugins\":", "{\"a\":[", "[{\"data\":"]) func deepConfigurations(unit: String) throws {
        let closing = String(unit.reversed().compactMap { $0 == "[" ? "]" : $0 == "{" ? "}" : nil })
        let text =
            String(repeating: unit, count: 100_000) + "1" + String(repeating: closing, count: 100_000)
        var reader = ConfigReader { _ in YAMLStream(events: [], problem: ConfigProblem(line: 1, words: "")) }
        reader.read(text, file: "f.json")
        let report = DoctorReport(reader.configuration)
        #expect(report.isEmpty && report.advice.isEmpty)
        #expect(
            report.accounts.contains {
                $0.ignored == "nested more than 100 levels deep: what is below is not looked at"
            })
    }

    @Test func manyPluginsAndClientsAreReadInLinearTime() {
        let plugins = (0..<2_000).map {
            "\n{\"name\":\"openid-connect\",\"config\":{\"issuer\":\"https://i.test/\($0)\",\"client_id\":[\"c\($0)\"]}}"
        }
        let clients = (0..<2_000).map { "\n{\"clientId\":\"d\($0)\",\"publicClient\":true}" }
        let text =
            "{\"plugins\":[\(plugins.joined(separator: ","))],\"clients\":[\(clients.joined(separator: ","))]}"
        let took = seconds {
            var reader = ConfigReader { _ in YAMLStream(events: [], problem: ConfigProblem(line: 1, words: "")) }
            reader.read(text, file: "f.json")
            let read = reader.configuration.accounts.filter { $0.readAs != nil }
            #expect(read.count == 4_000 && read[1_999].place.shown == "f.json:2001")
            #expect(!DoctorReport(reader.configuration).advice.isEmpty)
        }
        #expect(took < 10)
    }
}
