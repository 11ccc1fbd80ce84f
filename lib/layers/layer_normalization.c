/* Normalizations within a sample, which keep no statistics. */
#include "core/account.h"
#include "core/axes.h"
#include "core/builtin.h"

NWT_ONE_TENSOR(any_input, 1, NWT_MAX_RANK, "(batch, ..., features)");

#define GAMMA_AND_BETA_OPTIONS                                                            \
    NWT_OPTION_INITIALIZER("beta", "beta"), NWT_OPTION_INITIALIZER("gamma", "gamma"),     \
        NWT_OPTION_REGULARIZER("beta", "beta"), NWT_OPTION_REGULARIZER("gamma", "gamma"), \
        NWT_OPTION_CONSTRAINT("beta", "beta"), NWT_OPTION_CONSTRAINT("gamma", "gamma")

static int32_t gamma_and_beta(nwt_op *op, int32_t count, const nwt_axis *axes, int32_t gamma,
                              int32_t beta)
{
    if (gamma) {
        nwt_op_weight(op, "gamma", count, axes, 0, 0);
    }
    return beta ? nwt_op_weight(op, "beta", count, axes, 0, 0) : 0;
}

/* The input's shape; mean, difference, square, variance and division, and what stands behind. */
static int32_t normalized(nwt_op *op, int64_t each)
{
    int32_t rank = nwt_op_rank(op, 0);

    nwt_op_flops(op, each, rank, nwt_op_dims(op, 0));
    nwti_op_part(op, NWTI_LAYER_NORM, nwti_elements(rank, nwt_op_dims(op, 0)));
    return nwt_op_output(op, rank, nwt_op_dims(op, 0), 0);
}

struct layer_normalization {
    nwt_ints axis;
    double epsilon;
    int32_t center;
    int32_t scale;
    int32_t rms_scaling;
};

static const nwt_option layer_normalization_options[] = {
    NWT_OPTION_INTS(struct layer_normalization, axis, "-1", INT64_MIN, INT64_MAX,
                    "the axes that are normalized"),
    NWT_OPTION_FLOAT(struct layer_normalization, epsilon, "0.001", -DBL_MAX, DBL_MAX,
                     "added to the variance"),
    NWT_OPTION_BOOL(struct layer_normalization, center, "True", "add beta"),
    NWT_OPTION_BOOL(struct layer_normalization, scale, "True", "multiply by gamma"),
    GAMMA_AND_BETA_OPTIONS,
    NWT_OPTION_BOOL(struct layer_normalization, rms_scaling, "False",
                    "divide by the deviation only: gamma, but no beta"),
    NWT_OPTION_END};

static int32_t layer_normalization_weights(nwt_op *op, const void *self)
{
    const struct layer_normalization *layer = self;
    nwt_axis axes[NWT_MAX_RANK];
    int32_t order = nwti_op_is_before_3(op) ? NWTI_UNSORTED : NWTI_AS_WRITTEN;
    int32_t count = nwti_axes(op, &layer->axis, order, axes);

    return gamma_and_beta(op, count, axes, layer->scale || layer->rms_scaling,
                          layer->center && !layer->rms_scaling);
}

static int32_t layer_normalization_shape(nwt_op *op, const void *self)
{
    const struct layer_normalization *layer = self;

    return normalized(op, layer->rms_scaling ? 4 : 5 + (layer->scale != 0) + (layer->center != 0));
}

KIND(layer_normalization, "LayerNormalization",
     .about = "shifts and scales each sample to mean 0 and variance 1",
     .options = layer_normalization_options, .arguments = any_input,
     .self_size = sizeof(struct layer_normalization), .arguments_size = sizeof(nwt_one_tensor),
     .weights = layer_normalization_weights, .shape = layer_normalization_shape,
     .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE,
     .remark = "Unlike BatchNormalization it keeps no statistics: all its parameters are "
               "trained.");

CONSTRUCTOR(nwt_layer_normalization, layer_normalization)

struct group_normalization {
    int64_t groups;
    int64_t axis;
    double epsilon;
    int32_t center;
    int32_t scale;
};

