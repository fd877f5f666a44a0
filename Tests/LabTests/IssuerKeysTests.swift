import FlowModel
import Synchronization
import Testing

@testable import dpop_lab

/// An issuer is asked for its keys as often as it has to be, and no oftener than some seconds apart.
@Suite struct IssuerKeysTests {
    /// An issuer whose keys, clock and failures the test sets.
    final class Published: Sendable {
        struct State {
            var kids = ["a"]
            var time = 100.0
            var fetches = 0
            var fails = false
        }

        let state = Mutex(State())

        func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
        var fetches: Int { state.withLock { $0.fetches } }

        /// A gateway's view of it.
        var keys: IssuerKeys { IssuerKeys(now: { self.state.withLock { $0.time } }) }

        func publish() throws -> [JWK] {
            try state.withLock { state in
                state.fetches += 1
                if state.fails { throw LabError("down") }
                return try state.kids.map { JWK(try JSONDocument(Bytes("{\"kty\":\"EC\",\"kid\":\"\($0)\"}")).root) }
            }
        }
    }

    @Test func keysAreFetchedOnceAndKept() throws {
        let published = Published()
        let keys = published.keys
        for _ in 0..<3 { #expect(try keys.keys(of: "i", named: "a", fetch: published.publish).map(\.kid) == ["a"]) }
        #expect(try keys.keys(of: "i", named: nil, fetch: published.publish).count == 1)
        #expect(published.fetches == 1)
        #expect(try keys.keys(of: "other", named: "a", fetch: published.publish).count == 1)
        #expect(published.fetches == 2)
    }

    /// Tokens with names that nobody gave: a thousand of them are no thousand requests.
    @Test func unknownNamesAskOnceInAWhile() throws {
        let published = Published()
        let keys = published.keys
        _ = try keys.keys(of: "i", named: "a", fetch: published.publish)
        for number in 0..<1000 {
            #expect(try keys.keys(of: "i", named: "x\(number)", fetch: published.publish).isEmpty)
        }
        #expect(published.fetches == 1)
        published.set { $0.time += IssuerKeys.pause }
        for number in 0..<1000 { _ = try keys.keys(of: "i", named: "x\(number)", fetch: published.publish) }
        #expect(published.fetches == 2)
        // Known ones are there all the while.
        #expect(try keys.keys(of: "i", named: "a", fetch: published.publish).count == 1)
    }

    @Test func aNewKeyIsFound() throws {
        let published = Published()
        let keys = published.keys
        _ = try keys.keys(of: "i", named: "a", fetch: published.publish)
        published.set { state in
            state.kids = ["b"]
            state.time += IssuerKeys.pause
        }
        #expect(try keys.keys(of: "i", named: "b", fetch: published.publish).map(\.kid) == ["b"])
        // The old one is gone with it.
        #expect(try keys.keys(of: "i", named: "a", fetch: published.publish).isEmpty)
        #expect(published.fetches == 2)
    }

    /// An issuer that is down is not asked at every request either, once its keys are known.
    @Test func aFailureCountsToo() throws {
        let published = Published()
        let keys = published.keys
        published.set { $0.fails = true }
        #expect(throws: LabError.self) { try keys.keys(of: "i", named: "a", fetch: published.publish) }
        published.set { $0.fails = false }
        #expect(try keys.keys(of: "i", named: "a", fetch: published.publish).count == 1)
        published.set { state in
            state.fails = true
            state.time += IssuerKeys.pause
        }
        #expect(throws: LabError.self) { try keys.keys(of: "i", named: "b", fetch: published.publish) }
        #expect(try keys.keys(of: "i", named: "b", fetch: published.publish).isEmpty)
        #expect(published.fetches == 3)
    }
}
