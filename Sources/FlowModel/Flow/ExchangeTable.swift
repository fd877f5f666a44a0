/// Values by the number of an exchange, told apart by looking them up in order: a flow's numbers come sorted nearly
/// always.
public struct ExchangeTable<Value> {
    public typealias Entry = (index: Int, value: Value)
    /// In order of the number; of equal ones in the order they came.
    public let entries: [Entry]

    init(_ entries: [Entry]) {
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.index <= $1.index }
        self.entries =
            isSorted
            ? entries
            : entries.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }.map(
                \.element)
    }

    public var values: some Sequence<Value> { entries.lazy.map { $0.value } }

    /// The value that came last for that number.
    public subscript(_ index: Int) -> Value? {
        let place = place(after: index) - 1
        return place >= 0 && entries[place].index == index ? entries[place].value : nil
    }

    /// All values of that number, in the order they came.
    func all(_ index: Int) -> some Sequence<Value> {
        entries[entries.partitioningIndex(where: { $0.index >= index })..<place(after: index)].lazy.map { $0.value }
    }

    private func place(after index: Int) -> Int { entries.partitioningIndex(where: { $0.index > index }) }
}
