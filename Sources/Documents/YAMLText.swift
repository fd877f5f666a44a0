import CYaml
import FlowModel

/// YAML as events: the only file that knows libyaml.
public enum YAMLText {
    /// Deeper than that nobody configures. libyaml looks at all open brackets for each new one.
    static let depthLimit = 200
    static let sizeLimit = 16 << 20
    /// libyaml compares each tag directive with each.
    private static let directiveLimit = 64

    /// What a doctor reads YAML with.
    public static let parser: YAMLParser = { events($0) }

    public static func events(_ yaml: String) -> YAMLStream {
        var yaml = yaml
        return yaml.withUTF8 { text in
            var stream = YAMLStream(events: [], problem: absurdity(text))
            guard stream.problem == nil, let base = text.baseAddress else { return stream }
            let reader = base.withMemoryRebound(to: CChar.self, capacity: text.count) { cy_open($0, text.count) }
            guard let reader else {
                stream.problem = ConfigProblem(line: 1, words: "no memory")
                return stream
            }
            defer { cy_close(reader) }
            var depth = 0
            while true {
                let event = cy_next(reader)
                switch event.kind {
                case CY_END: return stream
                case CY_PROBLEM:
                    stream.problem = ConfigProblem(line: max(1, event.line), words: Self.text(event))
                    return stream
                case CY_MAP_START, CY_LIST_START:
                    depth += 1
                    if depth > depthLimit {
                        stream.problem = ConfigProblem(
                            line: max(1, event.line), words: "nested more than \(depthLimit) levels deep")
                        return stream
                    }
                    if let made = made(event) { stream.events.append(made) }
                case CY_MAP_END, CY_LIST_END:
                    depth -= 1
                    if let made = made(event) { stream.events.append(made) }
                default: if let made = made(event) { stream.events.append(made) }
                }
            }
        }
    }

    private static func made(_ event: cy_event) -> YAMLEvent? {
        let anchor = event.anchor.map { String(cString: $0) }
        switch event.kind {
        case CY_DOCUMENT_START: return .documentStart
        case CY_DOCUMENT_END: return .documentEnd
        case CY_MAP_START: return .mapStart(line: event.line, anchor: anchor)
        case CY_MAP_END: return .mapEnd
        case CY_LIST_START: return .listStart(line: event.line, anchor: anchor)
        case CY_LIST_END: return .listEnd
        case CY_ALIAS: return .alias(text(event), line: event.line)
        case CY_SCALAR:
            return .scalar(
                text(event), isPlain: event.is_plain != 0, isBlock: event.is_block != 0, line: event.line,
                anchor: anchor)
        default: return nil
        }
    }

    private static func text(_ event: cy_event) -> String {
        guard let text = event.text else { return "" }
        return text.withMemoryRebound(to: UInt8.self, capacity: event.length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: event.length), as: UTF8.self)
        }
    }

    private static func absurdity(_ text: UnsafeBufferPointer<UInt8>) -> ConfigProblem? {
        if text.count > sizeLimit { return ConfigProblem(line: 1, words: "longer than 16 MB") }
        var (count, last): (Int, UInt8) = (0, 0x0A)
        for byte in text {
            if byte == UInt8(ascii: "%"), last == 0x0A || last == 0x0D { count += 1 }
            last = byte
        }
        return count > directiveLimit
            ? ConfigProblem(line: 1, words: "more than \(directiveLimit) lines begin with '%'") : nil
    }
}
