#include "CYaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_LIMIT 200
#define SIZE_LIMIT (16u << 20)
#define TAG_LIMIT 64

struct out {
    char *text;
    size_t length, room;
    int failed;
};

// Room for so many bytes more; 0 where there is none: aliases of aliases grow without end.
static int make_room(struct out *out, size_t length) {
    if (out->failed || length > SIZE_LIMIT || out->length + length > SIZE_LIMIT) return !(out->failed = 1);
    if (out->length + length + 1 > out->room) {
        size_t room = (out->length + length + 1) * 2;
        char *grown = realloc(out->text, room);
        if (grown == NULL) return !(out->failed = 1);
        out->text = grown;
        out->room = room;
    }
    return 1;
}

static void add(struct out *out, const char *text, size_t length) {
    if (!make_room(out, length)) return;
    memcpy(out->text + out->length, text, length);
    out->length += length;
    out->text[out->length] = 0;
}

// What stands between two places of the text, once more at its end.
static void repeat(struct out *out, size_t start, size_t end) {
    if (!make_room(out, end - start)) return;
    memcpy(out->text + out->length, out->text + start, end - start);
    out->length += end - start;
    out->text[out->length] = 0;
}

static void say(struct out *out, const char *text) { add(out, text, strlen(text)); }

static void quote(struct out *out, const char *text, size_t length) {
    say(out, "\"");
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        char escaped[8];
        if (byte == '"' || byte == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", byte);
            say(out, escaped);
        } else if (byte < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", byte);
            say(out, escaped);
        } else {
            add(out, text + at, 1);
        }
    }
    say(out, "\"");
}

static int is_number(const char *text, size_t length) {
    size_t at = length > 0 && text[0] == '-' ? 1 : 0, digits = 0;
    if (at < length && text[at] == '0' && at + 1 < length && text[at + 1] != '.') return 0;
    while (at < length && text[at] >= '0' && text[at] <= '9') at++, digits++;
    if (digits == 0 || digits > 15) return 0;
    if (at < length && text[at] == '.') {
        size_t start = ++at;
        while (at < length && text[at] >= '0' && text[at] <= '9') at++;
        if (at == start) return 0;
    }
    return at == length;
}

static int is(const char *text, size_t length, const char *word) { return strlen(word) == length && memcmp(text, word, length) == 0; }

static void scalar(struct out *out, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    int plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && (length == 0 || is(text, length, "null") || is(text, length, "~"))) say(out, "null");
    else if (plain && (is(text, length, "true") || is(text, length, "True"))) say(out, "true");
    else if (plain && (is(text, length, "false") || is(text, length, "False"))) say(out, "false");
    else if (plain && is_number(text, length)) add(out, text, length);
    else quote(out, text, length);
}

// A value that aliases may name: where it stands in the JSON text. Newer ones of a name come first in their chain.
struct anchor {
    char *name;
    size_t start, end; // no end while the value is being read
    int height;        // how deep it is nested
    struct anchor *next;
};

// What a mapping waits for. The value of a key that is no text is read and thrown away.
enum wants { A_KEY, A_VALUE, KEY_TO_DROP, VALUE_TO_DROP };

struct level {
    int is_mapping, count, height;
    enum wants wants;
    size_t kept;       // where what is to be dropped begins
    struct out lines;  // the lines of a mapping's keys
    struct anchor *anchor;
};

#define CHAINS 4096

struct reader {
    struct out out;
    struct level levels[DEPTH_LIMIT + 1];
    int depth, documents;
    struct anchor *chains[CHAINS];
    struct anchor **order; // anchors as they came
    size_t order_count, order_room;
    const char *problem;
};

