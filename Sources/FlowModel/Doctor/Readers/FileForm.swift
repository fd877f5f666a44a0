/// What a text is written in: by its file's name or its fence's tag where they say so, else by its content.
enum FileForm: Sendable {
    case json, yaml, hcl, shell, environment, nginx, apache, dockerfile, unknown

    static func hasConfigurationName(_ file: String) -> Bool { named(file) != nil }

    static func of(_ text: String, file: String) -> FileForm {
        let byContent = content(text)
        guard let named = named(file) else { return byContent }
        switch (named, byContent) {
        case (.yaml, .json), (.json, .yaml): return byContent
        case (.nginx, .apache), (.nginx, .environment): return byContent
        default: return named
        }
    }

    static func of(_ text: String, tag: String) -> FileForm? {
        switch tag {
        case "json", "jsonc", "json5", "ndjson", "jsonl": .json
        case "yaml", "yml", "helm": content(text) == .json ? .json : .yaml
        case "hcl", "terraform", "tf": .hcl
        case "sh", "bash", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "httpie": .shell
        case "env", "dotenv", "properties", "ini": .environment
        case "nginx", "nginxconf": .nginx
        case "apache", "apacheconf", "httpd": .apache
        case "dockerfile", "docker", "containerfile": .dockerfile
        case "", "text", "txt", "plain", "plaintext", "conf", "config", "cfg", "code": content(text)
        default: nil
        }
    }

    private static func named(_ file: String) -> FileForm? {
        let name = (file.split(separator: "/").last.map(String.init) ?? file).lowercased()
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        if name.hasPrefix("dockerfile") || name.hasPrefix("containerfile") { return .dockerfile }
        if name == ".env" || name.hasPrefix(".env.") || ending == "env" { return .environment }
        switch ending {
        case "json", "jsonc", "jsonl", "ndjson": return .json
        case "yaml", "yml": return .yaml
        case "tf", "tfvars", "hcl": return .hcl
        case "sh", "bash", "zsh": return .shell
        case "properties", "ini": return .environment
        case "conf", "vhost", "nginx": return .nginx
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
        if start.hasPrefix("{") && !start.hasPrefix("{{") && !start.hasPrefix("{%") { return .json }
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
        if start.hasPrefix("FROM ") { return .dockerfile }
        if significant.contains(where: { $0.hasPrefix("resource \"") || $0.hasPrefix("provider \"") }) { return .hcl }
        if significant.contains(where: { isBlock($0) }) { return .nginx }
        if significant.contains(where: { $0.hasPrefix("<VirtualHost") || $0.hasPrefix("<Location") }) { return .apache }
        if significant.contains(where: { $0.hasPrefix("OAuth2") || $0.hasPrefix("OIDC") }) { return .apache }
        if significant.allSatisfy(isAssignment) { return .environment }
        if significant.contains(where: isKey) { return .yaml }
        return significant.contains { commands.contains($0.split(separator: " ").first.map(String.init) ?? "") }
            ? .shell : .unknown
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
