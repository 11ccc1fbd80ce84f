#include "core/broadcast.h"
#include "core/builtin.h"

#include "support/checked.h"

#include <string.h>

static int32_t broadcast_dim(int64_t *dim, int64_t other, int32_t rule)
{
    int32_t has_none = *dim == -1 || other == -1;

    if (has_none && rule == NWTI_NONE_WINS) {
        *dim = -1;
    } else if (*dim == 1 || (*dim == -1 && other != 1)) {
        *dim = other;
    } else {
        return other == 1 || other == -1 || other == *dim;
    }
    return 1;
}

int32_t nwti_broadcast(int32_t *rank, int64_t *dims, int32_t other_rank, const int64_t *other,
                       int32_t rule)
{
    int32_t more = other_rank - *rank;

    if (more > 0) {
        memmove(dims + more, dims, (size_t)*rank * sizeof *dims);
        for (int32_t i = 0; i < more; i++) {
            dims[i] = 1;
        }
        *rank = other_rank;
    }
    for (int32_t axis = -1; axis >= -other_rank; axis--) {
        if (!broadcast_dim(&dims[*rank + axis], other[other_rank + axis], rule)) {
            return axis;
        }
    }
    return 0;
}

static int32_t concatenate_one(nwt_op *op, int32_t input, int32_t axis, int32_t rank, int64_t *dims)
{
    const int64_t *other = nwt_op_dims(op, input);

    for (int32_t i = 0; i < rank; i++) {
        if (i != axis && dims[i] != other[i] && dims[i] != -1 && other[i] != -1) {
            return NWT_FAIL(op,
                            "all axes but axis {} must agree, but on axis {} input {} has {}, "
                            "input 0 has {}",
                            axis, i, input, other[i], dims[i]);
        }
    }
    for (int32_t i = 0; nwti_op_is_tensorflow(op) && i < rank; i++) {
        dims[i] = i != axis && dims[i] == -1 ? other[i] : dims[i];
    }
    if (dims[axis] == -1 || other[axis] == -1) {
        dims[axis] = -1;
    } else if (!nwti_add(dims[axis], other[axis], &dims[axis])) {
        return NWT_FAIL(op, "the output is too large on axis {}", axis);
    }
    return 0;
}

int32_t nwti_concatenate(nwt_op *op, int32_t axis, int64_t *dims)
{
    int32_t rank = nwt_op_rank(op, 0);

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    for (int32_t i = 1; i < nwt_op_input_count(op); i++) {
        if (nwt_op_rank(op, i) != rank) {
            return NWT_FAIL(op, "the inputs' ranks differ: input {} has {} axes, input 0 has {}", i,
                            nwt_op_rank(op, i), rank);
        }
        if (concatenate_one(op, i, axis, rank, dims)) {
            return NWT_STATUS_INVALID;
        }
    }
    return 0;
}
