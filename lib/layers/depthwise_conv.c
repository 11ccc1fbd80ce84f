/* DepthwiseConv1D and 2D, SeparableConv1D and 2D. */
#include "core/builtin.h"
#include "core/products.h"
#include "layers/past.h"
#include "support/checked.h"

struct depthwise {
    struct nwti_window window;
    int64_t filters; /* of the pointwise convolution */
    int64_t depth_multiplier;
    const char *activation;
    int32_t use_bias;
};

static int32_t depthwise_weights(nwt_op *op, const void *self)
{
    const struct depthwise *conv = self;
    int64_t channels = nwti_channels(op, conv->window.data_format);

    WINDOW_WEIGHT(op, "kernel", &conv->window, {"input channels", channels},
                  {"depth multiplier", conv->depth_multiplier});
    if (!conv->use_bias) {
        return 0;
    }
    return NWT_WEIGHT(op, "bias", {"input channels", channels},
                      {"depth multiplier", conv->depth_multiplier, NWT_AXIS_JOINED});
}

static int32_t depthwise_shape(nwt_op *op, const void *self)
{
    const struct depthwise *conv = self;
    int64_t channels = nwti_channels(op, conv->window.data_format);

    const nwt_axis axes[] = {{"input channels", channels, NWT_AXIS_JOINED},
                             {"depth multiplier", conv->depth_multiplier, NWT_AXIS_JOINED}};
    struct nwti_grid out;

    if (channels >= 0 && !nwti_multiply(channels, conv->depth_multiplier, &channels)) {
        return NWT_FAIL(op, "depth_multiplier {} x {} input channels are too many",
                        conv->depth_multiplier, channels);
    }
    out = nwti_blocked_grid(op, &conv->window, channels);
    nwti_window_products(op, &conv->window, &out, 2, axes);
    return nwti_conv_output(op, &out, conv->use_bias, conv->activation);
}

/* In Keras 2 one axis could be padded at its beginning alone. */
static int32_t separable_make(nwt_op *op, void *self)
{
    const struct depthwise *conv = self;

    if (conv->window.padding == NWTI_PAD_CAUSAL && !nwti_op_is_before_3(op)) {
        return nwt_op_fail(op, "padding must be one of 'valid', 'same', not 'causal'", 0, NULL);
    }
    return 0;
}

static int32_t separable_weights(nwt_op *op, const void *self)
{
    static const struct nwti_window point = {.size = {1, 1, 1}};
    const struct depthwise *conv = self;
    int64_t channels = nwti_channels(op, conv->window.data_format);

    WINDOW_WEIGHT(op, "depthwise_kernel", &conv->window, {"input channels", channels},
                  {"depth multiplier", conv->depth_multiplier});
    WINDOW_WEIGHT(op, "pointwise_kernel", &point, {"input channels", channels},
                  {"depth multiplier", conv->depth_multiplier, NWT_AXIS_JOINED},
                  {"filters", conv->filters});
    return conv->use_bias ? NWT_WEIGHT(op, "bias", {"filters", conv->filters}) : 0;
}

static int32_t separable_shape(nwt_op *op, const void *self)
{
    const struct depthwise *conv = self;

    int64_t channels = nwti_channels(op, conv->window.data_format);
    const nwt_axis axes[] = {{"input channels", channels, NWT_AXIS_JOINED},
                             {"depth multiplier", conv->depth_multiplier, NWT_AXIS_JOINED}};
    const nwt_axis mixing[] = {{"input channels", channels},
                               {"depth multiplier", conv->depth_multiplier, NWT_AXIS_JOINED},
                               {"filters", conv->filters, NWT_AXIS_JOINED}};
    struct nwti_grid out = nwti_blocked_grid(op, &conv->window, conv->filters);

    /* The stride is in the first step: the second mixes channels at what is left. */
    nwti_window_products(op, &conv->window, &out, 2, axes);
    nwti_point_products(op, &out, 3, mixing);
    return nwti_conv_output(op, &out, conv->use_bias, conv->activation);
}

#define DEPTH_MULTIPLIER                                                  \
    NWT_OPTION_INT(struct depthwise, depth_multiplier, "1", 1, INT64_MAX, \
                   "channels that the depthwise convolution makes of each input channel")

static const nwt_past depthwise_past[] = {PAST_NO_GROUPS, PAST_NO_KERNEL, PAST_BIAS, NWT_PAST_END};
static const nwt_past separable_conv1d_past[] = {PAST_STEPS,  PAST_NO_GROUPS, PAST_NO_KERNEL,
                                                 PAST_SIZE_1, PAST_FILTERS,   NWT_PAST_END};
static const nwt_past separable_conv2d_past[] = {
    NWT_PAST_NAME("SeparableConv2D SeparableConvolution2D", "separableconvolution2d", 0, 20000),
    NWT_PAST_POSITIONS("SeparableConv2D SeparableConvolution2D",
                       "nb_filter nb_row nb_col init activation weights border_mode subsample "
                       "depth_multiplier dim_ordering depthwise_regularizer pointwise_regularizer "
                       "b_regularizer activity_regularizer depthwise_constraint "
                       "pointwise_constraint b_constraint bias",
                       0, 20000),
    PAST_NO_GROUPS,
    PAST_NO_KERNEL,
    PAST_SIZE_2,
    PAST_FILTERS,
    NWT_PAST_END};

