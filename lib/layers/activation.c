#include "core/account.h"
#include "core/axes.h"
#include "core/builtin.h"
#include "core/dtype.h"

#include <string.h>

struct activation {
    const char *activation;
};

static const nwt_option activation_options[] = {
    NWT_OPTION_FUNCTION(struct activation, activation, NULL, "function applied to each value"),
    NWT_OPTION_END};

/* The input's shape, and what a function costs on it. */
static int32_t apply(nwt_op *op, const char *function)
{
    int32_t rank = nwt_op_rank(op, 0);

    nwti_op_activation(op, function, rank, nwt_op_dims(op, 0));
    /* TensorFlow's function of this name made floats of integers. */
    if (function != NULL && strcmp(function, "leaky_relu") == 0 && nwti_op_is_tensorflow(op) &&
        !nwti_dtype_is_float(nwt_op_dtype(op, 0))) {
        return nwt_op_output(op, rank, nwt_op_dims(op, 0), NWT_DTYPE_FLOAT32);
    }
    return nwt_op_output(op, rank, nwt_op_dims(op, 0), 0);
}

static int32_t activation_shape(nwt_op *op, const void *self)
{
    return apply(op, ((const struct activation *)self)->activation);
}

KIND(activation, "Activation", .about = "applies a function to each value",
     .options = activation_options, .self_size = sizeof(struct activation),
     .shape = activation_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE,
     .flags = NWT_KIND_BUILT_AT_ONCE);

nwt_layer *nwt_activation(nwt_context *ctx, const char *activation, const char *options)
{
    nwti_value value = {NWTI_NONE, 0, 0, {0}};

    if (activation) {
        value.type = NWTI_STRING;
        value.length = (uint32_t)strlen(activation);
        value.as.string = activation;
    }
    return nwti_construct(ctx, NWTI_KIND_activation, 1, &value, options);
}

struct relu {
    double max_value;
    double negative_slope;
    double threshold;
};

static const nwt_option relu_options[] = {
    NWT_OPTION_FLOAT(struct relu, max_value, "None", 0, DBL_MAX, "upper bound of the output"),
    NWT_OPTION_FLOAT(struct relu, negative_slope, "0.0", 0, DBL_MAX, "slope below threshold"),
    NWT_OPTION_FLOAT(struct relu, threshold, "0.0", 0, DBL_MAX, "where the output begins"),
    NWT_OPTION_END};

/* One FLOP more for a bound, and for a slope. */
static int32_t relu_shape(nwt_op *op, const void *self)
{
    const struct relu *relu = self;
    int32_t rank = nwt_op_rank(op, 0);
    int32_t has_bound = relu->max_value == relu->max_value; /* not the NaN of None */
    int32_t is_float = nwti_op_is_before_3(op) && relu->negative_slope != 0;

    nwt_op_flops(op, has_bound + (relu->negative_slope != 0), rank, nwt_op_dims(op, 0));
    if (has_bound) {
        nwt_op_flops(op, 1, rank, nwt_op_dims(op, 0));
    } else {
        nwti_op_activation(op, "relu", rank, nwt_op_dims(op, 0));
    }
    return nwt_op_output(op, rank, nwt_op_dims(op, 0), is_float ? nwt_op_compute_dtype(op) : 0);
}

KIND(relu, "ReLU", .about = "replaces negative values by 0", .options = relu_options,
     .self_size = sizeof(struct relu), .shape = relu_shape,
     .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE, .flags = NWT_KIND_BUILT_AT_ONCE);

CONSTRUCTOR(nwt_relu, relu)

struct leaky_relu {
    double negative_slope;
};

static const nwt_option leaky_relu_options[] = {
    NWT_OPTION_FLOAT(struct leaky_relu, negative_slope, "0.3", 0, DBL_MAX, "slope below 0"),
    NWT_OPTION_OPAQUE("alpha", "the old name of negative_slope"), NWT_OPTION_END};

KIND(leaky_relu, "LeakyReLU", .about = "multiplies negative values by a small slope",
     .options = leaky_relu_options, .self_size = sizeof(struct leaky_relu),
     .shape = nwti_cast_shape, .work = NWT_WORK_ELEMENTWISE, .flops = 2,
     .flags = NWT_KIND_BUILT_AT_ONCE);

static const nwt_option elu_options[] = {
    NWT_OPTION_OPAQUE("alpha", "slope of the negative part; 1.0 if not given"), NWT_OPTION_END};

