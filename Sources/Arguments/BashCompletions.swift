/// Completions for bash 3.2 and later.
struct BashCompletions {
    let tree: CompletionTree

    var script: String {
        let paths = tree.nodes.dropFirst().map(\.path)
        var out = """
            # Completions of \(tree.name) for bash.
            _\(tree.identifier)() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
                local at='' choices='' files='' i
                COMPREPLY=()
                # --format=json is three words for bash.
                if [[ $cur == '=' ]]; then
                    cur=''
                elif [[ $prev == '=' ]]; then
                    prev=${COMP_WORDS[COMP_CWORD-2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at/${COMP_WORDS[i]}" in

            """
        if !paths.isEmpty { out += "        \(paths.joined(separator: "|"))) at+=\"/${COMP_WORDS[i]}\" ;;\n" }
        out += """
                    */help) [[ $i == 1 ]] || break ;;
                    *) break ;;
                    esac
                done
                case "$at" in

            """
        for node in tree.nodes { out += self.node(node) }
        return out + """
                esac
                if [[ $cur != -* && -n $files ]]; then
                    compopt -o filenames 2>/dev/null
                    local IFS=$'\\n'
                    COMPREPLY=($(compgen -W "${choices// /$IFS}" -- "$cur") $(compgen -f -- "$cur"))
                else
                    COMPREPLY=($(compgen -W "$choices" -- "$cur"))
                fi
            }
            complete -F _\(tree.identifier) \(tree.name)

            """
    }

    private func node(_ node: CompletionTree.Node) -> String {
        var out = "    \(CompletionTree.quoted(node.path)))\n        case \"$prev\" in\n"
        for option in node.options where option.kind != .flag {
            out += "        \(option.names.joined(separator: "|"))) "
            if !option.words.isEmpty {
                out += "choices=\(CompletionTree.quoted(option.words.joined(separator: " "))) ;;\n"
            } else {
                out += option.kind == .file ? "files=1 ;;\n" : "return ;;\n"
            }
        }
        let options = node.options.flatMap(\.allNames)
        out += "        *)\n"
        out += "            if [[ $cur == -* ]]; then\n"
        out += "                choices=\(CompletionTree.quoted(options.joined(separator: " ")))\n"
        let words = node.commandNames + node.words
        if !words.isEmpty || node.takesFiles {
            out += "            else\n"
            if !words.isEmpty {
                out += "                choices=\(CompletionTree.quoted(words.joined(separator: " ")))\n"
            }
            if node.takesFiles { out += "                files=1\n" }
        }
        return out + "            fi ;;\n        esac ;;\n"
    }
}
