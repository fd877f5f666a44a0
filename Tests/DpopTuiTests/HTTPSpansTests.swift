import Testing

@testable import dpop_tui

@Suite struct HTTPSpansTests {
    private static func shown(_ spans: [Span]) -> String {
        spans.map { "\($0.role.rawValue):\($0.text)" }.joined(separator: "|")
    }

    @Test func partsOfARequestLineHaveTheirRoles() {
        #expect(
            Self.shown(HTTPSpans.request("GET", "https://api.test:8443/a/b?c=d", "HTTP/1.1"))
                == "method:GET|text: |value:https://api.test:8443|path:/a/b?c=d|value: HTTP/1.1")
        #expect(Self.shown(HTTPSpans.request("OPTIONS", "*")) == "method:OPTIONS|text: |value:*")
        #expect(Self.shown(HTTPSpans.request("GET", "https://api.test")) == "method:GET|text: |value:https://api.test")
        #expect(Self.shown(HTTPSpans.request("GET", "/a//b")) == "method:GET|text: |path:/a//b")
    }

    @Test func aStatusHasTheRoleOfItsClass() {
        #expect(
            Self.shown(HTTPSpans.answer("HTTP/1.1", 401, "Unauthorized"))
                == "value:HTTP/1.1 |status-4xx:401|value: Unauthorized")
        let roles = [100, 204, 302, 404, 503, 0, 999].map { Role.status($0) }
        #expect(roles == [.value, .status2xx, .status3xx, .status4xx, .status5xx, .value, .value])
    }

    @Test func titlesThatAreNoStartLinesStayAsTheyAre() {
        #expect(Self.shown(HTTPSpans.title("POST /token", .text)) == "method:POST|text: |path:/token")
        #expect(Self.shown(HTTPSpans.title("401 invalid_token", .text)) == "status-4xx:401|text: invalid_token")
        for title in ["key pair", "validates token and proof", "no answer captured", "9999 x", "post /x", "404"] {
            #expect(Self.shown(HTTPSpans.title(title, .dim)) == "dim:\(title)")
        }
        #expect(Self.shown(HTTPSpans.title("POST /token", .accent)) == "accent:POST /token")
    }

    /// Whatever the width: nothing is lost, nothing is wider, and a row that is cut says so.
    @Test func aLineIsCutIntoRows() {
        let spans = HTTPSpans.request("GET", "https://漢字.test/e\u{301}/\u{1B}[2J", "HTTP/1.1")
        let whole = String(Glyph.of(spans.map(\.text).joined()).map(\.text))
        for width in 2...60 {
            let rows = spans.rows(width, most: 100)
            #expect(rows.map(\.text).joined() == whole && rows.allSatisfy { $0.text.columns <= width })
        }
        let few = spans.rows(4, most: 2)
        #expect(few.count == 2 && few[1].text.hasSuffix("…") && few[1].text.columns <= 4)
    }
}
