/// One value of a configuration, whatever it was written in, with the line it stands on.
///
/// Readers cut at `ConfigNode.depthLimit`, so that walking a tree (and freeing it) needs little stack.
public struct ConfigNode: Sendable {
    public enum Value: Sendable {
        case null
        case bool(Bool)
        /// The digits as written.
        case number(String)
        case text(String)
        case list([ConfigNode])
        case map([Entry])
        /// Known only when it is used: a variable, a template, an expression; as written.
        case opaque(String)
    }

    public struct Entry: Sendable {
        public let name: String
        public let line: Int
        public let node: ConfigNode
    }

    public let value: Value
    /// In its file, from 1.
    public let line: Int
    /// What readers of YAML 1.1 (decK, kubectl) make of `yes`, `no`, `on` and `off` without quotes.
    var oldBoolean: Bool?

    static let depthLimit = 100

    public init(_ value: Value, line: Int) { (self.value, self.line) = (value, line) }

    /// The member of that name; of several the last, as most readers do.
    public subscript(_ name: String) -> ConfigNode? { entry(name)?.node }
    public func entry(_ name: String) -> Entry? { entries.last { $0.name == name } }
    /// The value at the end of a path of names.
    public func at(_ path: String...) -> ConfigNode? {
        var node: ConfigNode? = self
        for name in path { node = node?[name] }
        return node
    }

    public var entries: [Entry] {
        if case .map(let entries) = value { return entries }
        return []
    }
    public var elements: [ConfigNode] {
        if case .list(let elements) = value { return elements }
        return []
    }
    public var isMap: Bool {
        if case .map = value { return true }
        return false
    }
    public var isList: Bool {
        if case .list = value { return true }
        return false
    }
    public var isNull: Bool {
        if case .null = value { return true }
        return false
    }
    /// A text that stands for itself; nil for what is filled in later.
    public var text: String? {
        guard case .text(let text) = value, !Self.isPlaceholder(text) else { return nil }
        return text
    }
    public var bool: Bool? {
        if case .bool(let value) = value { return value }
        return nil
    }
    public var number: Untrusted<Double>? {
        if case .number(let digits) = value { return Untrusted<Double>(digits) }
        return nil
    }
    /// Filled in later: a variable, a template, a vault's reference, a placeholder of a how-to.
    public var isOpaque: Bool {
        switch value {
        case .opaque: true
        case .text(let text): Self.isPlaceholder(text)
        default: false
        }
    }
    /// A text, or each text of a list.
    public var texts: [String] { text.map { [$0] } ?? elements.compactMap(\.text) }
    /// What a form, a shell or an environment makes of the value.
    public var scalar: String? {
        switch value {
        case .text(let text): Self.isPlaceholder(text) ? nil : text
        case .number(let digits): digits
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }
    /// As a person would write it, for a sentence.
    public var shown: String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): String(digits.prefix(40))
        case .text(let text), .opaque(let text): "\"\(text.prefix(60))\""
        case .list: "a list"
        case .map: "an object"
        }
    }

    /// Whether a text is filled in by a tool or by the person who follows a how-to.
    static func isPlaceholder(_ text: String) -> Bool {
        text.has("${") || text.has("{{") || text.has("$(") || text.has("{vault://") || text.has("(ref+")
            || text.has("…") || text.has("TEMPLATE__") || isExample(text) || text == "xxx" || text.has("%{")
            || (text.hasPrefix("$") && text.count > 1) || (text.hasPrefix("<") && text.hasSuffix(">"))
            || (text.hasPrefix("%") && text.hasSuffix("%") && text.count > 2)
            || (text.hasPrefix("__") && text.hasSuffix("__") && text.count > 4)
            || (text.hasPrefix("@") && text.hasSuffix("@") && text.count > 2)
    }

    /// `...`, and `...my_issuer...` as generated documentation has it.
    private static func isExample(_ text: String) -> Bool { text.hasPrefix("...") && text.hasSuffix("...") }

    /// The lists and maps of this tree with what leads to them, outermost first.
    func walk(_ visit: (ConfigNode, _ path: [String]) -> Void) {
        var pending: [(ConfigNode, [String])] = [(self, [])]
        while let (node, path) = pending.popLast() {
            visit(node, path)
            switch node.value {
            case .map(let entries):
                for entry in entries.reversed() { pending.append((entry.node, path + [entry.name])) }
            case .list(let elements):
                for element in elements.reversed() { pending.append((element, path)) }
            default: break
            }
        }
    }

    /// The two maps as one; what `other` has wins.
    func merged(under other: ConfigNode) -> ConfigNode {
        let names = Set(other.entries.map(\.name))
        return ConfigNode(
            .map(entries.filter { !names.contains($0.name) } + other.entries),
            line: other.entries.isEmpty ? line : other.line)
    }

    static func map(_ entries: [(String, ConfigNode)], line: Int) -> ConfigNode {
        ConfigNode(.map(entries.map { Entry(name: $0.0, line: $0.1.line, node: $0.1) }), line: line)
    }
}
