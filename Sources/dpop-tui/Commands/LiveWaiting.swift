import FlowModel

/// What runs without a screen have in common.
extension LiveDriver {
    /// Takes what came; a lab that does not start ends the program with status 4.
    func advanceOrExit() throws -> Bool {
        do throws(LoadError) { return try advance() } catch {
            complain("\(error)")
            throw Exit.network
        }
    }

    /// A recording that is not whole is worth no other status.
    func endIfNotRecorded() throws {
        guard let recordFailure else { return }
        complain("\(recordFailure)")
        throw Exit.unreadable
    }

    /// Waits until something happens; where a login is waited for, the URL it ended at may be pasted.
    func waitOrExit(_ milliseconds: Int32) throws {
        // An answer may be there before anybody waits for it; if not, there is time to write down the last one.
        if try advanceOrExit() { return }
        settle()
        let wantsPaste = { if case .visit = status.phase { isatty(0) == 1 } else { false } }()
        let ready = Transfer.wait(for: descriptors + (wantsPaste ? [0] : []), milliseconds: milliseconds)
        if wantsPaste, ready.last == true, let line = readLine(), !line.isEmpty { try perform(.redirect(line)) }
        _ = try advanceOrExit()
    }
}
