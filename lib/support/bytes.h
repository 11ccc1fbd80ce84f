/* Comparing a few bytes without a call. */
#ifndef NWTI_SUPPORT_BYTES_H
#define NWTI_SUPPORT_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 0: the eight bytes at both are the same. */
static inline uint64_t nwti_differ_8(const char *a, const char *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

static inline uint32_t nwti_differ_4(const char *a, const char *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

/* 1 if so many bytes are the same. Names and keys are short: what is looked at twice costs less
   than a call. */
static inline int32_t nwti_same(const char *a, const char *b, size_t length)
{
    if (length > 16) {
        return memcmp(a, b, length) == 0;
    }
    if (length >= 8) {
        return (nwti_differ_8(a, b) | nwti_differ_8(a + length - 8, b + length - 8)) == 0;
    }
    if (length >= 4) {
        return (nwti_differ_4(a, b) | nwti_differ_4(a + length - 4, b + length - 4)) == 0;
    }
    return length == 0 ||
           (a[0] == b[0] && a[length / 2] == b[length / 2] && a[length - 1] == b[length - 1]);
}

#endif
