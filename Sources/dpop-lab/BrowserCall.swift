import FlowModel

/// What a browser says of a call of a page to another origin (Fetch standard §3.2).
struct BrowserCall: Sendable {
    /// The page's; `null` where it has none.
    let origin: String
    /// Whether it is the question before the call.
    let isPreflight: Bool
    /// The fields that the call is going to have, as they are asked for.
    let asked: String?

    /// Nil where no browser asks on behalf of a page.
    init?(_ request: LabRequest) {
        guard let origin = request.headers.first("origin"), !origin.isEmpty else { return nil }
        self.origin = origin
        isPreflight = request.method == "OPTIONS" && request.headers.first("access-control-request-method") != nil
        asked = request.headers.first("access-control-request-headers")
    }

    /// The fields without which a DPoP client cannot read what it is told.
    static let exposed = ["DPoP-Nonce", "WWW-Authenticate"]

    /// A list without the one that the fault `cors=no-dpop` takes away.
    static func withoutDPoP(_ list: String, _ separator: String) -> String {
        list.split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
            .filter { $0.lowercased() != "dpop" }.joined(separator: separator)
    }
}
