/* Operations that compute one value from many along some axes, or along all. */
#include "ops/operand.h"

struct reduction {
    nwt_ints axis;
    int32_t keepdims;
};

static const nwt_option reduction_options[] = {
    NWT_OPTION_INTS(struct reduction, axis, "None", INT64_MIN, INT64_MAX,
                    "the axes that are reduced; None: all"),
    NWT_OPTION_BOOL(struct reduction, keepdims, "False", "keep them, with a size of 1"),
    NWT_OPTION_OPAQUE("dtype", "dtype of the sum"),
    NWT_OPTION_OPAQUE("initial", "a value it begins with"),
    NWT_OPTION_OPAQUE("method", "how values between are found"),
    NWT_OPTION_OPAQUE("ord", "order of the norm"),
    NWT_OPTION_END};

/* Writes the shape that is left of `x`. */
static int32_t reduce(nwt_op *op, const struct reduction *reduction, nwti_operand *x)
{
    int32_t reduced[NWT_MAX_RANK] = {0};
    int32_t rank = 0;

    for (int32_t i = 0; i < x->rank && !reduction->axis.items; i++) {
        reduced[i] = 1;
    }
    for (int64_t i = 0; i < reduction->axis.count; i++) {
        int32_t axis = nwt_op_axis(op, "axis", reduction->axis.items[i], x->rank);

        if (nwt_op_ended(op)) {
            return NWT_STATUS_INVALID;
        }
        reduced[axis] = 1;
    }
    for (int32_t i = 0; i < x->rank; i++) {
        if (!reduced[i] || reduction->keepdims) {
            x->dims[rank++] = reduced[i] ? 1 : x->dims[i];
        }
    }
    x->rank = rank;
    return 0;
}

static int32_t reduction(nwt_op *op, const struct reduction *self, int32_t rule)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    reduce(op, self, &x);
    return nwti_operand_output(op, &x, rule);
}

#define CALLBACK(name, rule)                          \
    static int32_t name(nwt_op *op, const void *self) \
    {                                                 \
        return reduction(op, self, rule);             \
    }

CALLBACK(same, NWTI_AS_IS)
CALLBACK(floating, NWTI_FLOATING)
CALLBACK(boolean, NWTI_BOOLEAN)
CALLBACK(integer, NWTI_INTEGER)
CALLBACK(total, NWTI_TOTAL)

#define REDUCTION_COSTS(symbol, name, callback, ...)                                         \
    KIND(op_##symbol, "ops." name, .about = "computes one value from many along some axes",  \
         .options = reduction_options, .arguments = nwti_unary_arguments,                    \
         .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct nwti_unary), \
         .shape = callback, __VA_ARGS__)
#define REDUCTION(symbol, name, callback) SUMMING(symbol, name, callback, 1)
/* So many FLOPs for each element of the input. */
#define SUMMING(symbol, name, callback, each) \
    REDUCTION_COSTS(symbol, name, callback, .work = NWT_WORK_REDUCTION, .flops = each)

REDUCTION(amax, "Amax", same);
REDUCTION(amin, "Amin", same);
REDUCTION(max, "Max", same);
REDUCTION(min, "Min", same);
REDUCTION(nanmax, "Nanmax", same);
REDUCTION(nanmin, "Nanmin", same);
SUMMING(ptp, "Ptp", same, 2);

REDUCTION(mean, "Mean", floating);
REDUCTION_COSTS(median, "Median", floating, .work = NWT_WORK_UNCOUNTED);
REDUCTION(nanmean, "Nanmean", floating);
REDUCTION_COSTS(nanmedian, "Nanmedian", floating, .work = NWT_WORK_UNCOUNTED);
SUMMING(nanstd, "Nanstd", floating, 4);
SUMMING(nanvar, "Nanvar", floating, 4);
SUMMING(norm, "Norm", floating, 2);
SUMMING(std, "Std", floating, 4);
SUMMING(var, "Var", floating, 4);

REDUCTION(all, "All", boolean);
REDUCTION(any, "Any", boolean);

REDUCTION(argmax, "Argmax", integer);
REDUCTION(argmin, "Argmin", integer);
REDUCTION(count_nonzero, "CountNonzero", integer);
REDUCTION(nanargmax, "Nanargmax", integer);
REDUCTION(nanargmin, "Nanargmin", integer);

REDUCTION(nanprod, "Nanprod", total);
REDUCTION(nansum, "Nansum", total);
REDUCTION(prod, "Prod", total);
REDUCTION(sum, "Sum", total);

/* Keras gives float32 whatever comes in. */
static int32_t logsumexp_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    reduce(op, self, &x);
    return nwt_op_output(op, x.rank, x.dims, NWT_DTYPE_FLOAT32);
}

SUMMING(logsumexp, "Logsumexp", logsumexp_shape, 2);

struct average_arguments {
    int32_t x;
    int32_t weights;
};

static const nwt_option average_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct average_arguments, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWT_ARGUMENT_TENSOR(struct average_arguments, weights, "None", 0, NWT_MAX_RANK,
                        "weights of the values"),
    NWT_OPTION_END};

KIND(op_average, "ops.Average", .about = "takes the weighted mean along an axis",
     .options = reduction_options, .arguments = average_arguments,
     .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct average_arguments),
     .shape = floating, .work = NWT_WORK_REDUCTION, .flops = 1);

static const nwt_option moments_options[] = {
    {"axes", NULL, "the axes that are reduced", NULL, INT64_MIN, INT64_MAX, NWT_TYPE_INTS,
     NWT_FLAG_NULLABLE, (int32_t)offsetof(struct reduction, axis), 1},
    NWT_OPTION_BOOL(struct reduction, keepdims, "False", "keep them, with a size of 1"),
    NWT_OPTION_OPAQUE("synchronized", "take them over all devices"),
    NWT_OPTION_END};

static int32_t moments_shape(nwt_op *op, const void *self)
{
    same(op, self);
    return same(op, self);
}

KIND(op_moments, "ops.Moments", .about = "takes mean and variance along some axes",
     .options = moments_options, .arguments = nwti_unary_arguments,
     .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct nwti_unary),
     .shape = moments_shape, .work = NWT_WORK_REDUCTION, .flops = 4);
