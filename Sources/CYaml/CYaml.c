#include "CYaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_LIMIT 200

struct out {
    char *text;
    size_t length, room;
    int failed;
};

static void add(struct out *out, const char *text, size_t length) {
    if (out->failed || out->length > (16u << 20)) { // aliases of aliases grow without end
        out->failed = 1;
        return;
    }
    if (out->length + length + 1 > out->room) {
        size_t room = (out->length + length + 1) * 2;
        char *grown = realloc(out->text, room);
        if (grown == NULL) {
            out->failed = 1;
            return;
        }
        out->text = grown;
        out->room = room;
    }
    memcpy(out->text + out->length, text, length);
    out->length += length;
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

static void scalar(struct out *out, const yaml_node_t *node) {
    const char *text = (const char *)node->data.scalar.value;
    size_t length = node->data.scalar.length;
    int plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && (length == 0 || is(text, length, "null") || is(text, length, "~"))) say(out, "null");
    else if (plain && (is(text, length, "true") || is(text, length, "True"))) say(out, "true");
    else if (plain && (is(text, length, "false") || is(text, length, "False"))) say(out, "false");
    else if (plain && is_number(text, length)) add(out, text, length);
    else quote(out, text, length);
}

static void node(struct out *out, yaml_document_t *document, int index, int depth) {
    yaml_node_t *value = yaml_document_get_node(document, index);
    if (out->failed) return;
    if (value == NULL || depth > DEPTH_LIMIT) {
        say(out, "null");
        return;
    }
    if (value->type == YAML_SCALAR_NODE) {
        scalar(out, value);
    } else if (value->type == YAML_SEQUENCE_NODE) {
        say(out, "[");
        for (yaml_node_item_t *item = value->data.sequence.items.start; item < value->data.sequence.items.top && !out->failed; item++) {
            if (item != value->data.sequence.items.start) say(out, ",");
            node(out, document, *item, depth + 1);
        }
        say(out, "]");
    } else {
        say(out, "{\"@lines\":{");
        for (int pass = 0; pass < 2; pass++) {
            for (yaml_node_pair_t *pair = value->data.mapping.pairs.start; pair < value->data.mapping.pairs.top && !out->failed; pair++) {
                yaml_node_t *key = yaml_document_get_node(document, pair->key);
                if (key == NULL || key->type != YAML_SCALAR_NODE) continue;
                if (pass == 1 || pair != value->data.mapping.pairs.start) say(out, ",");
                quote(out, (const char *)key->data.scalar.value, key->data.scalar.length);
                say(out, ":");
                char line[24];
                snprintf(line, sizeof line, "%zu", key->start_mark.line + 1);
                if (pass == 0) say(out, line);
                else node(out, document, pair->value, depth + 1);
            }
            say(out, "}");
            if (pass == 0) out->length--, add(out, "}", 1);
        }
    }
}

char *cy_to_json(const char *yaml, size_t length, char *why, size_t why_size, size_t *line) {
    struct out out = {NULL, 0, 0, 0};
    yaml_parser_t parser;
    int count = 0, done = 0;
    *line = 0;
    if (!yaml_parser_initialize(&parser)) return NULL;
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, length);
    say(&out, "[");
    while (!done && !out.failed) {
        yaml_document_t document;
        if (!yaml_parser_load(&parser, &document)) {
            snprintf(why, why_size, "%s", parser.problem != NULL ? parser.problem : "cannot be read");
            *line = parser.problem_mark.line + 1;
            out.failed = 1;
            break;
        }
        yaml_node_t *root = yaml_document_get_root_node(&document);
        if (root == NULL) {
            done = 1;
        } else {
            if (count++ > 0) say(&out, ",");
            node(&out, &document, (int)(root - document.nodes.start) + 1, 0);
        }
        yaml_document_delete(&document);
    }
    say(&out, "]");
    yaml_parser_delete(&parser);
    if (out.failed) {
        if (*line == 0) snprintf(why, why_size, "grows beyond 16 MB: aliases of aliases");
        free(out.text);
        return NULL;
    }
    return out.text;
}

void cy_free(char *json) { free(json); }
