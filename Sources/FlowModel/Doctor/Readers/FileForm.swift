/// What a text is written in: by its file's name or its fence's tag where they say so, else by its content.
enum FileForm: Sendable {
    case json, yaml, hcl, terraformJSON, shell, environment, nginx, apache, dockerfile, haproxy, caddy, systemd, unknown

    static func hasConfigurationName(_ file: String) -> Bool { named(file) != nil }

    /// Endings of a file that a tool or a person fills in before it is used.
    private static let templates: Set<String> = [
        "tpl", "tftpl", "tmpl", "template", "j2", "jinja", "jinja2", "erb", "gotmpl", "mustache", "hbs", "in",
        "example", "sample", "dist", "bak", "orig", "default", "old",
    ]

    /// A file's name without its folders and what makes it a template, in small letters.
    static func bareName(_ file: String) -> String {
        var parts = (file.split(separator: "/").last ?? file[...]).lowercased().split(
            separator: ".", omittingEmptySubsequences: false)
        while parts.count > 1, let last = parts.last, templates.contains(String(last)) { parts.removeLast() }
        return parts.joined(separator: ".")
    }

    /// Whether a text has parts that are filled in before anybody reads it.
    static func isTemplate(_ text: String, file: String) -> Bool {
        text.has("{{") || text.has("{%") || text.has("%{") || text.has("$(env:") || text.has("<#")
            || bareName(file).utf8.count < (file.split(separator: "/").last ?? file[...]).utf8.count
    }

    static func of(_ text: String, file: String) -> FileForm {
        let byContent = content(text)
        guard let named = named(file) else { return byContent }
        switch (named, byContent) {
        case (.yaml, .json), (.json, .yaml): return byContent
        case (.nginx, .apache), (.nginx, .environment), (.nginx, .haproxy), (.nginx, .systemd), (.nginx, .caddy):
            return byContent
        case (.haproxy, .apache), (.haproxy, .environment), (.haproxy, .nginx), (.haproxy, .unknown): return byContent
        case (.environment, .systemd): return byContent
        default: return named
        }
    }

    static func of(_ text: String, tag: String) -> FileForm? {
        switch tag {
        case "json", "jsonc", "json5", "ndjson", "jsonl": .json
        case "yaml", "yml", "helm", "docker-compose", "compose", "kubernetes", "k8s":
            content(text) == .json ? .json : .yaml
        case "hcl", "terraform", "tf", "tofu", "opentofu": .hcl
        case "sh", "bash", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "httpie", "curl",
            "cmd", "shell-script":
            .shell
        case "env", "dotenv", "properties", "ini", "toml": content(text) == .systemd ? .systemd : .environment
        case "nginx", "nginxconf": .nginx
        case "apache", "apacheconf", "httpd", "apache2": .apache
        case "dockerfile", "docker", "containerfile": .dockerfile
        case "haproxy": .haproxy
        case "caddy", "caddyfile": .caddy
        case "systemd", "service", "unit", "quadlet": .systemd
        case "", "text", "txt", "plain", "plaintext", "conf", "config", "cfg", "code", "none", "raw", "output",
            "literal", "listing":
            content(text)
        default: languages.contains(tag) ? nil : certain(text)
        }
    }

    /// Languages in which nobody writes configuration.
    private static let languages: Set<String> = [
        "swift", "js", "javascript", "ts", "typescript", "tsx", "jsx", "java", "kotlin", "python", "py", "go", "golang",
        "rust", "rs", "c", "cpp", "c++", "cs", "csharp", "c#", "php", "ruby", "rb", "lua", "html", "css", "scss", "sql",
        "diff", "patch", "xml", "svg", "graphql", "mermaid", "plantuml", "puml", "math", "latex", "dart", "scala",
        "perl",
        "r", "elixir", "haskell", "vue", "svelte", "proto", "protobuf", "http", "csv", "asn1", "abnf", "regex", "nix",
        "groovy", "gradle", "powershell", "ps1", "makefile", "make", "cmake", "ascii", "markdown", "md", "bicep",
    ]

    /// What a text is under a tag that nobody knows: only where there is no doubt.
    private static func certain(_ text: String) -> FileForm? {
        switch content(text) {
        case .unknown, .environment: nil
        case .yaml: ConfigReader.looksLikeConfiguration(text) ? .yaml : nil
        case let form: form
        }
    }

    private static func named(_ file: String) -> FileForm? {
        let name = bareName(file)
        let ending = name.contains(".") ? name.split(separator: ".").last.map(String.init) ?? "" : ""
        if name.hasSuffix("keycloak.conf") || name.hasSuffix("kong.conf") { return .environment }
        if name.hasPrefix("dockerfile") || name.hasPrefix("containerfile") || ending == "dockerfile" {
            return .dockerfile
        }
        if name.hasPrefix("caddyfile") || ending == "caddyfile" || ending == "caddy" { return .caddy }
        if name == ".env" || name.hasPrefix(".env.") || ending == "env" { return .environment }
        if name.hasSuffix(".tf.json") { return .terraformJSON }
        switch ending {
        case "json", "jsonc", "jsonl", "ndjson": return .json
        case "yaml", "yml": return .yaml
        case "tf", "tfvars", "hcl", "tofu": return .hcl
        case "sh", "bash", "zsh": return .shell
        case "properties", "ini", "toml": return .environment
        case "conf", "vhost", "nginx": return .nginx
        case "cfg", "haproxy": return .haproxy
        case "service", "container": return .systemd
        default: return nil
        }
    }

