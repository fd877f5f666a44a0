import ArgumentParser
import FlowModel

/// What decides how checks are run, the same for every command that runs them.
struct CheckOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server's rules: \(ServerProfile.all.map(\.id).joined(separator: ", ")).", valueName: "name"))
    var profile = "rfc9449"

    @Option(
        help: ArgumentHelp(
            "The time to judge at: 'capture', 'now', an RFC 3339 time, or an offset such as +40s.", valueName: "time"))
    var clock = "capture"

    @Option(help: ArgumentHelp("Grace for a token's exp and nbf.", valueName: "seconds"))
    var leeway = 5.0

    @OptionGroup var looks: ColorOptions

    func settings() throws -> CheckSettings {
        looks.apply()
        var settings = CheckSettings()
        guard let profile = ServerProfile.named(profile) else {
            throw ValidationError(
                "unknown profile '\(profile)'; expected one of \(ServerProfile.all.map(\.id).joined(separator: ", "))")
        }
        settings.profile = profile
        settings.leeway = leeway
        settings.clock = try parsedClock()
        return settings
    }

    private func parsedClock() throws -> CheckSettings.Clock {
        if clock == "now" { return .fixed(Double(time(nil))) }
        if let clock = CheckSettings.Clock(clock) { return clock }
        throw ValidationError(
            "cannot read the clock '\(clock)'; expected 'capture', 'now', an RFC 3339 time, or an offset such as +40s or -5m"
        )
    }
}
