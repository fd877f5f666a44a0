import FlowModel
import Foundation
import LabOptions
import Testing

@testable import dpop_lab

@Suite struct FaultTests {
    @Test func everyFaultIsListedOnceWithCausesOfTheCatalogue() {
        #expect(Set(FaultKind.all.map(\.id)) == Set(FaultID.allCases) && FaultKind.all.count == FaultID.allCases.count)
        for kind in FaultKind.all {
            for cause in kind.causes { #expect(CauseID(rawValue: cause) != nil, "\(kind.name): \(cause)") }
        }
    }

    /// A value that is asked for in the lab and stands in no list would be a fault that never happens.
    @Test func everyValueThatIsAskedForIsListed() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/dpop-lab").standardized
        var asked = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: /faults\.has\(\.([A-Za-z0-9]+), "([^"]*)"\)/) {
                asked += 1
                let kind = FaultKind.all.first { "\($0.id)" == match.output.1 }
                #expect(kind?.values.contains(String(match.output.2)) == true, "\(name): \(match.output.0)")
            }
        }
        #expect(asked > 20)
    }

    @Test func faultsAddUpAndTheClockMoves() throws {
        let faults = try Faults(["clock=+40s", "nonce=loop", "strip-dpop", "status=503", "idp-slow=0.5s"])
        #expect(faults.has(.nonce, "loop") && !faults.has(.nonce, "rotate") && faults.has(.stripDPoP))
        #expect(!faults.has(.reset) && faults.status(.status) == 503 && faults.seconds(.idpSlow) == 0.5)
        #expect(((faults.now() - Moment(Clock.now())).seconds - 40).magnitude < 5)
        #expect(throws: LabError.self) { try Faults(["nonce=sometimes"]) }
    }
}
