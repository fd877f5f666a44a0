import ArgumentParser
import FlowModel

/// `dpop-tui docs keys|checks`: the generated pages under docs/; CI compares them.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "docs", abstract: "Print generated documentation.", shouldDisplay: false)

    enum Page: String, CaseIterable, ExpressibleByArgument { case keys, checks }

    @Argument(help: "keys or checks.")
    var page: Page

    func run() throws { print(page == .keys ? Self.keys() : Self.checks(), terminator: "") }

    static func keys() -> String {
        var out = "# Keys\n\nGenerated from the binding table (`dpop-tui docs keys`). `?` shows the same in the program.\n\n| keys | what they do |\n| --- | --- |\n"
        for binding in Binding.all {
            var keys = binding.keys.map { "`\($0.title)`" }.joined(separator: " ")
            if case .tab = binding.command { keys = "`1` … `7`" }
            out += "| \(keys) | \(binding.words) |\n"
        }
        return out
    }

    static func checks() -> String {
        var out = "# Checks\n\nGenerated from the list of checks (`dpop-tui docs checks`). The ids are a public interface.\n\n| check | holds when | source | steps |\n| --- | --- | --- | --- |\n"
        for check in Check.all {
            let kinds = StepKind.allCases.filter { check.applies(to: $0) }.map(\.rawValue).joined(separator: " ")
            out += "| `\(check.id.rawValue)` | \(check.title) | \(check.spec) | \(kinds) |\n"
        }
        return out
    }
}
