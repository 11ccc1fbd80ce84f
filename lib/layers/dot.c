#include "core/account.h"
#include "core/builtin.h"
#include "layers/past.h"

#include <string.h>

struct dot {
    int64_t axes[2];
    int32_t normalize;
};

static const nwt_option dot_options[] = {
    NWT_OPTION_TUPLE(struct dot, axes, 2, NULL, -NWT_MAX_RANK, NWT_MAX_RANK - 1,
                     "the axis of each input that is summed over"),
    NWT_OPTION_BOOL(struct dot, normalize, "False", "scale to length 1 along the axis before"),
    NWT_OPTION_END};

struct dot_arguments {
    int32_t x1;
    int32_t x2;
};

static const nwt_option dot_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct dot_arguments, x1, NULL, 1, NWT_MAX_RANK, "(batch, ...)"),
    NWT_ARGUMENT_TENSOR(struct dot_arguments, x2, NULL, 1, NWT_MAX_RANK, "(batch, ...)"),
    NWT_OPTION_END};

/* Copies dims without one axis. Returns how many there are. */
static int32_t without(int64_t *to, const int64_t *dims, int32_t rank, int32_t axis)
{
    memcpy(to, dims, (size_t)axis * sizeof *dims);
    memcpy(to + axis, dims + axis + 1, (size_t)(rank - axis - 1) * sizeof *dims);
    return rank - 1;
}

/* As Keras does it: one input without its axis, then the other without its axis and its batch. */
static int32_t dot_shape(nwt_op *op, const void *self)
{
    const struct dot *dot = self;
    const struct dot_arguments *call = nwt_op_arguments(op);
    const int64_t *left = nwt_op_dims(op, call->x1), *right = nwt_op_dims(op, call->x2);
    int32_t left_rank = nwt_op_rank(op, call->x1), right_rank = nwt_op_rank(op, call->x2);
    int32_t left_axis = nwt_op_axis(op, "axes", dot->axes[0], left_rank);
    int32_t right_axis = nwt_op_axis(op, "axes", dot->axes[1], right_rank);
    int64_t dims[2 * NWT_MAX_RANK], rest[NWT_MAX_RANK];
    int32_t rank, rest_rank;

    if (left[left_axis] != right[right_axis]) {
        return NWT_FAIL(op,
                        "axes {axes}: axis {} of the first input and axis {} of the second "
                        "must have the same size; the shapes are {0} and {1}",
                        left_axis, right_axis);
    }
    rank = without(dims, left, left_rank, left_axis);
    rest_rank = without(rest, right, right_rank, right_axis);
    for (int32_t i = 1; i < rest_rank; i++) {
        dims[rank++] = rest[i];
    }
    if (nwti_op_is_accounted(op)) {
        nwti_rows_macs(op, rank, dims, 1, (nwt_axis[]){{"summed", left[left_axis]}});
        nwt_op_flops(op, dot->normalize ? 3 : 0, left_rank, left);
        nwt_op_flops(op, dot->normalize ? 3 : 0, right_rank, right);
    }
    if (rank == 1) {
        dims[rank++] = 1;
    }
    return nwt_op_output(op, rank, dims, 0);
}

static const nwt_past dot_past[] = {
    PAST_MERGE("'dot'"),
    PAST_MERGE("'cos'"),
    NWT_PAST_TURNED("mode", "normalize", NWT_TURN_EQUALS, "cos", 20000),
    NWT_PAST_KEY("dot_axes", "axes", 20000),
    NWT_PAST_DEFAULT("axes", "-1", 0, 20000),
    PAST_MERGE_REST,
    NWT_PAST_END};

KIND(dot, "Dot", .about = "multiplies two inputs along an axis of each and sums", .past = dot_past,
     .options = dot_options, .arguments = dot_arguments, .self_size = sizeof(struct dot),
     .arguments_size = sizeof(struct dot_arguments), .shape = dot_shape,
     .flags = NWT_KIND_TAKES_ONE_LIST, .work = NWT_WORK_STATED);
