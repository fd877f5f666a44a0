import Arguments
import FlowModel
import LabOptions

/// `dpop-tui run`: the flow, live, against real servers or the built-in lab.
enum RunCommand {
    static let command = Arguments.Command(
        "run", "Run the flow live, stopping before every send; without settings, against the built-in lab.",
        about: """
            The target is an issuer (or the URL of its metadata), or the name of a profile in
            $XDG_CONFIG_HOME/dpop-tui/config.toml, or project:NAME in ./dpop-tui.toml. What that file asks for outside
            its folder is used only after you allow it (`dpop-tui config allow`). Settings and looks are options, variables
            and keys of a profile: --client-id, DPOP_TUI_CLIENT_ID, client-id = "…". Options override variables, and
            variables override profiles.

            The metadata of an issuer is asked for at four addresses, in this order, until one has it:
            ISSUER/.well-known/openid-configuration; /.well-known/oauth-authorization-server between host and path
            (RFC 8414); /.well-known/openid-configuration there; ISSUER/.well-known/oauth-authorization-server. If
            the target is the address of a metadata document, only that address is asked.

            On a loopback redirect URL the run listens for the browser, and uses the code only if state and iss (RFC 9207)
            are right. With any other redirect URL (another host, https, an app's scheme, a port in use), paste the URL
            that the browser was sent back to, or write it to standard input.

            PARAMETERS
              --param NAME=VALUE is sent with the authorization request (pushed or not), the
              device authorization request, the token request and later refreshes. What
              OAuth's registry has for one of them only is sent with that one: prompt,
              login_hint, acr_values, max_age, claims, id_token_hint, response_mode and
              authorization_details with the authorization request, where the grant has
              one; requested_token_type with the token request, and with no refresh. Each
              is sent once and replaces what the run would send; audience and resource may
              be given several times. The options of this group are parameters too.

            EXAMPLES
              dpop-tui run
              dpop-tui run https://idp.test/realms/demo --client-id cli --client-secret @secret \\
                --resource https://api.test/resource
              dpop-tui run https://idp.test/realms/demo --client-id cli --grant-type authorization_code \\
                --scopes openid --prompt login --resource-indicator https://api.test --param kc_idp_hint=github
              dpop-tui run staging --headless --format json
              dpop-tui run --fault nonce=required --lab "--opaque --auth-methods introspection"

            EXIT STATUS
              0 nothing failed or was refused · 1 something did · 2 wrong usage ·
              3 unreadable input, unwritable output or recording ·
              4 network, or nobody came back from a login or approved a device in time (--login-timeout) ·
              5 not allowed: a folder's file, or an origin · 128+n ended by signal n, after saying what was sent
            """,
        takes: RunOptions.table
    ) { values in
        guard !values[LabOptions.fault].contains("list") else {
            say(Harmless(lines: FaultKind.list()))
            return
        }
        var live = LiveRun(values)
        try live.run()
    }
}

/// One live run, on screen or without one.
struct LiveRun {
    private var values: Values

    /// What was said on the command line and in the environment.
    init(_ values: Values) { self.values = values }

    private var isHeadless: Bool { values[RunOptions.headless] || isatty(1) != 1 }

    mutating func run() throws {
        let prepared: (setup: LiveSetup, lab: LabProcess?)
        do { prepared = try prepare() } catch let error as ConfigError {
            complain("\(error)")
            throw Exit.usage
        } catch let error as NotAllowed {
            complain("\(error)")
            throw Exit.notAllowed
        } catch let error as FileError {
            complain("\(error)")
            throw Exit.unreadable
        } catch let error as LoadError {
            complain("\(error)")
            throw Exit.network
        }
        var recorder: Recorder?
        do throws(FileError) {
            let record = values[RunOptions.record]
            if let record, record != "none" { recorder = try Recorder(record) }
            if record == nil { recorder = try Recorder.usual(at: Transfer.now()) }
        } catch {
            complain("not recorded: \(error)")
            throw Exit.unreadable
        }
        SecretBytes.forbidCoreDumps()
        let looks = Looks(values)
        looks.applyColor()
        // A person is there, but no screen: they are asked before every send all the same.
        let isPlain = !isHeadless && (TerminalSettings.isDumb || looks.isPlain)
        let driver: LiveDriver
        do throws(CryptoError) {
            driver = try LiveDriver(prepared.setup, recorder: recorder, lab: prepared.lab, isUnwatched: isHeadless)
        } catch {
            complain("no key: \(error)")
            throw Exit.usage
        }
        if isHeadless {
            try HeadlessRun(
                driver: driver, format: values[CheckCommand.format], verbose: values[CheckCommand.verbose],
                clock: values[Judging.clock].text,
                settings: prepared.setup.settings
            ).run()
        } else if isPlain {
            try PlainRun(driver: driver).run()
        } else {
            try LiveScreen.run(driver, looks: looks, settings: prepared.setup.settings)
        }
    }

