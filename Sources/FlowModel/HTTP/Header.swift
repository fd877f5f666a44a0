/// One header field as it stood: name and value unchanged, order and repeats kept by the list it is in.
public struct Header: Hashable, Sendable {
    /// What holds name and value: of a captured field the file itself. Most fields are passed over, and a proof is not
    /// copied to be read.
    private let storage: ByteStorage
    private let nameStart: Int
    private let nameCount: Int
    private let valueStart: Int
    private let valueCount: Int
    /// Where the value stands in the file; -1 when it does not.
    private let offset: Int
    private let key: FieldKey

    public init(_ name: Bytes, _ value: Bytes, valueSpan: SourceSpan? = nil) {
        var (name, value) = (name, value)
        if name.storage !== value.storage {
            let both = Bytes(
                ByteStorage(capacity: name.count + value.count) {
                    name.copy(to: $0, at: 0) + value.copy(to: $0, at: name.count)
                })
            (name, value) = (both[SourceSpan(0, name.count)], both[SourceSpan(name.count, value.count)])
        }
        (storage, nameStart, nameCount, valueStart, valueCount) = (
            name.storage, name.start, name.count, value.start, value.count
        )
        offset = valueSpan?.offset ?? -1
        key = name.withBytes { FieldKey($0) }
    }

    /// Name and value as views of one text.
    init(in text: Bytes, name: SourceSpan, value: SourceSpan, valueOffset: Int) {
        precondition(name.end <= text.count && value.end <= text.count, "a field outside of its text")
        (storage, nameStart, nameCount) = (text.storage, text.start + name.offset, name.length)
        (valueStart, valueCount, offset) = (text.start + value.offset, value.length, valueOffset)
        let field = UnsafeBufferPointer(start: storage.pointer + nameStart, count: nameCount)
        key = FieldKey(field, isRoomy: nameStart + 8 <= storage.count)
    }

    public init(_ name: String, _ value: String) { self.init(Bytes(name), Bytes(value)) }

    private var nameBytes: Bytes { Bytes(storage: storage, start: nameStart, count: nameCount) }

    /// The value as it stood.
    public var bytes: Bytes { Bytes(storage: storage, start: valueStart, count: valueCount) }

    /// Name and value as text, with U+FFFD where they are not UTF-8.
    public var name: String { nameBytes.text }
    public var value: String { bytes.text }

    /// Where the value stands in the capture file, when it stands there as sent.
    public var valueSpan: SourceSpan? { offset < 0 ? nil : SourceSpan(offset, valueCount) }

    public func isNamed(_ wanted: StaticString) -> Bool { isNamed(wanted, FieldKey(wanted)) }

    /// Names are equal without case of ASCII letters (RFC 9110 §5.1).
    @inline(__always)
    fileprivate func isNamed(_ wanted: StaticString, _ wantedKey: FieldKey) -> Bool {
        guard key == wantedKey else { return false }
        return ASCII.isEqualWithoutCase(
            UnsafeBufferPointer(start: storage.pointer + nameStart, count: nameCount), wanted)
    }

    public static func == (a: Header, b: Header) -> Bool {
        a.nameBytes == b.nameBytes && a.bytes == b.bytes && a.offset == b.offset
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(nameBytes)
        hasher.combine(bytes)
    }
}

/// A name's length and first seven letters without case: most fields are told apart by it alone.
private struct FieldKey: Equatable, Sendable {
    private let value: UInt64

    /// `isRoomy`: eight bytes can be read where the name begins, whatever its length.
    @inline(__always)
    init(_ name: UnsafeBufferPointer<UInt8>, isRoomy: Bool = false) {
        var word: UInt64 = 0
        if isRoomy, let base = name.baseAddress {
            word = UInt64(bigEndian: UnsafeRawPointer(base).loadUnaligned(as: UInt64.self)) >> 8
        } else {
            for at in 0..<min(name.count, 7) { word |= UInt64(name[at]) << UInt64(48 - 8 * at) }
        }
        let unused = UInt64(56 - 8 * min(name.count, 7))
        value = ((word | 0x20_2020_2020_2020) >> unused) << unused | UInt64(truncatingIfNeeded: name.count) << 56
    }

    @inline(__always)
    init(_ name: StaticString) { self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) }
}

enum ASCII {
    @inline(__always)
    static func isEqualWithoutCase(_ text: UnsafeBufferPointer<UInt8>, _ wanted: StaticString) -> Bool {
        guard text.count == wanted.utf8CodeUnitCount else { return false }
        for at in 0..<text.count {
            let (byte, other) = (text[at], wanted.utf8Start[at])
            guard byte == other || (byte | 0x20 == other | 0x20 && (byte | 0x20) &- 0x61 < 26) else { return false }
        }
        return true
    }
}

extension Bytes {
    func isEqualWithoutCase(_ other: StaticString) -> Bool { withBytes { ASCII.isEqualWithoutCase($0, other) } }

    /// Whether the bytes begin with the ASCII word, without case.
    func hasPrefixWithoutCase(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        return withBytes { bytes in
            bytes.count >= length && ASCII.isEqualWithoutCase(UnsafeBufferPointer(rebasing: bytes[..<length]), word)
        }
    }
}

extension StringProtocol {
    /// Equal as HTTP compares field names and schemes: ASCII letters without case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        utf8.withContiguousStorageIfAvailable { ASCII.isEqualWithoutCase($0, other) }
            ?? lowercased().utf8.elementsEqual(other.description.lowercased().utf8)
    }
}

extension StringProtocol {
    /// The same for texts that are made at run time.
    func equalsWithoutCase(_ other: some StringProtocol) -> Bool { lowercased() == other.lowercased() }
}

extension [Header] {
    /// The fields of that name, in order.
    public func all(_ name: StaticString) -> [Header] {
        let key = FieldKey(name)
        var list: [Header] = []
        for index in indices where self[index].isNamed(name, key) { list.append(self[index]) }
        return list
    }

    /// Inlined, so that the key of the name is made by the compiler.
    @inline(__always)
    func firstIndex(of name: StaticString) -> Int? { firstIndex(of: name, FieldKey(name)) }

    private func firstIndex(of name: StaticString, _ key: FieldKey) -> Int? {
        for index in indices where self[index].isNamed(name, key) { return index }
        return nil
    }

    /// How many fields have that name.
    @inline(__always)
    func count(of name: StaticString) -> Int { count(of: name, FieldKey(name)) }

    private func count(of name: StaticString, _ key: FieldKey) -> Int {
        var count = 0
        for index in indices where self[index].isNamed(name, key) { count += 1 }
        return count
    }

    func has(_ name: StaticString) -> Bool { firstIndex(of: name) != nil }

    /// Puts a field where the first of its name stands, and takes the others away; at the end where there is none.
    mutating func set(_ field: Header) {
        let name = field.name
        let place = firstIndex { $0.name.equalsWithoutCase(name) } ?? count
        removeAll { $0.name.equalsWithoutCase(name) }
        insert(field, at: place)
    }

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
