import FlowModel
import Testing

@testable import dpop_tui

/// Keys in a live run: what they do to the model, and what they ask of the driver.
struct LiveUpdateTests {
    private func model(_ phase: LiveStatus.Phase = .ready(.token), step: Int = 0) -> Model {
        let key = try! SigningKey.generate(.named("ES256")!)
        var plan = FlowPlan()
        plan.endpoints.token = "https://as.test/token"
        plan.resource = ResourceRequest(url: "https://api.test/r")
        let flow = LiveFlow(plan: plan, key: key)
        let line = FlowLine.write(
            Exchange(index: 0, request: try! flow.request(.token, at: 1_795_334_400), started: 1_795_334_400))
        let loaded = try! LoadedCapture.read(Bytes(line))
        let document = Document(
            files: [Document.File(name: "lab", loaded: loaded)], settings: CheckSettings(),
            live: LivePlan(pending: 0, ahead: [.resource], resource: "GET /r"))
        var model = Model(
            document: document, width: 120, height: 40, live: LiveStatus(phase: phase, pending: 0, extras: [.userinfo]))
        model.select(step: step)
        return model
    }

    @Test func theWholeSequenceIsOnScreenBeforeItHappens() {
        #expect(model().steps.map(\.label) == ["1", "2", "3", "4", "5", "6", "7", "8"])
    }

    @Test func nWalksToTheWaitingStepAndSendsThere() {
        var model = model()
        #expect(model.update(.key(.character("n"))) == [])
        #expect(model.step == 1)
        #expect(model.update(.key(.character("n"))) == [.live(.go)])
        #expect(model.update(.key(.enter)) == [.live(.go)])
        #expect(model.update(.key(.character("p"))) == [])
        #expect(model.step == 0)
    }

    /// A run that has more to do than the step behind the cursor: n goes where the status says.
    @Test func nGoesToTheStepThatWaits() {
        var model = model()
        let first = model.steps.firstIndex { $0.exchange == model.live?.pending && $0.kind.isRequest }
        model.breakpoints = [.token]
        #expect(model.waitingStep == first)
        #expect(model.live?.words(atSend: false, step: "2") == "step 2 waits; n: go to it, c: send on")
        _ = model.update(.key(.character("n")))
        #expect(model.step == first && model.isAtSend)
        model.live?.phase = .visit("https://as.test/auth")
        model.select(step: 0)
        _ = model.update(.key(.character("n")))
        #expect(model.step == model.waitingStep && model.isAtSend)
    }

    @Test func whatIsAddedComesOnScreen() {
        var model = model(step: 0)
        _ = model.update(.key(.character("a")))
        #expect(model.update(.key(.character("u"))) == [.live(.add(.userinfo))])
        _ = model.update(.live(model.document, model.live!))
        #expect(model.step == model.pendingStep)
    }

    @Test func aBreakpointIsSeenInDiagramAndList() {
        var model = model(step: 1)
        #expect(!model.screen.contains("✓●2"))
        _ = model.update(.key(.character("b")))
        #expect(model.screen.contains("✓●2"))
        model.message = nil
        #expect(model.screen.contains("b no breakpoint"))
        (model.width, model.height) = (80, 24)
        #expect(model.screen.contains("2✓●"))
    }

    @Test func qAsksOnceWhereARunIsNotFinished() {
        var model = model()
        #expect(model.update(.key(.escape)) == [] && model.message == "q leaves")
        #expect(model.update(.key(.character("q"))) == [])
        #expect(model.screen.contains("The run is not finished: q again leaves, Esc stays"))
        #expect(model.update(.key(.escape)) == [])
        #expect(!model.screen.contains("q again leaves"))
        #expect(model.update(.key(.character("q"))) == [])
        #expect(model.update(.key(.character("p"))) == [] && !model.asksToLeave)
        #expect(model.update(.key(.character("q"))) == [])
        #expect(model.update(.key(.character("q"))) == [.quit(0)])
        #expect(model.update(.key(.character("Q"))) == [.quit(0)])
    }

    @Test func aFinishedRunIsLeftAtOnceUnlessItIsRecordedNowhere() {
        var model = model(.finished)
        #expect(model.update(.key(.character("q"))) == [.quit(0)])
        #expect(model.update(.key(.escape)) == [])
        (model.live!.isUnrecorded, model.live!.canRepeat) = (true, true)
        #expect(model.update(.key(.control("c"))) == [])
        #expect(model.leavingQuestion == "It is recorded nowhere: q again leaves, Esc stays")
        #expect(model.update(.key(.control("c"))) == [.quit(0)])
    }

    @Test func whatAPersonWasToldGoesWhenTheLoginCameBack() {
        var model = model(.visit("https://as.test/auth"))
        _ = model.update(.failed("log in at https://as.test/auth"))
        #expect(model.screen.contains("log in at https://as.test/auth"))
        _ = model.update(.live(model.document, LiveStatus(phase: .ready(.token), pending: 0)))
        #expect(!model.screen.contains("log in at"))
    }

