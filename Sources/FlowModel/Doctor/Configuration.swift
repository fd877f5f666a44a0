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

    /// The directives of nginx, Apache, HAProxy or Caddy.
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
    var haproxy: [DirectiveFile] = []
    var caddy: [DirectiveFile] = []
    /// Routes of Traefik and of Kubernetes.
    var routers: [Front] = []
    /// The ports that compose files publish: those of the host by those of the containers.
    var published: [Int: [Int]] = [:]
    /// Environment files, ConfigMaps, Secrets and Dockerfiles, which servers name.
    var sources: [SettingSource] = []
    /// Parts of compose services without an image, which override another file's.
    var serviceParts: [KeycloakServer] = []
    /// JWT rules of Istio, Envoy and Envoy Gateway; forward authentication of Traefik; APISIX, KrakenD.
    var jwtRules: [Item] = []
    var forwardAuths: [Item] = []
    var strangers: [Item] = []
    /// Applications that a framework makes resource servers of.
    var frameworks: [FrameworkServer] = []
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
