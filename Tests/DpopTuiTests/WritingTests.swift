import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// What is written is written, readable by its owner only, and nothing else was touched.
@Suite final class WritingTests {
    private let folder: String = {
        let path = NSTemporaryDirectory() + "dpop-writing-\(UUID().uuidString)"
        mkdir(path, 0o700)
        return path
    }()

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func mode(_ path: String) -> mode_t {
        var info = stat()
        return lstat(path, &info) == 0 ? info.st_mode & 0o777 : 0
    }

    private func text(_ path: String) -> String? { try? FileBytes.read(path).text }

    @Test func aReplacedFileKeepsNoOldMode() throws {
        let path = folder + "/old"
        try FileBytes.write(path, replacing: false) { $0("old") }
        chmod(path, 0o644)
        #expect { try FileBytes.write(path, replacing: false) { $0("new") } } throws: {
            ($0 as? FileError)?.isTaken == true
        }
        try FileBytes.write(path, replacing: true) { $0("new") }
        #expect(mode(path) == 0o600 && text(path) == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["old"])
    }

    @Test func aLinkIsReplacedAndNotFollowed() throws {
        let (target, link) = (folder + "/target", folder + "/link")
        try FileBytes.write(target, replacing: false) { $0("theirs") }
        symlink(target, link)
        try FileBytes.write(link, replacing: true) { $0("ours") }
        #expect(text(target) == "theirs" && text(link) == "ours" && mode(link) == 0o600)
        let device = folder + "/device"
        symlink("/dev/null", device)
        #expect { try FileBytes.write(device, replacing: true) { $0("x") } } throws: {
            "\($0)".contains("is a link to something that is no file")
        }
        #expect(mode(device) == 0o777, "the link is still there")
    }

    @Test(.enabled(if: access("/dev/full", W_OK) == 0, "needs /dev/full"))
    func aFullDiskIsSaid() throws {
        #expect { try FileBytes.write("/dev/full", replacing: true) { $0("x") } } throws: {
            "\($0)" == "/dev/full: No space left on device"
        }
        let writer = ByteWriter(open("/dev/full", O_WRONLY))
        writer.write("x")
        #expect(writer.finish() == ENOSPC)
    }

    /// A pipe that is full takes a part of a line: what comes later is a line of its own.
    @Test func aTornLineSpoilsNoOther() throws {
        let path = folder + "/pipe"
        mkfifo(path, 0o600)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let recorder = try Recorder(path)
        _ = fcntl(recorder.descriptor, F_SETFL, O_NONBLOCK)
        #expect(recorder.append(String(repeating: "x", count: 1 << 20) + "\n")?.hasPrefix("not recorded: ") == true)
        var (heard, buffer) = (0, [UInt8](repeating: 0, count: 1 << 16))
        while case let count = read(reader, &buffer, buffer.count), count > 0 { heard += count }
        #expect(heard > 0)
        #expect(recorder.append("next\n") == nil && recorder.append("last\n") == nil)
        let count = read(reader, &buffer, buffer.count)
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "\nnext\nlast\n")
    }

    @Test func aRecordingGoesOnAfterATornLine() throws {
        let path = folder + "/capture"
        try FileBytes.write(path, replacing: false) { $0("{\"torn") }
        for line in ["a\n", "b\n"] { #expect(try Recorder(path).append(line) == nil) }
        #expect(text(path) == "{\"torn\na\nb\n")
    }

    @Test func anEditorGetsTheTextAndItsFileGoes() throws {
        let path = folder + "/request"
        try FileBytes.write(path, replacing: false) { $0("color=blue\n") }
        #expect(try Pager.run("sed -i s/blue/green/", on: path) == "color=green\n")
        try FileBytes.write(path, replacing: false) { $0("x") }
        #expect { try Pager.run("false", on: path) } throws: { "\($0)" == "'false' ended with status 1" }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}
