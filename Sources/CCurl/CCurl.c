#include "CCurl.h"
#include "Library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// libcurl brings thirty libraries along: 5 ms of every start, so it is loaded when the first request is sent.
#define FUNCTIONS(X)                                                                                          \
    X(curl_global_init) X(curl_easy_init) X(curl_easy_setopt) X(curl_easy_getinfo) X(curl_easy_cleanup)       \
    X(curl_easy_strerror) X(curl_multi_init) X(curl_multi_add_handle) X(curl_multi_remove_handle)             \
    X(curl_multi_perform) X(curl_multi_info_read) X(curl_multi_poll) X(curl_slist_append) X(curl_slist_free_all) \
    X(curl_version)
#define FIELD(name) __typeof__(&name) name;
static struct {
    FUNCTIONS(FIELD)
} lib;

static int load_library(void) {
    void *handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL) return 0;
#define FIND(name)                                                                                            \
    if ((lib.name = (__typeof__(&name))dlsym(handle, #name)) == NULL) return 0;
    FUNCTIONS(FIND)
    return 1;
}

#define BODY_LIMIT (8u << 20)

struct buffer {
    uint8_t *bytes;
    size_t length, room;
};

struct cu_transfer {
    CURL *easy;
    struct curl_slist *headers, *resolve, *connect_to;
    struct buffer parts[4];
    char error[CURL_ERROR_SIZE];
    CURLcode code;
    int is_done, is_cut, head_is_closed, was_sent, is_resend;
};

static CURLM *multi;

static void initialise(void) {
    if (load_library() && lib.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) multi = lib.curl_multi_init();
}

static pthread_once_t initialised = PTHREAD_ONCE_INIT;

int cu_global_init(void) {
    pthread_once(&initialised, initialise);
    return multi != NULL ? 0 : -1;
}

static void *preload(void *nothing) {
    free(malloc(120 << 10)); // this thread's heap grows by one step instead of thirty
    cu_global_init();
    return nothing;
}

void cu_preload(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, preload, NULL) == 0) pthread_detach(thread);
}

