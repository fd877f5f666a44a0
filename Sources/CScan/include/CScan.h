// Finds the ends of JSON strings and containers sixteen to sixty-four bytes at a time (Swift's SIMD types are slower than a loop here).
#ifndef DPOP_CSCAN_H
#define DPOP_CSCAN_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The same as `cs_string_stop`, with the widest registers the processor has: for long strings.
size_t cs_long_string_stop(const uint8_t *text, size_t at, size_t end);

/// The first of `"`, `\` or a control character at or after `at`; `end` when there is none.
static inline size_t cs_string_stop(const uint8_t *text, size_t at, size_t end) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last = _mm_set1_epi8(0x1F);
    for (int turn = 0; at + 16 <= end; turn++) {
        if (turn == 4) return cs_long_string_stop(text, at, end);
        __m128i chunk = _mm_loadu_si128((const __m128i *)(text + at));
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, slash)),
                                   _mm_cmpeq_epi8(_mm_min_epu8(chunk, last), chunk));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask != 0) return at + (size_t)__builtin_ctz(mask);
        at += 16;
    }
#else
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    while (at + 8 <= end) {
        uint64_t word, found;
        memcpy(&word, text + at, 8);
        uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
        found = (((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word)) & highs;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (found != 0) return at + (size_t)__builtin_ctzll(found) / 8;
#else
        if (found != 0) break;
#endif
        at += 8;
    }
#endif
    while (at < end && text[at] != '"' && text[at] != '\\' && text[at] >= 0x20) at++;
    return at;
}

/// Where the string ends whose inside begins at `at`: the place of its closing quote; `end` when there is none.
/// `*control`: how many control characters, which no JSON string has, stand before that place.
size_t cs_string_end(const uint8_t *text, size_t at, size_t end, size_t *controls);

/// Where the JSON object or array that begins at `at` ends: the place after its closing bracket; 0 when the text ends inside.
///
/// Only strings and brackets count, and which kind of bracket closes does not.
size_t cs_container_end(const uint8_t *text, size_t at, size_t end);

/// 1 when the two pieces of memory hold the same bytes.
static inline int cs_same(const uint8_t *a, const uint8_t *b, size_t length) { return memcmp(a, b, length) == 0; }

/// Where the `length` bytes of `word` first stand in `text[at..<end]`; `end` when they do not.
/// 16 places at a time for short words, `memmem` of the C library for long ones: `memmem` makes a table for each word first.
size_t cs_find(const uint8_t *text, size_t at, size_t end, const uint8_t *word, size_t length);

/// For tests: with 1 nothing uses wider registers than every processor of the kind has.
void cs_stay_narrow(int is_on);
#endif
