/* Operations that arrange the elements of one tensor anew. */
#include "ops/operand.h"

#include "support/checked.h"

#include <string.h>

#define RESHAPING(symbol, name, words, callback, cost)                          \
    KIND(op_##symbol, "ops." name, .about = words, .options = symbol##_options, \
         .arguments = nwti_unary_arguments, .self_size = sizeof(struct symbol), \
         .arguments_size = sizeof(struct nwti_unary), .shape = callback, .work = cost)

/* The dim at `axis` times an item of `repeats`; None stays None. */
static int32_t multiply_dim(nwt_op *op, nwti_operand *x, int32_t axis, int64_t factor)
{
    if (factor < 0 ||
        (x->dims[axis] != -1 && !nwti_multiply(x->dims[axis], factor, &x->dims[axis]))) {
        return NWT_FAIL(op, "repeats has None, or makes axis {} too large", axis);
    }
    return 0;
}

struct reshape {
    nwt_ints newshape;
};

static const nwt_option reshape_options[] = {
    NWT_OPTION_INTS(struct reshape, newshape, NULL, -1, INT64_MAX, "the new shape, batch included"),
    NWT_OPTION_END};

/* -1 stands for what is left. It can be known only if the whole input is, and no axis is None. */
static int32_t reshape_shape(nwt_op *op, const void *self)
{
    const nwt_ints *newshape = &((const struct reshape *)self)->newshape;
    nwti_operand x;
    nwti_operand y = {{0}, 0, 0};
    int64_t size;
    int64_t known = 1;
    int64_t free = -1;

    nwti_unary_read(op, &x);
    size = nwti_operand_size(op, &x);
    if (newshape->count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "newshape has {} axes, more than {}", newshape->count, NWT_MAX_RANK);
    }
    for (int64_t i = 0; i < newshape->count; i++) {
        y.dims[y.rank++] = newshape->items[i] == NWT_NONE_INT ? -1 : newshape->items[i];
        if (newshape->items[i] == -1 && free != -1) {
            return NWT_FAIL(op, "newshape has more than one -1", 0);
        }
        if (newshape->items[i] == -1) {
            free = i;
        } else if (newshape->items[i] == NWT_NONE_INT) {
            size = -1;
        } else if (!nwti_multiply(known, newshape->items[i], &known)) {
            return NWT_FAIL(op, "newshape has too many elements", 0);
        }
    }
    if (size != -1 && (free == -1 ? size != known : known == 0 || size % known != 0)) {
        return NWT_FAIL(op, "newshape has room for {} elements, but the input {0} has {}", known,
                        size);
    }
    if (size != -1 && free != -1) {
        y.dims[free] = size / known;
    }
    return nwt_op_output(op, y.rank, y.dims, x.dtype);
}

RESHAPING(reshape, "Reshape", "gives its input another shape", reshape_shape, NWT_WORK_VIEW);

struct transpose {
    nwt_ints axes;
};

static const nwt_option transpose_options[] = {
    NWT_OPTION_INTS(struct transpose, axes, "None", INT64_MIN, INT64_MAX,
                    "the order of the axes; None: the other way round"),
    NWT_OPTION_END};

static int32_t transpose_shape(nwt_op *op, const void *self)
{
    const nwt_ints *axes = &((const struct transpose *)self)->axes;
    int32_t seen[NWT_MAX_RANK] = {0};
    nwti_operand x;
    nwti_operand y;

    nwti_unary_read(op, &x);
    y = x;
    if (axes->items && axes->count != x.rank) {
        return NWT_FAIL(op, "axes has {} items, but the input has {} axes", axes->count, x.rank);
    }
    for (int32_t i = 0; i < x.rank; i++) {
        int32_t axis = axes->items ? nwt_op_axis(op, "axes", axes->items[i], x.rank)
                                   : x.rank - 1 - i;

        if (seen[axis]++ && !nwt_op_ended(op)) {
            return NWT_FAIL(op, "axes has {} twice", axis);
        }
        y.dims[i] = x.dims[axis];
    }
    return nwti_operand_output(op, &y, NWTI_AS_IS);
}

RESHAPING(transpose, "Transpose", "puts its axes into another order", transpose_shape,
          NWT_WORK_MOVES);

struct swapaxes {
    int64_t axis1;
    int64_t axis2;
};

static const nwt_option swapaxes_options[] = {
    NWT_OPTION_INT(struct swapaxes, axis1, NULL, INT64_MIN, INT64_MAX, "an axis"),
    NWT_OPTION_INT(struct swapaxes, axis2, NULL, INT64_MIN, INT64_MAX, "the other axis"),
    NWT_OPTION_END};

