/// One header field as it stood: name and value unchanged, order and repeats kept by the list it is in.
public struct Header: Hashable, Sendable {
    public let name: String
    public let value: String
    /// Where the value stands in the capture file, when it stands there as sent.
    public let valueSpan: SourceSpan?

    /// The value's bytes where they stand, so that a proof is not copied to be read.
    private let stored: Bytes?

    public init(_ name: String, _ value: String, valueSpan: SourceSpan? = nil, stored: Bytes? = nil) {
        (self.name, self.value, self.valueSpan, self.stored) = (name, value, valueSpan, stored)
    }

    var bytes: Bytes { stored ?? Bytes(value) }

    public static func == (a: Header, b: Header) -> Bool { a.name == b.name && a.value == b.value && a.valueSpan == b.valueSpan }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}

extension String {
    /// Equal as HTTP compares field names and schemes: ASCII letters without case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        let length = other.utf8CodeUnitCount
        guard utf8.count == length else { return false }
        let want = other.utf8Start
        var at = 0
        for byte in utf8 {
            let wanted = want[at]
            guard byte == wanted || (byte | 0x20 == wanted | 0x20 && (byte | 0x20) &- 0x61 < 26) else { return false }
            at += 1
        }
        return true
    }
}

extension [Header] {
    /// The fields of that name, in order.
    public func all(_ name: StaticString) -> [Header] {
        var list: [Header] = []
        for index in indices where self[index].name.equalsIgnoringCase(name) { list.append(self[index]) }
        return list
    }

    func firstIndex(of name: StaticString) -> Int? {
        for index in indices where self[index].name.equalsIgnoringCase(name) { return index }
        return nil
    }

    /// The first field's value, spaces around it gone.
    public func first(_ name: StaticString) -> String? {
        firstIndex(of: name).map { self[$0].value.trimmed }
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
