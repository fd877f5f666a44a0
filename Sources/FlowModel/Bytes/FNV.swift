/// FNV-1a, the same in every run and thread.
enum FNV {
    /// `start`: what a text before it came to; where texts end matters. `folds`: ASCII letters without case.
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ start: UInt64 = 0xCBF2_9CE4_8422_2325, folds: Bool = false)
        -> UInt64
    {
        var value = start
        for byte in bytes {
            let letter = folds && byte &- 0x41 < 26 ? byte | 0x20 : byte
            value = (value ^ UInt64(letter)) &* 0x100_0000_01B3
        }
        return (value ^ 0xFF) &* 0x100_0000_01B3
    }
}
