/// One header field as it stood: name and value unchanged, order and repeats kept by the list it is in.
public struct Header: Hashable, Sendable {
    public let name: String
    /// The value as it stood. In a capture they are the file's own bytes: most fields are passed over, and a proof is not copied to be read.
    public let bytes: Bytes
    private let offset: Int
    fileprivate let key: FieldKey

    public init(_ name: String, bytes: Bytes, valueSpan: SourceSpan? = nil) {
        (self.name, self.bytes, offset) = (name, bytes, valueSpan?.offset ?? -1)
        key = name.utf8.withContiguousStorageIfAvailable { FieldKey($0) } ?? FieldKey(Bytes(name))
    }

    public init(_ name: String, _ value: String, valueSpan: SourceSpan? = nil) {
        self.init(name, bytes: Bytes(value), valueSpan: valueSpan)
    }

    /// Where the value stands in the capture file, when it stands there as sent.
    public var valueSpan: SourceSpan? { offset < 0 ? nil : SourceSpan(offset, bytes.count) }

    /// The value as text, with U+FFFD where it is not UTF-8.
    public var value: String { bytes.text }

    public func isNamed(_ wanted: StaticString) -> Bool { isNamed(wanted, FieldKey(wanted)) }

    @inline(__always)
    fileprivate func isNamed(_ wanted: StaticString, _ wantedKey: FieldKey) -> Bool {
        key == wantedKey && name.equalsIgnoringCase(wanted)
    }

    public static func == (a: Header, b: Header) -> Bool { a.name == b.name && a.bytes == b.bytes && a.offset == b.offset }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(bytes)
    }
}

/// A name's length and first letters without case: most fields are told apart by it alone.
private struct FieldKey: Equatable, Sendable {
    private let value: UInt64

    @inline(__always)
    init(_ name: UnsafeBufferPointer<UInt8>) {
        var value = UInt64(truncatingIfNeeded: name.count)
        for at in 0..<min(name.count, 7) { value = value << 8 | UInt64(name[at] | 0x20) }
        self.value = value
    }

    @inline(__always)
    init(_ name: StaticString) { self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) }

    init(_ name: Bytes) { self = name.withBytes { FieldKey($0) } }
}

extension StringProtocol {
    /// Equal as HTTP compares field names and schemes: ASCII letters without case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        let same = utf8.withContiguousStorageIfAvailable { text -> Bool in
            guard text.count == other.utf8CodeUnitCount else { return false }
            for at in 0..<text.count {
                let (byte, wanted) = (text[at], other.utf8Start[at])
                guard byte == wanted || (byte | 0x20 == wanted | 0x20 && (byte | 0x20) &- 0x61 < 26) else { return false }
            }
            return true
        }
        return same ?? lowercased().utf8.elementsEqual(other.description.lowercased().utf8)
    }
}

extension [Header] {
    /// The fields of that name, in order.
    public func all(_ name: StaticString) -> [Header] {
        let key = FieldKey(name)
        var list: [Header] = []
        for index in indices where self[index].isNamed(name, key) { list.append(self[index]) }
        return list
    }

    func firstIndex(of name: StaticString) -> Int? {
        let key = FieldKey(name)
        for index in indices where self[index].isNamed(name, key) { return index }
        return nil
    }

    /// How many fields have that name.
    func count(of name: StaticString) -> Int {
        let key = FieldKey(name)
        var count = 0
        for index in indices where self[index].isNamed(name, key) { count += 1 }
        return count
    }

    func has(_ name: StaticString) -> Bool { firstIndex(of: name) != nil }

    /// The first field's value, spaces around it gone.
    public func first(_ name: StaticString) -> String? {
        firstIndex(of: name).map { self[$0].bytes.trimmed.text }
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
