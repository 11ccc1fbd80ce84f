/* Constants among options and call arguments: numbers, nested lists of them, arrays. */
#ifndef NWTI_CORE_CONSTANT_H
#define NWTI_CORE_CONSTANT_H

#include "netweight/kind.h"

typedef struct nwti_constant {
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;
    int32_t dtype; /* of an array; 0: Python's numbers */
    int32_t type;  /* of its numbers: NWT_VALUE_BOOL, NWT_VALUE_INT or NWT_VALUE_FLOAT */
} nwti_constant;

/* Returns 0 if `value` is NULL or no such thing. */
int32_t nwti_constant_read(const nwt_value *value, nwti_constant *constant);

/* 1 for what Keras writes of an array. */
int32_t nwti_is_array(const nwt_value *value);
/* Its dtype; of numbers that which they have in an array of Keras. */
int32_t nwti_constant_dtype(const nwti_constant *constant);

#endif
