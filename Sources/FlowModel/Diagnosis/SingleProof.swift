/// One proof to be judged by itself, with what a person knows of the request it was sent with.
///
/// It becomes a capture of one request, so that a single proof and a capture with it have the same diagnosis. The text
/// is taken as it is: nothing is mended.
public struct SingleProof: Sendable {
    /// What stood in the `DPoP` field.
    public var proof: String
    public var method: String
    /// The absolute URL that was called.
    public var url: String
    public var token: String?
    /// The nonce that the server had given before.
    public var nonce: String?
    /// When it was sent, in seconds since 1970.
    public var time: Double

    public init(
        _ proof: String, method: String = "GET", url: String, token: String? = nil, nonce: String? = nil, time: Double
    ) {
        (self.proof, self.method, self.url, self.token) = (proof, method, url, token)
        (self.nonce, self.time) = (nonce, time)
    }

    /// The field's value in a text that was pasted or read from a file: the line break at its end and a field name
    /// in front belong to the text, everything else to the value.
    public static func value(in text: String) -> String {
        var value = Substring(text)
        if value.utf8.last == 0x0A { value = Substring(value.utf8.dropLast()) }
        if value.utf8.last == 0x0D { value = Substring(value.utf8.dropLast()) }
        if value.prefix(5).lowercased() == "dpop:" {
            value = value.dropFirst(5)
            if value.first == " " { value = value.dropFirst() }
        }
        return String(value)
    }

    /// Whether a text can only be meant as a proof: no file's name and no transcript looks like it.
    public static func looksLikeProof(_ text: String) -> Bool {
        guard mayBeProof(text) else { return StringifiedValue.isOne(text) }
        let bare = value(in: text).filter { $0 != "\"" && $0 != "'" && !$0.isWhitespace }
        return CompactJWS.looksLike(bare) || StringifiedValue.isOne(text)
            || (bare.hasPrefix("eyJ") && bare.utf8.count > 255)
    }

    /// Whether it begins as a JWS does, or as little of a field, quotes and blanks as may stand in front of one: a long
    /// text is not looked through for nothing.
    private static func mayBeProof(_ text: String) -> Bool {
        guard text.utf8.count > 1024 else { return true }
        let head = String(decoding: text.utf8.prefix(256), as: UTF8.self)
        let bare = value(in: head).filter { $0 != "\"" && $0 != "'" && !$0.isWhitespace }
        return bare.isEmpty || bare.hasPrefix("ey")
    }

    /// The requests it stands for: the one with the proof, and before it the answer that gave the nonce.
    public var exchanges: [Exchange] {
        var fields = token.map { [Header("Authorization", "DPoP \($0)")] } ?? []
        let target = HTTPURL(url)
        var list: [Exchange] = []
        if let nonce {
            let challenge = Response(
                status: 401,
                headers: [Header("DPoP-Nonce", nonce), Header("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"")],
                body: Body(Bytes("{\"error\":\"use_dpop_nonce\"}")))
            list.append(
                Exchange(
                    index: 0, request: Request(method: "GET", url: HTTPURL(target.origin + "/")), response: challenge,
                    started: time - 1, duration: 0.1))
        }
        fields.append(Header("DPoP", proof))
        list.append(
            Exchange(
                index: list.count, request: Request(method: method, url: target, headers: fields), started: time))
        return list
    }

    /// The capture it becomes.
    public func capture() throws(CaptureError) -> LoadedCapture {
        try LoadedCapture.read(Bytes(exchanges.map(FlowLine.write).joined()))
    }
}
