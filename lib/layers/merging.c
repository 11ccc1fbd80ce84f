#include "core/account.h"
#include "core/broadcast.h"
#include "core/builtin.h"
#include "layers/past.h"

struct merging_arguments {
    nwt_range inputs;
};

static const nwt_option merging_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct merging_arguments, inputs, NULL, 1, 1, NWT_MAX_RANK,
                         "the tensors that are merged"),
    NWT_OPTION_END};

/* The batch is never broadcast: a number must agree with the others. */
static int32_t merge_batch(nwt_op *op, int32_t input, int64_t *batch)
{
    int64_t other = nwt_op_dim(op, input, 0);

    if (*batch != -1 && other != -1 && other != *batch) {
        return NWT_FAIL(op, "the inputs' batches differ: input {} has {}, those before it {}",
                        input, other, *batch);
    }
    *batch = *batch == -1 ? other : *batch;
    return 0;
}

/* TensorFlow's mean of integers: the division makes floats that hold them. */
static int32_t mean_dtype(nwt_op *op)
{
    int32_t dtype = nwt_op_dtype(op, 0);

    switch (nwti_op_is_tensorflow(op) ? dtype : 0) {
    case NWT_DTYPE_INT8:
    case NWT_DTYPE_INT16:
    case NWT_DTYPE_UINT8:
    case NWT_DTYPE_UINT16:
        return NWT_DTYPE_FLOAT32;
    case NWT_DTYPE_INT32:
    case NWT_DTYPE_INT64:
    case NWT_DTYPE_UINT32:
    case NWT_DTYPE_UINT64:
        return NWT_DTYPE_FLOAT64;
    default:
        return 0;
    }
}

struct merging {
    int32_t takes_first;
};

static const nwt_option merging_options[] = {
    PAST_QUIRK(struct merging, takes_first, "its shape was that of its first input"),
    NWT_OPTION_END};

static int32_t merge(nwt_op *op, const struct merging *self, int32_t is_mean)
{
    int64_t dims[NWT_MAX_RANK + 1] = {-1};
    int32_t rank = 0, rule = nwti_op_is_tensorflow(op) ? NWTI_NUMBER_WINS : NWTI_NONE_WINS;

    for (int32_t i = 0; i < nwt_op_input_count(op); i++) {
        int32_t other_rank = nwt_op_rank(op, i) - 1;
        const int64_t *other = nwt_op_dims(op, i) + 1;
        int32_t axis = nwti_broadcast(&rank, dims + 1, other_rank, other, rule);

        if (axis) {
            return NWT_FAIL(op,
                            "the inputs do not broadcast: on axis {} input {} has {}, those "
                            "before it {}; only equal sizes and 1 go together",
                            axis, i, other[other_rank + axis], dims[1 + rank + axis]);
        }
        if (merge_batch(op, i, &dims[0])) {
            return NWT_STATUS_INVALID;
        }
    }
    /* Each input after the first is an operation; a mean divides too. */
    for (int32_t i = !is_mean; i < nwt_op_input_count(op); i++) {
        nwt_op_flops(op, 1, rank + 1, dims);
        nwti_op_part(op, NWTI_MERGED, nwti_elements(rank + 1, dims));
    }
    if (self->takes_first) {
        return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
    }
    return nwt_op_output(op, rank + 1, dims, is_mean ? mean_dtype(op) : 0);
}

static int32_t merge_shape(nwt_op *op, const void *self)
{
    return merge(op, self, 0);
}

static int32_t average_shape(nwt_op *op, const void *self)
{
    return merge(op, self, 1);
}

static int32_t subtract_shape(nwt_op *op, const void *self)
{
    if (nwt_op_input_count(op) != 2) {
        return NWT_FAIL(op, "takes 2 inputs, not {}", nwt_op_input_count(op));
    }
    return merge_shape(op, self);
}

/* It took the shapes of its inputs to be the same. */
#define PAST_TAKES_FIRST \
    NWT_PAST_ROW_("Merge", NULL, "takes_first", "True", NWT_SAYS_DEFAULT, 0, 0, 0, 20200)
