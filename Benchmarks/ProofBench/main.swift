import COpenSSL
import FlowModel
import Glibc

/// Proofs a second through the whole stack on one core: header cut and decoded, JSON parsed, every check run, signature
/// verified.
///
/// Usage: proof-bench CAPTURE SECONDS. Entries are decoded from the capture beforehand; everything after that is timed.

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func load(_ path: String) -> Bytes {
    guard let file = fopen(path, "r") else { fatalError("cannot open \(path)") }
    var (content, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 20))
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return Bytes(content) }
        content += buffer[..<count]
    }
}

/// One verification by OpenSSL's EVP and nothing else, as `openssl speed ecdsap256` does it.
final class Bare {
    private let key: OpaquePointer
    private let digest = [UInt8](repeating: 7, count: 32)
    private var signature = [UInt8](repeating: 0, count: 64)

    init() {
        let secret = [UInt8](repeating: 1, count: 32)
        guard let key = co_ec_pair_new("prime256v1", secret, 32), co_sign_ecdsa(key, digest, 32, &signature, 32) == 1
        else { fatalError("no key") }
        self.key = key
    }

    func verify(_ count: Int) {
        for _ in 0..<count {
            guard co_verify_ecdsa(key, digest, 32, signature, 64) == 1 else { fatalError("does not verify") }
        }
    }
}

func measure() throws {
    let loaded = try LoadedCapture.read(load(CommandLine.arguments[1]))
    let seconds = Double(CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "3") ?? 3

    // Flows of the client's own requests only: an upstream call carries no proof.
    var exchanges: [Exchange?] = Array(repeating: nil, count: loaded.exchangeCount)
    var flows: [Flow] = []
    var proofs = 0
    for flow in loaded.flows where flow.isFlow {
        let own = flow.exchanges.filter { index in
            guard let exchange = loaded.exchange(index), exchange.request.headers.contains(where: { $0.name == "DPoP" })
            else { return false }
            exchanges[index] = exchange
            return true
        }
        proofs += own.count
        flows.append(flow.keeping(own))
    }

    // As a batch run has it: passing checks are counted, not put into words.
    var settings = CheckSettings()
    settings.passes = .counted

    // The two take turns in short slices: what the machine does meanwhile meets both alike.
    let bare = Bare()
    var (rounds, failures, ours, limit) = (0, 0, 0.0, 0.0)
    let start = now()
    repeat {
        let begin = now()
        // A new checker each round: no verdict of an earlier round is remembered. No issuer keys: only proofs are to be
        // verified.
        let checker = FlowChecker(context: CaptureContext(), settings: settings)
        for flow in flows { failures += checker.check(flow) { exchanges[$0] }.count(.fail) }
        let middle = now()
        if CommandLine.arguments.contains("--bare") { bare.verify(proofs) }
        (ours, limit, rounds) = (ours + middle - begin, limit + now() - middle, rounds + 1)
    } while now() - start < seconds
    guard failures == 0 else { fatalError("\(failures) findings fail: the capture is not what it should be") }
    let rate = Int(Double(rounds * proofs) / ours)
    let share = limit > 0.01 ? String(Int(1000 * limit / ours)) : "-"
    print(
        "\(rate) proofs/s, \(proofs) proofs of \(flows.count) keys, \(rounds) rounds, \(share) thousandths of bare verification"
    )
}

try measure()