static struct anchor **chain(struct reader *reader, const char *name) {
    unsigned hash = 2166136261u;
    for (; *name != 0; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
    return &reader->chains[hash % CHAINS];
}

static struct anchor *named(struct reader *reader, const char *name) {
    struct anchor *at = *chain(reader, name);
    while (at != NULL && strcmp(at->name, name) != 0) at = at->next;
    return at;
}

static struct anchor *remember(struct reader *reader, const yaml_char_t *name) {
    if (name == NULL) return NULL;
    struct anchor *anchor = named(reader, (const char *)name);
    if (anchor == NULL) {
        struct anchor **first = chain(reader, (const char *)name);
        anchor = calloc(1, sizeof *anchor);
        if (anchor == NULL || (anchor->name = strdup((const char *)name)) == NULL) {
            free(anchor);
            reader->out.failed = 1;
            return NULL;
        }
        anchor->next = *first;
        *first = anchor;
    }
    if (reader->order_count == reader->order_room) {
        size_t room = reader->order_room * 2 + 16;
        struct anchor **grown = realloc(reader->order, room * sizeof *grown);
        if (grown == NULL) return (void)(reader->out.failed = 1), NULL;
        reader->order = grown;
        reader->order_room = room;
    }
    reader->order[reader->order_count++] = anchor;
    anchor->start = reader->out.length;
    anchor->end = 0;
    anchor->height = 0;
    return anchor;
}

static void forget_anchors(struct reader *reader) {
    reader->order_count = 0;
    for (size_t at = 0; at < CHAINS; at++) {
        while (reader->chains[at] != NULL) {
            struct anchor *anchor = reader->chains[at];
            reader->chains[at] = anchor->next;
            free(anchor->name);
            free(anchor);
        }
    }
}

// Anchors in what was thrown away name nothing.
static void drop(struct reader *reader, size_t length) {
    while (reader->order_count > 0) {
        struct anchor *anchor = reader->order[reader->order_count - 1];
        // A name that was given twice may have been dropped before.
        if (anchor->start != 0 && anchor->start < length) break;
        anchor->start = anchor->end = 0;
        reader->order_count--;
    }
    reader->out.length = length;
}

// What stands in front of a value, by what it stands in. Where it is a key, that is written, and its place returned.
static size_t begin(struct reader *reader, const yaml_event_t *event) {
    struct out *out = &reader->out;
    if (reader->depth == 0) {
        if (reader->documents++ > 0) say(out, ",");
        return 0;
    }
    struct level *level = &reader->levels[reader->depth];
    if (!level->is_mapping) {
        if (level->count++ > 0) say(out, ",");
        return 0;
    }
    if (level->wants != A_KEY) return 0;
    if (event->type != YAML_SCALAR_EVENT) {
        level->kept = out->length;
        level->wants = KEY_TO_DROP;
        return 0;
    }
    char line[24];
    snprintf(line, sizeof line, ":%zu", event->start_mark.line + 1);
    if (level->count++ > 0) {
        say(out, ",");
        say(&level->lines, ",");
    }
    size_t place = out->length;
    quote(out, (const char *)event->data.scalar.value, event->data.scalar.length);
    say(out, ":");
    quote(&level->lines, (const char *)event->data.scalar.value, event->data.scalar.length);
    say(&level->lines, line);
    if (level->lines.failed) out->failed = 1;
    level->wants = A_VALUE;
    return place;
}

// A value is complete, so deep below what it stands in.
static void end(struct reader *reader, struct anchor *anchor, int height) {
    if (anchor != NULL) {
        anchor->end = reader->out.length;
        anchor->height = height;
    }
    if (reader->depth == 0) return;
    struct level *level = &reader->levels[reader->depth];
    if (level->height < height) level->height = height;
    if (!level->is_mapping) return;
    if (level->wants == VALUE_TO_DROP) drop(reader, level->kept);
    level->wants = level->wants == KEY_TO_DROP ? VALUE_TO_DROP : A_KEY;
}

static void open_level(struct reader *reader, int is_mapping, const yaml_char_t *name) {
    if (reader->depth >= DEPTH_LIMIT) {
        reader->problem = "nested more than 200 levels deep";
        return;
    }
    struct anchor *anchor = remember(reader, name);
    struct level *level = &reader->levels[++reader->depth];
    level->is_mapping = is_mapping;
    level->count = level->height = 0;
    level->wants = A_KEY;
    level->lines.length = 0;
    level->anchor = anchor;
    say(&reader->out, is_mapping ? "{" : "[");
}

static void close_level(struct reader *reader) {
    struct level *level = &reader->levels[reader->depth];
    if (level->is_mapping) {
        say(&reader->out, level->count > 0 ? ",\"@lines\":{" : "\"@lines\":{");
        if (level->lines.length > 0) add(&reader->out, level->lines.text, level->lines.length);
        say(&reader->out, "}}");
    } else {
        say(&reader->out, "]");
    }
    reader->depth--;
    end(reader, level->anchor, level->height + 1);
}

static void alias(struct reader *reader, const char *name) {
    struct anchor *anchor = named(reader, name);
    if (anchor == NULL || (anchor->end == 0 && anchor->start == 0)) {
        reader->problem = "found undefined alias";
    } else if (anchor->end == 0) {
        reader->problem = "an alias stands inside of what it names";
    } else if (reader->depth + anchor->height > DEPTH_LIMIT) {
        reader->problem = "nested more than 200 levels deep";
    } else {
        repeat(&reader->out, anchor->start, anchor->end);
        end(reader, NULL, anchor->height);
    }
}

static void take(struct reader *reader, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: {
        size_t key = begin(reader, event);
        struct anchor *anchor = remember(reader, event->data.scalar.anchor);
        if (key > 0) {
            // Without the colon.
            if (anchor != NULL) anchor->start = key, anchor->end = reader->out.length - 1;
            return;
        }
        scalar(&reader->out, event);
        end(reader, anchor, 0);
        return;
    }
    case YAML_ALIAS_EVENT:
        begin(reader, event);
        alias(reader, (const char *)event->data.alias.anchor);
        return;
    case YAML_SEQUENCE_START_EVENT:
        begin(reader, event);
        open_level(reader, 0, event->data.sequence_start.anchor);
        return;
    case YAML_MAPPING_START_EVENT:
        begin(reader, event);
        open_level(reader, 1, event->data.mapping_start.anchor);
        return;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: close_level(reader); return;
    case YAML_DOCUMENT_END_EVENT: forget_anchors(reader); return;
    default: return;
    }
}

