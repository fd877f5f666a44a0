/// What is wrong with an answer that was to bring something.
enum AnswerFault {
    /// `200 with HTML instead of JSON`, `404 Not Found: Realm does not exist`.
    static func words(_ response: Response, wanted: String) -> String {
        guard (200..<300).contains(response.status) else {
            return ServerWords.read(
                Exchange(index: 0, request: Request(method: "GET", url: HTTPURL("")), response: response)
            )
            .text
        }
        return "\(response.status) with \(fault(response, wanted))"
    }

    private static func fault(_ response: Response, _ wanted: String) -> String {
        guard let body = response.body, !body.isEmpty else { return "an empty body" }
        if body.storedCount > 1 << 26 { return "a body of \(body.storedCount) bytes, which is too large to be read" }
        guard let root = body.json?.root else {
            let isPage = body.bytes.text.prefix(256).lowercased().has("<")
            return isPage ? "HTML instead of JSON" : "a body that is no JSON"
        }
        guard root.isObject else { return "JSON that is no object" }
        if let error = root["error"]?.string { return "error '\(error)' and no \(wanted)" }
        return root[named: wanted] == nil ? "no `\(wanted)`" : "a `\(wanted)` that is no text"
    }
}
