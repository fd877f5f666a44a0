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
        "input", Reading(.file, expected: "a file or a proof") { $0 },
        help: "A file, a proof, or '-'; standard input when left out.")
    static let method = Option.value(
        "--method", "-X", as: "method", .text, default: "GET", help: "The request's method, for a single proof.")
    static let url = Option.value(
        "--url", as: "url", .absoluteURL, help: "The request's URL, for a single proof.")
    static let token = Option.value(
        "--token", as: "token", .secret,
        help: "The access token it was sent with: itself, env:NAME or @file (the token, or the JSON of an answer).")
    static let nonce = Option.value("--nonce", as: "nonce", .text, help: "The nonce the server had given.")
    static let at = Option.value(
        "--at", as: "time", Reading(.time, expected: "RFC 3339, such as 2026-11-22T08:00:00Z", parse: Timestamp.parse),
        help: "When it was sent: RFC 3339; now when left out.")

    enum Form: String, Sendable, CaseIterable { case text, json }

    static let form = Option.value(
        "--format", "-f", as: "format", .oneOf, default: Form.text, help: "Form of the answer.")

    static let command = Arguments.Command(
        "why", "Say why a request was refused: from a capture, a `curl -v` transcript, raw headers, or a single proof.",
        about: """
            EXAMPLES
              curl -v https://api.test/r -H "DPoP: $PROOF" 2>&1 | dpop-tui why
              dpop-tui why red.har
              dpop-tui why                 (then paste, and end with Ctrl-D)
              dpop-tui why "$PROOF" --method POST --url https://idp.test/token
              dpop-tui why "$PROOF" --url https://api.test/r --token "$AT" --nonce n-0S6 --at 2026-11-22T08:00:00Z

            WHAT IS READ
              HAR, mitmproxy, Charles, Burp, Fiddler and Playwright recordings, packed or not; curl -v and --trace, wget
              -d, HTTPie; commands of curl, HTTPie, wget, fetch and PowerShell; header panels; Postman, Bruno and Insomnia;
              what programs print of a request (Node, Python, Go, Java, .NET, PHP, Ruby, Rust, Swift, Dart), in logs,
              tables, quotes or dumps of bytes; a server's log; a single proof with --url.

            EXIT STATUS
              0 nothing is wrong in what can be seen · 1 a cause, or a refusal without one · 2 wrong usage · 3 unreadable input or unwritable output
            """,
        takes: Table(
            [input], options: [method, url, token, nonce, at, form], groups: [Judging.group, Looks.colorGroup]),
        run: run)

    @Sendable private static func run(_ values: Values) throws {
        Looks(values).applyColor()
        let command = WhyCommand(
            input: values[input], method: values[method], url: values[url],
            token: try values.token(token, warns: false), nonce: values[nonce])
        try command.run(values[at], Judging(values).settings, values[form])
    }

    private func run(_ time: Double?, _ settings: CheckSettings, _ form: Form) throws {
        let isPasted = input.map(SingleProof.looksLikeProof) ?? false
        let name = isPasted ? "proof" : input ?? "-"
        let why =
            switch try read(time) {
            case .capture(let loaded): WhyReport(loaded, input: name, settings: settings)
            case .log(let log): WhyReport(log, input: name)
            }
        let output = Output.standard
        switch form {
        case .json: output.write(Harmless(lines: why.json))
        case .text:
            let style = TextStyle.current()
            if let log = why.log { output.write(TextStyle.written(DiagnosisText.full(log, style: style))) }
            for part in why.ordered {
                if why.parts.count > 1 { output.write("flow \(part.flow.id)\n") }
                output.write(TextStyle.written(DiagnosisText.full(part.diagnosis, part.flow, style: style)))
            }
        }
        if why.outcome != .clean { throw Exit.failingFinding }
        guard why.isJudged else {
            complain("nothing to judge: no proof, no token and no refusal")
            throw Exit.unreadable
        }
    }

    /// What the input is: exchanges, or a log that speaks of some.
    private enum Evidence {
        case capture(LoadedCapture)
        case log(LogDiagnosis)
    }

    private func read(_ time: Double?) throws -> Evidence {
        let bytes = try bytes()
        let question = url.map {
            ProofQuestion(method: method, url: $0, token: token, nonce: nonce, time: time ?? Transfer.now())
        }
        if url != nil, SingleProof.looksLikeProof(bytes.text),
            !bytes.text.hasPrefix(SingleProof.value(in: bytes.text).prefix(8))
        {
            complain("read as a header field: the name in front is not the proof's")
        }
        let formats = question.map { [CaptureFormat.all(at: time, asking: $0)] }
        // What only looks like a capture may still be a transcript.
        for formats in formats ?? [CaptureFormat.all(at: time), [.transcript(at: time)]] {
            guard let loaded = try? CaptureLoader.load(bytes, formats: formats) else { continue }
            // A log that names a request in passing is a log.
            if loaded.isBare, let log = LogDiagnosis(bytes.text) { return .log(log) }
            return .capture(loaded)
        }
        let text = bytes.text
        if SingleProof.looksLikeProof(text) {
            throw UsageError("a single proof needs --url, the absolute URL it was sent to")
        }
        if let log = LogDiagnosis(text) { return .log(log) }
        if let loaded = try? CaptureLoader.load(bytes, formats: [.tokens(at: time)]) { return .capture(loaded) }
        complain("\(name): expected \(PasteHint.forms)")
        throw Exit.unreadable
    }

    private var name: String { input == nil || input == "-" ? "standard input" : input ?? "" }

    /// The text of a proof that was given as the input, or what the file holds.
    private func bytes() throws -> Bytes {
        if let input, SingleProof.looksLikeProof(input) { return Bytes(input) }
        if input == nil || input == "-" { PasteHint.say() }
        do throws(FileError) { return try PasteHint.read(input ?? "-") } catch {
            // A text that no file is named by, with the URL it was sent to, is a proof, whatever it looks like.
            if let input, url != nil, !Self.isNamedLikeAFile(input) { return Bytes(input) }
            complain("\(error)")
            throw Exit.unreadable
        }
    }

    /// Whether somebody who typed this meant a file that is not there.
    private static func isNamedLikeAFile(_ text: String) -> Bool {
        let name = text.split(separator: "/").last ?? ""
        let end = name.split(separator: ".").last?.lowercased() ?? ""
        return text.utf8.count < 200
            && ["har", "json", "jsonl", "mitm", "flow", "txt", "log", "http", "trace"].contains(end)
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
            for cause in Cause.all { say("\(cause.id.rawValue.fitted(24))\(cause.says)") }
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
            Output.standard.write(Harmless(lines: DiagnosisText.explain(cause)))
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
                say("\(file)  flow \(flow.id)")
                let story = checker.story(of: flow) { loaded.exchange($0) }
                say(Harmless(lines: LedgerText.text(flow, story, settings)))
            }
        }
    }
}
