import ArgumentParser
import FlowModel

/// `dpop-tui run`: the flow, live, against real servers or the built-in lab.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: overview, discussion: "`dpop-tui run --help` lists the settings.")
    static let overview = "Run the flow live, stopping before every send; without settings, against the built-in lab."

    @Argument(parsing: .captureForPassthrough) var words: [String] = []

    func run() throws { try Self.run(words) }

    /// `dpop-tui run WORDS`, straight from the command line: nothing of a run waits for ArgumentParser.
    static func run(_ words: [String]) throws {
        let arguments: RunArguments
        do throws(ConfigError) { arguments = try RunArguments(words) } catch {
            complain(TextReport.harmless("\(error)"))
            throw Exit.usage
        }
        if arguments.wantsHelp {
            Swift.print(RunArguments.help(), terminator: "")
            return
        }
        // The usual settings need no parsing; ArgumentParser's reflection costs more than a request.
        let options = arguments.checks.isEmpty ? nil : try CheckOptions.parse(arguments.checks)
        try LiveRun(
            arguments: arguments, settings: options?.settings() ?? CheckSettings(), clock: options?.clock ?? "capture",
            screen: { try ScreenOptions.parse(arguments.screen) }
        ).run()
    }

    static let about = """
        TARGET is an issuer (or the URL of its metadata), or the name of a profile in ./dpop-tui.toml or
        $XDG_CONFIG_HOME/dpop-tui/config.toml. Every option is also a key of a profile and a variable DPOP_TUI_….

        EXAMPLES
          dpop-tui run
          dpop-tui run https://idp.test/realms/demo --client-id cli --client-secret @secret \\
            --resource https://api.test/resource
          dpop-tui run staging --headless --format json
          dpop-tui run --fault nonce=required --lab "--opaque --auth-methods introspection"

        EXIT STATUS
          0 no failing finding · 1 at least one, or refused · 2 wrong usage · 3 unreadable input · 4 network · 130 interrupted
        """
}

/// One live run, on screen or without one.
struct LiveRun {
    let arguments: RunArguments
    let settings: CheckSettings
    /// As it was given: the report repeats it.
    let clock: String
    let screen: () throws -> ScreenOptions

    func run() throws {
        let prepared: (setup: LiveSetup, lab: LabProcess?)
        do { prepared = try prepare() } catch let error as ConfigError {
            complain(TextReport.harmless("\(error)"))
            throw Exit.usage
        } catch let error as FileError {
            complain(TextReport.harmless("\(error)"))
            throw Exit.unreadable
        } catch let error as LoadError {
            complain("\(error)")
            throw Exit.network
        }
        var recorder: Recorder?
        do throws(FileError) {
            if let record = arguments.record, record != "none" { recorder = try Recorder(record) }
            if arguments.record == nil { recorder = try Recorder.usual(at: Transfer.now()) }
        } catch {
            complain("not recorded: \(error)")
            throw Exit.unreadable
        }
        SecretBytes.forbidCoreDumps()
        let isHeadless = arguments.headless || isatty(1) != 1
        // A person is there, but no screen: they are asked before every send all the same.
        let isPlain = try !isHeadless && (TerminalSettings.isDumb || screen().isPlain)
        let driver: LiveDriver
        do throws(CryptoError) {
            driver = try LiveDriver(prepared.setup, recorder: recorder, lab: prepared.lab, isUnwatched: isHeadless)
        } catch {
            complain("no key: \(error)")
            throw Exit.usage
        }
        if isHeadless {
            try HeadlessRun(
                driver: driver, format: arguments.format, verbose: arguments.verbose, clock: clock,
                settings: prepared.setup.settings
            ).run()
        } else if isPlain {
            try PlainRun(driver: driver).run()
        } else {
            try LiveScreen.run(driver, screen: screen(), settings: prepared.setup.settings)
        }
    }

    /// Settings by precedence: flag, environment, project's file, user's file. No target at all is the lab.
    private func prepare() throws -> (setup: LiveSetup, lab: LabProcess?) {
        var values = arguments.values
        var profileName: String?
        if let target = arguments.target {
            if target.has("://") {
                values.set("issuer", [target], SettingSource(words: "TARGET"))
            } else {
                profileName = target
            }
        }
        values.fill(from: try SettingValues.fromEnvironment())
        let files = try ConfigFile.all()
        if profileName == nil, arguments.target == nil, values.text("issuer") == nil,
            values.text("token-endpoint") == nil
        {
            profileName = files.last { $0.defaultProfile != nil }?.defaultProfile
        }
        if let profileName { values.fill(from: try ConfigFile.profile(profileName, in: files)) }
        let isLab = values.text("issuer") == nil && values.text("token-endpoint") == nil
        if isLab, profileName != nil, values.text("resource") != nil {
            throw ConfigError(
                place: "profile '\(profileName!)'", words: "it names a resource but no issuer and no token-endpoint")
        }
        var setup = try SetupBuilder(values: values, forceKey: arguments.forceKey, settings: settings).build()
        setup.opensBrowser = !arguments.noBrowser
        if arguments.screen.contains("--key") { setup.keyFiles = try screen().readKeys() }
        guard isLab else {
            if !arguments.faults.isEmpty || arguments.lab != nil {
                throw ConfigError(place: "--fault", words: "faults are the lab's; this run has an issuer of its own")
            }
            setup.name =
                profileName ?? HTTPURL(values.text("issuer") ?? values.text("token-endpoint") ?? "").host.description
            return (setup, nil)
        }
        return (
            labSetup(setup, values),
            try LabProcess(
                arguments: arguments.faults.flatMap { ["--fault", $0] }
                    + (arguments.lab?.split(separator: " ").map(String.init) ?? []))
        )
    }

    private func labSetup(_ setup: LiveSetup, _ values: SettingValues) -> LiveSetup {
        var setup = setup
        setup.name = "lab"
        setup.completeForLab = { plan, transport, endpoints in
            plan.issuer = endpoints.issuer
            if plan.clientID.isEmpty {
                let isPublic =
                    [.authorizationCode, .password, .device].contains(plan.grant) && plan.clientAuthentication == .none
                plan.clientID = isPublic ? "lab-public" : "lab-client"
                if !isPublic, plan.clientAuthentication == .none {
                    (plan.clientAuthentication, plan.clientSecret) = (.basic, "lab-secret")
                }
            }
            if plan.grant == .password {
                (plan.username, plan.password) = (plan.username ?? "ada", plan.password ?? "lovelace")
            }
            if plan.resource == nil { plan.resource = ResourceRequest(url: endpoints.gateway + "/anything?color=blue") }
            if transport.cacert == nil { transport.cacert = endpoints.cacert }
        }
        return setup
    }
}
