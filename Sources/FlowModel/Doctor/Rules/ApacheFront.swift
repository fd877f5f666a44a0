/// Apache's virtual hosts with what they hand on. mod_proxy sends `X-Forwarded-For`, `-Host` and `-Server` by itself,
/// never the scheme; Host is the target's unless `ProxyPreserveHost` is on.
enum ApacheFront {
    static func locations(_ root: Directive) -> [Fronts.Location] {
        var list: [Fronts.Location] = []
        root.walk { host, _ in
            guard host.name.lowercased() == "virtualhost" else { return }
            let isTLS =
                host.words.contains { $0.hasSuffix(":443") }
                || host.children.contains {
                    $0.name.lowercased() == "sslengine" && $0.words.first?.lowercased() == "on"
                }
            var passes: [(path: String, target: String, line: Int)] = []
            var (fields, keeps): ([Fronts.Field], Bool) = ([], false)
            host.walk { directive, parents in
                switch directive.name.lowercased() {
                case "proxypass", "proxypassmatch":
                    let isInside = parents.last?.name.lowercased().hasPrefix("location") ?? false
                    let words = isInside ? [parents.last?.words.first ?? "/"] + directive.words : directive.words
                    if words.count > 1, words[1] != "!" { passes.append((words[0], words[1], directive.line)) }
                case "requestheader":
                    let words = directive.words
                    guard words.count > 2, ["set", "add", "setifempty", "append"].contains(words[0].lowercased()) else {
                        break
                    }
                    fields.append(.init(name: words[1], value: words[2], line: directive.line))
                case "proxypreservehost": keeps = directive.words.first?.lowercased() == "on"
                default: break
                }
            }
            let ports = host.words.compactMap {
                Untrusted<Int>($0.split(separator: ":").last ?? "")?.within(1...65_535)
            }
            for pass in passes.prefix(200) {
                let implied = [
                    Fronts.Field(name: "Host", value: keeps ? "{host}" : "", line: pass.line, isImplied: true),
                    Fronts.Field(name: "X-Forwarded-Host", value: "{host}", line: pass.line, isImplied: true),
                ]
                list.append(
                    Fronts.Location(
                        path: pass.path, line: pass.line, target: pass.target, headers: implied + fields, isTLS: isTLS,
                        ports: ports, names: host.all("servername").flatMap(\.words)))
            }
        }
        return list
    }
}
