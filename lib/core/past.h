/* What kinds were called: the rows `past` of their descriptors, found by the class as written. */
#ifndef NWTI_CORE_PAST_H
#define NWTI_CORE_PAST_H

#include "netweight/kind.h"

enum { NWTI_MOST_ITEMS = 4 }; /* of a tuple that old keys give one by one */

/* A kind that was written so, and the row that says it. */
typedef struct nwti_past_class {
    struct nwti_past_class *next;
    const nwt_past *row;
    int64_t index; /* of the kind */
} nwti_past_class;

/* Enters the classes of a kind's rows. 0, or the status. */
int32_t nwti_past_enter(nwt_context *ctx, const nwt_past *past, int64_t index);
/* A bit for a key. Most keys of a config or a text are no old ones of the kind: a set of bits tells
   so without a look at its rows. */
uint64_t nwti_past_bit(const char *key, size_t length);
/* The bits of all keys that rows are about. */
uint64_t nwti_past_bits(const nwt_past *past);
/* Rows in this version's stride, their texts copied. NULL: none, or out of memory. */
const nwt_past *nwti_past_keep(nwt_context *ctx, const nwt_past *past, size_t row_size);
/* 1 if `words`, separated by spaces, has the word. NULL has all. */
int32_t nwti_has_word(const char *words, const char *word);

#endif
