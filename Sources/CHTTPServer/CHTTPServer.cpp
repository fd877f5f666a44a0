#include "Connection.hpp"

#include <arpa/inet.h>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <unordered_set>

using namespace dpop;

namespace {

struct FreeContext {
    void operator()(SSL_CTX *context) const { SSL_CTX_free(context); }
};
struct FreeBIO {
    void operator()(BIO *bio) const { BIO_free(bio); }
};
struct FreeCertificate {
    void operator()(X509 *certificate) const { X509_free(certificate); }
};
struct FreeKey {
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
};

/// Of connections over the limit so many are told so; further ones are closed without a word.
constexpr std::size_t told = 64;

struct Port {
    int descriptor = -1, number = 0;
    std::unique_ptr<SSL_CTX, FreeContext> tls;
    std::size_t open = 0; // guarded by the server's lock
};

void say(char *why, std::size_t size, const char *words) {
    if (size > 0) std::snprintf(why, size, "%s", words);
}

void prepare_descriptor(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void raise_file_limit() {
    struct rlimit files;
    const rlim_t wanted = 1 << 16;
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    files.rlim_cur = files.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
}

/// Client certificates are asked for and taken as they are: tokens are bound to their thumbprint, not to an authority.
int take_any_certificate(X509_STORE_CTX *, void *) { return 1; }

int choose_protocol(SSL *, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
                    unsigned offered_length, void *) {
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *found = nullptr;
    if (SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

std::unique_ptr<SSL_CTX, FreeContext> make_tls(const char *certificate, const char *key) {
    std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
    std::unique_ptr<BIO, FreeBIO> text(BIO_new_mem_buf(certificate, -1)), secret(BIO_new_mem_buf(key, -1));
    if (!context || !text || !secret) return nullptr;
    std::unique_ptr<X509, FreeCertificate> leaf(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    std::unique_ptr<EVP_PKEY, FreeKey> own(PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr));
    if (!leaf || !own || SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), own.get()) != 1)
        return nullptr;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    // Every connection shows its certificate itself, so no session is resumed.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_num_tickets(context.get(), 0);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), take_any_certificate, nullptr);
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    return context;
}

/// The write end of the pipe that a signal fills. A signal handler can reach nothing else.
volatile int signalled = -1;

void on_signal(int) {
    int kept = errno;
    ssize_t ignored = ::write(signalled, "", 1);
    (void)ignored;
    errno = kept;
}

} // namespace

struct hs_server {
    hs_limits limits;
    int stop[2] = {-1, -1};
    std::vector<std::unique_ptr<Port>> ports;
    std::mutex lock;
    std::condition_variable freed;
    std::unordered_set<hs_connection *> connections;
};

struct hs_connection {
    hs_server &server;
    Port &port;
    Connection inner;

