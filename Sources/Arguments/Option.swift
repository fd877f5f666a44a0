/// An option that gives a `Value`: declared once, as a constant, and asked for by `values[option]`.
public struct Option<Value: Sendable>: OptionDeclaration {
    public let spec: OptionSpec
    /// The value of the texts that were said; of none where nothing was.
    let read: @Sendable ([String]) -> Value

    init(_ spec: OptionSpec, read: @escaping @Sendable ([String]) -> Value) { (self.spec, self.read) = (spec, read) }

    /// Is read, and named nowhere.
    public var hidden: Option { Option(spec.changed(isHidden: true), read: read) }

    /// May also be said in the environment and in profiles, by its own name or by `key`.
    public func setting(_ key: String? = nil) -> Option {
        Option(spec.changed(key: key ?? String(spec.name.drop { $0 == "-" })), read: read)
    }

    private static func spec<One>(
        _ names: [String], _ reading: Reading<One>, as noun: String?, usual: String? = nil, isRepeated: Bool = false,
        isRequired: Bool = false, help: String
    ) -> OptionSpec {
        let spec = names.first { $0.utf8.count > 2 } ?? names[0]
        let noun = noun ?? String(spec.drop { $0 == "-" })
        return OptionSpec(
            names, kind: reading.kind, value: noun, words: reading.words, help: help, usual: usual,
            isRepeated: isRepeated, isRequired: isRequired,
            complaint: { reading.parse($0) == nil ? reading.complaint($0, noun) : nil })
    }
}

extension Option where Value == Bool {
    /// A flag that is off unless said.
    public static func flag(_ names: String..., help: String) -> Option {
        Option(OptionSpec(names, kind: .flag, help: help, complaint: OptionSpec.truth)) { $0.last == "true" }
    }
}

extension Option where Value == Bool? {
    /// A flag that can be said both ways, `--pkce` and `--no-pkce`, or not at all.
    public static func toggle(_ names: String..., usual: Bool? = nil, help: String) -> Option {
        let spec = OptionSpec(
            names, negations: names.filter { $0.hasPrefix("--") }.map { "--no-" + $0.dropFirst(2) }, kind: .flag,
            help: help, usual: usual.map { $0 ? "on" : "off" }, complaint: OptionSpec.truth)
        return Option(spec) { $0.last.map { $0 == "true" } }
    }
}

extension Option {
    /// An option with a default; `usual` is how that is written, where it is to be shown.
    public static func value(
        _ names: String..., as noun: String? = nil, _ reading: Reading<Value>, default value: Value,
        usual: String? = nil, help: String
    ) -> Option {
        let usual = usual ?? reading.write(value)
        return Option(spec(names, reading, as: noun, usual: usual, help: help)) {
            $0.last.flatMap(reading.parse) ?? value
        }
    }

    /// An option that must be said.
    public static func required(
        _ names: String..., as noun: String? = nil, _ reading: Reading<Value>, help: String
    ) -> Option {
        Option(spec(names, reading, as: noun, isRequired: true, help: help)) { texts in
            guard let value = texts.last.flatMap(reading.parse) else {
                preconditionFailure("a required option is asked for before its command line was read")
            }
            return value
        }
    }

    /// An option that may be left out.
    public static func value<One>(
        _ names: String..., as noun: String? = nil, _ reading: Reading<One>, help: String
    ) -> Option where Value == One? {
        Option(spec(names, reading, as: noun, help: help)) { $0.last.flatMap(reading.parse) }
    }

    /// An option that may be said several times.
    public static func repeated<One>(
        _ names: String..., as noun: String? = nil, _ reading: Reading<One>, help: String
    ) -> Option where Value == [One] {
        Option(spec(names, reading, as: noun, isRepeated: true, help: help)) { $0.compactMap(reading.parse) }
    }

    /// Words with commas between, and it may be said several times.
    public static func list<One>(
        _ names: String..., as noun: String, _ reading: Reading<One>, usual: String? = nil, help: String
    ) -> Option where Value == [One] {
        let list = Reading<One>(copying: reading, kind: .list)
        return Option(spec(names, list, as: noun, usual: usual, isRepeated: true, help: help)) {
            $0.compactMap(reading.parse)
        }
    }
}

extension Reading {
    fileprivate init(copying other: Reading, kind: ValueKind) {
        (self.kind, words, parse) = (kind, other.words, other.parse)
        (write, complaint) = (other.write, other.complaint)
    }
}
