#include "CZlib.h"

#include <string.h>
#include <zlib.h>

static size_t inflate_with(int window, const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    *complete = 0;
    if (inflateInit2(&stream, window) != Z_OK) return 0;
    stream.next_in = (Bytef *)data;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)size;
    *complete = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    size_t written = size - stream.avail_out;
    inflateEnd(&stream);
    return written;
}

size_t cz_inflate(const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    size_t written = inflate_with(15 + 32, data, length, out, size, complete);
    return written > 0 || *complete ? written : inflate_with(-15, data, length, out, size, complete);
}
