import FlowModel
import LabOptions

/// The faults that were asked for, by name.
struct Faults: Sendable {
    private var chosen: [FaultID: String] = [:]

    init(_ list: [String]) throws(LabError) {
        for text in list {
            // The command line was checked by the same table.
            guard let (kind, value) = FaultKind.named(text) else {
                throw LabError("unknown fault '\(text)'; `--fault list` explains them")
            }
            chosen[kind.id] = value
        }
    }

    subscript(_ id: FaultID) -> String? { chosen[id] }

    /// Whether the fault is there, with that value if one is named.
    func has(_ id: FaultID, _ value: String? = nil) -> Bool {
        value == nil ? chosen[id] != nil : chosen[id] == value
    }

    func seconds(_ id: FaultID) -> Double? { chosen[id].flatMap(FaultKind.seconds) }
    func status(_ id: FaultID) -> Int? { chosen[id].flatMap(FaultKind.status) }
    /// The clock the lab's servers go by.
    func now() -> Moment { Moment(Clock.now() + (seconds(.clock) ?? 0)) }
}

/// Something the lab cannot start with: exit status 2.
struct LabError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A file that cannot be read, or not be written whole: exit status 3.
struct FileError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
