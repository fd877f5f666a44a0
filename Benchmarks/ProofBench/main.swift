import FlowModel
import Glibc

/// Proofs a second through the whole stack on one core: header cut and decoded, JSON parsed, every check run, signature verified.
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

let loaded = try LoadedCapture.read(load(CommandLine.arguments[1]))
let seconds = Double(CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "3") ?? 3

// Flows of the client's own requests only: an upstream call carries no proof.
var exchanges: [Int: Exchange] = [:]
var flows: [Flow] = []
var proofs = 0
for flow in loaded.flows where flow.isFlow {
    let own = flow.exchanges.filter { index in
        guard let exchange = loaded.exchange(index), exchange.request.headers.contains(where: { $0.name == "DPoP" }) else { return false }
        exchanges[index] = exchange
        return true
    }
    proofs += own.count
    flows.append(flow.keeping(own))
}

// As a batch run has it: passing checks are counted, not put into words.
var settings = CheckSettings()
settings.explainsPasses = false
let start = now()
var (rounds, failures) = (0, 0)
repeat {
    // A new checker each round: no verdict of an earlier round is remembered. No issuer keys: only proofs are to be verified.
    let checker = FlowChecker(context: CaptureContext(), settings: settings)
    for flow in flows { failures += checker.check(flow) { exchanges[$0] }.count(.fail) }
    rounds += 1
} while now() - start < seconds
let rate = Double(rounds * proofs) / (now() - start)
guard failures == 0 else { fatalError("\(failures) findings fail: the capture is not what it should be") }
print("\(Int(rate)) proofs/s, \(proofs) proofs of \(flows.count) keys, \(rounds) rounds")
