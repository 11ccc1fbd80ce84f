/* What layers share that turn values into categories. */
#ifndef NWTI_LAYERS_CATEGORICAL_H
#define NWTI_LAYERS_CATEGORICAL_H

#include "core/builtin.h"

/* The last two are old names, of multi_hot and tf_idf. */
enum { INT_MODE, ONE_HOT, MULTI_HOT, COUNT, TF_IDF, BINARY, TF_IDF_1 };

extern const char *const nwti_output_modes[];
extern const nwt_option nwti_categorical_input[];

#define OUTPUT_MODE(t, fallback) \
    NWT_OPTION_CHOICE(t, output_mode, fallback, nwti_output_modes, "what the output holds")
#define SPARSE NWT_OPTION_OPAQUE("sparse", "give a sparse tensor")
#define SALT NWT_OPTION_OPAQUE("salt", "salt of the hash")

/* One category for each value: `depth` joins the shape, or takes the place of a last axis of 1.
   Else one vector for each sample, over `axis`. */
int32_t nwti_encoded(nwt_op *op, int32_t mode, int64_t depth, int32_t axis, int32_t dtype);
/* In `make`: 0 for no salt, an integer or a pair. */
int32_t nwti_salt_check(nwt_op *op, const nwti_value *salt);
/* In `make`: 0 unless a tensor of categories itself is to be sparse. */
int32_t nwti_sparse_check(nwt_op *op, int32_t mode);

#endif
