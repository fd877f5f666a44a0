/// A positional as the table has it, whatever the type of its value.
public final class PositionalSpec: Sendable {
    /// What stands for it in help, without brackets.
    public let name: String
    public let kind: ValueKind
    public let words: [String]
    public let help: String
    public let isOptional: Bool
    public let isRepeated: Bool
    let complaint: @Sendable (String) -> String?

    /// `<file>`, `[<file>]`, `<file>...`, `[<file>...]`.
    public var usage: String {
        let text = "<\(name)>\(isRepeated ? "..." : "")"
        return isOptional ? "[\(text)]" : text
    }

    init<One>(_ name: String, _ reading: Reading<One>, isOptional: Bool, isRepeated: Bool, help: String) {
        (self.name, kind, words, self.help) = (name, reading.kind, reading.words, help)
        (self.isOptional, self.isRepeated) = (isOptional, isRepeated)
        complaint = { reading.parse($0) == nil ? reading.complaint($0, name) : nil }
    }
}

/// Anything that has a row in the table of positionals.
public protocol PositionalDeclaration: Sendable {
    var positional: PositionalSpec { get }
}

/// A word that is no option: declared once, asked for by `values[positional]`.
public struct Positional<Value: Sendable>: PositionalDeclaration {
    public let positional: PositionalSpec
    let read: @Sendable ([String]) -> Value

    private init(_ spec: PositionalSpec, read: @escaping @Sendable ([String]) -> Value) {
        (positional, self.read) = (spec, read)
    }

    /// Exactly one.
    public static func one(_ name: String, _ reading: Reading<Value>, help: String) -> Positional {
        Positional(PositionalSpec(name, reading, isOptional: false, isRepeated: false, help: help)) { texts in
            guard let value = texts.first.flatMap(reading.parse) else {
                preconditionFailure("a positional is asked for before its command line was read")
            }
            return value
        }
    }

    /// One, or what holds without it.
    public static func one(
        _ name: String, _ reading: Reading<Value>, default value: Value, help: String
    ) -> Positional {
        Positional(PositionalSpec(name, reading, isOptional: true, isRepeated: false, help: help)) {
            $0.first.flatMap(reading.parse) ?? value
        }
    }

    /// One or none.
    public static func maybe<One>(
        _ name: String, _ reading: Reading<One>, help: String
    ) -> Positional where Value == One? {
        Positional(PositionalSpec(name, reading, isOptional: true, isRepeated: false, help: help)) {
            $0.first.flatMap(reading.parse)
        }
    }

    /// At least one.
    public static func some<One>(
        _ name: String, _ reading: Reading<One>, help: String
    ) -> Positional where Value == [One] {
        Positional(PositionalSpec(name, reading, isOptional: false, isRepeated: true, help: help)) {
            $0.compactMap(reading.parse)
        }
    }

    /// As many as there are.
    public static func any<One>(
        _ name: String, _ reading: Reading<One>, help: String
    ) -> Positional where Value == [One] {
        Positional(PositionalSpec(name, reading, isOptional: true, isRepeated: true, help: help)) {
            $0.compactMap(reading.parse)
        }
    }
}
