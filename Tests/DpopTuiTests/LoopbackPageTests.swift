import Testing

@testable import dpop_tui

/// What a server says of a login reaches the browser as text.
struct LoopbackPageTests {
    @Test func markupStaysText() {
        // To Swift `<` and a combining mark are one character; to a browser they are a tag's beginning.
        let words = "<\u{338}img src=x onerror=alert(1)> <script> \"'&"
        let page = LoopbackPage(.refused(error: "access_denied", description: words)).html
        #expect(page.contains("&lt;script&gt;") && page.contains("&quot;&#39;&amp;"))
        #expect(page.unicodeScalars.filter { $0 == "<" }.count == Self.tags)
    }

    /// As many as a page without anything from outside has.
    private static let tags = LoopbackPage(.code("c")).html.unicodeScalars.filter { $0 == "<" }.count
}
