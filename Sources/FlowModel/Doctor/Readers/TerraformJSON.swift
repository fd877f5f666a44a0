/// Terraform's blocks as JSON writes them, and blocks that stand several times as lists.
enum TerraformJSON {
    /// `{"resource": {"type": {"name": {…}}}}` as blocks; a list stands for several.
    static func blocks(_ root: ConfigNode) -> [HCLReader.Block] {
        let labels = ["resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1]
        return root.entries.flatMap { entry in
            nested(entry.node, labels[entry.name] ?? 0, []).map { labels, body, line in
                HCLReader.Block(type: entry.name, labels: labels, line: max(line, entry.line), body: body)
            }
        }
    }

    private static func nested(
        _ node: ConfigNode, _ depth: Int, _ labels: [String], line: Int = 0
    ) -> [([String], ConfigNode, Int)] {
        if node.isList { return node.elements.flatMap { nested($0, depth, labels, line: line) } }
        guard depth > 0 else { return node.isMap ? [(labels, node, line)] : [] }
        return node.entries.flatMap { nested($0.node, depth - 1, labels + [$0.name], line: $0.line) }
    }

    /// A body in which blocks of one name are one list, as other languages write them: `env { … } env { … }`. Names
    /// are those of the objects they stand for (`value_from` is `valueFrom`).
    static func lists(_ node: ConfigNode) -> ConfigNode {
        switch node.value {
        case .list(let elements): return ConfigNode(.list(elements.map(lists)), line: node.line)
        case .map(let entries):
            var order: [String] = []
            var groups: [String: [ConfigNode.Entry]] = [:]
            for entry in entries {
                let name = names[entry.name] ?? entry.name
                if groups[name] == nil { order.append(name) }
                groups[name, default: []].append(entry)
            }
            let made = order.compactMap { name -> ConfigNode.Entry? in
                guard let group = groups[name], let first = group.first else { return nil }
                let isList =
                    group.count > 1
                    || ["env", "containers"].contains(name) && first.node.isMap && first.node["name"] != nil
                let value =
                    isList ? ConfigNode(.list(group.map { lists($0.node) }), line: first.line) : lists(first.node)
                return .init(name: name, line: first.line, node: value)
            }
            return ConfigNode(.map(made), line: node.line)
        default: return node
        }
    }

    private static let names = [
        "container": "containers", "env_from": "envFrom", "value_from": "valueFrom", "secret_key_ref": "secretKeyRef",
        "config_map_key_ref": "configMapKeyRef", "secret_ref": "secretRef", "config_map_ref": "configMapRef",
    ]
}
