#include "CCurl.h"
#include "Library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The library is loaded when it is first needed, as in CCurl.c; these are the functions of this file.
#define FUNCTIONS(X)                                                                                          \
    X(curl_easy_init) X(curl_easy_reset) X(curl_easy_setopt) X(curl_easy_cleanup) X(curl_easy_strerror)       \
    X(curl_easy_pause) X(curl_multi_init) X(curl_multi_setopt) X(curl_multi_add_handle)                       \
    X(curl_multi_remove_handle) X(curl_multi_perform) X(curl_multi_info_read) X(curl_multi_poll)              \
    X(curl_multi_cleanup) X(curl_slist_append) X(curl_slist_free_all)
#define FIELD(name) __typeof__(&name) name;
static struct {
    FUNCTIONS(FIELD)
} lib;

enum {
    UP_ROOM = 64 << 10,       // a body up to this length is kept until the call ends: it can be sent again
    DOWN_ROOM = 128 << 10,    // more than libcurl hands over at once
    HEAD_LIMIT = 256 << 10,
    KEPT_SLOTS = 64,
    KEPT_CONNECTIONS = 4,     // of each slot
    LONGEST_IDLE = 50,        // seconds a connection is kept: less than the lab's servers keep theirs
};

/// A multi handle with the connections it keeps, and an easy handle; a call has one to itself.
struct slot {
    CURLM *multi;
    CURL *easy;
    struct slot *next;
};

static struct slot *kept;
static int kept_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static int is_loaded;

static void load(void) {
    if (cu_global_init() != 0) return;
    void *handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL) return;
