/* Operations that take some of the elements of a tensor, or add some. */
#include "ops/operand.h"

#include "core/constant.h"
#include "support/checked.h"

#include <string.h>

/* ------------------------------------------------------------------ x[key] */

static const nwt_option get_item_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct nwti_unary, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWTI_KEPT_ROW("key", NULL, "an index, a slice, or several"), NWT_OPTION_END};

static int32_t is_ellipsis(const nwt_value *key)
{
    const char *class_name = nwt_value_string(nwt_value_get(key, "class_name"));

    return class_name != NULL && strcmp(class_name, "__ellipsis__") == 0;
}

/* A start or stop of a slice, brought into `low` ... `high` as Python does it. */
static int64_t slice_bound(const nwt_value *slice, const char *name, int64_t otherwise,
                           int64_t size, int64_t low, int64_t high)
{
    const nwt_value *value = nwt_value_get(slice, name);
    int64_t bound = nwt_value_int(value, 0);

    if (nwt_value_type(value) != NWT_VALUE_INT) {
        return otherwise;
    }
    bound += bound < 0 ? size : 0;
    return bound < low ? low : bound > high ? high : bound;
}

/* How many elements a slice takes of `size`. */
static int64_t slice_length(const nwt_value *key, int64_t size)
{
    const nwt_value *slice = nwt_value_get(key, "config");
    int64_t step = nwt_value_int(nwt_value_get(slice, "step"), 1);
    int64_t start;
    int64_t stop;

    if (step > 0) {
        start = slice_bound(slice, "start", 0, size, 0, size);
        stop = slice_bound(slice, "stop", size, size, 0, size);
        return stop <= start ? 0 : (stop - start - 1) / step + 1;
    }
    start = slice_bound(slice, "start", size - 1, size, -1, size - 1);
    stop = slice_bound(slice, "stop", -1, size, -1, size - 1);
    step = step < -INT64_MAX ? INT64_MAX : -step;
    return stop >= start || step == 0 ? 0 : (start - stop - 1) / step + 1;
}

static const nwt_value *key_at(const nwt_value *keys, int64_t index)
{
    return nwt_value_count(keys) >= 0 ? nwt_value_item(keys, index) : keys;
}

/* What a key, or a list of keys, takes: each but None (a new axis) and the ellipsis takes one
   axis. */
static int32_t get_items(nwt_op *op, const nwt_value *keys)
{
    int64_t count = nwt_value_count(keys) >= 0 ? nwt_value_count(keys) : 1;
    nwti_operand x;
    nwti_operand y = {{0}, 0, 0};
    int32_t from = 0;
    int32_t taken = 0;
    int32_t ellipses = 0;

    nwti_unary_read(op, &x);
    if (!nwti_op_is_before_3(op) && nwt_value_count(keys) < 0 &&
        nwt_value_type(keys) != NWT_VALUE_INT) {
        return NWT_FAIL(op, "its key must be an index, or several indices and slices", 0);
    }
    for (int64_t i = 0; i < count; i++) {
        taken += nwt_value_type(key_at(keys, i)) != NWT_VALUE_NONE && !is_ellipsis(key_at(keys, i));
        ellipses += is_ellipsis(key_at(keys, i));
    }
    if (taken > x.rank || ellipses > 1 || count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "its key has {} indices for the {} axes of {0}", taken, x.rank);
    }
    for (int64_t i = 0; i < count + !ellipses; i++) {
        const nwt_value *key = i < count ? key_at(keys, i) : NULL;

        if (!key || is_ellipsis(key)) {
            for (; taken < x.rank && y.rank < NWT_MAX_RANK; taken++) {
                y.dims[y.rank++] = x.dims[from++];
            }
        } else if (y.rank == NWT_MAX_RANK) {
            return NWT_FAIL(op, "its output has more than {} axes", NWT_MAX_RANK);
        } else if (nwt_value_type(key) == NWT_VALUE_NONE) {
            y.dims[y.rank++] = 1;
        } else if (nwt_value_type(key) == NWT_VALUE_DICT) {
            y.dims[y.rank++] = x.dims[from] == -1 ? -1 : slice_length(key, x.dims[from]);
            from++;
        } else if (nwt_value_type(key) == NWT_VALUE_INT) {
            int64_t index = nwt_value_int(key, 0);
            int64_t size = x.dims[from++];

            if (size != -1 && (index >= size || index < -size)) {
                return NWT_FAIL(op, "index {} is outside axis {} of {0}", index, from - 1);
            }
        } else {
            return nwt_op_output_unknown(op);
        }
    }
    return nwt_op_output(op, y.rank, y.dims, x.dtype);
}

