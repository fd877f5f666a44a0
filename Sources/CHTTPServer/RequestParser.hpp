// One request by RFC 9112: Beast's parser, the fields in the order they came, and what the parser lets through.
#ifndef DPOP_REQUEST_PARSER_HPP
#define DPOP_REQUEST_PARSER_HPP

// An assertion inside Boost ends the request, not the process.
#define BOOST_ENABLE_ASSERT_HANDLER 1
#include <boost/assert.hpp>
#include <stdexcept>

namespace boost {
inline void assertion_failed(char const *text, char const *, char const *, long) { throw std::logic_error(text); }
inline void assertion_failed_msg(char const *text, char const *, char const *, char const *, long) {
    throw std::logic_error(text);
}
} // namespace boost

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace dpop {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

// Letters of ASCII without case; nothing here depends on a locale.
inline char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter; }

inline bool same(string_view a, string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t at = 0; at < a.size(); at++)
        if (lower(a[at]) != lower(b[at])) return false;
    return true;
}

inline bool is_number(char letter) { return letter >= '0' && letter <= '9'; }
inline bool is_letter(char letter) { return lower(letter) >= 'a' && lower(letter) <= 'z'; }
inline bool is_hex(char letter) { return is_number(letter) || (lower(letter) >= 'a' && lower(letter) <= 'f'); }

inline bool is_token(string_view text) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (char letter : text)
        if (!is_number(letter) && !is_letter(letter) && (letter == 0 || std::strchr(marks, letter) == nullptr))
            return false;
    return !text.empty();
}

/// Why a request is not taken.
struct Refusal {
    int status = 0; // 0: it is taken
    const char *words = "";
};

/// `uri-host [ ":" port ]` of RFC 3986, the host not empty: no path, no user, no blanks.
inline bool is_authority(string_view text) {
    std::size_t at = 0;
    if (!text.empty() && text[0] == '[') {
        while (at < text.size() && text[at] != ']') at++;
        if (at < 3 || at == text.size()) return false;
        for (std::size_t inside = 1; inside < at; inside++)
            if (!is_hex(text[inside]) && text[inside] != ':' && text[inside] != '.') return false;
        at++;
    } else {
        for (; at < text.size() && text[at] != ':'; at++) {
            char letter = text[at];
            if (letter == '%') {
                if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
            } else if (!is_number(letter) && !is_letter(letter) &&
                       (letter == 0 || std::strchr("-._~!$&'()*+,;=", letter) == nullptr)) {
                return false;
            }
        }
        if (at == 0) return false;
    }
    if (at == text.size()) return true;
    if (text[at++] != ':') return false;
    unsigned long port = 0;
    for (; at < text.size(); at++) {
        if (!is_number(text[at])) return false;
        port = port * 10 + static_cast<unsigned long>(text[at] - '0');
        if (port > 65535) return false;
    }
    return true;
}

/// Beast's own containers put equal names together, so the fields are kept here as they come.
class RequestParser : public http::basic_parser<true> {
public:
    struct Field {
        string_view name, value;
    };

    string_view method, target, path, host;
    std::vector<Field> fields;
    bool is_http11 = false, has_length = false, has_coding = false, awaits_continue = false;

    RequestParser() {
        eager(false);
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(std::numeric_limits<std::uint64_t>::max()); // "none" refuses every body in Boost 1.74
    }

    /// Reads a whole head, which must stay where it is; says why the request is to be refused.
    Refusal read_head(string_view head, bool is_tls) {
        if (head.size() > 4 && (head.find("\r\n ") != string_view::npos || head.find("\r\n\t") != string_view::npos))
            return {400, "a folded header field"};
        error_code error;
        std::size_t used = 0;
        while (!error && !is_header_done()) {
            std::size_t count = put(boost::asio::const_buffer(head.data() + used, head.size() - used), error);
            used += count;
            if (!error && count == 0) return {400, "the request is malformed"};
        }
        if (error == http::error::bad_version) return version_refusal(head);
        if (error) return {400, words_for(error)};
        if (used != head.size()) return {400, "the request's head is malformed"};
        return check(is_tls);
    }

    /// Takes body bytes out of `input` into `room`. `used` says how much of the input that took.
    error_code read_body(const char *input, std::size_t length, std::size_t &used, char *room, std::size_t space) {
        error_code error;
        room_ = room;
        space_ = space;
        written_ = 0;
        used = 0;
        while (!error && !is_done() && space_ > 0) {
            std::size_t count = put(boost::asio::const_buffer(input + used, length - used), error);
            used += count;
            if (count == 0 && !error) break;
        }
        return error;
    }

    std::size_t written() const { return written_; }

private:
    char *room_ = nullptr;
    std::size_t space_ = 0, written_ = 0;
    bool in_body_ = false;

    static const char *words_for(error_code error) {
        if (error == http::error::bad_content_length) return "Content-Length is malformed, or two say different things";
        if (error == http::error::bad_transfer_encoding) return "Transfer-Encoding beside a length, or twice";
        if (error == http::error::bad_field) return "a field name is malformed";
        if (error == http::error::bad_value) return "a field value is malformed";
        if (error == http::error::bad_method) return "the request line is malformed";
        if (error == http::error::bad_target) return "the request line is malformed";
        return "the request is malformed";
    }

