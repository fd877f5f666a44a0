/// Where a path leads.
enum FilePath {
    /// Without links and dots; nil where there is nothing.
    static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// The folder of a file.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Whether a path leads to something in a folder, as it is read there. What is not there yet is where its folder is.
    static func isInside(_ path: String, of home: String) -> Bool {
        guard let here = real(home), path != "-", !path.isEmpty else { return false }
        let path = path.hasPrefix("/") ? path : here + "/" + path
        guard let there = real(path) ?? (path.hasSuffix("/..") ? nil : real(folder(of: path))) else { return false }
        return there == here || there.hasPrefix(here == "/" ? here : here + "/")
    }
}
