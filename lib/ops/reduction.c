/* Operations that compute one value from many along some axes, or along all. */
#include "ops/operand.h"

#include <math.h>

struct reduction {
    nwt_ints axis;
    int32_t keepdims;
    int32_t dtype; /* 0: as the rule says */
};

/* Writes the shape that is left of `x`. Keras takes each axis away in turn, the last first: one
   that is named twice takes what follows it too. */
static int32_t reduce(nwt_op *op, const struct reduction *reduction, nwti_operand *x)
{
    int64_t reduced[NWT_MAX_RANK] = {0};
    int32_t rank = x->rank;

    for (int32_t i = 0; i < rank && !reduction->axis.items; i++) {
        reduced[i] = 1;
    }
    for (int64_t i = 0; i < reduction->axis.count; i++) {
        int32_t axis = nwt_op_axis(op, "axis", reduction->axis.items[i], rank);

        if (nwt_op_ended(op)) {
            return NWT_STATUS_INVALID;
        }
        reduced[axis]++;
    }
    for (int32_t i = rank - 1; i >= 0; i--) {
        if (reduction->keepdims) {
            x->dims[i] = reduced[i] ? 1 : x->dims[i];
            continue;
        }
        for (; reduced[i] > 0; reduced[i]--) {
            if (x->rank <= i) {
                return NWT_FAIL(op, "axis {} is named more often than there are axes", i);
            }
            nwti_operand_remove(x, i);
        }
    }
    return 0;
}

static int32_t reduction(nwt_op *op, const struct reduction *self, int32_t rule)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    reduce(op, self, &x);
    if (self->dtype) {
        return nwt_op_output(op, x.rank, x.dims, self->dtype);
    }
    if (rule == NWTI_INTEGER && nwti_op_is_tensorflow(op)) {
        return nwt_op_output(op, x.rank, x.dims, NWT_DTYPE_INT64);
    }
    return nwti_operand_output(op, &x, rule);
}

/* What the rows of ops.def are here. */
#define OPTION(...) NWTI_KEPT_ROW(__VA_ARGS__),
#define AXIS                                                              \
    NWT_OPTION_INTS(struct reduction, axis, "None", INT64_MIN, INT64_MAX, \
                    "the axes that are reduced; None: all"),
#define KEEPDIMS \
    NWT_OPTION_BOOL(struct reduction, keepdims, "False", "keep them, with a size of 1"),
#define DTYPE NWT_OPTION_DTYPE(struct reduction, dtype, "None", "dtype of the output"),
#define REDUCTION(symbol, name, rule, costs, each, ...)                                      \
    static const nwt_option symbol##_options[] = {__VA_ARGS__ NWT_OPTION_END};               \
    static int32_t symbol##_shape(nwt_op *op, const void *self)                              \
    {                                                                                        \
        return reduction(op, self, NWTI_##rule);                                             \
    }                                                                                        \
    KIND(op_##symbol, "ops." name, .about = "computes one value from many along some axes",  \
         .options = symbol##_options, .arguments = nwti_unary_arguments,                     \
         .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct nwti_unary), \
         .shape = symbol##_shape, .work = NWT_WORK_##costs, .flops = each);
#define UNARY(symbol, ...)
#define BINARY(symbol, ...)
#define OPERATION(symbol)
#include "ops/ops.def"

static int32_t norm_shape(nwt_op *op, const void *self)
{
    const struct reduction *norm = self;
    const nwt_value *order = nwt_op_option(op, "ord");
    int64_t axes = norm->axis.items ? norm->axis.count : nwt_op_rank(op, 0);
    int32_t type = nwt_value_type(order);
    double number = fabs(nwt_value_float(order, 2));

    if (nwti_op_is_tensorflow(op)) { /* which takes any order */
        return reduction(op, self, NWTI_FLOATS);
    }
    if (type == NWT_VALUE_STRING && axes == 1) {
        return NWT_FAIL(op, "ord has a name: such a norm is of two axes, not of {}", axes);
    }
    if ((type == NWT_VALUE_INT || type == NWT_VALUE_FLOAT) && axes == 2 && number != 1 &&
        number != 2 && !isinf(number)) {
        return NWT_FAIL(op, "ord of a norm of {} axes must be 1, 2, -1, -2 or infinite", axes);
    }
    return reduction(op, self, NWTI_FLOATS);
}

static const nwt_option norm_options[] = {OPTION("ord", "None", "order of the norm")
                                              AXIS KEEPDIMS NWT_OPTION_END};

KIND(op_norm, "ops.Norm", .about = "computes one value from many along some axes",
     .options = norm_options, .arguments = nwti_unary_arguments,
     .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct nwti_unary),
     .shape = norm_shape, .work = NWT_WORK_REDUCTION, .flops = 2);

struct average_arguments {
    int32_t x;
    int32_t weights;
};

static const nwt_option average_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct average_arguments, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWT_ARGUMENT_TENSOR(struct average_arguments, weights, "None", 0, NWT_MAX_RANK,
                        "weights of the values"),
    NWT_OPTION_END};

static const nwt_option average_options[] = {AXIS NWT_OPTION_END};

/* Whether the weights have these dims, of which None is any. */
static int32_t have_dims(const nwti_operand *weights, int32_t rank, const int64_t *dims)
{
    int32_t same = weights->rank == rank;

    for (int32_t i = 0; same && i < rank; i++) {
        same = weights->dims[i] == dims[i] || weights->dims[i] < 0 || dims[i] < 0;
    }
    return same;
}

