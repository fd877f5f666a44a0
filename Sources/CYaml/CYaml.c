#include "CYaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct cy_reader {
    yaml_parser_t parser;
    yaml_event_t event;
    int has_event, is_done;
};

struct cy_reader *cy_open(const char *yaml, size_t length) {
    struct cy_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return NULL;
    if (!yaml_parser_initialize(&reader->parser)) {
        free(reader);
        return NULL;
    }
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)yaml, length);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    return reader;
}

static struct cy_event made(enum cy_kind kind, const yaml_event_t *event, const yaml_char_t *anchor) {
    struct cy_event out = {kind, "", 0, (const char *)anchor, event->start_mark.line + 1, 0, 0};
    return out;
}

struct cy_event cy_next(struct cy_reader *reader) {
    struct cy_event end = {CY_END, "", 0, NULL, 0, 0, 0};
    while (!reader->is_done) {
        if (reader->has_event) yaml_event_delete(&reader->event);
        reader->has_event = 0;
        if (!yaml_parser_parse(&reader->parser, &reader->event)) {
            const char *why = reader->parser.problem != NULL ? reader->parser.problem : "cannot be read";
            struct cy_event problem = {CY_PROBLEM, why, strlen(why), NULL, reader->parser.problem_mark.line + 1, 0, 0};
            reader->is_done = 1;
            return problem;
        }
        reader->has_event = 1;
        const yaml_event_t *event = &reader->event;
        switch (event->type) {
        case YAML_STREAM_END_EVENT: reader->is_done = 1; break;
        case YAML_DOCUMENT_START_EVENT: return made(CY_DOCUMENT_START, event, NULL);
        case YAML_DOCUMENT_END_EVENT: return made(CY_DOCUMENT_END, event, NULL);
        case YAML_MAPPING_START_EVENT: return made(CY_MAP_START, event, event->data.mapping_start.anchor);
        case YAML_MAPPING_END_EVENT: return made(CY_MAP_END, event, NULL);
        case YAML_SEQUENCE_START_EVENT: return made(CY_LIST_START, event, event->data.sequence_start.anchor);
        case YAML_SEQUENCE_END_EVENT: return made(CY_LIST_END, event, NULL);
        case YAML_ALIAS_EVENT: {
            struct cy_event out = made(CY_ALIAS, event, NULL);
            out.text = (const char *)event->data.alias.anchor;
            out.length = strlen(out.text);
            return out;
        }
        case YAML_SCALAR_EVENT: {
            struct cy_event out = made(CY_SCALAR, event, event->data.scalar.anchor);
            yaml_scalar_style_t style = event->data.scalar.style;
            out.text = (const char *)event->data.scalar.value;
            out.length = event->data.scalar.length;
            out.is_plain = style == YAML_PLAIN_SCALAR_STYLE;
            out.is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
            return out;
        }
        default: break;
        }
    }
    return end;
}

void cy_close(struct cy_reader *reader) {
    if (reader->has_event) yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
    free(reader);
}
