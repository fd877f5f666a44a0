import FlowModel
import Foundation
import Testing

/// The folder of captures and vectors beside the project. Tests that need it say so when it is absent.
enum Shared {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../../shared"
    ).standardized
    static let isThere = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "needs ../shared (captures and vectors), which is not here"

    static func bytes(_ path: String) throws -> Bytes {
        Bytes([UInt8](try Data(contentsOf: folder.appendingPathComponent(path))))
    }

    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path).sorted()
    }
}
