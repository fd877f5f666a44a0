/// The part of a completion script that is about `run`, whose options ArgumentParser does not know.
enum RunCompletions {
    static func completed(_ script: String, for shell: String) -> String {
        switch shell {
        case "bash": replacing(in: script, with: bash())
        case "zsh": replacing(in: script, with: zsh())
        default: script + "\n" + fish()
        }
    }

    private static func replacing(in script: String, with text: String) -> String {
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(of: "_dpop-tui_run() {"), let last = lines[first...].firstIndex(of: "}")
        else { return script }
        return (lines[..<first] + [text.dropLast()] + lines[(last + 1)...]).joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func bash() -> String {
        func names(_ wanted: (RunOption) -> Bool) -> String {
            RunOption.all.filter(wanted).flatMap(\.names).joined(separator: " ")
        }
        var out = """
            _dpop-tui_run() {
                repeating_flags=()
                non_repeating_flags=(\(names { $0.value == nil }))
                repeating_options=(\(names { $0.value != nil && $0.repeats }))
                non_repeating_options=(\(names { $0.value != nil && !$0.repeats }))
                __dpop-tui_offer_flags_options -1

                # Offer option value completions
                case "${prev}" in

            """
        for option in RunOption.all where option.value != nil {
            out += "    " + option.names.map { "'\($0)'" }.joined(separator: "|") + ")\n"
            if !option.choices.isEmpty {
                out +=
                    "        __dpop-tui_add_completions -W \(option.choices.map { "'\($0)'" }.joined(separator: "$'\\n'"))\n"
            }
            if option.takesFile { out += "        __dpop-tui_add_completions -f\n" }
            out += "        return\n        ;;\n"
        }
        return out + "    esac\n}\n"
    }

    private static func zsh() -> String {
        var out = """
            _dpop-tui_run() {
                local -i ret=1
                local -ar arg_specs=(
                    ':target:'

            """
        for option in RunOption.all {
            let help = option.help.map { "[]:\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
            let action =
                option.takesFile ? "_files" : option.choices.isEmpty ? "" : "(\(option.choices.joined(separator: " ")))"
            let value = option.value.map { ":\($0):\(action)" } ?? ""
            for name in option.names {
                out += "        " + quoted("\(option.repeats ? "*" : "")\(name)[\(help)]\(value)") + "\n"
            }
        }
        return out + """
                )
                _arguments -w -s -S : "${arg_specs[@]}" && ret=0

                return "${ret}"
            }

            """
    }

    private static func fish() -> String {
        var out = ""
        for option in RunOption.all {
            out += "complete -c 'dpop-tui' -n '__fish_seen_subcommand_from run'"
            for name in option.names {
                out += name.hasPrefix("--") ? " -l '\(name.dropFirst(2))'" : " -s '\(name.dropFirst())'"
            }
            let help = option.help.map { "'\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
            out += " -d '\(help)'"
            if option.value != nil {
                out += option.takesFile ? " -rF" : " -rfka '\(option.choices.joined(separator: " "))'"
            }
            out += "\n"
        }
        return out
    }
}
