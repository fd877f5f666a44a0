import FlowModel
import LabOptions

/// The faults that are asked for, with how often each still happens. They may change while the lab runs.
final class FaultBook: Sendable {
    struct Line: Sendable {
        let fault: AskedFault
        /// Nil for always.
        var left: Int?

        var text: String { fault.text(times: left) }
    }

    private struct Page: Sendable {
        var lines: [Line] = []
        /// Counts the lists, so that a request of before does not take from a fault of now.
        var number = 0
    }

    private let page: Guarded<Page>

    init(_ faults: [AskedFault] = []) { page = Guarded(Page(lines: Self.lines(faults))) }

    /// Faults as they are typed; throws what is wrong with the first that is none.
    static func read(_ texts: [String]) throws(LabError) -> [AskedFault] {
        var faults: [AskedFault] = []
        for text in texts {
            guard let fault = AskedFault(text) else { throw LabError(AskedFault.complaint(text)) }
            faults.append(fault)
        }
        return faults
    }

    /// Of two faults of one name the later counts.
    private static func lines(_ faults: [AskedFault]) -> [Line] {
        var lines: [Line] = []
        for fault in faults {
            lines.removeAll { $0.fault.kind.id == fault.kind.id }
            lines.append(Line(fault: fault, left: fault.times))
        }
        return lines
    }

    func replace(_ faults: [AskedFault]) {
        let lines = Self.lines(faults)
        page.withLock { page in
            page.lines = lines
            page.number += 1
        }
    }

    /// The faults that may still happen, as they are typed.
    var texts: [String] { page.withLock { $0.lines.map(\.text) } }

    /// The faults of a request that comes now.
    func current() -> Faults {
        let page = page.withLock { $0 }
        return page.lines.isEmpty ? .none : Faults(of: self, page.lines.map(\.fault), page: page.number)
    }

    /// Takes one of the times that a fault happens; false when others took them all, or the list is another by now.
    func take(_ id: FaultID, page number: Int) -> Bool {
        page.withLock { page in
            guard page.number == number, let at = page.lines.firstIndex(where: { $0.fault.kind.id == id }) else {
                return false
            }
            guard let left = page.lines[at].left else { return true }
            if left > 1 { page.lines[at].left = left - 1 } else { page.lines.remove(at: at) }
            return true
        }
    }
}
