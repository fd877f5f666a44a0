/// A live run without its network: says what to send next, and takes what came back.
///
/// It knows no clock and opens no socket: the time and random bytes are given to it, so a test can play both servers.
public struct LiveFlow: Sendable {
    /// What the run wants of the one who drives it.
    public enum Wanted: Equatable, Sendable {
        case send(LiveStage)
        /// A person must log in there; the answer is the URL the browser was sent back to.
        case visit(String)
        /// A person must approve a device: where, and the code to type. Then `resume` asks again.
        case approve(url: String, code: String, interval: Int)
        /// The IdP did not bind the token: go on with `Bearer`, or stop.
        case decide(String)
        case finished
        case stopped(String)
    }

    public let plan: FlowPlan
    public internal(set) var key: SigningKey
    /// Signs client assertions; the proof key when no other was given.
    var clientKey: SigningKey?
    /// What is to be said of the names that the keys sign under, once the metadata came.
    public internal(set) var keyRemarks: [String] = []
    let random: @Sendable (Int) -> [UInt8]

    public private(set) var wanted: Wanted
    public internal(set) var endpoints: Endpoints
    /// The newest nonce of each origin.
    public private(set) var nonces: [String: String] = [:]
    public private(set) var accessToken: String?
    public private(set) var tokenType: String?
    public private(set) var refreshToken: String?
    public private(set) var code: String?
    var requestURI: String?
    var device: DeviceGrant?
    let state: String
    /// OpenID Connect's own, which the ID token brings back; no DPoP nonce.
    let idTokenNonce: String
    let verifier: String
    /// A nonce challenge is answered once: the request that is wanted is the one before, with a nonce.
    public private(set) var hasRetried = false
    private var resourceURL: HTTPURL?
    private var metadata: MetadataSearch?
    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    private var promisesIssuer = false
    private var redirects = 0
    private var queue: [LiveStage] = []
    /// Whose answer `decide` is about.
    private(set) var undecided = LiveStage.token
    /// When the last answer came, where the driver said so.
    private var time: Moment?

    public init(
        plan: FlowPlan, key: SigningKey, clientKey: SigningKey? = nil,
        random: @escaping @Sendable (Int) -> [UInt8] = SecretBytes.random
    ) {
        (self.plan, self.key, self.clientKey, self.random) = (plan, key, clientKey ?? key, random)
        endpoints = plan.endpoints
        verifier = Base64URL.encode(random(32))
        state = plan.parameters["state"] ?? Base64URL.encode(random(16))
        idTokenNonce = plan.parameters["nonce"] ?? Base64URL.encode(random(16))
        refreshToken = plan.refreshToken
        resourceURL = plan.resource.map { HTTPURL($0.url) }
        metadata = plan.issuer.map { MetadataSearch(issuer: $0) }
        wanted = plan.issuer == nil ? .finished : .send(.discovery)
        if plan.issuer == nil { wanted = firstAfterDiscovery() }
    }

    // MARK: the order of things

    private func firstAfterDiscovery() -> Wanted {
        if plan.fetchesKeys, endpoints.jwks != nil { return .send(.jwks) }
        return firstOfGrant()
    }

    private func firstOfGrant() -> Wanted {
        switch plan.grant {
        case .authorizationCode:
            if pushesAuthorization { return .send(.pushedAuthorization) }
            do throws(LiveError) { return .visit(try authorizationURL()) } catch { return .stopped(error.description) }
        case .device: return .send(.device)
        default: return .send(.token)
        }
    }

    /// Adds a step after the resource's answer: introspection, userinfo, refresh, revocation, or the resource once
    /// more.
    public mutating func add(_ stage: LiveStage) {
        hasRetried = false
        if case .send = wanted { queue.append(stage) } else { wanted = .send(stage) }
    }

    private mutating func next(after stage: LiveStage) {
        hasRetried = false
        switch stage {
        case .discovery: wanted = firstAfterDiscovery()
        case .jwks: wanted = firstOfGrant()
        case .pushedAuthorization, .authorization:
            do throws(LiveError) { wanted = .visit(try authorizationURL()) } catch {
                wanted = .stopped(error.description)
            }
        case .token:
            queue = (plan.resource == nil ? [] : [.resource]) + plan.afterwards
            wanted = queue.isEmpty ? .finished : .send(queue.removeFirst())
        default: wanted = queue.isEmpty ? .finished : .send(queue.removeFirst())
        }
    }

    // MARK: what came back

