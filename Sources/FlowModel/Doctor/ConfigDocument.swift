/// A place in a file.
public struct ConfigPlace: Sendable, Equatable {
    public let file: String
    /// From 1; nil when the finding is about the whole file.
    public let line: Int?

    public init(_ file: String, _ line: Int?) { (self.file, self.line) = (file, line) }

    public var shown: String { line.map { "\(file):\($0)" } ?? file }
}

/// One configuration as it was found: a file, a document of one, a fence, what a command sends.
struct ConfigDocument: Sendable {
    enum Origin: Sendable {
        case file, fence, hereDocument, command
        /// `key=value` pairs, where a text may be a list of one and digits a number.
        case form
        case terraform
        /// What a command printed.
        case output
        /// A text inside another configuration.
        case embedded

        var words: String {
            switch self {
            case .file: ""
            case .fence: " (fence)"
            case .hereDocument: " (here-document)"
            case .command, .form: " (command)"
            case .terraform: " (Terraform)"
            case .output: " (output)"
            case .embedded: " (embedded)"
            }
        }
    }

    let file: String
    let origin: Origin
    let root: ConfigNode
    /// Where it was fetched from or is served, when that is known.
    var url: String?

    func place(_ line: Int?) -> ConfigPlace { ConfigPlace(file, line) }
}

/// What became of a piece of a file.
public struct ConfigAccount: Sendable, Equatable {
    public let place: ConfigPlace
    /// What it was read as; nil when it was left alone.
    public let readAs: String?
    /// Why it was left alone.
    public let ignored: String?

    static func read(_ place: ConfigPlace, _ words: String) -> ConfigAccount {
        ConfigAccount(place: place, readAs: words, ignored: nil)
    }
    static func ignored(_ place: ConfigPlace, _ why: String) -> ConfigAccount {
        ConfigAccount(place: place, readAs: nil, ignored: why)
    }
}

/// What is wrong with a text, and on which line.
public struct ConfigProblem: Error, Sendable, Equatable {
    public let line: Int
    public let words: String
    public init(line: Int, words: String) { (self.line, self.words) = (line, words) }
}

/// What a YAML parser reports, in order: the doctor builds its own trees from it.
public enum YAMLEvent: Sendable {
    case documentStart
    case documentEnd
    case mapStart(line: Int, anchor: String?)
    case mapEnd
    case listStart(line: Int, anchor: String?)
    case listEnd
    case scalar(String, isPlain: Bool, isBlock: Bool, line: Int, anchor: String?)
    case alias(String, line: Int)
}

/// A YAML text's events, up to where it stops being YAML.
public struct YAMLStream: Sendable {
    public var events: [YAMLEvent]
    public var problem: ConfigProblem?
    public init(events: [YAMLEvent], problem: ConfigProblem?) { (self.events, self.problem) = (events, problem) }
}

public typealias YAMLParser = @Sendable (String) -> YAMLStream
