import Testing

@testable import FlowModel

@Suite struct RequestDiffTests {
    private let key = TestKey(1)

    private func diff(_ scene: Scene, _ step: String, mask: @escaping (String) -> String = { $0 }) throws -> RequestDiff
    {
        let flow = try #require(scene.flows.first)
        let story = FlowChecker(context: CaptureContext()).story(of: flow) { scene.exchanges[$0] }
        let position = try #require(flow.steps.firstIndex { $0.label == step })
        let pair = try #require(flow.predecessor(of: position))
        let materials = [pair.before, pair.after].compactMap { flow.steps[$0].exchange.flatMap { story.materials[$0] } }
        try #require(materials.count == 2)
        return RequestDiff(materials[0], materials[1], masks: (mask, mask))
    }

    /// Two calls with one token; the second one's answer and fields are the caller's.
    private func twoCalls(_ second: (inout Scene, String, String) -> Void) -> Scene {
        var scene = Scene()
        let token = scene.token(key)
        let proof = key.proof("GET", Scene.apiURL, token: token, jti: "call-1-abcdefgh")
        scene.call(token, proof: proof)
        second(&scene, token, proof)
        return scene
    }

    @Test func aReplayDiffersInItsAnswerOnly() throws {
        let scene = twoCalls {
            $0.call($1, proof: $2, status: 401, answer: [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")])
        }
        #expect(try diff(scene, "9").summary == "differs in status, WWW-Authenticate of the answer")
    }

    @Test func theSameTwiceDiffersInNothing() throws {
        let scene = twoCalls { $0.call($1, proof: $2) }
        let diff = try diff(scene, "9")
        #expect(diff.isSame)
        #expect(diff.text.hasPrefix("nothing differs: the same request and the same answer\n"))
        #expect(!diff.text.split(separator: "\n").contains { $0.hasPrefix("+") || $0.hasPrefix("-") })
    }

    @Test func aNewProofIsNamedByItsClaims() throws {
        let scene = twoCalls { scene, token, _ in
            scene.call(
                token, proof: key.proof("GET", Scene.apiURL, token: token, jti: "call-2-abcdefgh"), method: "PUT")
        }
        let diff = try diff(scene, "9")
        #expect(diff.summary == "differs in method of the request; DPoP of the fields; jti of the proof claims")
        #expect(diff.text.contains("- method   GET\n+ method   PUT\n"))
        #expect(diff.text.contains("- jti  \"call-1-abcdefgh\"\n+ jti  \"call-2-abcdefgh\"\n"))
    }

    /// Fields of one name are paired in order; what is gone and what is new are lines of their own.
    @Test func repeatedFieldsArePaired() throws {
        let scene = twoCalls { scene, token, proof in
            scene.add(
                "GET", Scene.apiURL,
                [
                    ("x-a", "1"), ("X-A", "3"), ("Authorization", "DPoP \(token)"), ("DPoP", proof),
                    ("x-new", "\u{1B}[31m"),
                ])
        }
        var first = scene
        let old = scene.exchanges[1].request
        first.exchanges[1] = Exchange(
            index: 1,
            request: Request(
                method: old.method, url: old.url,
                headers: [Header("X-A", "1"), Header("X-A", "2"), Header("x-gone", "5")] + old.headers),
            response: scene.exchanges[1].response, started: scene.exchanges[1].started,
            duration: scene.exchanges[1].duration)
        let diff = try diff(first, "9")
        let fields = try #require(diff.sections.first { $0.title == "fields" })
        let rows = fields.rows.filter { !$0.isSame }.map { "\($0.name) \($0.before ?? "-") \($0.after ?? "-")" }
        #expect(rows == ["x-a 1 1  (another one)", "X-A 2 3", "x-gone 5 -", "x-new - \u{1B}[31m"])
        #expect(!diff.text.unicodeScalars.contains("\u{1B}"))
    }

    /// Only the field that holds the token is shown as one: another Authorization field is what it says.
    @Test func otherAuthorizationFieldsAreShownAsTheyAre() throws {
        let scene = twoCalls { scene, token, proof in
            scene.add(
                "GET", Scene.apiURL,
                [("Authorization", "DPoP \(token)"), ("Authorization", "Basic YTpi"), ("DPoP", proof)])
        }
        let diff = try diff(scene, "9")
        #expect(diff.summary == "differs in Authorization of the fields")
        #expect(diff.text.contains("+ Authorization  Basic YTpi\n"))
    }

    /// A hostile payload of many members is paired in one pass.
    @Test func manyMembersArePairedAtOnce() throws {
        let scene = twoCalls { scene, token, proof in
            scene.add(
                "GET", Scene.apiURL,
                (0..<20_000).map { ("x-\($0)", "1") } + [("Authorization", "DPoP \(token)"), ("DPoP", proof)])
            scene.add(
                "GET", Scene.apiURL,
                (0..<20_000).reversed().map { ("x-\($0)", "1") } + [
                    ("Authorization", "DPoP \(token)"), ("DPoP", proof),
                ])
        }
        #expect(try diff(scene, "14").isSame)
    }

    @Test func secretsStayHiddenOnBothSides() throws {
        var scene = Scene()
        _ = scene.token(key, form: "grant_type=client_credentials&client_secret=first-secret")
        _ = scene.token(key, form: "grant_type=client_credentials&client_secret=other-secret")
        let diff = try diff(scene, "4") { $0.contains("secret") ? "****" : $0 }
        #expect(diff.summary.contains("client_secret of the body"))
        #expect(diff.text.contains("- client_secret  ****\n+ client_secret  ****  (another one)\n"))
        #expect(!diff.text.contains("first-secret") && !diff.text.contains("other-secret"))
    }

    @Test func stepsWithoutARequestBeforeThemHaveNone() throws {
        let flow = try #require(twoCalls { _, _, _ in }.flows.first)
        #expect(flow.steps.indices.allSatisfy { flow.predecessor(of: $0) == nil })
        #expect(flow.predecessor(of: 99) == nil)
    }
}
