/* Tensors and their shapes. */
#ifndef NWTI_CORE_TENSOR_H
#define NWTI_CORE_TENSOR_H

#include "netweight.h"
#include "support/memory.h"

typedef struct nwti_call nwti_call;

struct nwt_tensor {
    nwti_call *call;  /* NULL: only a shape, in a shaping */
    nwt_tensor *next; /* next output of the call */
    int32_t index;
    int16_t rank; /* -1: unknown */
    uint8_t dtype;
    uint8_t is_disputed; /* a file contradicts its shape, which is unknown then, and stays so */
    int64_t dims[];
};

nwt_tensor *nwti_tensor_new(nwti_arena *arena, int32_t rank, const int64_t *dims, int32_t dtype);
int32_t nwti_same_shape(const nwt_tensor *a, const nwt_tensor *b);
/* "(None, 28, 28)" */
size_t nwti_shape_text(char *buffer, size_t size, int32_t rank, const int64_t *dims);

#endif
