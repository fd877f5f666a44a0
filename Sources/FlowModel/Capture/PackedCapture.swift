extension CaptureFormat {
    /// A capture in gzip, in zlib's own form, or in a zip archive; what it grows to is bounded as bodies are.
    static func packed(_ time: Double?) -> CaptureFormat {
        CaptureFormat(id: "packed", title: "packed capture") { _, bytes in
            guard bytes.count > 18, let plain = Packed.content(bytes) else { return nil }
            for format in [flowLines, har, mitmproxy, transcript(at: time), harEntries] {
                if let opened = format.opening(format, plain), !format.isGuess(opened.bytes) { return opened }
            }
            return nil
        }
    }
}

private enum Packed {
    static func content(_ bytes: Bytes) -> Bytes? {
        // zlib's first two bytes are a multiple of 31.
        let isZlib = bytes[0] == 0x78 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
        if bytes[0] == 0x1F && bytes[1] == 0x8B || isZlib {
            let plain = ContentCoding.gzip.decode(bytes)
            return plain.isEmpty || plain.storage === bytes.storage ? nil : plain
        }
        return bytes[0] == 0x50 && bytes[1] == 0x4B && bytes[2] == 3 && bytes[3] == 4 ? Archive(bytes).capture : nil
    }
}

/// What a zip archive holds, as far as it is a capture.
private struct Archive {
    private struct File {
        let name: String
        let method: Int
        let size: Int
        let offset: Int
    }

    private let zip: Bytes
    private var files: [File] = []

    init(_ zip: Bytes) {
        self.zip = zip
        var end = zip.count - 22
        let least = max(0, end - 65_535)
        while end >= least, number(end, 4) != 0x0605_4B50 { end -= 1 }
        guard end >= least, let count = number(end + 10, 2), var at = number(end + 16, 4) else { return }
        for _ in 0..<min(count, 1000) {
            guard number(at, 4) == 0x0201_4B50, let method = number(at + 10, 2), let size = number(at + 20, 4),
                let name = number(at + 28, 2), let extra = number(at + 30, 2), let comment = number(at + 32, 2),
                let local = number(at + 42, 4)
            else { return }
            let title = zip[SourceSpan(at + 46, name)].text.lowercased()
            files.append(File(name: title, method: method, size: size, offset: local))
            at += 46 + name + extra + comment
        }
    }

    private func number(_ at: Int, _ size: Int) -> Int? {
        guard at >= 0, at <= zip.count - size else { return nil }
        return (0..<size).reversed().reduce(0) { $0 << 8 | Int(zip[at + $1]) }
    }

    /// A HAR, the network of a trace, Fiddler's messages one after the other, or the only file.
    var capture: Bytes? {
        for end in [".har", ".network"] {
            if let file = files.first(where: { $0.name.hasSuffix(end) }) { return content(file) }
        }
        if let messages = messages() { return messages }
        return (files.first { $0.name.hasSuffix(".json") } ?? (files.count == 1 ? files.first : nil)).flatMap(content)
    }

    private func content(_ file: File) -> Bytes? {
        guard number(file.offset, 4) == 0x0403_4B50, let name = number(file.offset + 26, 2),
            let extra = number(file.offset + 28, 2)
        else { return nil }
        let data = zip[SourceSpan(file.offset + 30 + name + extra, file.size)]
        return file.method == 0 ? data : file.method == 8 ? ContentCoding.gzip.decode(data) : nil
    }

    /// Fiddler's `raw/1_c.txt` and `raw/1_s.txt`: what the client sent, what the server answered.
    private func messages() -> Bytes? {
        var out: [UInt8] = []
        for file in files.prefix(200) where file.name.hasPrefix("raw") && file.name.hasSuffix("_c.txt") {
            let answer = String(file.name.dropLast(6)) + "_s.txt"
            guard let sent = content(file), sent.count < 1 << 20, out.count < CaptureFormat.pastedLimit else {
                continue
            }
            out += sent.array + [0x0A]
            if let received = files.first(where: { $0.name == answer }).flatMap(content), received.count < 1 << 20 {
                out += received.array + [0x0A]
            }
        }
        return out.isEmpty ? nil : Bytes(out)
    }
}