#define DEPTHWISE(n, ones)                                                                        \
    static const nwt_option depthwise_conv##n##d_options[] = {                                    \
        WINDOW_SIZE(struct depthwise, "kernel_size", n, NULL, "lengths of the kernel"),           \
        WINDOW_STRIDES(struct depthwise, n, ones),                                                \
        WINDOW_PADDING(struct depthwise, nwti_paddings),                                          \
        DEPTH_MULTIPLIER,                                                                         \
        WINDOW_DATA_FORMAT(struct depthwise),                                                     \
        WINDOW_DILATION(struct depthwise, n, ones),                                               \
        NWT_OPTION_FUNCTION(struct depthwise, activation, "None",                                 \
                            "function applied to the output"),                                    \
        NWT_OPTION_BOOL(struct depthwise, use_bias, "True", "add a bias to each output channel"), \
        NWT_OPTIONS_OF_KERNEL_AND_BIAS("depthwise", "the kernel", "the bias"),                    \
        NWT_OPTION_END};                                                                          \
    NWT_ONE_TENSOR(depthwise_conv##n##d_arguments, n + 2, n + 2,                                  \
                   "tensor with one axis of channels");                                           \
    KIND(depthwise_conv##n##d, "DepthwiseConv" #n "D",                                            \
         .about = "slides kernels over each input channel apart and adds a bias",                 \
         .options = depthwise_conv##n##d_options, .past = depthwise_past,                         \
         .arguments = depthwise_conv##n##d_arguments, .self_size = sizeof(struct depthwise),      \
         .arguments_size = sizeof(nwt_one_tensor), .weights = depthwise_weights,                  \
         .shape = depthwise_shape, .work = NWT_WORK_STATED,                                       \
         .remark = "Each input channel has kernels of its own and channels are not mixed, so "    \
                   "no number of filters stands in the count. The size of the image does not "    \
                   "either.")

#define SEPARABLE(n, ones, paddings)                                                               \
    static const nwt_option separable_conv##n##d_options[] = {                                     \
        NWT_OPTION_INT(struct depthwise, filters, NULL, 1, INT64_MAX,                              \
                       "number of output channels"),                                               \
        WINDOW_SIZE(struct depthwise, "kernel_size", n, NULL, "lengths of the depthwise kernel"),  \
        WINDOW_STRIDES(struct depthwise, n, ones),                                                 \
        WINDOW_PADDING(struct depthwise, paddings),                                                \
        WINDOW_DATA_FORMAT(struct depthwise),                                                      \
        WINDOW_DILATION(struct depthwise, n, ones),                                                \
        DEPTH_MULTIPLIER,                                                                          \
        NWT_OPTION_FUNCTION(struct depthwise, activation, "None",                                  \
                            "function applied to the output"),                                     \
        NWT_OPTION_BOOL(struct depthwise, use_bias, "True", "add a bias to each filter"),          \
        NWT_OPTION_INITIALIZER("depthwise", "the depthwise kernel"),                               \
        NWT_OPTION_INITIALIZER("pointwise", "the pointwise kernel"),                               \
        NWT_OPTION_INITIALIZER("bias", "the bias"),                                                \
        NWT_OPTION_REGULARIZER("depthwise", "the depthwise kernel"),                               \
        NWT_OPTION_REGULARIZER("pointwise", "the pointwise kernel"),                               \
        NWT_OPTION_REGULARIZER("bias", "the bias"),                                                \
        NWT_OPTION_ACTIVITY_REGULARIZER,                                                           \
        NWT_OPTION_CONSTRAINT("depthwise", "the depthwise kernel"),                                \
        NWT_OPTION_CONSTRAINT("pointwise", "the pointwise kernel"),                                \
        NWT_OPTION_CONSTRAINT("bias", "the bias"),                                                 \
        NWT_OPTION_END};                                                                           \
    NWT_ONE_TENSOR(separable_conv##n##d_arguments, n + 2, n + 2,                                   \
                   "tensor with one axis of channels");                                            \
    KIND(separable_conv##n##d, "SeparableConv" #n "D", .aliases = "SeparableConvolution" #n "D",   \
         .about = "slides kernels over each channel apart, then mixes the channels at each point", \
         .past = separable_conv##n##d_past, .options = separable_conv##n##d_options,               \
         .arguments = separable_conv##n##d_arguments, .self_size = sizeof(struct depthwise),       \
         .arguments_size = sizeof(nwt_one_tensor), .make = separable_make,                         \
         .weights = separable_weights, .shape = separable_shape, .work = NWT_WORK_STATED,          \
         .remark = "There is one bias, that of the pointwise step; the depthwise step has "        \
                   "none. The size of the image changes no count.")

DEPTHWISE(1, "1");
DEPTHWISE(2, "(1, 1)");
SEPARABLE(1, "1", nwti_paddings_1d);
SEPARABLE(2, "(1, 1)", nwti_paddings);

CONSTRUCTOR_INT(nwt_depthwise_conv2d, depthwise_conv2d, kernel_size)
CONSTRUCTOR_INTS(nwt_separable_conv2d, separable_conv2d, filters, kernel_size)
