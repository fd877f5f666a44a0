import FlowModel

extension LiveDriver {
    /// What a person is to know of an issuer's metadata, before the flow takes it: where its endpoints lead, and which
    /// names the keys sign under.
    func remarks(onMetadata exchange: Exchange) -> [String] {
        gate.notes(of: exchange, flow) + flow.keyNotes(of: exchange.response)
    }
}
