/// Who speaks HTTP in a flow: the lifelines of the sequence diagram, and the two ends of a recorded hop.
public enum Party: String, Sendable, CaseIterable {
    case client, idp, gateway, upstream

    public var title: String {
        switch self {
        case .client: "Client"
        case .idp: "IdP"
        case .gateway: "Gateway"
        case .upstream: "Upstream"
        }
    }
}
