import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// Models over the built-in sample: flow 1 is right, 2 lacks `ath`, 3 is challenged for nonces, 4 has two keys.
enum Sample {
    static let document = Document(files: [Opening.sample()], settings: CheckSettings())

    static func model(width: Int = 120, height: Int = 40, keys: String = "") -> Model {
        var model = Model(document: document, width: width, height: height)
        model.themes = ["dark", "light"]
        for key in try! Key.script(keys) { _ = model.update(.key(key)) }
        return model
    }
}

extension Model {
    mutating func press(_ keys: String) -> [Effect] { try! Key.script(keys).flatMap { update(.key($0)) } }
    var screen: String { ScreenView.draw(self).lines.joined(separator: "\n") }
}

/// Golden screens: text, then a block of roles. RECORD_SCREENS=1 writes them and fails the run, so no recording passes
/// unseen.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Screens")
        .standardized

    static func expect(_ canvas: Canvas, _ name: String) {
        expect(
            canvas.lines.joined(separator: "\n") + "\n---- roles\n" + canvas.roleLines.joined(separator: "\n") + "\n",
            file: name)
    }

    static func expect(_ text: String, file name: String) {
        let file = folder.appendingPathComponent(name + ".txt")
        let known = try? String(contentsOf: file, encoding: .utf8)
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] == "1" {
            try! text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("\(name) was recorded; run again without RECORD_SCREENS")
            return
        }
        guard let known else {
            Issue.record("no golden screen \(name); RECORD_SCREENS=1 makes it")
            return
        }
        let (old, new) = (
            known.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        for (line, pair) in zip(old, new).enumerated() where pair.0 != pair.1 {
            Issue.record("\(name) differs in line \(line + 1):\n- \(pair.0)\n+ \(pair.1)")
            return
        }
        #expect(old.count == new.count, "\(name) has another number of lines")
    }
}
