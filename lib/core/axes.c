#include "core/axes.h"

const char *nwti_axis_label(int32_t axis, int32_t rank)
{
    static const char *const labels[NWT_MAX_RANK] = {"batch",
                                                     "positions on axis 1",
                                                     "positions on axis 2",
                                                     "positions on axis 3",
                                                     "positions on axis 4",
                                                     "positions on axis 5",
                                                     "positions on axis 6",
                                                     "positions on axis 7",
                                                     "positions on axis 8",
                                                     "positions on axis 9",
                                                     "positions on axis 10",
                                                     "positions on axis 11",
                                                     "positions on axis 12",
                                                     "positions on axis 13",
                                                     "positions on axis 14",
                                                     "positions on axis 15",
                                                     "positions on axis 16",
                                                     "positions on axis 17",
                                                     "positions on axis 18",
                                                     "positions on axis 19",
                                                     "positions on axis 20",
                                                     "positions on axis 21",
                                                     "positions on axis 22",
                                                     "positions on axis 23",
                                                     "positions on axis 24",
                                                     "positions on axis 25",
                                                     "positions on axis 26",
                                                     "positions on axis 27",
                                                     "positions on axis 28",
                                                     "positions on axis 29",
                                                     "positions on axis 30",
                                                     "positions on axis 31"};

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
        for (; order != NWTI_UNSORTED && at > 0 && sorted[at - 1] > axis; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = axis;
    }
    for (int64_t i = 0; i < list->count; i++) {
        int32_t axis = nwt_op_axis(op, "axis", sorted[i], rank);

        axes[i] = (nwt_axis){nwti_axis_label(axis, rank), nwt_op_dim(op, 0, axis)};
    }
    return nwt_op_ended(op) ? 0 : (int32_t)list->count;
}
