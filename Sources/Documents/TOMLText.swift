import CToml

/// A value of a TOML text and where it is written.
public struct TOMLValue: Sendable {
    /// Line and column of a text, both from 1.
    public struct Place: Equatable, Sendable {
        public let line: Int
        public let column: Int

        public init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
    }

    /// A table's member; its place is its name's.
    public struct Member: Sendable {
        public let key: String
        public let place: Place?
        public let value: TOMLValue
    }

    public enum Content: Sendable {
        case table([Member])
        case array([TOMLValue])
        case text(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        /// A date, a time or both, as written.
        case date(String)
    }

    public let content: Content
    public let place: Place?

    /// A table's members in the order of the text; empty for any other value.
    public var members: [Member] { if case .table(let members) = content { members } else { [] } }
    public var isTable: Bool { if case .table = content { true } else { false } }
    public var string: String? { if case .text(let text) = content { text } else { nil } }
    public var boolean: Bool? { if case .boolean(let value) = content { value } else { nil } }

    public subscript(_ key: String) -> TOMLValue? { member(key)?.value }

    public func member(_ key: String) -> Member? { members.first { $0.key == key } }
}

/// Why a text is no TOML, and where.
public struct TOMLProblem: Error {
    public let words: String
    public let place: TOMLValue.Place?
}

/// TOML as values with their places: the only file that knows toml++.
public enum TOMLText {
    public static func parse(_ text: String) throws(TOMLProblem) -> TOMLValue {
        var text = text
        var error = ct_error()
        let made = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { ct_parse($0.baseAddress, $0.count, &error) }
        }
        guard let document = made else {
            let words = withUnsafeBytes(of: &error.words) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw TOMLProblem(words: words, place: place(error.line, error.column))
        }
        defer { ct_free(document) }
        var count = 0
        var rest = UnsafeBufferPointer(start: ct_nodes(document, &count), count: count)[...]
        return value(&rest)
    }

    /// The first of the values that are left, with what it holds.
    private static func value(_ rest: inout Slice<UnsafeBufferPointer<ct_node>>) -> TOMLValue {
        let node = rest.removeFirst()
        let content: TOMLValue.Content
        switch Int(node.kind) {
        case CT_TABLE:
            content = .table(
                (0..<node.children).map { _ in
                    let named = rest.first!
                    return TOMLValue.Member(
                        key: text(named.key, named.key_length), place: place(named.key_line, named.key_column),
                        value: value(&rest))
                })
        case CT_ARRAY: content = .array((0..<node.children).map { _ in value(&rest) })
        case CT_INTEGER: content = .integer(node.integer)
        case CT_FLOAT: content = .float(node.number)
        case CT_BOOLEAN: content = .boolean(node.boolean != 0)
        case CT_DATE: content = .date(text(node.text, node.text_length))
        default: content = .text(text(node.text, node.text_length))
        }
        return TOMLValue(content: content, place: place(node.line, node.column))
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
        UnsafeBufferPointer(start: start, count: length).withMemoryRebound(to: UInt8.self) {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func place(_ line: UInt32, _ column: UInt32) -> TOMLValue.Place? {
        line == 0 ? nil : TOMLValue.Place(line: Int(line), column: Int(column))
    }
}

extension String {
    /// `file:line:column`, or the file alone where no place is known.
    public func at(_ place: TOMLValue.Place?) -> String { place.map { "\(self):\($0.line):\($0.column)" } ?? self }
}
