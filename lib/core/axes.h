/* Weights that lie along some axes of the input: a normalization's gamma. */
#ifndef NWTI_CORE_AXES_H
#define NWTI_CORE_AXES_H

#include "netweight/kind.h"

/* What a reader calls an axis of the input: "features" for the last, else "axis 1". */
const char *nwti_axis_label(int32_t axis, int32_t rank);

enum {
    NWTI_AS_WRITTEN,  /* sorted as they are written, -1 before 1 */
    NWTI_BY_POSITION, /* sorted as they stand in the input */
    NWTI_UNSORTED
};

/* Labels and sizes of the axes of input 0 that option `axis` lists, into `axes`, which has room for
   NWT_MAX_RANK. Returns how many; fails, with 0, if one does not exist. */
int32_t nwti_axes(nwt_op *op, const nwt_ints *list, int32_t order, nwt_axis *axes);

#endif