#define FIND(name)                                                                                            \
    if ((lib.name = (__typeof__(&name))dlsym(handle, #name)) == NULL) return;
    FUNCTIONS(FIND)
    is_loaded = 1;
}

struct cs_call {
    struct slot *slot;
    struct curl_slist *fields;
    int is_retained;             // the body fits into `up` and stays there
    int has_body, is_given, is_done, head_is_done;
    int send_is_paused, receive_is_paused;
    size_t up_length, up_sent;
    size_t down_start, down_end;
    char *head;
    size_t head_length, head_room;
    int status;
    CURLcode code;
    char error[CURL_ERROR_SIZE];
    uint8_t *up, *down; // UP_ROOM and DOWN_ROOM bytes
};

static void slot_free(struct slot *slot) {
    if (slot->easy != NULL) lib.curl_easy_cleanup(slot->easy);
    if (slot->multi != NULL) lib.curl_multi_cleanup(slot->multi);
    free(slot);
}

/// The slot that was used last: its connections are the freshest.
static struct slot *slot_take(void) {
    pthread_mutex_lock(&lock);
    struct slot *slot = kept;
    if (slot != NULL) {
        kept = slot->next;
        kept_count--;
    }
    pthread_mutex_unlock(&lock);
    if (slot != NULL) return slot;
    slot = calloc(1, sizeof *slot);
    if (slot == NULL) return NULL;
    slot->multi = lib.curl_multi_init();
    slot->easy = lib.curl_easy_init();
    if (slot->multi == NULL || slot->easy == NULL) {
        slot_free(slot);
        return NULL;
    }
    lib.curl_multi_setopt(slot->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    return slot;
}

static void slot_give_back(struct slot *slot) {
    lib.curl_easy_reset(slot->easy);
    pthread_mutex_lock(&lock);
    int is_kept = kept_count < KEPT_SLOTS;
    if (is_kept) {
        slot->next = kept;
        kept = slot;
        kept_count++;
    }
    pthread_mutex_unlock(&lock);
    if (!is_kept) slot_free(slot);
}

// MARK: what libcurl calls; nothing here waits

static size_t read_body(char *into, size_t size, size_t count, void *context) {
    cs_call *call = context;
    size_t room = size * count, there = call->up_length - call->up_sent;
    if (there == 0) {
        if (call->is_given) return 0;
        call->send_is_paused = 1;
        return CURL_READFUNC_PAUSE;
    }
    size_t taken = there < room ? there : room;
    memcpy(into, call->up + call->up_sent, taken);
    call->up_sent += taken;
    if (call->up_sent == call->up_length && !call->is_retained) call->up_sent = call->up_length = 0;
    return taken;
}

// A kept connection may turn out to be closed: libcurl sends again on a new one, from the body's beginning.
static int seek_body(void *context, curl_off_t offset, int origin) {
    cs_call *call = context;
    if (!call->is_retained || offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    call->up_sent = 0;
    return CURL_SEEKFUNC_OK;
}

static size_t write_body(char *bytes, size_t size, size_t count, void *context) {
    cs_call *call = context;
    size_t length = size * count;
    if (call->down_start == call->down_end) call->down_start = call->down_end = 0;
    if (length > DOWN_ROOM - call->down_end) {
        call->receive_is_paused = 1;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (call->down == NULL && (call->down = malloc(DOWN_ROOM)) == NULL) return 0;
    memcpy(call->down + call->down_end, bytes, length);
    call->down_end += length;
    return length;
}

static size_t write_head(char *bytes, size_t size, size_t count, void *context) {
    cs_call *call = context;
    size_t length = size * count;
    if (call->head_is_done) return length; // a trailer
    if (length > 12 && memcmp(bytes, "HTTP/", 5) == 0) {
        const char *space = memchr(bytes, ' ', length - 4);
        call->head_length = 0; // interim answers came before
        call->status = space != NULL ? atoi(space + 1) : 0;
    }
    if (length <= 2 && call->status >= 200) call->head_is_done = 1;
    if (call->head_length + length > HEAD_LIMIT) return 0;
    if (call->head_length + length > call->head_room) {
        size_t room = (call->head_length + length) * 2 + 512;
        char *grown = realloc(call->head, room);
        if (grown == NULL) return 0;
        call->head = grown;
        call->head_room = room;
    }
    memcpy(call->head + call->head_length, bytes, length);
    call->head_length += length;
    return length;
}

// MARK: a call

#define SET(option, value) SET_BY(lib.curl_easy_setopt, option, value)

static CURLcode configure(cs_call *call, const cs_request *request) {
    CURL *easy = call->slot->easy;
    struct basics basics = {request->method, request->url, request->cacert, call->fields, call->error, write_head, write_body, call};
    CURLcode failed = set_basics(lib.curl_easy_setopt, easy, &basics);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (request->target != NULL) SET(CURLOPT_REQUEST_TARGET, request->target);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_time);
    SET(CURLOPT_MAXAGE_CONN, (long)LONGEST_IDLE);
    SET(CURLOPT_BUFFERSIZE, 64L << 10);
    if (call->has_body) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_UPLOAD_BUFFERSIZE, 64L << 10);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->length);
        SET(CURLOPT_READFUNCTION, read_body);
        SET(CURLOPT_READDATA, call);
        SET(CURLOPT_SEEKFUNCTION, seek_body);
        SET(CURLOPT_SEEKDATA, call);
        // What cannot be sent again must not meet a connection that is closed already.
        if (!call->is_retained) SET(CURLOPT_FRESH_CONNECT, 1L);
    }
    SET(CURLOPT_CUSTOMREQUEST, request->method); // last: a body sets one of its own
    return failed;
}

static int set_fields(cs_call *call, const cs_request *request) {
    for (size_t at = 0; at < request->field_count; at++) {
        struct curl_slist *longer = lib.curl_slist_append(call->fields, request->fields[at]);
        if (longer == NULL) return 0;
        call->fields = longer;
    }
    return 1;
}

cs_call *cs_start(const cs_request *request, char *why, size_t why_size) {
    pthread_once(&loaded, load);
    if (!is_loaded) {
        say(why, why_size, "libcurl (" LIBRARY ") cannot be loaded");
        return NULL;
    }
    cs_call *call = calloc(1, sizeof *call);
    if (call == NULL || (call->slot = slot_take()) == NULL) {
        free(call);
        say(why, why_size, "no memory");
        return NULL;
    }
    call->has_body = request->length != CS_NO_BODY && strcmp(request->method, "HEAD") != 0;
    call->is_given = request->length == 0;
    call->is_retained = request->length >= 0 && request->length <= UP_ROOM;
    int good = set_fields(call, request);
    if (call->has_body && (call->up = malloc(UP_ROOM)) == NULL) good = 0;
    CURLcode code = good ? configure(call, request) : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK || lib.curl_multi_add_handle(call->slot->multi, call->slot->easy) != CURLM_OK) {
        say(why, why_size, code != CURLE_OK ? lib.curl_easy_strerror(code) : "libcurl does not take the call");
        cs_free(call);
        return NULL;
    }
    return call;
}

