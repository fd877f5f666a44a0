import FlowModel

/// What a server keeps until a time, and never more of it than so many entries and so many bytes.
///
/// When it is full, what would end first goes first, and `floor` remembers when that would have been: of what ends no
/// later nobody can say any more whether it was there. Each call takes logarithmic time.
struct ExpiringStore<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        let end: Moment
        let cost: Int
        let number: UInt64
    }

    /// An entry's end. One whose number is not the entry's belongs to an entry that is gone.
    private struct Mark {
        let end: Moment
        let number: UInt64
        let key: Key
    }

    /// Bytes that an entry costs besides its texts.
    private static var overhead: Int { 200 }

    let ceiling: Int
    let budget: Int
    private var entries: [Key: Entry] = [:]
    /// A heap: what ends first is first.
    private var marks: [Mark] = []
    private var next: UInt64 = 0
    private(set) var bytes = 0
    /// The latest end among the entries that had to go before their time.
    private(set) var floor: Moment?

    init(ceiling: Int, budget: Int = .max) { (self.ceiling, self.budget) = (max(1, ceiling), budget) }

    var count: Int { entries.count }
    /// Ends that are remembered, also of entries that were taken out.
    var endCount: Int { marks.count }

    /// The value, unless its time is over.
    func value(_ key: Key, at now: Moment) -> Value? {
        guard let entry = entries[key], entry.end > now else { return nil }
        return entry.value
    }

    /// Keeps a value; false, and nothing changes, when there is one already.
    ///
    /// - Parameter size: Bytes of the texts in it.
    @discardableResult
    mutating func insert(_ key: Key, _ value: Value, size: Int = 0, until end: Moment, now: Moment) -> Bool {
        sweep(now)
        if let old = entries[key] {
            if old.end > now { return false }
            remove(key)
        }
        let cost = min(max(size, 0), 1 << 30) + Self.overhead
        next &+= 1
        entries[key] = Entry(value: value, end: end, cost: cost, number: next)
        bytes += cost
        push(Mark(end: end, number: next, key: key))
        while entries.count > ceiling || bytes > budget, let mark = pop() {
            guard entries[mark.key]?.number == mark.number else { continue }
            remove(mark.key)
            floor = max(floor ?? mark.end, mark.end)
        }
        return true
    }

    /// Changes a value that is there.
    mutating func change(_ key: Key, at now: Moment, _ change: (inout Value) -> Void) {
        guard let entry = entries[key], entry.end > now else { return }
        change(&entries[key]!.value)
    }

    /// Takes a value out; nil when there is none, or its time is over.
    @discardableResult
    mutating func take(_ key: Key, at now: Moment) -> Value? {
        guard let entry = entries[key] else { return nil }
        remove(key)
        // Marks without an entry are few beside those with one.
        if marks.count > 2 * entries.count + 64 { forgetOldMarks() }
        return entry.end > now ? entry.value : nil
    }

    private mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { bytes -= entry.cost }
    }

    /// Forgets what is over: a few entries with every call, so that none waits for many.
    private mutating func sweep(_ now: Moment) {
        var left = 8
        while left > 0, let first = marks.first, first.end <= now {
            left -= 1
            _ = pop()
            if entries[first.key]?.number == first.number { remove(first.key) }
        }
    }

    // MARK: the heap

    private mutating func forgetOldMarks() {
        marks = marks.filter { entries[$0.key]?.number == $0.number }
        for at in stride(from: marks.count / 2 - 1, through: 0, by: -1) { sink(at) }
    }

    private mutating func push(_ mark: Mark) {
        marks.append(mark)
        var at = marks.count - 1
        while at > 0, marks[at].end < marks[(at - 1) / 2].end {
            marks.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private mutating func pop() -> Mark? {
        guard let first = marks.first else { return nil }
        let last = marks.removeLast()
        if !marks.isEmpty {
            marks[0] = last
            sink(0)
        }
        return first
    }

    private mutating func sink(_ start: Int) {
        var at = start
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < marks.count && marks[child].end < marks[least].end {
                least = child
            }
            guard least != at else { return }
            marks.swapAt(at, least)
            at = least
        }
    }
}
