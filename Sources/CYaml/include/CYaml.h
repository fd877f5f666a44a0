// YAML as a stream of events, by libyaml: the configuration files that people write are YAML. Nothing here recurses or keeps a tree.
#ifndef DPOP_CYAML_H
#define DPOP_CYAML_H
#include <stddef.h>

struct cy_reader;

enum cy_kind {
    CY_END,            // of the text
    CY_PROBLEM,        // `text` says what, `line` where
    CY_DOCUMENT_START,
    CY_DOCUMENT_END,
    CY_MAP_START,
    CY_MAP_END,
    CY_LIST_START,
    CY_LIST_END,
    CY_SCALAR,
    CY_ALIAS,          // `text` is the anchor's name
};

struct cy_event {
    enum cy_kind kind;
    const char *text;  // valid until the next call
    size_t length;
    const char *anchor; // NULL without one
    size_t line;       // from 1
    int is_plain;      // a scalar without quotes
    int is_block;      // a scalar after | or >
};

/// A reader of a text that must outlive it; NULL without memory.
struct cy_reader *cy_open(const char *yaml, size_t length);
/// The next event. After CY_END or CY_PROBLEM there is none.
struct cy_event cy_next(struct cy_reader *reader);
void cy_close(struct cy_reader *reader);
#endif
