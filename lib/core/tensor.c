#include "core/tensor.h"
#include "support/text.h"
#include "support/checked.h"

#include <string.h>

nwt_tensor *nwti_tensor_new(nwti_arena *arena, int32_t rank, const int64_t *dims, int32_t dtype)
{
    size_t size = rank > 0 ? (size_t)rank * sizeof *dims : 0;
    nwt_tensor *tensor = nwti_arena_alloc(arena, offsetof(nwt_tensor, dims) + size);

    if (tensor != NULL) {
        tensor->call = NULL;
        tensor->next = NULL;
        tensor->index = 0;
        tensor->rank = (int16_t)rank;
        tensor->dtype = (uint8_t)dtype;
        tensor->is_disputed = 0;
        if (size > 0) {
            memcpy(tensor->dims, dims, size);
        }
    }
    return tensor;
}

int32_t nwti_same_shape(const nwt_tensor *a, const nwt_tensor *b)
{
    return a->rank == b->rank && a->dtype == b->dtype &&
           (a->rank <= 0 || memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0);
}

size_t nwti_shape_text(char *buffer, size_t size, int32_t rank, const int64_t *dims)
{
    size_t length = 0;
    int32_t i;

    if (rank < 0) {
        return nwti_format(buffer, size, "?");
    }
    length = nwti_format(buffer, size, "(");
    for (i = 0; i < rank; i++) {
        char *end = length < size ? buffer + length : buffer;
        size_t room = length < size ? size - length : 0;
        const char *comma = i > 0 ? ", " : "";

        length += dims[i] < 0 ? nwti_format(end, room, "%sNone", comma)
                              : nwti_format(end, room, "%s%d", comma, dims[i]);
    }
    length += nwti_format(length < size ? buffer + length : buffer,
                          length < size ? size - length : 0, rank == 1 ? ",)" : ")");
    return length;
}

int32_t nwt_tensor_rank(const nwt_tensor *tensor)
{
    return tensor != NULL ? tensor->rank : -1;
}

const int64_t *nwt_tensor_dims(const nwt_tensor *tensor)
{
    return tensor != NULL ? tensor->dims : NULL;
}

int32_t nwt_tensor_dtype(const nwt_tensor *tensor)
{
    return tensor != NULL ? tensor->dtype : NWT_DTYPE_UNKNOWN;
}

int32_t nwt_tensor_index(const nwt_tensor *tensor)
{
    return tensor != NULL ? tensor->index : -1;
}

size_t nwt_shape_text(int32_t rank, const int64_t *dims, char *buffer, size_t size)
{
    return rank > 0 && dims == NULL ? nwti_format(buffer, size, "")
                                    : nwti_shape_text(buffer, size, rank, dims);
}

int64_t nwt_tensor_bytes(const nwt_tensor *tensor)
{
    int64_t bytes = tensor != NULL ? nwt_dtype_size(tensor->dtype) : 0;
    int32_t i;

    if (bytes == 0 || tensor->rank < 0) {
        return -1;
    }
    for (i = 0; i < tensor->rank; i++) {
        if (tensor->dims[i] < 0 || !nwti_multiply(bytes, tensor->dims[i], &bytes)) {
            return -1;
        }
    }
    return bytes;
}
