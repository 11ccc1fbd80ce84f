/* Arithmetic on non-negative int64 that says so when it would overflow: each returns 1 if it
   fitted. */
#ifndef NWTI_SUPPORT_CHECKED_H
#define NWTI_SUPPORT_CHECKED_H

#include <stdint.h>

static inline int32_t nwti_add(int64_t a, int64_t b, int64_t *sum)
{
    if (a > INT64_MAX - b) {
        return 0;
    }
    *sum = a + b;
    return 1;
}

static inline int32_t nwti_multiply(int64_t a, int64_t b, int64_t *product)
{
    if (b != 0 && a > INT64_MAX / b) {
        return 0;
    }
    *product = a * b;
    return 1;
}

#endif
