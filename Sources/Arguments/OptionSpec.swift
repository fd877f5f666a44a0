/// What the value of an option or a positional is: help and shells go by it.
public enum ValueKind: Sendable, Equatable {
    /// Takes no value.
    case flag
    case text
    case number
    /// Seconds, with a fraction.
    case seconds
    case time
    case size
    /// One of a few words.
    case choice
    case file
    /// A text that must not stand on the screen.
    case secret
    /// Words with commas between.
    case list
}

/// An option as the table has it, whatever the type of its value.
public final class OptionSpec: Sendable {
    /// As they are typed, the usual one first: `--format`, `-f`.
    public let names: [String]
    /// The names that say no: `--no-pkce`.
    public let negations: [String]
    public let kind: ValueKind
    /// What stands for the value in help, without brackets; nil for a flag.
    public let value: String?
    /// The words that may be said; empty when they are not a few.
    public let words: [String]
    /// One line.
    public let help: String
    /// What holds when nothing is said, as it would be written.
    public let usual: String?
    public let isRepeated: Bool
    public let isRequired: Bool
    public let isHidden: Bool
    /// The key of a profile; the variable is made of it. Nil for what is said on the command line only.
    public let key: String?
    /// What is wrong with a text, and what was expected; nil when it will do.
    let complaint: @Sendable (String) -> String?

    /// The name that stands for the option: the first that is not a single letter.
    public var name: String { names.first { $0.utf8.count > 2 } ?? names[0] }

    /// The variable of the environment, `DPOP_TUI_CLIENT_ID` for the key `client-id`; nil for what is no setting.
    public func variable(_ prefix: String) -> String? {
        guard let key else { return nil }
        let bytes = key.utf8.map { $0 == 0x2D ? 0x5F : 0x61...0x7A ~= $0 ? $0 & 0xDF : $0 }
        return prefix + String(decoding: bytes, as: UTF8.self)
    }

    /// The texts that one saying stands for: the words between commas of a list, itself of anything else.
    ///
    /// Throws where `place` said what cannot be meant.
    public func texts(_ text: String, saidAt place: String) throws(UsageError) -> [String] {
        let parts = kind == .list ? text.split(separator: ",").map(String.init) : [text]
        guard !parts.isEmpty else { throw UsageError("\(place): expected words with commas between, found nothing") }
        for part in parts {
            if let complaint = complaint(part) { throw UsageError("\(place): \(complaint)") }
        }
        return parts
    }

    init(
        _ names: [String], negations: [String] = [], kind: ValueKind, value: String? = nil, words: [String] = [],
        help: String, usual: String? = nil, isRepeated: Bool = false, isRequired: Bool = false, isHidden: Bool = false,
        key: String? = nil, complaint: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        precondition(names.allSatisfy { $0.hasPrefix("-") }, "an option's name begins with a dash")
        (self.names, self.negations, self.kind, self.value, self.words) = (names, negations, kind, value, words)
        (self.help, self.usual, self.isRepeated, self.isRequired) = (help, usual, isRepeated, isRequired)
        (self.isHidden, self.key, self.complaint) = (isHidden, key, complaint)
    }

    /// What variables and profiles say of a flag.
    static let truth: @Sendable (String) -> String? = {
        $0 == "true" || $0 == "false" ? nil : "expected true or false, found '\($0)'"
    }

    func changed(isHidden: Bool? = nil, key: String? = nil) -> OptionSpec {
        OptionSpec(
            names, negations: negations, kind: kind, value: value, words: words, help: help, usual: usual,
            isRepeated: isRepeated, isRequired: isRequired, isHidden: isHidden ?? self.isHidden, key: key ?? self.key,
            complaint: complaint)
    }
}

/// Anything that has a row in the table of options.
public protocol OptionDeclaration: Sendable {
    var spec: OptionSpec { get }
}

/// Wrong usage: one sentence with the word at fault and what was expected. Exit status 2.
///
/// The sentence holds text as it was typed: make it harmless before it is printed.
public struct UsageError: Error, CustomStringConvertible, Equatable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
