/// Terraform's language as far as configurations have it: blocks, attributes, here-documents, lists, maps. Expressions
/// are opaque; `jsonencode` and functions that hand their argument through are read.
struct HCLReader {
    struct Block {
        let type: String
        let labels: [String]
        let line: Int
        let body: ConfigNode
    }

    private(set) var blocks: [Block] = []
    /// Attributes outside of all blocks, as a .tfvars file has them.
    private(set) var attributes: [ConfigNode.Entry] = []

    private var scan: HCLScanner

    init(_ text: String, firstLine: Int = 1) {
        scan = HCLScanner(text, firstLine: firstLine)
        while true {
            scan.skipSpace(newlines: true)
            guard !scan.isAtEnd else { break }
            guard let name = scan.identifier() else {
                scan.advance()
                continue
            }
            if let block = block(name.text, line: name.line, depth: 0) {
                blocks.append(block)
            } else if let value = attribute(depth: 0) {
                attributes.append(ConfigNode.Entry(name: name.text, line: name.line, node: value))
            }
        }
    }

    /// What follows `name` when it is a block: labels and a body.
    private mutating func block(_ type: String, line: Int, depth: Int) -> Block? {
        let start = scan
        var labels: [String] = []
        while true {
            scan.skipSpace(newlines: false)
            if let label = scan.string()?.text ?? scan.identifier()?.text {
                labels.append(label)
                if labels.count > 8 { break }
            } else {
                break
            }
        }
        guard scan.take("{"), depth < ConfigNode.depthLimit else {
            scan = start
            return nil
        }
        return Block(type: type, labels: labels, line: line, body: body(line: line, depth: depth + 1))
    }

    private mutating func body(line: Int, depth: Int) -> ConfigNode {
        var entries: [ConfigNode.Entry] = []
        while true {
            scan.skipSpace(newlines: true)
            if scan.isAtEnd || scan.take("}") { break }
            if scan.take(",") { continue }
            guard let name = scan.identifier() ?? scan.string().map({ ($0.text ?? $0.raw, $0.line) }) else {
                scan.advance()
                continue
            }
            if let value = attribute(depth: depth) {
                entries.append(ConfigNode.Entry(name: name.text, line: name.line, node: value))
            } else if let block = block(name.text, line: name.line, depth: depth) {
                entries.append(ConfigNode.Entry(name: name.text, line: name.line, node: block.body))
            }
        }
        return ConfigNode(.map(entries), line: line)
    }

    /// `= value` or `: value`.
    private mutating func attribute(depth: Int) -> ConfigNode? {
        scan.skipSpace(newlines: false)
        guard scan.isAtSign("=") || scan.isAtSign(":") else { return nil }
        scan.advance()
        return expression(depth: depth)
    }

    private mutating func expression(depth: Int) -> ConfigNode {
        scan.skipSpace(newlines: false)
        let (line, start) = (scan.line, scan.at)
        guard depth < ConfigNode.depthLimit else {
            scan.skipExpression()
            return ConfigNode(.opaque("too deep"), line: line)
        }
        let value = primary(depth: depth)
        scan.skipSpace(newlines: false)
        if let value, scan.isAtExpressionEnd { return value }
        scan.skipExpression()
        return ConfigNode(.opaque(String(scan.source(from: start).prefix(200))), line: line)
    }

    private mutating func primary(depth: Int) -> ConfigNode? {
        let line = scan.line
        if let text = scan.string() {
            return ConfigNode(text.text.map { .text($0) } ?? .opaque(text.raw), line: line)
        }
        if let text = scan.hereDocument() { return ConfigNode(.text(text), line: line + 1) }
        if scan.take("[") { return list(line: line, depth: depth) }
        if scan.take("{") {
            return scan.peekWord == "for" ? closing("}") : body(line: line, depth: depth + 1)
        }
        if let digits = scan.number() { return ConfigNode(.number(digits), line: line) }
        guard let name = scan.identifier() else { return nil }
        switch name.text {
        case "true": return ConfigNode(.bool(true), line: line)
        case "false": return ConfigNode(.bool(false), line: line)
        case "null": return ConfigNode(.null, line: line)
        case "jsonencode", "yamlencode", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "tostring":
            guard scan.take("(") else { return nil }
            scan.skipSpace(newlines: true)
            let inner = expression(depth: depth + 1)
            scan.skipSpace(newlines: true)
            return scan.take(")") ? inner : nil
        case "merge":
            guard scan.take("(") else { return nil }
            return merge(line: line, depth: depth)
        default: return nil
        }
    }

    /// Every argument of `merge` that can be read; one that cannot makes the whole partly unknown.
    private mutating func merge(line: Int, depth: Int) -> ConfigNode? {
        var made = ConfigNode(.map([]), line: line)
        while !scan.isAtEnd {
            scan.skipSpace(newlines: true)
            if scan.take(")") { return made }
            if scan.take(",") { continue }
            let part = expression(depth: depth + 1)
            if part.isMap {
                made = made.merged(under: part)
            } else {
                made = made.merged(
                    under: ConfigNode(
                        .map([ConfigNode.Entry(name: "<<", line: line, node: part)]
                        ),
                        line: line))
            }
        }
        return made
    }

    private mutating func list(line: Int, depth: Int) -> ConfigNode? {
        if scan.peekWord == "for" { return closing("]") }
        var elements: [ConfigNode] = []
        while true {
            scan.skipSpace(newlines: true)
            if scan.isAtEnd || scan.take("]") { break }
            if scan.take(",") { continue }
            let before = scan.at
            elements.append(expression(depth: depth + 1))
            if scan.at == before { scan.advance() }
        }
        return ConfigNode(.list(elements), line: line)
    }

    private mutating func closing(_ sign: Character) -> ConfigNode? {
        let line = scan.line
        scan.skipExpression()
        scan.skipSpace(newlines: true)
        _ = scan.take(sign)
        return ConfigNode(.opaque("for"), line: line)
    }
}
