/*
 * What repeats in a JSON text. Text that stands after the same words as text before it is mostly
 * the same: then its values are those of that text, and need not be read once more. This holds
 * wherever both begin as a value, or both as a key: what values a text has depends on nothing
 * else, but for how deep it may nest.
 */
#ifndef NWTI_SUPPORT_REPEAT_H
#define NWTI_SUPPORT_REPEAT_H

#include "support/syntax.h"

/* Deeper containers are not looked at; as many kinds of places are remembered. */
enum { NWTI_REPEAT_LEVELS = 32, NWTI_REPEAT_PLACES = 256 };

/* The dict that was last read at places of one kind. Lists are not kept: what repeats of them is
   mostly within dicts. */
typedef struct nwti_repeat {
    size_t at;     /* its bracket, in the text */
    size_t length; /* up to its closing bracket, which is included; 0: there is none */
    size_t depth;  /* how many might be opened where it was */
    const nwti_value *items;
    uint32_t count; /* of members */
} nwti_repeat;

/* A container that is open. Of a dict that is guessed to be like an earlier one, the members of
   that which should come next; there are none if next is end. */
typedef struct nwti_repeat_level {
    nwti_repeat *place; /* NULL: it is a list, or the text before it is too short */
    size_t at;          /* its bracket */
    size_t key;         /* its last key */
    const nwti_value *next, *end;
    size_t before; /* the key of `next` in the text ... */
    size_t stop;   /* ... and the end of its dict */
} nwti_repeat_level;

typedef struct nwti_repeats {
    const char *text; /* as it was, without what is decoded in place */
    size_t length;
    size_t level;    /* how many are open */
    size_t compared; /* bytes, in vain */
    size_t differs;  /* up to here the text is known to be that which stands ... */
    size_t apart;    /* ... so many bytes before it */
    nwti_repeat_level levels[NWTI_REPEAT_LEVELS];
    nwti_repeat places[NWTI_REPEAT_PLACES];
} nwti_repeats;

void nwti_repeat_begin(nwti_repeats *repeats, const char *text, size_t length);
/* Before the container at p is opened: pushes it if it is an earlier one, and returns what follows;
   returns p if it is not, NULL when out of memory. */
char *nwti_repeat_open(nwti_repeats *repeats, nwti_syntax *syntax, char *p);
/* Where a key of the innermost dict is expected: pushes the members that repeat, and the key after
   them if it does too. Returns where it then is: at a key, after one (*has_key), or after the
   dict's closing bracket (*is_end); NULL when out of memory. */
char *nwti_repeat_members(nwti_repeats *repeats, nwti_syntax *syntax, char *p, int32_t *has_key,
                          int32_t *is_end);
/* After the innermost container was closed, and `end` is what follows. */
void nwti_repeat_close(nwti_repeats *repeats, const nwti_syntax *syntax, const char *end);

#endif
