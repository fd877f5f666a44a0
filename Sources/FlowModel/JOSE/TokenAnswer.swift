/// The token in the JSON of an answer, at whatever depth a program wrapped the answer.
enum TokenAnswer {
    /// How deep an answer may be wrapped.
    private static let deepest = 12
    /// Places that are named where there is more than one token.
    private static let mostPlaces = 4

    private struct Place {
        let path: String
        let value: JSONValue
    }

    static func read(_ text: String, _ kind: TokenText.Kind) throws(TokenTextError) -> TokenText {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(Bytes(text)) } catch {
            throw TokenTextError("it begins as JSON and is none (\(error))", kind)
        }
        if let token = document.root.string { return try TokenText.checked(token, "a JSON string", kind) }
        let found = places(document.root, kind)
        guard let first = found.first else { throw TokenTextError(instead(document.root, kind), kind) }
        guard let token = first.value.string else {
            throw TokenTextError("its `\(first.path)` is \(first.value.kind.name), no string", kind)
        }
        guard found.allSatisfy({ $0.value.string == token }) else {
            let names = found.prefix(mostPlaces).map { "`\($0.path)`" }.joined(separator: ", ")
            throw TokenTextError("it has several: \(names)\(found.count > mostPlaces ? ", …" : "")", kind)
        }
        return try TokenText.checked(token, "`\(first.path)` of its JSON", kind)
    }

    /// Where it stands: of all places the ones that are wrapped least.
    private static func places(_ root: JSONValue, _ kind: TokenText.Kind) -> [Place] {
        var level = [Place(path: "", value: root)]
        for _ in 0..<deepest where !level.isEmpty {
            let found = level.flatMap { place in
                kind.members.compactMap { name in
                    place.value[named: name].map { Place(path: joined(place.path, name), value: $0) }
                }.prefix(1)
            }
            if !found.isEmpty { return found }
            level = level.flatMap(inner)
        }
        return []
    }

    /// The objects and arrays that are members or elements of one.
    private static func inner(_ place: Place) -> [Place] {
        switch place.value.kind {
        case .object:
            place.value.members.filter { $0.value.kind == .object || $0.value.kind == .array }.map {
                Place(path: joined(place.path, $0.name.string ?? ""), value: $0.value)
            }
        case .array:
            place.value.elements.enumerated().filter { $1.kind == .object || $1.kind == .array }.map {
                Place(path: "\(place.path)[\($0)]", value: $1)
            }
        default: []
        }
    }

    private static func joined(_ path: String, _ name: String) -> String {
        String((path.isEmpty ? name : "\(path).\(name)").prefix(120))
    }

    /// What a JSON text without a token is.
    private static func instead(_ root: JSONValue, _ kind: TokenText.Kind) -> String {
        if let error = root["error"]?.string {
            return "it is the answer of a server that refused (\(error.prefix(60)))"
        }
        if root["kty"] != nil { return "it is a JWK, a key" }
        if root["keys"]?.kind == .array { return "it is a JWKS, a set of keys" }
        if root["ciphertext"] != nil { return "it is a JWE in JSON" }
        if root["log"]?["entries"] != nil { return "it is a HAR capture" }
        if root["id_token"] != nil { return "it is an answer with an ID token and without `\(kind.members[0])`" }
        return "it is JSON without `\(kind.members[0])`"
    }
}
