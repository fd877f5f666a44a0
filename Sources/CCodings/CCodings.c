#include "CCodings.h"

#include <dlfcn.h>
#include <pthread.h>
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

static size_t deflate_decode(const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    size_t written = inflate_with(15 + 32, data, length, out, size, complete);
    return written > 0 || *complete ? written : inflate_with(-15, data, length, out, size, complete);
}

// Both libraries promise these for as long as the number in their names stays what it is.
static struct {
    void *(*create)(void *, void *, void *);
    int (*decode)(void *, size_t *, const uint8_t **, size_t *, uint8_t **, size_t *);
    void (*destroy)(void *);
} brotli;

struct span {
    void *bytes;
    size_t size, at;
};
static struct {
    void *(*create)(void);
    size_t (*decode)(void *, struct span *, struct span *);
    size_t (*destroy)(void *);
    unsigned (*is_error)(size_t);
} zstd;

#ifdef __APPLE__
#define BROTLI "libbrotlidec.1.dylib"
#define ZSTD "libzstd.1.dylib"
#else
#define BROTLI "libbrotlidec.so.1"
#define ZSTD "libzstd.so.1"
#endif

static int has_brotli, has_zstd;

static void load_libraries(void) {
    void *library = dlopen(BROTLI, RTLD_LAZY | RTLD_LOCAL);
    if (library != NULL) {
        *(void **)&brotli.create = dlsym(library, "BrotliDecoderCreateInstance");
        *(void **)&brotli.decode = dlsym(library, "BrotliDecoderDecompressStream");
        *(void **)&brotli.destroy = dlsym(library, "BrotliDecoderDestroyInstance");
        has_brotli = brotli.create != NULL && brotli.decode != NULL && brotli.destroy != NULL;
    }
    library = dlopen(ZSTD, RTLD_LAZY | RTLD_LOCAL);
    if (library != NULL) {
        *(void **)&zstd.create = dlsym(library, "ZSTD_createDStream");
        *(void **)&zstd.decode = dlsym(library, "ZSTD_decompressStream");
        *(void **)&zstd.destroy = dlsym(library, "ZSTD_freeDStream");
        *(void **)&zstd.is_error = dlsym(library, "ZSTD_isError");
        has_zstd = zstd.create != NULL && zstd.decode != NULL && zstd.destroy != NULL && zstd.is_error != NULL;
    }
}

static pthread_once_t loaded = PTHREAD_ONCE_INIT;

int cc_is_known(enum cc_coding coding) {
    if (coding == CC_DEFLATE) return 1;
    pthread_once(&loaded, load_libraries);
    return coding == CC_BROTLI ? has_brotli : has_zstd;
}

static size_t brotli_decode(const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    void *decoder = brotli.create(NULL, NULL, NULL);
    if (decoder == NULL) return 0;
    size_t left = size;
    *complete = brotli.decode(decoder, &length, &data, &left, &out, NULL) == 1;
    brotli.destroy(decoder);
    return size - left;
}

static size_t zstd_decode(const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    void *decoder = zstd.create();
    if (decoder == NULL) return 0;
    struct span from = {(void *)data, length, 0}, to = {out, size, 0};
    size_t state = 1;
    // Several frames may follow one another. The loop ends: every turn but the last moves on in one of the two.
    while (from.at < from.size || state != 0) {
        size_t before = from.at + to.at;
        state = zstd.decode(decoder, &to, &from);
        if (zstd.is_error(state) || from.at + to.at == before) break;
    }
    *complete = !zstd.is_error(state) && state == 0 && from.at == from.size;
    zstd.destroy(decoder);
    return to.at;
}

size_t cc_decode(enum cc_coding coding, const uint8_t *data, size_t length, uint8_t *out, size_t size, int *complete) {
    *complete = 0;
    if (!cc_is_known(coding)) return 0;
    switch (coding) {
    case CC_BROTLI: return brotli_decode(data, length, out, size, complete);
    case CC_ZSTD: return zstd_decode(data, length, out, size, complete);
    default: return deflate_decode(data, length, out, size, complete);
    }
}
