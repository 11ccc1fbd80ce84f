/* Operations whose result has a dtype that is asked for, and those along an axis or all. */
#include "ops/operand.h"

struct cast {
    int32_t dtype;
};

static const nwt_option cast_options[] = {
    NWT_OPTION_DTYPE(struct cast, dtype, NULL, "dtype of the output"), NWT_OPTION_END};

static const nwt_option like_options[] = {
    NWT_OPTION_DTYPE(struct cast, dtype, "None", "dtype of the output; None: that of the input"),
    NWT_OPTION_END};

static const nwt_option convert_options[] = {
    NWT_OPTION_DTYPE(struct cast, dtype, "None", "dtype of the output; None: that of the input"),
    NWT_OPTION_OPAQUE("sparse", "give a sparse tensor"),
    NWT_OPTION_OPAQUE("ragged", "give a ragged tensor"), NWT_OPTION_END};

static int32_t cast_shape(nwt_op *op, const void *self)
{
    const struct cast *cast = self;

    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0),
                         cast->dtype ? cast->dtype : nwt_op_dtype(op, 0));
}

#define CAST(symbol, name, words, table)                                      \
    KIND(op_##symbol, "ops." name, .about = words, .options = table,          \
         .arguments = nwti_unary_arguments, .self_size = sizeof(struct cast), \
         .arguments_size = sizeof(struct nwti_unary), .shape = cast_shape, .work = NWT_WORK_MOVES)

CAST(cast, "Cast", "converts to another dtype", cast_options);
CAST(saturate_cast, "SaturateCast", "converts to another dtype", cast_options);
CAST(array, "Array", "makes a tensor", like_options);
CAST(convert_to_tensor, "ConvertToTensor", "makes a tensor", convert_options);
CAST(empty_like, "EmptyLike", "makes a tensor of the same shape", like_options);
CAST(ones_like, "OnesLike", "makes a tensor of the same shape", like_options);
CAST(zeros_like, "ZerosLike", "makes a tensor of the same shape", like_options);

static const nwt_option full_like_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct nwti_unary, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWTI_KEPT_ROW("fill_value", NULL, "the value of all elements"), NWT_OPTION_END};

KIND(op_full_like, "ops.FullLike", .about = "makes a tensor of the same shape",
     .options = like_options, .arguments = full_like_arguments, .self_size = sizeof(struct cast),
     .arguments_size = sizeof(struct nwti_unary), .shape = cast_shape, .work = NWT_WORK_MOVES);

struct cumulative {
    int32_t dtype;
    int64_t axis;
};

static const nwt_option cumulative_options[] = {
    NWT_OPTION_INT(struct cumulative, axis, "None", INT64_MIN, INT64_MAX,
                   "the axis it works along; None: the flattened input"),
    NWT_OPTION_DTYPE(struct cumulative, dtype, "None",
                     "dtype of the output; None: that of the input"),
    NWT_OPTION_END};

/* Keras asks nobody whether an axis is there, or is one, where NaN counts as nothing. */
struct nancumulative {
    int32_t dtype;
    int32_t axis; /* 0: it is None */
};

static const nwt_option nancumulative_options[] = {
    NWT_OPTION_GIVEN(struct nancumulative, axis,
                     "the axis it works along; None: the flattened input"),
    NWT_OPTION_DTYPE(struct nancumulative, dtype, "None",
                     "dtype of the output; None: that of the input"),
    NWT_OPTION_END};

/* The output has the input's shape, or is flat, and the dtype of a rule. */
static int32_t along(nwt_op *op, int32_t is_flat, int32_t dtype, int32_t rule)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (is_flat) {
        x.dims[0] = nwti_operand_size(op, &x);
        x.rank = 1;
    }
    x.dtype = dtype ? dtype : x.dtype;
    return nwti_operand_output(op, &x, rule);
}

static int32_t nancumulative_shape(nwt_op *op, const void *self)
{
    const struct nancumulative *cumulative = self;

    return along(op, !cumulative->axis, cumulative->dtype, NWTI_NUMBER);
}

static int32_t along_axis(nwt_op *op, const struct cumulative *self, int32_t rule)
{
    if (self->axis != NWT_NONE_INT) {
        nwt_op_axis(op, "axis", self->axis, nwt_op_rank(op, 0));
    }
    return along(op, self->axis == NWT_NONE_INT, self->dtype, rule);
}

static int32_t cumulative_shape(nwt_op *op, const void *self)
{
    return along_axis(op, self, NWTI_NUMBER);
}

#define CUMULATIVE(symbol, name, how)                                                              \
    KIND(op_##symbol, "ops." name, .about = "accumulates along an axis", .options = how##_options, \
         .arguments = nwti_unary_arguments, .self_size = sizeof(struct how),                       \
         .arguments_size = sizeof(struct nwti_unary), .shape = how##_shape,                        \
         .work = NWT_WORK_REDUCTION, .flops = 1)

CUMULATIVE(cumprod, "Cumprod", cumulative);
CUMULATIVE(cumsum, "Cumsum", cumulative);
CUMULATIVE(nancumprod, "Nancumprod", nancumulative);
CUMULATIVE(nancumsum, "Nancumsum", nancumulative);

static const nwt_option sort_options[] = {
    NWT_ROW_(struct cumulative, axis, "-1", "the axis it works along; None: the flattened input",
             NULL, INT64_MIN, INT64_MAX, NWT_TYPE_INT, NWT_FLAG_NULLABLE, 1),
    NWT_OPTION_END};

static int32_t sort_shape(nwt_op *op, const void *self)
{
    return along_axis(op, self, NWTI_AS_IS);
}

