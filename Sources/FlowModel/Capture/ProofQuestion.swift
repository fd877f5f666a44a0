/// What a person knows of the request that a single proof was sent with.
public struct ProofQuestion: Sendable {
    public var method: String
    /// The absolute URL it was sent to.
    public var url: String
    public var token: String?
    /// The nonce that the server had given before.
    public var nonce: String?
    /// When it was sent, in seconds since 1970.
    public var time: Double

    public init(method: String, url: String, token: String?, nonce: String?, time: Double) {
        (self.method, self.url, self.token, self.nonce, self.time) = (method, url, token, nonce, time)
    }
}

extension CaptureFormat {
    /// The forms of an input that is asked about with the URL it was sent to: one field or one token is a proof then,
    /// and no request of its own; what no form reads is a proof too, whatever it looks like.
    public static func all(at time: Double?, asking question: ProofQuestion) -> [CaptureFormat] {
        [proof(question, isSure: false)] + all(at: time) + [transcript(at: time), proof(question, isSure: true)]
    }

    /// A single proof, with what is asked about it.
    ///
    /// - Parameter isSure: whatever the text is, it is meant as a proof.
    static func proof(_ question: ProofQuestion, isSure: Bool) -> CaptureFormat {
        CaptureFormat(id: "proof", title: "single proof") { _, bytes in
            guard isSure || bytes.count < 1 << 20 && SingleProof.looksLikeProof(bytes.text) else { return nil }
            let proof = SingleProof(
                SingleProof.value(in: bytes.text), method: question.method, url: question.url, token: question.token,
                nonce: question.nonce, time: question.time)
            return (flowLines, Bytes(proof.exchanges.map(FlowLine.write).joined()))
        }
    }
}
