/// Values that last as long as the process: taking a large capture's flows apart just before the end helps nobody.
enum Lasting {
    private final class Box<Value> {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    static func keep<Value>(_ value: Value) { _ = Unmanaged.passRetained(Box(value)) }
}
