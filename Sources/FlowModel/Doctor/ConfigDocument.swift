/// One configuration as somebody wrote it, with the lines its keys stand on.
public struct ConfigNode: Sendable {
    public let value: JSONValue
    /// Where the text begins in its file, for JSON whose lines are counted.
    let base: ConfigText

    public subscript(_ name: String) -> ConfigNode? { value[named: name].map { ConfigNode(value: $0, base: base) } }
    public var string: String? { value.string }
    public var elements: [ConfigNode] { value.elements.map { ConfigNode(value: $0, base: base) } }
    public var isObject: Bool { value.isObject }
    /// The keys as written.
    public var keys: [String] { value.members.compactMap(\.name.string).filter { $0 != "@lines" } }
    /// A text, or each text of a list.
    public var strings: [String] { value.string.map { [$0] } ?? value.elements.compactMap(\.string) }

    /// The line a key stands on.
    public func line(of key: String) -> Int? {
        if let line = value["@lines"]?[named: key]?.number?.whole(in: 1...1 << 40) { return base.firstLine + line - 1 }
        guard base.isJSON, let member = value.members.last(where: { $0.name.string == key }) else { return nil }
        return base.firstLine + base.lineFeeds.partitioningIndex { $0 >= member.name.span.offset }
    }
}

/// A piece of a file that holds configuration.
public struct ConfigText: Sendable {
    public let file: String
    public let firstLine: Int
    public let isJSON: Bool
    public let text: String
    /// Where the lines end.
    let lineFeeds: [Int]

    init(file: String, firstLine: Int, text: String) {
        let first = text.first { !$0.isWhitespace }
        (self.file, self.firstLine, self.text) = (file, firstLine, text)
        isJSON = first == "{" || first == "["
        lineFeeds = isJSON ? text.utf8.enumerated().filter { $0.element == 0x0A }.map(\.offset) : []
    }
}

/// Something the doctor says.
public struct Advice: Sendable, Equatable {
    public enum Level: String, Sendable { case fail, warn, note }

    public let level: Level
    public let cause: CauseID?
    public let place: String
    public let says: String
    public let fix: String
}

/// The things that are configured, out of whatever files were given.
public struct Configuration: Sendable {
    public struct Plugin: Sendable {
        public let config: ConfigNode
        public let holder: ConfigNode
        public let place: String
        /// Kong's Admin API answers with arrays; what people write may be scalars.
        public let isAnswer: Bool
    }

    public struct Client: Sendable {
        public let node: ConfigNode
        public let place: String
        public var id: String { node["clientId"]?.string ?? "" }
    }

    public struct Metadata: Sendable {
        public let node: ConfigNode
        public let place: String
    }

    /// An issuer or client id that a command line names.
    public struct Mention: Sendable {
        public let value: String
        public let place: String
    }

    public internal(set) var plugins: [Plugin] = []
    public internal(set) var clients: [Client] = []
    public internal(set) var metadata: [Metadata] = []
    public internal(set) var issuers: [Mention] = []
    public internal(set) var clientIDs: [Mention] = []
    /// What could be read only after mending it, and what could not be read.
    public internal(set) var advice: [Advice] = []

    public init() {}

    public var isEmpty: Bool {
        plugins.isEmpty && clients.isEmpty && metadata.isEmpty && issuers.isEmpty && clientIDs.isEmpty
    }

    /// Takes a file: JSON, YAML of one or many documents, or Markdown with such blocks in it. `yaml` turns YAML into
    /// JSON.
    public mutating func read(_ text: String, file: String, yaml: (String) -> Result<String, ConfigProblem>) {
        for piece in Self.pieces(text, file) {
            if piece.text.has("oauth2c ") { readCommand(piece) } else { take(piece, yaml) }
        }
    }

    private static func pieces(_ text: String, _ file: String) -> [ConfigText] {
        let lines = text.lines
        guard lines.contains(where: { $0.hasPrefix("```") || $0.hasPrefix("{% plugin_example") }) else {
            return [ConfigText(file: file, firstLine: 1, text: text)]
        }
        var (list, open): ([ConfigText], (line: Int, lines: [Substring])?) = ([], nil)
        for (number, line) in lines.enumerated() {
            let isFence =
                line.hasPrefix("```") || line.hasPrefix("{% plugin_example") || line.hasPrefix("{% endplugin_example")
            if isFence, let block = open {
                list.append(
                    ConfigText(file: file, firstLine: block.line, text: block.lines.joined(separator: "\n")))
                open = nil
            } else if isFence {
                open = (number + 2, [])
            } else {
                open?.lines.append(line)
            }
        }
        return list
    }

