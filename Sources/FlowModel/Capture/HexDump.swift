extension CaptureFormat {
    /// Messages as a dump of their bytes: xxd, hexdump, Wireshark, Netty's wiretap.
    static func hexDump(at time: Double?) -> CaptureFormat {
        .rewritten(id: "hex-dump", title: "dump of bytes", at: time) { HexDump.text($0) }
    }
}

private enum HexDump {
    /// What the dumped bytes spell; nil where the text is no dump.
    static func text(_ text: String) -> String? {
        var (out, rows): ([UInt8], Int) = ([], 0)
        for line in PastedLines.of(text) {
            guard let row = row(Array(line.utf8.prefix(160))) else { continue }
            // Each block counts from the start again.
            if row.offset == 0, !out.isEmpty, out.last != 0x0A { out.append(0x0A) }
            out += row.bytes
            rows += 1
        }
        return rows > 3 ? String(decoding: out, as: UTF8.self) : nil
    }

    /// An offset, up to sixteen bytes in pairs of digits, and what they spell.
    private static func row(_ line: [UInt8]) -> (offset: Int, bytes: [UInt8])? {
        var at = line.firstIndex { $0 != 0x20 && $0 != 0x7C && $0 != 0x09 } ?? line.count
        let start = at
        var offset = 0
        while at < line.count, let digit = digit(line[at]), at - start < 8 {
            (offset, at) = (offset << 4 | digit, at + 1)
        }
        guard at - start >= 4, at < line.count, [0x20, 0x3A, 0x7C].contains(line[at]) else { return nil }
        while at < line.count, [0x20, 0x3A, 0x7C].contains(line[at]) { at += 1 }
        var (bytes, blanks): ([UInt8], Int) = ([], 0)
        while at + 1 < line.count, bytes.count < 16 {
            if line[at] == 0x20 {
                blanks += 1
                // One more parts the halves of hexdump; further ones end the row.
                guard blanks < 3 else { break }
                at += 1
                continue
            }
            guard let high = digit(line[at]), let low = digit(line[at + 1]) else { break }
            (blanks, at) = (0, at + 2)
            bytes.append(UInt8(high << 4 | low))
        }
        let isEnded = bytes.count == 16 || at >= line.count - 1 || blanks > 0 || line[at] == 0x7C
        return bytes.isEmpty || !isEnded || !isSpelled(bytes, line[min(at, line.count)...]) ? nil : (offset, bytes)
    }

    /// Whether the letters among the bytes stand in the rest of the line.
    private static func isSpelled(_ bytes: [UInt8], _ rest: ArraySlice<UInt8>) -> Bool {
        let letters = bytes.filter { ($0 | 0x20) &- 0x61 < 26 }
        return rest.lazy.filter { ($0 | 0x20) &- 0x61 < 26 }.elementsEqual(letters)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte &- 0x30 < 10 ? Int(byte &- 0x30) : (byte | 0x20) &- 0x61 < 6 ? Int((byte | 0x20) &- 0x57) : nil
    }
}
