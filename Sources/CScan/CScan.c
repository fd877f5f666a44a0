#define _GNU_SOURCE // memmem
#include "CScan.h"

#include <stdatomic.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_WIDE 1
#define WIDE __attribute__((target("avx2,bmi,popcnt,pclmul")))
#endif

// A bit for each of 64 bytes: what stands there.
struct block {
    uint64_t quotes, slashes, opens, closes, controls;
};

#if defined(__SSE2__)
static inline uint64_t equal(const __m128i chunk[4], char byte) {
    uint64_t mask = 0;
    for (int part = 0; part < 4; part++)
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(chunk[part], _mm_set1_epi8(byte))) << (16 * part);
    return mask;
}

static inline struct block read_block(const uint8_t *text) {
    __m128i chunk[4], folded[4];
    for (int part = 0; part < 4; part++) {
        chunk[part] = _mm_loadu_si128((const __m128i *)(text + 16 * part));
        folded[part] = _mm_or_si128(chunk[part], _mm_set1_epi8(0x20)); // '[' and '{', ']' and '}' differ in this bit
    }
    struct block block = {equal(chunk, '"'), equal(chunk, '\\'), equal(folded, '{'), equal(folded, '}'), 0};
    for (int part = 0; part < 4; part++) {
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(chunk[part], _mm_set1_epi8(0x1F)), chunk[part]);
        block.controls |= (uint64_t)(unsigned)_mm_movemask_epi8(low) << (16 * part);
    }
    return block;
}
#else
static inline struct block read_block(const uint8_t *text) {
    struct block block = {0, 0, 0, 0, 0};
    for (int at = 0; at < 64; at++) {
        uint64_t bit = (uint64_t)1 << at;
        if (text[at] == '"') block.quotes |= bit;
        if (text[at] == '\\') block.slashes |= bit;
        if ((text[at] | 0x20) == '{') block.opens |= bit;
        if ((text[at] | 0x20) == '}') block.closes |= bit;
        if (text[at] < 0x20) block.controls |= bit;
    }
    return block;
}
#endif

#ifdef HAS_WIDE
WIDE static inline uint64_t wide_equal(__m256i low, __m256i high, char byte) {
    __m256i wanted = _mm256_set1_epi8(byte);
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted))
        | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) << 32;
}

WIDE static inline uint64_t wide_controls(__m256i low, __m256i high) {
    __m256i last = _mm256_set1_epi8(0x1F);
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, last), low))
        | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(high, last), high)) << 32;
}

WIDE static inline struct block read_wide_block(const uint8_t *text) {
    __m256i low = _mm256_loadu_si256((const __m256i *)text), high = _mm256_loadu_si256((const __m256i *)(text + 32));
    __m256i bit = _mm256_set1_epi8(0x20), folded_low = _mm256_or_si256(low, bit), folded_high = _mm256_or_si256(high, bit);
    struct block block = {wide_equal(low, high, '"'), wide_equal(low, high, '\\'), wide_equal(folded_low, folded_high, '{'),
                          wide_equal(folded_low, folded_high, '}'), wide_controls(low, high)};
    return block;
}
#endif

// The bytes that a backslash before them takes out of the grammar. `*carry`: the block before ended with such a backslash.
//
// In a run of backslashes every second byte is taken out, counted from the run's begin. Adding the begins at odd places to
// the runs turns those runs into the bit after their end, and the pattern of even places around for as long as they last.
// (As simdjson does it.)
static inline uint64_t escaped_by(uint64_t slashes, uint64_t *carry) {
    const uint64_t even = 0x5555555555555555;
    slashes &= ~*carry;
    uint64_t follows = slashes << 1 | *carry, odd_begins = slashes & ~even & ~follows, ends;
    *carry = __builtin_add_overflow(odd_begins, slashes, &ends);
    return (even ^ ends << 1) & follows;
}

