import FlowModel

/// A request as the lab remembers it.
struct SeenRequest: Sendable {
    let server: String
    let request: LabRequest
    /// Members of the form in its body, where the IdP read one.
    let form: [(name: String, value: String)]
    /// Nil where the connection ended instead of an answer.
    let status: Int?
    /// Seconds until the answer's head was there, or the connection ended.
    let duration: Double
    /// The faults that happened to it, as they are typed.
    let faults: [String]

    /// Bytes that are kept because of it, about.
    var size: Int {
        let texts = form.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
        let fields = request.headers.reduce(0) { $0 + $1.name.utf8.count + $1.bytes.count + 128 }
        return texts + fields + 3 * request.targetBytes.count + 512
    }
}

/// What the lab has seen last: a number of requests, and never more than some bytes of them.
final class SeenRequests: Sendable {
    private struct Memory: Sendable {
        var requests: [SeenRequest] = []
        /// How many came before the first of them; with it they have numbers, from 1 on.
        var before = 0
        var bytes = 0
    }

    private let ceiling: Int
    private let budget: Int
    private let memory = Guarded(Memory())

    init(ceiling: Int = 1000, budget: Int = 4 << 20) { (self.ceiling, self.budget) = (ceiling, budget) }

    func add(_ request: SeenRequest) {
        memory.withLock { memory in
            memory.requests.append(request)
            memory.bytes += request.size
            guard memory.requests.count > ceiling || memory.bytes > budget else { return }
            // A quarter at once: taking one out moves all the others.
            var gone = 0
            let (count, bytes) = (ceiling - ceiling / 4, budget - budget / 4)
            while gone < memory.requests.count, memory.requests.count - gone > count || memory.bytes > bytes {
                memory.bytes -= memory.requests[gone].size
                gone += 1
            }
            memory.requests.removeFirst(gone)
            memory.before += gone
        }
    }

    /// Forgets all; numbers go on.
    func clear() {
        memory.withLock { memory in
            memory.before += memory.requests.count
            (memory.requests, memory.bytes) = ([], 0)
        }
    }

    /// Those with a number over `number`, and the number of the first one.
    func after(_ number: Int) -> (requests: [SeenRequest], first: Int) {
        memory.withLock { memory in
            let start = min(max(0, number - memory.before), memory.requests.count)
            return (Array(memory.requests[start...]), memory.before + start + 1)
        }
    }
}

/// What is told of them: nothing that opens a door.
enum SeenRequestText {
    /// Bytes of a value that is told.
    private static let longest = 4096
    /// Members that are tokens: no secrets to a debugger, but others on this machine may ask what the lab has seen.
    private static let tokens: Set<String> = ["token", "access_token", "logout_token"]

    static func json(_ list: (requests: [SeenRequest], first: Int)) -> String {
        let items = list.requests.enumerated().map { json($0.element, number: list.first + $0.offset) }
        return "{\"dpop-lab.requests\":1,\"requests\":[\(items.joined(separator: ","))]}"
    }

    private static func json(_ seen: SeenRequest, number: Int) -> String {
        let request = seen.request
        let started = Timestamp.text(request.started, decimals: 3, separator: "T", suffix: "Z")
        let duration = Double(Int(clamping: (max(0, seen.duration) * 1e6).rounded())) / 1e6
        let members = [
            "\"number\":\(number)", "\"server\":\(JSONText.quote(seen.server))",
            "\"method\":\(text(request.method))", "\"target\":\(text(masked(address: request.target)))",
            "\"status\":\(seen.status.map { "\($0)" } ?? "null")", "\"started\":\(JSONText.quote(started))",
            "\"duration\":\(duration)",
            "\"headers\":\(pairs(request.headers.map { ($0.name, value(of: $0)) }))",
            "\"form\":\(pairs(seen.form.map { ($0.name, masked($0.name, $0.value)) }))",
            "\"faults\":[\(seen.faults.map(JSONText.quote).joined(separator: ","))]",
        ]
        return "{\(members.joined(separator: ","))}"
    }

    private static func pairs(_ list: [(String, String)]) -> String {
        "[" + list.map { "[\(text($0.0)),\(text($0.1))]" }.joined(separator: ",") + "]"
    }

    private static func text(_ value: String) -> String {
        guard value.utf8.count > longest else { return JSONText.quote(value) }
        return JSONText.quote(
            String(decoding: value.utf8.prefix(longest), as: UTF8.self) + "… (\(value.utf8.count) bytes)")
    }

    private static func mask(_ value: String) -> String { value.isEmpty ? "" : "***" }

    private static func masked(_ name: String, _ value: String) -> String {
        SecretNames.isSecret(parameter: name) || tokens.contains(name.lowercased()) ? mask(value) : value
    }

    private static func value(of header: Header) -> String {
        let (name, value) = (header.name.lowercased(), header.value)
        // Where a page was called back with a code, its address has it.
        if name == "referer" || name == "referrer" { return masked(address: value) }
        // A gateway may hand the token on in whichever field; a proof is told.
        if name != "dpop", CompactJWS.looksLike(value) { return mask(value) }
        guard SecretNames.isSecret(field: name) else { return value }
        // Which scheme it was is no secret.
        guard name.hasSuffix("authorization"), let blank = value.firstIndex(of: " ") else {
            return mask(value)
        }
        return value[...blank] + mask(String(value[blank...].dropFirst()))
    }

    /// A URL or a part of one; with a query without a secret, the very text.
    private static func masked(address text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        let members = Form(text[text.index(after: mark)...]).members
        guard members.contains(where: { masked($0.name, $0.value) != $0.value }) else { return text }
        let told = members.map {
            "\(PercentEncoding.form($0.name))=\(PercentEncoding.form(masked($0.name, $0.value)))"
        }
        return text[...mark] + told.joined(separator: "&")
    }
}
