// One connection: its requests one after the other, and the answer that is being written.
#ifndef DPOP_CONNECTION_HPP
#define DPOP_CONNECTION_HPP

#include "Answer.hpp"
#include "include/CHTTPServer.h"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace dpop {

constexpr std::size_t head_room = 4 << 10;
constexpr std::size_t drained = 256 << 10; // of a body nobody read, to keep the connection
constexpr int drain_time = 1000;           // milliseconds, as all of these
constexpr int refusing_time = 2000;
constexpr int linger_time = 30000, linger_gap = 2000;

/// What a connection knows of its server.
struct Surroundings {
    const hs_limits &limits;
    int stop; // becomes readable when the server is stopped
    /// Guards closing: `hs_finish` shuts descriptors of other threads down.
    std::mutex &closing;

    bool is_stopping() const {
        struct pollfd watched = {stop, POLLIN, 0};
        return ::poll(&watched, 1, 0) > 0;
    }
};

class Connection {
public:
    Connection(Surroundings around, int descriptor, SSL *tls, bool is_refusing)
        : around_(around), channel_(descriptor, tls), answer_(channel_, around.limits.idle),
          is_refusing_(is_refusing) {}
    ~Connection() { close(); }

    Channel &channel() { return channel_; }
    const Channel &channel() const { return channel_; }

    bool next(hs_request *request) {
        if (!channel_.is_open() || !finish()) return false;
        const hs_limits &limits = around_.limits;
        if (!is_greeted_ && !channel_.shake_hands(Deadline(limits.head_time), around_.stop)) return close();
        is_greeted_ = true;
        if (!await()) return close();
        Refusal refusal = receive_head();
        if (refusal.status < 0) return close();
        if (refusal.status == 0) refusal = parser_->read_head(head_, channel_.is_tls());
        if (refusal.status == 0) refusal = measure();
        if (refusal.status == 0 && is_refusing_) refusal = {503, "too many connections"};
        if (refusal.status != 0) return refuse(refusal);
        describe(request);
        return true;
    }

    int64_t read(uint8_t *into, std::size_t room, bool wait) {
        if (!parser_ || parser_->is_done() || room == 0) return 0;
        if (parser_->awaits_continue && answer_.stage() == Answer::Stage::none && input_.size() == 0) {
            parser_->awaits_continue = false;
            if (!answer_.interim("HTTP/1.1 100 Continue\r\n\r\n")) return lose();
        }
        Deadline deadline(around_.limits.idle);
        while (true) {
            if (input_.size() > 0) {
                auto data = input_.data();
                std::size_t used = 0;
                auto error = parser_->read_body(static_cast<const char *>(data.data()), data.size(), used,
                                                reinterpret_cast<char *>(into), room);
                input_.consume(used);
                if (parser_->written() > 0) return static_cast<int64_t>(parser_->written());
                if (parser_->is_done()) return 0;
                if ((error && error != http::error::need_more) || input_.size() > around_.limits.head) {
                    is_bad_ = true;
                    return HS_BAD;
                }
            }
            ssize_t count = fill(piece);
            if (count == Channel::again) {
                if (!wait) return HS_AGAIN;
                if (channel_.wait(channel_.direction(), deadline) != Channel::Woken::ready) return HS_LOST;
            } else if (count <= 0) {
                return HS_LOST;
            }
        }
    }

    void answer(int status) { answer_.start(status); }
    void header(string_view name, string_view value) { answer_.header(name, value); }
    void begin(int64_t length) {
        AnswerForm form;
        form.is_http11 = parser_ && parser_->is_http11;
        form.is_head = parser_ && parser_->method == "HEAD";
        form.stays = will_stay();
        answer_.begin(length, form);
    }
    int write(string_view bytes, bool wait) { return answer_.write(bytes, wait) ? 0 : lose(); }
    int flush(bool wait) { return answer_.flush(wait) ? 0 : lose(); }
    std::size_t pending() const { return answer_.pending(); }
    int end() { return answer_.end() ? 0 : lose(); }