/// Lets go on what waited for bytes, or for room.
static void go_on(cs_call *call) {
    int sends = call->send_is_paused && (call->up_sent < call->up_length || call->is_given);
    int receives = call->receive_is_paused && call->down_start == call->down_end;
    if (!sends && !receives) return;
    if (sends) call->send_is_paused = 0;
    if (receives) call->receive_is_paused = 0;
    // Callbacks may run inside this call and pause again.
    lib.curl_easy_pause(call->slot->easy, (call->send_is_paused ? CURLPAUSE_SEND : 0) |
                                          (call->receive_is_paused ? CURLPAUSE_RECV : 0));
}

int cs_step(cs_call *call) {
    int running = 0, waiting = 0;
    CURLMsg *message;
    if (call->is_done) return 1;
    go_on(call);
    CURLMcode code = lib.curl_multi_perform(call->slot->multi, &running);
    while ((message = lib.curl_multi_info_read(call->slot->multi, &waiting)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        call->code = message->data.result;
        call->is_done = 1;
    }
    if (code != CURLM_OK && !call->is_done) {
        call->code = CURLE_FAILED_INIT;
        call->is_done = 1;
    }
    return call->is_done;
}

int cs_wait(cs_call *call, int descriptor, int for_reading, int for_writing, int milliseconds) {
    struct curl_waitfd extra = {descriptor, 0, 0};
    extra.events = (short)((for_reading ? CURL_WAIT_POLLIN : 0) | (for_writing ? CURL_WAIT_POLLOUT : 0));
    lib.curl_multi_poll(call->slot->multi, &extra, descriptor >= 0, milliseconds, NULL);
    return extra.revents != 0;
}

size_t cs_room(const cs_call *call) {
    return call->has_body && !call->is_given && !call->is_done ? UP_ROOM - call->up_length : 0;
}

void cs_give(cs_call *call, const uint8_t *bytes, size_t length) {
    if (length > cs_room(call)) length = cs_room(call);
    if (length == 0) return;
    memcpy(call->up + call->up_length, bytes, length);
    call->up_length += length;
}

void cs_give_end(cs_call *call) { call->is_given = 1; }

const uint8_t *cs_head(const cs_call *call, size_t *length) {
    *length = call->head_is_done ? call->head_length : 0;
    return call->head_is_done ? (const uint8_t *)call->head : NULL;
}

int cs_status(const cs_call *call) { return call->status; }

const uint8_t *cs_body(const cs_call *call, size_t *length) {
    *length = call->down_end - call->down_start;
    return *length > 0 ? call->down + call->down_start : NULL;
}

void cs_taken(cs_call *call, size_t length) { call->down_start += length; }

const char *cs_error(const cs_call *call) {
    if (call->code == CURLE_OK) return NULL;
    return call->error[0] != 0 ? call->error : lib.curl_easy_strerror(call->code);
}

void cs_free(cs_call *call) {
    if (call == NULL) return;
    if (call->slot != NULL) {
        lib.curl_multi_remove_handle(call->slot->multi, call->slot->easy);
        slot_give_back(call->slot);
    }
    lib.curl_slist_free_all(call->fields);
    free(call->head);
    free(call->up);
    free(call->down);
    free(call);
}
