import FlowModel

/// The plugins of a `--kong-config` file: an Admin API object, or a list of them as `data` or an array.
struct KongFile: Sendable {
    var configs: [KongConfig] = []
    /// Empty where the file names none: preflights are authenticated then like every other request.
    var cors: [CORSPlugin] = []

    init(_ bytes: [UInt8], file: String) throws {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(Bytes(bytes)) } catch {
            throw FileError("\(file): \(error)")
        }
        let root = document.root
        for object in root["data"]?.elements ?? (root.kind == .array ? root.elements : [root]) {
            let paths = (object["route"]?["paths"] ?? object["paths"])?.elements.compactMap(\.string) ?? []
            guard let name = object["name"]?.string, name == "openid-connect" || name == "cors",
                let config = object["config"], config.isObject
            else {
                throw FileError(
                    "\(file): byte \(object.span.offset): expected a plugin object {\"name\":\"openid-connect\",\"config\":{…}}, or one of name cors"
                )
            }
            if name == "cors" {
                var made = try CORSPlugin(config, file: file)
                if !paths.isEmpty { made.paths = paths }
                cors.append(made)
            } else {
                var made = try KongConfig(config, file: file)
                if !paths.isEmpty { made.paths = paths }
                configs.append(made)
            }
        }
        if configs.isEmpty, !cors.isEmpty { configs = [KongConfig()] }
    }
}