static int32_t swapaxes_shape(nwt_op *op, const void *self)
{
    const struct swapaxes *swapaxes = self;
    int32_t axis1 = nwt_op_axis(op, "axis1", swapaxes->axis1, nwt_op_rank(op, 0));
    int32_t axis2 = nwt_op_axis(op, "axis2", swapaxes->axis2, nwt_op_rank(op, 0));
    nwti_operand x;
    int64_t dim;

    nwti_unary_read(op, &x);
    dim = x.dims[axis1];
    x.dims[axis1] = x.dims[axis2];
    x.dims[axis2] = dim;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

RESHAPING(swapaxes, "Swapaxes", "exchanges two axes", swapaxes_shape, NWT_WORK_MOVES);

struct moveaxis {
    nwt_ints source;
    nwt_ints destination;
};

static const nwt_option moveaxis_options[] = {
    NWT_OPTION_INTS(struct moveaxis, source, NULL, INT64_MIN, INT64_MAX, "the axes that move"),
    NWT_OPTION_INTS(struct moveaxis, destination, NULL, INT64_MIN, INT64_MAX, "where they go"),
    NWT_OPTION_END};

static int32_t moveaxis_shape(nwt_op *op, const void *self)
{
    const struct moveaxis *moveaxis = self;
    int32_t moved[NWT_MAX_RANK] = {0};
    int32_t taken[NWT_MAX_RANK] = {0};
    int32_t next = 0;
    nwti_operand x;
    nwti_operand y;

    nwti_unary_read(op, &x);
    y = x;
    if (moveaxis->source.count != moveaxis->destination.count) {
        return NWT_FAIL(op, "source has {} axes, destination {}", moveaxis->source.count,
                        moveaxis->destination.count);
    }
    for (int64_t i = 0; i < moveaxis->source.count; i++) {
        int32_t from = nwt_op_axis(op, "source", moveaxis->source.items[i], x.rank);
        int32_t to = nwt_op_axis(op, "destination", moveaxis->destination.items[i], x.rank);

        if (!nwt_op_ended(op) && (moved[from]++ || taken[to]++)) {
            return NWT_FAIL(op, "axis {} or {} is named twice", from, to);
        }
        y.dims[to] = x.dims[from];
    }
    if (nwt_op_ended(op)) {
        return 0;
    }
    for (int32_t i = 0; i < x.rank; i++) {
        if (!moved[i]) {
            for (; taken[next]; next++) {
            }
            y.dims[next++] = x.dims[i];
        }
    }
    return nwti_operand_output(op, &y, NWTI_AS_IS);
}

RESHAPING(moveaxis, "Moveaxis", "moves some of its axes", moveaxis_shape, NWT_WORK_MOVES);

struct expand_dims {
    nwt_ints axis;
};

static const nwt_option expand_dims_options[] = {NWT_OPTION_INTS(struct expand_dims, axis, NULL,
                                                                 INT64_MIN, INT64_MAX,
                                                                 "where axes of size 1 are added"),
                                                 NWT_OPTION_END};

static int32_t expand_dims_shape(nwt_op *op, const void *self)
{
    const nwt_ints *axis = &((const struct expand_dims *)self)->axis;
    int32_t added[NWT_MAX_RANK] = {0};
    int32_t from = 0;
    nwti_operand x;
    nwti_operand y;

    nwti_unary_read(op, &x);
    y = x;
    if (axis->count > NWT_MAX_RANK - x.rank) {
        return NWT_FAIL(op, "adds {} axes to {}, more than {} in all", axis->count, x.rank,
                        NWT_MAX_RANK);
    }
    y.rank += (int32_t)axis->count;
    for (int64_t i = 0; i < axis->count; i++) {
        int32_t *place = &added[nwt_op_axis(op, "axis", axis->items[i], y.rank)];

        if (*place && !nwt_op_ended(op)) {
            return NWT_FAIL(op, "axis has {} twice", axis->items[i]);
        }
        *place = 1;
    }
    for (int32_t i = 0; i < y.rank; i++) {
        y.dims[i] = added[i] || from >= x.rank ? 1 : x.dims[from++];
    }
    return nwti_operand_output(op, &y, NWTI_AS_IS);
}

RESHAPING(expand_dims, "ExpandDims", "adds axes of size 1", expand_dims_shape, NWT_WORK_VIEW);

struct squeeze {
    nwt_ints axis;
};

static const nwt_option squeeze_options[] = {
    NWT_OPTION_INTS(struct squeeze, axis, "None", INT64_MIN, INT64_MAX,
                    "the axes that are taken out; None: all of size 1"),
    NWT_OPTION_END};

static int32_t squeeze_shape(nwt_op *op, const void *self)
{
    const nwt_ints *axis = &((const struct squeeze *)self)->axis;
    int32_t gone[NWT_MAX_RANK] = {0};
    int32_t rank = 0;
    nwti_operand x;

    nwti_unary_read(op, &x);
    for (int32_t i = 0; i < x.rank && !axis->items; i++) {
        if (x.dims[i] < 0 && nwti_op_is_tensorflow(op)) { /* it may be 1 */
            return nwt_op_output_unknown(op);
        }
        gone[i] = x.dims[i] == 1;
    }
    for (int64_t i = 0; i < axis->count; i++) {
        int32_t which = nwt_op_axis(op, "axis", axis->items[i], x.rank);

        if (!nwt_op_ended(op) && x.dims[which] != 1 &&
            !(x.dims[which] < 0 && nwti_op_is_tensorflow(op))) {
            return NWT_FAIL(op, "axis {} of the input is not 1: {0}", axis->items[i]);
        }
        gone[which] = 1;
    }
    for (int32_t i = 0; i < x.rank; i++) {
        if (!gone[i]) {
            x.dims[rank++] = x.dims[i];
        }
    }
    x.rank = rank;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

RESHAPING(squeeze, "Squeeze", "takes out axes of size 1", squeeze_shape, NWT_WORK_VIEW);

/* TensorFlow's: the sizes of the axes, and how many there are. */
static int32_t shape_shape(nwt_op *op, const void *self)
{
    int64_t rank = nwt_op_rank(op, 0);

    (void)self;
    return nwt_op_output(op, 1, &rank, NWT_DTYPE_INT32);
}

static int32_t rank_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 0, NULL, NWT_DTYPE_INT32);
}

