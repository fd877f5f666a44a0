@testable import FlowModel

/// A small capture written down call by call, for checks to look at.
struct Scene {
    static let tokenURL = "https://as.test/token"
    static let apiURL = "https://api.test/data"
    static let start = 1_795_334_400.0

    var exchanges: [Exchange] = []
    var time = start
    var recorder = CaptureContext.Recorder.unknown

    mutating func add(
        _ method: String, _ url: String, _ headers: [(String, String)], body: String? = nil, status: Int = 200,
        answer: [(String, String)] = [], answerBody: String? = nil, took: Double = 0.05
    ) {
        let form = body == nil ? [] : [Header("Content-Type", "application/x-www-form-urlencoded")]
        let request = Request(
            method: method, url: HTTPURL(url), headers: headers.map { Header($0.0, $0.1) } + form,
            body: body.map { Body(Bytes($0)) })
        let response = Response(
            status: status, headers: answer.map { Header($0.0, $0.1) }, body: answerBody.map { Body(Bytes($0)) })
        exchanges.append(
            Exchange(
                index: exchanges.count, request: request, response: response, started: Moment(time),
                duration: Interval(took)))
        time += 0.1
    }

    /// The plain token request, its answer bound to `jkt`.
    mutating func token(
        _ key: TestKey, proof: String? = nil, token: String? = nil, type: String = "DPoP",
        form: String = "grant_type=client_credentials", more: String = ""
    ) -> String {
        let token = token ?? TestKey(9).token(jkt: key.jkt)
        let proof = proof ?? key.proof("POST", Self.tokenURL, jti: "token-\(exchanges.count)-abcdefgh")
        add(
            "POST", Self.tokenURL, proof.isEmpty ? [] : [("DPoP", proof)], body: form,
            answer: [("Content-Type", "application/json")],
            answerBody: "{\"access_token\":\"\(token)\",\"token_type\":\"\(type)\"\(more)}")
        return token
    }

    mutating func call(
        _ token: String, proof: String?, scheme: String = "DPoP", status: Int = 200, answer: [(String, String)] = [],
        answerBody: String? = nil, url: String = apiURL, method: String = "GET"
    ) {
        var headers = [("Authorization", "\(scheme) \(token)")]
        if let proof { headers.append(("DPoP", proof)) }
        add(method, url, headers, status: status, answer: answer, answerBody: answerBody)
    }

    var flows: [Flow] {
        let reader = FactReader()
        return FlowAssembler.flows(
            exchanges.map { reader.facts($0) }, echo: { [exchanges] in FactReader.echo(exchanges[$0]) })
    }

    func report(_ settings: CheckSettings = CheckSettings(), flow: Int = 0) -> FlowReport {
        let reader = FactReader()
        let facts = exchanges.map { reader.facts($0) }
        let context = CaptureContext(facts: facts) { exchanges[$0] }
        return FlowChecker(context: context, settings: settings).check(flows[flow]) { exchanges[$0] }
    }

    /// The verdict and cause of one check at the last step it was made on.
    func diagnosis(_ number: Int = 0) -> Diagnosis {
        let reader = FactReader()
        let facts = exchanges.map { reader.facts($0) }
        var context = CaptureContext(facts: facts) { exchanges[$0] }
        context.recorder = recorder
        let flow = flows[number]
        let checker = FlowChecker(context: context)
        let story = checker.story(of: flow) { exchanges[$0] }
        return Diagnosis(
            flow: flow, report: checker.check(flow, story: story), story: story, context: context,
            settings: CheckSettings())
    }

    func verdict(_ check: CheckID, _ settings: CheckSettings = CheckSettings()) -> (verdict: Verdict, cause: CauseID?)?
    {
        let all = report(settings).findings.filter { $0.check == check }
        let worst = all.max { $0.verdict < $1.verdict }
        return worst.map { ($0.verdict, $0.outcome.cause) }
    }
}
