import FlowModel
import Testing

@testable import dpop_lab

/// A `jti` is remembered as long as its proof could be used, however it is spelt, and whatever else comes.
@Suite struct ReplayTests {
    static let start = 1_795_334_400

    static func proof(iat: Int = start, jti: String = "one", htu: String = Scene.apiURL, nonce: String? = nil) -> String
    {
        TestKey().proof(
            "GET", htu, iat: iat, jti: jti, payload: nonce.map { ["nonce": "\"\($0)\""] } ?? [:])
    }

    @Test(arguments: [-299, -100, 0, 59])
    func untilTheProofIsTooOld(age: Int) {
        let scene = GuardScene()
        let proof = Self.proof(iat: Self.start + age)
        #expect(scene.refusal([proof]) == nil)
        for _ in 0..<800 {
            scene.now = scene.now + 0.5
            let found = scene.refusal([proof])
            #expect(found == "proof.jti" || found == "proof.iat")
        }
    }

    @Test func asLongAsItsNonceCounts() {
        let scene = GuardScene(wantsNonce: true, past: 25, future: 15)
        let nonce = scene.proofs.nonces.make(at: scene.now)
        let proof = Self.proof(nonce: nonce)
        #expect(scene.refusal([proof]) == nil)
        for _ in 0..<120 {
            scene.now = scene.now + 0.25
            let found = scene.refusal([proof])
            #expect(found == "proof.jti" || found == "proof.nonce")
        }
    }

    @Test(arguments: ["?x=1", "?x=2", "#f", "?", "/../data"])
    func underEverySpellingOfItsTarget(more: String) {
        let scene = GuardScene()
        #expect(scene.refusal([Self.proof()]) == nil)
        #expect(scene.refusal([Self.proof(htu: Scene.apiURL + more)], url: Scene.apiURL + "?other") == "proof.jti")
        #expect(scene.refusal([Self.proof(htu: "HTTPS://API.test:443/%64ata")]) == "proof.jti")
        #expect(scene.refusal([Self.proof(jti: "two")]) == nil)
        let elsewhere = "https://api.test/other"
        #expect(scene.refusal([Self.proof(htu: elsewhere)], url: elsewhere) == nil)
    }

    @Test func aRefusedProofIsNotUsed() {
        let scene = GuardScene()
        #expect(scene.refusal([Self.proof()], method: "POST") == "proof.htm")
        #expect(scene.refusal([Self.proof()]) == nil)
    }

    /// More proofs than are remembered: the oldest are refused from then on, never taken twice.
    @Test func alsoWhenTooManyCome() {
        let scene = GuardScene(remembers: 50)
        let proofs = (0..<200).map { Self.proof(iat: Self.start - 200 + $0, jti: "j\($0)") }
        for proof in proofs { #expect(scene.refusal([proof]) == nil) }
        for proof in proofs { #expect(scene.refusal([proof]) == "proof.jti") }
        #expect(scene.refusal([Self.proof(iat: Self.start - 250, jti: "never seen")]) == "proof.jti")
        #expect(scene.refusal([Self.proof(jti: "new")]) == nil)
    }
}
