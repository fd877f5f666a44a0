import FlowModel
import Testing

@Suite("A hash over pieces")
struct RunningHashTests {
    @Test("is the hash of the whole", arguments: HashFunction.allCases)
    func equalsTheWhole(function: HashFunction) {
        let text = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for step in [1, 7, 64, 4096, 20_000] {
            var hash = RunningHash(function)
            text.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: step) {
                    hash.add(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)]))
                }
            }
            let digest = hash.end()
            #expect(digest == function(Bytes(text)))
        }
        var empty = RunningHash(function)
        let digest = empty.end()
        #expect(digest == function(""))
    }
}