// Every bit becomes the parity of the bits up to it: the bytes from an opening quote to the one before the closing quote.
static inline uint64_t parity(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

#ifdef HAS_WIDE
// The same as a product without carries.
WIDE static inline uint64_t wide_parity(uint64_t bits) {
    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8((char)0xFF), 0));
}
#endif

// The 64 bytes at `at`; past the end they are blanks, written into `rest`.
static inline const uint8_t *padded(const uint8_t *text, size_t at, size_t end, uint8_t rest[64]) {
    if (end - at >= 64) return text + at;
    memset(rest, ' ', 64);
    memcpy(rest, text + at, end - at);
    return rest;
}

#define STRING_END string_end
#define CONTAINER_END container_end
#define TARGET
#define READ read_block
#define PARITY parity
#include "Loops.inc"

#ifdef HAS_WIDE
#define STRING_END wide_string_end
#define CONTAINER_END wide_container_end
#define TARGET WIDE
#define READ read_wide_block
#define PARITY wide_parity
#include "Loops.inc"

WIDE static size_t wide_string_stop(const uint8_t *text, size_t at, size_t end) {
    for (; at + 64 <= end; at += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(text + at)), high = _mm256_loadu_si256((const __m256i *)(text + at + 32));
        uint64_t hits = wide_equal(low, high, '"') | wide_equal(low, high, '\\') | wide_controls(low, high);
        if (hits != 0) return at + (size_t)__builtin_ctzll(hits);
    }
    while (at < end && text[at] != '"' && text[at] != '\\' && text[at] >= 0x20) at++;
    return at;
}

static atomic_int stays_narrow;

void cs_stay_narrow(int is_on) { stays_narrow = is_on; }

static inline int is_wide(void) {
    return !atomic_load_explicit(&stays_narrow, memory_order_relaxed) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt")
        && __builtin_cpu_supports("pclmul");
}
#else
void cs_stay_narrow(int is_on) { (void)is_on; }
#endif

static size_t narrow_string_stop(const uint8_t *text, size_t at, size_t end) {
    while (at < end) {
        size_t near = end - at < 64 ? end : at + 64, stop = cs_string_stop(text, at, near);
        if (stop < near) return stop;
        at = near;
    }
    return end;
}

size_t cs_long_string_stop(const uint8_t *text, size_t at, size_t end) {
#ifdef HAS_WIDE
    if (is_wide()) return wide_string_stop(text, at, end);
#endif
    return narrow_string_stop(text, at, end);
}

size_t cs_string_end(const uint8_t *text, size_t at, size_t end, size_t *controls) {
#ifdef HAS_WIDE
    if (is_wide()) return wide_string_end(text, at, end, controls);
#endif
    return string_end(text, at, end, controls);
}

size_t cs_container_end(const uint8_t *text, size_t at, size_t end) {
#ifdef HAS_WIDE
    if (is_wide()) return wide_container_end(text, at, end);
#endif
    return container_end(text, at, end);
}

// Longer words are left to the C library, so that what is compared twice stays within a constant.
enum { SHORT_WORD = 32 };

size_t cs_find(const uint8_t *text, size_t at, size_t end, const uint8_t *word, size_t length) {
#if defined(__SSE2__)
    if (at < end && length >= 2 && length <= SHORT_WORD) {
        // A word may stand where its first byte does, with its last one as far behind as in the word.
        __m128i first = _mm_set1_epi8((char)word[0]), last = _mm_set1_epi8((char)word[length - 1]);
        for (; end - at >= 16 + length - 1; at += 16) {
            __m128i begins = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(text + at)), first);
            __m128i ends = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(text + at + length - 1)), last);
            for (unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(begins, ends)); hits != 0; hits &= hits - 1) {
                size_t place = at + (size_t)__builtin_ctz(hits);
                if (memcmp(text + place, word, length) == 0) return place;
            }
        }
    }
#endif
    const uint8_t *found = at < end ? memmem(text + at, end - at, word, length) : NULL;
    return found ? (size_t)(found - text) : end;
}
