import FlowModel
import LabOptions

/// One instance of the gateway's `openid-connect` plugin, in Kong's own words.
struct KongConfig: Sendable {
    enum Mode: String, Sendable, CaseIterable { case strict, optional, off }

    var paths = ["/"]
    var dpop = Mode.strict
    var mtls = Mode.off
    var proofLifetime: Interval = 300
    var usesNonce = false
    var methods: Set<String> = ["bearer"]
    var validatesMethods = true
    var issuer = ""
    var clientID = "kong"
    var clientSecret: String? = "kong-secret"
    var sessionSecret: String?
    var sessionCookie = "session"
    var sessionAudience = "default"
    var hidesCredentials = false
    var upstreamTokenHeader: String? = "authorization:bearer"
    var leeway: Interval = 0
    var cachesIntrospection = true
    var introspectsJWT = false
    var exposesErrorCode = true
    /// Whether a preflight that comes so far is authenticated.
    var runsOnPreflight = true

    /// Methods that can prove possession; `session` only beside one of them.
    static let capable: Set<String> = ["bearer", "introspection", "session"]
    static let known = Set(LabOptions.kongMethods)

    init() {}

    /// The plugin's `config`, in Kong's words.
    init(_ config: JSONValue, file: String) throws {
        func wrong(_ name: String, _ expected: String) -> FileError {
            let value = config[named: name]
            return FileError(
                "\(file): byte \(value?.span.offset ?? 0): config.\(name): expected \(expected), found \(value?.source ?? "nothing")"
            )
        }
        func mode(_ name: String) throws(FileError) -> Mode {
            guard let value = config[named: name] else { return .off }
            guard let mode = value.string.flatMap(Mode.init) else { throw wrong(name, "strict, optional or off") }
            return mode
        }
        func flag(_ name: String, _ usual: Bool) throws(FileError) -> Bool {
            guard let value = config[named: name] else { return usual }
            guard let flag = value.bool else { throw wrong(name, "true or false") }
            return flag
        }
        func first(_ name: String) -> String? {
            config[named: name]?.string ?? config[named: name]?.elements.first?.string
        }
        dpop = try mode("proof_of_possession_dpop")
        mtls = try mode("proof_of_possession_mtls")
        if let value = config["dpop_proof_lifetime"] {
            let range = LabOptions.proofLifetimes
            guard let seconds = value.number?.within(range), seconds > 0 else {
                throw wrong("dpop_proof_lifetime", "seconds, more than 0 and at most \(Int(range.upperBound))")
            }
            proofLifetime = Interval(seconds)
        }
        usesNonce = try flag("dpop_use_nonce", false)
        validatesMethods = try flag("proof_of_possession_auth_methods_validation", true)
        hidesCredentials = try flag("hide_credentials", false)
        cachesIntrospection = try flag("cache_introspection", true)
        introspectsJWT = try flag("introspect_jwt_tokens", false)
        exposesErrorCode = try flag("expose_error_code", true)
        runsOnPreflight = try flag("run_on_preflight", true)
        methods = Self.known
        if let value = config["auth_methods"] {
            let list = value.elements.compactMap(\.string)
            guard value.kind == .array, !list.isEmpty, Set(list).isSubset(of: Self.known) else {
                throw wrong("auth_methods", "an array of Kong's methods")
            }
            methods = Set(list)
        }
        issuer = config["issuer"]?.string ?? ""
        clientID = first("client_id") ?? clientID
        clientSecret = first("client_secret") ?? clientSecret
        sessionSecret = config["session_secret"]?.string
        sessionCookie = config["session_cookie_name"]?.string ?? sessionCookie
        sessionAudience = config["session_audience"]?.string ?? sessionAudience
        if let value = config["leeway"] {
            guard let seconds = value.number?.within(LabOptions.proofLifetimes) else {
                throw wrong("leeway", "seconds")
            }
            leeway = Interval(seconds)
        }
        if let value = config["upstream_access_token_header"] { upstreamTokenHeader = value.string }
        try validate(file)
    }

    /// Kong's own refusal: possession cannot be proved with every method.
    func validate(_ place: String) throws(LabError) {
        guard dpop == .strict || mtls == .strict, validatesMethods else { return }
        let incapable = methods.subtracting(Self.capable).sorted()
        if !incapable.isEmpty {
            throw LabError(
                "\(place): auth_methods \(incapable.joined(separator: ", ")) cannot prove possession; leave them out, or set proof_of_possession_auth_methods_validation to false"
            )
        }
        if methods == ["session"] {
            throw LabError("\(place): session proves possession only beside bearer or introspection")
        }
    }
}
