import Arguments
import FlowModel
import LabOptions

extension RunOptions {
    /// The groups of settings, in the order of help.
    static let settingGroups = [
        OptionGroup(
            "Client",
            [
                issuer, clientID, clientSecret, authMethod, grantType, scopes, username, password, refreshToken,
                assertion, subjectToken, subjectTokenType, redirectURL, loginTimeout, pkce,
                par,
            ]),
        parameters,
        OptionGroup(
            "Binding",
            [
                dpop, dpopJKT, signingKey, keyPassword, kid, alg, clientKey, clientKeyPassword, clientKID, mtls,
                allowBearer,
            ]),
        OptionGroup("Resource", [resource, method, header, headerAdd, body, then]),
        OptionGroup(
            "Endpoints by hand, instead of discovery",
            [
                tokenEndpoint, authorizationEndpoint, parEndpoint, deviceEndpoint, introspectionEndpoint,
                userinfoEndpoint, revocationEndpoint, jwksURI,
            ]),
        OptionGroup(
            "Connection",
            [tlsCert, tlsKey, tlsRootCA, insecure, resolve, connectTo, proxy, allowOrigin, httpTimeout, http2]),
    ]

    static var table: Table {
        Table(
            [target],
            options: [
                headless, CheckCommand.format, CheckCommand.verbose, record, LabOptions.fault, lab, noBrowser, forceKey,
            ],
            groups: settingGroups + [
                OptionGroup("Checks", [serverProfile, Judging.profile, Judging.clock, Judging.leeway]), Looks.group,
            ],
            check: checkLab)
    }

    /// What variables and profiles may say.
    static var settings: [OptionSpec] {
        settingGroups.flatMap(\.options) + [serverProfile.spec] + Looks.group.options.filter { $0.key != nil }
    }

    /// The setting of a name, as profiles write it.
    static func setting(_ key: String) -> OptionSpec? { settings.first { $0.key == key } }

    /// What is wrong with the lab's options is said before the lab is started.
    private static func checkLab(_ values: Values) throws(UsageError) {
        guard let text = values[lab] else { return }
        let program = Program(Arguments.Command("dpop-lab", "", takes: LabOptions.table, run: { _ in }))
        do { _ = try program.read(text.split(separator: " ").map(String.init), columns: 80) } catch {
            throw UsageError("\(values.place(lab)): \(error)")
        }
    }
}
