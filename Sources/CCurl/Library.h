// What both files of this target do alike. Each has a table of libcurl's functions of its own: the library is loaded when
// it is wanted.
#ifndef DPOP_CURL_LIBRARY_H
#define DPOP_CURL_LIBRARY_H
#define CURL_DISABLE_TYPECHECK 1 // its macros would name the functions past our tables
#include <curl/curl.h>
#include <string.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#ifdef __APPLE__
#define LIBRARY "libcurl.4.dylib"
#else
#define LIBRARY "libcurl.so.4"
#endif

/// Sets an option of `easy` by the function `set_option`, and remembers the first failure in `failed`.
#define SET_BY(set_option, option, value)                                                                     \
    do {                                                                                                      \
        CURLcode code = set_option(easy, option, value);                                                      \
        if (code != CURLE_OK && failed == CURLE_OK) failed = code;                                            \
    } while (0)

/// What every request has.
struct basics {
    const char *method, *url, *cacert; // cacert: NULL for the system's
    struct curl_slist *fields;
    char *error; // CURL_ERROR_SIZE bytes
    curl_write_callback take_head, take_body;
    void *context; // of both
};

/// Nothing but HTTP, the URL as it is given, no redirect followed, no signal handled. The method comes last, after a body:
/// that sets one of its own.
static inline CURLcode set_basics(__typeof__(&curl_easy_setopt) set_option, CURL *easy, const struct basics *basics) {
    CURLcode failed = CURLE_OK;
    SET_BY(set_option, CURLOPT_NOSIGNAL, 1L);
    SET_BY(set_option, CURLOPT_PROTOCOLS_STR, "http,https");
    SET_BY(set_option, CURLOPT_URL, basics->url);
    SET_BY(set_option, CURLOPT_PATH_AS_IS, 1L);
    SET_BY(set_option, CURLOPT_HTTPHEADER, basics->fields);
    SET_BY(set_option, CURLOPT_FOLLOWLOCATION, 0L);
    SET_BY(set_option, CURLOPT_ERRORBUFFER, basics->error);
    SET_BY(set_option, CURLOPT_HEADERFUNCTION, basics->take_head);
    SET_BY(set_option, CURLOPT_HEADERDATA, basics->context);
    SET_BY(set_option, CURLOPT_WRITEFUNCTION, basics->take_body);
    SET_BY(set_option, CURLOPT_WRITEDATA, basics->context);
    if (basics->cacert != NULL) SET_BY(set_option, CURLOPT_CAINFO, basics->cacert);
    if (strcmp(basics->method, "HEAD") == 0) SET_BY(set_option, CURLOPT_NOBODY, 1L);
    return failed;
}

/// The words in the caller's buffer, cut to it.
static inline void say(char *why, size_t size, const char *words) {
    if (size == 0) return;
    strncpy(why, words, size - 1);
    why[size - 1] = 0;
}
#endif
