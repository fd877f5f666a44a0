import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// What lies beside the project: configurations with their truth, and documents that must raise no false failure.
@Suite struct DoctorSharedTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../.."
    ).standardized
    private static let shared = root.appendingPathComponent("../shared").standardized
    static let isThere = FileManager.default.fileExists(atPath: shared.appendingPathComponent("doctor").path)

    private struct Entry: Decodable {
        struct Words: Decodable {
            let mark: String
            let line: Int?
            let match: String
        }
        let files: [String]
        let exit: Exits
        let says: [Words]
        let never: [String]
    }

    private enum Exits: Decodable {
        case one(Int)
        case some([Int])
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(Int.self) {
                self = .one(one)
            } else {
                self = .some(try container.decode([Int].self))
            }
        }
        func contains(_ status: Int) -> Bool {
            switch self {
            case .one(let only): only == status
            case .some(let all): all.contains(status)
            }
        }
    }

    @Test(.enabled(if: isThere, "needs ../shared/doctor, which is not here")) func theTruthOfEveryEntry() throws {
        let folder = Self.shared.appendingPathComponent("doctor")
        let entries = try JSONDecoder().decode(
            [Entry].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        for entry in entries {
            var files: DoctorCase.Files = [:]
            for file in entry.files {
                files[file] = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            }
            let report = Doctoring.report(files)
            let status = report.isEmpty ? 3 : report.hasFailure ? 1 : 0
            #expect(entry.exit.contains(status), "\(entry.files): \(status)\n\(report.text().text)")
            for words in entry.says {
                let isSaid = report.advice.contains { one in
                    words.mark.contains(DoctorReport.plainMark(one.level).text)
                        && words.line.map { abs(($0 - (one.line ?? -9))) <= 3 } ?? true
                        && "\(one.title)\n\(one.fix)".range(
                            of: words.match, options: [.regularExpression, .caseInsensitive]) != nil
                }
                #expect(isSaid, "\(entry.files) does not say \(words)\n\(report.text().text)")
            }
            var text = report.text().text
            for file in entry.files { text = text.replacing(file, with: "@") }
            for never in entry.never {
                #expect(
                    text.range(of: never, options: [.regularExpression, .caseInsensitive]) == nil,
                    "\(entry.files) says \(never)")
            }
        }
    }

    private static func pages(_ folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().map(folder.appendingPathComponent)
    }

    /// Our own pages, and those beside the project.
    @Test func documentsRaiseNoFalseFailure() throws {
        let pages =
            Self.pages(Self.root) + Self.pages(Self.root.appendingPathComponent("docs"))
            + Self.pages(Self.shared.appendingPathComponent("docs"))
        #expect(pages.count > 5)
        for page in pages where page.lastPathComponent != "kong-how-to.md" {
            let report = Doctoring.report(try String(contentsOf: page, encoding: .utf8), file: page.lastPathComponent)
            #expect(report.advice.filter { $0.level == .fail }.map(\.title) == [], "\(page.lastPathComponent)")
        }
    }

    /// Kong's page of old is wrong in five places; nothing else of it is.
    @Test(.enabled(if: isThere, "needs ../shared/docs, which is not here")) func kongsOldPageHasTheseMistakes() throws {
        let page = Self.shared.appendingPathComponent("docs/kong-how-to.md")
        let report = Doctoring.report(try String(contentsOf: page, encoding: .utf8), file: "kong-how-to.md")
        #expect(
            Set(report.advice.filter { $0.level == .fail }.map(\.id)) == [
                "input.comma", "issuer.scheme", "issuer.auth-prefix", "client.spelling",
            ])
    }
}