    static Refusal version_refusal(string_view head) {
        static const char preface[] = "PRI * HTTP/2.0\r\n";
        if (head.substr(0, sizeof preface - 1) == preface) return {400, "HTTP/2 is not spoken here"};
        string_view line = head.substr(0, head.find("\r\n"));
        std::size_t at = line.rfind(" HTTP/");
        bool is_version = at != string_view::npos && std::count(line.begin(), line.end(), ' ') == 2 && line.size() == at + 9 && is_number(line[at + 6]) &&
                          line[at + 7] == '.' && is_number(line[at + 8]);
        if (is_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
        return {400, "the version of HTTP is malformed"};
    }

    /// How often a Transfer-Encoding says chunked.
    static unsigned names_chunked(string_view value) {
        unsigned count = 0;
        while (true) {
            std::size_t comma = value.find(',');
            string_view name = value.substr(0, comma);
            while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
            while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
            if (same(name, "chunked")) count++;
            if (comma == string_view::npos) return count;
            value.remove_prefix(comma + 1);
        }
    }

    Refusal check(bool is_tls) {
        unsigned hosts = 0, lengths = 0, codings = 0;
        bool is_coded = false, is_chunked = true, expects_other = false;
        for (const Field &field : fields) {
            if (same(field.name, "host")) {
                hosts++;
                host = field.value;
            } else if (same(field.name, "content-length")) {
                lengths += field.value.find(',') == string_view::npos ? 1 : 2;
            } else if (same(field.name, "transfer-encoding")) {
                codings += names_chunked(field.value);
                is_coded = true;
                is_chunked = is_chunked && same(field.value, "chunked");
            } else if (same(field.name, "expect") && is_http11) {
                if (same(field.value, "100-continue")) awaits_continue = true;
                else expects_other = true;
            }
        }
        has_length = lengths > 0;
        has_coding = is_coded;
        if (hosts > 1) return {400, "more than one Host field"};
        if (hosts == 0 && is_http11) return {400, "no Host field"};
        if (hosts == 1 && !is_authority(host)) return {400, "Host is malformed"};
        if (lengths > 1) return {400, "more than one Content-Length"};
        if (has_length && is_coded) return {400, "Content-Length and Transfer-Encoding together"};
        if (has_length && content_length().value_or(0) > INT64_MAX) return {413, "the body is too long"};
        if (is_coded && !is_http11) return {400, "Transfer-Encoding in HTTP/1.0"};
        if (codings > 1) return {400, "chunked more than once"};
        if (is_coded && !is_chunked) return {501, "the only transfer coding here is chunked"};
        if (expects_other) return {417, "the only expectation here is 100-continue"};
        return check_target(is_tls);
    }

    Refusal check_target(bool is_tls) {
        if (method == "CONNECT") return {501, "CONNECT is not done here"};
        if (target.find('#') != string_view::npos) return {400, "a fragment in the target"};
        path = target;
        if (target.front() == '/') return {};
        if (target == "*") {
            if (method == "OPTIONS") return {};
            return {400, "the target * is for OPTIONS"};
        }
        std::size_t colon = target.find("://");
        if (colon == string_view::npos) return {400, "the target is neither a path nor a URL"};
        if (!same(target.substr(0, colon), is_tls ? "https" : "http")) return {421, "the target has another scheme"};
        string_view rest = target.substr(colon + 3);
        std::size_t end = rest.find_first_of("/?");
        string_view authority = rest.substr(0, end);
        // The target's authority counts, not the Host field (RFC 9112 §3.2.2): only when both say the same it is clear
        // to everybody on the way who is meant.
        if (!same(authority, host)) return {421, "the target is on another host"};
        path = end == string_view::npos ? string_view() : rest.substr(end);
        if (!path.empty() && path.front() == '?') return {400, "the target has no path"};
        return {};
    }

    void on_request_impl(http::verb, string_view name, string_view where, int version, error_code &error) override {
        method = name;
        target = where;
        is_http11 = version >= 11;
        error = {};
    }

    void on_field_impl(http::field, string_view name, string_view value, error_code &error) override {
        error = {};
        if (!in_body_) fields.push_back({name, value}); // trailers are passed over
    }

    // Newer versions of Boost tell trailers apart.
    void on_trailer_field_impl(http::field, string_view, string_view, error_code &error) { error = {}; }

    void on_header_impl(error_code &error) override {
        in_body_ = true;
        error = {};
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const &, error_code &error) override { error = {}; }

    std::size_t take(string_view body) {
        std::size_t count = body.size() < space_ ? body.size() : space_;
        std::memcpy(room_ + written_, body.data(), count);
        written_ += count;
        space_ -= count;
        return count;
    }

    std::size_t on_body_impl(string_view body, error_code &error) override {
        error = {};
        return take(body);
    }

    void on_chunk_header_impl(std::uint64_t, string_view, error_code &error) override { error = {}; }

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code &error) override {
        error = {};
        return take(body);
    }

    void on_finish_impl(error_code &error) override { error = {}; }

    void on_response_impl(int, string_view, int, error_code &error) override { error = {}; } // of answers, not ours
};

} // namespace dpop
#endif
