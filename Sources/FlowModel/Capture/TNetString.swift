/// One value of a tnetstring: `<length>:<payload><type>`.
struct TNetString: Sendable {
    enum Kind: UInt8, Sendable {
        case bytes = 0x2C  // ,
        case text = 0x3B  // ;
        case integer = 0x23  // #
        case float = 0x5E  // ^
        case boolean = 0x21  // !
        case null = 0x7E  // ~
        case list = 0x5D  // ]
        case dictionary = 0x7D  // }
    }

    let file: Bytes
    let kind: Kind
    let payload: SourceSpan

    /// The value at `at`, or what was expected there instead.
    static func read(_ file: Bytes, at: Int, end: Int) -> Result<TNetString, CaptureProblem> {
        var (position, length) = (at, 0)
        while position < end, file[position] &- 0x30 < 10, position - at < 12 {
            length = length * 10 + Int(file[position] - 0x30)
            position += 1
        }
        guard position > at else {
            return .failure(CaptureProblem(offset: at, "expected a length, found \(found(file, at, end))"))
        }
        guard position < end, file[position] == 0x3A else {
            return .failure(
                CaptureProblem(offset: position, "expected ':' after the length, found \(found(file, position, end))"))
        }
        let start = position + 1
        guard length <= end - start - 1 else {
            return .failure(
                CaptureProblem(
                    offset: at, "expected \(length) bytes and a type, but only \(max(0, end - start)) bytes are left"))
        }
        guard let kind = Kind(rawValue: file[start + length]) else {
            return .failure(
                CaptureProblem(
                    offset: start + length,
                    "expected a type, one of , ; # ^ ! ~ ] }, found \(found(file, start + length, end))"))
        }
        return .success(TNetString(file: file, kind: kind, payload: SourceSpan(start, length)))
    }

    private static func found(_ file: Bytes, _ at: Int, _ end: Int) -> String {
        JSONError.name(at < end ? file[at] : nil)
    }

    var end: Int { payload.end + 1 }
    var bytes: Bytes { file[payload] }
    var isString: Bool { kind == .bytes || kind == .text }
    var string: String? { isString ? bytes.text : nil }
    var number: Untrusted<Double>? { kind == .float || kind == .integer ? Untrusted<Double>(bytes.text) : nil }

    /// The values of a list, or names and values of a dictionary in turn; what cannot be read ends it.
    var items: [TNetString] {
        guard kind == .list || kind == .dictionary else { return [] }
        var (list, at) = ([TNetString](), payload.offset)
        while at < payload.end, case .success(let item) = Self.read(file, at: at, end: payload.end) {
            list.append(item)
            at = item.end
        }
        return list
    }

    subscript(_ name: String) -> TNetString? {
        guard kind == .dictionary else { return nil }
        let items = self.items
        for at in stride(from: 0, to: items.count - 1, by: 2) where items[at].string == name { return items[at + 1] }
        return nil
    }
}
