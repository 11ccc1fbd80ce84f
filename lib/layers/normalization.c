#include "core/axes.h"
#include "core/broadcast.h"
#include "core/builtin.h"
#include "core/constant.h"

#include <string.h>

struct normalization {
    nwt_ints axis;
    int32_t mean;
    int32_t variance;
};

static const nwt_option normalization_options[] = {
    {"axis", "-1", "the axes with statistics of their own; None: one for all", NULL, INT64_MIN,
     INT64_MAX, NWT_TYPE_INTS, NWT_FLAG_NULLABLE, (int32_t)offsetof(struct normalization, axis), 1},
    NWT_OPTION_GIVEN(struct normalization, mean, "the mean, if it is known"),
    NWT_OPTION_GIVEN(struct normalization, variance, "the variance, if it is known"),
    NWT_OPTION_OPAQUE("invert", "apply the inverse"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(normalization_arguments, 1, NWT_MAX_RANK, "(batch, ...)");

static int32_t normalization_make(nwt_op *op, void *self)
{
    const struct normalization *normalization = self;

    if (normalization->mean != normalization->variance) {
        return NWT_FAIL(op, "needs both of mean and variance, or neither", 0);
    }
    return 0;
}

/* The known mean or variance must broadcast over the axes, whose order is theirs in the input. */
static int32_t check_statistic(nwt_op *op, const char *key, int32_t count, const nwt_axis *axes)
{
    nwti_constant constant;

    if (!nwti_constant_read(nwt_op_option(op, key), &constant)) {
        return 0;
    }
    if (constant.rank > count) {
        return NWT_FAIL(op, "mean and variance have {} axes, more than the {} of axis",
                        constant.rank, count);
    }
    for (int32_t i = 1; i <= constant.rank; i++) {
        int64_t dim = constant.dims[constant.rank - i];

        if (dim != 1 && dim != axes[count - i].size) {
            return NWT_FAIL(op, "mean and variance hold {} values for an axis of {}", dim,
                            axes[count - i].size);
        }
    }
    return 0;
}

static int32_t normalization_weights(nwt_op *op, const void *self)
{
    const struct normalization *normalization = self;
    nwt_axis axes[NWT_MAX_RANK];
    int32_t count = nwti_axes(op, &normalization->axis, NWTI_BY_POSITION, axes);
    int32_t dtype = nwti_op_is_before_3(op) ? nwt_op_compute_dtype(op) : 0;

    if (nwt_op_ended(op)) {
        return 0;
    }
    if (normalization->mean) {
        check_statistic(op, "mean", count, axes);
        return check_statistic(op, "variance", count, axes);
    }
    nwt_op_weight(op, "mean", count, axes, NWT_WEIGHT_NON_TRAINABLE, dtype);
    nwt_op_weight(op, "variance", count, axes, NWT_WEIGHT_NON_TRAINABLE, dtype);
    return nwt_op_weight(op, "count", 0, NULL, NWT_WEIGHT_NON_TRAINABLE,
                         nwti_op_is_before_3(op) ? NWT_DTYPE_INT64 : NWT_DTYPE_INT32);
}

static const nwt_past normalization_past[] = {NWT_PAST_CLASS("NormalizationV1", 20000, 30000),
                                              NWT_PAST_END};

KIND(normalization, "Normalization", .about = "shifts and scales by known or learnt statistics",
     .past = normalization_past, .options = normalization_options,
     .arguments = normalization_arguments, .self_size = sizeof(struct normalization),
     .arguments_size = sizeof(nwt_one_tensor), .make = normalization_make,
     .weights = normalization_weights, .work = NWT_WORK_ELEMENTWISE, .flops = 2,
     .remark = "Its statistics come from adapt(), not from training: none is trainable. The "
               "count is that of the values seen. With mean and variance given it has no "
               "parameters.");

static const nwt_option rescaling_options[] = {
    {"scale", NULL, "what the inputs are multiplied by", NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 0, 0},
    NWT_OPTION_OPAQUE("offset", "what is added; 0.0 if not given"),
    NWT_OPTION_END};

/* Before Keras 3 lists of numbers broadcast with the input; since then they are taken to leave its
   shape. */
static int32_t rescaling_shape(nwt_op *op, const void *self)
{
    static const char *const keys[] = {"scale", "offset"};
    int32_t rank = nwt_op_rank(op, 0), axis;
    int64_t dims[NWT_MAX_RANK];
    nwti_constant constant;

    (void)self;
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && nwti_op_is_before_3(op); i++) {
        if (nwti_constant_read(nwt_op_option(op, keys[i]), &constant)) {
            axis = nwti_broadcast(&rank, dims, constant.rank, constant.dims, NWTI_NUMBER_WINS);
            if (axis) {
                return NWT_FAIL(
                    op, "the list of numbers does not broadcast on axis {} of the input {0}", axis);
            }
        }
    }
    return nwt_op_output(op, rank, dims, nwt_op_compute_dtype(op));
}

KIND(rescaling, "Rescaling", .about = "multiplies by a constant and adds another",
     .options = rescaling_options, .shape = rescaling_shape, .work = NWT_WORK_ELEMENTWISE,
     .flops = 2);