    hs_connection(hs_server &server, Port &port, int descriptor, SSL *tls, bool is_refusing)
        : server(server), port(port),
          inner(Surroundings{server.limits, server.stop[0], server.lock}, descriptor, tls, is_refusing) {}
};

namespace {

/// No exception crosses the header: whatever goes wrong inside has the same outcome as a lost connection.
template <typename Result, typename Work> Result guarded(Result otherwise, Work work) noexcept {
    try {
        return work();
    } catch (...) {
        return otherwise;
    }
}

hs_connection *take(hs_server &server, Port &port, int descriptor) {
    prepare_descriptor(descriptor);
    int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::unique_lock<std::mutex> lock(server.lock);
    const bool is_full = port.open >= server.limits.connections;
    if (port.open >= server.limits.connections + told) {
        ::close(descriptor);
        return nullptr;
    }
    SSL *tls = nullptr;
    if (port.tls) {
        tls = SSL_new(port.tls.get());
        if (tls == nullptr || SSL_set_fd(tls, descriptor) != 1) {
            SSL_free(tls);
            ::close(descriptor);
            return nullptr;
        }
    }
    auto *made = new hs_connection(server, port, descriptor, tls, is_full);
    server.connections.insert(made);
    port.open++;
    return made;
}

int open_port(hs_server &server, const char *host, int wanted, const char *certificate, const char *key, char *why,
              std::size_t why_size) {
    auto port = std::make_unique<Port>();
    if (certificate != nullptr && !(port->tls = make_tls(certificate, key))) {
        say(why, why_size, "the certificate or its key cannot be used");
        return 0;
    }
    if (wanted < 0 || wanted > 65535) {
        say(why, why_size, "a port is a number up to 65535");
        return 0;
    }
    struct addrinfo hints = {}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    int problem = ::getaddrinfo(host, std::to_string(wanted).c_str(), &hints, &found);
    if (problem != 0) {
        say(why, why_size, ::gai_strerror(problem));
        return 0;
    }
    std::unique_ptr<struct addrinfo, void (*)(struct addrinfo *)> addresses(found, ::freeaddrinfo);
    int descriptor = ::socket(found->ai_family, SOCK_STREAM, 0), on = 1;
    struct sockaddr_storage own = {};
    socklen_t size = sizeof own;
    if (descriptor >= 0) prepare_descriptor(descriptor);
    if (descriptor < 0 || ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || ::listen(descriptor, SOMAXCONN) != 0 ||
        ::getsockname(descriptor, reinterpret_cast<struct sockaddr *>(&own), &size) != 0) {
        say(why, why_size, std::strerror(errno));
        if (descriptor >= 0) ::close(descriptor);
        return 0;
    }
    port->descriptor = descriptor;
    port->number = ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<struct sockaddr_in6 *>(&own)->sin6_port
                                                   : reinterpret_cast<struct sockaddr_in *>(&own)->sin_port);
    server.ports.push_back(std::move(port));
    return server.ports.back()->number;
}

hs_connection *accept_one(hs_server &server, int *number) {
    std::vector<struct pollfd> watched;
    for (const auto &port : server.ports) watched.push_back({port->descriptor, POLLIN, 0});
    watched.push_back({server.stop[0], POLLIN, 0});
    while (true) {
        if (::poll(watched.data(), watched.size(), -1) < 0) continue; // EINTR
        if (watched.back().revents != 0) break;
        for (std::size_t at = 0; at < server.ports.size(); at++) {
            if (watched[at].revents == 0) continue;
            Port &port = *server.ports[at];
            int descriptor = ::accept(port.descriptor, nullptr, nullptr);
            if (descriptor < 0) {
                // Without descriptors or memory the connection stays in the queue: look again when some may be free.
                if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) ::poll(nullptr, 0, 20);
                continue;
            }
            try {
                if (hs_connection *made = take(server, port, descriptor)) {
                    *number = port.number;
                    return made;
                }
            } catch (...) {
                ::close(descriptor);
            }
        }
    }
    for (const auto &port : server.ports) ::close(port->descriptor);
    return nullptr;
}

} // namespace

// MARK: the header's functions

hs_server *hs_server_new(hs_limits limits) {
    return guarded<hs_server *>(nullptr, [&]() -> hs_server * {
        auto server = std::make_unique<hs_server>();
        server->limits = limits;
        if (::pipe(server->stop) != 0) return nullptr;
        for (int end : server->stop) prepare_descriptor(end);
        raise_file_limit();
        std::signal(SIGPIPE, SIG_IGN);
        return server.release();
    });
}

int hs_listen(hs_server *server, const char *host, int port, const char *certificate, const char *key, char *why,
              size_t why_size) {
    return guarded(0, [&] { return open_port(*server, host, port, certificate, key, why, why_size); });
}

void hs_stop_on_signals(hs_server *server) {
    signalled = server->stop[1];
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
}

hs_connection *hs_accept(hs_server *server, int *port) {
    return guarded<hs_connection *>(nullptr, [&] { return accept_one(*server, port); });
}

void hs_finish(hs_server *server, int milliseconds) {
    std::unique_lock<std::mutex> lock(server->lock);
    auto are_gone = [&] { return server->connections.empty(); };
    if (server->freed.wait_for(lock, std::chrono::milliseconds(milliseconds), are_gone)) return;
    for (hs_connection *connection : server->connections)
        if (connection->inner.channel().is_open()) ::shutdown(connection->inner.channel().descriptor(), SHUT_RDWR);
    server->freed.wait_for(lock, std::chrono::seconds(1), are_gone);
}

