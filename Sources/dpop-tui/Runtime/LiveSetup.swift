import FlowModel

/// What a live run needs besides its plan.
struct LiveSetup {
    var plan = FlowPlan()
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
    /// False with `--no-browser`: the person is told where to log in.
    var opensBrowser = true
}
