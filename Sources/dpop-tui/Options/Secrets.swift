import Arguments
import FlowModel

extension Values {
    /// A secret's own text: `@file`, `env:NAME`, `cmd:COMMAND`, `prompt`, or as written.
    ///
    /// A secret that was typed stands in the process list: `warns` says so.
    func secret(_ option: Option<String?>, warns: Bool = true) throws -> String? {
        guard let text = self[option] else { return nil }
        let place = place(option)
        if text.hasPrefix("@") {
            do throws(FileError) { return try FileBytes.read(String(text.dropFirst())).text.trimmedEnd } catch {
                throw ConfigError(place: place, words: "\(error)")
            }
        }
        if text.hasPrefix("env:") {
            guard let named = environment(String(text.dropFirst(4))) else {
                throw ConfigError(place: place, words: "the variable \(text.dropFirst(4)) is not set")
            }
            return named
        }
        if text.hasPrefix("cmd:") { return try SecretCommand.output(String(text.dropFirst(4)), place) }
        if text == "prompt" {
            let name = option.spec.key ?? option.spec.name
            // Whoever is asked sees who asks.
            let isFile = if case .file = source(option) { true } else { false }
            return try SecretPrompt.ask(isFile ? "\(name) (\(place))" : name, place)
        }
        if warns, isTyped(option) {
            complain(
                "warning: \(place) stands in the process list and the shell's history; @file, env:NAME or prompt do not"
            )
        }
        return text
    }
}

/// The output of a command that prints a secret.
private enum SecretCommand {
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

extension String {
    /// Without the line feeds a file or a command ends with.
    var trimmedEnd: String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}
