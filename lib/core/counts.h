/* What a layer holds, with all within it. */
#ifndef NWTI_CORE_COUNTS_H
#define NWTI_CORE_COUNTS_H

#include "netweight.h"

/* What a layer and all within it hold. Sums stick at -1 when they overflow. */
typedef struct nwti_counts {
    int64_t params;
    int64_t trainable;
    int64_t bytes;
    int64_t trainable_bytes;
    int64_t weights;
    int64_t layers;
    int64_t unknown_layers;
    int64_t logical; /* params of the same network without quantisation */
} nwti_counts;

/* A layer with weights within another; `parent` leads up its path (-1: the top). */
typedef struct nwti_holder {
    nwt_layer *layer;
    int32_t parent;
    int32_t first; /* index of its first weight */
} nwti_holder;

/* How a layer came to its counts whose children are added and taken off one by one. */
typedef struct nwti_tally nwti_tally;

/* Counts and holders of a layer with children, made anew. */
int32_t nwti_layer_summarise(nwt_layer *layer);
/* The same after one more child, the last, or one less, at about the cost of that child. */
int32_t nwti_layer_summarise_added(nwt_layer *layer);
int32_t nwti_layer_summarise_removed(nwt_layer *layer);
/* Adds the weights of a layer that stands in another. 0 if a sum overflows. */
int32_t nwti_counts_add_weights(nwti_counts *counts, const nwt_layer *layer);
nwti_counts nwti_layer_counts(const nwt_layer *layer);

#endif
