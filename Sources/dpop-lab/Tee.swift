import FlowModel

/// Keeps the first bytes of a body that passes through.
struct Tee {
    let limit: Int
    private(set) var kept: [UInt8] = []
    /// Bytes that passed.
    private(set) var count: Int64 = 0

    init(limit: Int) { self.limit = limit }

    mutating func take(_ piece: UnsafeRawBufferPointer) {
        count += Int64(piece.count)
        let room = limit - kept.count
        if room > 0 { kept.append(contentsOf: piece.prefix(room)) }
    }

    var isWhole: Bool { count == Int64(kept.count) }
    var body: Body? { kept.isEmpty ? nil : Body(Bytes(kept)) }

    /// What a recording has to say of a body it holds a part of.
    func notes(of whose: String) -> [String] {
        isWhole ? [] : ["\(whose) body: the first \(kept.count) of \(count) bytes"]
    }
}
