import Arguments
import FlowModel
import LabOptions
import Testing

@testable import dpop_lab

/// What the command line and configuration files say: it fits, or it is wrong usage. It never ends the process.
@Suite struct OptionTests {
    static let hostile = [
        "1e300", "-1e300", "1e19", "nan", "-nan", "inf", "-inf", "+inf", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "100000", "-1", "0x1p1023", "1e-400", "", " ", "1 ", "٣", "99999999999999999999999",
        "+1e300s", "-1e300s", "+nans", "nans", "infs", "1e300s", "+infs", "s", "+s", "CODE", "SECONDSs", "+SECONDSs",
    ]

    static func settings(_ words: [String]) throws -> LabSettings? {
        guard case .run(_, let values) = try LabCommand.program.read(words) else { return nil }
        return LabSettings(values)
    }

    @Test func everyOptionTakesOrRefusesEveryNumber() throws {
        for option in LabOptions.table.options where option.value != nil {
            for text in Self.hostile {
                do {
                    guard let settings = try Self.settings(["\(option.name)=\(text)"]) else { continue }
                    let config = settings.applied(to: KongConfig())
                    #expect((0...86_400).contains(config.proofLifetime.seconds))
                    #expect((0...31_536_000).contains(settings.tokenLifetime))
                    #expect((1...65_536).contains(settings.connections))
                    _ = try Faults(settings.faults).now().wholeSeconds
                } catch let error as UsageError {
                    #expect(error.description.contains("expected") || error.description.contains("fault"))
                }
            }
        }
    }

    @Test func everyFaultTakesOrRefusesEveryNumber() throws {
        for kind in FaultKind.all {
            for text in Self.hostile where !(kind.values + [""]).contains(text) {
                guard FaultKind.named("\(kind.name)=\(text)") == nil else {
                    // A number in range: CODE, or a delay that rounds to nothing.
                    #expect(FaultKind.status(text) != nil || FaultKind.seconds(text).map { abs($0) <= 1e9 } == true)
                    continue
                }
                #expect(throws: UsageError.self) { try Self.settings(["--fault", "\(kind.name)=\(text)"]) }
            }
        }
        for fault in ["clock=+1e300s", "slow=nans", "idp-slow=1e9s", "clock=nans", "slow=-1s", "status=1000"] {
            #expect(throws: UsageError.self) { try Self.settings(["--fault", fault]) }
        }
        for fault in ["clock=+40s", "clock=-1e9s", "slow=0.5s", "idp-slow=3600s", "status=599"] {
            #expect(try Self.settings(["--fault", fault])?.faults == [fault])
        }
    }

    @Test(arguments: [
        ("--token-lifetime", "1e300", "expected seconds from 0 to 31536000"),
        ("--dpop_proof_lifetime", "nan", "expected seconds from 0 to 86400"),
        ("--threads", "100000", "expected a whole number from 1 to 65536"),
        ("--fault", "clock=+1e300s", "at most 1000000000 s"), ("--fault", "slow=nans", "at most 3600 s"),
        ("--idp-public-url", "javascript:x", "expected an http or https URL"),
        ("--gateway-public-url", "https://gw.test/path", "expected an http or https URL"),
    ])
    func complaintsSayWhatWillDo(option: String, text: String, words: String) {
        do {
            _ = try Self.settings([option, text])
            Issue.record("taken")
        } catch { #expect("\(error)".contains(words), "\(error)") }
    }

    @Test(arguments: ["1e300", "-5", "0", "1e19", "1e999", "\"x\"", "null", "[]", "86401"])
    func configurationsTakeOrRefuseEveryNumber(text: String) throws {
        for member in ["dpop_proof_lifetime", "leeway"] where !(member == "leeway" && text == "0") {
            let file = "{\"name\":\"openid-connect\",\"config\":{\"auth_methods\":[\"bearer\"],\"\(member)\":\(text)}}"
            #expect(throws: FileError.self) { try KongFile(Array(file.utf8), file: "x.json") }
        }
    }
}