    private static let commands: Set<String> = [
        "curl", "http", "https", "kcadm.sh", "kcreg.sh", "kcadm", "kubectl", "docker", "podman", "cat", "deck",
        "oauth2c",
        "export", "kc.sh", "echo", "printf", "sudo", "oc", "helm", "tee",
    ]

    private static func content(_ text: String) -> FileForm {
        let lines = text.lines.lazy.map(\.trimmedASCII).filter { !$0.isEmpty }
        guard let first = lines.first else { return .unknown }
        if first.hasPrefix("#!") { return .shell }
        let significant = Array(lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("//") }.prefix(400))
        guard let start = significant.first else { return .unknown }
        if start.hasPrefix("{") && !start.hasPrefix("{{") && !start.hasPrefix("{%") && !start.hasPrefix("{#") {
            return .json
        }
        if start.hasPrefix("[") && start.has("{") || start == "[" { return .json }
        var command = start.hasPrefix("$ ") ? start.dropFirst(2) : start
        while let assignment = command.split(separator: " ").first, assignment.contains("="),
            assignment.utf8.first.map({ $0 &- 0x41 < 26 }) ?? false, command.contains(" ")
        {
            command = command.dropFirst(assignment.count).trimmedASCII
        }
        let word = command.split(separator: " ").first.map(String.init) ?? ""
        if commands.contains(word) || commands.contains(word.split(separator: "/").last.map(String.init) ?? "") {
            return .shell
        }
        if start.hasPrefix("FROM ") || start.hasPrefix("ARG ") && significant.contains(where: { $0.hasPrefix("FROM ") })
        {
            return .dockerfile
        }
        if isManifest(start) { return .yaml }
        if significant.contains(where: isUnitSection) { return .systemd }
        if isHAProxy(significant) { return .haproxy }
        if significant.contains(where: { $0.hasPrefix("reverse_proxy ") || $0.hasPrefix("forward_auth ") }) {
            return .caddy
        }
        if significant.contains(where: { $0.hasPrefix("resource \"") || $0.hasPrefix("provider \"") }) { return .hcl }
        if significant.contains(where: { isBlock($0) }) { return .nginx }
        if significant.contains(where: { $0.hasPrefix("<VirtualHost") || $0.hasPrefix("<Location") }) { return .apache }
        if significant.contains(where: isApache) { return .apache }
        if significant.allSatisfy(isAssignment) { return .environment }
        if isAssignment(start), ConfigReader.isVariable(start.pair(by: "=")?.name ?? ""),
            significant.contains(where: isCommand)
        {
            return .shell
        }
        if significant.contains(where: isKey) { return .yaml }
        return significant.contains(where: isCommand) ? .shell : .unknown
    }

    private static func isCommand(_ line: Substring) -> Bool {
        commands.contains(line.split(separator: " ").first.map(String.init) ?? "")
    }

    private static func isApache(_ line: Substring) -> Bool {
        guard line.contains(" "), !line.hasSuffix(";"), !line.hasSuffix(":") else { return false }
        return line.hasPrefix("OAuth2") || line.hasPrefix("OIDC") || line.hasPrefix("RequestHeader ")
            || line.hasPrefix("ProxyPass ")
    }

    /// The first line of a YAML text that may hold other languages.
    static func isManifest(_ line: Substring) -> Bool {
        ["---", "apiVersion:", "kind:", "version:", "services:", "_format_version:", "plugins:", "realm:", "clients:"]
            .contains { line.hasPrefix($0) }
    }

    private static func isUnitSection(_ line: Substring) -> Bool {
        ["[Unit]", "[Service]", "[Container]", "[Install]"].contains(line)
    }

    private static func isHAProxy(_ lines: [Substring]) -> Bool {
        var (hasSection, hasSetting) = (false, false)
        for line in lines {
            let word = line.prefix { $0 != " " && $0 != "\t" }
            if ["frontend", "backend", "listen", "defaults", "global"].contains(word), !line.hasSuffix(";"),
                !line.hasSuffix("{"),
                !line.contains("=")
            {
                hasSection = true
            }
            if ["bind", "server", "http-request", "option", "default_backend", "mode"].contains(word),
                !line.hasSuffix(";"),
                !line.hasSuffix("{")
            {
                hasSetting = true
            }
        }
        return hasSection && hasSetting
    }

    private static func isBlock(_ line: Substring) -> Bool {
        guard line.hasSuffix("{") || line.hasSuffix(";") else { return false }
        return ["server", "location", "upstream", "http", "proxy_pass", "proxy_set_header", "auth_request"].contains(
            line.prefix { $0 != " " && $0 != "{" && $0 != "\t" })
    }

    private static func isAssignment(_ line: Substring) -> Bool {
        guard let pair = line.pair(by: "=") else { return line.hasPrefix("[") && line.hasSuffix("]") }
        let name = pair.name.hasPrefix("export ") ? String(pair.name.dropFirst(7)) : pair.name
        return !name.isEmpty
            && name.trimmedASCII.utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D || byte == 0x2E
            }
    }

    private static func isKey(_ line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        let after = line[line.index(after: colon)...]
        return (after.isEmpty || after.hasPrefix(" ")) && !line[..<colon].contains(" ") || line.hasPrefix("- ")
    }
}
