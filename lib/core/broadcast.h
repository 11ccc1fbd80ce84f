/* Shapes of several tensors that become one. */
#ifndef NWTI_CORE_BROADCAST_H
#define NWTI_CORE_BROADCAST_H

#include "netweight/kind.h"

/* What None against a number above 1 gives. Shapes are aligned at their last axes. */
enum {
    NWTI_NUMBER_WINS, /* the number: Keras's operations */
    NWTI_NONE_WINS    /* None: its merging layers */
};

/* Merges `other` into `dims`, which has room for NWT_MAX_RANK. Returns 0, or the first axis,
   counted from the end, on which the two do not broadcast. Begin with rank 0. */
int32_t nwti_broadcast(int32_t *rank, int64_t *dims, int32_t other_rank, const int64_t *other,
                       int32_t rule);

/* Joins all inputs of the op along `axis` into `dims`, which has room for the rank of input 0. All
   other axes must agree; what they are is as in input 0. */
int32_t nwti_concatenate(nwt_op *op, int32_t axis, int64_t *dims);

#endif
