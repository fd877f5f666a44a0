import FlowModel

/// Why a file could not be read or written.
struct FileError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    static let taken = "exists; give --force to replace it"
    /// A file of that name was there already.
    var isTaken: Bool { reason == Self.taken }

    var description: String { "\(path): \(reason)" }
}

/// A mapped file that somebody shortens has pages that are not there any more: reading one ends the program.
enum MappedFile {
    private static let words: StaticString = "dpop-tui: the capture was shortened while it was read; read it again\n"

    /// For a signal handler: nothing but two system calls.
    static func wasShortened() -> Never {
        _ = systemWrite(2, UnsafeRawPointer(words.utf8Start), words.utf8CodeUnitCount)
        _exit(3)
    }
}

/// Files as bytes: large ones mapped, small ones and pipes read.
enum FileBytes {
    /// From this size on a regular file is mapped instead of copied.
    static let mapsFrom = 1 << 20

    static func read(_ path: String) throws(FileError) -> Bytes {
        if path == "-" { return try readAll(0, "standard input") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError(path: path, reason: systemReason()) }
        guard info.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(path: path, reason: "is a directory; expected a capture file")
        }
        let size = Int(info.st_size)
        guard info.st_mode & S_IFMT == S_IFREG, size >= mapsFrom else { return try readAll(descriptor, path) }
        guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
            return try readAll(descriptor, path)
        }
        madvise(memory, size, Int32(MADV_SEQUENTIAL))
        nonisolated(unsafe) let mapped = memory
        return Bytes(
            ByteStorage(pointer: UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), count: size) {
                munmap(mapped, size)
            })
    }

    /// A small file whose content is the caller's to wipe; what was read on the way is wiped here.
    static func readSecret(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        return try readArray(descriptor, path, isSecret: true)
    }

    static func readAll(_ descriptor: Int32, _ name: String) throws(FileError) -> Bytes {
        Bytes(try readArray(descriptor, name, isSecret: false))
    }

    private static func readArray(_ descriptor: Int32, _ name: String, isSecret: Bool) throws(FileError) -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        defer { if isSecret { SecretBytes.wipe(&buffer) } }
        while true {
            let count = systemRead(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: name, reason: systemReason()) }
            if count == 0 { return content }
            if isSecret, content.count + count > content.capacity, !content.isEmpty {
                // Growing moves the array: what it leaves behind may be a key.
                var larger: [UInt8] = []
                larger.reserveCapacity(2 * (content.count + count))
                larger += content
                SecretBytes.wipe(&content)
                content = larger
            }
            content.append(contentsOf: buffer[..<count])
        }
    }
}
