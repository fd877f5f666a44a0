import Documents
import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// The folder of attacks and captures beside the project.
private enum Shared {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared").standardized
    static let isThere = FileManager.default.fileExists(atPath: folder.path)
}

@Suite struct TOMLTests {
    @Test func everyKindHasItsValueAndPlace() throws {
        let root = try TOMLText.parse(
            """
            text = "ä\\u0000b"
            whole = -9223372036854775808
            [part."a b"]
            half = 0.5
            yes = true
            day = 2026-11-25
            list = [1, "two", { three = 3 }]
            """)
        #expect(root.members.map(\.key) == ["text", "whole", "part"], "in the order of the text")
        #expect(root["text"]?.string == "ä\0b")
        guard case .integer(Int64.min)? = root["whole"]?.content else {
            Issue.record("the smallest integer is not read")
            return
        }
        let part = try #require(root["part"]?["a b"])
        guard case .float(0.5)? = part["half"]?.content, case .date("2026-11-25")? = part["day"]?.content else {
            Issue.record("a float or a date is not read")
            return
        }
        #expect(part["yes"]?.boolean == true)
        guard case .array(let items)? = part["list"]?.content else {
            Issue.record("a list is not read")
            return
        }
        #expect(items.count == 3 && items[1].string == "two" && items[2]["three"] != nil)
        #expect(part.member("half")?.place == TOMLValue.Place(line: 4, column: 1))
        #expect(items[1].place == TOMLValue.Place(line: 7, column: 12))
    }

    @Test(arguments: [
        ("a = 1\na = 2\n", 2), ("a = \"\\q\"", 1), ("a = 9223372036854775808", 1), ("a = 'b\nc'", 1), ("[a]\n[a]\n", 2),
    ])
    func whatIsNoTOMLHasItsLine(text: String, line: Int) {
        #expect(throws: TOMLProblem.self) { try TOMLText.parse(text) }
        do throws(TOMLProblem) { _ = try TOMLText.parse(text) } catch {
            // Which byte of the line is meant differs between versions of toml++.
            #expect(error.place?.line == line && error.place?.column ?? 0 > 0, "\(text): \(error.words)")
        }
    }

    /// toml++ asserts on these: three bytes ended the process before.
    @Test(arguments: ["[[[", "_=\"\"\n[\r"])
    func failedAssertionsAreProblemsWithALine(text: String) {
        do throws(TOMLProblem) {
            _ = try TOMLText.parse(text)
            Issue.record("read as TOML")
        } catch {
            #expect(error.place?.line == text.lines.count)
        }
    }

    @Test func valuesInsideEachOtherHaveALimit() {
        let deep = "a = " + String(repeating: "[", count: 100_000)
        #expect(throws: TOMLProblem.self) { try TOMLText.parse(deep) }
    }

    /// A dotted key of 100,000 names overflowed the stack.
    @Test func dottedKeysHaveALimit() throws {
        func key(_ dots: Int) -> String { "a" + String(repeating: ".a", count: dots) + " = 1" }
        #expect(throws: TOMLProblem.self) { try TOMLText.parse(key(100_000)) }
        #expect(throws: TOMLProblem.self) { try TOMLText.parse(key(1001)) }
        var (value, depth) = (try TOMLText.parse(key(1000)), 0)
        while let next = value["a"] { (value, depth) = (next, depth + 1) }
        #expect(depth == 1001)
    }

    @Test(.enabled(if: Shared.isThere, "needs ../shared, which is not here"))
    func attacksAreRefusedWithASentence() throws {
        let folder = Shared.folder.appendingPathComponent("attacks").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".toml") }
        #expect(!names.isEmpty)
        for name in names {
            let text = try FileBytes.read("\(folder)/\(name)").text
            #expect { try ThemeFile.parse(text, file: name) { _ in Theme(name: "") } } throws: {
                "\($0)".hasPrefix("\(name):") && "\($0)".hasSuffix("expected TOML: this line is malformed")
            }
            #expect(throws: ConfigError.self) { try ConfigFile("\(folder)/\(name)") }
        }
    }
}