static int32_t argsort_shape(nwt_op *op, const void *self)
{
    return along_axis(op, self, NWTI_INTEGER);
}

#define SORT(symbol, name, words)                                                   \
    KIND(op_##symbol, "ops." name, .about = words, .options = sort_options,         \
         .arguments = nwti_unary_arguments, .self_size = sizeof(struct cumulative), \
         .arguments_size = sizeof(struct nwti_unary), .shape = symbol##_shape,      \
         .work = NWT_WORK_UNCOUNTED)

SORT(argsort, "Argsort", "gives the places of the values in their order");
SORT(sort, "Sort", "puts values in their order");

struct one_hot {
    int64_t num_classes;
    int64_t axis;
    int32_t dtype;
};

static const nwt_option one_hot_options[] = {
    NWT_OPTION_INT(struct one_hot, num_classes, NULL, 0, INT64_MAX, "number of classes"),
    NWT_OPTION_INT(struct one_hot, axis, "-1", -1, NWT_MAX_RANK, "where their axis stands"),
    NWT_OPTION_DTYPE(struct one_hot, dtype, "None", "dtype of the output; None: float32"),
    NWTI_KEPT_ROW("sparse", "False", "give a sparse tensor"), NWT_OPTION_END};

/* Puts an axis of the classes into `x`. */
static void insert_classes(nwt_op *op, const struct one_hot *one_hot, nwti_operand *x)
{
    int64_t axis = one_hot->axis == -1 ? x->rank : one_hot->axis;

    if ((one_hot->axis != -1 && axis >= x->rank) || x->rank == NWT_MAX_RANK) {
        NWT_FAIL(op, "axis {} must be -1 or one of the input's {} axes", one_hot->axis, x->rank);
        return;
    }
    for (int32_t i = x->rank++; i > axis; i--) {
        x->dims[i] = x->dims[i - 1];
    }
    x->dims[axis] = one_hot->num_classes == NWT_NONE_INT ? -1 : one_hot->num_classes;
}

static int32_t one_hot_shape(nwt_op *op, const void *self)
{
    const struct one_hot *one_hot = self;
    nwti_operand x;

    nwti_unary_read(op, &x);
    insert_classes(op, one_hot, &x);
    return nwt_op_output(op, x.rank, x.dims, one_hot->dtype ? one_hot->dtype : NWT_DTYPE_FLOAT32);
}

/* As Keras has it: of the axes of one_hot the second goes, or the first of two. */
static int32_t multi_hot_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int32_t gone;

    nwti_unary_read(op, &x);
    insert_classes(op, self, &x);
    gone = x.rank > 2;
    for (int32_t i = gone; i + 1 < x.rank; i++) {
        x.dims[i] = x.dims[i + 1];
    }
    x.rank -= x.rank > 1;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static const nwt_option multi_hot_options[] = {
    NWT_OPTION_INT(struct one_hot, num_classes, "None", 0, INT64_MAX, "number of classes"),
    NWT_OPTION_INT(struct one_hot, axis, "-1", -1, NWT_MAX_RANK, "where their axis stands"),
    NWT_OPTION_DTYPE(struct one_hot, dtype, "None", "dtype of the output; None: float32"),
    NWTI_KEPT_ROW("sparse", "False", "give a sparse tensor"), NWT_OPTION_END};
static const nwt_option multi_hot_arguments[] = {NWTI_TENSOR_ROW(struct nwti_unary, x, "inputs"),
                                                 NWT_OPTION_END};

#define HOT(symbol, name, callback, inputs)                                                     \
    KIND(op_##symbol, "ops." name, .about = "encodes integers as vectors",                      \
         .options = symbol##_options, .arguments = inputs, .self_size = sizeof(struct one_hot), \
         .arguments_size = sizeof(struct nwti_unary), .shape = callback, .work = NWT_WORK_MOVES)

HOT(multi_hot, "MultiHot", multi_hot_shape, multi_hot_arguments);
HOT(one_hot, "OneHot", one_hot_shape, nwti_unary_arguments);

static const nwt_option view_options[] = {
    NWT_OPTION_DTYPE(struct cast, dtype, "None", "dtype of the output; None: that of the input"),
    NWT_OPTION_END};

/* The same bytes: the last axis grows as its elements shrink. */
static int32_t view_shape(nwt_op *op, const void *self)
{
    int32_t dtype = ((const struct cast *)self)->dtype;
    nwti_operand x;
    int64_t before;
    int64_t after;
    int64_t *last;

    nwti_unary_read(op, &x);
    dtype = dtype ? dtype : x.dtype;
    before = nwt_dtype_size(x.dtype);
    after = nwt_dtype_size(dtype);
    last = &x.dims[x.rank > 0 ? x.rank - 1 : 0];
    if (before != after && before > 0 && after > 0) {
        int64_t bytes = x.rank > 0 ? nwti_dim_times(op, *last, before) : 1;

        if (x.rank == 0 || (bytes >= 0 && bytes % after != 0)) {
            return NWT_FAIL(op, "its last axis is no multiple of {} bytes: {0}", after);
        }
        *last = bytes < 0 ? -1 : bytes / after;
    }
    return nwt_op_output(op, x.rank, x.dims, dtype);
}

KIND(op_view, "ops.View", .about = "reads the same bytes as another dtype", .options = view_options,
     .self_size = sizeof(struct cast), .arguments = nwti_unary_arguments,
     .arguments_size = sizeof(struct nwti_unary), .shape = view_shape, .work = NWT_WORK_VIEW);