// libyaml compares each of them with each.
static int has_many_tags(const char *yaml, size_t length) {
    size_t count = 0;
    for (const char *at = yaml; length > 0 && (at = memchr(at, '%', (size_t)(yaml + length - at))) != NULL; at++)
        if ((at == yaml || at[-1] == '\n' || at[-1] == '\r') && ++count > TAG_LIMIT) return 1;
    return 0;
}

// Reads event by event: libyaml's own documents are trees that are searched for each anchor, and nested without end.
char *cy_to_json(const char *yaml, size_t length, char *why, size_t why_size, size_t *line) {
    yaml_parser_t parser;
    int done = 0;
    *line = 0;
    const char *absurd = length > SIZE_LIMIT ? "longer than 16 MB"
                         : has_many_tags(yaml, length) ? "more than 64 lines begin with '%'" : NULL;
    if (absurd != NULL) {
        snprintf(why, why_size, "%s", absurd);
        return NULL;
    }
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL || !yaml_parser_initialize(&parser)) {
        snprintf(why, why_size, "no memory");
        free(reader);
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, length);
    say(&reader->out, "[");
    while (!done && !reader->out.failed && reader->problem == NULL) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            snprintf(why, why_size, "%s", parser.problem != NULL ? parser.problem : "cannot be read");
            *line = parser.problem_mark.line + 1;
            reader->out.failed = 1;
            break;
        }
        take(reader, &event);
        if (reader->problem != NULL || reader->out.failed) {
            snprintf(why, why_size, "%s", reader->problem != NULL ? reader->problem : "grows beyond 16 MB: aliases of aliases");
            *line = event.start_mark.line + 1;
            reader->out.failed = 1;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    say(&reader->out, "]");
    yaml_parser_delete(&parser);
    forget_anchors(reader);
    for (int at = 0; at <= DEPTH_LIMIT; at++) free(reader->levels[at].lines.text);
    char *text = reader->out.text;
    if (reader->out.failed) {
        if (*line == 0) snprintf(why, why_size, "grows beyond 16 MB: aliases of aliases");
        free(text);
        text = NULL;
    }
    free(reader->order);
    free(reader);
    return text;
}

void cy_free(char *json) { free(json); }
