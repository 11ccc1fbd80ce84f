/* Operations that put values at places, and those that count or look up. */
#include "ops/operand.h"

#include "core/constant.h"

#include <string.h>

struct scatter {
    nwt_ints shape;
    int64_t size;
    int64_t axis;
    int32_t extra[3];
};

#define SCATTER_INTS(key, field, help)                          \
    {                                                           \
        key, NULL, help, NULL, -1, INT64_MAX, NWT_TYPE_INTS, 0, \
            (int32_t)offsetof(struct scatter, field), 1         \
    }
#define SCATTER_INT(key, field, fallback, low, help)                \
    {                                                               \
        key, fallback, help, NULL, low, INT64_MAX, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct scatter, field), 1             \
    }
#define SCATTER_FLAG(key, index, help)                                                \
    {                                                                                 \
        key, "False", help, NULL, 0, 1, NWT_TYPE_BOOL, 0,                             \
            (int32_t)(offsetof(struct scatter, extra) + (index) * sizeof(int32_t)), 1 \
    }
#define ROWS(table, ...) static const nwt_option table[] = {__VA_ARGS__, NWT_OPTION_END}

/* The shape and dtype of one operand, and another dtype if it is not 0. */
static int32_t like(nwt_op *op, int32_t index, int32_t dtype)
{
    nwti_operand x;

    if (!nwti_operand_of(op, index, &x)) {
        return nwt_op_output_unknown(op);
    }
    x.dtype = dtype ? dtype : x.dtype;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t like_first_shape(nwt_op *op, const void *self)
{
    (void)self;
    return like(op, 0, 0);
}

static int32_t scatter_shape(nwt_op *op, const void *self)
{
    const nwt_ints *shape = &((const struct scatter *)self)->shape;
    nwti_operand values;

    if (!nwti_operand_of(op, 1, &values)) {
        return nwt_op_output_unknown(op);
    }
    if (shape->count > NWT_MAX_RANK) {
        return NWT_FAIL(op, "shape has {} axes, more than {}", shape->count, NWT_MAX_RANK);
    }
    return nwt_op_output(op, (int32_t)shape->count, shape->items,
                         nwti_result_dtype(op, NWTI_AS_IS, values.dtype));
}

/* -1 takes what is left of an axis. */
static int32_t slice_shape(nwt_op *op, const void *self)
{
    const nwt_ints *shape = &((const struct scatter *)self)->shape;
    const nwt_value *starts = nwt_op_argument(op, "start_indices");
    nwti_operand x;

    if (!nwti_operand_of(op, 0, &x)) {
        return nwt_op_output_unknown(op);
    }
    if (shape->count != x.rank ||
        (nwt_value_count(starts) >= 0 && nwt_value_count(starts) != x.rank)) {
        return NWT_FAIL(op, "shape has {} axes, the input {}: {0}", shape->count, x.rank);
    }
    for (int32_t i = 0; i < x.rank; i++) {
        int64_t start = nwt_value_int(nwt_value_item(starts, i), -1);

        if (shape->items[i] != -1) {
            x.dims[i] = shape->items[i];
        } else if (x.dims[i] != -1) {
            if (start > x.dims[i]) {
                return NWT_FAIL(op, "start_indices has {}, which is outside axis {} of {0}", start,
                                i);
            }
            x.dims[i] = start < 0 ? -1 : x.dims[i] - start;
        }
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t segment_shape(nwt_op *op, const void *self)
{
    int64_t size = ((const struct scatter *)self)->size;
    nwti_operand data;

    if (!nwti_operand_of(op, 0, &data)) {
        return nwt_op_output_unknown(op);
    }
    if (data.rank == 0) {
        nwti_operand_insert(op, &data, 0, -1);
    }
    data.dims[0] = size == NWT_NONE_INT ? -1 : size;
    return nwti_operand_output(op, &data, NWTI_AS_IS);
}

ROWS(scatter_options, SCATTER_INTS("shape", shape, "the shape of the output"));
ROWS(scatter_rows, NWTI_OPERAND_AT(0, "indices", "where values go"),
     NWTI_OPERAND_AT(1, "values", "what goes there"));
ROWS(scatter_update_options, NWTI_KEPT_ROW("reduction", "None", "how values of one place join"));
ROWS(scatter_update_rows, NWTI_OPERAND_AT(0, "inputs", "any tensor"),
     NWTI_OPERAND_AT(1, "indices", "where values go"),
     NWTI_OPERAND_AT(2, "updates", "what goes there"));
ROWS(slice_options, SCATTER_INTS("shape", shape, "sizes; -1: what is left of the axis"));
ROWS(slice_rows, NWTI_OPERAND_AT(0, "inputs", "any tensor"),
     NWTI_OPERAND_AT(1, "start_indices", "where it begins on each axis"));
ROWS(slice_update_rows, NWTI_OPERAND_AT(0, "inputs", "any tensor"),
     NWTI_OPERAND_AT(1, "start_indices", "where it begins on each axis"),
     NWTI_OPERAND_AT(2, "updates", "what goes there"));
ROWS(segment_options, SCATTER_INT("num_segments", size, "None", 0, "number of segments"),
     NWTI_KEPT_ROW("sorted", "False", "the segments stand in order"));
ROWS(segment_rows, NWTI_OPERAND_AT(0, "data", "any tensor"),
     NWTI_OPERAND_AT(1, "segment_ids", "the segment of each row"));

#define SCATTER(symbol, name, words, table, rows, callback, cost) \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct scatter), rows, callback, cost)

SCATTER(scatter, "Scatter", "puts values into zeros", scatter_options, scatter_rows, scatter_shape,
        NWT_WORK_MOVES);
SCATTER(scatter_update, "ScatterUpdate", "puts values into its input", scatter_update_options,
        scatter_update_rows, like_first_shape, NWT_WORK_MOVES);
SCATTER(segment_max, "SegmentMax", "takes the largest of each segment", segment_options,
        segment_rows, segment_shape, NWT_WORK_UNCOUNTED);
SCATTER(segment_min, "SegmentMin", "takes the least of each segment", segment_options, segment_rows,
        segment_shape, NWT_WORK_UNCOUNTED);
SCATTER(segment_prod, "SegmentProd", "multiplies each segment", segment_options, segment_rows,
        segment_shape, NWT_WORK_UNCOUNTED);
SCATTER(segment_sum, "SegmentSum", "sums each segment", segment_options, segment_rows,
        segment_shape, NWT_WORK_UNCOUNTED);
SCATTER(slice, "Slice", "takes a part of its input", slice_options, slice_rows, slice_shape,
        NWT_WORK_MOVES);
SCATTER(slice_update, "SliceUpdate", "puts a part into its input", NULL, slice_update_rows,
        like_first_shape, NWT_WORK_MOVES);

/* ------------------------------------------------------------- counting, looking up */

static int32_t like_first_as_bool_shape(nwt_op *op, const void *self)
{
    (void)self;
    return like(op, 0, NWT_DTYPE_BOOL);
}

static int32_t digitize_shape(nwt_op *op, const void *self)
{
    nwti_operand bins;

    (void)self;
    nwti_operand_check_typed(op, ((const struct nwti_operands *)nwt_op_arguments(op))->at[1],
                             "bins");
    if (nwti_operand_of(op, 1, &bins) && bins.rank > 1) {
        return NWT_FAIL(op, "bins must have one axis, not {}", bins.rank);
    }
    return like(op, 0, NWT_DTYPE_INT32);
}

static int32_t search_sorted_shape(nwt_op *op, const void *self)
{
    nwti_operand sorted;

    (void)self;
    if (!nwti_operand_of(op, 0, &sorted)) {
        return nwt_op_output_unknown(op);
    }
    if (sorted.rank != 1) {
        return NWT_FAIL(op, "sorted_sequence must have one axis, not {}", sorted.rank);
    }
    return like(op, 1,
                sorted.dims[0] >= 0 && sorted.dims[0] <= INT32_MAX ? NWT_DTYPE_INT32
                                                                   : NWT_DTYPE_INT64);
}

static int32_t bincount_shape(nwt_op *op, const void *self)
{
    const nwt_value *weights = nwt_op_option(op, "weights");
    nwti_operand x;
    nwti_constant constant;

    (void)self;
    nwti_unary_read(op, &x);
    if (weights == NULL) {
        x.dtype = NWT_DTYPE_INT32;
    } else if (nwti_constant_read(weights, &constant)) {
        x.dtype = nwti_promote(op, x.dtype, nwti_constant_dtype(&constant));
    }
    x.rank = x.rank > 0 ? x.rank - 1 : 0;
    nwti_operand_insert(op, &x, x.rank, -1);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t nonzero_shape(nwt_op *op, const void *self)
{
    const int64_t none = -1;
    int32_t rank = nwt_op_rank(op, 0);

    (void)self;
    for (int32_t i = 0; i < rank; i++) {
        nwt_op_output(op, 1, &none, NWT_DTYPE_INT32);
    }
    return 0;
}

enum { MOST_AXES = 64 };

static int32_t unravel_index_shape(nwt_op *op, const void *self)
{
    const nwt_ints *shape = &((const struct scatter *)self)->shape;
    nwti_operand indices;
    int32_t has_none = 0;

    nwti_unary_read(op, &indices);
    if (shape->count > MOST_AXES) {
        return NWT_FAIL(op, "shape has {} axes, more than {}", shape->count, MOST_AXES);
    }
    for (int64_t i = 0; i < shape->count; i++) {
        has_none |= shape->items[i] < 0;
    }
    if (has_none) {
        indices.rank = 1;
        indices.dims[0] = -1;
    }
    for (int64_t i = 0; i < shape->count; i++) {
        nwti_operand_output(op, &indices, NWTI_AS_IS);
    }
    return 0;
}

static int32_t histogram_shape(nwt_op *op, const void *self)
{
    int64_t bins = ((const struct scatter *)self)->size;
    nwti_operand x;

    nwti_unary_read(op, &x);
    x.rank = 1;
    x.dims[0] = bins;
    nwti_operand_output(op, &x, NWTI_AS_IS);
    x.dims[0] = bins < INT64_MAX ? bins + 1 : bins;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* How many values there are is not known; their first places, the inverse, and counts follow. */
static int32_t unique_shape(nwt_op *op, const void *self)
{
    const struct scatter *unique = self;
    int64_t size = unique->size == NWT_NONE_INT ? -1 : unique->size;
    int32_t has_axis = unique->axis != NWT_NONE_INT, axis = 0;
    nwti_operand x;
    nwti_operand values;

    nwti_unary_read(op, &x);
    values = x;
    if (has_axis) {
        axis = nwti_operand_axis(op, "axis", unique->axis, &x);
    } else {
        values.rank = 1;
    }
    values.dims[axis] = size;
    nwti_operand_output(op, &values, NWTI_AS_IS);
    if (unique->extra[0]) {
        nwt_op_output(op, 1, &size, NWT_DTYPE_INT32);
    }
    if (unique->extra[1]) {
        nwt_op_output(op, has_axis ? 1 : x.rank, x.dims + axis, NWT_DTYPE_INT32);
    }
    return unique->extra[2] ? nwt_op_output(op, 1, &size, NWT_DTYPE_INT32) : 0;
}

static int32_t size_shape(nwt_op *op, const void *self)
{
    (void)self;
    return nwt_op_output(op, 0, NULL, NWT_DTYPE_INT32);
}

/* As Keras has it: a vector as long as there are axes. */
static int32_t ndim_shape(nwt_op *op, const void *self)
{
    int64_t rank = nwt_op_rank(op, 0);

    (void)self;
    return nwt_op_output(op, 1, &rank, NWT_DTYPE_FLOAT32);
}

static int32_t argpartition_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (((const struct scatter *)self)->axis == NWT_NONE_INT) {
        x.dims[0] = nwti_operand_size(op, &x);
        x.rank = 1;
    }
    return nwti_operand_output(op, &x, NWTI_INTEGER);
}

ROWS(one, NWTI_INPUT("x", "any tensor"));
ROWS(indices, NWTI_INPUT("indices", "places in the flattened tensor"));
ROWS(argpartition_options, NWTI_KEPT_ROW("kth", NULL, "the place that is put right"),
     {"axis", "-1", "the axis along which; None: the flattened input", NULL, INT64_MIN, INT64_MAX,
      NWT_TYPE_INT, NWT_FLAG_NULLABLE, (int32_t)offsetof(struct scatter, axis), 1});
ROWS(bincount_options, NWTI_KEPT_ROW("weights", "None", "what each value counts"),
     NWTI_KEPT_ROW("minlength", "0", "least number of counts"),
     NWTI_KEPT_ROW("sparse", "False", "give a sparse tensor"));
ROWS(digitize_rows, NWTI_OPERAND_AT(0, "x", "any tensor"),
     NWTI_OPERAND_AT(1, "bins", "where bins begin"));
ROWS(histogram_options, SCATTER_INT("bins", size, "10", 0, "number of bins"),
     NWTI_KEPT_ROW("range", "None", "least and largest value"));
ROWS(in_top_k_options, NWTI_KEPT_ROW("k", NULL, "how many are the top"));
ROWS(in_top_k_rows, NWTI_OPERAND_AT(0, "targets", "the classes"),
     NWTI_OPERAND_AT(1, "predictions", "a score of each class"));
ROWS(is_in_options, NWTI_KEPT_ROW("assume_unique", "False", "no value occurs twice"),
     NWTI_KEPT_ROW("invert", "False", "give the opposite"));
ROWS(is_in_rows, NWTI_OPERAND_AT(0, "x1", "any tensor"),
     NWTI_OPERAND_AT(1, "x2", "the values looked for"));
ROWS(search_sorted_options, NWTI_KEPT_ROW("side", "'left'", "before or behind equal ones"));
ROWS(search_sorted_rows, NWTI_OPERAND_AT(0, "sorted_sequence", "a sorted vector"),
     NWTI_OPERAND_AT(1, "values", "the values looked for"));
ROWS(unique_options, NWTI_KEPT_ROW("sorted", "True", "smallest first"),
     SCATTER_FLAG("return_index", 0, "give their first places"),
     SCATTER_FLAG("return_inverse", 1, "give where each value stands among them"),
     SCATTER_FLAG("return_counts", 2, "give how often each occurs"),
     SCATTER_INT("axis", axis, "None", INT64_MIN, "the axis of the values; None: the flattened"),
     SCATTER_INT("size", size, "None", 0, "how many there are"),
     NWTI_KEPT_ROW("fill_value", "None", "what fills up to size"));

SCATTER(argpartition, "Argpartition", "gives places of a partial order", argpartition_options, one,
        argpartition_shape, NWT_WORK_UNCOUNTED);
SCATTER(bincount, "Bincount", "counts each value", bincount_options, one, bincount_shape,
        NWT_WORK_UNCOUNTED);
SCATTER(digitize, "Digitize", "gives the bin of each value", NULL, digitize_rows, digitize_shape,
        NWT_WORK_UNCOUNTED);
SCATTER(histogram, "Histogram", "counts the values of each bin", histogram_options, one,
        histogram_shape, NWT_WORK_UNCOUNTED);
SCATTER(in_top_k, "InTopK", "says whether targets are among the top", in_top_k_options,
        in_top_k_rows, like_first_as_bool_shape, NWT_WORK_UNCOUNTED);
SCATTER(is_in, "IsIn", "says whether values are among others", is_in_options, is_in_rows,
        like_first_as_bool_shape, NWT_WORK_UNCOUNTED);
SCATTER(ndim, "Ndim", "gives the number of axes", NULL, one, ndim_shape, NWT_WORK_VIEW);
SCATTER(nonzero, "Nonzero", "gives where values are not 0", NULL, one, nonzero_shape,
        NWT_WORK_UNCOUNTED);
SCATTER(search_sorted, "SearchSorted", "gives where values would stand", search_sorted_options,
        search_sorted_rows, search_sorted_shape, NWT_WORK_UNCOUNTED);
SCATTER(size, "Size", "gives the number of elements", NULL, one, size_shape, NWT_WORK_VIEW);
SCATTER(unique, "Unique", "gives each value once", unique_options, one, unique_shape,
        NWT_WORK_UNCOUNTED);
SCATTER(unravel_index, "UnravelIndex", "turns places into indices", scatter_options, indices,
        unravel_index_shape, NWT_WORK_UNCOUNTED);