/* A slice that holds tensors is no constant, and its length not known. */
static int32_t get_item_shape(nwt_op *op, const void *self)
{
    const nwt_value *key = nwt_op_argument(op, "key");

    (void)self;
    return key != NULL ? get_items(op, key) : nwt_op_output_unknown(op);
}

KIND(op_get_item, "ops.GetItem", .about = "takes a part of its input",
     .arguments = get_item_arguments, .arguments_size = sizeof(struct nwti_unary),
     .shape = get_item_shape, .work = NWT_WORK_MOVES);

/* --------------------------------------------------------------------- take */

struct take {
    int64_t axis;
};

static const nwt_option take_options[] = {
    NWT_OPTION_INT(struct take, axis, "None", INT64_MIN, INT64_MAX,
                   "the axis along which; None: the flattened input"),
    NWT_OPTION_END};

struct take_arguments {
    int32_t x;
    int32_t indices;
};

static const nwt_option take_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct take_arguments, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWTI_OPERAND_ROW(struct take_arguments, indices, "indices", "which are taken"), NWT_OPTION_END};

/* The axis gives way to those of the indices. */
static int32_t take_shape(nwt_op *op, const void *self)
{
    const struct take *take = self;
    const struct take_arguments *arguments = nwt_op_arguments(op);
    nwti_operand x;
    nwti_operand indices;
    int32_t axis;
    int32_t after;

    nwti_unary_read(op, &x);
    if (!nwti_operand_read(op, arguments->indices, "indices", &indices)) {
        return nwt_op_output_unknown(op);
    }
    if (take->axis == NWT_NONE_INT) {
        return nwt_op_output(op, indices.rank, indices.dims, x.dtype);
    }
    axis = nwt_op_axis(op, "axis", take->axis, x.rank);
    if (nwt_op_ended(op)) {
        return 0;
    }
    after = x.rank - axis - 1;
    if (axis + indices.rank + after > NWT_MAX_RANK) {
        return NWT_FAIL(op, "its output has more than {} axes", NWT_MAX_RANK);
    }
    memmove(x.dims + axis + indices.rank, x.dims + axis + 1, (size_t)after * sizeof *x.dims);
    memcpy(x.dims + axis, indices.dims, (size_t)indices.rank * sizeof *x.dims);
    x.rank = axis + indices.rank + after;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_take, "ops.Take", .about = "takes parts along an axis", .options = take_options,
     .arguments = take_arguments, .self_size = sizeof(struct take),
     .arguments_size = sizeof(struct take_arguments), .shape = take_shape, .work = NWT_WORK_MOVES);

static int32_t take_along_axis_shape(nwt_op *op, const void *self)
{
    const struct take *take = self;
    const struct take_arguments *arguments = nwt_op_arguments(op);
    nwti_operand x;
    nwti_operand indices;
    int32_t axis = 0;

    nwti_unary_read(op, &x);
    if (!nwti_operand_read(op, arguments->indices, "indices", &indices)) {
        return nwt_op_output_unknown(op);
    }
    if (take->axis == NWT_NONE_INT) {
        x.rank = 1;
    } else {
        axis = nwt_op_axis(op, "axis", take->axis, x.rank);
    }
    if (nwt_op_ended(op)) {
        return 0;
    }
    if (x.rank != indices.rank) {
        return NWT_FAIL(op, "indices have {} axes, the input {}", indices.rank, x.rank);
    }
    x.dims[axis] = indices.dims[axis];
    indices.dtype = x.dtype;
    nwti_operand_merge(op, &x, &indices);
    x.dtype = indices.dtype;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_take_along_axis, "ops.TakeAlongAxis", .about = "takes elements along an axis",
     .options = take_options, .arguments = take_arguments, .self_size = sizeof(struct take),
     .arguments_size = sizeof(struct take_arguments), .shape = take_along_axis_shape,
     .work = NWT_WORK_MOVES);

/* ------------------------------------------------------------------- others */

struct top_k {
    int64_t k;
};

static const nwt_option top_k_options[] = {
    NWT_OPTION_INT(struct top_k, k, NULL, 0, INT64_MAX, "how many are taken"),
    NWTI_KEPT_ROW("sorted", "True", "largest first"), NWT_OPTION_END};

