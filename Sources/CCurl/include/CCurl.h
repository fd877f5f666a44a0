// HTTP transfers as dpop-tui needs them: libcurl's variadic calls and callbacks stay in the .c file. One thread only.
#ifndef DPOP_CCURL_H
#define DPOP_CCURL_H
#include <stddef.h>
#include <stdint.h>

#include "CurlStream.h"

typedef struct cu_transfer cu_transfer;

/// One request to send. Strings are copied; NULL stands for "not given".
typedef struct {
    const char *method;
    const char *url;
    const char *const *headers; // "Name: value"
    size_t header_count;
    const uint8_t *body; // NULL: none
    size_t body_length;
    const char *cacert;
    const char *cert;
    const char *key;
    const char *proxy;
    const char *const *resolve;
    size_t resolve_count;
    const char *const *connect_to;
    size_t connect_to_count;
    double timeout; // seconds
    int insecure;
    int http2; // 0: HTTP/1.1, whose bytes are exact; 1: HTTP/2 where the server offers it
} cu_request;

/// Loads libcurl unless that was done; waits for a thread that is doing it. 0 or -1.
int cu_global_init(void);
/// Begins to load libcurl on a thread of its own.
void cu_preload(void);
/// Sends. NULL with a reason in `why` when libcurl refuses the request itself.
cu_transfer *cu_start(const cu_request *request, char *why, size_t why_size);
/// Moves transfers on; a transfer that ended now, or NULL.
cu_transfer *cu_advance(void);
/// Waits for transfers, and for input on `descriptors`; `ready[i]` tells which. `milliseconds` -1: as long as it takes.
int cu_wait(const int *descriptors, size_t count, int milliseconds, uint8_t *ready);
/// Ends a transfer, finished or not, and frees it.
void cu_free(cu_transfer *transfer);

/// NULL when the transfer went through, else what went wrong.
const char *cu_error(const cu_transfer *transfer);
/// The part an error is of: "proxy", "dns", "connect", "tls", "timeout", "receive", "send", "other".
const char *cu_error_kind(const cu_transfer *transfer);
/// The status with which a proxy answered CONNECT; 0 where none was asked.
long cu_connect_code(const cu_transfer *transfer);
enum { CU_SENT = 0, CU_RECEIVED = 1, CU_BODY = 2, CU_TLS = 3 };
/// The request head as sent, the answer's last head, the body, or the words on TLS.
const uint8_t *cu_bytes(const cu_transfer *transfer, int what, size_t *length);
int cu_body_is_cut(const cu_transfer *transfer);
/// Seconds from the start: name found, connected, TLS done, first byte, all.
void cu_times(const cu_transfer *transfer, double times[5]);
/// The server's certificates as PEM, the leaf first; NULL beyond the last.
const char *cu_certificate(const cu_transfer *transfer, size_t index);
long cu_http_version(const cu_transfer *transfer);
const char *cu_version(void);
#endif
