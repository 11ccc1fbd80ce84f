/* Conv1DTranspose, Conv2DTranspose and Conv3DTranspose. */
#include "core/builtin.h"
#include "core/products.h"
#include "layers/past.h"
#include "support/checked.h"

struct conv_transpose {
    struct nwti_window window;
    int64_t filters;
    int64_t output_padding[NWTI_MAX_SPATIAL];
    const char *activation;
    int32_t use_bias;
};

static int32_t conv_transpose_make(nwt_op *op, void *self)
{
    const struct conv_transpose *conv = self;
    const int64_t *strides = conv->window.strides;

    for (int32_t i = 0; i < NWTI_MAX_SPATIAL && strides[i] > 0; i++) {
        if (conv->output_padding[i] >= strides[i]) {
            return NWT_FAIL(op, "output_padding {} must be less than strides {}",
                            conv->output_padding[i], strides[i]);
        }
    }
    return nwti_window_check(op, &conv->window);
}

static int32_t conv_transpose_weights(nwt_op *op, const void *self)
{
    const struct conv_transpose *conv = self;

    WINDOW_WEIGHT(op, "kernel", &conv->window, {"filters", conv->filters},
                  {"input channels", nwti_channels(op, conv->window.data_format)});
    return conv->use_bias ? NWT_WEIGHT(op, "bias", {"filters", conv->filters}) : 0;
}

/* What an axis has beyond input x stride: Keras's compute_conv_transpose_output_shape. */
static int64_t surplus(const struct conv_transpose *conv, int32_t i)
{
    const struct nwti_window *window = &conv->window;
    int64_t stride = window->strides[i];
    int64_t span = (window->size[i] - 1) * window->dilation_rate[i] + 1;
    int64_t output_padding = conv->output_padding[i];

    if (output_padding == NWT_NONE_INT) {
        return window->padding == NWTI_PAD_VALID && span > stride ? span - stride : 0;
    }
    return (window->padding == NWTI_PAD_VALID ? span : span % 2) + output_padding - stride;
}

static int64_t spread(nwt_op *op, const struct conv_transpose *conv, int32_t i, int64_t dim,
                      int32_t axis)
{
    int64_t more = surplus(conv, i);
    int64_t result;

    if (dim < 0) {
        return -1;
    }
    if (!nwti_multiply(dim, conv->window.strides[i], &result) ||
        (more > 0 && result > INT64_MAX - more) || result < -more) {
        NWT_FAIL(op, "the output's length on axis {}, {} x strides {} + {}, is impossible", axis,
                 dim, conv->window.strides[i], more);
        return -1;
    }
    return result + more;
}

/* What 'same' cuts off the front of an axis: Keras's padding for jax. */
static int64_t cropped(const struct conv_transpose *conv, int32_t i)
{
    const struct nwti_window *window = &conv->window;
    int64_t span = (window->size[i] - 1) * window->dilation_rate[i] + 1;
    int64_t padding = conv->output_padding[i] == NWT_NONE_INT
                          ? window->strides[i] + span - 2
                          : span + span % 2 - 2 + conv->output_padding[i];
    int64_t left = padding / 2 + padding % 2;

    return window->padding == NWTI_PAD_VALID || left > span - 1 ? 0 : span - 1 - left;
}

/* Each position of the input meets the whole kernel; what falls outside the output is not valid. */
static void conv_transpose_work(nwt_op *op, const struct conv_transpose *conv,
                                const struct nwti_grid *in, const struct nwti_grid *out)
{
    const nwt_axis axes[] = {{"input channels", in->dims[in->channels], NWT_AXIS_JOINED},
                             {"filters", conv->filters, NWT_AXIS_JOINED}};
    int64_t valid = 1;

    for (int32_t i = 0; i < in->count && valid >= 0 && nwti_op_is_accounted(op); i++) {
        int64_t from = in->dims[in->first + i], to = out->dims[out->first + i];
        int64_t pairs = from < 0 || to < 0
                            ? -1
                            : nwti_pairs(from, conv->window.strides[i], conv->window.size[i],
                                         conv->window.dilation_rate[i], cropped(conv, i), to);

        valid = pairs >= 0 && nwti_multiply(valid, pairs, &valid) ? valid : -1;
    }
    nwti_grid_products(op, &conv->window, in, valid, 2, axes);
}

