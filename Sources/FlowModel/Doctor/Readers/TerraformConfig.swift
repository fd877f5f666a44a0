/// Terraform's resources for Kong, Konnect and Keycloak.
extension ConfigReader {
    mutating func readTerraform(_ piece: Piece) {
        let reader = HCLReader(piece.text, firstLine: piece.firstLine)
        takeBlocks(reader.blocks, piece)
    }

    /// Terraform's other syntax: the same blocks as objects of JSON.
    mutating func readTerraformJSON(_ piece: Piece) {
        let reader = JSONConfigReader(piece.text, firstLine: piece.firstLine)
        if let problem = reader.problem {
            return ignore(piece.place, "no whole JSON: \(problem.words)")
        }
        takeBlocks(reader.documents.flatMap(TerraformJSON.blocks), piece)
    }

    private mutating func takeBlocks(_ blocks: [HCLReader.Block], _ piece: Piece) {
        let before = configuration.accounts.count
        var locals: [String: ConfigNode] = [:]
        for block in blocks where block.type == "locals" {
            for entry in block.body.entries { locals["local.\(entry.name)"] = entry.node }
        }
        for block in blocks {
            switch block.type {
            case "terraform": takeProviders(block.body, piece)
            case "resource" where block.labels.count == 2: takeResource(block, locals, piece)
            case "locals", "module", "provider", "variable", "data", "output": break
            default: break
            }
        }
        if configuration.accounts.count == before {
            ignore(piece.place, "Terraform without a resource of Kong's plugin or a client of Keycloak")
        }
    }

    private mutating func takeProviders(_ body: ConfigNode, _ piece: Piece) {
        for provider in body["required_providers"]?.entries ?? [] {
            guard let source = provider.node["source"]?.text ?? (provider.name == "keycloak" ? "keycloak" : nil),
                source.has("keycloak"), let version = provider.node.entry("version"), let text = version.node.text
            else { continue }
            configuration.terraformVersion = .init(value: text, place: piece.at(version.line))
        }
    }

    private mutating func takeResource(
        _ block: HCLReader.Block, _ locals: [String: ConfigNode], _ piece: Piece
    ) {
        let type = block.labels[0]
        let document = ConfigDocument(file: piece.file, origin: .terraform, root: block.body)
        let place = piece.at(block.line)
        if type == "keycloak_openid_client" {
            configuration.terraformClients.append(
                .init(document: document, node: block.body, line: block.line, name: block.labels[1]))
            configuration.accounts.append(.read(place, "Keycloak client (Terraform)"))
        } else if type.hasSuffix("_plugin_openid_connect") {
            takePlugin(Self.resolve(block.body["config"], locals), block, document)
        } else if type == "kong_plugin" || type == "kong-gateway_plugin" || type == "konnect_gateway_custom_plugin" {
            guard let name = block.body["name"]?.text, name.has("openid-connect") || name.has("oidc") else { return }
            var config = block.body["config_json"] ?? block.body["config"]
            if case .text(let text)? = config?.value {
                let line = config?.line ?? block.line
                let read = JSONConfigReader(text, firstLine: line)
                if read.problem != nil {
                    configuration.found.say(.inputJSON, piece.at(line), "config_json is no JSON")
                }
                config = read.documents.first ?? ConfigNode(.opaque("config_json"), line: line)
            }
            takePlugin(Self.resolve(config, locals), block, document, name: name)
        } else if type == "keycloak_realm_client_policy_profile" {
            policyItem(block, document, list: "executors", from: "executor", isProfile: true)
        } else if type == "keycloak_realm_client_policy_profile_policy" {
            policyItem(block, document, list: "conditions", from: "condition", isProfile: false)
        } else if type == "keycloak_realm" {
            configuration.accounts.append(.read(place, "Keycloak realm (Terraform)"))
        } else {
            takeOther(block, piece)
        }
    }

    /// Other resources that carry a manifest, a container or a chart's values.
    private mutating func takeOther(_ block: HCLReader.Block, _ piece: Piece) {
        var root = TerraformJSON.lists(block.body)
        if let manifest = root["manifest"], manifest.isMap { root = manifest }
        var recogniser = Recogniser(
            document: ConfigDocument(file: piece.file, origin: .terraform, root: root), hint: .none,
            configuration: configuration)
        configuration = Configuration()
        recogniser.recognise()
        configuration = recogniser.configuration
        recogniser.configuration = Configuration()
        for text in recogniser.texts {
            let before = configuration.accounts.count
            let form = FileForm.of(text.text, tag: "")
            let embedded = Piece(file: piece.file, firstLine: text.firstLine, text: text.text, origin: .embedded)
            if form == .json { readJSON(embedded) } else if form == .yaml { readYAML(embedded) }
            let read = configuration.accounts[before...].filter { $0.readAs != nil }
            configuration.accounts.replaceSubrange(before..., with: read)
        }
    }

    /// A profile or policy in the words of Keycloak's own representation.
    private mutating func policyItem(
        _ block: HCLReader.Block, _ document: ConfigDocument, list: String, from: String, isProfile: Bool
    ) {
        let inner = block.body.entries.filter { $0.name == from }.map { entry in
            ConfigNode(
                .map(
                    entry.node.entries.map {
                        ConfigNode.Entry(name: $0.name == "name" ? from : $0.name, line: $0.line, node: $0.node)
                    }), line: entry.line)
        }
        let others = block.body.entries.filter { $0.name != from }
        let made = ConfigNode.Entry(
            name: list, line: inner.first?.line ?? block.line, node: ConfigNode(.list(inner), line: block.line))
        let item = Configuration.Item(
            document: document, node: ConfigNode(.map(others + [made]), line: block.line), line: block.line,
            name: block.body["name"]?.text ?? block.labels[1])
        if isProfile { configuration.profiles.append(item) } else { configuration.policies.append(item) }
        configuration.accounts.append(
            .read(document.place(block.line), isProfile ? "client profile (Terraform)" : "client policy (Terraform)"))
    }

    /// Settings that are a local value, or merged with one.
    private static func resolve(_ node: ConfigNode?, _ locals: [String: ConfigNode]) -> ConfigNode? {
        guard let node else { return nil }
        if case .opaque(let name) = node.value { return locals[String(name.trimmedASCII)] ?? node }
        guard case .opaque(let name)? = node["<<"]?.value, let local = locals[String(name.trimmedASCII)], local.isMap
        else { return node }
        let own = ConfigNode(.map(node.entries.filter { $0.name != "<<" }), line: node.line)
        return local.merged(under: own)
    }

    private mutating func takePlugin(
        _ config: ConfigNode?, _ block: HCLReader.Block, _ document: ConfigDocument, name: String = "openid-connect"
    ) {
        let plugin = Configuration.Plugin(
            document: document, name: name, holder: block.body,
            config: config ?? ConfigNode(.opaque("config"), line: block.line), line: block.line)
        if name == "openid-connect" {
            configuration.plugins.append(plugin)
        } else {
            configuration.otherPlugins.append(plugin)
        }
        configuration.accounts.append(.read(document.place(block.line), "Kong plugin \(name) (Terraform)"))
    }
}
