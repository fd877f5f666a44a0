import FlowModel

/// An option of `dpop-tui run` as help and shells show it.
struct RunOption {
    let names: [String]
    /// What it takes; nil for a flag.
    let value: String?
    let help: String
    var choices: [String] = []
    var takesFile = false
    var repeats = false

    /// What is no setting: it says how to run, not what.
    static let own = [
        RunOption(names: ["--headless"], value: nil, help: "No screen: send everything, print what the checks say."),
        RunOption(
            names: ["--format", "-f"], value: "format", help: "text, json, junit, sarif or tap; for --headless.",
            choices: ReportFormat.allCases.map(\.rawValue)),
        RunOption(names: ["--verbose", "-v"], value: nil, help: "In text, list passing checks too."),
        RunOption(
            names: ["--record"], value: "file",
            help: "Append to this capture instead of one under $XDG_STATE_HOME; 'none' records nothing.",
            takesFile: true),
        RunOption(
            names: ["--fault"], value: "fault",
            help: "A fault of the built-in lab; `dpop-tui lab --fault list` explains them.", repeats: true),
        RunOption(names: ["--lab"], value: "options", help: "More options for the built-in lab, in one text."),
        RunOption(names: ["--no-browser"], value: nil, help: "Do not open a browser; print the URL."),
        RunOption(names: ["--force-key"], value: nil, help: "Use a key file that others can read."),
    ]

    /// Everything a shell may offer.
    static var all: [RunOption] { Setting.all.map(RunOption.init) + own + shared }

    /// Options of groups that other commands have too.
    private static let shared = [
        RunOption(
            names: ["--profile"], value: "name", help: "The server's rules for the checks.",
            choices: ServerProfile.all.map(\.id)),
        RunOption(names: ["--clock"], value: "time", help: "The time to judge at."),
        RunOption(names: ["--leeway"], value: "seconds", help: "Grace for a token's exp and nbf."),
        RunOption(
            names: ["--color"], value: "when", help: "auto, always or never.", choices: ["auto", "always", "never"]),
        RunOption(names: ["--theme"], value: "name", help: "A theme's name."),
        RunOption(names: ["--key"], value: "file", help: "A key to compare with.", takesFile: true, repeats: true),
        RunOption(
            names: ["--glyphs"], value: "set", help: "auto, utf8 or ascii line drawing.",
            choices: ["auto", "utf8", "ascii"]),
        RunOption(
            names: ["--colors"], value: "number", help: "Use at most that many colours.",
            choices: ["0", "8", "16", "256"]),
        RunOption(names: ["--mouse"], value: nil, help: "Take the mouse wheel and clicks."),
        RunOption(
            names: ["--plain"], value: nil,
            help: "No screen: every step a sentence, numbered choices before every send."),
        RunOption(names: ["--no-alt-screen"], value: nil, help: "Leave the last view in the scrollback."),
        RunOption(names: ["--help", "-h"], value: nil, help: "Show help information."),
    ]

    private static let files: Set = ["signing-key", "client-key", "tls-cert", "tls-key", "tls-root-ca"]
    private static let others = [
        "method": "-X", "header": "-H", "body": "-d", "tls-cert": "--cert", "tls-root-ca": "--cacert",
    ]

    private init(_ setting: Setting) {
        let names = ["--" + setting.name] + (Self.others[setting.name].map { [$0] } ?? [])
        switch setting.kind {
        case .flag: self.init(names: names + ["--no-" + setting.name], value: nil, help: setting.help)
        case .list: self.init(names: names, value: "value", help: setting.help, repeats: true)
        case .choice(let choices): self.init(names: names, value: "value", help: setting.help, choices: choices)
        default:
            self.init(names: names, value: "value", help: setting.help, takesFile: Self.files.contains(setting.name))
        }
    }

    private init(
        names: [String], value: String?, help: String, choices: [String] = [], takesFile: Bool = false,
        repeats: Bool = false
    ) {
        (self.names, self.value, self.help, self.choices, self.takesFile, self.repeats) = (
            names, value, help, choices, takesFile, repeats
        )
    }
}
