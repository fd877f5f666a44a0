/// Completions for zsh: a function for each command.
struct ZshCompletions {
    let tree: CompletionTree

    var script: String {
        var out = "#compdef \(tree.name)\n# Completions of \(tree.name) for zsh.\n\n"
        for node in tree.nodes.reversed() { out += function(node) + "\n" }
        let main = name("")
        return out + """
            if [ "$funcstack[1]" = "\(main)" ]; then
                \(main) "$@"
            else
                compdef \(main) \(tree.name)
            fi

            """
    }

    private func name(_ path: String) -> String {
        "_\(tree.identifier)" + path.map { "/-".contains($0) ? "_" : String($0) }.joined()
    }

    private func function(_ node: CompletionTree.Node) -> String {
        var out = "\(name(node.path))() {\n    local -i ret=1\n"
        if !node.commands.isEmpty {
            out += "    if (( CURRENT > 2 )); then\n        case \"$words[2]\" in\n"
            for command in node.commands {
                let next = name(node.path + "/" + command.name)
                out += "        \(command.name)) shift words; (( CURRENT-- )); \(next); return ;;\n"
            }
            out += "        esac\n    else\n        local -a commands=(\n"
            for command in node.commands {
                out += "            \(CompletionTree.quoted(command.name + ":" + escaped(command.summary)))\n"
            }
            out += "            'help:Explain a command.'\n        )\n"
            out += "        _describe -t commands command commands && ret=0\n    fi\n"
        }
        out += "    local -a rows=(\n"
        for option in node.options { for row in rows(option) { out += "        \(CompletionTree.quoted(row))\n" } }
        for positional in node.positionals {
            let place = positional.isRepeated ? "*" : positional.isOptional ? ":" : ""
            let action = self.action(positional.kind, positional.words)
            out += "        \(CompletionTree.quoted("\(place):\(escaped(positional.name)):\(action)"))\n"
        }
        return out + "    )\n    _arguments -s -S : $rows && ret=0\n    return ret\n}\n"
    }

    private func rows(_ option: OptionSpec) -> [String] {
        let value = option.value.map { ":\(escaped($0)):\(action(option.kind, option.words))" } ?? ""
        return option.allNames.map { name in
            // `-f json` and `-fjson`, `--format json` and `--format=json`.
            let joint = value.isEmpty ? "" : name.utf8.count == 2 ? "+" : "="
            return "\(option.isRepeated ? "*" : "")\(name)\(joint)[\(escaped(option.help))]\(value)"
        }
    }

    private func action(_ kind: ValueKind, _ words: [String]) -> String {
        kind == .file ? "_files" : words.isEmpty ? "" : "(\(words.joined(separator: " ")))"
    }

    private func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