    private mutating func readCommand(_ piece: ConfigText) {
        let place = "\(piece.file):\(piece.firstLine)"
        let words = piece.text.split { $0.isWhitespace || $0 == "\\" }.map(String.init)
        for (index, word) in words.enumerated() {
            if word.has("/.well-known/") {
                issuers.append(Mention(value: word.split(separator: "/.well-known/")[0].description, place: place))
            }
            if word == "--client-id", index + 1 < words.count {
                clientIDs.append(Mention(value: words[index + 1], place: place))
            }
        }
    }

    private mutating func take(_ piece: ConfigText, _ yaml: (String) -> Result<String, ConfigProblem>) {
        var json = piece.text
        if !piece.isJSON {
            switch yaml(piece.text) {
            case .success(let text): json = text
            case .failure(let problem):
                advice.append(
                    Advice(
                        level: .fail, cause: nil, place: "\(piece.file):\(piece.firstLine + problem.line - 1)",
                        says: "cannot be read as YAML: \(problem.words)", fix: "mend the YAML"))
                return
            }
        }
        if let document = try? JSONDocument(Bytes(json)) {
            return collect(ConfigNode(value: document.root, base: piece), piece)
        }
        let (mended, line) = Self.withoutTrailingCommas(json)
        guard line != nil, let document = try? JSONDocument(Bytes(mended)) else {
            if piece.text.has("\"config\"") || piece.text.has("openid-connect") {
                let words = {
                    do throws(JSONError) {
                        _ = try JSONDocument(Bytes(json))
                        return ""
                    } catch { return "\(error)" }
                }()
                advice.append(
                    Advice(
                        level: .fail, cause: nil, place: "\(piece.file):\(piece.firstLine)",
                        says: "cannot be read as JSON: \(words)", fix: "mend the JSON"))
            }
            return
        }
        advice.append(
            Advice(
                level: .fail, cause: nil, place: "\(piece.file):\(piece.firstLine + line! - 1)",
                says: "a comma before a closing bracket: no JSON reader takes this", fix: "remove the comma"))
        collect(ConfigNode(value: document.root, base: piece), piece)
    }

    /// The text with commas before `}` and `]` blanked out, and the line of the first.
    private static func withoutTrailingCommas(_ text: String) -> (String, Int?) {
        var bytes = Array(text.utf8)
        var (comma, first, inside, escaped): (Int?, Int?, Bool, Bool) = (nil, nil, false, false)
        for (at, byte) in bytes.enumerated() {
            if inside {
                if escaped {
                    escaped = false
                } else if byte == 0x5C {
                    escaped = true
                } else if byte == 0x22 {
                    inside = false
                }
                continue
            }
            switch byte {
            case 0x22: (inside, comma) = (true, nil)
            case 0x2C: comma = at
            case 0x20, 0x09, 0x0A, 0x0D: break
            case 0x7D, 0x5D:
                if let place = comma {
                    bytes[place] = 0x20
                    first = first ?? bytes[..<place].count { $0 == 0x0A } + 1
                }
                comma = nil
            default: comma = nil
            }
        }
        return (String(decoding: bytes, as: UTF8.self), first)
    }

    /// Deeper than that nobody configures, and nothing is looked for.
    private static let depthLimit = 200

    /// Looks at a document, and at everything nested in it.
    private mutating func collect(_ node: ConfigNode, _ piece: ConfigText, depth: Int = 0) {
        guard depth <= Self.depthLimit else {
            if !advice.contains(where: { $0.says == Self.tooDeep && $0.place == piece.file }) {
                advice.append(
                    Advice(
                        level: .warn, cause: nil, place: piece.file, says: Self.tooDeep,
                        fix: "give the configuration itself, not what it is wrapped in"))
            }
            return
        }
        if !node.isObject {
            for item in node.elements { collect(item, piece, depth: depth + 1) }
            return
        }
        func place(_ key: String) -> String { piece.file + (node.line(of: key).map { ":\($0)" } ?? "") }
        let name = node["name"]?.string ?? node["plugin"]?.string ?? ""
        if let config = node["config"], config.isObject,
            name == "openid-connect" || node["plugin"]?.string?.hasSuffix("openid-connect") == true
        {
            plugins.append(Plugin(config: config, holder: node, place: place("config"), isAnswer: node["id"] != nil))
        } else if node["clientId"] != nil {
            clients.append(Client(node: node, place: place("clientId")))
        } else if node["issuer"]?.string != nil, node["token_endpoint"] != nil || node["jwks_uri"] != nil {
            metadata.append(Metadata(node: node, place: place("issuer")))
        }
        for key in ["plugins", "services", "routes", "consumers", "consumer_groups", "data", "clients", "items"] {
            if let nested = node[key] { collect(nested, piece, depth: depth + 1) }
        }
    }

    private static let tooDeep = "nested more than \(depthLimit) levels deep: what is below is not looked at"
}

/// What is wrong with a YAML text, and on which line.
public struct ConfigProblem: Error, Sendable {
    public let line: Int
    public let words: String
    public init(line: Int, words: String) { (self.line, self.words) = (line, words) }
}
