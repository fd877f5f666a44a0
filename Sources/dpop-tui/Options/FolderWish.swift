import Arguments
import FlowModel

/// What a folder's file asks for that only the person can grant: to run a command, to read what is not the folder's, to
/// lead requests elsewhere.
struct FolderWish {
    /// `dpop-tui.toml:4:17`
    let place: String
    let key: String
    let words: String

    /// The wishes among settings of which some come from the folder's file. What a flag or a variable says instead is
    /// none of them.
    static func all(in values: Values, of file: ConfigFile) -> [FolderWish] {
        guard file.owner == .project else { return [] }
        var list: [FolderWish] = []
        var leads = false
        for spec in RunOptions.settings {
            guard let key = spec.key, case .file(let place)? = values.source(of: spec) else { continue }
            leads = leads || endpoints.contains { $0.spec === spec }
            for text in values.texts(spec) {
                if let words = words(spec, text, FilePath.folder(of: file.path)) {
                    list.append(FolderWish(place: place, key: key, words: words))
                }
            }
        }
        guard leads else { return list }
        // The person's own secrets, meant for other servers maybe.
        for spec in RunOptions.settings where spec.kind == .secret || keyFiles.contains(where: { $0.spec === spec }) {
            guard let key = spec.key, case .variable(let name)? = values.source(of: spec) else { continue }
            list.append(FolderWish(place: file.path, key: key, words: "gets what \(name) says, for its servers"))
        }
        return list
    }

    private static let endpoints: [any OptionDeclaration] = [
        RunOptions.issuer, RunOptions.tokenEndpoint, RunOptions.authorizationEndpoint, RunOptions.parEndpoint,
        RunOptions.deviceEndpoint, RunOptions.introspectionEndpoint, RunOptions.userinfoEndpoint,
        RunOptions.revocationEndpoint, RunOptions.jwksURI, RunOptions.resource,
    ]
    private static let keyFiles: [any OptionDeclaration] = [
        RunOptions.signingKey, RunOptions.clientKey, RunOptions.tlsCert, RunOptions.tlsKey,
    ]
    /// Texts that may be files.
    private static let files: [any OptionDeclaration] = [
        RunOptions.body, RunOptions.claims, RunOptions.authorizationDetails,
    ]
    /// A folder's own business. What is not named here is a wish: a new setting waits until somebody has thought of it.
    private static let own: [any OptionDeclaration] =
        endpoints + [
            RunOptions.clientID, RunOptions.authMethod, RunOptions.grantType, RunOptions.scopes,
            RunOptions.subjectTokenType, RunOptions.audience, RunOptions.resourceIndicator, RunOptions.prompt,
            RunOptions.loginHint, RunOptions.idpHint, RunOptions.acrValues, RunOptions.maxAge, RunOptions.responseMode,
            RunOptions.param,
            RunOptions.username, RunOptions.redirectURL, RunOptions.pkce, RunOptions.par, RunOptions.dpop,
            RunOptions.dpopJKT, RunOptions.mtls, RunOptions.allowBearer, RunOptions.alg, RunOptions.kid,
            RunOptions.clientKID, RunOptions.method,
            RunOptions.header, RunOptions.headerAdd, RunOptions.then, RunOptions.serverProfile, RunOptions.httpTimeout,
            RunOptions.loginTimeout,
            RunOptions.http2,
            Looks.glyphs, Looks.colors, Looks.plain, Looks.color,
        ]

    /// What a setting wants; nil where it is the folder's own business.
    private static func words(_ spec: OptionSpec, _ text: String, _ folder: String) -> String? {
        if spec === Looks.theme.spec { return ThemeShelf.isFile(text) ? outside(text, folder) : nil }
        if own.contains(where: { $0.spec === spec }) { return nil }
        if spec.kind == .secret || files.contains(where: { $0.spec === spec }) { return secret(spec, text, folder) }
        if spec === RunOptions.signingKey.spec || spec === RunOptions.clientKey.spec {
            return text.has("://") ? "fetches a key from \(text)" : outside(text, folder)
        }
        if spec === RunOptions.insecure.spec { return text == "true" ? "does not verify certificates" : nil }
        return "is '\(text)'"
    }

    /// A text, or where it is to be had.
    private static func secret(_ spec: OptionSpec, _ text: String, _ folder: String) -> String? {
        if text.hasPrefix("@") { return outside(String(text.dropFirst()), folder) }
        guard spec.kind == .secret else { return nil }
        if text.hasPrefix("cmd:") { return "runs the command '\(text.dropFirst(4))'" }
        return text.hasPrefix("env:") ? "reads the variable \(text.dropFirst(4))" : nil
    }

    private static func outside(_ path: String, _ folder: String) -> String? {
        FilePath.isInside(path, of: folder) ? nil : "reads '\(path)', which is not in this folder"
    }
}
