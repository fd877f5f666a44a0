// An HTTP/1.1 server that is pulled: accept a connection, take its next request, read pieces of the body, answer in
// pieces. Nothing calls back. Boost.Beast parses, OpenSSL does TLS; neither shows here, and no exception comes out.
//
// A connection belongs to one thread at a time. Requests that RFC 9112 wants refused are answered inside and never
// come out of `hs_next`.
#ifndef DPOP_CHTTPSERVER_H
#define DPOP_CHTTPSERVER_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hs_server hs_server;
typedef struct hs_connection hs_connection;

/// What a server does not take more of. Times are milliseconds.
typedef struct {
    size_t field;       // bytes of one header field
    size_t head;        // bytes of a request's head
    size_t fields;      // header fields of a request
    size_t connections; // open at once on each port; the next ones are answered 503
    int idle;           // from one request to the next, and without any progress within one
    int head_time;      // for a head once it has begun
} hs_limits;

/// A server without a port yet, and NULL without memory or descriptors. Raises the soft limit of open files, and from
/// now on SIGPIPE is ignored.
hs_server *hs_server_new(hs_limits limits);
/// Opens one more port (0: a free one) on a numeric address or a name. With PEM texts it speaks TLS, asks for a client
/// certificate and takes any or none. Returns the port's number, or 0 with a reason in `why`.
int hs_listen(hs_server *server, const char *host, int port, const char *certificate, const char *key, char *why,
              size_t why_size);
/// From now on SIGTERM and SIGINT stop this server.
void hs_stop_on_signals(hs_server *server);
/// Waits for the next connection; NULL when the server was stopped. `*port` says which one it came to.
hs_connection *hs_accept(hs_server *server, int *port);
/// After `hs_accept` said NULL: gives open requests so many milliseconds, cuts what is left, and waits until their
/// threads have freed them (or does not end for another second).
void hs_finish(hs_server *server, int milliseconds);

/// A header field: places in the request's head.
typedef struct {
    uint32_t name, name_length, value, value_length;
} hs_field;

/// One request. Everything points into the connection and lasts until the next `hs_next`.
typedef struct {
    const uint8_t *head; // as received, with the request line
    size_t head_length;
    uint32_t method, method_length;       // places in the head
    uint32_t target, target_length;       // as sent
    uint32_t path, path_length;           // the target without scheme and authority; empty stands for "/"
    uint32_t host, host_length;           // the Host field's value; empty in HTTP/1.0 without one
    const hs_field *fields;
    size_t field_count;
    int64_t length; // of the body; -1 when it comes in chunks
    int has_body;   // a length or a transfer coding was given
} hs_request;

/// Waits for the next request; what is left of the one before is dealt with first. 1: there is one. 0: the connection
/// has ended, whyever; free it.
int hs_next(hs_connection *connection, hs_request *request);

enum { HS_LOST = -1, HS_BAD = -2, HS_AGAIN = -3 };
/// Reads up to `room` bytes of the body. Returns how many; 0 at its end; HS_LOST when the client is gone or silent for
/// too long; HS_BAD when the body's framing is wrong; HS_AGAIN, only if not `wait`, when nothing is there yet.
int64_t hs_read(hs_connection *connection, uint8_t *into, size_t room, int wait);

/// Begins an answer. Its status line and the fields that follow are kept until something is flushed.
void hs_answer(hs_connection *connection, int status);
/// Adds a field. A name that is no token is left out; CR, LF and NUL in a value become spaces. Content-Length,
/// Transfer-Encoding, Connection, Date and Server are the connection's own business unless given: then Date and Server
/// are as given, and an empty Date is none; the others are left out.
void hs_header(hs_connection *connection, const uint8_t *name, size_t name_length, const uint8_t *value,
               size_t value_length);
/// Closes the head. `length` -1: not known, the body goes out in chunks (or until the close to HTTP/1.0).
void hs_begin(hs_connection *connection, int64_t length);
/// Adds a piece of the body; large ones are sent at once. 0, or HS_LOST.
int hs_write(hs_connection *connection, const uint8_t *bytes, size_t length, int wait);
/// Sends what is kept; without `wait` as much as goes. 0, or HS_LOST.
int hs_flush(hs_connection *connection, int wait);
/// Bytes that are kept and not sent yet.
size_t hs_pending(const hs_connection *connection);
/// Ends the answer and sends it all. An answer shorter than it promised ends the connection. 0, or HS_LOST.
int hs_end(hs_connection *connection);
/// Ends the connection now, by a reset or in the middle of whatever was being sent.
void hs_cut(hs_connection *connection, int reset);

/// Sleeps. HS_LOST when the connection was cut meanwhile, else 0.
int hs_pause(hs_connection *connection, int milliseconds);
/// Once a request's body is read, without waiting: whether the client has hung up. Bytes of next requests are kept.
int hs_is_gone(hs_connection *connection);
/// Whether so much of next requests is kept that `hs_is_gone` reads no more and cannot tell.
int hs_is_full(const hs_connection *connection);
/// To wait for the client together with others.
int hs_descriptor(const hs_connection *connection);

/// The client's certificate as DER, 0 when it showed none or it is longer than `size`.
size_t hs_certificate(const hs_connection *connection, uint8_t *out, size_t size);
/// The common name of its subject as UTF-8, 0 when there is none.
size_t hs_common_name(const hs_connection *connection, char *out, size_t size);
/// Frees a connection and closes it if it is open.
void hs_free(hs_connection *connection);

/// The usual words for a status, empty when there are none.
const char *hs_reason(int status, size_t *length);

#ifdef __cplusplus
}
#endif
#endif
