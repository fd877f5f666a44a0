import FlowModel

/// Public keys out of JWK, JWKS and PEM files.
enum KeyReader {
    static func read(_ path: String) throws -> [KeyFile] {
        let bytes = try FileBytes.read(path)
        let name = path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
        return try read(bytes, name: name, path: path)
    }

    static func read(_ bytes: Bytes, name: String, path: String) throws -> [KeyFile] {
        if bytes.find("-----BEGIN") != nil { return [try pem(bytes, name, path)] }
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(bytes) } catch {
            throw FileError(path: path, reason: "expected a JWK, a JWKS or PEM text; \(error)")
        }
        if let keys = document.root["keys"] {
            let list = keys.elements
            guard !list.isEmpty else {
                throw FileError(path: path, reason: "byte \(keys.span.offset): the JWKS holds no key")
            }
            return try list.enumerated().map { index, value in
                try checked(
                    KeyFile(name: list.count == 1 ? name : "\(name)#\(JWK(value).kid ?? "\(index)")", jwk: JWK(value)),
                    path)
            }
        }
        return [try checked(KeyFile(name: name, jwk: JWK(document.root)), path)]
    }

    private static func checked(_ key: KeyFile, _ path: String) throws -> KeyFile {
        guard key.jwk.fingerprint != nil else {
            let problem = key.jwk.problems.first
            let place = problem.map { "byte \($0.span.offset): " } ?? ""
            throw FileError(
                path: path,
                reason: place + "expected a public key as JWK: \(problem?.words ?? "a required member is missing")")
        }
        return key
    }

    private static func pem(_ bytes: Bytes, _ name: String, _ path: String) throws -> KeyFile {
        do {
            let members = try PublicKey.pem(bytes).jwkMembers()
            let text =
                "{" + members.map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.joined(separator: ",")
                + "}"
            return KeyFile(name: name, jwk: JWK(try JSONDocument(Bytes(text)).root))
        } catch {
            throw FileError(path: path, reason: "expected a key or certificate in PEM: \(error)")
        }
    }
}
