/* Layers as they would be written again: options as values, whatever they were read from. */
#ifndef NWTI_CORE_WRITTEN_H
#define NWTI_CORE_WRITTEN_H

#include "netweight.h"
#include "support/value.h"

typedef struct nwti_written {
    const char *key;
    const nwti_value *value; /* NULL: the option is one of layers */
    nwt_layer *const *layers;
    int64_t layer_count;
    int32_t is_list;     /* of layers, not one of them */
    int32_t is_required; /* it has no default ... */
    int32_t is_default;  /* ... or its value is that */
} nwti_written;

/* The constructor's arguments in their order, without those that all layers have; *row starts at 0.
   Values live until the scratch arena is rewound. 0 at the end, or when out of memory, with the
   error set. */
int32_t nwti_written_next(const nwt_layer *layer, int32_t *row, nwti_written *option);
/* The length of the histories of a float8 policy, if it was given one; NULL: that is Keras's. */
const nwti_value *nwti_written_history(const nwt_layer *layer);
/* The layer's dtype policy by its name, "mixed_float16", in a buffer of at least 64 bytes. */
const char *nwti_written_policy(const nwt_layer *layer, char *buffer, size_t size);

#endif
