/// The flows of a capture, the steps of each of which are numbered when it is asked for, by whichever thread.
public struct FlowOutlines: Sendable {
    /// How many exchanges each flow has.
    public let sizes: [Int]
    private let flow: @Sendable (Int) -> Flow

    init(sizes: [Int], flow: @escaping @Sendable (Int) -> Flow) { (self.sizes, self.flow) = (sizes, flow) }

    /// Flows that are made already.
    init(_ flows: [Flow]) { self.init(sizes: flows.map(\.exchanges.count)) { flows[$0] } }

    public var count: Int { sizes.count }

    /// Makes a flow, anew each time.
    public subscript(_ index: Int) -> Flow { flow(index) }

    /// All of them, one after the other.
    public func made() -> [Flow] { sizes.indices.map(flow) }
}