static int append(struct buffer *buffer, const void *bytes, size_t length) {
    if (buffer->length + length > buffer->room) {
        size_t room = (buffer->length + length) * 2;
        uint8_t *grown = realloc(buffer->bytes, room);
        if (grown == NULL) return 0;
        buffer->bytes = grown;
        buffer->room = room;
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return 1;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    cu_transfer *transfer = context;
    struct buffer *body = &transfer->parts[CU_BODY];
    size_t length = size * count, room = BODY_LIMIT - body->length;
    if (length > room) {
        transfer->is_cut = 1;
        append(body, bytes, room);
        return 0; // enough: the transfer ends, what came is kept
    }
    return append(body, bytes, length) ? length : 0;
}

static int is_interim(const struct buffer *head) {
    const uint8_t *space = head->bytes == NULL ? NULL : memchr(head->bytes, ' ', head->length);
    return space != NULL && space + 4 < head->bytes + head->length && space[1] == '1' && memcmp(space + 1, "101", 3) != 0;
}

// Heads of interim answers (100, 103) come first; the last one is the answer's.
static size_t take_head(char *bytes, size_t size, size_t count, void *context) {
    cu_transfer *transfer = context;
    struct buffer *head = &transfer->parts[CU_RECEIVED];
    size_t length = size * count;
    if (length <= 2) {
        if (is_interim(head)) {
            head->length = 0;
            return length;
        }
        transfer->head_is_closed = 1;
    }
    if (head->length + length > (1u << 20)) return 0;
    return append(head, bytes, length) ? length : 0;
}

// Before each head that libcurl is about to send. It sends a request again by itself where a connection ended before an
// answer (Curl_retry_request): the same proof a second time, which a server may call a replay. Nothing goes twice.
static int before_sending(void *context, char *to, char *from, int to_port, int from_port) {
    cu_transfer *transfer = context;
    (void)to, (void)from, (void)to_port, (void)from_port;
    transfer->is_resend = transfer->was_sent;
    transfer->was_sent = 1;
    return transfer->is_resend ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static int take_debug(CURL *easy, curl_infotype type, char *bytes, size_t length, void *context) {
    static const char tls[] = "SSL connection using ";
    cu_transfer *transfer = context;
    (void)easy;
    // Not what a proxy was asked (CONNECT), which goes before.
    if (type == CURLINFO_HEADER_OUT && transfer->was_sent) append(&transfer->parts[CU_SENT], bytes, length);
    if (type == CURLINFO_TEXT && length > sizeof tls && memcmp(bytes, tls, sizeof tls - 1) == 0) {
        transfer->parts[CU_TLS].length = 0;
        append(&transfer->parts[CU_TLS], bytes + sizeof tls - 1, length - sizeof tls + 1);
    }
    return 0;
}

static struct curl_slist *list(const char *const *texts, size_t count, int *good) {
    struct curl_slist *made = NULL;
    for (size_t at = 0; at < count; at++) {
        struct curl_slist *longer = lib.curl_slist_append(made, texts[at]);
        if (longer == NULL) {
            *good = 0;
            return made;
        }
        made = longer;
    }
    return made;
}

#define SET(option, value) SET_BY(lib.curl_easy_setopt, option, value)

static CURLcode configure(cu_transfer *transfer, const cu_request *request) {
    CURL *easy = transfer->easy;
    struct basics basics = {request->method, request->url, request->cacert, transfer->headers, transfer->error, take_head, take_body, transfer};
    CURLcode failed = set_basics(lib.curl_easy_setopt, easy, &basics);
    if (request->body != NULL) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        SET(CURLOPT_COPYPOSTFIELDS, (const char *)request->body);
    }
    SET(CURLOPT_CUSTOMREQUEST, request->method); // last: a body sets one of its own
    // A connection of its own: a kept one may be closed while the request is on its way, and nobody could tell whether
    // the server has seen it. So each exchange also says its own name lookup, connection and TLS.
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); // a proxy's, not the server's
    SET(CURLOPT_PREREQFUNCTION, before_sending);
    SET(CURLOPT_PREREQDATA, transfer);
    SET(CURLOPT_TIMEOUT_MS, (long)(request->timeout * 1000));
    SET(CURLOPT_HTTP_VERSION, request->http2 ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_VERBOSE, 1L);
    SET(CURLOPT_DEBUGFUNCTION, take_debug);
    SET(CURLOPT_DEBUGDATA, transfer);
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_CERTINFO, 1L);
    if (request->insecure) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (request->cert != NULL) SET(CURLOPT_SSLCERT, request->cert);
    if (request->key != NULL) SET(CURLOPT_SSLKEY, request->key);
    if (request->proxy != NULL) SET(CURLOPT_PROXY, request->proxy);
    if (transfer->resolve != NULL) SET(CURLOPT_RESOLVE, transfer->resolve);
    if (transfer->connect_to != NULL) SET(CURLOPT_CONNECT_TO, transfer->connect_to);
    return failed;
}

cu_transfer *cu_start(const cu_request *request, char *why, size_t why_size) {
    int good = 1;
    if (cu_global_init() != 0) {
        say(why, why_size, "libcurl (" LIBRARY ") cannot be loaded");
        return NULL;
    }
    cu_transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL || (transfer->easy = lib.curl_easy_init()) == NULL) {
        free(transfer);
        say(why, why_size, "no memory");
        return NULL;
    }
    transfer->headers = list(request->headers, request->header_count, &good);
    transfer->resolve = list(request->resolve, request->resolve_count, &good);
    transfer->connect_to = list(request->connect_to, request->connect_to_count, &good);
    CURLcode code = good ? configure(transfer, request) : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK || lib.curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) {
        say(why, why_size, code != CURLE_OK ? lib.curl_easy_strerror(code) : "libcurl does not take the transfer");
        cu_free(transfer);
        return NULL;
    }
    return transfer;
}

