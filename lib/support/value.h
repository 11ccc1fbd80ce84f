/*
 * A value: what JSON and Python-like constructor text have in common.
 *
 * Values are immutable trees in an arena, 16 bytes each on 64-bit machines;
 * the items of a list stand one after another.
 */
#ifndef NWTI_SUPPORT_VALUE_H
#define NWTI_SUPPORT_VALUE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "support/bytes.h"
#include "support/memory.h"

enum {
    NWTI_NONE, /* null, None */
    NWTI_BOOL, /* integer 0 or 1 */
    NWTI_INT,
    NWTI_FLOAT,  /* integers beyond int64 too */
    NWTI_STRING, /* UTF-8 as found, NUL-terminated, may hold NULs */
    NWTI_LIST,
    NWTI_TUPLE, /* constructor text only */
    NWTI_DICT,  /* items: key, value, key, value; length counts pairs */
    NWTI_CALL   /* constructor text only: items: the callee's dotted name as a
                                   string, then key, value pairs (key NONE: positional); length
                                   counts pairs. A bare name (`relu`) is a CALL of flag BARE
                                   without arguments */
};

enum { NWTI_VALUE_BARE = 1 };

/* The tag is that of the type that users see of it. */
typedef struct nwt_value nwti_value;

struct nwt_value {
    uint16_t type;
    uint16_t flags;  /* of a dict's key in JSON: bytes of text up to the next key, or 0 */
    uint32_t length; /* bytes of a string, items of a list, pairs of a dict or call */
    union {
        int64_t integer;
        double number;
        const char *string;
        const nwti_value *items;
    } as;
};

/* The last value under `key` (as Python: the last wins), or NULL; NULL too if `dict` is NULL or no
   DICT. */
const nwti_value *nwti_value_find(const nwti_value *dict, const char *key, size_t length);
static inline const nwti_value *nwti_value_get(const nwti_value *dict, const char *key)
{
    return nwti_value_find(dict, key, strlen(key));
}
/* Several keys of a dict in one pass: found[i] becomes what nwti_value_find gives for keys[i]. This
   is fastest if the dict has its keys in their order. */
typedef struct nwti_value_key {
    const char *text;
    uint32_t length;
} nwti_value_key;
#define NWTI_VALUE_KEY(text)  \
    {                         \
        text, sizeof text - 1 \
    }
void nwti_value_fields(const nwti_value *dict, const nwti_value_key *keys, int32_t count,
                       const nwti_value **found);
/* The pairs of a DICT by their keys, from the arena; NULL: no memory. */
const nwti_value **nwti_value_by_key(nwti_arena *arena, const nwti_value *dict);
/* The text of a STRING, or NULL for any other value and for NULL. */
const char *nwti_value_string(const nwti_value *value);
/* Two STRINGs. */
static inline int32_t nwti_value_same_text(const nwti_value *a, const nwti_value *b)
{
    return a->length == b->length &&
           (a->as.string == b->as.string || nwti_same(a->as.string, b->as.string, a->length));
}
/* 1 if `value` is a STRING equal to `text`. */
int32_t nwti_value_is(const nwti_value *value, const char *text);

#endif
