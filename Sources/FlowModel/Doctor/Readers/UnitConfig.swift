/// systemd's units and Podman's quadlets: `Environment=`, `EnvironmentFile=`, `ExecStart=`, `Image=`.
extension ConfigReader {
    mutating func readUnit(_ piece: Piece) {
        var (settings, words, references): ([KeycloakSetting], [(String, Int)], [SettingReference]) = ([], [], [])
        var (image, ports): (String, [String]) = ("", [])
        var place = piece.place
        for line in Self.logicalLines(piece) {
            guard let pair = line.text.pair(by: "=") else { continue }
            switch pair.name.trimmedASCII {
            case "Environment":
                for word in QuotedWords.systemd.cut(pair.value[...]) {
                    guard let set = word.pair(by: "=") else { continue }
                    settings.append(.init(name: set.name, value: .text(set.value), line: line.number))
                }
            case "EnvironmentFile":
                let path = pair.value.trimmedASCII
                references.append(
                    .init(kind: .environmentFile, name: String(path.hasPrefix("-") ? path.dropFirst() : path)))
            case "ExecStart", "Exec":
                words += QuotedWords.systemd.cut(pair.value[...]).map { ($0, line.number) }
                place = piece.at(line.number)
            case "Image":
                image = String(pair.value.trimmedASCII)
                place = piece.at(line.number)
            case "PublishPort": ports.append(String(pair.value.trimmedASCII))
            default: break
            }
        }
        let isOwn = words.contains { $0.0.hasSuffix("kc.sh") } || words.first?.0.has("keycloak") ?? false
        let isTaken = takeServer(
            image: image, isOwn: isOwn, settings: settings + ServerFlags.settings(words), arguments: words.map(\.0),
            ports: ports, service: nil, place: place, references: references)
        if !isTaken { ignore(piece.place, "a unit of systemd that starts neither Keycloak nor Kong") }
    }

    /// Lines with the ones that a backslash continues, comments left out.
    private static func logicalLines(_ piece: Piece) -> [(text: String, number: Int)] {
        var list: [(text: String, number: Int)] = []
        var (parts, first): ([Substring], Int) = ([], 0)
        for (index, raw) in piece.text.lines.enumerated() {
            let line = raw.trimmedASCII
            if parts.isEmpty {
                if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") || line.hasPrefix("[") { continue }
                first = piece.firstLine + index
            }
            let isContinued = line.hasSuffix("\\")
            parts.append(isContinued ? line.dropLast() : line)
            if isContinued { continue }
            list.append((parts.joined(separator: " "), first))
            parts = []
        }
        if !parts.isEmpty { list.append((parts.joined(separator: " "), first)) }
        return list
    }
}
