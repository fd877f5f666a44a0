/// An error as a program prints it, without the request: Node's `ResponseBodyError { error: 'invalid_dpop_proof', … }`,
/// Python's dictionary, a challenge taken apart.
enum PrintedError {
    /// Nil for a text that holds no such object, or whose object is a line of a log.
    static func read(_ text: String) -> ServerWords? {
        guard text.utf8.count < 1 << 16, text.lowercased().has("error"), text.has("{") else { return nil }
        var search = Search()
        for value in LooseValue.all(in: text) { search.look(at: value, depth: 0) }
        guard !search.isLog, let said = search.said, said.code != nil || said.sentence.map(LogWords.names) == true
        else { return nil }
        let words = ServerWords(status: search.status, code: said.code, sentence: said.sentence)
        return words.subject == nil && words.cause == nil && said.code?.has("_") != true ? nil : words
    }

    private struct Search {
        var status: Int?
        var said: (code: String?, sentence: String?)?
        var isLog = false
        /// Objects looked at: more than any error has.
        private var count = 0

        mutating func look(at value: LooseValue, depth: Int) {
            guard depth < 16, count < 2000 else { return }
            count += 1
            switch value {
            case .object(let members):
                isLog = isLog || members.contains { StructuredLog.marks.contains($0.name.lowercased()) }
                take(value)
                for member in members { look(at: member.value, depth: depth + 1) }
            case .list(let items): for item in items { look(at: item, depth: depth + 1) }
            case .text, .word: break
            }
        }

        private mutating func take(_ object: LooseValue) {
            if status == nil, let number = object.first(["status", "statusCode", "status_code"])?.number,
                (400...599).contains(number)
            {
                status = number
            }
            if let field = object["WWW-Authenticate"]?.scalar, let parsed = try? Challenge.parse(field) {
                let told = parsed.first { $0["error"] != nil }
                if let told { prefer((told["error"], told["error_description"])) }
            }
            let code = object["error"]?.string.flatMap { $0.has(" ") || $0.isEmpty ? nil : $0 }
            let sentence = object.first(["error_description", "errorDescription"])?.string
            if code != nil || sentence != nil { prefer((code, sentence)) }
        }

        /// What says more goes before what says less.
        private mutating func prefer(_ found: (code: String?, sentence: String?)) {
            guard let known = said else {
                said = found
                return
            }
            said = (known.code ?? found.code, known.sentence ?? found.sentence)
        }
    }
}
