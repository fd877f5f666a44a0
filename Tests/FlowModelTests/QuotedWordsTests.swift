import Testing

@testable import FlowModel

/// Lines of configurations, cut as their programs cut them.
struct QuotedWordsTests {
    @Test func apacheAndSystemd() {
        #expect(
            QuotedWords.apache.cut("Header set \"a b\" 'c'd e\\ # f") == [
                "Header", "set", "a b", "cd", "e\\", "#", "f",
            ])
        #expect(QuotedWords.systemd.cut("\"KC_A=x y\" KC_B=z") == ["KC_A=x y", "KC_B=z"])
        #expect(QuotedWords.apache.cut("\"\" x") == ["", "x"])
    }

    @Test func haproxy() {
        #expect(QuotedWords.haproxy.cut("a\\ b \"c\\\"d\" 'e\\' f#g h") == ["a b", "c\"d", "e\\", "f"])
    }

    @Test func caddy() {
        #expect(QuotedWords.caddy.cut("a\"b `c d` \"e\\\"f\" g#h # i") == ["a\"b", "c d", "e\"f", "g#h"])
    }
}
