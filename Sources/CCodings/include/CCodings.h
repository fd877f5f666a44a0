// Undoes content codings (RFC 9110 §8.4.1). zlib's own API needs macros Swift cannot import; libbrotlidec and libzstd, which
// libcurl brings along, are loaded when the first such body is looked at.
#ifndef DPOP_CCODINGS_H
#define DPOP_CCODINGS_H
#include <stddef.h>
#include <stdint.h>

enum cc_coding {
    CC_DEFLATE, // gzip, zlib or (as some servers send for "deflate") raw deflate
    CC_BROTLI,
    CC_ZSTD,
};

/// Whether the library for it is on this machine.
int cc_is_known(enum cc_coding coding);

/// Decodes `data` into `out`.
/// Returns the bytes written; `*complete` is 0 when the data ended early, was damaged, or `size` was not enough.
size_t cc_decode(enum cc_coding coding, const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete);
#endif