/* As Keras has it: weights are of each value, or of each place along the axis. */
static void check_weights(nwt_op *op, const struct reduction *self, const nwti_operand *weights)
{
    nwti_operand x;
    int32_t axis;

    nwti_unary_read(op, &x);
    axis = self->axis.count == 1 ? nwt_op_axis(op, "axis", *self->axis.items, x.rank) : -1;
    if (!have_dims(weights, x.rank, x.dims) &&
        (axis < 0 || !have_dims(weights, 1, x.dims + axis))) {
        nwt_op_fail(op, "weights must have the shape of x, or that of its axis", 0, NULL);
    }
}

static int32_t average_shape(nwt_op *op, const void *self)
{
    const struct average_arguments *call = nwt_op_arguments(op);
    nwti_operand x;
    nwti_operand weights;

    nwti_unary_read(op, &x);
    reduce(op, self, &x);
    if (nwti_operand_read(op, call->weights, "weights", &weights) && !nwt_op_ended(op)) {
        nwti_operand_check_typed(op, call->weights, "weights");
        check_weights(op, self, &weights);
        x.dtype = nwti_join(x.dtype, weights.dtype);
    }
    return nwti_operand_output(op, &x, NWTI_FLOATING);
}

KIND(op_average, "ops.Average", .about = "takes the weighted mean along an axis",
     .options = average_options, .arguments = average_arguments,
     .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct average_arguments),
     .shape = average_shape, .work = NWT_WORK_REDUCTION, .flops = 1);

static const nwt_option moments_options[] = {
    {"axes", NULL, "the axes that are reduced", NULL, INT64_MIN, INT64_MAX, NWT_TYPE_INTS,
     NWT_FLAG_NULLABLE, (int32_t)offsetof(struct reduction, axis), 1},
    KEEPDIMS OPTION("synchronized", "False", "take them over all devices") NWT_OPTION_END};

static int32_t moments_shape(nwt_op *op, const void *self)
{
    reduction(op, self, NWTI_AS_IS);
    return reduction(op, self, NWTI_AS_IS);
}

KIND(op_moments, "ops.Moments", .about = "takes mean and variance along some axes",
     .options = moments_options, .arguments = nwti_unary_arguments,
     .self_size = sizeof(struct reduction), .arguments_size = sizeof(struct nwti_unary),
     .shape = moments_shape, .work = NWT_WORK_REDUCTION, .flops = 4);

/* ---------------------------------------------------------------------- quantiles */

/* A list or an array of quantiles comes first; of a list of one, `single` says whether. */
static int32_t quantile(nwt_op *op, const struct reduction *self, int32_t rule, int32_t single)
{
    const struct nwti_operands *arguments = nwt_op_arguments(op);
    nwti_operand x;
    nwti_operand q;

    if (!nwti_operand_of(op, 0, &x) || !nwti_operand_of(op, 1, &q)) {
        return nwt_op_output_unknown(op);
    }
    reduce(op, self, &x);
    if (q.rank > 0 && (single || q.dims[0] != 1 || arguments->at[1] >= 0)) {
        nwti_operand_insert(op, &x, 0, q.dims[0]);
    }
    return nwti_operand_output(op, &x, rule);
}

static const nwt_option quantile_options[] = {
    AXIS OPTION("method", "'linear'", "how values between are found") KEEPDIMS NWT_OPTION_END};
static const nwt_option quantile_rows[] = {NWTI_OPERAND_AT(0, "x", "any tensor"),
                                           NWTI_OPERAND_AT(1, "q", "which quantiles"),
                                           NWT_OPTION_END};

#define QUANTILE(symbol, name, rule, single)                                          \
    static int32_t symbol##_shape(nwt_op *op, const void *self)                       \
    {                                                                                 \
        return quantile(op, self, NWTI_##rule, single);                               \
    }                                                                                 \
    NWTI_OPERATION(symbol, name, "gives quantiles along some axes", quantile_options, \
                   sizeof(struct reduction), quantile_rows, symbol##_shape, NWT_WORK_UNCOUNTED)

QUANTILE(nanpercentile, "Nanpercentile", FLOATING, 1);
QUANTILE(nanquantile, "Nanquantile", FLOATING, 0);
QUANTILE(percentile, "Percentile", REAL_FLOATS, 1);
QUANTILE(quantile, "Quantile", FLOATING, 0);

/* ---------------------------------------------------------------------- integrals */

static const nwt_option trapezoid_options[] = {
    OPTION("x", "None", "where the samples are") OPTION("dx", "1.0", "distance of the samples")
        NWT_OPTION_INTS(struct reduction, axis, "-1", INT64_MIN, INT64_MAX, "the axis along which"),
    NWT_OPTION_END};
static const nwt_option trapezoid_rows[] = {NWTI_INPUT("y", "samples"), NWT_OPTION_END};

static int32_t trapezoid_shape(nwt_op *op, const void *self)
{
    const struct reduction *trapezoid = self;
    nwti_operand y;

    nwti_unary_read(op, &y);
    if (y.rank > 0 && trapezoid->axis.count == 1) {
        reduce(op, self, &y);
    }
    return nwti_operand_output(op, &y, NWTI_FLOATING);
}

NWTI_OPERATION(trapezoid, "Trapezoid", "integrates along an axis", trapezoid_options,
               sizeof(struct reduction), trapezoid_rows, trapezoid_shape, NWT_WORK_UNCOUNTED);
