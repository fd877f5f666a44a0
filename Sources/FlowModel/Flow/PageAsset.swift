/// What a browser fetches for a page besides its calls: no step of a flow.
enum PageAsset {
    private static let kinds: Set<String> = [
        "script", "style", "image", "font", "audio", "video", "track", "manifest", "worker", "serviceworker", "object",
    ]
    private static let endings = [
        ".js", ".mjs", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".woff", ".woff2", ".ttf", ".map",
        ".webp",
    ]

    static func isOne(_ request: Request) -> Bool {
        guard request.method == "GET", !request.headers.has("authorization"), !request.headers.has("dpop") else {
            return false
        }
        if let kind = request.headers.first("sec-fetch-dest"), kinds.contains(kind) { return true }
        let path = request.url.path.lowercased()
        return endings.contains { path.hasSuffix($0) }
    }
}
