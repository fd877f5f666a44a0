import Testing

@testable import FlowModel

/// Seeded damage to every capture: whatever stands in the bytes, nothing traps and every verdict is one.
@Suite struct MutationTests {
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    static func damage(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...300, using: &random)))
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 200)], at: at)
            case 4: bytes.insert(contentsOf: [0xE2, 0x80, 0xAE, 0x1B, 0x5B, 0x32, 0x4A, 0x00, 0xFF], at: at)
            default: bytes.removeLast(min(bytes.count - 1, Int.random(in: 1...400, using: &random)))
            }
        }
        return bytes
    }

    static func check(_ bytes: [UInt8]) {
        guard let loaded = try? LoadedCapture.read(Bytes(bytes)) else { return }
        let checker = FlowChecker(context: loaded.context)
        for flow in loaded.flows {
            let story = checker.story(of: flow) { loaded.exchange($0) }
            let report = checker.check(flow, story: story)
            let json = JSONReport.flow(
                report, story,
                Diagnosis(flow: flow, report: report, story: story, context: loaded.context, settings: CheckSettings()))
            #expect((try? JSONDocument(Bytes(json))) != nil)
            #expect(!json.unicodeScalars.contains { $0.value < 0x20 })
        }
    }

    @Test func ourOwnFormat() {
        var scene = Scene()
        let key = TestKey()
        let token = scene.token(key)
        scene.call(token, proof: key.proof("GET", Scene.apiURL, token: token))
        let bytes = Array(scene.exchanges.map(FlowLine.write).joined().utf8)
        var random = Random(state: 9449)
        for _ in 0..<400 { Self.check(Self.damage(bytes, &random)) }
    }

    @Test(.enabled(if: Shared.isThere, Shared.absence))
    func everyCapture() throws {
        var random = Random(state: 7638)
        for name in try Shared.names("captures") where name.hasSuffix(".har") || name.hasSuffix(".mitm") {
            let bytes = try Shared.bytes("captures/\(name)").array
            for _ in 0..<25 { Self.check(Self.damage(bytes, &random)) }
        }
    }
}
