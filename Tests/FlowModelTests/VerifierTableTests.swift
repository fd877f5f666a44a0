import Foundation
import Testing

@testable import FlowModel

/// The table that people read and the one in the program are the same, and what is said out of it is true.
struct VerifierTableTests {
    private static let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../docs/verifiers.tsv")

    @Test func theRowsAreThoseOfTheFile() throws {
        let lines = String(decoding: try Data(contentsOf: Self.table), as: UTF8.self).lines
        let names = lines.filter { $0.hasPrefix("@") }.map { $0.split(separator: "\t").map(String.init) }
        #expect(names.map { $0[1] } == VerifierTable.verifiers.map(\.id))
        #expect(names.map { $0[2] } == VerifierTable.verifiers.map(\.name))
        var count = 0
        for line in lines where !line.hasPrefix("#") && !line.hasPrefix("@") && !line.isEmpty {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            #expect(cells.count == 26, "\(cells[0])")
            guard cells[0] != "row", !cells[1].isEmpty else { continue }
            count += 1
            let row = try #require(VerifierTable.row(cells[0]), "\(cells[0]): run scripts/verifiers.sh")
            #expect(row.cause == (cells[1] == "-" ? nil : cells[1]))
            let verdicts = cells[5...].map { $0 == "+" ? VerifierTable.Verdict.accepts : $0 == "-" ? .refuses : nil }
            #expect(row.verdicts == verdicts)
            if let cause = row.cause { #expect(Cause.named(cause) != nil, "\(cells[0]): \(cause)") }
        }
        #expect(count == VerifierTable.rows.count)
        #expect(VerifierTable.row("no-such-row") == nil)
    }

    @Test func scopesSayWhatWasMeasured() {
        #expect(
            VerifierTable.scope([VerifierTable.row("htu-empty")!])
                == "fails everywhere: refused by all 21 verifiers measured")
        #expect(VerifierTable.scope([VerifierTable.row("jwk-x-doubled")!]) == "accepted by all 21 verifiers measured")
        let typ = VerifierTable.scope([VerifierTable.row("typ-application")!]) ?? ""
        #expect(typ.hasPrefix("refused by Nimbus, Spring, Keycloak"))
        #expect(typ.contains("accepted by oauth4webapi, node-oidc-provider, atproto, Auth0 JS, jose, masks"))
        #expect(VerifierTable.scope([]) == nil)
        #expect(Cause.named("gw.version")!.scope == "must be refused (not measured)")
        // Nothing is said to fail everywhere that somebody takes.
        for cause in Cause.all {
            let rows = VerifierTable.rows(of: cause.id.rawValue)
            let isTaken = rows.contains { $0.verdicts.contains(.accepts) }
            #expect(!(isTaken && cause.scope.hasPrefix("fails everywhere")), "\(cause.id)")
        }
        #expect(
            DiagnosisText.explain(Cause.named("crit.unknown")!).contains(
                "crit-empty: 10 refuse; accepted by Nimbus (OAuth SDK 11.31)"))
    }

    @Test func aFindingsScopeIsItsOwnRow() {
        let typ = DiagnosisTests.diagnose(
            DiagnosisTests.accepted(DiagnosisTests.proof(header: ["typ": "\"DPOP+JWT\""]))
        ).first
        #expect(typ?.cause?.id == .typWrong)
        #expect(typ?.scope?.hasPrefix("refused by Keycloak, Solid, MCP judge") == true)
    }
}