/* All axes but the first in one, as Keras's backend had it: a shape that it knew whole, or not. */
static int32_t batch_flatten_shape(nwt_op *op, const void *self)
{
    int64_t dims[2] = {-1, -1};
    nwti_operand x;
    int64_t size;

    (void)self;
    nwti_unary_read(op, &x);
    size = nwti_operand_size(op, &x);
    if (size > 0) {
        dims[0] = x.rank > 0 ? x.dims[0] : 1;
        dims[1] = size / dims[0];
    }
    return nwt_op_output(op, 2, dims, x.dtype);
}

#define OF_SHAPE(symbol, name, words)                                                 \
    KIND(op_##symbol, "ops." name, .about = words, .arguments = nwti_unary_arguments, \
         .arguments_size = sizeof(struct nwti_unary), .shape = symbol##_shape,        \
         .work = NWT_WORK_VIEW)

OF_SHAPE(batch_flatten, "BatchFlatten", "puts all axes but the first into one");
OF_SHAPE(shape, "Shape", "gives the sizes of its input's axes");
OF_SHAPE(rank, "Rank", "gives the number of its input's axes");

static int32_t ravel_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    nwti_unary_read(op, &x);
    x.dims[0] = nwti_operand_size(op, &x);
    x.rank = 1;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_ravel, "ops.Ravel", .about = "puts all elements into one axis",
     .arguments = nwti_unary_arguments, .arguments_size = sizeof(struct nwti_unary),
     .shape = ravel_shape, .work = NWT_WORK_VIEW);

struct broadcast_to {
    nwt_ints shape;
};

static const nwt_option broadcast_to_options[] = {
    NWT_OPTION_INTS(struct broadcast_to, shape, NULL, 0, INT64_MAX, "the shape of the output"),
    NWT_OPTION_END};

static int32_t broadcast_to_shape(nwt_op *op, const void *self)
{
    const nwt_ints *shape = &((const struct broadcast_to *)self)->shape;
    nwti_operand x;
    nwti_operand to;

    nwti_unary_read(op, &x);
    if (shape->count < x.rank || shape->count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "shape has {} axes, the input {}: {0}", shape->count, x.rank);
    }
    to.rank = (int32_t)shape->count;
    to.dtype = x.dtype;
    memcpy(to.dims, shape->items, (size_t)to.rank * sizeof *to.dims);
    if (nwti_operand_merge(op, &x, &to)) {
        return NWT_STATUS_INVALID;
    }
    return nwti_operand_output(op, &to, NWTI_AS_IS);
}

