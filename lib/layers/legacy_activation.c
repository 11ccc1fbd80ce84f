/* ParametricSoftplus and SReLU, of Keras 1: a few weights for each value of a sample. */
#include "core/axes.h"
#include "core/builtin.h"

struct learnt {
    nwt_ints shared_axes;
};

#define SHARED_AXES                                                           \
    NWT_OPTION_INTS(struct learnt, shared_axes, "None", INT64_MIN, INT64_MAX, \
                    "axes along which values share their weights")

static const nwt_option softplus_options[] = {
    NWT_OPTION_OPAQUE("alpha_init", "how the alphas begin"),
    NWT_OPTION_OPAQUE("beta_init", "how the betas begin"), SHARED_AXES, NWT_OPTION_END};

static const nwt_option srelu_options[] = {
    NWT_OPTION_OPAQUE("t_left_init", "how the left thresholds begin"),
    NWT_OPTION_OPAQUE("a_left_init", "how the left slopes begin"),
    NWT_OPTION_OPAQUE("t_right_init", "how the right thresholds begin"),
    NWT_OPTION_OPAQUE("a_right_init", "how the right slopes begin"),
    SHARED_AXES,
    NWT_OPTION_END};

NWT_ONE_TENSOR(arguments, 1, NWT_MAX_RANK, "(batch, ...)");

/* Weights of a sample's shape, but of size 1 along shared axes. */
static int32_t declare(nwt_op *op, const struct learnt *learnt, int32_t count,
                       const char *const *names)
{
    int32_t axis_count = nwt_op_rank(op, 0) - 1, i;
    nwt_axis axes[NWT_MAX_RANK];
    int64_t j;

    for (i = 0; i < axis_count; i++) {
        axes[i] = (nwt_axis){nwti_axis_label(i + 1, axis_count + 1), nwt_op_dim(op, 0, i + 1)};
    }
    for (j = 0; j < learnt->shared_axes.count; j++) {
        int32_t axis = nwt_op_axis(op, "shared_axes", learnt->shared_axes.items[j], axis_count + 1);

        if (nwt_op_ended(op) || axis < 1) {
            return NWT_FAIL(op, "shared_axes has {}, but the axes of a sample are 1 to {}",
                            learnt->shared_axes.items[j], axis_count);
        }
        axes[axis - 1] = (nwt_axis){"shared", 1};
    }
    for (i = 0; i < count && !nwt_op_ended(op); i++) {
        nwt_op_weight(op, names[i], axis_count, axes, 0, 0);
    }
    return 0;
}

static int32_t softplus_weights(nwt_op *op, const void *self)
{
    static const char *const names[] = {"alphas", "betas"};

    return declare(op, self, 2, names);
}

static int32_t srelu_weights(nwt_op *op, const void *self)
{
    static const char *const names[] = {"t_left", "a_left", "t_right", "a_right"};

    return declare(op, self, 4, names);
}

static const nwt_past softplus_past[] = {
    NWT_PAST_CLASS("ParametricSoftplus", 0, 20000),
    NWT_PAST_POSITIONS(NULL, "alpha_init beta_init weights shared_axes", 0, 20000), NWT_PAST_END};
static const nwt_past srelu_past[] = {NWT_PAST_CLASS("SReLU", 0, 20000), NWT_PAST_END};

KIND(parametric_softplus, "ParametricSoftplus",
     .about = "applies a softplus of two factors that it learns", .past = softplus_past,
     .options = softplus_options, .arguments = arguments, .self_size = sizeof(struct learnt),
     .arguments_size = sizeof(nwt_one_tensor), .weights = softplus_weights,
     .work = NWT_WORK_ELEMENTWISE, .flops = 4);

KIND(srelu, "SReLU", .about = "bends its input at two thresholds, by slopes that it learns",
     .past = srelu_past, .options = srelu_options, .arguments = arguments,
     .self_size = sizeof(struct learnt), .arguments_size = sizeof(nwt_one_tensor),
     .weights = srelu_weights, .work = NWT_WORK_ELEMENTWISE, .flops = 8);
