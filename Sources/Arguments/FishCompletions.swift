/// Completions for fish.
struct FishCompletions {
    let tree: CompletionTree

    private var place: String { "__\(tree.identifier)_at" }

    var script: String {
        let paths = tree.nodes.dropFirst().map(\.path)
        var out = """
            # Completions of \(tree.name) for fish.
            function \(place)
                set -l words (commandline -opc)
                set -l at ''
                for word in $words[2..-1]
                    contains -- "$at/$word" \(paths.joined(separator: " ")); or break
                    set at "$at/$word"
                end
                test "$at" = "$argv[1]"
            end

            """
        for node in tree.nodes { out += self.node(node) }
        return out
    }

    private func node(_ node: CompletionTree.Node) -> String {
        let start = "complete -c \(tree.name) -n \(quoted("\(place) \(node.path.isEmpty ? "''" : node.path)"))"
        var out = "\n" + (node.takesFiles ? "" : start + " -f\n")
        for command in node.commands {
            out += "\(start) -a \(quoted(command.name)) -d \(quoted(command.summary))\n"
        }
        if !node.commands.isEmpty { out += "\(start) -a help -d 'Explain a command.'\n" }
        if !node.words.isEmpty { out += "\(start) -a \(quoted(node.words.joined(separator: " ")))\n" }
        for option in node.options {
            out += start
            for name in option.allNames {
                out += name.hasPrefix("--") ? " -l \(name.dropFirst(2))" : " -s \(name.dropFirst())"
            }
            if option.kind == .file {
                out += " -r -F"
            } else if option.kind != .flag {
                out += " -x" + (option.words.isEmpty ? "" : " -a \(quoted(option.words.joined(separator: " ")))")
            }
            out += " -d \(quoted(option.help))\n"
        }
        return out
    }

    private func quoted(_ text: String) -> String {
        "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
