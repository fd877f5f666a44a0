/// What the doctor found, and what became of every piece that it was given.
public struct DoctorReport: Sendable {
    public let advice: [Advice]
    public let accounts: [ConfigAccount]

    public init(_ configuration: Configuration, kongVersion: [Int]? = nil) {
        advice = Doctor(configuration, kongVersion: kongVersion).examine()
        accounts = configuration.accounts
    }

    /// "No configuration found".
    public var isEmpty: Bool { advice.isEmpty && !accounts.contains { $0.readAs != nil } }
    public func count(_ level: Advice.Level) -> Int { advice.count { $0.level == level } }
    public var hasFailure: Bool { advice.contains { $0.level == .fail } }

    /// The accounts that say one thing of one file together: its words, how many, the lines.
    public var grouped: [(file: String, words: String, isRead: Bool, lines: [Int], count: Int)] {
        var order: [String] = []
        var groups: [String: (file: String, words: String, isRead: Bool, lines: [Int], count: Int)] = [:]
        for account in accounts {
            let words = account.readAs ?? account.ignored ?? ""
            let isRead = account.readAs != nil
            let key = "\(account.place.file)\n\(isRead)\n\(words)"
            if groups[key] == nil {
                order.append(key)
                groups[key] = (account.place.file, words, isRead, [], 0)
            }
            groups[key]?.count += 1
            if let line = account.place.line { groups[key]?.lines.append(line) }
        }
        return order.compactMap { groups[$0] }
    }

    /// The lines that say what was read as what, and what was left alone.
    public var accountLines: [String] {
        grouped.map { group in
            let lines = group.lines.prefix(6).map(String.init).joined(separator: ", ")
            let more = group.lines.count > 6 ? ", …" : ""
            let place = group.lines.isEmpty ? group.file : "\(group.file):\(lines)\(more)"
            let times = group.count > 1 ? " (\(group.count) times)" : ""
            return group.isRead
                ? "read    \(place)  \(group.words)\(times)" : "ignored \(place)  \(group.words)\(times)"
        }
    }

    /// `dpop-tui.doctor/1`, one line.
    public var json: String {
        func text(_ value: String?) -> String { value.map(JSONText.quote) ?? "null" }
        func number(_ value: Int?) -> String { value.map(String.init) ?? "null" }
        let findings = advice.map { one in
            "{\"id\":\(text(one.id)),\"severity\":\"\(one.level.rawValue)\",\"file\":\(text(one.file)),\"line\":\(number(one.line)),"
                + "\"title\":\(text(one.title)),\"fix\":\(text(one.fix)),\"cause\":\(text(one.kind.cause?.rawValue))}"
        }
        let read = accounts.filter { $0.readAs != nil }.map { account in
            "{\"file\":\(text(account.place.file)),\"line\":\(number(account.place.line)),\"as\":\(text(account.readAs))}"
        }
        let ignored = accounts.filter { $0.ignored != nil }.map { account in
            "{\"file\":\(text(account.place.file)),\"line\":\(number(account.place.line)),\"why\":\(text(account.ignored))}"
        }
        let verdict = hasFailure ? "fail" : count(.warn) > 0 ? "warn" : "pass"
        return
            "{\"schema\":\"dpop-tui.doctor/1\",\"verdict\":\"\(verdict)\",\"findings\":[\(findings.joined(separator: ","))],"
            + "\"read\":[\(read.joined(separator: ","))],\"ignored\":[\(ignored.joined(separator: ","))]}"
    }

    /// For a terminal: each finding with its mark, then what was read, then how many.
    public func text(mark: (Advice.Level) -> Harmless = Self.plainMark) -> Harmless {
        var lines: [Harmless] = []
        for one in advice {
            lines.append("\(mark(one.level)) \(one.place.shown)  \(one.title)  [\(one.id)]")
            lines.append("    fix  \(one.fix)")
        }
        lines += accountLines.map { Harmless(escaping: $0) }
        if !isEmpty { lines.append("\(count(.fail)) fail, \(count(.warn)) warn, \(count(.note)) note") }
        return lines.map { "\($0)\n" }.joined()
    }

    public static func plainMark(_ level: Advice.Level) -> Harmless {
        switch level {
        case .fail: "✗"
        case .warn: "!"
        case .note: "·"
        }
    }
}
