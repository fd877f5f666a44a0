import Arguments
import FlowModel

/// `dpop-tui docs PAGE`: the generated pages under docs/; CI compares them.
enum DocsCommand {
    enum Page: String, Sendable, CaseIterable { case keys, checks, causes, commands, doctor, themes }

    static let page = Positional.one("page", .oneOf as Reading<Page>, help: "The page.")

    static let command: Arguments.Command = .init(
        "docs", "Print generated documentation.", isHidden: true, takes: Table([page])
    ) { values in
        Output.standard.write(Harmless(lines: text(values[page])))
    }

    static func text(_ page: Page) -> String {
        switch page {
        case .keys: keys()
        case .checks: checks()
        case .causes: causes()
        case .commands: commands()
        case .doctor: AdviceKind.documentation
        case .themes: ThemesPage.text()
        }
    }

    static func commands() -> String {
        "# Commands\n\nGenerated from the table of commands (`dpop-tui docs commands`). `dpop-tui help COMMAND` prints one.\n\n"
            + DpopTui.program.markdown()
    }

    static func causes() -> String {
        var out =
            "# Causes\n\nGenerated from the list of causes (`dpop-tui docs causes`). The ids are a public interface; `dpop-tui explain ID` prints one. Told from: *bytes* of a capture or live run, *words* of a refusal beside the bytes, *candidate* (named when every check "
        out +=
            "passes and the server refuses all the same), *configuration* (`dpop-tui doctor`).\n\n| cause | what is wrong | severity | told from | fix | reports |\n| --- | --- | --- | --- | --- | --- |\n"
        for cause in Cause.all {
            let sight =
                switch cause.sight {
                case .diagnosed: "bytes"
                case .words: "words"
                case .candidate: "candidate"
                case .configuration: "configuration"
                case .hidden(let why): "not told: \(why)"
                }
            out +=
                "| `\(cause.id)` | \(cause.says) | \(cause.severity.rawValue) | \(sight) | \(cause.fix.split(separator: "|").joined(separator: "\\|")) | \(cause.reports) |\n"
        }
        return out
    }

    static func keys() -> String {
        var out =
            "# Keys\n\nGenerated from the binding table (`dpop-tui docs keys`). `?` shows the same in the program.\n"
        for (title, bindings) in Binding.sections {
            out += "\n## \(title)\n\n| keys | what they do |\n| --- | --- |\n"
            for binding in bindings {
                var keys = binding.keys.map { "`\($0.title)`" }.joined(separator: " ")
                if case .tab = binding.command { keys = "`1` … `7`" }
                out += "| \(keys) | \(binding.words) |\n"
            }
        }
        return out
    }

    static func checks() -> String {
        var out =
            "# Checks\n\nGenerated from the list of checks (`dpop-tui docs checks`). The ids are a public interface.\n\n| check | holds when | source | steps |\n| --- | --- | --- | --- |\n"
        for check in Check.all {
            let kinds = StepKind.allCases.filter { check.applies(to: $0) }.map(\.rawValue).joined(separator: " ")
            out += "| `\(check.id.rawValue)` | \(check.title) | \(check.spec) | \(kinds) |\n"
        }
        return out
    }
}
