/* MaxoutDense and Highway, of Keras 1. */
#include "core/account.h"
#include "core/builtin.h"
#include "layers/past.h"

NWT_ONE_TENSOR(two_dims, 2, 2, "(batch, features)");

struct maxout {
    int64_t units;
    int64_t nb_feature;
    int32_t use_bias;
};

#define OPAQUE_ROWS                                      \
    NWT_OPTION_INITIALIZER("kernel", "each kernel"),     \
        NWT_OPTION_REGULARIZER("kernel", "each kernel"), \
        NWT_OPTION_REGULARIZER("bias", "each bias"),     \
        NWT_OPTION_CONSTRAINT("kernel", "each kernel"), NWT_OPTION_CONSTRAINT("bias", "each bias")

static const nwt_option maxout_options[] = {
    NWT_OPTION_INT(struct maxout, units, NULL, 1, INT64_MAX, "number of output features"),
    NWT_OPTION_INT(struct maxout, nb_feature, "4", 1, INT64_MAX,
                   "number of Dense layers of which the largest output is taken"),
    NWT_OPTION_BOOL(struct maxout, use_bias, "True", "add a bias to each output"), OPAQUE_ROWS,
    NWT_OPTION_END};

static int32_t maxout_weights(nwt_op *op, const void *self)
{
    const struct maxout *maxout = self;

    NWT_WEIGHT(op, "kernel", {"features", maxout->nb_feature},
               {"input features", nwt_op_dim(op, 0, -1)}, {"units", maxout->units});
    return maxout->use_bias
               ? NWT_WEIGHT(op, "bias", {"features", maxout->nb_feature}, {"units", maxout->units})
               : 0;
}

static int32_t maxout_shape(nwt_op *op, const void *self)
{
    const struct maxout *maxout = self;
    int64_t dims[] = {nwt_op_dim(op, 0, 0), maxout->units};
    int64_t all[] = {dims[0], maxout->nb_feature, maxout->units};

    NWT_MACS(op, {"samples", dims[0]}, {"features", maxout->nb_feature},
             {"input features", nwt_op_dim(op, 0, -1), NWT_AXIS_JOINED},
             {"units", maxout->units, NWT_AXIS_JOINED});
    if (maxout->use_bias) {
        nwti_op_bias(op, NWTI_DENSE_BIASES, 3, all);
    }
    nwt_op_flops(op, maxout->nb_feature - 1, 2, dims);
    return nwt_op_output(op, 2, dims, 0);
}

static const nwt_past maxout_past[] = {
    NWT_PAST_CLASS("MaxoutDense", 0, 20000),
    NWT_PAST_POSITIONS(NULL, "output_dim nb_feature init weights" PAST_TAIL " input_dim", 0, 20000),
    PAST_UNITS,
    PAST_KERNEL,
    PAST_BIAS,
    NWT_PAST_END};

KIND(maxout_dense, "MaxoutDense", .about = "takes the largest output of several Dense layers",
     .past = maxout_past, .options = maxout_options, .arguments = two_dims,
     .self_size = sizeof(struct maxout), .arguments_size = sizeof(nwt_one_tensor),
     .weights = maxout_weights, .shape = maxout_shape, .work = NWT_WORK_STATED);

struct highway {
    const char *activation;
    int32_t use_bias;
};

static const nwt_option highway_options[] = {
    NWT_OPTION_FUNCTION(struct highway, activation, "None", "function applied to the output"),
    NWT_OPTION_BOOL(struct highway, use_bias, "True", "add biases"), OPAQUE_ROWS, NWT_OPTION_END};

/* What is carried over has weights of its own. */
static int32_t highway_weights(nwt_op *op, const void *self)
{
    int64_t features = nwt_op_dim(op, 0, -1);

    NWT_WEIGHT(op, "kernel", {"input features", features}, {"units", features});
    NWT_WEIGHT(op, "carry_kernel", {"input features", features}, {"units", features});
    if (!((const struct highway *)self)->use_bias) {
        return 0;
    }
    NWT_WEIGHT(op, "bias", {"units", features});
    return NWT_WEIGHT(op, "carry_bias", {"units", features});
}

/* Both products, the gate's sigmoid, and output = gate * h + (1 - gate) * input. */
static int32_t highway_shape(nwt_op *op, const void *self)
{
    const struct highway *highway = self;
    int32_t rank = nwt_op_rank(op, 0);
    const int64_t *dims = nwt_op_dims(op, 0);

    NWT_MACS(op, {"samples", dims[0]}, {"kernels", 2}, {"input features", dims[1], NWT_AXIS_JOINED},
             {"units", dims[1], NWT_AXIS_JOINED});
    for (int32_t i = 0; highway->use_bias && i < 2; i++) {
        nwti_op_bias(op, NWTI_DENSE_BIASES, rank, dims);
    }
    nwti_op_activation(op, highway->activation, rank, dims);
    nwt_op_flops(op, 5, rank, dims);
    return nwt_op_output(op, rank, dims, 0);
}

static const nwt_past highway_past[] = {
    NWT_PAST_CLASS("Highway", 0, 20000),
    NWT_PAST_POSITIONS(NULL, "init activation weights" PAST_TAIL " input_dim", 0, 20000),
    NWT_PAST_DROPPED("transform_bias", 20000),
    PAST_KERNEL,
    PAST_BIAS,
    NWT_PAST_END};

KIND(highway, "Highway", .about = "mixes its input with a Dense layer's output, as a gate says",
     .past = highway_past, .options = highway_options, .arguments = two_dims,
     .self_size = sizeof(struct highway), .arguments_size = sizeof(nwt_one_tensor),
     .weights = highway_weights, .shape = highway_shape, .work = NWT_WORK_STATED);