int hs_next(hs_connection *connection, hs_request *request) {
    return guarded(0, [&] { return connection->inner.next(request) ? 1 : 0; });
}

int64_t hs_read(hs_connection *connection, uint8_t *into, size_t room, int wait) {
    return guarded<int64_t>(HS_LOST, [&] { return connection->inner.read(into, room, wait != 0); });
}

void hs_answer(hs_connection *connection, int status) {
    guarded(0, [&] {
        connection->inner.answer(status);
        return 0;
    });
}

void hs_header(hs_connection *connection, const uint8_t *name, size_t name_length, const uint8_t *value,
               size_t value_length) {
    guarded(0, [&] {
        connection->inner.header(string_view(reinterpret_cast<const char *>(name), name_length),
                                 string_view(reinterpret_cast<const char *>(value), value_length));
        return 0;
    });
}

void hs_begin(hs_connection *connection, int64_t length) {
    guarded(0, [&] {
        connection->inner.begin(length);
        return 0;
    });
}

int hs_write(hs_connection *connection, const uint8_t *bytes, size_t length, int wait) {
    return guarded<int>(HS_LOST, [&] {
        return connection->inner.write(string_view(reinterpret_cast<const char *>(bytes), length), wait != 0);
    });
}

int hs_flush(hs_connection *connection, int wait) {
    return guarded<int>(HS_LOST, [&] { return connection->inner.flush(wait != 0); });
}

size_t hs_pending(const hs_connection *connection) { return connection->inner.pending(); }

int hs_end(hs_connection *connection) {
    return guarded<int>(HS_LOST, [&] { return connection->inner.end(); });
}

void hs_cut(hs_connection *connection, int reset) { connection->inner.cut(reset != 0); }

int hs_pause(hs_connection *connection, int milliseconds) {
    return connection->inner.pause(milliseconds) ? 0 : HS_LOST;
}

int hs_is_gone(hs_connection *connection) {
    return guarded(1, [&] { return connection->inner.is_gone() ? 1 : 0; });
}

int hs_is_full(const hs_connection *connection) { return connection->inner.is_full() ? 1 : 0; }

int hs_descriptor(const hs_connection *connection) { return connection->inner.channel().descriptor(); }

size_t hs_certificate(const hs_connection *connection, uint8_t *out, size_t size) {
    SSL *tls = connection->inner.channel().tls();
    std::unique_ptr<X509, FreeCertificate> shown(tls != nullptr ? SSL_get1_peer_certificate(tls) : nullptr);
    if (!shown) return 0;
    int length = i2d_X509(shown.get(), nullptr);
    if (length <= 0 || static_cast<size_t>(length) > size) return 0;
    return static_cast<size_t>(i2d_X509(shown.get(), &out));
}

size_t hs_common_name(const hs_connection *connection, char *out, size_t size) {
    SSL *tls = connection->inner.channel().tls();
    std::unique_ptr<X509, FreeCertificate> shown(tls != nullptr ? SSL_get1_peer_certificate(tls) : nullptr);
    if (!shown) return 0;
    X509_NAME *subject = X509_get_subject_name(shown.get());
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return 0;
    unsigned char *text = nullptr;
    int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length < 0) return 0;
    size_t taken = std::min(static_cast<size_t>(length), size);
    std::memcpy(out, text, taken);
    OPENSSL_free(text);
    return taken;
}

void hs_free(hs_connection *connection) {
    hs_server &server = connection->server;
    Port &port = connection->port;
    {
        std::lock_guard<std::mutex> lock(server.lock);
        server.connections.erase(connection);
        port.open--;
    }
    // Closes outside of the lock, which closing takes itself.
    delete connection;
    server.freed.notify_all();
}

const char *hs_reason(int status, size_t *length) {
    auto words = reason(status);
    *length = words.second;
    return words.first;
}
