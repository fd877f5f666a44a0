import FlowModel

/// Where a live run stands: what the model knows of it. The key and the network stay in Runtime.
struct LiveStatus: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        /// The lab is starting.
        case starting
        /// A request is on screen and waits for the person.
        case ready(LiveStage)
        case sending(LiveStage)
        case visit(String)
        case approve(url: String, code: String, interval: Int, isAsking: Bool)
        case decide(String)
        /// A request would go where the person may not want it.
        case consent(Question)
        case finished
        case stopped(String)
    }

    struct Question: Equatable, Sendable {
        let words: String
        /// The origin that would be allowed.
        let origin: String
        /// What usually brings a server there.
        var reason: String?

        /// Both, for people who read lines.
        var sentence: String { reason.map { "\(words): \($0)" } ?? words }
    }

    var phase: Phase
    /// The exchange that is shown before it is sent.
    var pending: Int?
    /// The capture everything is recorded in.
    var recording: String?
    /// The request on screen is not the plan's any more.
    var isEdited = false
    /// What can be asked for now besides the plan.
    var extras: [LiveStage] = []
    var opensBrowser = true
    /// Why nobody listens for the browser's way back.
    var unheard: String?
    /// Nothing of the run is in a file, or not all of it.
    var isUnrecorded = false
    /// The program was started without a word: it says how to begin.
    var isDemo = false
    /// There is a request to send again.
    var canRepeat = false
    /// There is an edit to take back, or one that was taken back.
    var canUndo = false
    var canRedo = false

    /// The words of the status line.
    func words(atSend: Bool, step: String?) -> String {
        if !atSend, case .ready = phase { return "step \(step ?? "") waits; n: go to it, c: send on" }
        return words
    }

    var words: String {
        switch phase {
        case .starting: "starting the lab"
        case .ready(let stage): "n sends the \(stage.rawValue) request" + (isEdited ? ", as edited" : "")
        case .sending(let stage): "waiting for the \(stage.rawValue) answer; Esc cancels"
        case .visit where unheard != nil:
            "\(unheard ?? ""); log in (y copies the URL), then :redirect URL-IT-CAME-BACK-TO"
        case .visit where !opensBrowser: "y copies the URL to log in at; then :redirect URL-IT-CAME-BACK-TO"
        case .visit(let url):
            "n opens \(url.prefix { $0 != "?" }) in a browser, y copies the whole URL; browser elsewhere: :redirect URL-IT-CAME-BACK-TO"
        case .approve(let url, let code, let interval, let isAsking):
            (isAsking ? "asking every \(interval) s, Esc stops" : "n asks once, c every \(interval) s")
                + "; approve \(code) at \(url) (y copies it)"
        case .decide(let words): "\(words); n goes on with Bearer, Esc stops"
        case .consent(let question): "\(question.words); n asks whether it may go there, Esc stops"
        case .finished: "the flow is complete; R runs it again"
        case .stopped(let words): "\(words); r sends it again, R starts again"
        }
    }

    /// Where a person has to go.
    var loginURL: String? {
        switch phase {
        case .visit(let url), .approve(let url, _, _, _): url
        default: nil
        }
    }
    /// What the person has to answer before anything goes.
    var question: Question? { if case .consent(let question) = phase { question } else { nil } }
    /// Esc ends it.
    var isCancellable: Bool {
        switch phase {
        case .sending, .decide, .consent, .approve(_, _, _, isAsking: true): true
        default: false
        }
    }
    /// Why nothing more is sent now; nil where something is.
    var whyNotOn: String? {
        switch phase {
        case .sending: "a request is on its way; Esc cancels it"
        case .finished, .stopped: words
        default: nil
        }
    }
    var isSending: Bool { if case .sending = phase { true } else { false } }
}

/// What the person does to a live run.
enum LiveAction: Equatable, Sendable {
    /// Sends the request on screen, with a proof made now; or goes on where the run asks.
    case go
    /// Sends on to the end, to a breakpoint, or to the first failing check.
    case run(until: Set<LiveStage>, stopsAtFailure: Bool)
    case cancel
    /// Sends the last request again: with a new proof, or byte for byte.
    case again(isVerbatim: Bool)
    case restart(newKey: Bool)
    /// The person lets requests go to this origin.
    case allow(origin: String)
    case undo, redo
    case add(LiveStage)
    case redirect(String)
    case edit
}
