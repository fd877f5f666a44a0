import FlowModel
import Synchronization

/// The keys that issuers publish: fetched when they are first wanted, and anew where a token names one that is not
/// among them.
///
/// Whoever sends tokens chooses what they name, so an issuer is asked anew once in some seconds, however many tokens
/// would have it asked.
final class IssuerKeys: Sendable {
    /// Seconds between two fetches for keys that are not known.
    static let pause = 5.0

    /// What is known of one issuer. Its keys are fetched by one thread at a time; the others wait for what it brings.
    private final class Issuer: Sendable {
        struct Known {
            var keys: [JWK]
            /// When the last fetch began, whatever became of it.
            var asked: Double
        }

        let known = Mutex<Known?>(nil)
        let fetching = Mutex<Void>(())
    }

    private let issuers = Mutex<[String: Issuer]>([:])
    private let now: @Sendable () -> Double

    /// - Parameter now: Seconds of a clock that nobody sets.
    init(now: @escaping @Sendable () -> Double = Clock.elapsed) { self.now = now }

    /// An issuer's keys of that name, all of them where a token names none. None where there are none, also where it
    /// is too early to ask again.
    ///
    /// - Parameter fetch: Asks the issuer for all its keys.
    func keys(of issuer: String, named kid: String?, fetch: () throws -> [JWK]) throws -> [JWK] {
        let entry = issuers.withLock { issuers in
            let entry = issuers[issuer] ?? Issuer()
            issuers[issuer] = entry
            return entry
        }
        if let keys = settled(entry, kid, at: now()) { return keys }
        return try entry.fetching.withLock { _ in
            // Somebody else may have fetched while this thread waited.
            let now = now()
            if let keys = settled(entry, kid, at: now) { return keys }
            entry.known.withLock { $0?.asked = now }
            let keys = try fetch()
            entry.known.withLock { $0 = Issuer.Known(keys: keys, asked: now) }
            return Self.fitting(keys, kid)
        }
    }

    /// What is to be had without asking; nil where the issuer has to be asked.
    private func settled(_ issuer: Issuer, _ kid: String?, at now: Double) -> [JWK]? {
        issuer.known.withLock { known in
            guard let known else { return nil }
            let keys = Self.fitting(known.keys, kid)
            return keys.isEmpty && now >= known.asked + Self.pause ? nil : keys
        }
    }

    private static func fitting(_ keys: [JWK], _ kid: String?) -> [JWK] {
        keys.filter { kid == nil || $0.kid == kid }
    }
}
