/// Builds a tree out of `a.b.c=value` pairs, as forms, kcadm and HTTPie write them.
struct PathTree {
    private final class Branch {
        var names: [String] = []
        var branches: [String: (line: Int, branch: Branch)] = [:]
        var values: [ConfigNode] = []
        var isList = false

        func node(line: Int, depth: Int) -> ConfigNode {
            guard !names.isEmpty, depth < ConfigNode.depthLimit else {
                if values.count > 1 || isList { return ConfigNode(.list(values), line: values.first?.line ?? line) }
                return values.first ?? ConfigNode(.map([]), line: line)
            }
            var base: [ConfigNode.Entry] = []
            for value in values { base += value.entries }
            return ConfigNode(
                .map(
                    base
                        + names.compactMap { name in
                            branches[name].map {
                                ConfigNode.Entry(
                                    name: name, line: $0.line, node: $0.branch.node(line: $0.line, depth: depth + 1))
                            }
                        }), line: line)
        }
    }

    private let top = Branch()
    private(set) var isEmpty = true

    mutating func set(_ path: [String], to value: ConfigNode, line: Int) {
        guard !path.isEmpty, path.count <= 40 else { return }
        isEmpty = false
        var branch = top
        for (index, name) in path.enumerated() {
            let number = name.isEmpty || name.utf8.allSatisfy { $0 &- 0x30 < 10 }
            if number, index == path.count - 1, index > 0 {
                branch.isList = true
                continue
            }
            if branch.branches[name] == nil {
                branch.branches[name] = (line, Branch())
                branch.names.append(name)
            }
            branch = branch.branches[name]!.branch
        }
        branch.values.append(value)
    }

    func node(line: Int) -> ConfigNode { top.node(line: line, depth: 0) }

    /// `config.client_id[]`, `config[client_id]` and `attributes."a.b"` as names.
    static func path(_ text: String) -> [String] {
        var (names, name, quoted, wasQuoted): ([String], String, Bool, Bool) = ([], "", false, false)
        var isBracketed = false
        func end() {
            if !name.isEmpty || wasQuoted { names.append(name) }
            (name, wasQuoted) = ("", false)
        }
        for character in text {
            switch character {
            case "\"":
                quoted.toggle()
                wasQuoted = true
            case "." where !quoted && !isBracketed: end()
            case "[" where !quoted && !isBracketed:
                end()
                isBracketed = true
            case "]" where !quoted && isBracketed:
                if name.isEmpty, !wasQuoted { names.append("") } else { end() }
                isBracketed = false
            default: name.append(character)
            }
        }
        end()
        return names
    }
}