    @Test func hintsSayWhatTheKeysDoNow() {
        var model = model()
        func has(_ words: String) -> Bool { model.screen.contains(words) }
        #expect(has("n to step 2") && has("c send all") && !has("r send again") && !has("e edit request"))
        model.select(step: 1)
        #expect(has("n send ") && has("e edit request"))
        model.breakpoints = [.resource]
        #expect(has("c to the breakpoint"))
        model.live?.canRepeat = true
        #expect(has("r send again"))
        model.live?.phase = .sending(.token)
        #expect(has("Esc cancel") && !has("r send again") && !has("c to the"))
        model.live?.phase = .decide("the token is not bound")
        #expect(has("n go on as Bearer") || model.step < (model.waitingStep ?? 0))
    }

    @Test(arguments: [(120, 40), (80, 24)]) func theDemoSaysHowToBegin(width: Int, height: Int) {
        var model = model()
        (model.width, model.height) = (width, height)
        #expect(!model.screen.contains("Demo"))
        model.live?.isDemo = true
        #expect(model.screen.contains("n: go to the next request, n again: send it"))
        #expect(model.screen.contains("step 2 waits; n: go to it"))
        model.live?.phase = .sending(.token)
        #expect(!model.screen.contains("Demo"))
        (model.live!.phase, model.live!.canRepeat) = (.ready(.resource), true)
        #expect(!model.screen.contains("Demo"))
    }

    @Test func cGoesOnToBreakpoints() {
        var model = model(step: 3)
        #expect(model.update(.key(.character("b"))) == [])
        #expect(model.breakpoints == [.resource])
        #expect(model.update(.key(.character("B"))) == [])
        #expect(model.update(.key(.character("c"))) == [.live(.run(until: [.resource], stopsAtFailure: true))])
        #expect(model.update(.key(.character("b"))) == [])
        #expect(model.breakpoints == [])
    }

    @Test func escAndControlCCancelWhatIsOnItsWay() {
        var model = model(.sending(.token))
        #expect(model.update(.key(.escape)) == [.live(.cancel)])
        #expect(model.update(.key(.control("c"))) == [.live(.cancel)])
        #expect(model.update(.key(.character("c"))) == [])
        #expect(model.message == "a request is on its way; Esc cancels it")
        model.live?.phase = .finished
        #expect(model.update(.key(.control("c"))) == [.quit(0)])
    }

    @Test func whatWasSentCanBeSentAgain() {
        var model = model()
        #expect(model.update(.key(.character("r"))) == [])
        #expect(model.message == "nothing was sent yet; n sends the request on screen")
        model.live?.canRepeat = true
        #expect(model.update(.key(.character("r"))) == [.live(.again(isVerbatim: false))])
        #expect(model.update(.key(.character("!"))) == [.live(.again(isVerbatim: true))])
        model.live?.phase = .sending(.token)
        #expect(model.update(.key(.character("!"))) == [])
        #expect(model.message == "a request is on its way; Esc cancels it")
    }

    @Test func restartAsksForTheKey() {
        var model = model()
        #expect(model.update(.key(.character("R"))) == [])
        #expect(model.prompt?.kind == .restart)
        #expect(model.update(.key(.character("n"))) == [.live(.restart(newKey: true))])
        #expect(model.update(.key(.character("R"))) == [])
        #expect(model.update(.key(.character("s"))) == [.live(.restart(newKey: false))])
        #expect(model.update(.key(.character("R"))) == [])
        #expect(model.update(.key(.escape)) == [])
        #expect(model.prompt == nil)
    }

