#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "DirectColor.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

// Numbers of 32 bits in descriptions, RGB and descriptions in TERMINFO came with ncurses 6.1.
#if NCURSES_VERSION_MAJOR * 100 + NCURSES_VERSION_MINOR >= 601 && NCURSES_XNAMES

// The compiled form, term(5): with numbers of 32 bits, and at most as long as ncurses reads.
#define MAGIC 01036
#define LIMIT 32768
#define DIRECT_COLORS (1 << 24)

// Colours 0 to 15 have short escapes, 16 to 255 the palette's, the others say red, green and blue. With semicolons:
// every terminal that knows the form with colons knows this one, but not the other way round.
#define SET_COLOR(low, high, any)                                                                     \
    "\033[%?%p1%{8}%<%t" low "%p1%d%e%p1%{16}%<%t" high "%p1%{8}%-%d%e%p1%{256}%<%t" any ";5;%p1%d%e" \
    any ";2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"

typedef struct {
    unsigned char bytes[LIMIT];
    int size, is_full;
} block;

static void put(block *out, const void *bytes, size_t count) {
    if (count > (size_t)(LIMIT - out->size)) {
        out->is_full = 1;
        return;
    }
    memcpy(out->bytes + out->size, bytes, count);
    out->size += (int)count;
}

static void put_number(block *out, int number, size_t size) {
    unsigned char bytes[4] = {number & 255, number >> 8 & 255, number >> 16 & 255, number >> 24 & 255};
    put(out, bytes, size);
}

static void put_block(block *out, const block *part) {
    put(out, part->bytes, (size_t)part->size);
    out->is_full |= part->is_full;
}

// Numbers begin at even places.
static void pad(block *out) {
    if (out->size % 2) put_number(out, 0, 1);
}

static void put_head(block *out, const int *numbers, int count) {
    for (int i = 0; i < count; i++) put_number(out, numbers[i], 2);
}

// Adds a string to its table; its place there, -1 for one that is absent.
static int add(block *table, const char *text) {
    int place = table->size;
    if (text == NULL || text == (char *)-1) return -1;
    put(table, text, strlen(text) + 1);
    return place;
}

static int is_one_of(const char *name, const char *const *names) {
    while (*names != NULL && strcmp(name, *names)) names++;
    return *names != NULL;
}

static const char *string_of(const TERMTYPE *type, int index) {
    // What sets colours by fewer bits, or changes the palette.
    static const char *const others[] = {"setf", "setb", "scp", "initc", "initp", "oc", NULL};
    const char *name = strnames[index];
    if (!strcmp(name, "setaf")) return SET_COLOR("3", "9", "38");
    if (!strcmp(name, "setab")) return SET_COLOR("4", "10", "48");
    return is_one_of(name, others) ? NULL : type->Strings[index];
}

static int number_of(const TERMTYPE *type, int index) {
    const char *name = numnames[index];
    return !strcmp(name, "colors") ? DIRECT_COLORS : !strcmp(name, "pairs") ? 1 << 16 : type->Numbers[index];
}

static int flag_of(const TERMTYPE *type, int index) {
    return strcmp(boolnames[index], "ccc") && type->Booleans[index] == TRUE;
}

// The capabilities of every terminfo. `work` holds two blocks.
static void put_standard(block *out, const TERMTYPE *type, block *work) {
    int flags = type->num_Booleans - type->ext_Booleans, numbers = type->num_Numbers - type->ext_Numbers;
    int strings = type->num_Strings - type->ext_Strings;
    block *places = work, *table = work + 1;
    for (int i = 0; i < strings; i++) put_number(places, add(table, string_of(type, i)), 2);
    int names = (int)strlen(type->term_names) + 1;
    put_head(out, (int[]){MAGIC, names, flags, numbers, strings, table->size}, 6);
    put(out, type->term_names, (size_t)names);
    for (int i = 0; i < flags; i++) put_number(out, flag_of(type, i), 1);
    pad(out);
    for (int i = 0; i < numbers; i++) put_number(out, number_of(type, i), 4);
    put_block(out, places);
    put_block(out, table);
    pad(out);
}

