// TOML with the place of every value, by toml++. No C++ type and no exception crosses this header.
#ifndef DPOP_CTOML_H
#define DPOP_CTOML_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_document ct_document;

enum { CT_TABLE = 0, CT_ARRAY = 1, CT_TEXT = 2, CT_INTEGER = 3, CT_FLOAT = 4, CT_BOOLEAN = 5, CT_DATE = 6 };

/// A value. Lines and columns count from 1, columns in characters; they are 0 where the text has no such place.
typedef struct {
    int kind;
    /// What a table or an array holds: that many values follow, each with what it holds itself.
    size_t children;
    /// The value's name in its table, as UTF-8; NULL in an array and for the document.
    const char *key;
    size_t key_length;
    uint32_t key_line, key_column;
    uint32_t line, column;
    /// A text's own characters, or a date as it is written.
    const char *text;
    size_t text_length;
    int64_t integer;
    double number;
    int boolean;
} ct_node;

/// Why a text is no TOML.
typedef struct {
    char words[512];
    uint32_t line, column;
} ct_error;

/// Reads a text of UTF-8. NULL with the reason in `error` when it is no TOML; free the result with ct_free.
ct_document *ct_parse(const char *text, size_t length, ct_error *error);
/// The document's values: the root table first, then its children in the order of the text. They live as long as it.
const ct_node *ct_nodes(const ct_document *document, size_t *count);
void ct_free(ct_document *document);

#ifdef __cplusplus
}
#endif
#endif
