/* The options that every kind has. */
#ifndef NWTI_CORE_SHARED_H
#define NWTI_CORE_SHARED_H

#include "netweight/kind.h"
#include "core/nearest.h"
#include "support/value.h"

/* The options that all kinds have: name, dtype, trainable, input_shape ... 1: it is one and was
   taken (or failed); 0: it is none. */
int32_t nwti_assign_shared(nwt_layer *layer, const nwti_value *key, const nwti_value *value,
                           const char *owner);
/* The row of one that every layer has by Keras's own constructor, for those who list options; NULL
   past the last. */
const nwt_option *nwti_shared_row(int64_t index);
/* The policy that a DTypePolicyMap has for a layer of this name; any other value is its own. NULL:
   Keras's default. */
const nwti_value *nwti_policy_for(const nwti_value *policy, const char *name);
void nwti_offer_shared(nwti_nearest *nearest);

#endif
