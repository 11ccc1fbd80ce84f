/* The candidate that is nearest to a word nobody knows. */
#ifndef NWTI_CORE_NEAREST_H
#define NWTI_CORE_NEAREST_H

#include <stddef.h>
#include <stdint.h>

/* "; did you mean 'units'?" into buffer (size bytes), or "". `candidates` of count strings. */
typedef struct nwti_nearest {
    const char *wanted;
    const char *best;
    int32_t distance;
} nwti_nearest;
void nwti_nearest_begin(nwti_nearest *nearest, const char *wanted);
void nwti_nearest_offer(nwti_nearest *nearest, const char *candidate);
const char *nwti_nearest_text(const nwti_nearest *nearest, char *buffer, size_t size);

#endif
