/// The members of a form or a query that is about to be sent.
///
/// A parameter is sent once (RFC 6749 §3.1, §3.2), so a name is set and never appended; only those that a protocol
/// sends more than once can be added.
public struct FormFields: Sendable, Equatable {
    /// The names that may come more than once.
    public enum Repeatable: String, CaseIterable, Sendable {
        /// RFC 8693 §2.1.
        case audience
        /// RFC 8707 §2.
        case resource
    }

    public struct Member: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public private(set) var members: [Member] = []

    public init() {}

    public var isEmpty: Bool { members.isEmpty }

    /// The first value of a name.
    public subscript(_ name: String) -> String? { members.first { $0.name == name }?.value }

    /// Every value of a name, in order.
    public func values(_ name: String) -> [String] { members.filter { $0.name == name }.map(\.value) }

    /// Gives a name this one value, where it stood or at the end.
    public mutating func set(_ name: String, _ value: String) {
        let place = members.firstIndex { $0.name == name } ?? members.count
        members.removeAll { $0.name == name }
        members.insert(Member(name: name, value: value), at: place)
    }

    /// Adds a value to those that a name has.
    public mutating func add(_ name: Repeatable, _ value: String) {
        members.append(Member(name: name.rawValue, value: value))
    }

    /// Takes all of another form's members: what this one had under their names is gone.
    public mutating func set(_ other: FormFields) {
        members.removeAll { other[$0.name] != nil }
        members += other.members
    }

    /// Those of the members that have such a name.
    public func filter(_ isWanted: (String) -> Bool) -> FormFields {
        var kept = self
        kept.members.removeAll { !isWanted($0.name) }
        return kept
    }

    /// `application/x-www-form-urlencoded`.
    public var encoded: String {
        members.map { "\(PercentEncoding.form($0.name))=\(PercentEncoding.form($0.value))" }.joined(separator: "&")
    }
}

extension FormFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { set(name, value) }
    }
}