    /// The browser was sent back to this URL (RFC 6749 §4.1.2); nil when no browser is waited for.
    ///
    /// The code goes on only where `state` and `iss` are right; what is no answer at all is waited past.
    @discardableResult
    public mutating func take(redirect text: String) -> RedirectAnswer? {
        guard case .visit = wanted else { return nil }
        let answer = RedirectAnswer(
            text, .init(state: state, issuer: issuer, promisesIssuer: promisesIssuer))
        if case .code(let code) = answer {
            self.code = code
            wanted = .send(.token)
        } else if let words = answer.words, !answer.isNone {
            wanted = .stopped(words)
        }
        return answer
    }

    /// Whom the metadata names, else whom the person did.
    private var issuer: String? {
        endpoints.issuer ?? plan.issuer.flatMap { $0.has("/.well-known/") ? nil : $0 }
    }

    /// The person decided to go on with an unbound token.
    public mutating func goOn() { if case .decide = wanted { next(after: undecided) } }

    /// Asks the token endpoint again whether the device was approved, unless its code has expired.
    public mutating func resume(at now: Double? = nil) {
        guard case .approve = wanted else { return }
        device?.wait()
        wanted = device?.expiry(at: now.map { Moment($0) }).map { .stopped($0) } ?? .send(.token)
    }

    /// Nothing came back: the run stops at the same step, to be sent again or given up.
    public mutating func fail(_ words: String) { wanted = .stopped(words) }

    /// Sends the step once more, with a new proof.
    public mutating func again(_ stage: LiveStage) {
        hasRetried = false
        wanted = .send(stage)
    }

    /// An answer that came at this time.
    public mutating func take(_ response: Response, to request: Request, of stage: LiveStage, at now: Double? = nil) {
        time = now.map { Moment($0) }
        let sent = nonces[request.url.origin]
        let given = response.headers.first("dpop-nonce")
        if let words = given.flatMap(OutsideText.problem) {
            wanted = Self.malformed("DPoP-Nonce", words)
            return
        }
        if let given { nonces[request.url.origin] = given }
        if NonceChallenge.isOne(response) || (given != nil && given != sent && isProofRefusal(response)) {
            guard let given else {
                wanted = .stopped("the server asks for a nonce and gives none: no DPoP-Nonce header")
                return
            }
            guard !hasRetried, given != sent else {
                wanted = .stopped("the server asks for a nonce again after it got the one it gave; one retry is enough")
                return
            }
            hasRetried = true
            wanted = .send(stage)
            return
        }
        if (300..<400).contains(response.status) { follow(response, request, stage) } else { digest(response, stage) }
    }

    private static func malformed(_ name: String, _ words: String) -> Wanted {
        .stopped("the \(name) that came is malformed: \(words); nothing is sent with it")
    }

    /// The members that later requests carry on, as far as one is malformed.
    private static func malformed(_ names: [String], of answer: JSONValue?) -> Wanted? {
        for name in names {
            if let words = answer?[named: name]?.string.flatMap(OutsideText.problem) { return malformed(name, words) }
        }
        return nil
    }

    private func isProofRefusal(_ response: Response) -> Bool {
        (response.status == 400 && response.body?.json?.root["error"]?.string == "invalid_dpop_proof")
            || (response.status == 401
                && response.headers.all("www-authenticate").contains { $0.value.has("invalid_dpop_proof") })
    }

    /// A redirect is a step of its own, with a new proof, and only within the same origin: a token is not for others.
    private mutating func follow(_ response: Response, _ request: Request, _ stage: LiveStage) {
        guard let location = response.headers.first("location") else { return digest(response, stage) }
        let target = request.url.resolved(location)
        let isElsewhere = target.sent.origin != request.url.sent.origin
        if stage == .discovery {
            guard redirects < 5, !isElsewhere else {
                return miss("\(response.status), a redirect to \(target.text)")
            }
            redirects += 1
            metadata?.follow(to: target)
            wanted = .send(stage)
            return
        }
        guard stage == .resource, redirects < 5 else {
            wanted = .stopped("redirected to \(target.text); a \(stage.rawValue) request is not sent anywhere else")
            return
        }
        guard !isElsewhere else {
            wanted = .stopped(
                "redirected to \(target.text): another origin must not get the token or the proof; not followed")
            return
        }
        redirects += 1
        resourceURL = target
        wanted = .send(stage)
    }

    /// No metadata there: the next address is asked, and after the last one the run stops.
    private mutating func miss(_ words: String) {
        hasRetried = false
        if metadata?.miss(words) == true {
            wanted = .send(.discovery)
        } else {
            wanted = .stopped(metadata?.words ?? words)
        }
    }

