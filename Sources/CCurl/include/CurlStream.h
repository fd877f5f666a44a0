// HTTP calls that stream both ways, for a server that passes requests on: any number of threads, a call on one thread.
// A call never waits by itself. Its user gives pieces of the body, takes pieces of the answer, and lets it go on with
// `cs_step`; `cs_wait` waits for the call and one more descriptor together.
#ifndef DPOP_CURL_STREAM_H
#define DPOP_CURL_STREAM_H
#include <stddef.h>
#include <stdint.h>

typedef struct cs_call cs_call;

enum { CS_CHUNKED = -1, CS_NO_BODY = -2 };

/// One request. Strings are copied; NULL stands for "not given".
typedef struct {
    const char *method;
    const char *url;
    const char *target;        // the request target as it is sent; NULL: the URL's
    const char *const *fields; // "Name: value", and "Name;" for an empty one, in the order they are sent
    size_t field_count;
    int64_t length; // of the body, or CS_CHUNKED, or CS_NO_BODY
    const char *cacert;
    int connect_time; // milliseconds
} cs_request;

/// Begins a call over HTTP/1.1, on a kept connection where there is one. NULL with a reason in `why`.
cs_call *cs_start(const cs_request *request, char *why, size_t why_size);
/// Moves the call on. 1 once it has ended: what came then is all there is.
int cs_step(cs_call *call);
/// Waits until the call can go on, or until `descriptor` (if not -1) is readable or writable; 1 when that is so.
int cs_wait(cs_call *call, int descriptor, int for_reading, int for_writing, int milliseconds);

/// How many bytes of the body `cs_give` would take now; 0 when none is wanted.
size_t cs_room(const cs_call *call);
void cs_give(cs_call *call, const uint8_t *bytes, size_t length);
/// The body has ended.
void cs_give_end(cs_call *call);

/// The last head received, with its status line, or NULL as long as it is not complete. Interim answers are left out.
const uint8_t *cs_head(const cs_call *call, size_t *length);
int cs_status(const cs_call *call);
/// What came of the answer's body and was not taken yet.
const uint8_t *cs_body(const cs_call *call, size_t *length);
void cs_taken(cs_call *call, size_t length);

/// Of a call that has ended: NULL when it went through, else what went wrong.
const char *cs_error(const cs_call *call);
/// Ends a call, which closes its connection unless the call was over.
void cs_free(cs_call *call);
#endif
