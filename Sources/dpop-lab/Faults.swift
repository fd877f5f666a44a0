import FlowModel
import LabOptions

/// The faults of one request. One that is counted happens, or does not, for the whole request: it is taken when it is
/// asked for the first time, which is where it makes a difference.
final class Faults: Sendable {
    static let none = Faults(of: FaultBook(), [], page: 0)

    private let book: FaultBook
    private let page: Int
    private let asked: [AskedFault]
    private let decided = Guarded<[FaultID: Bool]>([:])

    init(of book: FaultBook, _ asked: [AskedFault], page: Int) {
        (self.book, self.asked, self.page) = (book, asked, page)
    }

    /// Faults of a list that nothing changes.
    convenience init(_ list: [String]) throws(LabError) {
        let asked = try FaultBook.read(list)
        self.init(of: FaultBook(asked), asked, page: 0)
    }

    /// The fault's value when it happens, and from now on it has.
    subscript(_ id: FaultID) -> String? {
        guard let fault = last(id), happens(fault) else { return nil }
        return fault.value
    }

    /// Whether the fault happens, with that value if one is named.
    func has(_ id: FaultID, _ value: String? = nil) -> Bool {
        guard let fault = last(id), value == nil || fault.value == value else { return false }
        return happens(fault)
    }

    /// Whether the fault was asked for, with that value if one is named. It has not happened by that.
    func mayHave(_ id: FaultID, _ value: String? = nil) -> Bool {
        last(id).map { value == nil || $0.value == value } ?? false
    }

    func seconds(_ id: FaultID) -> Double? { self[id].flatMap(FaultKind.seconds) }
    func status(_ id: FaultID) -> Int? { self[id].flatMap(FaultKind.status) }
    /// The clock the lab's servers go by.
    func now() -> Moment { Moment(Clock.now() + (seconds(.clock) ?? 0)) }
    /// The time that an answer tells. A wrong clock that is counted is told where the request was judged by it, and not
    /// counted for that.
    func told() -> Moment {
        guard let fault = last(.clock), fault.times != nil else { return now() }
        return decided.withLock { $0[.clock] } == true ? now() : Moment(Clock.now())
    }

    /// Those that have happened to this request, as they are typed.
    var happened: [String] {
        guard !asked.isEmpty else { return [] }
        let decided = decided.withLock { $0 }
        return asked.filter { decided[$0.kind.id] == true }.map { $0.text(times: nil) }
    }

    private func last(_ id: FaultID) -> AskedFault? { asked.last { $0.kind.id == id } }

    private func happens(_ fault: AskedFault) -> Bool {
        decided.withLock { decided in
            if let known = decided[fault.kind.id] { return known }
            let isTaken = fault.times == nil || book.take(fault.kind.id, page: page)
            decided[fault.kind.id] = isTaken
            return isTaken
        }
    }
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
