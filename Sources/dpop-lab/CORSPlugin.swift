import FlowModel

/// Kong's `cors` plugin, as far as its configuration goes: it answers preflights before anybody authenticates them, and
/// lets pages of its origins read the rest.
struct CORSPlugin: Sendable {
    /// Where the plugin acts: beginnings of paths.
    var paths = ["/"]
    /// Pages that may call, as `https://app.test`; `*` for all.
    var origins = ["*"]
    var methods = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT"
    /// Fields that a call may have; nil for all that it asks for.
    var fields: String?
    /// Fields of an answer that a page may read.
    var exposed: [String] = []
    /// Whether cookies may come along.
    var takesCredentials = false
    var maxAge: Int?
    /// Whether preflights are left to whoever comes next.
    var continuesPreflight = false
    /// Whether every page of this machine may call, whatever `origins` says.
    var isForLoopback = false

    init() {}

    /// What a gateway has that nobody configured: pages of this machine may call it and read what DPoP needs.
    static var usual: CORSPlugin {
        var plugin = CORSPlugin()
        (plugin.origins, plugin.isForLoopback, plugin.exposed) = ([], true, BrowserCall.exposed)
        return plugin
    }

    /// The answer to a preflight, like Kong's; nil where the request is none, or is somebody else's business.
    func preflight(_ request: LabRequest, _ faults: Faults) -> LabResponse? {
        guard let call = BrowserCall(request), call.isPreflight, !continuesPreflight, !faults.has(.cors, "absent")
        else { return nil }
        var headers = allowing(call.origin)
        var allowed = fields ?? call.asked
        if let text = allowed, faults.has(.cors, "no-dpop") { allowed = BrowserCall.withoutDPoP(text, ",") }
        if let allowed { headers.append(Header("Access-Control-Allow-Headers", allowed)) }
        headers.append(Header("Access-Control-Allow-Methods", methods))
        if let maxAge { headers.append(Header("Access-Control-Max-Age", "\(maxAge)")) }
        return LabResponse(status: 200, headers: headers)
    }

    /// What the answer to a page's call has besides.
    func fields(_ request: LabRequest, _ faults: Faults) -> [Header] {
        guard let call = BrowserCall(request), !call.isPreflight, !faults.has(.cors, "absent") else { return [] }
        let all = allowing(call.origin)
        guard !exposed.isEmpty, !faults.has(.cors, "hidden") else { return all }
        return all + [Header("Access-Control-Expose-Headers", exposed.joined(separator: ","))]
    }

    /// With one origin, Kong names it to everybody; with several, the caller's where it is among them.
    private func allowing(_ origin: String) -> [Header] {
        let credentials = takesCredentials ? [Header("Access-Control-Allow-Credentials", "true")] : []
        let isForAll = origins.contains("*")
        if isForAll, !takesCredentials { return [Header("Access-Control-Allow-Origin", "*")] }
        let vary = [Header("Vary", "Origin")]
        if isForAll || origins.contains(origin) || isOfThisMachine(origin) {
            return [Header("Access-Control-Allow-Origin", origin)] + vary + credentials
        }
        if origins.count == 1 { return [Header("Access-Control-Allow-Origin", origins[0])] + vary + credentials }
        return vary + credentials
    }

    private func isOfThisMachine(_ origin: String) -> Bool {
        isForLoopback && RedirectURI.usual.contains { RedirectURI.isOrigin(origin, of: $0) }
    }
}

extension CORSPlugin {
    /// The fields of an answer that the plugin sets itself.
    static let own: Set<String> = [
        "access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers",
    ]

    /// The plugin's `config`, in Kong's words.
    init(_ config: JSONValue, file: String) throws(FileError) {
        self.init()
        func wrong(_ name: String, _ expected: String) -> FileError {
            let value = config[named: name]
            return FileError(
                "\(file): byte \(value?.span.offset ?? 0): config.\(name): expected \(expected), found \(value?.source ?? "nothing")"
            )
        }
        func texts(_ name: String) throws(FileError) -> [String]? {
            guard let value = config[named: name], value.kind != .null else { return nil }
            let list = value.elements.compactMap(\.string)
            guard value.kind == .array, list.count == value.elements.count else {
                throw wrong(name, "an array of texts")
            }
            return list
        }
        func flag(_ name: String) throws(FileError) -> Bool {
            guard let value = config[named: name], value.kind != .null else { return false }
            guard let flag = value.bool else { throw wrong(name, "true or false") }
            return flag
        }
        if let list = try texts("origins"), !list.isEmpty {
            let isPlain = list.allSatisfy { text in
                // What has other letters is a pattern to Kong.
                text == "*" || (HTTPURL(text).origin == text && !text.utf8.contains { "*\\()|?+^$".utf8.contains($0) })
            }
            guard isPlain else {
                throw wrong("origins", "origins such as https://app.test, or *; patterns are not read")
            }
            origins = list
        }
        if let list = try texts("methods") { methods = list.joined(separator: ",") }
        if let list = try texts("headers"), !list.isEmpty { fields = list.joined(separator: ",") }
        exposed = try texts("exposed_headers") ?? []
        takesCredentials = try flag("credentials")
        continuesPreflight = try flag("preflight_continue")
        if let value = config["max_age"], value.kind != .null {
            guard let age = value.number?.whole(within: 0...86_400_000) else { throw wrong("max_age", "seconds") }
            maxAge = age
        }
    }
}
