/* What the readers of JSON and of constructor text share: values under construction, and faults. */
#ifndef NWTI_SUPPORT_SYNTAX_H
#define NWTI_SUPPORT_SYNTAX_H

#include "support/json.h"

enum { NWTI_SYNTAX_FIRST = 64 };

/*
 * One stack of values: each container that is still open, followed by its items so far. When it
 * closes, these move to the arena and the container stays as its parent's latest item. Meanwhile
 * as.integer of an open container is `open` as it was before.
 */
typedef struct nwti_syntax {
    nwti_arena *arena;
    nwti_mark mark;
    char *text; /* a copy in the arena with 8 NULs after its end */
    char *end;
    nwti_value *values; /* `first`, or from the heap */
    size_t count;
    size_t capacity;
    size_t open;      /* where the innermost open container stands, plus 1; 0: none */
    size_t depth;     /* how many more may be opened */
    const char *what; /* the fault; NULL: out of memory */
    const char *at;
    nwti_value first[NWTI_SYNTAX_FIRST];
} nwti_syntax;

/* Copies the text. Returns 0 when out of memory. */
int32_t nwti_syntax_begin(nwti_syntax *syntax, nwti_arena *arena, const char *text, size_t length,
                          size_t depth);
/* The finished tree if `ok`; else NULL, *error set and the arena as before. `text`: as at the
   beginning. */
const nwti_value *nwti_syntax_end(nwti_syntax *syntax, int32_t ok, const char *text,
                                  nwti_syntax_error *error);

/* Sets the fault; returns NULL for the caller to return. */
char *nwti_syntax_fault(nwti_syntax *syntax, const char *at, const char *what);
int32_t nwti_syntax_grow(nwti_syntax *syntax);
/* Begins a container; returns 0 on a fault. */
int32_t nwti_syntax_open(nwti_syntax *syntax, const char *at, uint8_t type);
/* Returns 0 on a fault. */
int32_t nwti_syntax_close(nwti_syntax *syntax, const char *at);

/* Writes a character as UTF-8, a surrogate as U+FFFD; returns the end. */
char *nwti_syntax_utf8(char *out, uint32_t character);
/* Reads exactly `count` hexadecimal digits; 0 if they are not there. */
int32_t nwti_syntax_hex(const char *text, int32_t count, uint32_t *number);
/* Reads the four digits after \u, and a second such escape if both are one pair of surrogates;
   returns what follows, or NULL. */
char *nwti_syntax_unicode(char *text, uint32_t *character);

/* A new, uninitialised value, or NULL when out of memory. Earlier pointers end. */
static inline nwti_value *nwti_syntax_push(nwti_syntax *syntax)
{
    if (syntax->count == syntax->capacity && !nwti_syntax_grow(syntax)) {
        return NULL;
    }
    return syntax->values + syntax->count++;
}

static inline nwti_value *nwti_syntax_container(const nwti_syntax *syntax)
{
    return syntax->open != 0 ? syntax->values + (syntax->open - 1) : NULL;
}

static inline void nwti_syntax_set(nwti_value *value, uint8_t type, int64_t integer)
{
    value->type = type;
    value->flags = 0;
    value->length = 0;
    value->as.integer = integer;
}

/* Makes `value` the string between; returns 0 on a fault. */
static inline int32_t nwti_syntax_string(nwti_syntax *syntax, nwti_value *value, const char *start,
                                         const char *end)
{
    size_t length = (size_t)(end - start);

    if (length > UINT32_MAX) { /* GCOVR_EXCL_START: of 4 GiB */
        nwti_syntax_fault(syntax, start, "a string longer than allowed");
        return 0;
    } /* GCOVR_EXCL_STOP */
    value->type = NWTI_STRING;
    value->flags = 0;
    value->length = (uint32_t)length;
    value->as.string = start;
    return 1;
}

#endif
