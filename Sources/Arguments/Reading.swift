/// How a text becomes a value, and what is said where it cannot.
public struct Reading<Value: Sendable>: Sendable {
    let kind: ValueKind
    let words: [String]
    let parse: @Sendable (String) -> Value?
    /// How a value is written, where it is the default.
    let write: @Sendable (Value) -> String?
    /// The sentence about a text that cannot be read; `noun` is the value's name in help.
    let complaint: @Sendable (_ text: String, _ noun: String) -> String

    /// A value with a form of its own; `expected` says which, such as "an RFC 3339 time".
    public init(
        _ kind: ValueKind, expected: String, write: @escaping @Sendable (Value) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) -> Value?
    ) {
        (self.kind, words, self.write, self.parse) = (kind, [], write, parse)
        complaint = { text, _ in "expected \(expected), found '\(text)'" }
    }

    /// A value that begins with one of a few words, and a sentence of its own about one that does not.
    public init(
        _ kind: ValueKind, words: [String], complaint: @escaping @Sendable (String) -> String,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        (self.kind, self.words, self.write, self.parse) = (kind, words, { _ in nil }, parse)
        self.complaint = { text, _ in complaint(text) }
    }

    /// One of a few words. `parse` may know more of them than are named to people.
    public init(
        words: [String], write: @escaping @Sendable (Value) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) -> Value?
    ) {
        (kind, self.words, self.write, self.parse) = (.choice, words, write, parse)
        complaint = { text, noun in
            let near = NearName.of(text, among: words).map { "; did you mean '\($0)'?" } ?? ""
            return "unknown \(noun) '\(text)'; expected one of "
                + words.joined(separator: ", ") + near
        }
    }
}

extension Reading where Value == String {
    /// Any text at all.
    public static var text: Reading { Reading(.text, expected: "a text", write: { $0 }, parse: { $0 }) }
    /// The name of a file; whether there is one is not asked.
    public static var file: Reading {
        Reading(.file, expected: "a file", write: { $0 }, parse: { $0.isEmpty ? nil : $0 })
    }
    /// A text that is not shown: itself, or where it is to be had.
    public static var secret: Reading { Reading(.secret, expected: "a secret") { $0 } }

    /// One of these words.
    public static func words(_ words: [String]) -> Reading {
        Reading(words: words, write: { $0 }, parse: { words.contains($0) ? $0 : nil })
    }
}

extension Reading where Value == Int {
    /// A whole number of a range; `Int.max` as its end is none.
    public static func whole(_ range: ClosedRange<Int>) -> Reading {
        let expected =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound) on"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Reading(
            .number, expected: expected, write: { "\($0)" },
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } })
    }

    /// One of a few numbers.
    public static func numbers(_ numbers: [Int]) -> Reading {
        Reading(
            words: numbers.map { "\($0)" }, write: { "\($0)" },
            parse: { text in Int(text).flatMap { numbers.contains($0) ? $0 : nil } })
    }
}

extension Reading where Value == Double {
    /// Seconds with a fraction; `above` says whether 0 itself will do.
    public static func seconds(in range: ClosedRange<Double>, above: Bool = false) -> Reading {
        let expected = above ? "seconds, more than 0" : "seconds"
        let write: @Sendable (Double) -> String? = { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
        return Reading(.seconds, expected: expected, write: write) { text in
            Double(text).flatMap { range.contains($0) && !(above && $0 == range.lowerBound) ? $0 : nil }
        }
    }
}

extension Reading where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's cases, by its raw value.
    public static var oneOf: Reading {
        Reading(words: Value.allCases.map(\.rawValue), write: { $0.rawValue }, parse: { Value(rawValue: $0) })
    }
}

/// Columns and rows.
public struct Size: Sendable, Equatable {
    public let columns: Int
    public let rows: Int

    public init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }
}

extension Reading where Value == Size {
    /// `120x40`.
    public static func size(_ range: ClosedRange<Int>) -> Reading {
        Reading(
            .size, expected: "columns x rows, such as 120x40", write: { "\($0.columns)x\($0.rows)" },
            parse: { text in
                let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "X" }.map { Int($0) }
                guard parts.count == 2, let columns = parts[0], let rows = parts[1], range.contains(columns),
                    range.contains(rows)
                else { return nil }
                return Size(columns: columns, rows: rows)
            })
    }
}
