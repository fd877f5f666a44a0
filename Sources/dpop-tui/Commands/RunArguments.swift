import ArgumentParser
import FlowModel

/// The arguments of `dpop-tui run`, read by the table of settings.
///
/// ArgumentParser takes 6 ms to look at fifty options by reflection; a run against a near server is over by then.
struct RunArguments {
    var target: String?
    var headless = false
    var format = ReportFormat.text
    var verbose = false
    var record: String?
    var faults: [String] = []
    var lab: String?
    var noBrowser = false
    var forceKey = false
    var wantsHelp = false
    var values = SettingValues()
    /// What decides how things look, and how checks are run: for the groups that other commands share.
    var screen: [String] = []
    var checks: [String] = []

    private static let short = ["-f": "format", "-v": "verbose", "-X": "method", "-H": "header", "-d": "body", "-h": "help"]
    private static let aliases = ["cert": "tls-cert", "cacert": "tls-root-ca"]
    private static let own = ["headless", "verbose", "no-browser", "force-key", "help"]
    private static let screenNames = ["theme": true, "key": true, "glyphs": true, "colors": true, "mouse": false, "plain": false, "no-alt-screen": false]
    private static let checkNames = ["profile", "clock", "leeway", "color"]

    init() {}

    init(_ words: [String]) throws(ConfigError) {
        var rest = words[...]
        var lists: [String: [String]] = [:]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                guard target == nil else { throw ConfigError(place: "run", words: "unexpected argument '\(word)'; the target is '\(target!)'") }
                target = word
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let written = Self.short[parts[0]] ?? (parts[0].hasPrefix("--") ? String(parts[0].dropFirst(2)) : "")
            let name = Self.aliases[written] ?? written
            func value() throws(ConfigError) -> String {
                if parts.count > 1 { return parts[1] }
                guard let next = rest.popFirst() else { throw ConfigError(place: parts[0], words: "expected a value") }
                return next
            }
            if try takeOwn(name, value) { continue }
            if let takesValue = Self.screenNames[name] {
                screen.append(parts[0])
                if takesValue { screen.append(try value()) }
            } else if Self.checkNames.contains(name) {
                checks += [parts[0], try value()]
            } else {
                try takeSetting(name, parts[0], &lists, value)
            }
        }
        for (name, texts) in lists { values.set(name, texts, SettingSource(words: "--\(name)")) }
        for setting in Setting.all {
            do { try values.check(setting) } catch let error as ConfigError { throw error } catch { continue }
        }
    }

    private mutating func takeOwn(_ name: String, _ value: () throws(ConfigError) -> String) throws(ConfigError) -> Bool {
        switch name {
        case "headless": headless = true
        case "verbose": verbose = true
        case "no-browser": noBrowser = true
        case "force-key": forceKey = true
        case "help": wantsHelp = true
        case "record": record = try value()
        case "fault": faults.append(try value())
        case "lab": lab = try value()
        case "format":
            let text = try value()
            guard let format = ReportFormat(rawValue: text) else {
                throw ConfigError(place: "--format", words: "unknown format '\(text)'; expected \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            self.format = format
        default: return false
        }
        return true
    }

    private mutating func takeSetting(
        _ name: String, _ written: String, _ lists: inout [String: [String]], _ value: () throws(ConfigError) -> String
    ) throws(ConfigError) {
        let isNegated = name.hasPrefix("no-")
        guard let setting = Setting.named(name) ?? (isNegated ? Setting.named(String(name.dropFirst(3))) : nil) else {
            throw ConfigError(place: written, words: "unknown option; `dpop-tui run --help` lists them")
        }
        let source = SettingSource(words: "--\(setting.name)")
        switch setting.kind {
        case .flag: values.set(setting.name, [isNegated ? "false" : "true"], source)
        case .list: lists[setting.name, default: []] += setting.name == "then" ? try value().split(separator: ",").map(String.init) : [try value()]
        default:
            guard !isNegated else { throw ConfigError(place: written, words: "unknown option; `dpop-tui run --help` lists them") }
            values.set(setting.name, [try value()], source)
        }
    }

    /// The help, out of the same table.
    static func help() -> String {
        var out = RunCommand.overview + "\n\nUSAGE: dpop-tui run [TARGET] [OPTIONS]\n\n" + RunCommand.about + "\n\nSETTINGS (flag, variable DPOP_TUI_…, key of a profile)\n"
        for setting in Setting.all {
            let takes: String
            if case .flag = setting.kind { takes = "" } else { takes = " <value>" }
            out += "  " + "--\(setting.name)\(takes)".fitted(32) + setting.help + "\n"
        }
        out += "\nOPTIONS\n"
        for (name, words) in [
            ("--headless", "No screen: send everything, print what the checks say."),
            ("-f, --format <format>", "text, json, junit, sarif or tap; for --headless."), ("-v, --verbose", "In text, list passing checks too."),
            ("--record <file>", "Append to this capture instead of one under $XDG_STATE_HOME; 'none' records nothing."),
            ("--fault <fault>", "A fault of the built-in lab; `dpop-tui lab --fault list` explains them."),
            ("--lab <options>", "More options for the built-in lab, in one text."), ("--no-browser", "Do not open a browser; print the URL."),
            ("--force-key", "Use a key file that others can read."),
            ("--profile, --clock, --leeway", "How checks are run, as for `dpop-tui check`."), ("--color <when>", "auto, always or never."),
            ("--theme, --key, --mouse, …", "How things look, as for `dpop-tui open`."),
        ] { out += "  " + name.fitted(32) + words + "\n" }
        return out
    }
}
