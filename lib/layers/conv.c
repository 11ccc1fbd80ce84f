/* Conv1D, Conv2D and Conv3D. */
#include "core/builtin.h"
#include "layers/adaptation.h"
#include "core/products.h"
#include "layers/past.h"

struct conv {
    struct nwti_window window;
    int64_t filters;
    int64_t groups;
    int64_t lora_rank;
    const char *activation;
    int32_t use_bias;
};

static int32_t conv_make(nwt_op *op, void *self)
{
    const struct conv *conv = self;

    if (conv->filters % conv->groups != 0) {
        return NWT_FAIL(op, "filters {} is not divisible by groups {}", conv->filters,
                        conv->groups);
    }
    if (nwti_lora_check(op, conv->lora_rank, "kernel_constraint")) {
        return 1;
    }
    return nwti_window_check(op, &conv->window);
}

static int32_t conv_weights(nwt_op *op, const void *self)
{
    const struct conv *conv = self;
    int64_t channels = nwti_channels(op, conv->window.data_format);
    nwt_axis inputs = {conv->groups > 1 ? "input channels per group" : "input channels",
                       channels < 0 ? -1 : channels / conv->groups};
    int32_t has_lora = conv->lora_rank > 0;

    if (nwti_window_check_rank(op, &conv->window)) {
        return 1;
    }
    if (channels >= 0 && channels % conv->groups != 0) {
        return NWT_FAIL(op, "the input's {} channels are not divisible by groups {}", channels,
                        conv->groups);
    }
    WINDOW_WEIGHT_WITH(op, "kernel", &conv->window, has_lora ? NWT_WEIGHT_FROZEN : 0, 0, inputs,
                       {"filters", conv->filters});
    if (conv->use_bias) {
        NWT_WEIGHT(op, "bias", {"filters", conv->filters});
    }
    if (has_lora) {
        WINDOW_WEIGHT_WITH(op, "lora_kernel_a", &conv->window, 0, NWT_DTYPE_FLOAT32, inputs,
                           {"lora rank", conv->lora_rank});
        NWT_WEIGHT_WITH(op, "lora_kernel_b", 0, NWT_DTYPE_FLOAT32, {"lora rank", conv->lora_rank},
                        {"filters", conv->filters});
    }
    return 0;
}

static int32_t conv_shape(nwt_op *op, const void *self)
{
    const struct conv *conv = self;

    struct nwti_grid out = nwti_window_grid(op, &conv->window, conv->filters);
    int64_t channels = nwti_channels(op, conv->window.data_format);
    const nwt_axis axes[] = {{conv->groups > 1 ? "input channels per group" : "input channels",
                              channels < 0 ? -1 : channels / conv->groups, NWT_AXIS_JOINED},
                             {"filters", conv->filters, NWT_AXIS_JOINED}};

    nwti_window_products(op, &conv->window, &out, 2, axes);
    return nwti_conv_output(op, &out, conv->use_bias, conv->activation);
}

static const nwt_past conv1d_past[] = {
    NWT_PAST_CLASS("AtrousConvolution1D AtrousConv1D", 0, 20000),
    NWT_PAST_NAME("Conv1D Convolution1D", "convolution1d", 0, 20000),
    NWT_PAST_NAME("AtrousConv1D", "atrousconvolution1d", 0, 20000),
    NWT_PAST_POSITIONS("Conv1D Convolution1D",
                       "nb_filter filter_length init activation weights border_mode "
                       "subsample_length" PAST_TAIL " input_dim input_length",
                       0, 20000),
    NWT_PAST_POSITIONS("AtrousConvolution1D AtrousConv1D",
                       "nb_filter filter_length init activation weights border_mode "
                       "subsample_length atrous_rate" PAST_TAIL,
                       0, 20000),
    PAST_STEPS,
    PAST_SIZE_1,
    PAST_CONV,
    NWT_PAST_END};
