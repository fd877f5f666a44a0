import ArgumentParser
import FlowModel

/// `dpop-tui run`: the flow, live, against real servers or the built-in lab.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the flow live, stopping before every send; without settings, against the built-in lab.",
        discussion: """
            TARGET is an issuer (or the URL of its metadata), or the name of a profile in ./dpop-tui.toml or
            $XDG_CONFIG_HOME/dpop-tui/config.toml. Every option is also a key of a profile and a variable DPOP_TUI_….

            EXAMPLES
              dpop-tui run
              dpop-tui run https://idp.test/realms/demo --client-id cli --client-secret @secret \\
                --resource https://api.test/resource
              dpop-tui run staging --headless --format json
              dpop-tui run --lab nonce=required --lab-gateway introspection

            EXIT STATUS
              0 no failing finding · 1 at least one, or refused · 2 wrong usage · 3 unreadable input · 4 network · 130 interrupted
            """)

    @Argument(help: "An issuer's URL, or the name of a profile.") var target: String?
    @Flag(help: "No screen: send everything, print what the checks say.") var headless = false
    @Option(name: .shortAndLong, help: "text, json, junit, sarif or tap; for --headless.") var format = ReportFormat.text
    @Flag(name: .shortAndLong, help: "In text, list passing checks too.") var verbose = false
    @Option(help: ArgumentHelp("Append to this capture instead of one under $XDG_STATE_HOME; 'none' records nothing.", valueName: "file")) var record: String?
    @Option(help: ArgumentHelp("A fault of the built-in lab; `dpop-tui lab --fault list` explains them.", valueName: "fault")) var fault: [String] = []
    @Option(help: ArgumentHelp("More options for the built-in lab, in one text.", valueName: "options")) var lab: String?
    @Flag(help: "Do not open a browser; print the URL.") var noBrowser = false
    @OptionGroup var settings: RunOptions
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var options: CheckOptions

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
            if let record, record != "none" { recorder = try Recorder(record) }
            if record == nil { recorder = try Recorder.usual(at: Transfer.now()) }
        } catch {
            complain("not recorded: \(error)")
            throw Exit.unreadable
        }
        CoreDumps.forbid()
        let driver: LiveDriver
        do throws(CryptoError) { driver = try LiveDriver(prepared.setup, recorder: recorder, lab: prepared.lab) } catch {
            complain("no key: \(error)")
            throw Exit.usage
        }
        if headless || isatty(1) != 1 || TerminalSettings.isDumb || screen.isPlain {
            try HeadlessRun(driver: driver, format: format, verbose: verbose, options: options, noBrowser: noBrowser).run()
        } else {
            try LiveScreen.run(driver, screen: screen, settings: prepared.setup.settings)
        }
    }

    /// Settings by precedence: flag, environment, project's file, user's file. No target at all is the lab.
    private func prepare() throws -> (setup: LiveSetup, lab: LabProcess?) {
        var values = try settings.values()
        var profileName: String?
        if let target {
            if target.has("://") { values.set("issuer", [target], SettingSource(words: "TARGET")) } else { profileName = target }
        }
        values.fill(from: try SettingValues.fromEnvironment())
        let files = try ConfigFile.all()
        if profileName == nil, target == nil, values.text("issuer") == nil, values.text("token-endpoint") == nil {
            profileName = files.last { $0.defaultProfile != nil }?.defaultProfile
        }
        if let profileName { values.fill(from: try ConfigFile.profile(profileName, in: files)) }
        let isLab = values.text("issuer") == nil && values.text("token-endpoint") == nil
        if isLab, profileName != nil, values.text("resource") != nil {
            throw ConfigError(place: "profile '\(profileName!)'", words: "it names a resource but no issuer and no token-endpoint")
        }
        var setup = try SetupBuilder(values: values, forceKey: settings.forceKey, settings: try options.settings()).build()
        setup.keyFiles = try screen.readKeys()
        guard isLab else {
            if !fault.isEmpty || lab != nil { throw ConfigError(place: "--fault", words: "faults are the lab's; this run has an issuer of its own") }
            setup.name = profileName ?? HTTPURL(values.text("issuer") ?? values.text("token-endpoint") ?? "").host.description
            return (setup, nil)
        }
        return (labSetup(setup, values), try LabProcess(arguments: fault.flatMap { ["--fault", $0] } + (lab?.split(separator: " ").map(String.init) ?? [])))
    }

    private func labSetup(_ setup: LiveSetup, _ values: SettingValues) -> LiveSetup {
        var setup = setup
        setup.name = "lab"
        setup.completeForLab = { plan, transport, endpoints in
            plan.issuer = endpoints.issuer
            if plan.clientID.isEmpty {
                let isPublic = [.authorizationCode, .password, .device].contains(plan.grant) && plan.clientAuthentication == .none
                plan.clientID = isPublic ? "lab-public" : "lab-client"
                if !isPublic, plan.clientAuthentication == .none { (plan.clientAuthentication, plan.clientSecret) = (.basic, "lab-secret") }
            }
            if plan.grant == .password { (plan.username, plan.password) = (plan.username ?? "ada", plan.password ?? "lovelace") }
            if plan.resource == nil { plan.resource = ResourceRequest(url: endpoints.gateway + "/anything?color=blue") }
            if transport.cacert == nil { transport.cacert = endpoints.cacert }
        }
        return setup
    }
}

/// Private keys must not end in a core file.
enum CoreDumps {
    static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
