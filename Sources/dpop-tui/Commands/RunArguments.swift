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

    /// An option's full name; empty for what is none.
    private static func name(of word: String) -> String {
        switch word {
        case "-f": "format"
        case "-v": "verbose"
        case "-X": "method"
        case "-H": "header"
        case "-d": "body"
        case "-h": "help"
        case "--cert": "tls-cert"
        case "--cacert": "tls-root-ca"
        default: word.hasPrefix("--") ? String(word.dropFirst(2)) : ""
        }
    }

    /// Options of the screen, and whether they take a value; nil for all others.
    private static func takesValue(onScreen name: String) -> Bool? {
        switch name {
        case "theme", "key", "glyphs", "colors": true
        case "mouse", "plain", "no-alt-screen": false
        default: nil
        }
    }

    private static let checkNames = ["profile", "clock", "leeway", "color"]

    init() {}

    init(_ words: [String]) throws(ConfigError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                guard target == nil else {
                    throw ConfigError(place: "run", words: "unexpected argument '\(word)'; the target is '\(target!)'")
                }
                target = word
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = Self.name(of: parts[0])
            func value() throws(ConfigError) -> String {
                if parts.count > 1 { return parts[1] }
                guard let next = rest.popFirst() else { throw ConfigError(place: parts[0], words: "expected a value") }
                return next
            }
            if try takeOwn(name, value) { continue }
            if let takesValue = Self.takesValue(onScreen: name) {
                screen.append(parts[0])
                if takesValue { screen.append(try value()) }
            } else if Self.checkNames.contains(name) {
                checks += [parts[0], try value()]
            } else {
                try takeSetting(name, parts[0], value)
            }
        }
        for setting in Setting.all {
            do { try values.check(setting) } catch let error as ConfigError { throw error } catch { continue }
        }
    }

    private mutating func takeOwn(_ name: String, _ value: () throws(ConfigError) -> String) throws(ConfigError) -> Bool
    {
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
                throw ConfigError(
                    place: "--format",
                    words:
                        "unknown format '\(text)'; expected \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            self.format = format
        default: return false
        }
        return true
    }

    private mutating func takeSetting(_ name: String, _ written: String, _ value: () throws(ConfigError) -> String)
        throws(ConfigError)
    {
        let isNegated = name.hasPrefix("no-")
        guard let setting = Setting.named(name) ?? (isNegated ? Setting.named(String(name.dropFirst(3))) : nil) else {
            throw ConfigError(place: written, words: "unknown option; `dpop-tui run --help` lists them")
        }
        let source = SettingSource(words: "--\(setting.name)")
        switch setting.kind {
        case .flag: values.set(setting.name, [isNegated ? "false" : "true"], source)
        case .list:
            values.add(
                setting.name,
                setting.name == "then" ? try value().split(separator: ",").map(String.init) : [try value()], source)
        default:
            guard !isNegated else {
                throw ConfigError(place: written, words: "unknown option; `dpop-tui run --help` lists them")
            }
            values.set(setting.name, [try value()], source)
        }
    }

    /// The help, out of the same table.
    static func help() -> String {
        var out =
            RunCommand.overview + "\n\nUSAGE: dpop-tui run [TARGET] [OPTIONS]\n\n" + RunCommand.about
            + "\n\nSETTINGS (flag, variable DPOP_TUI_…, key of a profile)\n"
        for setting in Setting.all {
            let takes: String
            if case .flag = setting.kind { takes = "" } else { takes = " <value>" }
            out += "  " + "--\(setting.name)\(takes)".fitted(32) + setting.help + "\n"
        }
        out += "\nOPTIONS\n"
        for option in RunOption.own {
            let value = option.value.map { " <\($0)>" } ?? ""
            out += "  " + (option.names.reversed().joined(separator: ", ") + value).fitted(32) + option.help + "\n"
        }
        for (name, words) in [
            ("--profile, --clock, --leeway", "How checks are run, as for `dpop-tui check`."),
            ("--color <when>", "auto, always or never."),
            ("--theme, --key, --mouse, …", "How things look, as for `dpop-tui open`."),
        ] { out += "  " + name.fitted(32) + words + "\n" }
        return out
    }
}
