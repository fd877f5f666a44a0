/// Where the rows of the overview go at this size.
struct OverviewLayout {
    let listTop: Int
    let listHeight: Int
    /// The row of the selected flow's diagnosis, how many there are.
    let detailTop: Int
    let detailHeight: Int
    var hasHeader: Bool { listTop > 1 }

    /// Fewer rows than that have no line that names the columns, no diagnosis, or one line of it.
    private static let (headed, detailed, roomy) = (8, 6, 20)

    init(_ model: Model) {
        let height = model.height
        listTop = height >= Self.headed ? 2 : height > 2 ? 1 : 0
        detailHeight = height >= Self.roomy ? 3 : height >= Self.detailed ? 1 : 0
        let bottom = height > 2 ? 1 : 0
        listHeight = max(0, height - listTop - detailHeight - bottom)
        detailTop = listTop + listHeight
    }
}
