// The answer that is being written: its head, its framing, and what is gathered before it is sent.
#ifndef DPOP_ANSWER_HPP
#define DPOP_ANSWER_HPP

#include "Channel.hpp"
#include "RequestParser.hpp"

#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

namespace dpop {

constexpr std::size_t piece = 64 << 10; // what is read at once, and what is gathered before it is sent

inline std::pair<const char *, std::size_t> reason(int status) {
    auto known = http::int_to_status(static_cast<unsigned>(status));
    if (known == http::status::unknown) return {"", 0};
    auto words = http::obsolete_reason(known);
    return {words.data(), words.size()};
}

/// What the request says of its answer's form.
struct AnswerForm {
    bool is_http11 = false, is_head = false;
    bool stays = false; // the connection may take another request
};

class Answer {
public:
    enum class Stage { none, head, body, done };

    Answer(Channel &channel, int patience) : channel_(channel), patience_(patience) {}

    Stage stage() const { return stage_; }
    /// Whether the connection ends with this answer.
    bool is_last() const { return is_last_; }
    std::size_t pending() const { return output_.size() - sent_; }

    /// Makes room for the next answer; its output is sent by then.
    void clear() { stage_ = Stage::none; }

    /// Sends something before the answer.
    bool interim(const char *text) {
        output_ += text;
        return flush(true);
    }

    void start(int status) {
        status_ = status;
        has_date_ = has_server_ = is_last_ = false;
        stage_ = Stage::head;
        auto words = reason(status);
        char line[16];
        int length = std::snprintf(line, sizeof line, "HTTP/1.1 %03d ", status % 1000);
        output_.append(line, static_cast<std::size_t>(length)).append(words.first, words.second).append("\r\n");
    }

    void header(string_view name, string_view value) {
        if (stage_ != Stage::head || !is_token(name)) return;
        if (same(name, "content-length") || same(name, "transfer-encoding") || same(name, "connection")) return;
        if (same(name, "date")) has_date_ = true;
        // An empty Date: the answer is to have none.
        if (same(name, "date") && value.empty()) return;
        if (same(name, "server")) has_server_ = true;
        output_.append(name.data(), name.size()).append(": ");
        for (char letter : value) output_ += letter == '\r' || letter == '\n' || letter == 0 ? ' ' : letter;
        output_ += "\r\n";
    }

    void begin(int64_t length, const AnswerForm &form) {
        if (stage_ != Stage::head) return;
        has_no_body_ = form.is_head || status_ == 204 || status_ == 304 || status_ < 200;
        promised_ = length;
        written_ = 0;
        is_chunked_ = length < 0 && !has_no_body_ && form.is_http11;
        // Without a length and without chunks only the connection's end says where the body ends.
        is_last_ = !form.stays || (length < 0 && !has_no_body_ && !form.is_http11);
        if (length >= 0 && status_ >= 200 && status_ != 204 && !(status_ == 304 && length == 0))
            output_.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
        if (is_chunked_) output_ += "Transfer-Encoding: chunked\r\n";
        if (is_last_) output_ += "Connection: close\r\n";
        else if (!form.is_http11) output_ += "Connection: keep-alive\r\n";
        if (!has_date_) output_.append("Date: ").append(date()).append("\r\n");
        if (!has_server_) output_ += "Server: dpop-lab\r\n";
        output_ += "\r\n";
        stage_ = Stage::body;
    }

    /// Adds a piece of the body, cut to what was promised.
    bool write(string_view bytes, bool wait) {
        if (stage_ != Stage::body) return false;
        if (promised_ >= 0)
            bytes = bytes.substr(0, std::min<uint64_t>(bytes.size(), static_cast<uint64_t>(promised_ - written_)));
        written_ += static_cast<int64_t>(bytes.size());
        if (has_no_body_ || bytes.empty()) return true;
        if (is_chunked_) {
            char line[20];
            int length = std::snprintf(line, sizeof line, "%zx\r\n", bytes.size());
            output_.append(line, static_cast<std::size_t>(length));
        }
        output_.append(bytes.data(), bytes.size());
        if (is_chunked_) output_ += "\r\n";
        return pending() < piece || flush(wait);
    }

    bool flush(bool wait) {
        Deadline deadline(patience_);
        while (sent_ < output_.size()) {
            ssize_t count = channel_.write(output_.data() + sent_, output_.size() - sent_);
            if (count > 0) sent_ += static_cast<std::size_t>(count);
            else if (count != Channel::again) return false;
            else if (!wait) return true;
            else if (channel_.wait(channel_.direction(), deadline) != Channel::Woken::ready) return false;
        }
        output_.clear();
        if (output_.capacity() > 4 * piece) output_.shrink_to_fit();
        sent_ = 0;
        return true;
    }

    /// False also for an answer that is shorter than it promised.
    bool end() {
        if (stage_ != Stage::body) return false;
        if (is_chunked_) output_ += "0\r\n\r\n";
        stage_ = Stage::done;
        return flush(true) && (promised_ <= written_ || has_no_body_);
    }

private:
    Channel &channel_;
    const int patience_; // milliseconds a client may take for what is gathered
    std::string output_;
    std::size_t sent_ = 0; // of the output
    Stage stage_ = Stage::none;
    int status_ = 0;
    int64_t promised_ = 0, written_ = 0; // bytes of the body; promised -1: unknown
    bool is_chunked_ = false, has_no_body_ = false, has_date_ = false, has_server_ = false, is_last_ = false;
    std::time_t second_ = 0;
    char date_[40] = "";

    const char *date() {
        std::time_t now = std::time(nullptr);
        if (now != second_) {
            struct tm parts;
            gmtime_r(&now, &parts);
            std::strftime(date_, sizeof date_, "%a, %d %b %Y %H:%M:%S GMT", &parts);
            second_ = now;
        }
        return date_;
    }
};

} // namespace dpop
#endif
