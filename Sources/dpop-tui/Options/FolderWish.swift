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
    private static let connection: [any OptionDeclaration] = [
        RunOptions.tlsCert, RunOptions.tlsKey, RunOptions.tlsRootCA, RunOptions.proxy, RunOptions.resolve,
        RunOptions.connectTo, RunOptions.allowOrigin,
    ]

    /// What a setting wants; nil where it is the folder's own business.
    private static func words(_ spec: OptionSpec, _ text: String, _ folder: String) -> String? {
        if connection.contains(where: { $0.spec === spec }) { return "is '\(text)'" }
        if spec === RunOptions.insecure.spec { return text == "true" ? "does not verify certificates" : nil }
        if spec.kind == .secret {
            if text.hasPrefix("cmd:") { return "runs the command '\(text.dropFirst(4))'" }
            if text.hasPrefix("env:") { return "reads the variable \(text.dropFirst(4))" }
        }
        if spec.kind == .secret || spec === RunOptions.body.spec, text.hasPrefix("@") {
            return outside(String(text.dropFirst()), folder)
        }
        if spec === RunOptions.signingKey.spec || spec === RunOptions.clientKey.spec {
            return text.has("://") ? "fetches a key from \(text)" : outside(text, folder)
        }
        return nil
    }

    private static func outside(_ path: String, _ folder: String) -> String? {
        FilePath.isInside(path, of: folder) ? nil : "reads '\(path)', which is not in this folder"
    }
}

/// Something that only the person can allow, and nobody was there to be asked: exit status 5.
struct NotAllowed: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Asks the person whether a folder's file may have what it wants.
enum FolderConsent {
    /// Returns when the file was allowed, or is now; throws otherwise. Where nobody can be asked, the sentence says how.
    static func require(
        _ file: ConfigFile, _ wishes: [FolderWish], mayAsk: Bool, _ allowances: Allowances = .usual
    ) throws {
        guard !wishes.isEmpty, !allowances.contains(file.seal) else { return }
        if mayAsk, let terminal = Question() {
            terminal.say("\(file.path) of this folder is new, or has changed, and wants:")
            for wish in wishes { terminal.say("  \(wish.key) \(wish.words)  (\(wish.place))") }
            if terminal.isYes("Allow this file as it is now? [y/N] ") {
                return try allow(file, allowances)
            }
            throw NotAllowed("\(file.path) is not allowed; nothing was sent")
        }
        let first = wishes[0]
        let more = wishes.count > 1 ? " (and \(wishes.count - 1) more; `dpop-tui config check` lists them)" : ""
        throw NotAllowed(
            "\(first.place): \(first.key) \(first.words)\(more), and nobody has allowed this file as it is now: "
                + "read it, then `dpop-tui config allow`")
    }

    static func allow(_ file: ConfigFile, _ allowances: Allowances = .usual) throws {
        try allowances.add(file.seal, for: FilePath.real(file.path) ?? file.path)
    }
}

/// A question on the terminal, whatever standard input and output are.
private final class Question {
    private let terminal: Int32
    private let output: Output

    init?() {
        terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        output = Output(terminal)
    }

    deinit { close(terminal) }

    func say(_ words: Harmless) { output.write("\(words)\n") }

    func isYes(_ words: Harmless) -> Bool {
        output.write(words)
        output.flush()
        // What was typed before the question answers nothing.
        tcflush(terminal, TCIFLUSH)
        var (answer, byte): ([UInt8], UInt8) = ([], 0)
        while systemRead(terminal, &byte, 1) == 1, byte != 0x0A { answer.append(byte) }
        return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
    }
}