// A value of RGB in another form makes room for ours.
static int is_kept(const char *name) { return strcmp(name, "RGB") != 0; }

// Those that only ncurses knows, such as keys with modifiers, and RGB: the number of a colour is the colour. Names are
// in the order of the alphabet. `work` holds five blocks.
static void put_extended(block *out, const TERMTYPE *type, block *work) {
    block *flags = work, *numbers = work + 1, *places = work + 2, *values = work + 3, *names = work + 4;
    block *name_places = work + 5;
    int counts[3] = {0, 0, 0}, values_used = 0, has_ours = 0;
    char **name = type->ext_Names;
    for (int i = 0; i <= type->ext_Booleans; i++) {
        int is_end = i == type->ext_Booleans;
        if (!has_ours && (is_end || strcmp(name[i], "RGB") > 0)) {
            put_number(flags, 1, 1);
            put_number(name_places, add(names, "RGB"), 2);
            has_ours = 1;
            counts[0]++;
        }
        if (is_end || !is_kept(name[i])) continue;
        put_number(flags, type->Booleans[type->num_Booleans - type->ext_Booleans + i] == TRUE, 1);
        put_number(name_places, add(names, name[i]), 2);
        counts[0]++;
    }
    name += type->ext_Booleans;
    for (int i = 0; i < type->ext_Numbers; i++) {
        if (!is_kept(name[i])) continue;
        put_number(numbers, type->Numbers[type->num_Numbers - type->ext_Numbers + i], 4);
        put_number(name_places, add(names, name[i]), 2);
        counts[1]++;
    }
    name += type->ext_Numbers;
    for (int i = 0; i < type->ext_Strings; i++) {
        if (!is_kept(name[i])) continue;
        int place = add(values, type->Strings[type->num_Strings - type->ext_Strings + i]);
        values_used += place >= 0;
        put_number(places, place, 2);
        put_number(name_places, add(names, name[i]), 2);
        counts[2]++;
    }
    int items = values_used + counts[0] + counts[1] + counts[2];
    put_head(out, (int[]){counts[0], counts[1], counts[2], items, values->size + names->size}, 5);
    put_block(out, flags);
    pad(out);
    for (int i = 1; i < 3; i++) put_block(out, work + i);
    put_block(out, name_places);
    put_block(out, values);
    put_block(out, names);
}

static int says_direct(const TERMTYPE *type) {
    static const char *const wanted[] = {"RGB", "Tc", NULL};
    int count = type->ext_Booleans + type->ext_Numbers + type->ext_Strings;
    for (int i = 0; i < count; i++) {
        if (!is_one_of(type->ext_Names[i], wanted)) continue;
        if (i >= type->ext_Booleans || type->Booleans[type->num_Booleans - type->ext_Booleans + i] == TRUE) return 1;
    }
    return 0;
}

static char *hexadecimal(const block *bytes) {
    static const char digits[] = "0123456789ABCDEF";
    char *text = malloc((size_t)bytes->size * 2 + 5), *at = text;
    if (text == NULL) return NULL;
    memcpy(at, "hex:", 4);
    at += 4;
    for (int i = 0; i < bytes->size; i++) {
        *at++ = digits[bytes->bytes[i] >> 4];
        *at++ = digits[bytes->bytes[i] & 15];
    }
    *at = 0;
    return text;
}

char *direct_description(int output, int is_told) {
    int problem;
    char *text = NULL;
    if (setupterm(NULL, output, &problem) != OK) return NULL;
    const TERMTYPE *type = (const TERMTYPE *)cur_term;
    if (max_colors >= 8 && orig_pair != NULL && (is_told || says_direct(type))) {
        block *work = calloc(9, sizeof *work);
        if (work != NULL) {
            put_standard(work, type, work + 1);
            put_extended(work, type, work + 3);
            if (!work->is_full) text = hexadecimal(work);
            free(work);
        }
    }
    del_curterm(cur_term);
    return text;
}

#else

char *direct_description(int output, int is_told) {
    (void)output;
    (void)is_told;
    return NULL;
}

#endif