    @Test func moreOffersWhatThereIs() {
        var model = model()
        #expect(model.update(.key(.character("a"))) == [])
        #expect(model.update(.key(.character("u"))) == [.live(.add(.userinfo))])
        #expect(model.update(.key(.character("a"))) == [])
        #expect(model.update(.key(.character("i"))) == [])
        #expect(
            model.message == "no introspection now: the IdP has no endpoint for it, or there is no token for it yet")
    }

    /// Whoever walks with n stops before a secret goes astray: the answer is a key of its own.
    @Test func whereASecretGoesIsAskedFirst() {
        let question = LiveStatus.Question(words: "token_endpoint is plain http", origin: "http://a.test")
        var model = model(.consent(question), step: 7)
        #expect(model.live?.words == "token_endpoint is plain http; n asks whether it may go there, Esc stops")
        for key in ["n", "c", "\r"] {
            let press = key == "\r" ? Key.enter : .character(Character(key))
            #expect(model.update(.key(press)) == [] && model.prompt?.kind == .consent, "\(key)")
            #expect(model.update(.key(press)) == [] && model.prompt == nil)
        }
        #expect(model.update(.key(.character("n"))) == [])
        #expect(model.update(.key(.character("y"))) == [.live(.allow(origin: "http://a.test"))])
        #expect(model.update(.key(.escape)) == [.live(.cancel)])
    }

    @Test func onlyWhatMetadataNamesIsAskedFor() {
        var plan = FlowPlan()
        plan.issuer = "https://idp.example.com"
        plan.endpoints.userinfo = "http://127.0.0.1/userinfo"
        var endpoints = plan.endpoints
        endpoints.token = "http://idp.example.com/token"
        endpoints.revocation = "https://10.0.0.1/revoke"
        endpoints.introspection = "https://elsewhere.example.com/introspect"
        let gate = OriginGate(plan, allowed: [])
        #expect(gate.question(before: .token, endpoints)?.origin == "http://idp.example.com")
        #expect(gate.question(before: .refresh, endpoints) != nil)
        #expect(gate.question(before: .revocation, endpoints)?.words.contains("a private network") == true)
        for stage in [LiveStage.introspection, .userinfo, .resource, .discovery, .device] {
            #expect(gate.question(before: stage, endpoints) == nil, "\(stage)")
        }
        let allowing = OriginGate(plan, allowed: ["http://idp.example.com/"])
        #expect(allowing.question(before: .token, endpoints) == nil)
        plan.issuer = nil
        #expect(OriginGate(plan, allowed: []).question(before: .token, endpoints) == nil)
    }

    @Test func theLoginIsShownBeforeItIsOpened() {
        let model = model(.visit("https://as.test/auth?client_id=a"))
        #expect(model.live?.words.hasPrefix("n opens https://as.test/auth in a browser") == true)
        for url in [
            "--version", "file:///etc/passwd", "javascript:alert(1)", "https://a.test/ --x", "http://", "-https://a",
        ] {
            #expect(Browser.open(url)?.hasPrefix("not opened: expected a URL of http or https") == true, "\(url)")
        }
    }

    @Test func theRedirectCanBePasted() {
        var model = model(.visit("https://as.test/auth"))
        #expect(model.update(.key(.character("y"))) == [.copy("https://as.test/auth", what: "the login URL")])
        #expect(model.update(.key(.character(":"))) == [])
        #expect(model.update(.paste("redirect http://127.0.0.1/cb?code=1")) == [])
        #expect(model.update(.key(.enter)) == [.live(.redirect("http://127.0.0.1/cb?code=1"))])
    }

    @Test func theRequestOnScreenIsEdited() {
        var model = model(step: 1)
        #expect(model.update(.key(.character("e"))) == [.live(.edit)])
    }

    @Test(arguments: [
        ("profile = 1", "FILE:1:1: unknown key 'profile'; expected default or [profiles.NAME]"),
        ("[profiles.a]\nisuer = \"x\"", "FILE:2:1: unknown setting 'isuer'; did you mean 'issuer'?"),
        ("[profiles.a]\r\nisuer = \"x\"\r\n", "FILE:2:1: unknown setting 'isuer'; did you mean 'issuer'?"),
        ("[profiles.a]\nissuer = []", "FILE:2:10: expected a text for issuer"),
        (
            "[profiles.a]\n\ngrant-type = \"magic\"",
            "FILE:3:14: grant-type: unknown grant 'magic'; expected one of client_credentials, authorization_code, refresh_token, password, device, token-exchange, jwt-bearer"
        ),
        ("[profiles.a]\nhttp-timeout = -1", "FILE:2:16: http-timeout: expected seconds, more than 0, found '-1'"),
        ("[profiles.b]\npar = \"yes\"", "FILE:2:7: par: expected true or false, found 'yes'"),
        ("default = \"c\"\n[profiles.b]", "FILE:1:11: there is no profile 'c'; there are b"),
    ])
    func mistakesInProfilesNameFileAndLine(text: String, words: String) throws {
        let path = try PrivateFile.make(text, name: "config").get()
        defer { unlink(path) }
        #expect { try ConfigFile(path) } throws: { "\($0)" == "\(path)" + words.dropFirst(4) }
    }

    @Test func profilesInherit() throws {
        let path = try PrivateFile.make(
            "[profiles.a]\nissuer = \"https://a.test\"\nclient-id = \"one\"\n[profiles.b]\ninherits = \"a\"\nclient-id = \"two\"\n[profiles.x]\ninherits = \"y\"\n[profiles.y]\ninherits = \"x\"\n",
            name: "config"
        ).get()
        defer { unlink(path) }
        let files = [try ConfigFile(path)]
        let values = try ConfigFile.profile("b", in: files)
        #expect(values[RunOptions.issuer] == "https://a.test")
        #expect(values[RunOptions.clientID] == "two")
        #expect { try ConfigFile.profile("x", in: files) } throws: {
            "\($0)".hasSuffix("profile 'x' inherits itself: x → y → x")
        }
        #expect { try ConfigFile.profile("z", in: files) } throws: {
            "\($0)".hasSuffix("there is no profile 'z'; there are a, b, x, y")
        }
    }
}
