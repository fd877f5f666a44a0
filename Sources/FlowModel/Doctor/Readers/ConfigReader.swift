/// Reads whatever people keep configuration in, and accounts for every piece.
public struct ConfigReader: Sendable {
    public internal(set) var configuration = Configuration()
    let yaml: YAMLParser
    /// How many shells inside of shells are being read.
    var depth = 0

    /// `yaml` reports the events of a YAML text.
    public init(yaml: @escaping YAMLParser) { self.yaml = yaml }

    /// Takes a file. `url` is where it was fetched from.
    public mutating func read(_ text: String, file: String, url: String? = nil) {
        let text = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? String(text.dropFirst()) : text
        guard !text.trimmedASCII.isEmpty else { return ignore(ConfigPlace(file, nil), "empty") }
        if let fences = ProseReader.fences(text, file: file) { return read(fences, file, text) }
        guard !MarkdownReader.isMarkdown(text, file: file) else { return read(MarkdownReader.fences(text), file, text) }
        let piece = Piece(file: file, firstLine: 1, text: text, origin: .file, url: url)
        read(piece, as: FileForm.of(text, file: file))
    }

    /// A part of a file in one language.
    struct Piece {
        let file: String
        let firstLine: Int
        let text: String
        var origin: ConfigDocument.Origin
        var url: String?
        /// What its JSON and YAML must be where they do not say so themselves.
        var hint = DocumentHint.none

        var place: ConfigPlace { ConfigPlace(file, firstLine == 1 && origin.isFile ? nil : firstLine) }
    }

    /// A configuration under the name of a text: nothing in it but JSON, or YAML that says what it is.
    private mutating func readWhole(_ text: String, _ file: String) -> Bool {
        let form = FileForm.of(text, tag: "")
        guard form == .json || form == .yaml && !text.hasPrefix("---") && FileForm.isManifest(text.trimmedASCII) else {
            return false
        }
        var trial = ConfigReader(yaml: yaml)
        trial.read(Piece(file: file, firstLine: 1, text: text, origin: .fence), as: form ?? .unknown)
        guard !trial.configuration.isEmpty else { return false }
        read(Piece(file: file, firstLine: 1, text: text, origin: .fence), as: form ?? .unknown)
        return true
    }

    private mutating func read(_ fences: [MarkdownReader.Fence], _ file: String, _ text: String) {
        let before = configuration.accounts.count
        if fences.isEmpty, readWhole(text, file) { return }
        if fences.isEmpty { ignore(ConfigPlace(file, nil), "prose: no fence in it holds a configuration") }
        for fence in fences {
            let place = ConfigPlace(file, fence.firstLine)
            if fence.tag == "http", let body = Self.body(fence) {
                readJSON(
                    Piece(
                        file: file, firstLine: fence.firstLine + body.line, text: body.text, origin: .fence))
                continue
            }
            guard let form = FileForm.of(fence.text, tag: fence.tag) else {
                ignore(place, "a fence of \(fence.tag.prefix(20))")
                continue
            }
            let piece = Piece(file: file, firstLine: fence.firstLine, text: fence.text, origin: .fence)
            let start = configuration.accounts.count
            read(piece, as: form)
            // An indented text is a fence only where it holds something.
            if fence.isIndented, !configuration.accounts[start...].contains(where: { $0.readAs != nil }) {
                configuration.accounts.removeSubrange(start...)
            }
        }
        if configuration.accounts.count == before, !fences.isEmpty {
            ignore(ConfigPlace(file, nil), "prose: no fence in it holds a configuration")
        }
    }

    /// The JSON behind the head of an HTTP request.
    private static func body(_ fence: MarkdownReader.Fence) -> (text: String, line: Int)? {
        let lines = fence.text.lines
        guard let end = lines.firstIndex(where: { $0.trimmedASCII.isEmpty }), end + 1 < lines.count,
            lines[end + 1].trimmedASCII.hasPrefix("{")
        else { return nil }
        return (lines[(end + 1)...].joined(separator: "\n"), end + 1)
    }

    mutating func read(_ piece: Piece, as form: FileForm) {
        switch form {
        case .json: readJSON(piece)
        case .yaml: readYAML(piece)
        case .hcl: readTerraform(piece)
        case .terraformJSON: readTerraformJSON(piece)
        case .shell: readShell(piece)
        case .environment: readEnvironment(piece)
        case .nginx: readNginx(piece)
        case .apache: readApache(piece)
        case .dockerfile: readDockerfile(piece)
        case .haproxy: readHAProxy(piece)
        case .caddy: readCaddy(piece)
        case .systemd: readUnit(piece)
        case .unknown: readUnknown(piece)
        }
    }

    mutating func ignore(_ place: ConfigPlace, _ why: String) {
        configuration.accounts.append(.ignored(place, why))
    }

    static let nothing = "nothing of Kong, Keycloak, OAuth metadata or a proxy in it"

    // MARK: JSON and YAML

    mutating func readJSON(_ piece: Piece) {
        let reader = JSONConfigReader(YAMLConfigReader.withoutTemplates(piece.text), firstLine: piece.firstLine)
        if let problem = reader.problem {
            // YAML takes comments and bare words in braces.
            let second = YAMLConfigReader(piece.text, firstLine: piece.firstLine, parser: yaml)
            let isYAML = second.problem == nil && second.documents.contains { $0.isMap || $0.isList }
            let isTemplate = FileForm.isTemplate(piece.text, file: piece.file)
            if isYAML, isTemplate || !piece.file.hasSuffix(".json") { return take(second.documents, piece) }
            return unreadable(piece, problem, "JSON", .inputJSON)
        }
        let before = configuration.accounts.count
        take(reader.documents, piece)
        let isRead = configuration.accounts[before...].contains { $0.readAs != nil }
        if let comment = reader.comment, isRead, piece.origin.isFile, piece.file.hasSuffix(".json") {
            configuration.found.say(
                .inputJSON, ConfigPlace(piece.file, comment), "a comment: JSON has none, and its readers stop here",
                fix: "remove the comment")
        }
        if let comma = reader.comma, isRead {
            configuration.found.say(
                .inputComma, ConfigPlace(piece.file, comma),
                "a comma before a closing bracket: no JSON reader takes this")
        }
    }

