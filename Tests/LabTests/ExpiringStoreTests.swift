import FlowModel
import Testing

@testable import dpop_lab

@Suite struct ExpiringStoreTests {
    @Test func valuesEndWithTheirTime() {
        var store = ExpiringStore<Int, String>(ceiling: 10)
        let inserted = [store.insert(1, "a", until: 100, now: 0), store.insert(1, "b", until: 200, now: 0)]
        #expect(inserted == [true, false])
        #expect(store.value(1, at: 99.9) == "a" && store.value(1, at: 100) == nil)
        let again = store.insert(1, "b", until: 200, now: 100)
        #expect(again && store.value(1, at: 150) == "b" && store.count == 1)
        store.change(1, at: 150) { $0 += "c" }
        let taken = [store.take(1, at: 150), store.take(1, at: 150)]
        #expect(taken == ["bc", nil] && store.count == 0 && store.bytes == 0 && store.floor == nil)
    }

    @Test func whatEndsFirstGoesFirst() {
        var store = ExpiringStore<Int, Int>(ceiling: 100)
        for number in 0..<1000 { store.insert(number, number, until: Moment(Double(number * 7919 % 1000) + 1), now: 0) }
        #expect(store.count == 100 && store.floor == 900)
        for number in 0..<1000 {
            #expect((store.value(number, at: 0) != nil) == (number * 7919 % 1000 >= 900))
        }
    }

    @Test func theBudgetCountsBytes() {
        var store = ExpiringStore<Int, Int>(ceiling: .max, budget: 100_000)
        for number in 0..<1000 {
            store.insert(number, number, size: 1000, until: Moment(Double(number) + 1), now: 0)
            #expect(store.bytes <= 100_000)
        }
        #expect(store.count == 83)
        // One that is larger than all is not kept, and takes the others along.
        store.insert(-1, 0, size: .max, until: 5000, now: 0)
        #expect(store.bytes <= 100_000)
    }

    /// A long life of many entries, most of them taken out before their time, against a plain model.
    @Test func agreesWithAModel() {
        var random = SystemRandomNumberGenerator()
        var store = ExpiringStore<Int, Int>(ceiling: 64)
        var model: [Int: Moment] = [:]
        var now: Moment = 0
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<40, using: &random)
            model = model.filter { $0.value > now }
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let taken = store.take(key, at: now)
                #expect((taken != nil) == (model.removeValue(forKey: key) != nil))
            case 1:
                now = now + Interval(Double.random(in: 0...2, using: &random))
            default:
                let end = now + Interval(Double.random(in: 1...60, using: &random))
                let isNew = model[key] == nil
                if isNew { model[key] = end }
                let inserted = store.insert(key, key, until: end, now: now)
                #expect(inserted == isNew)
            }
            #expect(store.count <= 40 && store.endCount <= 2 * 40 + 65)
        }
        #expect(store.floor == nil)
    }
}
