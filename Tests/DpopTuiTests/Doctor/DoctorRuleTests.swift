import Documents
import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// Every rule, both ways.
@Suite struct DoctorRuleTests {
    @Test(arguments: DoctorCase.all) func isFoundWhereItIsWrong(example: DoctorCase) {
        let found = Doctoring.report(example.wrong, version: example.version).advice
        #expect(found.contains { $0.id == example.id }, "\(found.map { "\($0.place.shown) \($0.id) \($0.title)" })")
    }

    @Test(arguments: DoctorCase.all) func isNotFoundWhereItIsRight(example: DoctorCase) {
        let found = Doctoring.report(example.right, version: example.version)
        #expect(!found.advice.contains { $0.id == example.id }, "\(found.advice.map { "\($0.id) \($0.title)" })")
        #expect(!found.isEmpty || found.accounts.contains { $0.ignored != nil })
    }

    @Test func everyFindingHasAnExample() {
        let seen = Set(DoctorCase.all.map(\.id) + ["metadata.url"])
        #expect(AdviceKind.all.filter { !seen.contains($0.id) }.map(\.id) == [])
        #expect(Set(AdviceKind.all.map(\.id)).count == AdviceKind.all.count)
        #expect(seen.subtracting(AdviceKind.all.map(\.id)) == [])
    }

    @Test func aRightConfigurationRaisesNothing() {
        #expect(Doctoring.report(Doctoring.plugin()).advice == [])
        #expect(Doctoring.report(Doctoring.deck(), file: "k.yaml").advice == [])
        #expect(Doctoring.report(Doctoring.client()).advice == [])
        #expect(Doctoring.report(Doctoring.metadata()).advice == [])
        #expect(Doctoring.report(Doctoring.nginx(Doctoring.forwarded)).advice == [])
    }

    /// Strict Kong takes any bound token, and Keycloak binds one whenever the request carries a proof.
    @Test func aClientThatDoesNotRequireProofsIsANote() {
        let report = Doctoring.report(["k.json": Doctoring.plugin(), "c.json": Doctoring.client("")])
        #expect(report.advice.map(\.id) == ["keycloak.not-required"])
        #expect(report.advice[0].level == .note && !report.hasFailure)
        #expect(report.advice[0].title.contains("'orders' does not require proofs"))
    }

    @Test func metadataThatWasFetchedElsewhere() {
        func ids(_ url: String) -> [String] {
            var reader = ConfigReader(yaml: YAMLText.parser)
            reader.read(Doctoring.metadata(), file: url, url: url)
            return DoctorReport(reader.configuration).advice.map(\.id)
        }
        #expect(ids("https://idp.test/realms/a/.well-known/openid-configuration") == [])
        #expect(ids("https://idp.test/.well-known/oauth-authorization-server/realms/a") == [])
        #expect(ids("http://localhost:8080/realms/a/.well-known/openid-configuration") == ["metadata.url"])
    }

    @Test(arguments: [
        ("[3, 10]", [3, 10, 0, 9], true), ("x", [3, 10, 0, 10], false), ("x", [3, 15, 0, 0], false),
        ("x", [3, 9, 1], true),
    ])
    func introspectionIsMendedFromOnePatchOn(name: String, version: [Int], isFound: Bool) {
        let report = Doctoring.report(["p.json": Doctoring.plugin(methods: "[\"introspection\"]")], version: version)
        #expect(report.advice.contains { $0.id == "kong.introspection-cnf" } == isFound)
    }

    /// What a fix leads to, and what we write ourselves, is right.
    @Test(arguments: KongWriter.Format.allCases, [["bearer"], ["bearer", "introspection"], ["bearer", "session"]])
    func whatWeWriteIsRight(format: KongWriter.Format, methods: [String]) {
        let text = KongWriter.write(
            .init(
                issuer: Doctoring.issuer, clientID: "kong", clientSecret: "{vault://env/x}", methods: methods), format)
        let report = Doctoring.report(text)
        #expect(report.advice == [])
        #expect(report.accounts.compactMap(\.readAs).count == 1)
        #expect(text.contains("cache_tokens_salt"))
    }

    @Test(arguments: [
        ("https://idp.test", true), ("http://localhost:8080/realms/a", true), ("idp.test", false), ("", false),
        ("ftp://x", false), ("https://", false),
    ])
    func anIssuerHasAScheme(text: String, isOne: Bool) { #expect(KongWriter.isIssuer(text) == isOne) }

    @Test func theReportHasAForm() throws {
        let report = Doctoring.report([
            "k.yaml": Doctoring.deck().replacing("strict", with: "optional"), "x.txt": "Prose.\n",
        ])
        let root = try JSONDocument(Bytes(report.json)).root
        #expect(root["schema"]?.string == "dpop-tui.doctor/1" && root["verdict"]?.string == "warn")
        let finding = try #require(root["findings"]?.elements.first)
        #expect(finding["id"]?.string == "kong.dpop-optional" && finding["severity"]?.string == "warn")
        #expect(finding["file"]?.string == "k.yaml" && finding["line"]?.source == "8")
        #expect(finding["title"]?.string?.isEmpty == false && finding["fix"]?.string?.isEmpty == false)
        #expect(root["read"]?.elements.first?["as"]?.string == "Kong plugin openid-connect (decK)")
        #expect(root["ignored"]?.elements.first?["file"]?.string == "x.txt")
        let text = report.text().text
        #expect(text.hasPrefix("! k.yaml:8  proof_of_possession_dpop is optional"))
        #expect(text.contains("\n    fix  strict"))
        #expect(text.contains("ignored x.txt  prose") && text.hasSuffix("0 fail, 1 warn, 0 note\n"))
    }
}
