/// What commands carry: here-documents, `curl --data`, HTTPie's pairs, kcadm's settings, docker's environment.
extension ConfigReader {
    mutating func readShell(_ piece: Piece) {
        let shell = ShellReader(piece.text, firstLine: piece.firstLine)
        let before = configuration.accounts.count
        var assignments: [KeycloakSetting] = []
        var isStarted = false
        for command in shell.commands {
            let named = command.words.drop { word in
                if let pair = word.text.pair(by: "="), Self.isVariable(pair.name) {
                    assignments.append(.init(name: pair.name, value: .text(pair.value), line: word.line))
                    return true
                }
                return Self.leads.contains(word.text)
            }
            for word in named.dropFirst() where command.words.first?.text == "export" {
                if let pair = word.text.pair(by: "=") {
                    assignments.append(.init(name: pair.name, value: .text(pair.value), line: word.line))
                }
            }
            let words = Array(named)
            if words.first?.text.hasSuffix("kc.sh") ?? false {
                readDocker(words, piece, environment: assignments)
                isStarted = true
            }
            read(words, command, piece)
        }
        if !isStarted {
            takeEnvironment(
                assignments, piece, words: "environment of Keycloak", unseen: ["what starts Keycloak"])
        }
        if configuration.accounts.count == before {
            ignore(piece.place, "commands that configure nothing known here")
        }
    }

    /// Words in front of a command.
    private static let leads: Set<String> = [
        "sudo", "export", "env", "if", "then", "else", "elif", "while", "until", "do", "time", "!", "{", "exec",
    ]

    /// The place of Keycloak's command line among words: alone, in a variable, or after `docker exec`.
    private static func kcadm(_ words: [ShellReader.Word]) -> Int? {
        words.prefix(20).firstIndex { word in
            let name = word.text.split(separator: "/").last.map { $0.lowercased() } ?? ""
            return (name.hasPrefix("kcadm") || name.hasPrefix("kcreg") || name.hasPrefix("$") && name.has("kcadm"))
                && !name.contains("=")
        }
    }

