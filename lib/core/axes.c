#include "core/axes.h"

const char *nwti_axis_label(int32_t axis, int32_t rank)
{
    static const char *const labels[NWT_MAX_RANK] = {
        "batch", "axis 1", "axis 2", "axis 3", "axis 4", "axis 5", "axis 6", "axis 7", "axis 8",
        "axis 9", "axis 10", "axis 11", "axis 12", "axis 13", "axis 14", "axis 15", "axis 16",
        "axis 17", "axis 18", "axis 19", "axis 20", "axis 21", "axis 22", "axis 23", "axis 24",
        "axis 25", "axis 26", "axis 27", "axis 28", "axis 29", "axis 30", "axis 31"
    };

    return axis == rank - 1 ? "features" : labels[axis];
}

int32_t nwti_axes(nwt_op *op, const nwt_ints *list, int32_t order, nwt_axis *axes)
{
    int32_t rank = nwt_op_rank(op, 0);
    int64_t sorted[NWT_MAX_RANK];

    if (nwt_op_ended(op)) {
        return 0;
    }
    if (list->count > rank) {
        NWT_FAIL(op, "axis has {} items, more than the input has axes: {0}", list->count);
        return 0;
    }
    for (int64_t i = 0; i < list->count; i++) {
        int64_t axis = list->items[i];
        int64_t at = i;

        if (order == NWTI_BY_POSITION) {
            axis = nwt_op_axis(op, "axis", axis, rank);
        }
        for (; at > 0 && sorted[at - 1] > axis; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = axis;
    }
    for (int64_t i = 0; i < list->count; i++) {
        int32_t axis = nwt_op_axis(op, "axis", sorted[i], rank);

        axes[i].label = nwti_axis_label(axis, rank);
        axes[i].size = nwt_op_dim(op, 0, axis);
    }
    return nwt_op_ended(op) ? 0 : (int32_t)list->count;
}
