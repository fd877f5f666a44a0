/// Parameters whose value is JSON, looked at before they are sent.
public enum ParameterJSON {
    /// Why a text is no `authorization_details`, a list of objects with a `type` each (RFC 9396 §2); nil when it is.
    public static func problem(authorizationDetails text: String) -> String? {
        let root: JSONValue
        switch read(text) {
        case .success(let value): root = value
        case .failure(let error): return "it is no JSON: \(error)"
        }
        guard root.kind == .array else { return "expected a JSON array of objects, found \(root.kind.name)" }
        guard !root.elements.isEmpty else { return "the array is empty" }
        for (place, element) in root.elements.enumerated() {
            guard element.isObject else { return "element \(place): expected an object, found \(element.kind.name)" }
            guard let type = element["type"] else { return "element \(place) has no `type`" }
            guard type.string?.isEmpty == false else { return "element \(place): `type` is no text" }
        }
        return nil
    }

    /// Why a text is no `claims`, an object (OpenID Connect Core §5.5); nil when it is.
    public static func problem(claims text: String) -> String? {
        switch read(text) {
        case .success(let root): root.isObject ? nil : "expected a JSON object, found \(root.kind.name)"
        case .failure(let error): "it is no JSON: \(error)"
        }
    }

    private static func read(_ text: String) -> Result<JSONValue, JSONError> {
        do throws(JSONError) { return .success(try JSONDocument(Bytes(text)).root) } catch { return .failure(error) }
    }
}
