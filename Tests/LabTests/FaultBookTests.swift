import FlowModel
import LabOptions
import Testing

@testable import dpop_lab

/// Faults that are counted and faults that change: each request sees one list, and what is counted is taken once.
@Suite struct FaultBookTests {
    static func book(_ texts: String...) -> FaultBook { FaultBook(try! FaultBook.read(texts)) }

    @Test func aCountedFaultHappensThatOften() {
        let book = Self.book("status=503:2", "htu=internal")
        for expected in [true, true, false, false] {
            let faults = book.current()
            // Asked several times by one request, it is one time.
            for _ in 0..<3 { #expect(faults.has(.status) == expected) }
            #expect(faults.status(.status) == (expected ? 503 : nil))
            #expect(faults.has(.htu, "internal") && !faults.has(.htu, "port"))
        }
        #expect(book.texts == ["htu=internal"])
    }

    @Test func itIsTakenWhereItIsAsked() {
        let book = Self.book("nonce=loop:1")
        let faults = book.current()
        #expect(faults.mayHave(.nonce) && faults.mayHave(.nonce, "loop") && !faults.mayHave(.nonce, "rotate"))
        #expect(!faults.has(.nonce, "rotate") && faults.happened == [])
        #expect(book.texts == ["nonce=loop:1"])
        #expect(faults.has(.nonce, "loop") && faults.has(.nonce))
        #expect(faults.happened == ["nonce=loop"] && book.texts == [])
    }

    /// Of many requests at once exactly as many get it as were asked for.
    @Test func requestsAtOnceShareTheCount() async {
        let book = Self.book("reset:40")
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<100).reduce(0) { count, _ in count + (book.current().has(.reset) ? 1 : 0) } }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 40 && book.texts == [])
    }

    @Test func anotherListIsForTheNextRequest() {
        let book = Self.book("reset:1", "htu=port")
        let before = book.current()
        book.replace(try! FaultBook.read(["reset:5"]))
        #expect(before.has(.htu, "port") && !before.has(.reset), "what is counted is of the list that is there")
        #expect(book.texts == ["reset:5"] && book.current().has(.reset) && book.texts == ["reset:4"])
        book.replace([])
        #expect(book.texts == [] && !book.current().has(.reset))
    }

    @Test func theLaterOfOneNameCounts() {
        let book = Self.book("htu=internal", "reset", "htu=port:3")
        #expect(book.texts == ["reset", "htu=port:3"] && book.current()[.htu] == "port")
    }

    @Test(arguments: [
        "nonce=required:0", "nonce=required:-1", "nonce=required:", "nonce=required:2:2", "reset:1000001", "reset:٣",
        "reset: 1", "nonce:2", "nope:2", ":2", "", "clock=+1s:1e3",
    ])
    func countsAreNumbers(text: String) {
        #expect(AskedFault(text) == nil)
        do {
            _ = try FaultBook.read(["reset", text])
            Issue.record("taken")
        } catch { #expect("\(error)".contains("fault"), "\(error)") }
    }

    @Test(arguments: ["reset", "reset:1", "clock=+40s:2", "status=503:1000000", "htu=internal"])
    func textsAreAsTyped(text: String) {
        let fault = AskedFault(text)
        #expect(fault?.text(times: fault?.times) == text)
    }
}

/// Counted faults at a server: they are taken where they make a difference, and nowhere else.
@Suite struct CountedFaultTests {
    static func status(_ idp: IdP, _ scene: IdPScene, _ book: FaultBook, nonce: String? = nil) -> Int {
        let payload = nonce.map { ",\"nonce\":\"\($0)\"" } ?? ""
        let form = IdPTests.secret.merging(["grant_type": "client_credentials"]) { $1 }
        let proof = scene.proof("token", more: payload)
        return scene.post("token", form, proof: proof, to: idp.under(book.current())).status
    }

    /// A server that asks for a nonce twice although it was given one, and then takes it.
    @Test func aLoopThatEnds() {
        let scene = IdPScene()
        let book = FaultBookTests.book("nonce=loop:2")
        let nonce = scene.idp.proofs.nonces.make(at: scene.idp.realm.now())
        #expect(Self.status(scene.idp, scene, book) == 400)
        #expect(Self.status(scene.idp, scene, book, nonce: nonce) == 400)
        #expect(Self.status(scene.idp, scene, book, nonce: nonce) == 200)
        #expect(Self.status(scene.idp, scene, book) == 200)
    }

    /// The nonce that answers the challenge takes no further time.
    @Test func aNonceIsWantedOnce() {
        let scene = IdPScene()
        let book = FaultBookTests.book("nonce=required:1")
        #expect(Self.status(scene.idp, scene, book) == 400 && book.texts == [])
        #expect(Self.status(scene.idp, scene, book) == 200)
    }

    /// A token keeps the confirmation that it got, whatever the faults are by the time of its introspection.
    @Test func aTokenKeepsItsFault() throws {
        let scene = IdPScene()
        let form = IdPTests.secret.merging(["grant_type": "client_credentials"]) { $1 }
        let faulty = scene.idp.under(FaultBookTests.book("cnf=string:1").current())
        let answer = scene.post("token", form, proof: scene.proof("token"), to: faulty)
        let token = scene.member("access_token", of: answer)
        let kong = ["client_id": "kong", "client_secret": "kong-secret", "token": token]
        let told = try JSONDocument(Bytes(scene.post("token/introspect", kong).body)).root
        #expect(told["active"]?.bool == true && told["cnf"]?.string == scene.key.fingerprint.base64url)
    }

    @Test func algorithmsAndHTUAtTheGateway() {
        let proofs = GuardScene(isGateway: true).proofs
        func refusal(_ book: FaultBook, htu: String = Scene.apiURL, jkt: String? = nil, jti: String) -> String? {
            let now = Int(clamping: Clock.now())
            let token = GuardTests.token
            let proof = TestKey().proof("GET", htu, token: token, iat: now, jti: jti)
            do throws(ProofRefusal) {
                _ = try proofs.under(book.current()).check(
                    [proof],
                    ProofGuard.Aim(method: "GET", url: Scene.apiURL, token: token, jkt: jkt ?? TestKey().jkt))
                return nil
            } catch { return error.check }
        }
        let alg = FaultBookTests.book("alg=no-es256:1")
        #expect(refusal(alg, jti: "a") == "proof.alg" && refusal(alg, jti: "b") == nil)
        let strict = FaultBookTests.book("htu=strict:1")
        #expect(refusal(strict, jti: "c") == nil, "the same text takes no time")
        let shouted = Scene.apiURL.replacing("https", with: "HTTPS")
        #expect(
            refusal(strict, htu: shouted, jti: "d") == "proof.htu" && refusal(strict, htu: shouted, jti: "e") == nil)
        let binding = FaultBookTests.book("binding=unchecked:1")
        #expect(refusal(binding, jti: "f") == nil && binding.texts == ["binding=unchecked:1"])
        #expect(refusal(binding, jkt: "other", jti: "g") == nil)
        #expect(refusal(binding, jkt: "other", jti: "h") == "proof.binding")
        let replay = FaultBookTests.book("replay=unchecked:1")
        #expect(refusal(replay, jti: "i") == nil && refusal(replay, jti: "i") == nil)
        #expect(refusal(replay, jti: "i") == "proof.jti")
    }
}
