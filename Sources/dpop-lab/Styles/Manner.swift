import FlowModel

/// How a server judges proofs and says no, in one of its roles: where tokens are issued, or where they are used.
struct Manner: Sendable {
    /// What it says, narrow rows before wide ones. What has no row is told by the RFC's code.
    var sayings: [Saying]
    var judging: Judging
    /// Whether its answers have a `Date`.
    var sendsDate = true
    var body = BodyForm.oauth
    /// The challenge of its refusals, and the statuses that have one.
    var challenge: ChallengeForm?
    var challenged: Set<Int> = [401]
    /// The field that a nonce comes in, in the letters it is written.
    var nonceField = "DPoP-Nonce"
    /// Whether every answer has a nonce.
    var tellsNonceAlways = false
    /// Whether what has no row is explained in the lab's own words.
    var explains = false
    /// Whether its realm is the issuer's name.
    var namesIssuerAsRealm = false
    /// Whether it is a resource: then what has no row is 401.
    var isResource = false
    /// Whether it serves the metadata of RFC 9728 that its challenges name.
    var servesMetadata = false

    /// What an answer is filled with.
    struct Setting: Sendable {
        var realm = ""
        /// The issuer's name, and the URL that was called without its path.
        var issuer = "", base = ""
        var path = "/"
        var hasAuthorization = false
        var now: Moment = 0
        /// When the token ended.
        var ended: Moment = 0
    }

    private func saying(_ objection: Objection, at place: Saying.Place?) -> Saying {
        let complaint = objection.complaint
        let row = sayings.first {
            $0.complaints.contains(complaint) && ($0.place == nil || $0.place == place)
        }
        return row
            ?? Saying(
                [complaint], isResource ? complaint.resourceStatus : complaint.status, complaint.code,
                explains && !objection.words.isEmpty ? "{words}" : nil)
    }

    /// The answer to a request that something is wrong with.
    ///
    /// - Parameter code: Another code than the server's own, and members for the body: faults.
    func answer(
        _ objection: Objection, at place: Saying.Place? = nil, _ setting: Setting, code: String? = nil,
        members: [(name: String, value: String)] = []
    ) -> LabResponse {
        let saying = saying(objection, at: place)
        let told = Told(
            code: code ?? saying.code, sentence: saying.sentence.map { Self.fill($0, objection, setting) },
            uri: saying.uri, scope: saying.scope)
        let body = told.body(saying.body ?? body, members, setting)
        var headers = body.isEmpty ? [] : [Header("Content-Type", "application/json")]
        if let text = self.challenge(of: saying, told, setting) { headers.append(Header("WWW-Authenticate", text)) }
        return LabResponse(status: saying.status, headers: headers, body: Array(body.utf8))
    }

    private func challenge(of saying: Saying, _ told: Told, _ setting: Setting) -> String? {
        switch saying.challenge {
        case .none: nil
        case .form(let form): told.challenge(form, setting, judging.algorithms)
        case .basic:
            setting.hasAuthorization
                ? told.challenge(ChallengeForm("Basic", [.realm, .error, .description]), setting, []) : nil
        case .usual:
            challenged.contains(saying.status)
                ? challenge.map { told.challenge($0, setting, judging.algorithms) } : nil
        }
    }

    private static func fill(_ sentence: String, _ objection: Objection, _ setting: Setting) -> String {
        var (out, rest) = ("", Substring(sentence))
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open]
            switch rest[rest.index(after: open)..<close] {
            case "found": out += objection.found
            case "words": out += objection.words
            case "time": out += Timestamp.text(setting.ended, separator: "T", suffix: "Z")
            case let other: out += "{\(other)}"
            }
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }
}

/// What one answer says.
private struct Told {
    let code: String
    let sentence: String?
    let uri: String?
    let scope: String?

    /// JSON; empty for none.
    func body(_ form: BodyForm, _ more: [(name: String, value: String)], _ setting: Manner.Setting) -> String {
        typealias Members = [(name: String, value: String)]
        func member(_ name: String, _ value: String?) -> Members { value.map { [(name, $0)] } ?? [] }
        let error = member("error", code.isEmpty ? nil : code)
        let description = member("error_description", sentence)
        let rest: Members = member("error_uri", uri) + member("scope", scope)
        switch form {
        case .none: return more.isEmpty ? "" : Self.json(more)
        case .oauth: return Self.json(error + description + rest + more)
        case .hashed: return Self.json(description + error + rest + more)
        case .xrpc: return Self.json(error + member("message", sentence) + more)
        case .springPage:
            return
                "{\"timestamp\":\"\(Timestamp.text(setting.now, decimals: 3, separator: "T", suffix: "Z"))\",\"status\":500,"
                + "\"error\":\"Internal Server Error\",\"path\":\(JSONText.quote(setting.path))}"
        }
    }

    private static func json(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",") + "}"
    }

    func challenge(_ form: ChallengeForm, _ setting: Manner.Setting, _ algorithms: [String]) -> String {
        let parts = form.parts.compactMap { part(of: $0, form.quotes, setting, algorithms) }
        return parts.isEmpty ? form.scheme : form.scheme + " " + parts.joined(separator: ", ")
    }

    private func part(
        of part: ChallengeForm.Part, _ quotes: ChallengeForm.Quotes, _ setting: Manner.Setting, _ algorithms: [String]
    ) -> String? {
        switch part {
        case .realm: "realm=\"\(Self.quoted(setting.realm, .escaped) ?? "")\""
        case .api: "realm=\"api\""
        case .error: code.isEmpty ? nil : "error=\"\(code)\""
        case .description:
            code.isEmpty ? nil : sentence.flatMap { Self.quoted($0, quotes) }.map { "error_description=\"\($0)\"" }
        case .uri: uri.map { "error_uri=\"\($0)\"" }
        case .algorithms: "algs=\"\(algorithms.joined(separator: " "))\""
        case .metadata: "resource_metadata=\"\(setting.base)/.well-known/oauth-protected-resource\""
        case .scope: scope.map { "scope=\"\($0)\"" }
        }
    }

    /// A text that may stand between quotes: what a field cannot carry becomes a single quote.
    private static func quoted(_ text: String, _ quotes: ChallengeForm.Quotes) -> String? {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C:
                switch quotes {
                case .leftOut: return nil
                case .single: out += "'"
                case .escaped: out += byte == 0x22 ? "\\\"" : "\\\\"
                }
            case 0x20..<0x7F: out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "'"
            }
        }
        return out
    }
}