    mutating func readYAML(_ piece: Piece) {
        let reader = YAMLConfigReader(piece.text, firstLine: piece.firstLine, parser: yaml)
        if let problem = reader.problem {
            if reader.documents.isEmpty { return unreadable(piece, problem, "YAML", .inputYAML) }
            take(reader.documents, piece)
            return unreadable(piece, problem, "YAML", .inputYAML)
        }
        take(reader.documents, piece)
    }

    /// A text in which nothing is known to be configuration is nobody's mistake.
    private mutating func unreadable(_ piece: Piece, _ problem: ConfigProblem, _ name: String, _ kind: AdviceKind) {
        let place = ConfigPlace(piece.file, problem.line)
        guard Self.looksLikeConfiguration(piece.text) else {
            return ignore(piece.place, "nothing in it is a configuration")
        }
        let isNamed = FileForm.hasConfigurationName(piece.file) || piece.text.trimmedASCII.hasPrefix("{")
        guard !FileForm.isTemplate(piece.text, file: piece.file) else {
            return ignore(piece.place, "a template: no whole \(name) before it is filled in (\(problem.words))")
        }
        guard piece.origin.isHere || piece.origin.isFile && isNamed else {
            return ignore(piece.place, "no whole \(name): \(problem.words)")
        }
        configuration.found.say(kind, place, "this is no \(name) from here on: \(problem.words)")
        configuration.accounts.append(.read(place, "\(name) that stops here"))
    }

    static func looksLikeConfiguration(_ text: String) -> Bool {
        text.has("openid-connect") || text.has("proof_of_possession") || text.has("dpop") || text.has("\"clientId\"")
            || text.has("clientId:") || text.has("KC_") || text.has("konghq.com") || text.has("_format_version")
            || text.has("token_endpoint")
    }

    private mutating func readUnknown(_ piece: Piece) {
        let reader = YAMLConfigReader(piece.text, firstLine: piece.firstLine, parser: yaml)
        guard reader.problem == nil, reader.documents.contains(where: { $0.isMap || $0.isList }) else {
            return ignore(piece.place, "prose: nothing in it is a configuration")
        }
        take(reader.documents, piece)
    }

    /// Recognises what each document is.
    mutating func take(_ documents: [ConfigNode], _ piece: Piece) {
        for root in documents where !root.isNull {
            let document = ConfigDocument(file: piece.file, origin: piece.origin, root: root, url: piece.url)
            take(document, hint: piece.hint, place: documents.count == 1 ? piece.place : piece.at(root.line))
        }
    }

    mutating func take(_ document: ConfigDocument, hint: DocumentHint, place: ConfigPlace) {
        var recogniser = Recogniser(document: document, hint: hint, configuration: configuration)
        configuration = Configuration()  // so that there is one owner, and nothing is copied
        recogniser.recognise()
        configuration = recogniser.configuration
        recogniser.configuration = Configuration()
        var found = recogniser.isAnything
        for text in recogniser.texts {
            let embedded = Piece(
                file: document.file, firstLine: text.firstLine, text: text.text, origin: .embedded, hint: text.hint)
            let before = configuration.accounts.count
            switch FileForm.of(text.text, tag: "") {
            case .json: readJSON(embedded)
            case .yaml: readYAML(embedded)
            case .hcl: readTerraform(embedded)
            case .shell, .environment: readEnvironment(embedded)
            case .nginx: readNginx(embedded)
            case .apache: readApache(embedded)
            case .haproxy: readHAProxy(embedded)
            case .caddy: readCaddy(embedded)
            case .systemd: readUnit(embedded)
            default: break
            }
            let read = configuration.accounts[before...].filter { $0.readAs != nil }
            configuration.accounts.replaceSubrange(before..., with: read)
            found = found || !read.isEmpty
        }
        if !found { ignore(place, Self.nothing) }
    }
}

extension ConfigReader.Piece {
    func at(_ line: Int) -> ConfigPlace { ConfigPlace(file, line) }
}

extension ConfigDocument.Origin {
    var isFile: Bool {
        if case .file = self { return true }
        return false
    }
    var isHere: Bool {
        if case .hereDocument = self { return true }
        return false
    }
    var isForm: Bool {
        if case .form = self { return true }
        return false
    }
    var isTerraform: Bool {
        if case .terraform = self { return true }
        return false
    }
    var isCommand: Bool {
        switch self {
        case .command, .form, .hereDocument: true
        default: false
        }
    }
}

/// What a document is where it does not say so itself.
enum DocumentHint: Sendable {
    case none
    /// What kcadm sends: a client, whole or in part.
    case keycloakClient(isNew: Bool)
    /// A plugin's settings that change one that is there already.
    case kongPatch
    /// Operations of RFC 6902 on a plugin.
    case patchOperations
    case kongPlugin
    /// The settings of a plugin without the plugin around them, where they are some.
    case kongSettings
    /// A Secret's value, by `name/key`.
    case secret(String)
}