static int32_t top_k_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (x.rank == 0) {
        return NWT_FAIL(op, "its input has no axis: {0}", 0);
    }
    x.dims[x.rank - 1] = ((const struct top_k *)self)->k;
    nwti_operand_output(op, &x, NWTI_AS_IS);
    return nwti_operand_output(op, &x, NWTI_INTEGER);
}

KIND(op_top_k, "ops.TopK", .about = "takes the largest values and their places",
     .options = top_k_options, .arguments = nwti_unary_arguments, .self_size = sizeof(struct top_k),
     .arguments_size = sizeof(struct nwti_unary), .shape = top_k_shape, .work = NWT_WORK_UNCOUNTED);

static const nwt_option pad_options[] = {
    NWTI_KEPT_ROW("pad_width", NULL, "elements added before and after on each axis"),
    NWTI_KEPT_ROW("mode", "'constant'", "what is added"), NWT_OPTION_END};

static const nwt_option pad_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct nwti_unary, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWT_OPTION_OPAQUE("constant_values", "the value that is added"), NWT_OPTION_END};

/* The value at `index` of a list, or of one that is repeated: a number, or a list of one. */
static const nwt_value *item_of(const nwt_value *value, int64_t index)
{
    int64_t count = nwt_value_count(value);

    return count < 0 ? value : nwt_value_item(value, count == 1 ? 0 : index);
}

/* `1`, `(1, 2)`, before and after on all axes, or a pair for each axis. */
static const nwt_value *pad_width_of(const nwt_value *widths, int32_t axis, int32_t side)
{
    int32_t is_nested = nwt_value_count(nwt_value_item(widths, 0)) >= 0;

    return item_of(is_nested ? item_of(widths, axis) : widths, side);
}

static int32_t pad_shape(nwt_op *op, const void *self)
{
    const nwt_value *widths = nwt_op_option(op, "pad_width");
    nwti_operand x;

    (void)self;
    nwti_unary_read(op, &x);
    if (nwt_value_count(nwt_value_item(widths, 0)) >= 0 && nwt_value_count(widths) > 1 &&
        nwt_value_count(widths) != x.rank) {
        return NWT_FAIL(op, "pad_width has {} pairs for the {} axes of {0}",
                        nwt_value_count(widths), x.rank);
    }
    for (int32_t i = 0; i < 2 * x.rank; i++) {
        const nwt_value *width = pad_width_of(widths, i / 2, i % 2);
        int64_t *dim = &x.dims[i / 2], each = nwt_value_int(width, -1);

        if (nwt_value_type(width) != NWT_VALUE_INT) {
            return NWT_FAIL(op, "pad_width must be a pair for each of the {} axes of {0}", x.rank);
        }
        if (each < 0 || (*dim != -1 && !nwti_add(*dim, each, dim))) {
            return NWT_FAIL(op, "pad_width {} on axis {} is negative or too large", each, i / 2);
        }
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_pad, "ops.Pad", .about = "adds elements at the borders", .options = pad_options,
     .arguments = pad_arguments, .arguments_size = sizeof(struct nwti_unary), .shape = pad_shape,
     .work = NWT_WORK_MOVES);

struct diff {
    int64_t n;
    int64_t axis;
};

static const nwt_option diff_options[] = {
    NWT_OPTION_INT(struct diff, n, "1", 0, INT64_MAX, "how often differences are taken"),
    NWT_OPTION_INT(struct diff, axis, "-1", INT64_MIN, INT64_MAX, "the axis along which"),
    NWT_OPTION_END};

static int32_t diff_shape(nwt_op *op, const void *self)
{
    const struct diff *diff = self;
    int32_t axis = nwt_op_axis(op, "axis", diff->axis, nwt_op_rank(op, 0));
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (x.dims[axis] != -1) {
        x.dims[axis] = x.dims[axis] > diff->n ? x.dims[axis] - diff->n : 0;
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static const nwt_option diff_arguments[] = {NWTI_TENSOR_ROW(struct nwti_unary, x, "a"),
                                            NWT_OPTION_END};

KIND(op_diff, "ops.Diff", .about = "takes differences of neighbours", .options = diff_options,
     .arguments = diff_arguments, .self_size = sizeof(struct diff),
     .arguments_size = sizeof(struct nwti_unary), .shape = diff_shape, .work = NWT_WORK_ELEMENTWISE,
     .flops = 1);