    static func isVariable(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 &- 0x41 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F }
    }

    private mutating func read(_ words: [ShellReader.Word], _ command: ShellReader.Command, _ piece: Piece) {
        let name = words.first?.text.split(separator: "/").last.map(String.init) ?? ""
        var hint = DocumentHint.none
        let kcadm = Self.kcadm(words)
        switch name {
        case _ where kcadm != nil: hint = readKcadm(Array(words[(kcadm ?? 0)...]), piece)
        case "curl": readCurl(words, piece)
        case "http", "https", "xh": readHTTPie(words, piece)
        case "docker", "podman", "nerdctl": readDocker(words, piece)
        case "kc.sh": break
        case "echo", "printf", "tee": readWritten(words.dropFirst(), piece)
        case "kubectl", "oc": readKubectl(words, piece)
        default: readJSONWords(words.dropFirst(), piece, .none)
        }
        nested(words, piece)
        mentions(words, piece)
        for here in command.here {
            let form = FileForm.of(here.text, tag: "")
            let document = Piece(
                file: piece.file, firstLine: here.firstLine, text: here.text, origin: .hereDocument, hint: hint)
            if let form, form != .shell { read(document, as: form) }
        }
        for printed in command.printed { read(printed: printed, words, piece) }
    }

    /// Lines that `echo` and `printf` write to a file.
    private mutating func readWritten(_ words: some Sequence<ShellReader.Word>, _ piece: Piece) {
        readJSONWords(words, piece, .none)
        for word in words where word.text.contains("\n") && !word.text.trimmedASCII.hasPrefix("{") {
            guard let form = FileForm.of(word.text, tag: ""), form != .shell, form != .unknown, form != .json else {
                continue
            }
            read(Piece(file: piece.file, firstLine: word.line, text: word.text, origin: .hereDocument), as: form)
        }
    }

    /// The commands of `sh -c '…'`, which `docker exec` and `kubectl exec` hand on.
    private mutating func nested(_ words: [ShellReader.Word], _ piece: Piece) {
        guard depth < 3, let flag = words.firstIndex(where: { ["-c", "-lc", "-ec", "-xc"].contains($0.text) }),
            flag + 1 < words.count,
            words[..<flag].contains(where: { $0.text.hasSuffix("sh") }), words[flag + 1].text.contains(" ")
        else { return }
        let script = words[flag + 1]
        let before = configuration.accounts.count
        depth += 1
        readShell(Piece(file: piece.file, firstLine: script.line, text: script.text, origin: piece.origin))
        depth -= 1
        let found = configuration.accounts[before...].filter { $0.readAs != nil }
        configuration.accounts.replaceSubrange(before..., with: found)
    }

    /// What a command printed: the JSON in it behind a head or a progress meter, or a file in another language.
    private mutating func read(printed: ShellReader.Here, _ words: [ShellReader.Word], _ piece: Piece) {
        let lines = printed.text.lines
        let start = lines.firstIndex { line in
            let bare = line.trimmedASCII
            return ["{", "[", "[]", "{}"].contains { $0 == bare }
                || ["{\"", "{ ", "[ {", "[{", "[\""].contains { bare.hasPrefix($0) }
        }
        let isSettings = words.contains { $0.text.has("/plugins") } || words.contains { $0.text == ".config" }
        let end = lines.lastIndex { $0.trimmedASCII.hasPrefix("}") || $0.trimmedASCII.hasSuffix("]") }
        if let start {
            let text = lines[start...max(start, end ?? start)].joined(separator: "\n")
            return readJSON(
                Piece(
                    file: piece.file, firstLine: printed.firstLine + start, text: text, origin: .output,
                    hint: isSettings ? .kongSettings : .none))
        }
        guard let form = FileForm.of(printed.text, tag: ""), form != .shell, form != .unknown else { return }
        let output = Piece(file: piece.file, firstLine: printed.firstLine, text: printed.text, origin: .output)
        read(output, as: form)
    }

    /// JSON among the words, alone or after a `name=`.
    private mutating func readJSONWords(_ words: some Sequence<ShellReader.Word>, _ piece: Piece, _ hint: DocumentHint)
    {
        for word in words {
            guard let start = word.text.utf8.firstIndex(where: { $0 == 0x7B }) else { continue }
            let lead = word.text[..<start]
            guard lead.isEmpty || lead.hasSuffix("=") || lead.trimmedASCII == "[" else { continue }
            let text = lead.trimmedASCII == "[" ? word.text : String(word.text[start...])
            guard text.has("\"") else { continue }
            readJSON(
                Piece(
                    file: piece.file, firstLine: word.line + lead.utf8.count { $0 == 0x0A }, text: text,
                    origin: .command, hint: hint))
        }
    }

    // MARK: curl and HTTPie

    private static let dataOptions: Set<String> = [
        "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "-F", "--form",
        "--form-string",
    ]

    private mutating func readCurl(_ words: [ShellReader.Word], _ piece: Piece) {
        var (pairs, method, url): ([(String, Int)], String, String) = ([], "", "")
        var bodies: [ShellReader.Word] = []
        func data(_ text: String, _ line: Int) {
            let bare = text.trimmedASCII
            if bare.hasPrefix("{") || bare.hasPrefix("[") {
                bodies.append(ShellReader.Word(text: text, line: line))
            } else {
                for pair in text.split(separator: "&") where !pair.hasPrefix("@") { pairs.append((String(pair), line)) }
            }
        }
        var index = 1
        while index < words.count {
            let word = words[index]
            let next = index + 1 < words.count ? words[index + 1] : nil
            index += 1
            if Self.dataOptions.contains(word.text), let next {
                data(next.text, next.line)
                index += 1
            } else if word.text.hasPrefix("--"), let pair = word.text.pair(by: "="),
                Self.dataOptions.contains(pair.name)
            {
                data(pair.value, word.line)
            } else if word.text.hasPrefix("-d"), word.text.utf8.count > 2 {
                data(String(word.text.dropFirst(2)), word.line)
            } else if word.text == "-X" || word.text == "--request", let next {
                method = next.text
                index += 1
            } else if word.text.has("://") || word.text.has("/plugins") || word.text.has("/clients") {
                if url.isEmpty { url = word.text }
            }
        }
        let hint = Self.hint(url: url, method: method)
        for body in bodies {
            readJSON(Piece(file: piece.file, firstLine: body.line, text: body.text, origin: .command, hint: hint))
        }
        takeForm(pairs, piece, line: words.first?.line ?? piece.firstLine, hint: hint)
    }

    private static func hint(url: String, method: String) -> DocumentHint {
        let path = url.split(separator: "?").first.map(String.init) ?? url
        let parts = path.split(separator: "/")
        if let place = parts.lastIndex(of: "plugins") {
            let isPatch = method.uppercased() == "PATCH" || place + 1 < parts.count && method.uppercased() != "PUT"
            return isPatch ? .kongPatch : .kongPlugin
        }
        if parts.contains("admin"), parts.contains("clients") {
            return .keycloakClient(isNew: method.uppercased() != "PUT")
        }
        return .none
    }

    /// `config.issuer=…` pairs of a form.
    private mutating func takeForm(_ pairs: [(String, Int)], _ piece: Piece, line: Int, hint: DocumentHint) {
        var tree = PathTree()
        var isPlugin = false
        for (text, line) in pairs {
            guard let pair = text.pair(by: "=") else { continue }
            let value = Form.decode(pair.value)
            let path = PathTree.path(Form.decode(pair.name))
            isPlugin = isPlugin || path.first == "config" || path.first == "name" && value.has("openid-connect")
            tree.set(path, to: ConfigNode(.text(value), line: line), line: line)
        }
        guard isPlugin else { return }
        let node = tree.node(line: line)
        let kind: DocumentHint = if case .none = hint, node["name"] == nil { .kongPatch } else { hint }
        take(
            ConfigDocument(file: piece.file, origin: .form, root: node), hint: kind, place: piece.at(line))
    }

    private mutating func readHTTPie(_ words: [ShellReader.Word], _ piece: Piece) {
        var tree = PathTree()
        var (method, url, isPlugin): (String, String, Bool) = ("", "", false)
        // Settings given as JSON have its types.
        var hasForm = false
        for word in words.dropFirst() where !word.text.hasPrefix("-") {
            let text = word.text
            if url.isEmpty {
                if text.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 }), method.isEmpty {
                    method = text
                } else {
                    url = text
                }
                continue
            }
            guard let pair = text.pair(by: "="), !pair.value.hasPrefix("=") else { continue }
            let isJSON = pair.name.hasSuffix(":")
            let path = PathTree.path(isJSON ? String(pair.name.dropLast()) : pair.name)
            var value = ConfigNode(.text(pair.value), line: word.line)
            if isJSON, let read = JSONConfigReader(pair.value, firstLine: word.line).documents.first { value = read }
            hasForm = hasForm || !isJSON && path.first == "config"
            isPlugin =
                isPlugin || path.first == "config" || path.first == "name" || path.first == "clientId"
                || path.first == "attributes"
            tree.set(path, to: value, line: word.line)
        }
        guard isPlugin, !tree.isEmpty else { return }
        let line = words.first?.line ?? piece.firstLine
        take(
            ConfigDocument(file: piece.file, origin: hasForm ? .form : .command, root: tree.node(line: line)),
            hint: Self.hint(url: url, method: method), place: piece.at(line))
    }

    // MARK: Keycloak's command line, containers, Kubernetes

    private mutating func readKcadm(_ words: [ShellReader.Word], _ piece: Piece) -> DocumentHint {
        guard words.count > 2, ["create", "update"].contains(words[1].text) else { return .none }
        let isClient = words[2].text.hasPrefix("clients") || words[0].text.has("kcreg") || words[2].text.hasPrefix("-")
        // What a file holds that is not given cannot be seen.
        let file = words.firstIndex { $0.text == "-f" || $0.text == "--file" }.flatMap {
            $0 + 1 < words.count ? words[$0 + 1] : nil
        }
        let isWhole = words[1].text == "create" && (file == nil || file?.text == "-")
        let hint: DocumentHint = isClient ? .keycloakClient(isNew: isWhole) : .none
        var tree = PathTree()
        var index = 2
        while index < words.count {
            let word = words[index]
            let next = index + 1 < words.count ? words[index + 1] : nil
            index += 1
            var setting: (text: String, line: Int)?
            if word.text == "-s" || word.text == "--set", let next {
                setting = (next.text, next.line)
                index += 1
            } else if word.text.hasPrefix("--set=") {
                setting = (String(word.text.dropFirst(6)), word.line)
            } else if word.text == "-b" || word.text == "--body", let next {
                readJSON(
                    Piece(file: piece.file, firstLine: next.line, text: next.text, origin: .command, hint: hint))
                index += 1
            }
            guard let setting, let pair = setting.text.pair(by: "=") else { continue }
            let read = JSONConfigReader(pair.value, firstLine: setting.line)
            let value = read.problem == nil ? read.documents.first : nil
            let isAppended = pair.name.hasSuffix("+")
            tree.set(
                PathTree.path(isAppended ? String(pair.name.dropLast()) : pair.name),
                to: value ?? ConfigNode(.text(pair.value), line: setting.line), line: setting.line)
        }
        if !tree.isEmpty {
            let line = words[0].line
            take(
                ConfigDocument(file: piece.file, origin: .command, root: tree.node(line: line)), hint: hint,
                place: piece.at(line))
        }
        return hint
    }

    /// Options of `docker run` with a value of their own, which is no image.
    private static let valued: Set<String> = [
        "--name", "--network", "--net", "-h", "--hostname", "--link", "-w", "--workdir", "--restart", "-u", "--user",
        "--mount", "-l", "--label", "--entrypoint", "--platform", "--network-alias", "--add-host", "-m", "--memory",
    ]

    private mutating func readDocker(
        _ words: [ShellReader.Word], _ piece: Piece, environment: [KeycloakSetting] = []
    ) {
        var (settings, references): ([KeycloakSetting], [SettingReference]) = (environment, [])
        var image: (text: String, line: Int)?
        var ports: [String] = []
        var index = 1
        // What stands in front of the image are options of the container's own.
        let isOwn = words.first?.text.hasSuffix("kc.sh") ?? false
        var rest = isOwn ? 0 : words.count
        while index < words.count {
            let word = words[index]
            let next = index + 1 < words.count ? words[index + 1] : nil
            index += 1
            let inline = word.text.hasPrefix("--") ? word.text.pair(by: "=") : nil
            if ["-e", "--env"].contains(inline?.name ?? word.text), let value = inline?.value ?? next?.text {
                if let pair = value.pair(by: "=") {
                    settings.append(.init(name: pair.name, value: .text(pair.value), line: next?.line ?? word.line))
                }
                if inline == nil { index += 1 }
            } else if word.text == "--env-file" || inline?.name == "--env-file", let path = inline?.value ?? next?.text
            {
                references.append(.init(kind: .environmentFile, name: path))
                if inline == nil { index += 1 }
            } else if word.text == "-p" || word.text == "--publish", let next {
                ports.append(next.text)
                index += 1
            } else if word.text == "-v" || word.text == "--volume", let next {
                if next.text.has("keycloak.conf") { references.append(.init(kind: .configFile, name: "keycloak.conf")) }
                index += 1
            } else if Self.valued.contains(word.text), image == nil {
                index += 1
            } else if image == nil, word.text.has("keycloak") || word.text.has("kong"), !word.text.hasPrefix("-"),
                word.text.has(":") || word.text.has("/")
            {
                image = (word.text, word.line)
                rest = index
            }
        }
        let flags = ServerFlags.settings(words[rest...].map { ($0.text, $0.line) })
        takeServer(
            image: image?.text ?? "", isOwn: isOwn, settings: settings + flags, arguments: words.map(\.text),
            ports: ports, service: nil,
            place: piece.at(image?.line ?? words.first?.line ?? piece.firstLine), references: references)
    }

    private mutating func readKubectl(_ words: [ShellReader.Word], _ piece: Piece) {
        let isPlugin = words.contains { $0.text.lowercased().hasPrefix("kong") }
        let isPatch = words.contains { $0.text == "patch" }
        readJSONWords(words.dropFirst(), piece, isPatch && isPlugin ? .kongPatch : .none)
        for word in words {
            guard let pair = word.text.pair(by: "="), pair.name == "konghq.com/plugins" else { continue }
            configuration.annotations.append(
                .init(value: pair.value, place: ConfigPlace(piece.file, word.line)))
        }
    }

    // MARK: what commands name

    private mutating func mentions(_ words: [ShellReader.Word], _ piece: Piece) {
        for (index, word) in words.enumerated() {
            let place = ConfigPlace(piece.file, word.line)
            if let start = word.text.range(of: "http"), word.text.has("://") {
                let url = String(word.text[start.lowerBound...].prefix { $0 != "\"" && $0 != " " && $0 != "'" })
                if let issuer = IssuerText.issuer(of: url), !ConfigNode.isPlaceholder(issuer) {
                    configuration.mentions.append(.init(value: issuer, place: place))
                    let account = ConfigAccount.ignored(
                        place, "configures nothing; the issuer that the command names is compared")
                    if configuration.accounts.last != account { configuration.accounts.append(account) }
                }
            }
            if word.text == "--client-id", index + 1 < words.count {
                let id = words[index + 1].text
                if !ConfigNode.isPlaceholder(id) { configuration.clientIDs.append(.init(value: id, place: place)) }
            } else if let range = word.text.range(of: "client_id="), !word.text.hasPrefix("config.") {
                let id = String(word.text[range.upperBound...].prefix { $0 != "&" && $0 != "\"" })
                if !id.isEmpty, !ConfigNode.isPlaceholder(id) {
                    configuration.clientIDs.append(.init(value: id, place: place))
                }
            }
        }
    }
}

extension String {
    func range(of needle: String) -> Range<Index>? { self[...].firstRange(of: needle) }
}
