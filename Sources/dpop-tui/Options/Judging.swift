import Arguments
import FlowModel

/// What decides how checks are run, the same for every command that runs them.
struct Judging {
    var settings = CheckSettings()
    /// The clock as it was said: reports repeat it.
    var clock = "capture"

    init() {}

    init(_ values: Values) {
        if let profile = values[Self.profile] { settings.profile = profile }
        clock = values[Self.clock].text
        settings.clock = values[Self.clock].clock()
        settings.leeway = values[Self.leeway]
    }

    /// A clock and how it was written; `now` is when it is asked for.
    struct Clock: Sendable {
        let text: String
        private let known: CheckSettings.Clock?

        init?(_ text: String) {
            (self.text, known) = (text, CheckSettings.Clock(text))
            guard known != nil || text == "now" else { return nil }
        }

        func clock() -> CheckSettings.Clock { known ?? .fixed(Moment(Double(time(nil)))) }
    }

    static let profiles = Reading(words: ServerProfile.all.map(\.id), parse: ServerProfile.named)

    static let profile = Option.value(
        "--profile", as: "profile", profiles, help: "The server's rules; rfc9449 when left out."
    ).setting("server-profile")
    static let clock = Option.value(
        "--clock", as: "time",
        Reading(
            .time, expected: "'capture', 'now', an RFC 3339 time, or an offset such as +40s or -5m", parse: Clock.init),
        default: Clock("capture")!, usual: "capture",
        help: "The time that checks take for now: 'capture', 'now', an RFC 3339 time, or an offset such as +40s.")
    static let leeway = Option.value(
        "--leeway", as: "seconds", .seconds(in: 0...1e9), default: 5.0, help: "Tolerance for a token's exp and nbf.")

    static let group = OptionGroup("Checks", [profile, clock, leeway])
}
