import Arguments
import FlowModel

extension Values {
    /// A token's own text, from wherever a secret may be. Out of an answer it is taken, which is said; a file that is
    /// something else is refused.
    func token(_ option: Option<String?>, _ kind: TokenText.Kind = .access, warns: Bool = true) throws -> String? {
        guard let said = self[option] else { return nil }
        let place = place(option)
        let bytes: Bytes
        if said.hasPrefix("@") {
            do throws(FileError) { bytes = try FileBytes.read(String(said.dropFirst())) } catch {
                throw ConfigError(place: place, words: "\(error)")
            }
        } else {
            let text = try secret(option, warns: warns) ?? ""
            // What is typed or stands in a variable is the token, unless no token begins so.
            guard said.hasPrefix("cmd:") || text.trimmedStart.hasPrefix("{") else { return text }
            bytes = Bytes(text)
        }
        let name = said.hasPrefix("@") ? String(said.dropFirst()) : "the text"
        do throws(TokenTextError) {
            let found = try TokenText.read(bytes, kind)
            if let source = found.source { complain("\(place): the token is taken out of \(name): \(source)") }
            return found.token
        } catch { throw ConfigError(place: place, words: "\(name): \(error.words)") }
    }
}

extension String {
    /// Without the white space that a text begins with.
    fileprivate var trimmedStart: Substring { drop(while: \.isWhitespace) }
}
