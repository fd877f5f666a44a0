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
        return [keys(items), nonces(items), identifiers(items), clocks(items, settings)].joined(separator: "\n").text
    }

    private static func keys(_ items: [(Step, ExchangeMaterial)]) -> Harmless {
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
        let lines = seen.enumerated().map { place, key -> Harmless in
            let change = place > 0 ? "  ← another key than before" : ""
            return "  \(key.0.base64url)  \(key.2)  steps \(key.1.joined(separator: ", "))\(change)\n"
        }
        return "Keys\n" + lines.joined()
    }

    private static func nonces(_ items: [(Step, ExchangeMaterial)]) -> Harmless {
        var current: [String: (nonce: String, step: String, time: Moment?)] = [:]
        var lines: [Harmless] = []
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
                lines.append("  step \(step.label)  used      \(used)  \(words)")
            } else if let known = current[origin], material.proof != nil {
                lines.append("  step \(step.label)  LOST      no nonce in the proof; step \(known.step) had given one")
            }
            if let given = material.exchange.response?.headers.first("dpop-nonce") {
                let words =
                    current[origin] == nil
                    ? "first seen" : current[origin]!.nonce == given ? "the same again" : "rotated"
                lines.append("  step \(step.label)  \(Harmless(escaping: words).padded(10))\(given)  \(origin)")
                current[origin] = (given, step.label, material.exchange.ended)
            }
        }
        let none: Harmless = "  none was given, none was used\n"
        return "Nonces\n" + (lines.isEmpty ? none : lines.joined(separator: "\n") + "\n")
    }

    private static func identifiers(_ items: [(Step, ExchangeMaterial)]) -> Harmless {
        var first: [String: String] = [:]
        let lines = items.compactMap { step, material -> Harmless? in
            guard let jti = material.proof?.jws.payload?.root["jti"]?.string else { return nil }
            defer { first[jti] = first[jti] ?? step.label }
            let again = first[jti].map { "  ← used in step \($0) already" } ?? ""
            return "  step \(step.label)  \(jti)  \(jti.utf8.count * 6) bits at most\(again)"
        }
        let none: Harmless = "  none\n"
        return "jti\n" + (lines.isEmpty ? none : lines.joined(separator: "\n") + "\n")
    }

    /// Each proof's `iat` on its server's window, by the server's own clock where Date tells it.
    private static func clocks(_ items: [(Step, ExchangeMaterial)], _ settings: CheckSettings) -> Harmless {
        let bounds = ClockSkew.bounds(items.map(\.1))
        var out: Harmless = "Clocks, by Date headers and round trips\n"
        for (origin, bound) in bounds.sorted(by: { $0.key < $1.key }) {
            out += "  \(origin)  \(signed(bound.low)) … \(signed(bound.high)) against the recorder\n"
        }
        let (past, future) = (settings.profile.past, settings.profile.future)
        out +=
            settings.profile.judgesTime
            ? "iat on the window of \(settings.profile.title): \(settings.profile.window)\n"
            : "iat, which \(settings.profile.title) does not judge\n"
        for (step, material) in items {
            guard let iat = material.proof?.jws.payload?.root["iat"]?.number?.moment,
                let now = settings.time(of: material.exchange)
            else { continue }
            out +=
                "  step \(step.label)  \(window((now - iat).seconds, past, future))  \(signed(iat - now)) to the request\n"
        }
        return out
    }

    private static func signed(_ interval: Interval) -> String {
        (interval < 0 ? "−" : "+") + Timestamp.distance(interval.magnitude)
    }

    /// `[······│··●·]`: the bar is the server's now, the dot the proof's `iat`.
    private static func window(_ age: Double, _ past: Double, _ future: Double) -> String {
        let width = 28
        let zero = Int(clamping: Double(width - 1) * past / (past + future))
        let dot = Int(clamping: (Double(zero) - age / (past + future) * Double(width - 1)).rounded())
        var cells = Array(repeating: "·", count: width)
        cells[max(0, min(width - 1, zero))] = "│"
        if dot < 0 { return "●[" + cells.joined() + "] " }
        if dot >= width { return " [" + cells.joined() + "]●" }
        cells[dot] = "●"
        return " [" + cells.joined() + "] "
    }
}
