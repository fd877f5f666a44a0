#include "CScan.h"

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

// The bytes that a backslash before them takes out of the grammar. `*carry`: the block before ended with such a backslash.
static inline uint64_t escaped_by(uint64_t slashes, uint64_t *carry) {
    uint64_t escaped = *carry;
    *carry = 0;
    slashes &= ~escaped;
    while (slashes != 0) {
        uint64_t first = slashes & -slashes;
        if (first >> 63) {
            *carry = 1;
            break;
        }
        escaped |= first << 1;
        slashes &= ~(first | first << 1);
    }
    return escaped;
}

// Every bit becomes the parity of the bits up to it: the bytes from an opening quote to the one before the closing quote.
static inline uint64_t parity(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

// The 64 bytes at `at`; past the end they are blanks, written into `rest`.
static inline const uint8_t *padded(const uint8_t *text, size_t at, size_t end, uint8_t rest[64]) {
    if (end - at >= 64) return text + at;
    memset(rest, ' ', 64);
    memcpy(rest, text + at, end - at);
    return rest;
}

size_t cs_string_end(const uint8_t *text, size_t at, size_t end, size_t *controls) {
    uint64_t carry = 0;
    uint8_t rest[64];
    *controls = 0;
    for (; at < end; at += 64) {
        struct block block = read_block(padded(text, at, end, rest));
        uint64_t quotes = block.quotes & ~((block.slashes | carry) != 0 ? escaped_by(block.slashes, &carry) : 0);
        uint64_t before = quotes != 0 ? (quotes & -quotes) - 1 : ~(uint64_t)0;
        *controls += (size_t)__builtin_popcountll(block.controls & before);
        if (quotes != 0) return at + (size_t)__builtin_ctzll(quotes);
    }
    return end;
}

size_t cs_container_end(const uint8_t *text, size_t at, size_t end) {
    uint64_t carry = 0, inside = 0; // `inside`: all ones within a string
    uint64_t depth = 0;
    uint8_t rest[64];
    while (at < end) {
        struct block block = read_block(padded(text, at, end, rest));
        uint64_t quotes = block.quotes & ~((block.slashes | carry) != 0 ? escaped_by(block.slashes, &carry) : 0);
        uint64_t within = parity(quotes) ^ inside;
        inside = (uint64_t)((int64_t)within >> 63);
        uint64_t opens = block.opens & ~within, closes = block.closes & ~within;
        uint64_t closed = (uint64_t)__builtin_popcountll(closes);
        if (closed < depth) {
            depth += (uint64_t)__builtin_popcountll(opens) - closed;
        } else {
            for (uint64_t both = opens | closes; both != 0; both &= both - 1) {
                uint64_t bit = both & -both;
                if (opens & bit) {
                    depth++;
                } else if (--depth == 0) {
                    return at + (size_t)__builtin_ctzll(bit) + 1;
                }
            }
        }
        at += 64;
    }
    return 0;
}
