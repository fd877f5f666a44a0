/// How wide the columns of the overview are. The cause is never clipped: the source gives way to it, then the key, the
/// steps and the call.
struct OverviewColumns {
    /// Between two columns.
    static let gap = 2

    private(set) var number: Int
    private(set) var source = 0
    private(set) var key = 0
    private(set) var cells = 0
    private(set) var call = 0
    private(set) var status = 0
    let cause: Int

    init(_ overview: Overview, width: Int, sourceWidth: Int) {
        number = "\(overview.flows.count)".count
        cause = min(overview.causeWidth, max(0, width - 4 - number))
        // The cursor, the mark and a space; a column free at the right.
        var free = width - 4 - number - Self.gap - cause
        func take(_ want: Int) -> Int {
            guard free >= want + Self.gap else { return 0 }
            free -= want + Self.gap
            return want
        }
        status = take(3)
        cells = take(8)
        key = take(7)
        let leastCall = 12
        guard free >= leastCall + Self.gap else {
            call = free >= 6 + Self.gap ? free - Self.gap : 0
            return
        }
        let most = max(0, (free - leastCall - 2 * Self.gap))
        let wanted = min(sourceWidth, max(8, (free - 2 * Self.gap) * 2 / 5))
        source = wanted <= most ? wanted : most >= 8 ? most : 0
        if source > 0 { free -= source + Self.gap }
        if width >= 140, free - Self.gap - 16 >= 40 {
            cells += 16
            free -= 16
        }
        call = free - Self.gap
    }
}
