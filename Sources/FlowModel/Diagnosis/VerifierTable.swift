/// What verifiers were seen to do with proofs that have one deviation each (docs/verifiers.tsv).
public enum VerifierTable {
    /// A server or library that was asked.
    public struct Verifier: Sendable {
        /// Its column: `oidc-provider`.
        public let id: String
        /// What sentences call it: `node-oidc-provider`.
        public let name: String
        /// Which version was measured.
        public let version: String
    }

    /// What one of them did.
    public enum Verdict: Sendable {
        case accepts, refuses
    }

    /// One deviation, and what each verifier did with it.
    public struct Row: Sendable {
        public let id: String
        /// The cause it shows; nil where a check alone names it.
        public let cause: String?
        /// In order of `verifiers`; nil where one was not asked or its answer tells nothing.
        public let verdicts: [Verdict?]
    }

    public static let verifiers: [Verifier] = columns.lines.map { line in
        let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        return Verifier(id: words[0], name: words[1], version: words[2])
    }

    /// In order of their names.
    public static let rows: [Row] = lines.lines.map { line in
        let words = line.split(separator: "|")
        let verdicts = words[2].utf8.map { mark -> Verdict? in
            mark == UInt8(ascii: "+") ? .accepts : mark == UInt8(ascii: "-") ? .refuses : nil
        }
        return Row(id: String(words[0]), cause: words[1] == "-" ? nil : String(words[1]), verdicts: verdicts)
    }

    public static func row(_ id: String) -> Row? {
        let at = rows.partitioningIndex { !isBefore($0.id, id) }
        return at < rows.count && rows[at].id == id ? rows[at] : nil
    }

    private static func isBefore(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    /// What a verifier did with a row; nil where nothing is known.
    static func verdict(of verifier: String, on id: String) -> Verdict? {
        guard let column = verifiers.firstIndex(where: { $0.id == verifier }), let row = row(id) else { return nil }
        return row.verdicts[column]
    }

    /// The rows that show a cause.
    public static func rows(of cause: String) -> [Row] { rows.filter { $0.cause == cause } }

    /// Who refuses and who accepts, in a sentence; nil where nobody was asked.
    ///
    /// A verifier that takes one of the rows and refuses another is told apart.
    public static func scope(_ rows: [Row]) -> String? {
        var (refusing, accepting, mixed): ([String], [String], [String]) = ([], [], [])
        for (column, verifier) in verifiers.enumerated() {
            let verdicts = rows.compactMap { $0.verdicts[column] }
            guard let first = verdicts.first else { continue }
            if verdicts.contains(where: { $0 != first }) {
                mixed.append(verifier.name)
            } else if first == .refuses {
                refusing.append(verifier.name)
            } else {
                accepting.append(verifier.name)
            }
        }
        let count = refusing.count + accepting.count + mixed.count
        if count == 0 { return nil }
        if refusing.count == count { return "fails everywhere: refused by all \(count) verifiers measured" }
        if accepting.count == count { return "accepted by all \(count) verifiers measured" }
        return [
            list("refused by", refusing), list("accepted by", accepting),
            list("by its form refused or accepted by", mixed),
        ].compactMap { $0 }.joined(separator: "; ")
    }

    private static func list(_ words: String, _ names: [String]) -> String? {
        if names.isEmpty { return nil }
        let shown = names.prefix(names.count > 8 ? 7 : 8).joined(separator: ", ")
        return "\(words) \(shown)" + (names.count > 8 ? " and \(names.count - 7) more" : "")
    }

    /// The rows of a cause as lines for people: each deviation, who accepts it and how many refuse it.
    static func table(_ cause: String) -> String {
        rows(of: cause).map { row in
            var (accepting, refusals) = ([String](), 0)
            for (verdict, verifier) in zip(row.verdicts, verifiers) {
                if verdict == .accepts { accepting.append("\(verifier.name) (\(verifier.version))") }
                if verdict == .refuses { refusals += 1 }
            }
            let who = accepting.isEmpty ? "nobody" : accepting.joined(separator: ", ")
            return "    \(row.id): \(refusals) refuse; accepted by \(who)\n"
        }.joined()
    }
}

extension Cause {
    /// Who refuses such a proof: measured where verifiers were asked, else what the RFCs want.
    public var scope: String {
        VerifierTable.scope(VerifierTable.rows(of: id.rawValue))
            ?? (severity == .tool ? severity.rawValue : "\(severity.rawValue) (not measured)")
    }
}
