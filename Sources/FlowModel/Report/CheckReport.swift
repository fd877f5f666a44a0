/// One file's findings on their way out: the parts every format needs.
public struct CheckReport: Sendable {
    public let file: String
    public let clock: String
    public let profile: String
    /// True for a run that was sent just now.
    public let isLive: Bool

    public init(file: String, clock: String, profile: String, isLive: Bool = false) {
        (self.file, self.clock, self.profile, self.isLive) = (file, clock, profile, isLive)
    }
}

/// How many findings of each kind, over flows and files.
public struct CheckTotals: Sendable {
    public var flows = 0
    public var failedFlows = 0
    public var exchanges = 0
    public var pass = 0
    public var warn = 0
    public var fail = 0
    public var cannotTell = 0
    /// Requests that were refused or got no answer.
    public var refused = 0
    /// Flows with something to judge: a proof, a token or a refusal.
    public var judged = 0
    /// Causes that neither a check nor a refusal tells.
    public var untold = 0

    public init() {}

    public mutating func add(_ report: FlowReport, _ story: FlowStory, _ diagnosis: Diagnosis? = nil) {
        judged += story.hasSubject || report.verdict == .fail || diagnosis?.causes.isEmpty == false ? 1 : 0
        flows += report.flow.isFlow ? 1 : 0
        let untold = diagnosis?.untold.count ?? 0
        self.untold += untold
        failedFlows += report.verdict == .fail || untold > 0 ? 1 : 0
        exchanges += report.flow.exchanges.count
        pass += report.count(.pass)
        warn += report.count(.warn)
        fail += report.count(.fail)
        cannotTell += report.count(.cannotTell)
        refused += report.refusals.count
    }

    public mutating func add(_ other: CheckTotals) {
        flows += other.flows
        failedFlows += other.failedFlows
        exchanges += other.exchanges
        pass += other.pass
        warn += other.warn
        fail += other.fail
        cannotTell += other.cannotTell
        refused += other.refused
        untold += other.untold
        judged += other.judged
    }

    /// A refused request is a failure, whether or not a check failed.
    public var isFailing: Bool { fail > 0 || refused > 0 || untold > 0 }
    public var verdict: Verdict { isFailing ? .fail : warn > 0 ? .warn : .pass }
}
