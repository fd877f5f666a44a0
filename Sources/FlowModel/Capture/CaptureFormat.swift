/// A way to write down HTTP exchanges: how to know it, how to find its entries, how to read one.
public struct CaptureFormat: Sendable {
    /// `har`, `mitmproxy`, `dpop-tui`, `transcript`.
    public let id: String
    public let title: String
    /// Whether it is a person's text, beside which a server's words may stand.
    public let isPasted: Bool
    /// What to read the bytes as: the format itself, or another one over bytes that were made of them; nil where they
    /// are something else.
    let opening: @Sendable (CaptureFormat, Bytes) -> (format: CaptureFormat, bytes: Bytes)?
    let scanner: @Sendable (Bytes) -> any EntryScanner
    /// Reads the entry whose bytes stand at `span` of the file.
    let decode: Decoder
    /// The same for reading facts only; a format may leave out what no fact is made of.
    let glance: Decoder

    typealias Decoder = @Sendable (_ file: Bytes, _ span: SourceSpan, _ index: Int) throws(CaptureProblem) -> Exchange

    init(
        id: String, title: String, isPasted: Bool = false, recognises: @escaping @Sendable (Bytes) -> Bool,
        scanner: @escaping @Sendable (Bytes) -> any EntryScanner,
        decode: @escaping Decoder, glance: Decoder? = nil
    ) {
        (self.id, self.title, self.isPasted, self.scanner) = (id, title, isPasted, scanner)
        (self.decode, self.glance) = (decode, glance ?? decode)
        opening = { format, bytes in recognises(bytes) ? (format, bytes) : nil }
    }

    /// A form that is read as another one, out of bytes that are made of it.
    init(
        id: String, title: String,
        opening: @escaping @Sendable (CaptureFormat, Bytes) -> (format: CaptureFormat, bytes: Bytes)?
    ) {
        (self.id, self.title, isPasted, self.opening) = (id, title, true, opening)
        scanner = { _ in ReadyScanner(count: 0, span: SourceSpan(0, 0)) }
        decode = { (_, _, index) throws(CaptureProblem) in throw CaptureProblem(offset: 0, entry: index, "no entry") }
        glance = decode
    }

    /// Whether bytes it knows by their first one alone turn out to be something else.
    func isGuess(_ bytes: Bytes) -> Bool {
        if id == "transcript", bytes.count < Self.pastedLimit {
            // A method and a URL, and nothing of a message below them.
            var scanner = scanner(bytes)
            guard case .entry(let span) = scanner.next(), let only = try? decode(bytes, span, 0),
                span.end == bytes.count
            else { return false }
            let isBare = !only.request.headers.contains { $0.name.utf8.allSatisfy(PastedLines.isNameByte) }
            return isBare && only.response == nil
        }
        guard id == "har" || id == "mitmproxy" else { return false }
        let head = bytes[SourceSpan(0, 4096)]
        let isReally =
            id == "har"
            ? head.find("\"entries\"") != nil
            : head.find(":request") != nil || head.find(":response") != nil || head.find(":websocket") != nil
        guard !isReally else { return false }
        var scanner = scanner(bytes)
        if case .problem = scanner.next() { return true }
        return false
    }

    /// In the order they are tried: what any text may be comes last.
    public static let all: [CaptureFormat] = all(at: nil) + [.tokens(at: nil)]

    /// The same without the last resort, where somebody knows when the exchanges took place; it counts for formats that
    /// do not say it.
    public static func all(at time: Double?) -> [CaptureFormat] {
        [.flowLines, .har, .mitmproxy, .harEntries, .packed(time), .text(at: time)]
    }

    /// What a text may be. A few are no transcripts although they have lines of one, and are tried before it.
    static func texts(at time: Double?) -> [CaptureFormat] {
        [
            .oauth2c(at: time), .dotNetLog(at: time), .unfolded(at: time), .transcript(at: time), .curlTrace(at: time),
            .burp(at: time),
            .hexDump(at: time), .objects(at: time), .printed(at: time), .command(at: time), .bruno(at: time),
        ]
    }
}

/// Finds the entries of a file one after the other, without reading into them.
protocol EntryScanner: Sendable {
    mutating func next() -> ScanResult
}

enum ScanResult {
    case entry(SourceSpan)
    /// Something was skipped; scanning goes on.
    case problem(CaptureProblem)
    case end
}

/// A place in a capture that could not be read, and what was expected there.
public struct CaptureProblem: Error, Hashable, Sendable {
    public let offset: Int
    public let line: Int?
    public let entry: Int?
    public let words: String
    /// False for entries that are sound but not ours to read, such as a recorded DNS query.
    public let isDamage: Bool

    public init(offset: Int, line: Int? = nil, entry: Int? = nil, isDamage: Bool = true, _ words: String) {
        (self.offset, self.line, self.entry, self.isDamage, self.words) = (offset, line, entry, isDamage, words)
    }

    /// `entry 3, byte 4711: expected …`.
    public var description: String {
        let place = [entry.map { "entry \($0)" }, line.map { "line \($0)" }, "byte \(offset)"].compactMap { $0 }
        return place.joined(separator: ", ") + ": " + words
    }
}

/// Why a file is no capture at all.
public enum CaptureError: Error, Equatable {
    case empty
    case unrecognised(Found)
    /// The right format, but not one entry could be read.
    case unreadable(CaptureProblem)

    /// What a file begins with that is no capture.
    public enum Found: Equatable, Sendable {
        case byte(UInt8)
        /// Something people do hand over, and what to do about it.
        case other(String, remedy: String)

        init(_ bytes: Bytes) {
            let known = Self.marks.first {
                bytes.count >= $0.mark.count && bytes[SourceSpan(0, $0.mark.count)].array == $0.mark
            }
            self = known.map { .other($0.what, remedy: $0.remedy) } ?? .byte(bytes[0])
        }

        private static let pcap = ("a packet capture", "proofs travel inside TLS: record with a proxy or a browser")
        private static let marks: [(mark: [UInt8], what: String, remedy: String)] = [
            ([0x1F, 0x8B], "gzip data", "unpack it with gunzip"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "unpack it with unzstd"),
            ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "unpack it first"),
            ([0xFF, 0xFE], "UTF-16 text", "convert it with iconv -f UTF-16 -t UTF-8"),
            ([0xFE, 0xFF], "UTF-16 text", "convert it with iconv -f UTF-16 -t UTF-8"),
            ([0xD4, 0xC3, 0xB2, 0xA1], pcap.0, pcap.1), ([0x0A, 0x0D, 0x0D, 0x0A], pcap.0, pcap.1),
        ]
    }
}

extension CaptureError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "byte 0: the file is empty; expected HAR, a mitmproxy flow file or a dpop-tui capture"
        case .unrecognised(.byte(let byte)):
            "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found \(JSONError.name(byte))"
        case .unrecognised(.other(let what, let remedy)):
            "byte 0: expected '{' (HAR or dpop-tui capture) or a digit (mitmproxy flow file), found \(what): \(remedy)"
        case .unreadable(let problem): problem.description
        }
    }
}