    void cut(bool reset) {
        std::lock_guard<std::mutex> lock(around_.closing);
        if (reset) channel_.reset();
        else channel_.close();
    }

    /// Sleeps; false when the connection was cut meanwhile.
    bool pause(int milliseconds) {
        return channel_.is_open() && channel_.wait(0, Deadline(milliseconds)) != Channel::Woken::ready;
    }

    /// Whether the client has hung up, while its answer is still to come. What it sends meanwhile is kept, up to a
    /// limit beyond which nothing more can be told.
    bool is_gone() {
        if (!channel_.is_open()) return true;
        if (is_full()) return channel_.wait(0, Deadline(0)) == Channel::Woken::ready;
        ssize_t count = fill(head_room);
        return count == 0 || count == Channel::failed;
    }

    bool is_full() const { return input_.size() >= piece; }

private:
    Surroundings around_;
    Channel channel_;
    Answer answer_;
    bool is_refusing_, is_greeted_ = false;
    boost::beast::flat_buffer input_;
    std::string head_;
    std::optional<RequestParser> parser_;
    std::vector<hs_field> places_;
    bool is_bad_ = false; // refused, or the framing of its body is broken

    bool close() {
        cut(false);
        return false;
    }

    int lose() {
        cut(false);
        return HS_LOST;
    }

    ssize_t fill(std::size_t room) {
        auto space = input_.prepare(room);
        ssize_t count = channel_.read(space.data(), space.size());
        input_.commit(count > 0 ? static_cast<std::size_t>(count) : 0);
        return count;
    }

    // MARK: between two requests

    /// Deals with what the last request left; false when the connection ends.
    bool finish() {
        if (!parser_) return true;
        if (answer_.stage() != Answer::Stage::done) return close();
        if (answer_.is_last() || is_bad_ || !drain()) {
            // With nothing left to read there is nothing that a close could cut off.
            if (parser_->is_done() && input_.size() == 0) channel_.stop_sending();
            else linger();
            return close();
        }
        parser_.reset();
        answer_.clear();
        if (input_.size() == 0 && input_.capacity() > head_room) input_ = boost::beast::flat_buffer();
        return true;
    }

    /// Whether the connection may take another request after this answer.
    bool will_stay() {
        if (is_bad_ || is_refusing_ || !parser_ || !parser_->is_header_done() || !parser_->keep_alive()) return false;
        if (!parser_->is_done()) {
            if (parser_->awaits_continue) return false; // whether a body comes now is the client's choice
            auto rest = parser_->content_length_remaining();
            if (rest && *rest > drained) return false;
        }
        return !around_.is_stopping();
    }

    bool drain() {
        std::vector<char> nobody;
        std::size_t left = drained;
        Deadline deadline(drain_time);
        while (!parser_->is_done()) {
            if (nobody.empty()) nobody.resize(piece);
            int64_t count = read(reinterpret_cast<uint8_t *>(nobody.data()), nobody.size(), false);
            if (count == HS_AGAIN) {
                if (channel_.wait(channel_.direction(), deadline) != Channel::Woken::ready) return false;
            } else if (count < 0 || static_cast<std::size_t>(count) > left) {
                return false;
            } else {
                left -= static_cast<std::size_t>(count);
            }
        }
        return true;
    }

    /// Closing with unread bytes makes a reset, which would take the answer away from a client that still sends. So
    /// only our side is closed, and what comes is thrown away for a while.
    void linger() {
        channel_.stop_sending();
        std::vector<char> nobody(piece);
        Deadline end(linger_time);
        while (channel_.is_open() && end.left() > 0 &&
               channel_.wait(POLLIN, Deadline(linger_gap), around_.stop) == Channel::Woken::ready) {
            ssize_t count = ::recv(channel_.descriptor(), nobody.data(), nobody.size(), 0);
            if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return;
        }
    }

