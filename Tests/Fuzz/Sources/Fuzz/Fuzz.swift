import FlowModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One reader under attack: it takes any bytes, and must neither trap nor break what it promises.
struct Target: Sendable {
    let name: String
    let run: @Sendable (Bytes) -> Void

    static let all: [Target] = [
        .capture, .transcript, .jws, .jwk, .json, .challenge, .date, .url, .yaml, .toml, .keys, .token, .arguments,
        .live, .body,
    ]

    /// The one that `DPOP_FUZZ` names.
    static let chosen: Target = {
        let name = getenv("DPOP_FUZZ").map { String(cString: $0) } ?? ""
        if let target = all.first(where: { $0.name == name }) { return target }
        let known = all.map(\.name).joined(separator: " ")
        if name == "list" {
            puts(known)
            exit(0)
        }
        puts("fuzz: expected one of \(known) in DPOP_FUZZ, found '\(name)'")
        exit(2)
    }()
}

/// What a reader promised and did not keep.
func require(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { fatalError(words()) }
}

/// Chooses, before libFuzzer takes an exit for a finding.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzBegins(
    _ count: UnsafeMutablePointer<CInt>?,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    _ = Target.chosen
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Target.chosen.run(Bytes(Array(UnsafeBufferPointer(start: data, count: count))))
    return 0
}
