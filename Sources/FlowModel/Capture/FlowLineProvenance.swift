/// The members of a line that say where an exchange comes from and what its recorder measured: `origin`, `failure`,
/// `hop`, `timing`, `tls` and `reported` (docs/capture-format.md).
enum FlowLineProvenance {
    /// The provenance of a line, and the comments that are left of its notes: what only notes say is read out of them.
    static func read(_ root: JSONValue) -> (Provenance?, notes: [String]) {
        var old = ProvenanceNotes(
            origin: root["origin"]?.string.flatMap { origin($0, root["failure"]) }, hop: root["hop"].flatMap(hop),
            timing: root["timing"].flatMap(timing), tls: root["tls"].flatMap(tls),
            reported: root["reported"].map { $0.elements.compactMap(reported) })
        let notes = (root["notes"]?.elements ?? []).compactMap(\.string).filter { !old.take($0) }
        return (old.provenance, notes)
    }

    private static func origin(_ word: String, _ failure: JSONValue?) -> Origin? {
        switch word {
        case "captured": .captured
        case "sent": .sent(Sent(failure: failure.flatMap(Self.failure)))
        case "pending": .pending
        case "browser": .browser
        case "unanswered": .unanswered(failure?["words"]?.string ?? "")
        default: nil
        }
    }

    private static func failure(_ value: JSONValue) -> Sent.Failure? {
        guard let kind = value["kind"]?.string else { return nil }
        return kind == "cancelled" ? .cancelled : .network(kind: kind, words: value["words"]?.string ?? "")
    }

    private static func hop(_ value: JSONValue) -> Hop? {
        guard let from = value["from"]?.string.flatMap(Party.init), let to = value["to"]?.string.flatMap(Party.init)
        else { return nil }
        return Hop(from: from, to: to)
    }

    private static func timing(_ value: JSONValue) -> Timing? {
        func seconds(_ name: String) -> Double? { value[named: name]?.number.flatMap(ProvenanceNotes.bounded) }
        guard value.isObject else { return nil }
        return Timing(
            dns: seconds("dns"), connect: seconds("connect"), tls: seconds("tls"), firstByte: seconds("firstByte"),
            total: seconds("total"))
    }

    private static func tls(_ value: JSONValue) -> TLS? {
        guard let version = value["version"]?.string else { return nil }
        return TLS(
            version: version, cipher: value["cipher"]?.string,
            certificate: value["certificate"]?.string.map {
                TLS.Certificate(thumbprint: $0, chainLength: value["chain"]?.number?.whole(in: 1...1000) ?? 1)
            },
            isVerified: value["verified"]?.bool ?? true, clientCertificate: value["clientCertificate"]?.string)
    }

    private static func reported(_ value: JSONValue) -> ReportedCheck? {
        guard let check = value["check"]?.string, let passes = value["passes"]?.bool else { return nil }
        return ReportedCheck(check: check, passes: passes, words: value["words"]?.string ?? "")
    }

    // MARK: writing

    /// The members with a comma in front of each; empty for what was read from a file that says nothing.
    static func write(_ exchange: Exchange) -> String {
        origin(exchange.origin) + (exchange.hop.map(text) ?? "") + (exchange.timing.map(text) ?? "")
            + (exchange.tls.map(text) ?? "") + reported(exchange.reported)
    }

    private static func origin(_ origin: Origin) -> String {
        switch origin {
        case .captured: ""
        case .pending: ",\"origin\":\"pending\""
        case .browser: ",\"origin\":\"browser\""
        case .unanswered(let words):
            ",\"origin\":\"unanswered\",\"failure\":{\"kind\":\"other\",\"words\":\(JSONText.quote(words))}"
        case .sent(let sent): ",\"origin\":\"sent\"" + (sent.failure.map(failure) ?? "")
        }
    }

    private static func failure(_ failure: Sent.Failure) -> String {
        switch failure {
        case .cancelled: ",\"failure\":{\"kind\":\"cancelled\"}"
        case .network(let kind, let words):
            ",\"failure\":{\"kind\":\(JSONText.harmless(kind)),\"words\":\(JSONText.harmless(words))}"
        }
    }

    private static func text(_ hop: Hop) -> String {
        ",\"hop\":{\"from\":\"\(hop.from.rawValue)\",\"to\":\"\(hop.to.rawValue)\"}"
    }

    private static func text(_ timing: Timing) -> String {
        let parts = [
            ("dns", timing.dns), ("connect", timing.connect), ("tls", timing.tls), ("firstByte", timing.firstByte),
            ("total", timing.total),
        ]
        let members = parts.compactMap { name, time in time.map { "\"\(name)\":\(FlowLine.decimal($0))" } }
        return ",\"timing\":{\(members.joined(separator: ","))}"
    }

    private static func text(_ tls: TLS) -> String {
        var out = ",\"tls\":{\"version\":\(JSONText.harmless(tls.version))"
        if let cipher = tls.cipher { out += ",\"cipher\":\(JSONText.harmless(cipher))" }
        if let certificate = tls.certificate {
            out += ",\"certificate\":\(JSONText.harmless(certificate.thumbprint)),\"chain\":\(certificate.chainLength)"
        }
        if !tls.isVerified { out += ",\"verified\":false" }
        if let client = tls.clientCertificate { out += ",\"clientCertificate\":\(JSONText.harmless(client))" }
        return out + "}"
    }

    private static func reported(_ checks: [ReportedCheck]) -> String {
        guard !checks.isEmpty else { return "" }
        let list = checks.map {
            "{\"check\":\(JSONText.harmless($0.check)),\"passes\":\($0.passes),\"words\":\(JSONText.harmless($0.words))}"
        }
        return ",\"reported\":[\(list.joined(separator: ","))]"
    }
}
