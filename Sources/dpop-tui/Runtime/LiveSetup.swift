import FlowModel

/// What a live run needs besides its plan.
struct LiveSetup {
    var plan = FlowPlan()
    /// Method, fields and body of the resource request, wherever it goes.
    var resourceShape = ResourceRequest(url: "")
    var transport = TransportOptions()
    var settings = CheckSettings()
    var keyFiles: [KeyFile] = []
    var clientKey: SigningKey?
    var makeKey: () throws(CryptoError) -> SigningKey = { () throws(CryptoError) in
        try SigningKey.generate(.named("ES256")!)
    }
    /// Completes the plan once the lab says where it is.
    var completeForLab: ((inout FlowPlan, inout TransportOptions, LabProcess.Endpoints) -> Void)?
    var name = "live"
    /// The program was started without a word.
    var isDemo = false
    /// Origins besides the issuer's that secrets may go to, whatever they are.
    var allowedOrigins: [String] = []
    /// False with `--no-browser`: the person is told where to log in.
    var opensBrowser = true
    /// Seconds that a login, or the approval of a device, is waited for.
    var loginTimeout = 300.0
}

extension Request {
    /// With the name the transport will give us, so that a request that waits is told apart from what a gateway does.
    var named: Request {
        guard !headers.contains(where: { $0.name.lowercased() == "user-agent" }) else { return self }
        return Request(
            method: method, url: url, version: version,
            headers: headers + [Header("User-Agent", "dpop-tui/\(programVersion)")], body: body)
    }
}