    /// Settings of the profile that is named, or of the default: the user's, then the folder's. The name it has.
    private mutating func takeProfile(_ named: String?) throws -> String? {
        let files = try ConfigFile.all()
        let chosen = files.first { $0.defaultProfile != nil }
        guard let name = named ?? chosen.flatMap({ $0.defaultProfile.map($0.shown) }) else { return nil }
        let (file, own) = try ConfigFile.find(name, in: files)
        values.fill(from: try file.profile(own))
        var wishes = FolderWish.all(in: values, of: file)
        if named == nil, file.owner == .project {
            let words = "starts runs against '\(own)' where no profile is named"
            wishes.insert(FolderWish(place: file.defaultPlace, key: "default", words: words), at: 0)
        }
        try FolderConsent.require(file, wishes, mayAsk: !isHeadless)
        return file.shown(own)
    }

    /// Settings by precedence: flag, environment, profile. No target at all is the lab.
    private mutating func prepare() throws -> (setup: LiveSetup, lab: LabProcess?) {
        var profileName: String?
        let target = values[RunOptions.target]
        if let target {
            if target.has("://") {
                values.say(RunOptions.issuer.spec, [target], .commandLine("<target>"))
            } else {
                profileName = target
            }
        }
        let isOpen = target == nil && values[RunOptions.issuer] == nil && values[RunOptions.tokenEndpoint] == nil
        // A run that names its servers needs no profile: a folder's file cannot even stop it.
        if profileName != nil || isOpen { profileName = try takeProfile(profileName) }
        try SchemelessURL.check(values)
        let isLab = values[RunOptions.issuer] == nil && values[RunOptions.tokenEndpoint] == nil
        if isLab, profileName != nil, values[RunOptions.resource] != nil {
            throw ConfigError(
                place: "profile '\(profileName!)'", words: "it names a resource but no issuer and no token-endpoint")
        }
        var setup = try SetupBuilder(values: values, settings: Judging(values).settings).build()
        setup.opensBrowser = !values[RunOptions.noBrowser]
        setup.keyFiles = try Looks(values).readKeys()
        guard isLab else {
            if setup.plan.resource == nil { SetupBuilder.tellIdle(values) }
            if !values[LabOptions.fault].isEmpty || values[RunOptions.lab] != nil {
                throw ConfigError(place: "--fault", words: "faults are the lab's; this run has an issuer of its own")
            }
            setup.name =
                profileName
                ?? HTTPURL(values[RunOptions.issuer] ?? values[RunOptions.tokenEndpoint] ?? "").host.description
            return (setup, nil)
        }
        return (
            labSetup(setup),
            try LabProcess(
                arguments: values[LabOptions.fault].flatMap { ["--fault", $0] }
                    + (values[RunOptions.lab]?.split(separator: " ").map(String.init) ?? []))
        )
    }

    private func labSetup(_ setup: LiveSetup) -> LiveSetup {
        var setup = setup
        setup.name = "lab"
        setup.isDemo = ["", "run"].contains(CommandLine.arguments.dropFirst().joined(separator: " "))
        let shape = setup.resourceShape
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
            if plan.resource == nil {
                var resource = shape
                resource.url = endpoints.gateway + "/anything?color=blue"
                plan.resource = resource
            }
            if transport.cacert == nil { transport.cacert = endpoints.cacert }
        }
        return setup
    }
}
