import FlowModel

/// The project files a person has allowed, by their place and their very bytes: a change asks again.
struct Allowances {
    /// Where they are kept; nil where there is no place for them.
    let folder: String?

    static var usual: Allowances { Allowances(folder: StateFolder.path("allowed")) }

    /// What stands for a file of these bytes at this place.
    static func seal(_ path: String, _ content: Bytes) -> String {
        Hex.text(HashFunction.sha256(Bytes(Array("dpop-tui.toml at \(path)\0".utf8) + content.array)))
    }

    /// Whether the person has allowed it: a file of theirs that nobody else can write says so.
    func contains(_ seal: String) -> Bool {
        var info = stat()
        guard let folder, lstat("\(folder)/\(seal)", &info) == 0 else { return false }
        return info.st_mode & S_IFMT == S_IFREG && info.st_uid == getuid() && info.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    func add(_ seal: String, for path: String) throws(FileError) {
        guard let folder else {
            throw FileError(path: path, reason: "there is no place to keep that: set HOME or XDG_STATE_HOME")
        }
        try StateFolder.make(folder)
        try FileBytes.write("\(folder)/\(seal)", replacing: true) { $0(path + "\n") }
    }

    /// False when it was not allowed.
    func remove(_ seal: String) -> Bool { folder.map { unlink("\($0)/\(seal)") == 0 } ?? false }
}
