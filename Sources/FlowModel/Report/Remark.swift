/// Something that is known of an exchange besides its request and its answer, in words.
public struct Remark: Sendable, Equatable {
    /// `timing`, `TLS`; nil for what needs no name.
    public let label: String?
    public let words: String

    init(_ words: String, label: String? = nil) { (self.label, self.words) = (label, words) }

    /// With its label in front.
    public var text: String { label.map { "\($0): \(words)" } ?? words }
}

extension Exchange {
    /// Why there is no answer, what the transport measured, and the recorder's comments. Hops and the checks that a
    /// server reports have steps of their own.
    public var remarks: [Remark] {
        let told = [
            origin.words.map { Remark($0) }, timing.map { Remark($0.words, label: "timing") },
            tls.map { Remark($0.words, label: "TLS") },
        ]
        return told.compactMap { $0 } + notes.map { Remark($0) }
    }
}

extension Origin {
    /// Nil where nothing is to be said.
    var words: String? {
        switch self {
        case .captured: nil
        case .sent(let sent): sent.failure?.description
        case .pending: "not sent yet"
        case .unanswered(let words): words.isEmpty ? "no answer was recorded" : "no answer: \(words)"
        case .browser: "by the browser: the answer is inferred from the redirect it followed"
        }
    }
}

extension Timing {
    /// `DNS 0.1 ms, connect 0.3 ms, first byte 4.0 ms, total 4.2 ms`.
    var words: String {
        [("DNS", dns), ("connect", connect), ("TLS", tls), ("first byte", firstByte), ("total", total)].compactMap {
            name, time in time.map { "\(name) \(Self.milliseconds($0)) ms" }
        }.joined(separator: ", ")
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int(clamping: (max(0, min(seconds, 1e9)) * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension TLS {
    var words: String {
        ([version] + (cipher.map { [$0] } ?? [])).joined(separator: " / ")
            + (certificate.map { "; server certificate x5t#S256 \($0.thumbprint), chain of \($0.chainLength)" } ?? "")
            + (isVerified ? "" : "; certificates were not verified (--insecure)")
            + (clientCertificate.map { "; client certificate x5t#S256 \($0)" } ?? "")
    }
}
