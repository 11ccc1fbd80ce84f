#include "core/broadcast.h"

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
