/// Reads what people configured and says what cannot work, before the first request.
public struct Doctor: Sendable {
    public let configuration: Configuration
    /// The gateway's version, when it is known: 3.9.1 and the like.
    public let kongVersion: [Int]?

    public init(_ configuration: Configuration, kongVersion: [Int]? = nil) {
        (self.configuration, self.kongVersion) = (configuration, kongVersion)
    }

    /// What is wrong: what reading found, each thing by itself, then one against the other.
    public func examine() -> [Advice] {
        var list = configuration.found
        var configuration = configuration
        configuration.keycloaks = ServerJoin.joined(configuration)
        let fronts = Fronts.all(configuration)
        KongRules.examine(configuration, kongVersion: kongVersion, &list)
        KeycloakClientRules.examine(configuration, &list)
        KeycloakPolicyRules.examine(configuration, &list)
        KeycloakServerRules.examine(configuration, fronts, &list)
        TerraformRules.examine(configuration, &list)
        DocumentRules.examine(configuration, &list)
        RegistrationRules.examine(configuration, &list)
        FrontRules.examine(configuration, fronts, &list)
        OtherGatewayRules.examine(configuration, &list)
        FrameworkRules.examine(configuration, &list)
        IssuerRules.examine(configuration, &list)
        return list.all
    }

    /// `3.10.0.2` as numbers; nil when it is no version.
    public static func version(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map {
            Untrusted<Int>($0)?.within(0...1_000_000)
        }
        return parts.isEmpty || parts.contains(nil) ? nil : parts.compactMap { $0 }
    }
}
