/* Weights: what layers of one kind share of them, and their sizes. */
#ifndef NWTI_CORE_WEIGHT_H
#define NWTI_CORE_WEIGHT_H

#include "netweight/kind.h"
#include "support/memory.h"

typedef struct nwti_kind nwti_kind;
typedef struct nwti_weight nwti_weight;
typedef struct nwti_weight_form nwti_weight_form;

/* What weights of different layers have in common; kept by the kind. */
struct nwti_weight_form {
    nwti_weight_form *next;
    const char *name;
    const nwt_axis *factors; /* labels and flags; the sizes are each weight's own */
    uint8_t factor_count;
    uint8_t rank;
};

struct nwti_weight {
    const nwti_weight_form *form;
    const int64_t *sizes; /* of each factor; the dims follow them if some factors are joined
                                   */
    int64_t params;       /* the product of the factors, which was checked */
    uint8_t dtype;
    uint8_t item_size; /* bytes of its dtype */
    uint8_t trainable;
    uint8_t is_taken; /* it is a child's, and stands here */
    uint8_t is_lent;  /* it stands among those of what holds the layer */
    uint8_t lends;    /* of a layer's first weight: some of them are lent */
};

/* How many `sizes` there are. */
int32_t nwti_weight_size_count(const nwti_weight *weight);
/* With the sizes that they point to, in one block in the arena; NULL with the error set. */
nwti_weight *nwti_weights_copy(nwt_context *ctx, int32_t count, const nwti_weight *weights);
/* Gives a layer weights of its own, which may then be marked. 0, or the status. */
int32_t nwti_weights_own(nwt_layer *layer);
const int64_t *nwti_weight_dims(const nwti_weight *weight);
static inline int64_t nwti_weight_params(const nwti_weight *weight)
{
    return weight->params;
}
static inline int64_t nwti_weight_bytes(const nwti_weight *weight)
{
    return weight->params * weight->item_size;
}
/* A form that is not shared; NULL when out of memory. */
nwti_weight_form *nwti_weight_form_new(nwti_kind *kind, nwti_arena *arena, const char *name,
                                       int32_t count, const nwt_axis *axes);
/* What Keras calls a weight to which a class gives no name: "variable", "variable_1". It lasts as
   long as the context; NULL when out of memory. */
const char *nwti_weight_automatic_name(nwt_context *ctx);
/* 1 while all forms of the kind's weights live as long as it. */
int32_t nwti_weight_forms_stay(const nwti_kind *kind);
/* The form of a weight with these labels, kept by the kind; NULL when out of memory. */
const nwti_weight_form *nwti_weight_form_of(nwti_kind *kind, const char *name, int32_t count,
                                            const nwt_axis *axes);

/* A weight as a file has it. */
typedef struct nwti_file_weight {
    const char *name;
    const int64_t *dims;
    int32_t rank;
    int32_t dtype;
    int32_t trainable;
} nwti_file_weight;
/* Gives a layer of unknown weights those of a file; all is copied. 0, or the status. */
int32_t nwti_layer_take_weights(nwt_layer *layer, int64_t count, const nwti_file_weight *from);

#endif