static const nwt_past add_past[] = {PAST_MERGE("'sum'"), PAST_MERGE("None"), PAST_TAKES_FIRST,
                                    PAST_MERGE_REST, NWT_PAST_END};
static const nwt_past multiply_past[] = {PAST_MERGE("'mul'"), PAST_TAKES_FIRST, PAST_MERGE_REST,
                                         NWT_PAST_END};
static const nwt_past average_past[] = {PAST_MERGE("'ave'"), PAST_TAKES_FIRST, PAST_MERGE_REST,
                                        NWT_PAST_END};
static const nwt_past maximum_past[] = {PAST_MERGE("'max'"), PAST_TAKES_FIRST, PAST_MERGE_REST,
                                        NWT_PAST_END};

#define MERGING(symbol, name, was, words, callback)                             \
    KIND(symbol, name, .about = words, .past = was, .options = merging_options, \
         .self_size = sizeof(struct merging), .arguments = merging_arguments,   \
         .arguments_size = sizeof(struct merging_arguments), .shape = callback, \
         .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE, .flags = NWTI_TAKES_LIST)

MERGING(add, "Add", add_past, "adds its inputs", merge_shape);
MERGING(subtract, "Subtract", NULL, "subtracts its second input from the first", subtract_shape);
MERGING(multiply, "Multiply", multiply_past, "multiplies its inputs", merge_shape);
MERGING(average, "Average", average_past, "takes the mean of its inputs", average_shape);
MERGING(maximum, "Maximum", maximum_past, "takes the largest of its inputs' values", merge_shape);
MERGING(minimum, "Minimum", NULL, "takes the smallest of its inputs' values", merge_shape);

struct concatenate {
    int64_t axis;
};

static const nwt_option concatenate_options[] = {
    NWT_OPTION_INT(struct concatenate, axis, "-1", INT64_MIN, INT64_MAX,
                   "the axis along which the inputs are joined"),
    NWT_OPTION_END};

static int32_t concatenate_shape(nwt_op *op, const void *self)
{
    const struct concatenate *concatenate = self;
    int32_t axis = nwt_op_axis(op, "axis", concatenate->axis, nwt_op_rank(op, 0));
    int64_t dims[NWT_MAX_RANK];

    if (nwt_op_ended(op) || nwti_concatenate(op, axis, dims)) {
        return 0;
    }
    return nwt_op_output(op, nwt_op_rank(op, 0), dims, 0);
}

static const nwt_past concatenate_past[] = {PAST_MERGE("'concat'"),
                                            NWT_PAST_KEY("concat_axis", "axis", 20000),
                                            PAST_MERGE_REST, NWT_PAST_END};

KIND(concatenate, "Concatenate", .about = "joins its inputs along an axis",
     .past = concatenate_past, .options = concatenate_options, .arguments = merging_arguments,
     .self_size = sizeof(struct concatenate), .arguments_size = sizeof(struct merging_arguments),
     .shape = concatenate_shape, .work = NWT_WORK_MOVES, .flags = NWTI_TAKES_LIST);

/* What keras.utils.FeatureSpace joins its features by. */
static const nwt_option tfd_concat_options[] = {
    NWT_OPTION_INT(struct concatenate, axis, NULL, INT64_MIN, INT64_MAX,
                   "the axis along which the inputs are joined"),
    NWT_OPTION_END};

KIND(tfd_concat, "TFDConcat", .about = "joins its inputs along an axis, within a FeatureSpace",
     .options = tfd_concat_options, .arguments = merging_arguments,
     .self_size = sizeof(struct concatenate), .arguments_size = sizeof(struct merging_arguments),
     .shape = concatenate_shape, .work = NWT_WORK_MOVES, .flags = NWT_KIND_KEEPS_DTYPE);

CONSTRUCTOR(nwt_add, add)
CONSTRUCTOR(nwt_concatenate, concatenate)
CONSTRUCTOR(nwt_multiply, multiply)
