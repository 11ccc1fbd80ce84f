/* What is known of a model on sets of input shapes, found by them. */
#ifndef NWTI_CORE_SHAPED_H
#define NWTI_CORE_SHAPED_H

#include "core/tensor.h"

/* The shapes of a model's outputs for one set of input shapes; others begin with it. */
typedef struct nwti_shaped {
    struct nwti_shaped *next; /* of the same bucket */
    const nwt_tensor **inputs;
    const nwt_tensor **outputs;
    uint32_t hash;
} nwti_shaped;

/* All zero: empty. */
typedef struct nwti_shapings {
    nwti_shaped **buckets; /* a power of two, or none */
    uint32_t capacity;
    uint32_t count;
} nwti_shapings;

/* The one on inputs of these shapes; NULL: there is none. */
void *nwti_shaped_find(const nwti_shapings *in, int32_t count, const nwt_tensor *const *inputs);
/* Adds one on other shapes than those before. 0, or 1 when out of memory. */
int32_t nwti_shaped_add(nwti_shapings *to, nwti_arena *arena, int32_t count, nwti_shaped *shaped);

#endif
