import CGetopt

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Words read by getopt_long against some options.
struct WordScan {
    enum Item {
        /// The option, the name it was said by, and its text: `true` or `false` of a flag.
        case option(OptionSpec, name: String, text: String)
        case positional(String)
        /// Always the last.
        case fault(UsageError)
    }

    private struct Name {
        let spec: OptionSpec
        let text: String
        let isNegation: Bool
    }

    private let options: [OptionSpec]
    private let stopsAtPositional: Bool
    private let long: [Name]
    private let short: [Name]

    init(_ options: [OptionSpec], stopsAtPositional: Bool) {
        (self.options, self.stopsAtPositional) = (options, stopsAtPositional)
        var (long, short): ([Name], [Name]) = ([], [])
        for spec in options {
            for name in spec.names {
                let row = Name(spec: spec, text: name, isNegation: false)
                if name.utf8.count == 2 { short.append(row) } else { long.append(row) }
            }
            for name in spec.negations { long.append(Name(spec: spec, text: name, isNegation: true)) }
        }
        (self.long, self.short) = (long, short)
    }

    /// What `val` of long options begins at, past every letter. Names of one option share theirs, so that the beginning
    /// of two of them is not ambiguous.
    private static let firstLong: Int32 = 256

    private func code(_ name: Name) -> Int32 {
        let index = options.firstIndex { $0 === name.spec } ?? 0
        return Self.firstLong + Int32(index) * 2 + (name.isNegation ? 1 : 0)
    }

    /// The items in the order they were written, and the words that were left: those after `--`.
    func read(_ words: [String]) -> (items: [Item], rest: [String]) {
        var letters = stopsAtPositional ? "+:" : "-:"
        for name in short { letters += name.text.dropFirst() + (name.spec.kind == .flag ? "" : ":") }
        // getopt_long keeps pointers into these while it reads.
        let argv = ([""] + words).map { strdup($0) } + [nil]
        let names = long.map { strdup(String($0.text.dropFirst(2))) }
        defer { for text in argv + names { free(text) } }
        var rows = zip(long, names).map { name, text in
            option(
                name: UnsafePointer(text), has_arg: name.spec.kind == .flag ? no_argument : required_argument,
                flag: nil, val: code(name))
        }
        rows.append(option(name: nil, has_arg: 0, flag: nil, val: 0))
        let room = words.reduce(1) { $0 + max(1, $1.utf8.count) }
        var results = [cgetopt_result](repeating: cgetopt_result(), count: room)
        var rest: Int32 = 0
        let count = cgetopt_read(Int32(argv.count - 1), argv, letters, rows, &results, Int32(room), &rest)
        var items: [Item] = []
        for result in results[..<Int(count)] { items.append(item(result, words, argv)) }
        let left = min(max(Int(rest) - 1, 0), words.count)
        return (items, Array(words[left...]))
    }

    private func item(_ result: cgetopt_result, _ words: [String], _ argv: [UnsafeMutablePointer<CChar>?]) -> Item {
        let at = Int(result.word) - 1
        let word = words.indices.contains(at) ? words[at] : ""
        switch result.code {
        case CGETOPT_POSITIONAL.code: return .positional(result.value.map { String(cString: $0) } ?? "")
        case CGETOPT_MISSING_VALUE.code:
            guard let name = name(result.fault, word) else { return .fault(unknown(word)) }
            return .fault(UsageError("\(name.text) expects <\(name.spec.value ?? "value")>, found nothing"))
        case CGETOPT_UNKNOWN.code: return .fault(fault(result.fault, word))
        default: break
        }
        guard let name = name(result.code, word) else { return .fault(unknown(word)) }
        guard name.spec.kind != .flag else {
            return .option(name.spec, name: name.text, text: name.isNegation ? "false" : "true")
        }
        let text = result.value.map { String(cString: $0) } ?? ""
        // A value of its own that is another option's name: one of the two was forgotten.
        if let value = result.value, at + 2 < argv.count, let next = argv[at + 2], value == UnsafePointer(next),
            isName(text)
        {
            let joined = name.text.utf8.count > 2 ? "\(name.text)=\(text)" : "\(name.text)\(text)"
            return .fault(
                UsageError(
                    "\(name.text) expects <\(name.spec.value ?? "value")>, found the option \(text); "
                        + "'\(joined)' if that is meant"))
        }
        return .option(name.spec, name: name.text, text: text)
    }

    private func isName(_ text: String) -> Bool {
        text.hasPrefix("-") && (long.contains { $0.text == text } || short.contains { $0.text == text })
    }

    /// The name a code of getopt_long stands for, in the form that was typed where it can be told.
    private func name(_ code: Int32, _ word: String) -> Name? {
        if code < Self.firstLong { return short.first { $0.text.utf8.last.map(Int32.init) == code } }
        let typed = typed(word)
        let same = long.filter { self.code($0) == code }
        return same.first { $0.text == typed } ?? same.first { $0.text.hasPrefix(typed) } ?? same.first
    }

    /// A long name without what is joined to it.
    private func typed(_ word: String) -> String { String(word.prefix { $0 != "=" }) }

    private func fault(_ code: Int32, _ word: String) -> UsageError {
        guard word.hasPrefix("--") else {
            let letter = code > 0 && code < 128 ? "-" + String(UnicodeScalar(UInt8(code))) : word
            return UsageError("unknown option \(letter)" + (letter == word ? "" : " in \(word)"))
        }
        let typed = typed(word)
        if code >= Self.firstLong, let name = name(code, word) {
            return UsageError("\(name.text) takes no value, found '\(word.dropFirst(typed.count + 1))'")
        }
        let candidates = long.filter { !$0.spec.isHidden && $0.text.hasPrefix(typed) }.map(\.text)
        if candidates.count > 1 {
            return UsageError("\(typed) is the beginning of several options: \(candidates.joined(separator: ", "))")
        }
        return unknown(typed)
    }

    private func unknown(_ typed: String) -> UsageError {
        if typed.hasPrefix("--no-"), let name = long.first(where: { $0.text == "--" + typed.dropFirst(5) }) {
            let why = name.spec.kind == .flag ? "" : ", which takes a value,"
            return UsageError("unknown option \(typed); \(name.text)\(why) has no form that says no")
        }
        let names = long.filter { !$0.spec.isHidden }.map(\.text)
        let near = NearName.of(typed, among: names).map { "; did you mean \($0)?" } ?? ""
        return UsageError("unknown option \(typed)\(near)")
    }
}

/// An enumeration without a type of C is a 32-bit number; which one depends on the platform.
extension FixedWidthInteger {
    fileprivate var code: Int32 { Int32(truncatingIfNeeded: self) }
}