    private mutating func digest(_ response: Response, _ stage: LiveStage) {
        let answer = response.body?.json?.root
        switch stage {
        case .discovery:
            guard response.status == 200, let answer, Self.isMetadata(answer) else {
                return miss(AnswerFault.words(response, wanted: "issuer"))
            }
            promisesIssuer = answer["authorization_response_iss_parameter_supported"]?.bool == true
            endpoints.fill(from: answer, mutualTLS: plan.usesMutualTLS)
            nameKeys(by: answer)
            next(after: stage)
        case .pushedAuthorization:
            guard let uri = answer?["request_uri"]?.string else { return refused(response, stage) }
            if let malformed = Self.malformed(["request_uri"], of: answer) {
                wanted = malformed
                return
            }
            requestURI = uri
            next(after: stage)
        case .device:
            guard let grant = answer.flatMap({ DeviceGrant($0, at: time) }) else { return refused(response, stage) }
            if let malformed = Self.malformed(["device_code"], of: answer) {
                wanted = malformed
                return
            }
            device = grant
            wanted = .approve(url: grant.url, code: grant.userCode, interval: grant.interval)
        case .token, .refresh: takeToken(response, answer, stage)
        default: next(after: stage)
        }
    }

    /// Whether it names a server's endpoints: other JSON may be any page's.
    private static func isMetadata(_ answer: JSONValue) -> Bool {
        ["issuer", "token_endpoint", "authorization_endpoint", "jwks_uri"].contains { answer[named: $0]?.string != nil }
    }

    private mutating func takeToken(_ response: Response, _ answer: JSONValue?, _ stage: LiveStage) {
        guard response.status == 200, let answer, let token = answer["access_token"]?.string else {
            if let error = answer?["error"]?.string, plan.grant == .device, var grant = device,
                error == "authorization_pending" || error == "slow_down"
            {
                if error == "slow_down" { grant.slowDown() }
                device = grant
                wanted =
                    grant.expiry(at: time).map { .stopped($0) }
                    ?? .approve(url: grant.url, code: grant.userCode, interval: grant.interval)
                return
            }
            return refused(response, stage)
        }
        let names = ["access_token", "token_type", "refresh_token"]
        if let malformed = Self.malformed(names, of: answer) {
            wanted = malformed
            return
        }
        // A person who took an unbound token once is not asked again.
        let wantsBinding = plan.usesDPoP && !plan.acceptsBearer && (stage == .token || presentsDPoP)
        accessToken = token
        tokenType = answer["token_type"]?.string
        refreshToken = answer["refresh_token"]?.string ?? refreshToken
        let isBound = tokenType?.lowercased() == "dpop"
        if wantsBinding, !isBound {
            undecided = stage
            wanted = .decide(
                "the IdP answered token_type \(tokenType.map { "'\($0)'" } ?? "nothing") although the request had a proof: the token is not bound"
            )
        } else {
            next(after: stage)
        }
    }

    private mutating func refused(_ response: Response, _ stage: LiveStage) {
        let wanted =
            stage == .pushedAuthorization ? "request_uri" : stage == .device ? "device_code" : "access_token"
        let words = AnswerFault.words(response, wanted: wanted)
        let isAnswer = (200..<300).contains(response.status)
        self.wanted = .stopped(
            isAnswer
                ? "the IdP answered the \(stage.rawValue) request with \(words)"
                : "the IdP refused the \(stage.rawValue) request with \(words)")
    }

    // MARK: requests

    /// Whether the authorization request is pushed (RFC 9126).
    var pushesAuthorization: Bool { plan.usesPAR ?? endpoints.requiresPushedAuthorization }

    /// What is to be said where the metadata decides about pushing, or would; nil where it has no say.
    public var pushRemark: String? {
        guard plan.grant == .authorizationCode, endpoints.requiresPushedAuthorization, plan.usesPAR != true else {
            return nil
        }
        let words = "the metadata requires pushed authorization requests (RFC 9126 §5)"
        return words + (pushesAuthorization ? ": PAR is switched on" : ", and PAR was switched off by hand")
    }

    /// Whether the token is presented with the DPoP scheme and a proof.
    var presentsDPoP: Bool { plan.usesDPoP && (tokenType.map { $0.lowercased() == "dpop" } ?? true) }

    var currentResourceURL: HTTPURL { resourceURL ?? HTTPURL("") }

    var currentDiscoveryURL: HTTPURL { metadata?.url ?? HTTPURL("") }
}
