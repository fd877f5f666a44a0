// One accepted socket, plain or TLS, that never blocks by itself: every wait is a poll() with a deadline.
#ifndef DPOP_CHANNEL_HPP
#define DPOP_CHANNEL_HPP

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dpop {

/// A point in time after which nothing is waited for.
class Deadline {
public:
    explicit Deadline(int milliseconds) : end_(Clock::now() + std::chrono::milliseconds(milliseconds)) {}

    int left() const {
        auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
        return static_cast<int>(std::max<long long>(rest, 0));
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point end_;
};

struct FreeTLS {
    void operator()(SSL *tls) const { SSL_free(tls); }
};

class Channel {
public:
    enum : ssize_t { again = -1, failed = -2 };

    Channel(int descriptor, SSL *tls) : descriptor_(descriptor), tls_(tls) {}
    ~Channel() { close(); }
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    int descriptor() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }
    bool is_tls() const { return tls_ != nullptr; }
    SSL *tls() const { return tls_.get(); }
    /// What the last `again` waits for.
    bool wants_to_write() const { return wants_to_write_; }
    /// Whether decrypted bytes are there that poll() knows nothing of.
    bool has_decrypted() const { return tls_ != nullptr && SSL_pending(tls_.get()) > 0; }

    /// Bytes read, 0 at the end, `again` or `failed`.
    ssize_t read(void *into, std::size_t room) {
        if (!is_open()) return failed;
        wants_to_write_ = false;
        if (tls_ == nullptr) {
            ssize_t count;
            do count = ::recv(descriptor_, into, room, 0);
            while (count < 0 && errno == EINTR);
            return count >= 0 ? count : errno == EAGAIN || errno == EWOULDBLOCK ? again : failed;
        }
        ERR_clear_error();
        return outcome(SSL_read(tls_.get(), into, static_cast<int>(std::min<std::size_t>(room, 1u << 30))));
    }

    /// Bytes written, `again` or `failed`.
    ssize_t write(const void *bytes, std::size_t length) {
        if (!is_open()) return failed;
        wants_to_write_ = true;
        if (tls_ == nullptr) {
            ssize_t count;
            do count = ::send(descriptor_, bytes, length, send_flags);
            while (count < 0 && errno == EINTR);
            return count >= 0 ? count : errno == EAGAIN || errno == EWOULDBLOCK ? again : failed;
        }
        ERR_clear_error();
        return outcome(SSL_write(tls_.get(), bytes, static_cast<int>(std::min<std::size_t>(length, 1u << 30))));
    }

    enum class Woken { ready, stopped, late };

    /// Waits until the socket can go on; `stop` is a descriptor that becomes readable when nobody should wait any more,
    /// or -1.
    Woken wait(short events, const Deadline &deadline, int stop = -1) const {
        struct pollfd watched[2] = {{descriptor_, events, 0}, {stop, POLLIN, 0}};
        while (is_open()) {
            int left = deadline.left();
            int count = ::poll(watched, stop >= 0 ? 2 : 1, left);
            if (count > 0) return watched[0].revents != 0 ? Woken::ready : Woken::stopped;
            if (count == 0 && left == 0) return Woken::late;
            if (count == 0 && deadline.left() == 0) return Woken::late;
            if (count < 0 && errno != EINTR) return Woken::late;
        }
        return Woken::late;
    }

    short direction() const { return wants_to_write_ ? POLLOUT : POLLIN; }

    bool shake_hands(const Deadline &deadline, int stop) {
        while (tls_ != nullptr) {
            ERR_clear_error();
            int result = SSL_accept(tls_.get());
            if (result == 1) break;
            wants_to_write_ = false;
            if (outcome(result) != again || wait(direction(), deadline, stop) != Woken::ready) {
                is_broken_ = true;
                return false;
            }
        }
        return true;
    }

    /// Says that nothing more will be sent; what the client sends can still be read.
    void stop_sending() {
        if (!is_open()) return;
        ERR_clear_error();
        if (tls_ != nullptr && !is_broken_) SSL_shutdown(tls_.get());
        ::shutdown(descriptor_, SHUT_WR);
    }

    /// Lets the client see a reset instead of an end.
    void reset() {
        if (!is_open()) return;
        struct linger hard = {1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }

    void close() {
        if (is_open()) ::close(descriptor_);
        descriptor_ = -1;
    }

private:
#ifdef MSG_NOSIGNAL
    static constexpr int send_flags = MSG_NOSIGNAL;
#else
    static constexpr int send_flags = 0;
#endif
    int descriptor_;
    std::unique_ptr<SSL, FreeTLS> tls_;
    bool wants_to_write_ = false, is_broken_ = false;

    ssize_t outcome(int result) {
        if (result > 0) return result;
        switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ: wants_to_write_ = false; return again;
        case SSL_ERROR_WANT_WRITE: wants_to_write_ = true; return again;
        case SSL_ERROR_ZERO_RETURN: return 0;
        default: is_broken_ = true; return failed;
        }
    }
};

} // namespace dpop
#endif
