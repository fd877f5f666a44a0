import FlowModel
import Testing

/// The two names of Ed25519, as a live run chooses between them.
struct EdwardsNameTests {
    private static let key = try! SigningKey.generate(.named("EdDSA")!)

    private func flow(_ key: SigningKey = key, _ change: (inout FlowPlan) -> Void = { _ in }) -> LiveFlow {
        var plan = FlowPlan()
        plan.issuer = "https://as.test"
        plan.clientID = "client"
        change(&plan)
        return LiveFlow(plan: plan, key: key)
    }

    private func metadata(_ members: String) -> Response {
        Response(
            status: 200,
            body: Body(Bytes("{\"issuer\":\"https://as.test\",\"token_endpoint\":\"https://as.test/token\"\(members)}"))
        )
    }

    private func algorithm(_ flow: LiveFlow, _ response: Response) throws -> String? {
        var flow = flow
        let request = try flow.request(.discovery, at: 1)
        flow.take(response, to: request, of: .discovery)
        let proof = CompactJWS(try flow.request(.token, at: 2).headers.first("dpop") ?? "")
        #expect(SignatureVerifier().verify(proof, with: flow.key.jwk) == .valid)
        return proof.alg
    }

    struct List: Sendable {
        let members: String
        let name: String
        let words: String?
        init(_ algorithms: String?, _ name: String, _ words: String?) {
            members = algorithms.map { ",\"dpop_signing_alg_values_supported\":\($0)" } ?? ""
            (self.name, self.words) = (name, words)
        }
    }

    static let lists: [List] = [
        List("[\"ES256\",\"EdDSA\"]", "EdDSA", nil),
        List(
            "[\"ES256\",\"Ed25519\"]", "Ed25519",
            "signs as Ed25519: the name that dpop_signing_alg_values_supported has"),
        List("[\"Ed25519\",\"EdDSA\"]", "EdDSA", "dpop_signing_alg_values_supported has EdDSA and Ed25519"),
        List("[\"ES256\"]", "EdDSA", "dpop_signing_alg_values_supported has none of EdDSA and Ed25519"),
        List(nil, "EdDSA", "the metadata has no dpop_signing_alg_values_supported"),
        List("\"Ed25519\"", "EdDSA", "none of"), List("[1,null,{}]", "EdDSA", "none of"),
    ]

    @Test(arguments: lists) func theServersListDecides(list: List) throws {
        let response = metadata(list.members)
        #expect(try algorithm(flow(), response) == list.name)
        let notes = flow().keyNotes(of: response)
        #expect(notes.count == (list.words == nil ? 0 : 1))
        if let words = list.words { #expect(notes.first?.firstRange(of: words) != nil, "\(notes)") }
    }

    @Test func whatWasAskedForStays() throws {
        let response = metadata(",\"dpop_signing_alg_values_supported\":[\"Ed25519\"]")
        let chosen = flow { $0.algorithmIsChosen = true }
        #expect(try algorithm(chosen, response) == "EdDSA")
        #expect(chosen.keyNotes(of: response).isEmpty)
    }

    @Test func otherKeysHaveOneName() throws {
        let response = metadata(",\"dpop_signing_alg_values_supported\":[\"Ed25519\"]")
        let key = try SigningKey.generate(.named("ES256")!)
        #expect(try algorithm(flow(key), response) == "ES256")
        #expect(flow(key).keyNotes(of: response).isEmpty)
        let other = try SigningKey.generate(.named("Ed448")!)
        #expect(try algorithm(flow(other), metadata(",\"dpop_signing_alg_values_supported\":[\"EdDSA\"]")) == "EdDSA")
    }

    /// The client's assertion follows the list that is about it, and `--alg` is not.
    @Test func assertionsFollowTheirOwnList() throws {
        let response = metadata(
            ",\"dpop_signing_alg_values_supported\":[\"EdDSA\"],\"token_endpoint_auth_signing_alg_values_supported\":[\"Ed25519\"]"
        )
        var flow = flow { plan in
            plan.clientAuthentication = .privateKeyJWT
            plan.algorithmIsChosen = true
        }
        #expect(
            flow.keyNotes(of: response).first?.hasPrefix("client assertions: the Ed25519 key signs as Ed25519") == true)
        flow.take(response, to: try flow.request(.discovery, at: 1), of: .discovery)
        let request = try flow.request(.token, at: 2)
        let form = Form(request.body?.bytes ?? Bytes([]))
        #expect(CompactJWS(form["client_assertion"] ?? "").alg == "Ed25519")
        #expect(CompactJWS(request.headers.first("dpop") ?? "").alg == "EdDSA")
        #expect(flow.keyRemarks.count == 1)
    }
}
