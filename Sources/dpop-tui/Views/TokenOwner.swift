import FlowModel

/// Who a token is for, in one line: user, client, issuer and realm, session, scopes.
enum TokenOwner {
    /// The claims that say so, the usual name first.
    private static let user = ["preferred_username", "username", "email", "upn", "name", "sub"]
    private static let client = ["azp", "client_id", "cid", "appid"]
    private static let session = ["sid", "session_state"]
    private static let scopes = ["scope", "scp"]

    /// A row of at most `width` columns; nil where the claims say nothing of it.
    static func row(_ claims: JSONValue?, _ redactor: Redactor, _ width: Int) -> Row? {
        guard let claims, claims.isObject else { return nil }
        let parts = parts(claims, redactor)
        guard !parts.isEmpty else { return nil }
        let label = "for "
        return Row(
            [Span(label, .label), Span(fitted(parts, width - label.count), .value)])
    }

    /// The same without the issuer: `ada · client web · session 1f… · scope read`; nil where there is nothing of it.
    static func words(_ claims: JSONValue, _ redactor: Redactor) -> String? {
        func part(_ names: [String], _ label: String, most: Int? = nil) -> String? {
            guard let text = text(names, of: claims).map(redactor.mask) else { return nil }
            return label + (most.map(text.squeezed) ?? text)
        }
        let parts = [
            part(user, ""), part(client, "client "), part(session, "session ", most: 9), part(scopes, "scope "),
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: gap)
    }

    /// The first of the claims that says something.
    private static func text(_ names: [String], of claims: JSONValue) -> String? {
        names.lazy.compactMap { text(claims[named: $0]) }.first { !$0.isEmpty }
    }

    private static let gap = " · "

    /// One thing that is said, the columns it keeps, and how it is cut.
    private struct Part {
        let text: String
        let least: Int
        let cut: (String, Int) -> String
    }

    /// In the order they stand in.
    private static func parts(_ claims: JSONValue, _ redactor: Redactor) -> [Part] {
        func part(_ names: [String], _ label: String, _ least: Int, _ cut: @escaping (String, Int) -> String) -> Part? {
            text(names, of: claims).map { Part(text: label + redactor.mask($0), least: least, cut: cut) }
        }
        let issuer = claims["iss"]?.string.map {
            Part(text: redactor.mask(FlowPlace.short($0) ?? $0), least: 16, cut: Elision.path)
        }
        return [
            part(user, "", 10, Elision.middle), part(client, "client ", 16, Elision.middle), issuer,
            part(session, "session ", 13, Elision.end), part(scopes, "scope ", 14, Elision.end),
        ].compactMap { $0 }
    }

    /// A text, or a list of them.
    private static func text(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        if let text = value.string { return text }
        let list = value.elements.prefix(50).compactMap(\.string)
        return list.isEmpty ? nil : list.joined(separator: " ")
    }

    /// The parts in so many columns: the last gives way first, and the session goes where that is not enough.
    private static func fitted(_ parts: [Part], _ width: Int) -> String {
        var widths = parts.map(\.text.columns)
        let room = width - gap.count * (parts.count - 1)
        for index in parts.indices.reversed() {
            let excess = widths.reduce(0, +) - room
            if excess > 0 { widths[index] = max(min(widths[index], parts[index].least), widths[index] - excess) }
        }
        if widths.reduce(0, +) > room, let at = parts.firstIndex(where: { $0.text.hasPrefix("session ") }) {
            return fitted(Array(parts[..<at] + parts[(at + 1)...]), width)
        }
        let line = zip(parts, widths).map { $0.cut($0.text, $1) }.joined(separator: gap)
        return Elision.end(line, max(0, width))
    }
}
