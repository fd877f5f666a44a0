/// Something the doctor says: which rule, where, what is wrong and what to do.
public struct Advice: Sendable, Equatable {
    public enum Level: String, Sendable { case fail, warn, note }

    public let kind: AdviceKind
    public let level: Level
    public let place: ConfigPlace
    public let title: String
    public let fix: String

    public var id: String { kind.id }
    public var file: String { place.file }
    public var line: Int? { place.line }

    public static func == (a: Advice, b: Advice) -> Bool {
        a.id == b.id && a.level == b.level && a.place == b.place && a.title == b.title && a.fix == b.fix
    }
}

/// Advice as it is collected: the same thing about the same place is said once.
struct AdviceList: Sendable {
    private(set) var all: [Advice] = []
    private var seen: Set<String> = []

    mutating func say(
        _ kind: AdviceKind, _ place: ConfigPlace, _ title: String, fix: String? = nil, level: Advice.Level? = nil
    ) {
        let advice = Advice(
            kind: kind, level: level ?? kind.level, place: place, title: title, fix: fix ?? kind.fix)
        if seen.insert("\(kind.id) \(place.shown) \(title)").inserted { all.append(advice) }
    }
}

/// A rule of the doctor. Its id is a public interface: docs/doctor.md is generated from `all`.
public struct AdviceKind: Sendable {
    public let id: String
    /// The level it is usually said at.
    public let level: Advice.Level
    /// What is wrong, for the documentation.
    public let wrong: String
    public let fix: String
    /// The cause (`docs/causes.md`) that a capture would show.
    public let cause: CauseID?

    init(_ id: String, _ level: Advice.Level, _ wrong: String, fix: String, cause: CauseID? = nil) {
        (self.id, self.level, self.wrong, self.fix, self.cause) = (id, level, wrong, fix, cause)
    }

    public static var all: [AdviceKind] { input + kong + keycloak + issuers + documents + fronts }

    /// The table as Markdown: docs/doctor.md.
    public static var documentation: String {
        var text = """
            # What `doctor` finds

            Generated from the table of findings (`dpop-tui docs doctor`). The ids are a public interface: they stand in \
            `dpop-tui doctor --format json` as `id`. *fail*: it cannot work. *warn*: it works, and is unsafe or fragile, or \
            fails under conditions that the files do not show. *note*: worth knowing. Where a finding is the cause of what a \
            capture shows, the cause is named (docs/causes.md).

            | id | level | what is wrong | what to do | cause |
            | --- | --- | --- | --- | --- |

            """
        for kind in all {
            let cells = [
                "`\(kind.id)`", kind.level.rawValue, kind.wrong, kind.fix, kind.cause.map { "`\($0.rawValue)`" } ?? "",
            ]
            text +=
                "| " + cells.map { $0.split(separator: "|").joined(separator: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return text
    }
}
