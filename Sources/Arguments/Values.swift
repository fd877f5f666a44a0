/// What was said: on the command line, in the environment, in a profile.
public struct Values: Sendable {
    /// Where something was said.
    public enum Source: Sendable, Equatable {
        /// The name it was said by.
        case commandLine(String)
        case variable(String)
        /// A place in a file, `dpop-tui.toml:7:3`.
        case file(String)

        /// For messages.
        public var words: String {
            switch self {
            case .commandLine(let words), .variable(let words), .file(let words): words
            }
        }
    }

    private struct Said: Sendable {
        let spec: OptionSpec
        var texts: [String]
        let source: Source
    }

    // A handful, gone through in order.
    private var said: [Said] = []
    private var positionals: [(spec: PositionalSpec, texts: [String])] = []

    public init() {}

    public subscript<Value>(_ option: Option<Value>) -> Value { option.read(texts(option.spec)) }

    public subscript<Value>(_ positional: Positional<Value>) -> Value {
        positional.read(positionals.first { $0.spec === positional.positional }?.texts ?? [])
    }

    /// The texts that were said of an option; none where nothing was.
    public func texts(_ spec: OptionSpec) -> [String] { said.first { $0.spec === spec }?.texts ?? [] }

    /// Where an option was said; nil where it was not.
    public func source(_ option: any OptionDeclaration) -> Source? { source(of: option.spec) }

    public func source(of spec: OptionSpec) -> Source? { said.first { $0.spec === spec }?.source }

    /// Where an option was said, or would be: for messages.
    public func place(_ option: any OptionDeclaration) -> String { source(option)?.words ?? option.spec.name }

    /// Whether an option was said on the command line.
    public func isTyped(_ option: any OptionDeclaration) -> Bool {
        if case .commandLine = source(option) { true } else { false }
    }

    /// Says something; what was said before from the same side of an option that repeats is kept.
    public mutating func say(_ spec: OptionSpec, _ texts: [String], _ source: Source) {
        guard let index = said.firstIndex(where: { $0.spec === spec }) else {
            said.append(Said(spec: spec, texts: texts, source: source))
            return
        }
        said[index] = Said(spec: spec, texts: spec.isRepeated ? said[index].texts + texts : texts, source: source)
    }

    /// Takes what is not said yet from a source of lower precedence.
    public mutating func fill(from other: Values) {
        for one in other.said where !said.contains(where: { $0.spec === one.spec }) { said.append(one) }
    }

    mutating func take(_ spec: PositionalSpec, _ text: String) {
        if let index = positionals.firstIndex(where: { $0.spec === spec }) {
            positionals[index].texts.append(text)
        } else {
            positionals.append((spec, [text]))
        }
    }

    func has(_ spec: PositionalSpec) -> Bool { positionals.contains { $0.spec === spec } }
    func has(_ spec: OptionSpec) -> Bool { said.contains { $0.spec === spec } }
}
