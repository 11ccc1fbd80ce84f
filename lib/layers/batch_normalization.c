#include "core/account.h"
#include "core/builtin.h"

struct batch_normalization {
    int64_t axis[1]; /* Keras 2 also writes a list of one */
    double momentum;
    double epsilon;
    int32_t center;
    int32_t scale;
    int32_t renorm;
};

static const nwt_option batch_normalization_options[] = {
    NWT_OPTION_TUPLE(struct batch_normalization, axis, 1, "-1", INT64_MIN, INT64_MAX,
                     "the axis of the features"),
    NWT_OPTION_FLOAT(struct batch_normalization, momentum, "0.99", -DBL_MAX, DBL_MAX,
                     "how slowly the moving statistics move"),
    NWT_OPTION_FLOAT(struct batch_normalization, epsilon, "0.001", -DBL_MAX, DBL_MAX,
                     "added to the variance"),
    NWT_OPTION_BOOL(struct batch_normalization, center, "True", "add beta to each feature"),
    NWT_OPTION_BOOL(struct batch_normalization, scale, "True", "multiply each feature by gamma"),
    NWT_OPTION_INITIALIZER("beta", "beta"),
    NWT_OPTION_INITIALIZER("gamma", "gamma"),
    NWT_OPTION_INITIALIZER("moving_mean", "the moving mean"),
    NWT_OPTION_INITIALIZER("moving_variance", "the moving variance"),
    NWT_OPTION_REGULARIZER("beta", "beta"),
    NWT_OPTION_REGULARIZER("gamma", "gamma"),
    NWT_OPTION_CONSTRAINT("beta", "beta"),
    NWT_OPTION_CONSTRAINT("gamma", "gamma"),
    NWT_OPTION_BOOL(struct batch_normalization, renorm, "False", "use batch renormalization"),
    NWT_OPTION_OPAQUE("renorm_clipping", "bounds of the renormalization"),
    NWT_OPTION_OPAQUE("renorm_momentum", "how slowly its statistics move"),
    NWT_OPTION_OPAQUE("synchronized", "take the statistics over all devices"),
    NWT_OPTION_END};

static const nwt_option batch_normalization_arguments[] = {
    NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 1, NWT_MAX_RANK, "(batch, ..., features)"),
    NWT_OPTION_OPAQUE("training", "whether the batch's own statistics are used"), NWTI_MASK_ROW,
    NWT_OPTION_END};

/* Keras 2 kept no statistics in 16 bits. */
static int32_t statistics_dtype(const nwt_op *op)
{
    int32_t dtype = nwt_op_variable_dtype(op);

    return nwti_op_is_before_3(op) && (dtype == NWT_DTYPE_FLOAT16 || dtype == NWT_DTYPE_BFLOAT16)
               ? NWT_DTYPE_FLOAT32
               : 0;
}

static int32_t batch_normalization_weights(nwt_op *op, const void *self)
{
    const struct batch_normalization *batch = self;
    int64_t features = nwt_op_dim(op, 0, batch->axis[0]);
    int32_t dtype = statistics_dtype(op);
    const char *const moving[] = {"moving_mean", "moving_variance", "moving_stddev", "renorm_mean",
                                  "renorm_stddev"};

    if (batch->scale) {
        NWT_WEIGHT_WITH(op, "gamma", 0, dtype, {"features", features});
    }
    if (batch->center) {
        NWT_WEIGHT_WITH(op, "beta", 0, dtype, {"features", features});
    }
    for (int32_t i = 0; i < (batch->renorm ? 5 : 2); i++) {
        NWT_WEIGHT_WITH(op, moving[i], NWT_WEIGHT_NON_TRAINABLE, dtype, {"features", features});
    }
    return 0;
}

/* At inference a scale and a shift of each element. */
static int32_t batch_normalization_shape(nwt_op *op, const void *self)
{
    const struct batch_normalization *batch = self;
    int32_t rank = nwt_op_rank(op, 0);
    const int64_t *dims = nwt_op_dims(op, 0);

    if (nwti_op_is_accounted(op)) {
        int64_t features = nwt_op_dim(op, 0, batch->axis[0]);
        int64_t params[] = {dims[0], (batch->scale != 0) + (batch->center != 0), features};
        int64_t fold[] = {batch->scale ? 6 : 5, features};

        nwt_op_flops(op, 2, rank, dims);
        nwti_op_part(op, NWTI_BATCH_NORM, nwti_elements(rank, dims));
        nwti_op_part(op, NWTI_BATCH_NORM_FOLD, nwti_elements(2, fold));
        nwti_op_part(op, NWTI_BATCH_NORM_PARAMS, nwti_elements(3, params));
    }
    return nwt_op_output(op, rank, dims, 0);
}

static const nwt_past batch_normalization_past[] = {
    NWT_PAST_CLASS("BatchNormalizationV1 BatchNormalizationV2 SyncBatchNormalization", 20000,
                   30000),
    NWT_PAST_POSITIONS("BatchNormalization",
                       "epsilon mode axis momentum weights beta_init gamma_init gamma_regularizer "
                       "beta_regularizer",
                       0, 20000),
    NWT_PAST_KEY("beta_init", "beta_initializer", 20000),
    NWT_PAST_KEY("gamma_init", "gamma_initializer", 20000),
    NWT_PAST_DROPPED("mode", 20000),
    NWT_PAST_DROPPED("adjustment fused virtual_batch_size", 30000),
    NWT_PAST_END};

KIND(batch_normalization, "BatchNormalization",
     .about = "shifts and scales each feature by its statistics over the batch",
     .past = batch_normalization_past, .options = batch_normalization_options,
     .arguments = batch_normalization_arguments, .self_size = sizeof(struct batch_normalization),
     .arguments_size = sizeof(nwt_one_tensor), .weights = batch_normalization_weights,
     .shape = batch_normalization_shape, .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE,
     .remark = "gamma and beta are trained. The moving mean and variance are statistics that "
               "the layer follows by itself: Keras counts them, as non-trainable, PyTorch does "
               "not.");

CONSTRUCTOR(nwt_batch_normalization, batch_normalization)
