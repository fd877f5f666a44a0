// YAML as JSON text, by libyaml: the configuration files people write are YAML, everything else here reads JSON.
#ifndef DPOP_CYAML_H
#define DPOP_CYAML_H
#include <stddef.h>

/// The documents of a YAML text as a JSON array. Every object ends with a member "@lines" that names the line of each of its keys.
/// NULL with words and a line (from 1) when the text is no YAML, is nested more than 200 levels deep, or is or grows
/// beyond 16 MB. It takes time as the text is long; free the result with cy_free.
char *cy_to_json(const char *yaml, size_t length, char *why, size_t why_size, size_t *line);
void cy_free(char *json);
#endif
