/// The things that are configured, out of whatever files were given.
public struct Configuration: Sendable {
    /// A plugin of Kong that has to do with OpenID Connect or DPoP.
    struct Plugin: Sendable {
        let document: ConfigDocument
        let name: String
        let holder: ConfigNode
        var config: ConfigNode
        let line: Int
        /// Only what changes: what is absent is unknown.
        var isPartial = false
        /// Kong's Admin API answers with defaults; a decK file is checked by decK.
        var isAnswer = false
        var isDeck = false
        var isLoadedByDeck = false
        /// The settings' name under `_plugin_configs`.
        var shared: String?
        /// First names of the settings that come from secrets.
        var patched: Set<String> = []
        var comesFromSecret = false

        var place: ConfigPlace { document.place(line) }
        var isOpenIDConnect: Bool { name == "openid-connect" }
        var isOff: Bool { holder["enabled"]?.bool == false || holder["disabled"]?.bool == true }
        func place(_ key: String) -> ConfigPlace { document.place(config.entry(key)?.line ?? line) }
        /// Whether a key that is absent may be set where it cannot be seen.
        func mayHide(_ key: String) -> Bool {
            isPartial || comesFromSecret || patched.contains(key) || config["<<"] != nil || config.isOpaque
        }
    }

    /// A client of Keycloak, as exports, the Admin API, kcadm and Terraform write it.
    struct Client: Sendable {
        let document: ConfigDocument
        let node: ConfigNode
        let line: Int
        let isPartial: Bool
        /// From a whole realm, which is imported as it is.
        var isImported = false

        var place: ConfigPlace { document.place(line) }
        var id: String { node["clientId"]?.scalar ?? node["client_id"]?.scalar ?? "" }
        func place(_ entry: ConfigNode.Entry?) -> ConfigPlace { document.place(entry?.line ?? line) }
    }

    /// One thing of a document that has no more structure for us.
    struct Item: Sendable {
        let document: ConfigDocument
        let node: ConfigNode
        let line: Int
        var name = ""

        var place: ConfigPlace { document.place(line) }
        func place(_ key: String) -> ConfigPlace { document.place(node.entry(key)?.line ?? line) }
    }

    /// A text that a file names, and where.
    public struct Mention: Sendable {
        public let value: String
        public let place: ConfigPlace
    }

    /// nginx's or Apache's directives.
    struct DirectiveFile: Sendable {
        let file: String
        let root: Directive
    }

    var plugins: [Plugin] = []
    /// Plugins that are none of Kong's own for OpenID Connect but have its settings, or are its open-source cousins.
    var otherPlugins: [Plugin] = []
    var pluginConfigs: [Item] = []
    var pluginPatches: [Item] = []
    /// Settings in Secrets, by `name/key`.
    var secrets: [Item] = []
    /// Names of KongPlugin manifests, and the annotations that name them.
    var manifests: [Mention] = []
    var annotations: [Mention] = []
    /// KongPlugin manifests that a Kustomization changes in part.
    var patchFiles: Set<String> = []
    var clients: [Client] = []
    var realms: [Item] = []
    var profiles: [Item] = []
    var policies: [Item] = []
    var metadata: [Item] = []
    var resources: [Item] = []
    var registrations: [Item] = []
    var keycloaks: [KeycloakServer] = []
    var kongs: [KongServer] = []
    /// Images of other containers.
    var images: [Mention] = []
    var nginx: [DirectiveFile] = []
    var apache: [DirectiveFile] = []
    /// JWT rules of Istio, Envoy and Envoy Gateway; forward authentication of Traefik; APISIX, KrakenD.
    var jwtRules: [Item] = []
    var forwardAuths: [Item] = []
    var strangers: [Item] = []
    /// Clients of Terraform's Keycloak provider, and the provider's version as written.
    var terraformClients: [Item] = []
    var terraformVersion: Mention?
    /// Issuers and client ids that commands and other files name.
    var mentions: [Mention] = []
    var clientIDs: [Mention] = []
    /// What reading found.
    var found = AdviceList()
    /// Every piece: read as what, or ignored and why.
    public internal(set) var accounts: [ConfigAccount] = []

    public init() {}

    /// Whether nothing was recognised: "no configuration found".
    public var isEmpty: Bool { !accounts.contains { $0.readAs != nil } }
}

/// A setting of a server, as an environment, a flag or a file has it.
struct KeycloakSetting: Sendable {
    let name: String
    let value: ConfigNode.Value
    let line: Int
}

/// A Keycloak that is started somewhere in the files.
struct KeycloakServer: Sendable {
    let place: ConfigPlace
    let file: String
    /// 26, 3, 5; nil when the image has no numbers.
    let version: [Int]?
    let isDevelopment: Bool
    /// By the option's name: `proxy-headers`.
    var options: [String: (text: String?, line: Int)] = [:]
    /// Names as they were written, for near misses.
    var written: [Configuration.Mention] = []
    let ports: [String]
    /// Its name among the services of a compose file.
    let service: String?

    func text(_ option: String) -> String? { options[option]?.text ?? nil }
    func has(_ option: String) -> Bool { options[option] != nil }
    func place(_ option: String) -> ConfigPlace { ConfigPlace(file, options[option]?.line ?? place.line) }

    /// Whether the version is known and older.
    func isBefore(_ numbers: [Int]) -> Bool { version.map { $0.lexicographicallyPrecedes(numbers) } ?? false }

    var features: [String] { (text("features") ?? "").split(separator: ",").map { $0.trimmedASCII.lowercased() } }
    var disabledFeatures: [String] {
        (text("features-disabled") ?? "").split(separator: ",").map { $0.trimmedASCII.lowercased() }
    }
    /// Whether it ends TLS itself.
    var hasCertificate: Bool {
        options.keys.contains { $0.hasPrefix("https-certificate") || $0.hasPrefix("https-key-store") }
    }
    /// Whether somebody else must end TLS.
    var speaksPlainHTTP: Bool {
        guard !hasCertificate else { return false }
        if let enabled = options["http-enabled"] { return enabled.text.map { $0.lowercased() == "true" } ?? false }
        return isDevelopment || text("proxy") == "edge"
    }
}

struct KongServer: Sendable {
    let place: ConfigPlace
    let image: String
    let version: [Int]?
    let service: String?
    let environment: [String: String]
}
