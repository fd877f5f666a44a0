/// Reads the sentences that stood among the notes of a capture before there were members for what they say.
///
/// Such recorders wrote `hop: client → gateway`, `timing: DNS 0.1 ms, …` and the like. A sentence is taken where
/// its member is absent and every word of it is understood; everything else stays a comment.
struct ProvenanceNotes {
    private var origin: Origin?
    private var hop: Hop?
    private var timing: Timing?
    private var tls: TLS?
    /// Nil where the capture has no such member.
    private let reported: [ReportedCheck]?
    private var sentences: [ReportedCheck] = []
    /// Only a transfer of our own was ever measured.
    private var isMeasured = false

    init(origin: Origin?, hop: Hop?, timing: Timing?, tls: TLS?, reported: [ReportedCheck]?) {
        (self.origin, self.hop, self.timing, self.tls, self.reported) = (origin, hop, timing, tls, reported)
    }

    /// Nil when nothing was said.
    var provenance: Provenance? {
        let reported = reported ?? sentences
        guard origin != nil || hop != nil || timing != nil || tls != nil || !reported.isEmpty else { return nil }
        return Provenance(
            origin: origin ?? (isMeasured ? .sent(Sent()) : .captured), hop: hop, timing: timing, tls: tls,
            reported: reported)
    }

    /// Whether the note was one of those sentences and is now a member.
    mutating func take(_ note: String) -> Bool {
        if origin == nil, let read = Self.origin(note) {
            origin = read
        } else if hop == nil, let read = Self.hop(note) {
            hop = read
        } else if timing == nil, let read = Self.timing(note) {
            (timing, isMeasured) = (read, true)
        } else if tls == nil, let read = Self.tls(note) {
            tls = read
        } else if reported == nil, let read = Self.reported(note) {
            sentences.append(read)
        } else {
            return false
        }
        return true
    }

    private static func origin(_ note: String) -> Origin? {
        switch note {
        case "not sent yet": return .pending
        case "by the browser: the answer is inferred from the redirect it followed": return .browser
        case "cancelled before an answer came": return .sent(Sent(failure: .cancelled))
        default:
            guard let rest = note.after("network ("), let end = rest.firstRange(of: "): ") else { return nil }
            let kind = String(rest[..<end.lowerBound])
            return .sent(Sent(failure: .network(kind: kind, words: String(rest[end.upperBound...]))))
        }
    }

    private static func hop(_ note: String) -> Hop? {
        guard let parts = note.after("hop: ")?.split(separator: " "), parts.count == 3, parts[1] == "→",
            let from = Party(rawValue: String(parts[0])), let to = Party(rawValue: String(parts[2]))
        else { return nil }
        return Hop(from: from, to: to)
    }

    private static func timing(_ note: String) -> Timing? {
        guard let rest = note.after("timing: ") else { return nil }
        let names = ["DNS", "connect", "TLS", "first byte", "total"]
        var times: [Double?] = Array(repeating: nil, count: names.count)
        for part in rest.split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count >= 3, words.last == "ms",
                let place = names.firstIndex(of: words.dropLast(2).joined(separator: " ")),
                let time = Untrusted<Double>(words[words.count - 2]).flatMap(bounded)
            else { return nil }
            times[place] = (time * 1000).rounded() / 1_000_000
        }
        return Timing(dns: times[0], connect: times[1], tls: times[2], firstByte: times[3], total: times[4])
    }

    private static func tls(_ note: String) -> TLS? {
        guard let rest = note.after("TLS: ") else { return nil }
        var (certificate, isVerified, client): (TLS.Certificate?, Bool, String?) = (nil, true, nil)
        var parts = rest.split(separator: ";").map { String($0).trimmed }
        guard !parts.isEmpty else { return nil }
        let session = parts.removeFirst()
        for part in parts {
            if let words = part.after("server certificate x5t#S256 ")?.split(separator: ","), words.count == 2,
                let length = String(words[1]).after(" chain of ").flatMap({ Untrusted<Int>($0)?.within(1...1000) })
            {
                certificate = TLS.Certificate(thumbprint: String(words[0]), chainLength: length)
            } else if part == "certificates were not verified (--insecure)" {
                isVerified = false
            } else if let thumbprint = part.after("client certificate x5t#S256 ") {
                client = thumbprint
            } else {
                return nil
            }
        }
        return TLS(session: session, certificate: certificate, isVerified: isVerified, clientCertificate: client)
    }

    private static func reported(_ note: String) -> ReportedCheck? {
        guard let rest = note.after("gateway: "), let mark = rest.first, mark == "✓" || mark == "✗" else { return nil }
        let words = rest.dropFirst().split(separator: " ", maxSplits: 1)
        guard let check = words.first else { return nil }
        return ReportedCheck(
            check: String(check), passes: mark == "✓", words: words.count > 1 ? String(words[1]).trimmed : "")
    }

    /// A time that a transfer can take.
    static func bounded(_ time: Untrusted<Double>) -> Double? { time.within(0...1e9) }
}

extension String {
    /// What follows the words at the start of the text; nil when it does not begin with them.
    fileprivate func after(_ start: String) -> String? { hasPrefix(start) ? String(dropFirst(start.count)) : nil }
}