    /// Waits until a request begins.
    bool await() {
        int time = is_refusing_ ? refusing_time : around_.limits.idle;
        Deadline deadline(time);
        while (input_.size() == 0) {
            if (!channel_.has_decrypted() &&
                channel_.wait(POLLIN, deadline, around_.stop) != Channel::Woken::ready)
                return false;
            ssize_t count = fill(head_room);
            if (count == 0 || count == Channel::failed) return false;
        }
        return true;
    }

    // MARK: the head

    /// Reads until the empty line. A status below 0: the client is gone.
    Refusal receive_head() {
        const std::size_t limit = around_.limits.head;
        Deadline deadline(is_refusing_ ? refusing_time : around_.limits.head_time);
        std::size_t line = 0, seen = 0;
        bool is_first = true;
        while (true) {
            auto data = input_.data();
            const char *bytes = static_cast<const char *>(data.data());
            // One empty line before a request is passed over (RFC 9112 §2.2).
            if (is_first && data.size() >= 2 && bytes[0] == '\r' && bytes[1] == '\n') {
                input_.consume(2);
                is_first = false;
                continue;
            }
            if (data.size() > 0 && bytes[0] != '\r' && !is_token(string_view(bytes, 1))) return {400, "no method"};
            while (seen < data.size()) {
                std::size_t at = seen;
                while (at < data.size() && bytes[at] != '\n') at++;
                if (at == data.size()) break;
                if (at == 0 || bytes[at - 1] != '\r') return {400, "a line ends without CR"};
                seen = at + 1;
                if (seen - line > around_.limits.field + 2) return {431, "a header field is too long"};
                if (at - line == 1) {
                    if (seen > limit) return {431, "the request's head is too long"};
                    head_.assign(bytes, seen);
                    input_.consume(seen);
                    parser_.emplace();
                    return {};
                }
                line = seen;
            }
            seen = data.size();
            if (seen > limit) return {431, "the request's head is too long"};
            ssize_t count = fill(seen < head_room ? head_room : 4 * head_room);
            if (count == Channel::again) {
                if (channel_.wait(channel_.direction(), deadline) != Channel::Woken::ready)
                    return {408, "the request's head did not come in time"};
            } else if (count <= 0) {
                return {-1, ""};
            }
        }
    }

    Refusal measure() const {
        if (parser_->fields.size() > around_.limits.fields) return {431, "too many header fields"};
        for (const RequestParser::Field &field : parser_->fields)
            if (field.name.size() + field.value.size() + 2 > around_.limits.field)
                return {431, "a header field is too long"};
        return {};
    }

    /// Answers in place of whoever calls `next`, and ends the connection.
    bool refuse(const Refusal &refusal) {
        std::string text = R"({"error":"invalid_request","error_description":")";
        text.append(refusal.words).append("\"}");
        is_bad_ = true;
        answer(refusal.status);
        header("Content-Type", "application/json");
        begin(static_cast<int64_t>(text.size()));
        if (write(text, true) == 0 && end() == 0) linger();
        return close();
    }

    static uint32_t length(string_view part) { return static_cast<uint32_t>(part.size()); }
    uint32_t place(string_view part) const {
        return part.empty() ? 0 : static_cast<uint32_t>(part.data() - head_.data());
    }

    void describe(hs_request *request) {
        const RequestParser &parser = *parser_;
        places_.clear();
        for (const RequestParser::Field &field : parser.fields)
            places_.push_back({place(field.name), length(field.name), place(field.value), length(field.value)});
        *request = hs_request{};
        request->head = reinterpret_cast<const uint8_t *>(head_.data());
        request->head_length = head_.size();
        request->method = place(parser.method), request->method_length = length(parser.method);
        request->target = place(parser.target), request->target_length = length(parser.target);
        request->path = place(parser.path), request->path_length = length(parser.path);
        request->host = place(parser.host), request->host_length = length(parser.host);
        request->fields = places_.data();
        request->field_count = places_.size();
        request->has_body = parser.has_length || parser.has_coding;
        auto said = parser.content_length();
        request->length = parser.has_coding ? -1 : said ? static_cast<int64_t>(*said) : 0;
    }
};

} // namespace dpop
#endif