static const nwt_option group_normalization_options[] = {
    NWT_OPTION_INT(struct group_normalization, groups, "32", -1, INT64_MAX,
                   "number of groups of features; -1: one for each feature"),
    NWT_OPTION_INT(struct group_normalization, axis, "-1", INT64_MIN, INT64_MAX,
                   "the axis of the features"),
    NWT_OPTION_FLOAT(struct group_normalization, epsilon, "0.001", -DBL_MAX, DBL_MAX,
                     "added to the variance"),
    NWT_OPTION_BOOL(struct group_normalization, center, "True", "add beta to each feature"),
    NWT_OPTION_BOOL(struct group_normalization, scale, "True", "multiply each feature by gamma"),
    GAMMA_AND_BETA_OPTIONS,
    NWT_OPTION_END};

static int32_t group_normalization_weights(nwt_op *op, const void *self)
{
    const struct group_normalization *group = self;
    nwt_axis axis = {"features", nwt_op_dim(op, 0, group->axis)};

    if (nwt_op_ended(op)) {
        return 0;
    }
    if (axis.size == -1) {
        return NWT_FAIL(op, "axis {} of the input has no size, which groups must divide: {0}",
                        group->axis);
    }
    if (group->groups == 0 || (group->groups > 0 && axis.size % group->groups != 0) ||
        group->groups > axis.size) {
        return NWT_FAIL(op, "groups {} does not divide the input's {} features on axis {}",
                        group->groups, axis.size, group->axis);
    }
    return gamma_and_beta(op, 1, &axis, group->scale, group->center);
}

static int32_t group_normalization_shape(nwt_op *op, const void *self)
{
    const struct group_normalization *group = self;

    return normalized(op, 5 + (group->scale != 0) + (group->center != 0));
}

KIND(group_normalization, "GroupNormalization",
     .about = "shifts and scales groups of features to mean 0 and variance 1",
     .options = group_normalization_options, .arguments = any_input,
     .self_size = sizeof(struct group_normalization), .arguments_size = sizeof(nwt_one_tensor),
     .weights = group_normalization_weights, .shape = group_normalization_shape,
     .work = NWT_WORK_FLOPS | NWT_WORK_IN_PLACE);

struct axis_list {
    nwt_ints axis;
};

static const nwt_option rms_normalization_options[] = {
    NWT_OPTION_INTS(struct axis_list, axis, "-1", INT64_MIN, INT64_MAX,
                    "the axes that are normalized"),
    NWT_OPTION_OPAQUE("epsilon", "added to the mean square"), NWT_OPTION_END};

static int32_t rms_normalization_weights(nwt_op *op, const void *self)
{
    const struct axis_list *rms = self;
    nwt_axis axes[NWT_MAX_RANK];
    int32_t count = nwti_axes(op, &rms->axis, NWTI_AS_WRITTEN, axes);

    return nwt_op_weight(op, "scale", count, axes, 0, 0);
}

KIND(rms_normalization, "RMSNormalization", .about = "divides by the root of the mean square",
     .options = rms_normalization_options, .arguments = any_input,
     .self_size = sizeof(struct axis_list), .arguments_size = sizeof(nwt_one_tensor),
     .weights = rms_normalization_weights, .work = NWT_WORK_ELEMENTWISE, .flops = 4);

static const nwt_option unit_normalization_options[] = {
    NWT_OPTION_INTS(struct axis_list, axis, "-1", INT64_MIN, INT64_MAX,
                    "the axes that are normalized"),
    NWT_OPTION_END};

static int32_t unit_normalization_shape(nwt_op *op, const void *self)
{
    const struct axis_list *list = self;
    int32_t rank = nwt_op_rank(op, 0);

    for (int64_t i = 0; i < list->axis.count; i++) {
        nwt_op_axis(op, "axis", list->axis.items[i], rank);
    }
    return nwt_op_output(op, rank, nwt_op_dims(op, 0),
                         nwti_op_is_before_3(op) ? nwt_op_compute_dtype(op) : 0);
}

KIND(unit_normalization, "UnitNormalization", .about = "scales vectors to length 1",
     .options = unit_normalization_options, .self_size = sizeof(struct axis_list),
     .shape = unit_normalization_shape, .work = NWT_WORK_ELEMENTWISE, .flops = 3,
     .flags = NWT_KIND_BUILT_AT_ONCE);