static int32_t conv_transpose_shape(nwt_op *op, const void *self)
{
    const struct conv_transpose *conv = self;
    struct nwti_grid grid = nwti_grid_of(op, conv->window.data_format);
    struct nwti_grid in = grid;

    for (int32_t i = 0; i < grid.count; i++) {
        int32_t axis = grid.first + i;

        grid.dims[axis] = spread(op, conv, i, grid.dims[axis], axis);
    }
    grid.dims[grid.channels] = conv->filters;
    conv_transpose_work(op, conv, &in, &grid);
    return nwti_conv_output(op, &grid, conv->use_bias, conv->activation);
}

#define OUTPUT_PADDING(n)                                                              \
    SPATIAL_ROW(struct conv_transpose, "output_padding", output_padding, n, "None", 0, \
                "what to add to the output's end, less than strides")
static const nwt_past conv1d_transpose_past[] = {PAST_NO_GROUPS, NWT_PAST_END};
/* Keras 1 was told the output's shape: that is a kind of its own. */
static const nwt_past conv2d_transpose_past[] = {
    NWT_PAST_CLASS("Deconvolution2D Deconv2D", 20000, 30000),
    NWT_PAST_DROPPED("output_shape", 30000),
    PAST_NO_GROUPS,
    PAST_SIZE_2,
    PAST_CONV,
    NWT_PAST_END};
static const nwt_past conv3d_transpose_past[] = {
    NWT_PAST_CLASS("Deconvolution3D Deconv3D", 0, 30000), PAST_NO_GROUPS, PAST_SIZE_3, PAST_CONV,
    NWT_PAST_END};

/* Keras's Conv3DTranspose has data_format before output_padding. */
#define CONV_TRANSPOSE(n, ones, fifth, sixth)                                                      \
    static const nwt_option conv##n##d_transpose_options[] = {                                     \
        NWT_OPTION_INT(struct conv_transpose, filters, NULL, 1, INT64_MAX,                         \
                       "number of output channels"),                                               \
        WINDOW_SIZE(struct conv_transpose, "kernel_size", n, NULL, "lengths of the kernel"),       \
        WINDOW_STRIDES(struct conv_transpose, n, ones),                                            \
        WINDOW_PADDING(struct conv_transpose, nwti_paddings),                                      \
        fifth,                                                                                     \
        sixth,                                                                                     \
        WINDOW_DILATION(struct conv_transpose, n, ones),                                           \
        NWT_OPTION_FUNCTION(struct conv_transpose, activation, "None",                             \
                            "function applied to the output"),                                     \
        NWT_OPTION_BOOL(struct conv_transpose, use_bias, "True", "add a bias to each filter"),     \
        NWT_OPTIONS_OF_KERNEL_AND_BIAS("kernel", "the kernel", "the bias"),                        \
        NWT_OPTION_END};                                                                           \
    NWT_ONE_TENSOR(conv##n##d_transpose_arguments, n + 2, n + 2,                                   \
                   "tensor with one axis of channels");                                            \
    KIND(conv##n##d_transpose, "Conv" #n "DTranspose", .aliases = "Convolution" #n "DTranspose",   \
         .about = "spreads the input by kernels, as a convolution backwards, and adds a bias",     \
         .past = conv##n##d_transpose_past, .options = conv##n##d_transpose_options,               \
         .arguments = conv##n##d_transpose_arguments, .self_size = sizeof(struct conv_transpose),  \
         .arguments_size = sizeof(nwt_one_tensor), .make = conv_transpose_make,                    \
         .weights = conv_transpose_weights, .shape = conv_transpose_shape,                         \
         .work = NWT_WORK_STATED,                                                                  \
         .remark = "It counts as a convolution does; only the kernel's last two axes stand "       \
                   "the other way round. The size of the image changes no count. Its work is the " \
                   "kernel at each position of the input, not of the output.")

CONV_TRANSPOSE(1, "1", OUTPUT_PADDING(1), WINDOW_DATA_FORMAT(struct conv_transpose));
CONV_TRANSPOSE(2, "(1, 1)", OUTPUT_PADDING(2), WINDOW_DATA_FORMAT(struct conv_transpose));
CONV_TRANSPOSE(3, "(1, 1, 1)", WINDOW_DATA_FORMAT(struct conv_transpose), OUTPUT_PADDING(3));

CONSTRUCTOR_INTS(nwt_conv2d_transpose, conv2d_transpose, filters, kernel_size)