static const nwt_past conv2d_past[] = {
    NWT_PAST_CLASS("AtrousConvolution2D AtrousConv2D", 0, 20000),
    NWT_PAST_NAME("Conv2D Convolution2D", "convolution2d", 0, 20000),
    NWT_PAST_NAME("AtrousConv2D", "atrousconvolution2d", 0, 20000),
    NWT_PAST_POSITIONS("Conv2D Convolution2D",
                       "nb_filter nb_row nb_col init activation weights border_mode subsample "
                       "dim_ordering" PAST_TAIL,
                       0, 20000),
    NWT_PAST_POSITIONS("AtrousConvolution2D AtrousConv2D",
                       "nb_filter nb_row nb_col init activation weights border_mode subsample "
                       "atrous_rate dim_ordering" PAST_TAIL,
                       0, 20000),
    PAST_SIZE_2,
    PAST_CONV,
    NWT_PAST_END};
static const nwt_past conv3d_past[] = {
    NWT_PAST_NAME("Conv3D Convolution3D", "convolution3d", 0, 20000),
    NWT_PAST_POSITIONS("Conv3D Convolution3D",
                       "nb_filter kernel_dim1 kernel_dim2 kernel_dim3 init activation weights "
                       "border_mode subsample dim_ordering" PAST_TAIL,
                       0, 20000),
    PAST_SIZE_3, PAST_CONV, NWT_PAST_END};

#define CONV(n, ones, paddings)                                                                    \
    static const nwt_option conv##n##d_options[] = {                                               \
        NWT_OPTION_INT(struct conv, filters, NULL, 1, INT64_MAX, "number of output channels"),     \
        WINDOW_SIZE(struct conv, "kernel_size", n, NULL, "lengths of the kernel"),                 \
        WINDOW_STRIDES(struct conv, n, ones),                                                      \
        WINDOW_PADDING(struct conv, paddings),                                                     \
        WINDOW_DATA_FORMAT(struct conv),                                                           \
        WINDOW_DILATION(struct conv, n, ones),                                                     \
        NWT_OPTION_INT(struct conv, groups, "1", 1, INT64_MAX,                                     \
                       "groups of channels that are convolved apart"),                             \
        NWT_OPTION_FUNCTION(struct conv, activation, "None", "function applied to the output"),    \
        NWT_OPTION_BOOL(struct conv, use_bias, "True", "add a bias to each filter"),               \
        NWT_OPTIONS_OF_KERNEL_AND_BIAS("kernel", "the kernel", "the bias"),                        \
        LORA_OPTIONS(struct conv),                                                                 \
        NWT_OPTION_END};                                                                           \
    NWT_ONE_TENSOR(conv##n##d_arguments, 0, NWT_MAX_RANK, "tensor with one axis of channels");     \
    KIND(conv##n##d, "Conv" #n "D", .aliases = "Convolution" #n "D",                               \
         .about = "slides kernels over the input and adds a bias", .options = conv##n##d_options,  \
         .past = conv##n##d_past, .arguments = conv##n##d_arguments,                               \
         .self_size = sizeof(struct conv), .arguments_size = sizeof(nwt_one_tensor),               \
         .make = conv_make, .weights = conv_weights, .shape = conv_shape, .work = NWT_WORK_STATED, \
         .remark = "Each filter spans all input channels, or those of its group. The size of "     \
                   "the image changes no count, nor do strides and padding: the same kernel "      \
                   "slides over all of it.")

CONV(1, "1", nwti_paddings_1d);
CONV(2, "(1, 1)", nwti_paddings);
CONV(3, "(1, 1, 1)", nwti_paddings);

CONSTRUCTOR_INTS(nwt_conv1d, conv1d, filters, kernel_size)
CONSTRUCTOR_INTS(nwt_conv2d, conv2d, filters, kernel_size)
CONSTRUCTOR_INTS(nwt_conv3d, conv3d, filters, kernel_size)
