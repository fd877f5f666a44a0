internal import CScan
import Synchronization

/// Memory that outlives every view of it: a mapped file, or bytes of our own.
///
/// Immutable after `init`, which is why sharing it between threads is sound.
public final class ByteStorage: @unchecked Sendable {
    let pointer: UnsafePointer<UInt8>
    let count: Int
    private let keeping: Keeping
    /// What coded bodies in this memory grew to; nothing until there is a large one.
    private let decoded = Mutex<DecodedBodies?>(nil)

    /// What becomes of the memory when the last view is gone.
    private enum Keeping {
        case own
        /// It is somebody else's, who is told.
        case lent(@Sendable () -> Void)
        /// It is a part of this one, which lasts as long.
        case part(ByteStorage)
    }

    /// Takes memory somebody else made; `release` runs when the last view is gone.
    public init(pointer: UnsafePointer<UInt8>, count: Int, release: @escaping @Sendable () -> Void) {
        self.pointer = pointer
        self.count = count
        keeping = .lent(release)
    }

    /// A part of another one's memory.
    init(part pointer: UnsafePointer<UInt8>, count: Int, of whole: ByteStorage) {
        self.pointer = pointer
        self.count = count
        keeping = .part(whole)
    }

    /// Memory of `capacity` bytes that `fill` writes; it says how many.
    init(capacity: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(capacity, 1))
        count = fill(UnsafeMutableBufferPointer(start: memory, count: capacity))
        pointer = UnsafePointer(memory)
        keeping = .own
    }

    convenience init(copying bytes: UnsafeBufferPointer<UInt8>) {
        self.init(capacity: bytes.count) { memory in
            if let base = bytes.baseAddress, let target = memory.baseAddress {
                target.update(from: base, count: bytes.count)
            }
            return bytes.count
        }
    }

    /// What coded bodies in the whole memory grew to: parts of it share one budget.
    func withDecoded<R>(_ body: (inout sending DecodedBodies?) -> sending R) -> R {
        if case .part(let whole) = keeping { whole.withDecoded(body) } else { decoded.withLock(body) }
    }

    deinit {
        switch keeping {
        case .own: pointer.deallocate()
        case .lent(let release): release()
        case .part: break
        }
    }
}

/// A view of some bytes: cheap to copy and to cut, never a copy of the content.
public struct Bytes: Sendable {
    public let storage: ByteStorage
    let start: Int
    public let count: Int

    public init(_ storage: ByteStorage) {
        (self.storage, start, count) = (storage, 0, storage.count)
    }

    public init(_ array: [UInt8]) {
        self.init(array.withUnsafeBufferPointer { ByteStorage(copying: $0) })
    }

    public init(_ text: String) {
        var text = text
        self.init(text.withUTF8 { ByteStorage(copying: $0) })
    }

    init(storage: ByteStorage, start: Int, count: Int) {
        (self.storage, self.start, self.count) = (storage, start, count)
    }

    public var isEmpty: Bool { count == 0 }

    public subscript(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "byte \(index) of \(count)")
        return storage.pointer[start + index]
    }

    /// The bytes of a span, cut to what there is.
    public subscript(_ span: SourceSpan) -> Bytes {
        let offset = min(max(span.offset, 0), count)
        return Bytes(storage: storage, start: start + offset, count: min(max(span.length, 0), count - offset))
    }

    public func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try body(UnsafeBufferPointer(start: storage.pointer + start, count: count))
    }

    /// The same bytes with a storage object of their own: threads that share a file do not share its reference count.
    public func detached() -> Bytes {
        Bytes(ByteStorage(part: storage.pointer + start, count: count, of: storage))
    }

    /// Writes the bytes into memory that has room for them; says how many.
    func copy(to memory: UnsafeMutableBufferPointer<UInt8>, at place: Int) -> Int {
        guard count > 0, let target = memory.baseAddress else { return 0 }
        precondition(place + count <= memory.count, "\(count) bytes at \(place) of \(memory.count)")
        (target + place).update(from: storage.pointer + start, count: count)
        return count
    }

    public var array: [UInt8] { withBytes { Array($0) } }

    /// The text, with U+FFFD where it is not UTF-8.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Without blanks and controls at both ends.
    var trimmed: Bytes {
        var (from, to) = (0, count)
        let base = storage.pointer + start
        while from < to, base[from] <= 0x20 { from += 1 }
        while to > from, base[to - 1] <= 0x20 { to -= 1 }
        return self[SourceSpan(from, to - from)]
    }

    func hasFirst(_ byte: UInt8) -> Bool { count > 0 && storage.pointer[start] == byte }

    /// Where a byte first stands; `count` when it does not.
    func firstIndex(of byte: UInt8) -> Int { (storage.pointer + start).next(byte, 0, count) }

    /// Where `needle` first stands at or after `from`.
    public func find(_ needle: StaticString, from: Int = 0) -> Int? {
        (storage.pointer + start).find(needle, from, count)
    }
}

extension Bytes: Hashable {
    public static func == (a: Bytes, b: Bytes) -> Bool {
        a.count == b.count && sameMemory(a.storage.pointer + a.start, b.storage.pointer + b.start, a.count)
    }

    @inline(__always)
    static func sameMemory(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        cs_same(a, b, count) == 1
    }

    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