KIND(elu, "ELU", .about = "lets negative values saturate exponentially", .options = elu_options,
     .work = NWT_WORK_ELEMENTWISE, .flops = 3, .flags = NWT_KIND_BUILT_AT_ONCE);

static const nwt_option thresholded_relu_options[] = {
    NWT_OPTION_OPAQUE("theta", "where the output begins; 1.0 if not given"), NWT_OPTION_END};

KIND(thresholded_relu, "ThresholdedReLU", .about = "replaces values up to a threshold by 0",
     .options = thresholded_relu_options, .work = NWT_WORK_ELEMENTWISE, .flops = 1);

struct softmax {
    nwt_ints axis;
};

static const nwt_option softmax_options[] = {
    NWT_ROW_(struct softmax, axis, "-1", "axes that sum to 1; None: all", NULL, INT64_MIN,
             INT64_MAX, NWT_TYPE_INTS, NWT_FLAG_NULLABLE, 1),
    NWT_OPTION_END};

static int32_t softmax_shape(nwt_op *op, const void *self)
{
    (void)self;
    return apply(op, "softmax");
}

static const nwt_option softmax_arguments[] = {
    NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 0, NWT_MAX_RANK, "(batch, ...)"),
    NWT_OPTION_OPAQUE("mask", "the values that count"), NWT_OPTION_END};
static const nwt_past softmax_past[] = {NWT_PAST_DROPPED("robust_masking", 30000), NWT_PAST_END};

KIND(softmax, "Softmax", .about = "scales values to positive ones that sum to 1",
     .past = softmax_past, .options = softmax_options, .arguments = softmax_arguments,
     .self_size = sizeof(struct softmax), .arguments_size = sizeof(nwt_one_tensor),
     .shape = softmax_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE,
     .flags = NWT_KIND_BUILT_AT_ONCE);

CONSTRUCTOR(nwt_softmax, softmax)

struct prelu {
    nwt_ints shared_axes;
};

static const nwt_option prelu_options[] = {NWT_OPTIONS_OF_WEIGHT("alpha", "each slope"),
                                           NWT_OPTION_INTS(struct prelu, shared_axes, "None",
                                                           INT64_MIN, INT64_MAX,
                                                           "axes along which values share a slope"),
                                           NWT_OPTION_END};

NWT_ONE_TENSOR(prelu_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

/* A slope for each value of a sample; 1 along a shared axis. Keras subtracts the batch from an axis
   before Python counts it from the end: shared_axes=[-1] names the last axis but one. */
static int32_t prelu_weights(nwt_op *op, const void *self)
{
    const struct prelu *prelu = self;
    int32_t count = nwt_op_rank(op, 0) - 1;
    nwt_axis axes[NWT_MAX_RANK];

    if (nwt_op_ended(op)) {
        return 0;
    }
    for (int32_t i = 0; i < count; i++) {
        axes[i] = (nwt_axis){nwti_axis_label(i + 1, count + 1), nwt_op_dim(op, 0, i + 1)};
    }
    for (int64_t i = 0; i < prelu->shared_axes.count; i++) {
        int64_t given = prelu->shared_axes.items[i];
        int64_t axis = given < 1 ? given + count : given;

        if (axis < 1 || axis > count) {
            return NWT_FAIL(op, "shared_axes has {}, but the axes of a sample are 1 to {}", given,
                            count);
        }
        axes[axis - 1] = (nwt_axis){"shared", 1, NWT_AXIS_REASON};
    }
    return nwt_op_weight(op, "alpha", count, axes, 0, 0);
}

static const nwt_past prelu_past[] = {
    NWT_PAST_POSITIONS(NULL, "init weights shared_axes", 0, 20000),
    NWT_PAST_KEY("init", "alpha_initializer", 20000), NWT_PAST_END};

KIND(prelu, "PReLU", .about = "multiplies negative values by slopes that it learns",
     .past = prelu_past, .options = prelu_options, .arguments = prelu_arguments,
     .self_size = sizeof(struct prelu), .arguments_size = sizeof(nwt_one_tensor),
     .weights = prelu_weights, .work = NWT_WORK_ELEMENTWISE, .flops = 2,
     .remark = "Without shared_axes every value of a sample has a slope of its own, so the size "
               "of an image counts; shared_axes=[1, 2] leaves one for each channel.");
