/// Writes exchanges as HAR 1.2.
public enum HARWriter {
    public static let head =
        "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"dpop-tui\",\"version\":\"\(programVersion)\"},\"entries\":[\n"
    public static let tail = "\n]}}\n"

    public static func entry(_ exchange: Exchange) -> String {
        let started = Timestamp.text(exchange.started ?? 0, decimals: 6, separator: "T", suffix: "Z")
        let time = FlowLine.decimal((exchange.duration ?? 0).seconds * 1000)
        return "{\"startedDateTime\":\"\(started)\",\"time\":\(time),\"request\":\(request(exchange.request)),"
            + "\"response\":\(response(exchange)),\"cache\":{},\"timings\":{\"send\":0,\"wait\":\(time),\"receive\":0}}"
    }

    private static func request(_ request: Request) -> String {
        let query = request.url.query.map { Form($0).members } ?? []
        let pairs = query.map { "{\"name\":\(JSONText.harmless($0.name)),\"value\":\(JSONText.harmless($0.value))}" }
        var out = "{\"method\":\(JSONText.harmless(request.method)),\"url\":\(JSONText.harmless(request.url.text)),"
        out +=
            "\"httpVersion\":\(JSONText.harmless(request.version)),\"cookies\":[],\"headers\":\(headers(request.headers)),"
        out +=
            "\"queryString\":[\(pairs.joined(separator: ","))],\"headersSize\":-1,\"bodySize\":\(request.body?.bytes.count ?? 0)"
        if let body = request.body {
            let (text, encoding) = content(body.bytes)
            out +=
                ",\"postData\":{\"mimeType\":\(JSONText.harmless(request.headers.first("content-type") ?? "")),\"text\":\(text)\(encoding)}"
        }
        return out + "}"
    }

    private static func response(_ exchange: Exchange) -> String {
        let response = exchange.response ?? Response(status: 0)
        let bytes = response.body?.bytes
        let (text, encoding) = bytes.map(content) ?? ("", "")
        var out = "{\"status\":\(response.status),\"statusText\":\(JSONText.harmless(response.reason)),"
        out +=
            "\"httpVersion\":\(JSONText.harmless(response.version)),\"cookies\":[],\"headers\":\(headers(response.headers)),"
        out +=
            "\"content\":{\"size\":\(bytes?.count ?? 0),\"mimeType\":\(JSONText.harmless(response.headers.first("content-type") ?? ""))"
        if bytes != nil { out += ",\"text\":\(text)\(encoding)" }
        return out
            + "},\"redirectURL\":\(JSONText.harmless(response.headers.first("location") ?? "")),\"headersSize\":-1,\"bodySize\":-1}"
    }

    private static func headers(_ list: [Header]) -> String {
        "["
            + list.map { "{\"name\":\(JSONText.harmless($0.name)),\"value\":\(JSONText.harmless($0.value))}" }.joined(
                separator: ",") + "]"
    }

    private static func content(_ bytes: Bytes) -> (text: String, encoding: String) {
        let isText = bytes.withBytes { UTF8Check.firstInvalid($0) == nil }
        return isText
            ? (JSONText.harmless(bytes.text), "") : ("\"\(Base64.encode(bytes.array))\"", ",\"encoding\":\"base64\"")
    }
}

/// The program's version, as `--version` and captures say it.
public let programVersion = "0.1.0"
