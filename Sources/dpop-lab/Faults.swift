import LabOptions

/// The faults that were asked for, by name.
struct Faults: Sendable {
    private var chosen: [String: String] = [:]

    init(_ list: [String]) throws(LabError) {
        for text in list {
            // The command line was checked by the same table.
            guard let (kind, value) = FaultKind.named(text) else {
                throw LabError("unknown fault '\(text)'; `--fault list` explains them")
            }
            chosen[kind.name] = value
        }
    }

    subscript(_ name: String) -> String? { chosen[name] }
    func has(_ name: String, _ value: String? = nil) -> Bool {
        value == nil ? chosen[name] != nil : chosen[name] == value
    }
    func seconds(_ name: String) -> Double? { chosen[name].flatMap(FaultKind.seconds) }
    /// The clock the lab's servers go by.
    func now() -> Double { Clock.now() + (seconds("clock") ?? 0) }
}

/// Something the lab cannot start with: exit code 2.
struct LabError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
