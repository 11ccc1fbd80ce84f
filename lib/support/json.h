/* A JSON reader without recursion, and what writers share; NaN and Infinity as Python has them. */
#ifndef NWTI_SUPPORT_JSON_H
#define NWTI_SUPPORT_JSON_H

#include "support/memory.h"
#include "support/text.h"
#include "support/value.h"

typedef struct nwti_syntax_error {
    size_t offset;       /* bytes from the start */
    size_t line, column; /* from 1; a column is a character */
    const char *what;    /* static text; NULL: out of memory */
} nwti_syntax_error;

/*
 * The tree in `arena`, or NULL with *error set and the arena as before. `depth` limits nesting (the
 * tree itself is made with an explicit stack; the limit protects those who walk it). Bytes that are
 * no UTF-8 pass through; a lone surrogate (\ud800) becomes U+FFFD; no byte order mark.
 */
const nwti_value *nwti_json_read(nwti_arena *arena, const char *text, size_t length, size_t depth,
                                 nwti_syntax_error *error);

/* A string in quotes. Bytes that are no UTF-8 become the replacement character: what is written is
   valid. A NUL follows the bytes. */
void nwti_json_write_string(nwti_text *out, const char *bytes, size_t length);
void nwti_json_write_number(nwti_text *out, double number);

#endif
