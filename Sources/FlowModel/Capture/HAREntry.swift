/// One entry of a HAR as an exchange.
enum HAREntry {
    static func read(_ file: Bytes, _ span: SourceSpan, _ index: Int) -> Result<Exchange, CaptureProblem> {
        do throws(JSONError) {
            let document = try JSONDocument(file.detached(span))
            return Reader(base: span.offset, index: index).exchange(document.root, span)
        } catch {
            return .failure(
                CaptureProblem(
                    offset: span.offset + error.offset, entry: index,
                    "expected JSON: " + "\(error)".drop { $0 != ":" }.dropFirst(2)))
        }
    }

    private struct Reader {
        /// Where the entry begins in the file.
        let base: Int
        let index: Int

        func exchange(_ entry: JSONValue, _ span: SourceSpan) -> Result<Exchange, CaptureProblem> {
            guard let request = entry["request"], request.isObject else { return missing("request", "an object", entry) }
            guard let method = request["method"]?.string, !method.isEmpty else {
                return missing("request.method", "a string", request)
            }
            guard let url = request["url"]?.string else { return missing("request.url", "a string", request) }
            var notes: [String] = []
            let exchange = Exchange(
                index: index,
                request: Request(
                    method: method, url: HTTPURL(url), version: request["httpVersion"]?.string ?? "",
                    headers: headers(request["headers"]), body: requestBody(request["postData"])),
                response: entry["response"].flatMap { response($0, &notes) },
                started: entry["startedDateTime"]?.string.flatMap(Timestamp.parse),
                duration: milliseconds(entry["time"]), fileSpan: span, notes: notes)
            return .success(exchange)
        }

        private func missing(_ name: String, _ what: String, _ at: JSONValue) -> Result<Exchange, CaptureProblem> {
            .failure(
                CaptureProblem(offset: base + at.span.offset, entry: index, "expected \(what) as `\(name)` of the entry"))
        }

        private func milliseconds(_ value: JSONValue?) -> Double? {
            guard let number = value?.double, number >= 0, number.isFinite else { return nil }
            return number / 1000
        }

        private func headers(_ list: JSONValue?) -> [Header] {
            var fields: [Header] = []
            list?.forEachElement { item in
                // HTTP/2 pseudo fields (":authority") repeat the request line and are no fields.
                guard let name = item["name"]?.string, name.utf8.first != UInt8(ascii: ":"), let value = item["value"],
                    let text = value.string
                else { return }
                fields.append(Header(name, text, valueSpan: value.hasEscapes ? nil : value.innerSpan.moved(by: base)))
            }
            return fields
        }

        private func requestBody(_ post: JSONValue?) -> Body? {
            guard let post, post.isObject else { return nil }
            if let text = post["text"], text.kind == .string, text.span.length > 2 {
                return body(text, base64: post["encoding"]?.string == "base64")
            }
            // Firefox and others may give the decoded members only.
            let pairs = post["params"]?.elements.compactMap { item -> String? in
                guard let name = item["name"]?.string else { return nil }
                return PercentEncoding.form(name) + "=" + PercentEncoding.form(item["value"]?.string ?? "")
            }
            guard let pairs, !pairs.isEmpty else { return nil }
            return Body(Bytes(pairs.joined(separator: "&")))
        }

        private func response(_ value: JSONValue, _ notes: inout [String]) -> Response? {
            guard value.isObject else { return nil }
            let status = value["status"]?.double.map { Int(max(0, min(999, $0))) } ?? 0
            if let error = value["_error"]?.string, !error.isEmpty { notes.append(error) }
            guard status > 0 else { return nil }  // browsers write status 0 for "no answer"
            let content = value["content"]
            var body: Body?
            if let text = content?["text"], text.kind == .string {
                body = self.body(text, base64: content?["encoding"]?.string == "base64")
            } else if let size = content?["size"]?.double, size > 0 {
                notes.append("the recorder left the answer's body out (\(Int(min(size, 1e15))) bytes)")
            }
            return Response(
                status: status, reason: value["statusText"]?.string ?? "", version: value["httpVersion"]?.string ?? "",
                headers: headers(value["headers"]), body: body)
        }

        private func body(_ text: JSONValue, base64: Bool) -> Body {
            let stored = text.document.bytes[text.innerSpan]
            let form: Body.Form = base64 ? .base64 : text.hasEscapes ? .jsonString : .raw
            return Body(stored, form: form, fileSpan: text.innerSpan.moved(by: base))
        }
    }
}
