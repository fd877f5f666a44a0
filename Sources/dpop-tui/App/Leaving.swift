import FlowModel

/// Leaving the program: at once where nothing is lost, after a question where a live run has more to do or is recorded
/// nowhere.
extension Model {
    /// Why leaving is asked about; nil where nothing is lost by it.
    var whatIsLost: String? {
        guard let live else { return nil }
        let unfinished: Bool
        switch live.phase {
        case .finished, .stopped: unfinished = false
        default: unfinished = true
        }
        let words = [
            unfinished ? "the run is not finished" : nil, live.isUnrecorded ? "it is recorded nowhere" : nil,
        ].compactMap { $0 }
        // What was never sent is no loss.
        return unfinished || (!words.isEmpty && live.canRepeat)
            ? words.joined(separator: ", and ").capitalizedFirst : nil
    }

    /// The whole of what is asked, for the status row.
    var leavingQuestion: String? {
        guard asksToLeave else { return nil }
        return whatIsLost.map { "\($0): q again leaves, Esc stays" }
    }

    /// q at the top: leaves, or asks first.
    mutating func leave() -> [Effect] {
        guard !asksToLeave, whatIsLost != nil else { return [.quit(0)] }
        asksToLeave = true
        return []
    }

    /// Esc at the top never ends the program.
    mutating func stay(asked: Bool) { message = asked ? "the run goes on" : "q leaves" }
}
