import Arguments
import FlowModel

/// `dpop-tui why`: the cause of a refusal, from whatever a person has at hand.
struct WhyCommand {
    private let input: String?
    private let method: String
    private let url: String?
    private let token: String?
    private let nonce: String?

    static let input = Positional.maybe(
        "input", .file, help: "A file, a proof, or '-'; standard input when left out.")
    static let method = Option.value(
        "--method", "-X", as: "method", .text, default: "GET", help: "The request's method, for a single proof.")
    static let url = Option.value(
        "--url", as: "url", .absoluteURL, help: "The request's URL, for a single proof.")
    static let token = Option.value(
        "--token", as: "token", .secret, help: "The access token it was sent with: itself, @file or env:NAME.")
    static let nonce = Option.value("--nonce", as: "nonce", .text, help: "The nonce the server had given.")
    static let at = Option.value(
        "--at", as: "time", Reading(.time, expected: "RFC 3339, such as 2026-11-22T08:00:00Z", parse: Timestamp.parse),
        help: "When it was sent: RFC 3339; now when left out.")

    static let command = Arguments.Command(
        "why", "Say why a request was refused: from a capture, a `curl -v` transcript, raw headers, or a single proof.",
        about: """
            EXAMPLES
              curl -v https://api.test/r -H "DPoP: $PROOF" 2>&1 | dpop-tui why
              dpop-tui why red.har
              dpop-tui why "$PROOF" --method POST --url https://idp.test/token
              dpop-tui why "$PROOF" --url https://api.test/r --token "$AT" --nonce n-0S6 --at 2026-11-22T08:00:00Z

            EXIT STATUS
              0 nothing is wrong in what can be seen · 1 a cause, or a refusal without one · 2 wrong usage · 3 unreadable input
            """,
        takes: Table(
            [input], options: [method, url, token, nonce, at], groups: [Judging.group, Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let command = WhyCommand(
            input: values[input], method: values[method], url: values[url],
            token: try values.secret(token, warns: false), nonce: values[nonce])
        try command.run(values[at], Judging(values).settings)
    }

    private func run(_ time: Double?, _ settings: CheckSettings) throws {
        let loaded = try read(time)
        let style = TextStyle.current()
        let output = Output(1)
        var isWrong = false
        let checker = FlowChecker(context: loaded.context, settings: settings)
        for flow in loaded.flows where !flow.steps.isEmpty {
            let story = checker.story(of: flow) { loaded.exchange($0) }
            let report = checker.check(flow, story: story)
            let diagnosis = Diagnosis(
                flow: flow, report: report, story: story, context: loaded.context, settings: settings)
            if loaded.flows.count > 1 { output.write("flow \(flow.id)\n") }
            output.write(DiagnosisText.full(diagnosis, flow, style: style))
            isWrong = isWrong || diagnosis.entries.contains { $0.verdict == .fail } || diagnosis.unexplained != nil
        }
        output.flush()
        if isWrong { throw Exit.failingFinding }
    }

    private func read(_ time: Double?) throws -> LoadedCapture {
        let isToken = input.map { CompactJWS.looksLike(bare($0)) } ?? false
        if let input, isToken { return try single(bare(input), time) }
        let bytes: Bytes
        do throws(FileError) { bytes = try FileBytes.read(input ?? "-") } catch {
            complain(TextReport.harmless("\(error)"))
            throw Exit.unreadable
        }
        // What only looks like a capture may still be a transcript.
        for formats in [CaptureFormat.all(at: time), [.transcript(at: time)]] {
            if let loaded = try? CaptureLoader.load(bytes, formats: formats) { return loaded }
        }
        let text = bytes.text
        if CompactJWS.looksLike(bare(text)) { return try single(bare(text), time) }
        complain(
            "\(input ?? "standard input"): expected a capture, a `curl -v` transcript, a request with its headers, or a proof"
        )
        throw Exit.unreadable
    }

    /// The JWT in what was pasted: without `DPoP:`, quotes and white space.
    private func bare(_ text: String) -> String {
        var text = text.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        for prefix in ["DPoP:", "dpop:"] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
        return text
    }

    private func single(_ proof: String, _ time: Double?) throws -> LoadedCapture {
        guard let url else { throw UsageError("a single proof needs --url, the absolute URL it was sent to") }
        var headers = [Header("DPoP", proof)]
        if let token { headers.insert(Header("Authorization", "DPoP \(token)"), at: 0) }
        let isToken = token == nil && method == "POST"
        let now = time ?? Transfer.now()
        var exchanges: [Exchange] = []
        if let nonce {
            // The server had given it before: an answer of its own carries it.
            let challenge = Response(
                status: isToken ? 400 : 401,
                headers: [Header("DPoP-Nonce", nonce), Header("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")],
                body: Body(Bytes("{\"error\":\"use_dpop_nonce\"}")))
            exchanges.append(
                Exchange(
                    index: 0, request: request(headers.filter { $0.name != "DPoP" }, isToken, url), response: challenge,
                    started: now - 1, duration: 0.1))
        }
        exchanges.append(Exchange(index: exchanges.count, request: request(headers, isToken, url), started: now))
        return try load(exchanges)
    }

    private func request(_ headers: [Header], _ isToken: Bool, _ url: String) -> Request {
        Request(
            method: method, url: HTTPURL(url), headers: headers,
            body: isToken ? Body(Bytes("grant_type=client_credentials")) : nil)
    }

    private func load(_ exchanges: [Exchange]) throws -> LoadedCapture {
        try LoadedCapture.read(Bytes(exchanges.map(FlowLine.write).joined()))
    }
}

/// `dpop-tui explain ID`: a cause in full.
enum ExplainCommand {
    static let ids = Positional.any("id", .text, help: "The cause's id, as `check` and `why` name it.")

    static let command = Arguments.Command(
        "explain", "Explain a cause by its id; without one, list them.",
        about: """
            EXAMPLES
              dpop-tui explain ath.prefix
              dpop-tui explain | grep nonce
            """,
        takes: Table([ids]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        let ids = values[ids]
        if ids.isEmpty {
            for cause in Cause.all { Swift.print(cause.id.rawValue.fitted(24) + cause.says) }
            return
        }
        for id in ids {
            guard let cause = Cause.named(id) else {
                let family = id.split(separator: ".").first.map { $0 + "." } ?? ""
                let near = CauseID.allCases.map(\.rawValue).filter { $0.hasPrefix(family) }
                throw UsageError(
                    "unknown cause '\(id)'"
                        + (near.isEmpty
                            ? "; `dpop-tui explain` lists them" : "; there are \(near.joined(separator: ", "))"))
            }
            Swift.print(DiagnosisText.explain(cause), terminator: "")
        }
    }
}

/// `dpop-tui ledger FILE...`: keys, nonces, identifiers and clocks of every flow.
enum LedgerCommand {
    static let files = Positional.some("file", .file, help: "Captures.")

    static let command = Arguments.Command(
        "ledger", "Print each flow's ledgers: keys, nonces by origin, jti, and iat on the server's window.",
        about: """
            EXAMPLES
              dpop-tui ledger flow.har
              dpop-tui ledger flow.har --profile keycloak --clock +40s
            """,
        takes: Table([files], groups: [Judging.group, Looks.colorGroup]), run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let (files, settings) = (values[files], Judging(values).settings)
        for file in files {
            let loaded = try CaptureLoader.loadOrExit(file)
            let checker = FlowChecker(context: loaded.context, settings: settings)
            for flow in loaded.flows where flow.isFlow {
                Swift.print("\(file)  flow \(flow.id)")
                Swift.print(LedgerText.text(flow, checker.story(of: flow) { loaded.exchange($0) }, settings))
            }
        }
    }
}
