// Undoes the gzip and deflate content codings (zlib's own API needs macros Swift cannot import).
#ifndef DPOP_CZLIB_H
#define DPOP_CZLIB_H
#include <stddef.h>
#include <stdint.h>

/// Inflates gzip, zlib or (as some servers send for "deflate") raw deflate data into `out`.
/// Returns the bytes written; `*complete` is 0 when the data ended early, was damaged, or `size` was not enough.
size_t cz_inflate(const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete);
#endif
