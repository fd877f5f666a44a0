/// The path in front of Keycloak's `/realms`: `/auth` before version 17, nothing since, unless `http-relative-path` says
/// another one.
enum KeycloakBasePath {
    /// The path of the realm as it would be with the other base; nil where the path is of no realm.
    static func other(_ path: Substring) -> String? {
        guard let realms = path.firstRange(of: "/realms/") else { return nil }
        let name = path[realms.upperBound...].prefix { $0 != "/" }
        guard !name.isEmpty else { return nil }
        let base = path[..<realms.lowerBound]
        // RFC 8414 puts the well-known part in front of the issuer's path.
        let isInserted = base.hasPrefix("/.well-known/")
        let own = isInserted ? base.split(separator: "/").dropFirst(2).map { "/" + $0 }.joined() : String(base)
        // The administrators' API is a path of its own.
        if own.hasSuffix("/admin") { return nil }
        if own.hasSuffix("/auth") { return own.dropLast(5) + "/realms/\(name)" }
        return own + "/auth/realms/\(name)"
    }

    /// A sentence about the other base; nil where the path is of no realm.
    static func hint(_ path: Substring) -> String? {
        guard let other = other(path) else { return nil }
        return other.has("/auth/realms/")
            ? "is it \(other)? Keycloak before 17, or with http-relative-path /auth, has /auth in front of /realms"
            : "is it \(other)? Keycloak has no /auth in front of /realms since 17, unless http-relative-path says so"
    }
}
