import ArgumentParser
import FlowModel

/// What decides how checks are run, the same for every command that runs them.
struct CheckOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's rules: \(ServerProfile.all.map(\.id).joined(separator: ", ")).", valueName: "name"))
    var profile = "rfc9449"

    @Option(help: ArgumentHelp("The time to judge at: 'capture', 'now', an RFC 3339 time, or an offset such as +40s.", valueName: "time"))
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
        if clock == "capture" { return .capture(offset: 0) }
        if clock == "now" { return .fixed(Double(time(nil))) }
        if let time = Timestamp.parse(clock) { return .fixed(time) }
        if let sign = clock.first, sign == "+" || sign == "-", let unit = clock.last {
            let scale: Double? = ["s": 1, "m": 60, "h": 3600][unit]
            let digits = scale == nil ? clock.dropFirst() : clock.dropFirst().dropLast()
            if let number = Double(String(digits)), number.isFinite, number < 1e10 { return .capture(offset: (sign == "-" ? -1 : 1) * number * (scale ?? 1)) }
        }
        throw ValidationError("cannot read the clock '\(clock)'; expected 'capture', 'now', an RFC 3339 time, or an offset such as +40s or -5m")
    }
}
