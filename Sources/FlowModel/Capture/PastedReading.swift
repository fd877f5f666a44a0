/// One way to read a text, and how much of it was understood.
///
/// Many forms look alike: what a log prints of a request has a transcript's first line and nothing else of one. So a
/// text that is not wholly understood at once is read in every form, and the one that found most counts.
struct PastedReading {
    let format: CaptureFormat
    let bytes: Bytes
    /// More is better; nothing found is 0.
    let worth: Int
    /// Every request with its answer, nothing guessed, and no proof left over in the text.
    let isWhole: Bool

    /// A larger text is a program's own: the first form that knows it reads it.
    static let limit = 1 << 18

    init?(_ format: CaptureFormat, _ bytes: Bytes, proofs: Int) {
        guard let opened = format.opening(format, bytes) else { return nil }
        (self.format, self.bytes) = opened
        let exchanges = Self.exchanges(opened.format, opened.bytes)
        guard !exchanges.isEmpty else { return nil }
        // Names say less of what is whose than a form does.
        var (worth, found, isWhole) = (opened.format.id == "named-values" ? -2 : 0, Set<String>(), true)
        for exchange in exchanges {
            let proof = exchange.request.headers.first("dpop")
            if let proof, found.insert(proof).inserted {
                let jws = CompactJWS(Bytes(proof), headers: nil)
                let isProof = jws.problems.isEmpty && jws.segments.count == 3
                (worth, isWhole) = (worth + (isProof ? 9 : proof.has("ey") ? 8 : 3), isWhole && isProof)
            }
            worth += Self.worth(exchange)
            isWhole = isWhole && exchange.response != nil && !exchange.guesses.contains { !$0.hasPrefix("scheme") }
        }
        self.worth = max(worth, 1)
        self.isWhole = isWhole && found.count >= proofs
    }

    private static func exchanges(_ format: CaptureFormat, _ bytes: Bytes) -> [Exchange] {
        var (scanner, list): (any EntryScanner, [Exchange]) = (format.scanner(bytes), [])
        while list.count < 64, case .entry(let span) = scanner.next() {
            if let exchange = try? format.decode(bytes, span, list.count) { list.append(exchange) }
        }
        return list
    }

    private static func worth(_ exchange: Exchange) -> Int {
        let (request, guesses) = (exchange.request, exchange.guesses)
        let hasToken = request.headers.first("authorization").map { $0.utf8.count > 12 } ?? false
        let hasProof = request.headers.first("dpop") != nil
        // A request that shows neither is a part of the story where it was answered.
        guard hasToken || hasProof else { return exchange.response == nil ? -2 : 2 }
        var worth = hasToken ? 4 : 0
        let isPlaced = !guesses.contains("URL") && !guesses.contains("host unknown")
        worth += (isPlaced ? 4 : 0) + (guesses.contains("method") ? 0 : 2) + (request.body == nil ? 0 : 1)
        guard let answer = exchange.response else { return worth }
        worth += guesses.contains { $0.hasPrefix("status") } ? 1 : 4
        let isJSON = answer.body.map { (try? JSONDocument($0.bytes)) != nil } ?? false
        worth += isJSON ? 2 : answer.body == nil ? 0 : 1
        return worth + (answer.headers.first("www-authenticate") ?? answer.headers.first("dpop-nonce") == nil ? 0 : 2)
    }
}

extension CaptureFormat {
    /// A person's text, in whichever of the forms it is understood best; of two that are alike, the earlier one.
    static func text(at time: Double?) -> CaptureFormat {
        let (forms, loose) = (texts(at: time), [headerPanel(at: time), namedValues(at: time)])
        return CaptureFormat(id: "text", title: "text") { _, bytes in
            guard bytes.count <= PastedReading.limit else {
                return first(of: forms + [.cleaned(forms)] + loose + [.cleaned(loose)], bytes)
            }
            let proofs = ProofCount.count(bytes)
            var best: PastedReading?
            func look(_ format: CaptureFormat, _ bytes: Bytes) -> Bool {
                guard let reading = PastedReading(format, bytes, proofs: proofs) else { return false }
                if reading.worth > best?.worth ?? 0 { best = reading }
                return reading.isWhole
            }
            func isDone() -> Bool {
                for format in forms where look(format, bytes) { return true }
                let cleaned = PlainText.text(bytes).map { text in
                    PlainText.cleanings(text, isNew: !bytes.hasFirst(text.utf8.first ?? 0)).map { Bytes($0) }
                }
                for text in cleaned ?? [] {
                    for format in forms + [.har, .harEntries] where look(format, text) { return true }
                }
                for text in [bytes] + (cleaned ?? []) {
                    for format in loose where look(format, text) { return true }
                }
                return false
            }
            _ = isDone()
            return best.map { ($0.format.placed(in: bytes, made: $0.bytes), $0.bytes) }
        }
    }

    /// The same format, whose exchanges know their places in the text that was pasted.
    private func placed(in text: Bytes, made: Bytes) -> CaptureFormat {
        // What is one or two bytes a character was never pasted as it is read.
        guard isPasted, !text.withBytes({ $0.prefix(4096).contains(0) }) else { return self }
        let places = PastedPlaces(text)
        let isVerbatim = text.storage === made.storage && id == "transcript"
        let decode = decode
        return CaptureFormat(
            id: id, title: title, isPasted: true, recognises: { _ in true }, scanner: scanner,
            decode: { (file, span, index) throws(CaptureProblem) in
                places.located(try decode(file, span, index), isVerbatim: isVerbatim)
            })
    }

    private static func first(of formats: [CaptureFormat], _ bytes: Bytes) -> (CaptureFormat, Bytes)? {
        for format in formats { if let opened = format.opening(format, bytes) { return opened } }
        return nil
    }
}

/// How many different proofs stand whole in a text.
private enum ProofCount {
    static func count(_ bytes: Bytes) -> Int {
        var (found, at) = (Set<Bytes>(), 0)
        while let start = bytes.find("eyJ", from: at), found.count < 64 {
            var (end, dots) = (start, 0)
            while end < bytes.count, NamedWord.isByte(bytes[end]) {
                dots += bytes[end] == 0x2E ? 1 : 0
                end += 1
            }
            let span = SourceSpan(start, end - start)
            if dots == 2, CompactJWS(bytes[span], headers: nil).typ?.equalsIgnoringCase("dpop+jwt") == true {
                found.insert(bytes[span])
            }
            at = max(end, start + 3)
        }
        return found.count
    }
}

extension LoadedCapture {
    /// What a text is read as that a person pasted; nil where no form knows it.
    public static func pasted(_ text: String) -> LoadedCapture? { try? read(Bytes(text)) }
}