RESHAPING(broadcast_to, "BroadcastTo", "repeats axes of size 1", broadcast_to_shape,
          NWT_WORK_MOVES);

struct tile {
    nwt_ints repeats;
};

static const nwt_option tile_options[] = {
    NWT_OPTION_INTS(struct tile, repeats, NULL, 0, INT64_MAX, "how often each axis is repeated"),
    NWT_OPTION_END};

/* Repeats and axes are aligned at their ends. */
static int32_t tile_shape(nwt_op *op, const void *self)
{
    const nwt_ints *repeats = &((const struct tile *)self)->repeats;
    int32_t more;
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (repeats->count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "repeats has {} items, more than {}", repeats->count, NWT_MAX_RANK);
    }
    more = (int32_t)repeats->count - x.rank;
    if (more > 0) {
        memmove(x.dims + more, x.dims, (size_t)x.rank * sizeof *x.dims);
        for (int32_t i = 0; i < more; i++) {
            x.dims[i] = 1;
        }
        x.rank += more;
    }
    for (int32_t i = 1; i <= repeats->count; i++) {
        multiply_dim(op, &x, x.rank - i, repeats->items[repeats->count - i]);
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

RESHAPING(tile, "Tile", "repeats its input along each axis", tile_shape, NWT_WORK_MOVES);

struct repeat {
    nwt_ints repeats;
    int64_t axis;
};

static const nwt_option repeat_options[] = {
    NWT_OPTION_INTS(struct repeat, repeats, NULL, 0, INT64_MAX, "how often elements are repeated"),
    NWT_OPTION_INT(struct repeat, axis, "None", INT64_MIN, INT64_MAX,
                   "the axis along which; None: the flattened input"),
    NWT_OPTION_END};

static int32_t repeat_shape(nwt_op *op, const void *self)
{
    const struct repeat *repeat = self;
    int32_t axis = 0;
    int64_t sum = 0;
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (repeat->axis == NWT_NONE_INT) {
        x.dims[0] = nwti_operand_size(op, &x);
        x.rank = 1;
    } else {
        axis = nwt_op_axis(op, "axis", repeat->axis, x.rank);
    }
    if (repeat->repeats.count == 1) {
        multiply_dim(op, &x, axis, repeat->repeats.items[0]);
    } else if (x.dims[axis] != -1) {
        if (x.dims[axis] != repeat->repeats.count) {
            return NWT_FAIL(op, "repeats has {} items, but axis {} has a size of {}",
                            repeat->repeats.count, axis, x.dims[axis]);
        }
        for (int64_t i = 0; i < repeat->repeats.count; i++) {
            int64_t times = repeat->repeats.items[i];

            if (times < 0 || !nwti_add(sum, times, &sum)) {
                return NWT_FAIL(op, "repeats has None, or makes axis {} too large", axis);
            }
        }
        x.dims[axis] = sum;
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

RESHAPING(repeat, "Repeat", "repeats each element along an axis", repeat_shape, NWT_WORK_MOVES);

struct rot90 {
    nwt_ints axes;
};

static const nwt_option rot90_options[] = {
    NWTI_KEPT_ROW("k", "1", "how often"),
    NWT_OPTION_INTS(struct rot90, axes, "(0, 1)", INT64_MIN, INT64_MAX, "the plane"),
    NWT_OPTION_END};
static const nwt_option rot90_rows[] = {NWTI_INPUT("array", "any tensor"), NWT_OPTION_END};

/* As Keras has it: the two axes are exchanged, however often it turns. */
static int32_t rot90_shape(nwt_op *op, const void *self)
{
    const nwt_ints *axes = &((const struct rot90 *)self)->axes;
    nwti_operand x;
    int32_t axis1;
    int32_t axis2;
    int64_t dim;

    nwti_unary_read(op, &x);
    if (axes->count != 2 || axes->items[0] == axes->items[1]) {
        return NWT_FAIL(op, "axes must be two different ones", 0);
    }
    axis1 = nwti_operand_axis(op, "axes", axes->items[0], &x);
    axis2 = nwti_operand_axis(op, "axes", axes->items[1], &x);
    if (nwt_op_ended(op)) {
        return 0;
    }
    dim = x.dims[axis1];
    x.dims[axis1] = x.dims[axis2];
    x.dims[axis2] = dim;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

NWTI_OPERATION(rot90, "Rot90", "turns a plane", rot90_options, sizeof(struct rot90), rot90_rows,
               rot90_shape, NWT_WORK_MOVES);
