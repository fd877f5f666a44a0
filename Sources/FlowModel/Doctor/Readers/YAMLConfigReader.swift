/// Trees out of a YAML parser's events. Aliases share what they name; what they would grow to is counted.
struct YAMLConfigReader {
    private(set) var documents: [ConfigNode] = []
    private(set) var problem: ConfigProblem?

    private static let sizeLimit = 500_000

    private struct Frame {
        let line: Int
        let anchor: String?
        let isMap: Bool
        var elements: [ConfigNode] = []
        var entries: [ConfigNode.Entry] = []
        var key: (name: String, line: Int)?
        var size = 1
        /// How many levels are below it: aliases bring theirs.
        var height = 0
    }

    private var frames: [Frame] = []
    /// Containers below the depth limit: skipped, but counted to find their ends.
    private var tooDeep = 0
    private var anchors: [String: (node: ConfigNode, size: Int, height: Int)] = [:]
    private let shift: Int

    init(_ text: String, firstLine: Int = 1, parser: YAMLParser) {
        shift = firstLine - 1
        let stream = parser(Self.withoutTemplates(text))
        for event in stream.events {
            take(event)
            if problem != nil { return }
        }
        problem = stream.problem.map { ConfigProblem(line: $0.line + shift, words: $0.words) }
    }

    private mutating func take(_ event: YAMLEvent) {
        switch event {
        case .documentStart: (frames, anchors, tooDeep) = ([], [:], 0)
        case .documentEnd: break
        case .mapStart(let line, let anchor): open(line, anchor, isMap: true)
        case .listStart(let line, let anchor): open(line, anchor, isMap: false)
        case .mapEnd, .listEnd: close()
        case .alias(let name, let line):
            guard tooDeep == 0 else { return }
            let known = anchors[name]
            if known == nil {
                let isInside = frames.contains { $0.anchor == name }
                problem = ConfigProblem(
                    line: line + shift,
                    words: isInside ? "an alias stands inside of what it names" : "found undefined alias")
            }
            guard let known, frames.count + known.height <= ConfigNode.depthLimit else {
                return add(ConfigNode(.opaque("too deep"), line: line + shift), size: 1, anchor: nil, line: line)
            }
            add(known.node, size: known.size, height: known.height, anchor: nil, line: line)
        case .scalar(let text, let isPlain, let isBlock, let line, let anchor):
            guard tooDeep == 0 else { return }
            let value = isPlain ? Self.plain(text) : .text(text)
            // The text of a block begins on the line after its sign.
            var node = ConfigNode(value, line: line + shift + (isBlock ? 1 : 0))
            node.oldBoolean = isPlain ? Self.oldBoolean(text) : nil
            add(
                node, size: 1, anchor: anchor, line: line,
                keyText: text)
        }
    }

    private mutating func open(_ line: Int, _ anchor: String?, isMap: Bool) {
        if tooDeep > 0 || frames.count >= ConfigNode.depthLimit {
            if tooDeep == 0 {
                add(ConfigNode(.opaque("too deep"), line: line + shift), size: 1, anchor: nil, line: line)
            }
            tooDeep += 1
        } else {
            frames.append(Frame(line: line + shift, anchor: anchor, isMap: isMap))
        }
    }

    private mutating func close() {
        if tooDeep > 0 {
            tooDeep -= 1
            return
        }
        guard let frame = frames.popLast() else { return }
        let node = ConfigNode(frame.isMap ? .map(Self.merging(frame.entries)) : .list(frame.elements), line: frame.line)
        add(node, size: frame.size, height: frame.height + 1, anchor: frame.anchor, line: frame.line - shift)
    }

    private mutating func add(
        _ node: ConfigNode, size: Int, height: Int = 0, anchor: String?, line: Int, keyText: String? = nil
    ) {
        if let anchor { anchors[anchor] = (node, size, height) }
        guard let last = frames.indices.last else {
            documents.append(node)
            return
        }
        frames[last].size += size
        frames[last].height = max(frames[last].height, height)
        if frames[last].size > Self.sizeLimit {
            problem = ConfigProblem(line: line + shift, words: "aliases of aliases: it grows without end")
        }
        if !frames[last].isMap {
            frames[last].elements.append(node)
        } else if let key = frames[last].key {
            frames[last].entries.append(ConfigNode.Entry(name: key.name, line: key.line, node: node))
            frames[last].key = nil
        } else {
            frames[last].key = (keyText ?? "", line + shift)
        }
    }

    /// Merge keys (`<<: *shared`), where what stands beside them wins.
    private static func merging(_ entries: [ConfigNode.Entry]) -> [ConfigNode.Entry] {
        guard entries.contains(where: { $0.name == "<<" }) else { return entries }
        let own = entries.filter { $0.name != "<<" }
        var names = Set(own.map(\.name))
        var shared: [ConfigNode.Entry] = []
        for merge in entries where merge.name == "<<" {
            for source in merge.node.isList ? merge.node.elements : [merge.node] {
                for entry in source.entries where names.insert(entry.name).inserted { shared.append(entry) }
            }
        }
        return shared + own
    }

    /// What YAML 1.1 and 1.2 readers make of a text without quotes. `yes` and `on` stay texts, as in Kong's and
    /// Keycloak's readers.
    private static func plain(_ text: String) -> ConfigNode.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        default: text.has(Self.template) ? .opaque(text) : isNumber(text) ? .number(text) : .text(text)
        }
    }

    private static func oldBoolean(_ text: String) -> Bool? {
        switch text {
        case "yes", "Yes", "YES", "on", "On", "ON": true
        case "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == 0x2D ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, first &- 0x30 < 10 else { return false }
        guard digits.utf8.first != 0x30 || digits.utf8.count == 1 || digits.utf8.dropFirst().first == 0x2E else {
            return false
        }
        return digits.utf8.count { $0 == 0x2E } < 2 && digits.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2E }
    }

    // MARK: templates

    static let template: StaticString = "TEMPLATE__"

    /// Helm's, decK's and Jinja's `{{ … }}` are no YAML: a line of nothing else is blanked, the others become a word.
    static func withoutTemplates(_ text: String) -> String {
        guard text.has("{{") || text.has("{%") || text.has("%{") else { return text }
        return text.lines.map { line in
            let bare = line.trimmedASCII
            if bare.hasPrefix("{%") && bare.hasSuffix("%}") || bare.hasPrefix("%{") && bare.hasSuffix("}") { return "" }
            guard line.has("{{") else { return String(line) }
            if bare.hasPrefix("{{"), bare.hasSuffix("}}"), bare.splits(on: "}}").count <= 2 { return "" }
            var (made, rest) = ("", line)
            while let start = rest.firstRange(of: "{{") {
                guard let end = rest[start.upperBound...].firstRange(of: "}}") else { break }
                var before = rest[..<start.lowerBound]
                if before.last == "$" { before = before.dropLast() }
                made += before + "TEMPLATE__"
                rest = rest[end.upperBound...]
            }
            return made + rest
        }.joined(separator: "\n")
    }
}
