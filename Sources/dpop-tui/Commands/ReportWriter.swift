import FlowModel

/// Runs the checks of whole captures over all cores and writes one report.
final class ReportWriter {
    private let format: ReportFormat
    private let verbose: Bool
    private let output: Output
    private let clock: String
    private let profile: String
    private let isLive: Bool
    private(set) var totals = CheckTotals()
    private var parts: [String] = []
    private var tapNumber = 1

    init(format: ReportFormat, verbose: Bool, output: Output, clock: String, profile: String, isLive: Bool = false) {
        (self.format, self.verbose, self.output) = (format, verbose, output)
        (self.clock, self.profile, self.isLive) = (clock, profile, isLive)
        if format == .tap { output.write("TAP version 14\n") }
    }

    private struct Piece: Sendable {
        var texts: [String] = []
        var totals = CheckTotals()
        /// TAP numbers its lines over everything: worded where the numbers are known.
        var reports: [(report: FlowReport, diagnosis: Diagnosis?)] = []
    }

    func write(_ loaded: AssembledCapture, file: String, settings: CheckSettings) {
        let report = CheckReport(file: file, clock: clock, profile: profile, isLive: isLive)
        if format == .json { put(JSONReport.head(report)) }
        let pieces = Self.pieces(loaded.flows.sizes)
        let (format, verbose) = (format, verbose)
        let style = TextStyle.current()
        var first = true
        let judged = totals.judged
        var unissued = pieces[...]
        Workers.run(
            threads: loaded.exchangeCount < 256 ? 1 : Workers.count, next: { unissued.popFirst() },
            state: { (FlowChecker(context: loaded.context, settings: settings), loaded.capture.detached()) },
            work: { own, range in
                let (checker, capture) = own
                var piece = Piece()
                for index in range {
                    let flow = loaded.flows[index]
                    let story = checker.story(of: flow) { try? capture.exchange($0) }
                    let report = checker.check(flow, story: story)
                    // Only what is refused or wrong has a cause; JSON tells the outcome of everything.
                    let diagnosis =
                        format == .json || Diagnosis.isNeeded(report)
                        ? Diagnosis(
                            flow: flow, report: report, story: story, context: loaded.context, settings: settings)
                        : nil
                    piece.totals.add(report, story, diagnosis)
                    switch format {
                    case .text:
                        piece.texts.append(
                            TextReport.flow(report, story, diagnosis, file: file, verbose: verbose, style: style))
                    case .json:
                        if let diagnosis { piece.texts.append(JSONReport.flow(report, story, diagnosis)) }
                    case .junit: piece.texts.append(JUnitReport.flow(report, diagnosis, file: file))
                    case .sarif: piece.texts.append(SARIFReport.flow(report, story, diagnosis, file: file))
                    case .tap: piece.reports.append((report, diagnosis))
                    }
                }
                return piece
            },
            take: { piece in
                totals.add(piece.totals)
                for text in piece.texts {
                    switch format {
                    case .text: put(text)
                    case .json:
                        put(first ? text : "," + text)
                        first = false
                    default: parts.append(text)
                    }
                }
                for (report, diagnosis) in piece.reports {
                    let (text, next) = TAPReport.flow(report, diagnosis, file: file, from: tapNumber)
                    put(text)
                    tapNumber = next
                }
            })
        if format == .json { put(JSONReport.tail(problems: loaded.problems)) }
        if totals.judged == judged {
            let words = "nothing to judge: no proof, no token and no refusal"
            if format == .text {
                put("\(style.mark(.warn)) \(style.strong(Verdict.warn.word))  \(TextReport.harmless(file))  \(words)\n")
            } else {
                complain("\(file): \(words)")
            }
        }
    }

    /// A part of the report, made harmless as its form wants it.
    private func put(_ text: String) {
        switch format {
        case .text: output.write(TextStyle.written(text))
        case .json, .sarif: output.write(Harmless(json: text))
        case .junit, .tap: output.write(Harmless(lines: text))
        }
    }

    /// Runs of flows that hold some hundred exchanges each: enough to share out, few enough to keep in hand.
    private static func pieces(_ sizes: [Int]) -> [Range<Int>] {
        var (list, start, load) = ([Range<Int>](), 0, 0)
        for (index, size) in sizes.enumerated() {
            load += size
            if load >= 256 || index == sizes.count - 1 {
                list.append(start..<index + 1)
                (start, load) = (index + 1, 0)
            }
        }
        return list
    }

    func finish() {
        switch format {
        case .junit: put(JUnitReport.document(parts, totals: totals))
        case .sarif: put(SARIFReport.document(parts))
        case .tap: output.write("1..\(tapNumber - 1)\n")
        case .text where totals.flows > 1:
            output.write(
                "\(totals.flows) flows, \(totals.failedFlows) failing: \(totals.pass) pass, \(totals.warn) warn, \(totals.fail) fail, \(totals.cannotTell) cannot tell\n"
            )
        default: break
        }
    }
}
