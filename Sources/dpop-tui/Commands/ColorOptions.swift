import ArgumentParser

/// `--color WHEN`, before NO_COLOR and CLICOLOR_FORCE.
struct ColorOptions: ParsableArguments {
    enum When: String, CaseIterable, ExpressibleByArgument { case auto, always, never }

    @Option(help: ArgumentHelp("auto, always or never; goes before NO_COLOR and CLICOLOR_FORCE.", valueName: "when"))
    var color = When.auto

    /// Everything that draws asks the environment, so that is where the wish goes.
    func apply() {
        switch color {
        case .auto: break
        case .never: setenv("NO_COLOR", "1", 1)
        case .always:
            unsetenv("NO_COLOR")
            setenv("CLICOLOR_FORCE", "1", 1)
        }
    }
}
