/* Names of dtypes and of dtype policies. */
#ifndef NWTI_CORE_DTYPE_H
#define NWTI_CORE_DTYPE_H

#include <stdint.h>

/* 0 if there is no such dtype. */
int32_t nwti_dtype_of(const char *name);
/* The dtypes of a policy ("float32", "mixed_float16", "int8_from_mixed_bfloat16"); 0, and they are
   as they were: unknown. */
int32_t nwti_policy_of(const char *name, uint8_t *compute, uint8_t *variable);
int32_t nwti_dtype_is_float(int32_t dtype);

#endif
