/// What a JSON value is.
public enum JSONKind: UInt8, Sendable {
    case null, yes, no, number, string, array, object

    public var name: String {
        switch self {
        case .null: "null"
        case .yes, .no: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

/// One value of the tape: where it stands in the bytes and where the next sibling stands on the tape.
struct JSONNode {
    var kind: JSONKind
    var escaped = false
    var start: UInt32
    var end: UInt32 = 0
    var next: UInt32 = 0
}

/// A parsed JSON text that keeps order, duplicates, number text and the span of every value.
///
/// Values lie in one flat array in text order, so depth costs no stack and a small document one allocation.
public final class JSONDocument: @unchecked Sendable {
    public let bytes: Bytes
    /// Never changed after `init`, which is why sharing the document is sound; freed with it.
    let nodes: UnsafeBufferPointer<JSONNode>
    /// The first byte that is not UTF-8. Captures live with it, a JWS must not.
    public var invalidUTF8At: Int? { bytes.withBytes { UTF8Check.firstInvalid($0) } }

    public init(_ bytes: Bytes) throws(JSONError) {
        self.bytes = bytes
        guard bytes.count < Int(UInt32.max) else {
            throw JSONError(offset: Int(UInt32.max), expected: .smallerText, found: nil)
        }
        let outcome: Result<UnsafeBufferPointer<JSONNode>, JSONError> = bytes.withBytes { text in
            var parser = JSONParser(text)
            do throws(JSONError) { return .success(try parser.parse()) } catch { return .failure(error) }
        }
        nodes = try outcome.get()
    }

    deinit { nodes.deallocate() }

    public var root: JSONValue { JSONValue(document: self, index: 0) }
}
