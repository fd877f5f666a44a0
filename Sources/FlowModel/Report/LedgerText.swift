/// What a flow used and was given, in order: nonces by origin, `jti`s, keys, clocks.
public enum LedgerText {
    public static func text(_ flow: Flow, _ story: FlowStory, _ settings: CheckSettings) -> String {
        let items = flow.steps.indices.compactMap { index -> (Step, ExchangeMaterial)? in
            let step = flow.steps[index]
            guard step.kind.isRequest, step.kind != .upstreamRequest,
                let material = step.exchange.flatMap({ story.materials[$0] })
            else { return nil }
            return (step, material)
        }
        return keys(items) + "\n" + nonces(items) + "\n" + identifiers(items) + "\n" + clocks(items, settings)
    }

    private static func keys(_ items: [(Step, ExchangeMaterial)]) -> String {
        var seen: [(Fingerprint, [String], String)] = []
        for (step, material) in items {
            guard let jwk = material.proof?.jwk, let key = jwk.fingerprint else { continue }
            if let at = seen.firstIndex(where: { $0.0 == key }) {
                seen[at].1.append(step.label)
            } else {
                seen.append((key, [step.label], jwk.summary))
            }
        }
        if seen.isEmpty { return "Keys\n  no proof, no key\n" }
        return "Keys\n"
            + seen.enumerated().map { place, key in
                "  \(key.0.base64url)  \(key.2)  steps \(key.1.joined(separator: ", "))\(place > 0 ? "  ← another key than before" : "")\n"
            }.joined()
    }

    private static func nonces(_ items: [(Step, ExchangeMaterial)]) -> String {
        var current: [String: (nonce: String, step: String, time: Double?)] = [:]
        var lines: [String] = []
        for (step, material) in items {
            let origin = material.exchange.request.url.origin
            if let used = material.proof?.jws.payload?.root["nonce"]?.string {
                let known = current[origin]
                let age =
                    known?.time.flatMap { given in
                        material.exchange.started.map { ", \(Timestamp.distance(max(0, $0 - given))) old" }
                    } ?? ""
                let words =
                    known?.nonce == used
                    ? "the newest, of step \(known!.step)\(age)"
                    : current.first { $0.key != origin && $0.value.nonce == used }.map { "CROSSED: \($0.key) gave it" }
                        ?? (known == nil ? "nobody gave it" : "OLD: step \(known!.step) had given another")
                lines.append("  step \(step.label)  used      \(TextReport.harmless(used))  \(words)")
            } else if let known = current[origin], material.proof != nil {
                lines.append("  step \(step.label)  LOST      no nonce in the proof; step \(known.step) had given one")
            }
            if let given = material.exchange.response?.headers.first("dpop-nonce") {
                let words =
                    current[origin] == nil
                    ? "first seen" : current[origin]!.nonce == given ? "the same again" : "rotated"
                lines.append("  step \(step.label)  \(words.padded(10))\(TextReport.harmless(given))  \(origin)")
                current[origin] = (given, step.label, material.exchange.ended)
            }
        }
        return "Nonces\n" + (lines.isEmpty ? "  none was given, none was used\n" : lines.joined(separator: "\n") + "\n")
    }

    private static func identifiers(_ items: [(Step, ExchangeMaterial)]) -> String {
        var first: [String: String] = [:]
        let lines = items.compactMap { step, material -> String? in
            guard let jti = material.proof?.jws.payload?.root["jti"]?.string else { return nil }
            defer { first[jti] = first[jti] ?? step.label }
            let again = first[jti].map { "  ← used in step \($0) already" } ?? ""
            return "  step \(step.label)  \(TextReport.harmless(jti))  \(jti.utf8.count * 6) bits at most\(again)"
        }
        return "jti\n" + (lines.isEmpty ? "  none\n" : lines.joined(separator: "\n") + "\n")
    }

    /// Each proof's `iat` on its server's window, by the server's own clock where Date tells it.
    private static func clocks(_ items: [(Step, ExchangeMaterial)], _ settings: CheckSettings) -> String {
        let bounds = ClockSkew.bounds(items.map(\.1))
        var out = "Clocks, by Date headers and round trips\n"
        for (origin, bound) in bounds.sorted(by: { $0.key < $1.key }) {
            out += "  \(origin)  \(signed(bound.low)) … \(signed(bound.high)) against the recorder\n"
        }
        let (past, future) = (settings.profile.past, settings.profile.future)
        out += "iat on the window of \(settings.profile.title): −\(Int(past)) … +\(Int(future)) s\n"
        for (step, material) in items {
            guard let iat = material.proof?.jws.payload?.root["iat"]?.double,
                let now = settings.time(of: material.exchange)
            else { continue }
            out += "  step \(step.label)  \(window(now - iat, past, future))  \(signed(iat - now)) to the request\n"
        }
        return out
    }

    private static func signed(_ seconds: Double) -> String {
        (seconds < 0 ? "−" : "+") + Timestamp.distance(abs(seconds))
    }

    /// `[······│··●·]`: the bar is the server's now, the dot the proof's `iat`.
    private static func window(_ age: Double, _ past: Double, _ future: Double) -> String {
        let width = 28
        let zero = Int(Double(width - 1) * past / (past + future))
        let dot = Int((Double(zero) - age / (past + future) * Double(width - 1)).rounded())
        var cells = Array(repeating: "·", count: width)
        cells[max(0, min(width - 1, zero))] = "│"
        if dot < 0 { return "●[" + cells.joined() + "] " }
        if dot >= width { return " [" + cells.joined() + "]●" }
        cells[dot] = "●"
        return " [" + cells.joined() + "] "
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - utf8.count)) }
}
