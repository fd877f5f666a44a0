/// One header field as it stood: name and value unchanged, order and repeats kept by the list it is in.
public struct Header: Hashable, Sendable {
    public let name: String
    public let value: String
    /// Where the value stands in the capture file, when it stands there as sent.
    public let valueSpan: SourceSpan?

    public init(_ name: String, _ value: String, valueSpan: SourceSpan? = nil) {
        (self.name, self.value, self.valueSpan) = (name, value, valueSpan)
    }
}

extension String {
    /// Equal as HTTP compares field names and schemes: ASCII letters without case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        let length = other.utf8CodeUnitCount
        guard utf8.count == length else { return false }
        return other.withUTF8Buffer { want in
            zip(utf8, want).allSatisfy { a, b in a == b || (a | 0x20 == b | 0x20 && (a | 0x20) &- 0x61 < 26) }
        }
    }
}

extension [Header] {
    /// The fields of that name, in order.
    public func all(_ name: StaticString) -> [Header] { filter { $0.name.equalsIgnoringCase(name) } }

    /// The first field's value, spaces around it gone.
    public func first(_ name: StaticString) -> String? {
        first { $0.name.equalsIgnoringCase(name) }?.value.trimmed
    }
}

extension String {
    /// Without the blanks HTTP allows around a field value.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        var text = Substring(self)
        while let scalar = text.unicodeScalars.first, scalar.value <= 0x20 { text.unicodeScalars.removeFirst() }
        while let scalar = text.unicodeScalars.last, scalar.value <= 0x20 { text.unicodeScalars.removeLast() }
        return String(text)
    }
}