cu_transfer *cu_advance(void) {
    int running = 0, waiting = 0;
    CURLMsg *message;
    if (multi == NULL) return NULL;
    lib.curl_multi_perform(multi, &running);
    while ((message = lib.curl_multi_info_read(multi, &waiting)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        cu_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        lib.curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        if (transfer == NULL) continue;
        transfer->code = transfer->is_cut ? CURLE_OK : code;
        // For libcurl a head without its end is an answer too.
        if (code == CURLE_OK && !transfer->head_is_closed) transfer->code = CURLE_PARTIAL_FILE;
        transfer->is_done = 1;
        return transfer;
    }
    return NULL;
}

int cu_wait(const int *descriptors, size_t count, int milliseconds, uint8_t *ready) {
    struct curl_waitfd extra[8];
    int happened = 0;
    if (count > 8 || cu_global_init() != 0) return -1;
    for (size_t at = 0; at < count; at++) extra[at] = (struct curl_waitfd){descriptors[at], CURL_WAIT_POLLIN | CURL_WAIT_POLLPRI, 0};
    CURLMcode code = lib.curl_multi_poll(multi, extra, (unsigned)count, milliseconds < 0 ? 1 << 30 : milliseconds, &happened);
    for (size_t at = 0; at < count; at++) ready[at] = extra[at].revents != 0;
    return code == CURLM_OK ? happened : -1;
}

void cu_free(cu_transfer *transfer) {
    if (transfer == NULL) return;
    if (transfer->easy != NULL) {
        if (multi != NULL) lib.curl_multi_remove_handle(multi, transfer->easy);
        lib.curl_easy_cleanup(transfer->easy);
    }
    lib.curl_slist_free_all(transfer->headers);
    lib.curl_slist_free_all(transfer->resolve);
    lib.curl_slist_free_all(transfer->connect_to);
    for (int at = 0; at < 4; at++) free(transfer->parts[at].bytes);
    free(transfer);
}

const char *cu_error(const cu_transfer *transfer) {
    if (transfer->code == CURLE_OK) return NULL;
    if (transfer->is_resend) return "the connection ended before an answer; the request was not sent again, as that would be the same proof twice";
    if (transfer->code == CURLE_PARTIAL_FILE && !transfer->head_is_closed) return "the connection ended in the middle of the answer's head";
    return transfer->error[0] != 0 ? transfer->error : lib.curl_easy_strerror(transfer->code);
}

long cu_connect_code(const cu_transfer *transfer) {
    long code = 0;
    lib.curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &code);
    return code;
}

const char *cu_error_kind(const cu_transfer *transfer) {
    long connect = cu_connect_code(transfer);
    if (transfer->is_resend) return "receive";
    if (connect != 0 && connect / 100 != 2) return "proxy";
    switch (transfer->code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return "proxy";
    case CURLE_COULDNT_RESOLVE_HOST: return "dns";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER: return "tls";
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_UNSUPPORTED_PROTOCOL: // what came is no HTTP
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_RECV_ERROR: return "receive";
    case CURLE_SEND_ERROR: return "send";
    default: return "other";
    }
}

const uint8_t *cu_bytes(const cu_transfer *transfer, int what, size_t *length) {
    *length = transfer->parts[what].length;
    return transfer->parts[what].bytes;
}

int cu_body_is_cut(const cu_transfer *transfer) { return transfer->is_cut; }

void cu_times(const cu_transfer *transfer, double times[5]) {
    static const CURLINFO infos[5] = {
        CURLINFO_NAMELOOKUP_TIME, CURLINFO_CONNECT_TIME, CURLINFO_APPCONNECT_TIME, CURLINFO_STARTTRANSFER_TIME, CURLINFO_TOTAL_TIME,
    };
    for (int at = 0; at < 5; at++) {
        times[at] = 0;
        lib.curl_easy_getinfo(transfer->easy, infos[at], &times[at]);
    }
}

const char *cu_certificate(const cu_transfer *transfer, size_t index) {
    struct curl_certinfo *chain = NULL;
    if (lib.curl_easy_getinfo(transfer->easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL || index >= (size_t)chain->num_of_certs)
        return NULL;
    for (struct curl_slist *item = chain->certinfo[index]; item != NULL; item = item->next)
        if (strncmp(item->data, "Cert:", 5) == 0) return item->data + 5;
    return NULL;
}

long cu_http_version(const cu_transfer *transfer) {
    long version = 0;
    lib.curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
    return version;
}

const char *cu_version(void) { return cu_global_init() == 0 ? lib.curl_version() : ""; }
