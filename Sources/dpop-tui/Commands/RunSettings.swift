import FlowModel

/// Where a setting was said, for messages: `--issuer`, `DPOP_TUI_ISSUER`, `dpop-tui.toml:7`.
struct SettingSource: Equatable, Sendable {
    let words: String
    var isFlag: Bool { words.hasPrefix("--") }
}

/// One thing a run can be told. The same name is a flag, a variable and a key of a profile.
struct Setting: Sendable {
    enum Kind: Sendable {
        case text, secret, list, flag, seconds
        case choice([String])
    }

    let name: String
    let kind: Kind
    let help: String

    var variable: String {
        "DPOP_TUI_"
            + String(decoding: name.utf8.map { $0 == 0x2D ? 0x5F : 0x61...0x7A ~= $0 ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    static let all: [Setting] = [
        Setting(name: "issuer", kind: .text, help: "Issuer, or the URL of its metadata document."),
        Setting(name: "client-id", kind: .text, help: "Client id."),
        Setting(
            name: "client-secret", kind: .secret,
            help: "Client secret: @file, env:NAME, cmd:COMMAND, prompt, or itself."),
        Setting(
            name: "auth-method", kind: .choice(ClientAuthentication.allCases.map(\.rawValue)),
            help: "How the client authenticates."),
        Setting(name: "grant-type", kind: .choice(Grant.allCases.map(\.shortName)), help: "Grant."),
        Setting(name: "scopes", kind: .text, help: "Scopes, space or comma between."),
        Setting(name: "audience", kind: .text, help: "Audience of a token exchange."),
        Setting(name: "username", kind: .text, help: "User of the password grant."),
        Setting(name: "password", kind: .secret, help: "That user's password."),
        Setting(name: "refresh-token", kind: .secret, help: "Refresh token to spend."),
        Setting(name: "assertion", kind: .secret, help: "Assertion of the JWT bearer grant."),
        Setting(name: "subject-token", kind: .secret, help: "Token to exchange."),
        Setting(name: "redirect-url", kind: .text, help: "Redirect URL; a loopback one is listened on."),
        Setting(name: "pkce", kind: .flag, help: "PKCE with the code grant (on unless --no-pkce)."),
        Setting(name: "par", kind: .flag, help: "Push the authorization request (RFC 9126)."),
        Setting(
            name: "dpop-jkt", kind: .flag,
            help: "Announce the key with the authorization request (on unless --no-dpop-jkt)."),
        Setting(name: "dpop", kind: .flag, help: "Sign proofs (on unless --no-dpop)."),
        Setting(name: "mtls", kind: .flag, help: "Bind by the client certificate instead (RFC 8705)."),
        Setting(name: "allow-bearer", kind: .flag, help: "Go on when the IdP answers token_type Bearer."),
        Setting(
            name: "signing-key", kind: .text,
            help: "The proof key: JWK, JWKS (file or https URL), PEM or PKCS#12. Made anew when left out."),
        Setting(name: "key-password", kind: .secret, help: "Pass phrase of the key file."),
        Setting(name: "alg", kind: .choice(SignatureAlgorithm.all.map(\.name)), help: "Algorithm of the proofs."),
        Setting(name: "client-key", kind: .text, help: "Key of private_key_jwt; the proof key when left out."),
        Setting(name: "token-endpoint", kind: .text, help: "By hand instead of discovery."),
        Setting(name: "authorization-endpoint", kind: .text, help: "By hand."),
        Setting(name: "par-endpoint", kind: .text, help: "By hand."),
        Setting(name: "device-endpoint", kind: .text, help: "By hand."),
        Setting(name: "introspection-endpoint", kind: .text, help: "By hand."),
        Setting(name: "userinfo-endpoint", kind: .text, help: "By hand."),
        Setting(name: "revocation-endpoint", kind: .text, help: "By hand."),
        Setting(name: "jwks-uri", kind: .text, help: "By hand."),
        Setting(name: "resource", kind: .text, help: "URL of the protected resource."),
        Setting(name: "method", kind: .text, help: "Method of the resource request."),
        Setting(name: "header", kind: .list, help: "Header of the resource request, 'Name: value'."),
        Setting(name: "body", kind: .text, help: "Body of the resource request, or @file."),
        Setting(name: "then", kind: .list, help: "Afterwards: introspection, userinfo, refresh, revocation, resource."),
        Setting(
            name: "server-profile", kind: .choice(ServerProfile.all.map(\.id)),
            help: "The server's rules for the checks."),
        Setting(name: "tls-cert", kind: .text, help: "Client certificate, PEM."),
        Setting(name: "tls-key", kind: .text, help: "Its key, PEM."),
        Setting(name: "tls-root-ca", kind: .text, help: "CA certificates to trust, PEM."),
        Setting(name: "insecure", kind: .flag, help: "Do not verify certificates; every step says so."),
        Setting(name: "resolve", kind: .list, help: "host:port:address, as curl's."),
        Setting(name: "connect-to", kind: .list, help: "host:port:host:port, as curl's."),
        Setting(name: "proxy", kind: .text, help: "Proxy URL."),
        Setting(name: "http-timeout", kind: .seconds, help: "Seconds a request may take."),
        Setting(
            name: "http2", kind: .flag, help: "HTTP/2 where offered; heads are then shown as libcurl renders them."),
    ]

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}

/// What was said, by name, with the place it was said at: a handful, gone through in order.
struct SettingValues: Sendable {
    private struct Value: Sendable {
        let name: String
        let texts: [String]
        let source: SettingSource
    }

    private var values: [Value] = []

    private func value(_ name: String) -> Value? { values.first { $0.name == name } }

    mutating func set(_ name: String, _ texts: [String], _ source: SettingSource) {
        values.removeAll { $0.name == name }
        values.append(Value(name: name, texts: texts, source: source))
    }

    /// Says one more thing of a setting that takes a list.
    mutating func add(_ name: String, _ texts: [String], _ source: SettingSource) {
        set(name, list(name) + texts, source)
    }

    /// Fills what is not there yet from a source of lower precedence.
    mutating func fill(from other: SettingValues) {
        for value in other.values where self.value(value.name) == nil { values.append(value) }
    }

    func text(_ name: String) -> String? { value(name)?.texts.last }
    func list(_ name: String) -> [String] { value(name)?.texts ?? [] }
    func flag(_ name: String, default usual: Bool = false) -> Bool {
        value(name).map { $0.texts.last == "true" } ?? usual
    }
    func source(_ name: String) -> String { value(name)?.source.words ?? "--\(name)" }

    /// The environment's settings.
    static func fromEnvironment() throws -> SettingValues {
        var values = SettingValues()
        for setting in Setting.all {
            if let text = environment(setting.variable), !text.isEmpty {
                values.set(setting.name, [text], SettingSource(words: setting.variable))
                try values.check(setting)
            }
        }
        return values
    }

    /// A value that cannot be meant: where it stands and what was expected.
    func check(_ setting: Setting) throws {
        guard let value = value(setting.name) else { return }
        let source = value.source
        for text in value.texts {
            switch setting.kind {
            case .choice(let names):
                let known =
                    names.contains(text) || Grant.named(text) != nil && setting.name == "grant-type"
                    || ClientAuthentication.named(text) != nil && setting.name == "auth-method"
                if !known {
                    throw ConfigError(
                        place: source.words,
                        words: "unknown \(setting.name) '\(text)'; expected one of \(names.joined(separator: ", "))")
                }
            case .flag:
                if text != "true", text != "false" {
                    throw ConfigError(
                        place: source.words, words: "expected true or false for \(setting.name), found '\(text)'")
                }
            case .seconds:
                guard let number = Double(text), number > 0, number < 1e6 else {
                    throw ConfigError(
                        place: source.words, words: "expected seconds for \(setting.name), found '\(text)'")
                }
            default: continue
            }
        }
    }

    /// A secret's own text: `@file`, `env:NAME`, `cmd:COMMAND`, `prompt`, or as written.
    func secret(_ name: String) throws -> String? {
        guard let value = value(name), let text = value.texts.last else { return nil }
        let source = value.source
        if text.hasPrefix("@") {
            do throws(FileError) { return try FileBytes.read(String(text.dropFirst())).text.trimmedEnd } catch {
                throw ConfigError(place: source.words, words: "\(error)")
            }
        }
        if text.hasPrefix("env:") {
            guard let named = environment(String(text.dropFirst(4))) else {
                throw ConfigError(place: source.words, words: "the variable \(text.dropFirst(4)) is not set")
            }
            return named
        }
        if text.hasPrefix("cmd:") { return try Command.output(String(text.dropFirst(4)), source.words) }
        if text == "prompt" { return try SecretPrompt.ask(name, source.words) }
        if source.isFlag {
            complain(
                "warning: \(source.words) stands in the process list and the shell's history; @file, env:NAME or prompt do not"
            )
        }
        return text
    }

    /// The output of a command that prints a secret.
    private enum Command {
        static func output(_ command: String, _ place: String) throws -> String {
            guard let stream = popen(command, "r") else {
                throw ConfigError(place: place, words: "'\(command)' cannot be started: \(systemReason())")
            }
            var (out, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 4096))
            while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { out += buffer[..<count] }
            let status = pclose(stream)
            guard status == 0 else {
                throw ConfigError(place: place, words: "'\(command)' ended with status \(status >> 8 & 255)")
            }
            return String(decoding: out, as: UTF8.self).trimmedEnd
        }
    }
}

extension String {
    /// Without the line feeds a file or a command ends with.
    var trimmedEnd: String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}

/// Asks for a secret on the terminal, without echo.
enum SecretPrompt {
    static func ask(_ name: String, _ place: String) throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw ConfigError(place: place, words: "there is no terminal to ask for \(name) on")
        }
        defer { close(terminal) }
        var modes = termios()
        tcgetattr(terminal, &modes)
        var quiet = modes
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSANOW, &quiet)
        defer { tcsetattr(terminal, TCSANOW, &modes) }
        let output = Output(terminal)
        output.write("\(name): ")
        output.flush()
        var (out, byte): ([UInt8], UInt8) = ([], 0)
        while systemRead(terminal, &byte, 1) == 1, byte != 0x0A { out.append(byte) }
        output.write("\n")
        output.flush()
        return String(decoding: out, as: UTF8.self)
    }
}

/// What is wrong with a setting, and where it was said: exit code 2.
struct ConfigError: Error, CustomStringConvertible {
    let place: String
    let words: String
    var description: String { "\(place): \(words)" }
}
