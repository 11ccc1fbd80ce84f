/* Convolutions and pooling: windows that slide, their kernels among the operands. */
#include "core/products.h"
#include "ops/operand.h"

#include "core/window.h"
#include "support/checked.h"
#include "support/text.h"

#include <string.h>

/* Sizes of windows as Keras's operations take them: a number, or one for each axis. */
struct slide {
    nwt_ints size;
    nwt_ints strides;
    nwt_ints dilation_rate;
    nwt_ints output_padding;
    int32_t padding;
    int32_t data_format;
};

#define SLIDE_INTS(key, field, fallback, low, help)                  \
    {                                                                \
        key, fallback, help, NULL, low, INT32_MAX, NWT_TYPE_INTS, 0, \
            (int32_t)offsetof(struct slide, field), 1                \
    }
#define STRIDES(fallback) \
    SLIDE_INTS("strides", strides, fallback, 1, "steps of the window along each axis")
#define PADDING                                                                                  \
    {                                                                                            \
        "padding", "'valid'", "pad the input ('same') or not ('valid')", nwti_paddings_1d, 0, 0, \
            NWT_TYPE_CHOICE, 0, (int32_t)offsetof(struct slide, padding), 1                      \
    }
#define FORMAT DATA_FORMAT_ROW(struct slide, data_format)
#define DILATION                                       \
    SLIDE_INTS("dilation_rate", dilation_rate, "1", 1, \
               "distance between the kernel's elements along each axis")

/* The value for spatial axis i of `count`; `otherwise` if none is given. -1 after an error. */
static int64_t value_at(nwt_op *op, const char *what, const nwt_ints *values, int32_t i,
                        int32_t count, int64_t otherwise)
{
    if (values->items == NULL) {
        return otherwise;
    }
    if (values->count != 1 && values->count != count) {
        char text[128];

        nwti_format(text, sizeof text, "%s has {} values, the input {} spatial axes", what);
        NWT_FAIL(op, text, values->count, count);
        return -1;
    }
    return values->items[values->count == 1 ? 0 : i];
}

/* How often a window of `size` fits; -1: None, or an error. */
static int64_t fit(nwt_op *op, const struct slide *slide, int64_t dim, int64_t size, int64_t stride,
                   int64_t dilation_rate)
{
    int64_t span;

    if (dim < 0 || stride < 1 || dilation_rate < 1) {
        return -1;
    }
    if (slide->padding != NWTI_PAD_VALID) {
        return dim > 0 ? (dim - 1) / stride + 1 : 0;
    }
    if (size < 1 || !nwti_multiply(size - 1, dilation_rate, &span) || span >= dim) {
        NWT_FAIL(op, "a window of {} does not fit into the input's {}", size, dim);
        return -1;
    }
    return (dim - span - 1) / stride + 1;
}

/* Writes the spatial axes of `x` as a window of the sizes `kernel` leaves them. */
static void slide_over(nwt_op *op, const struct slide *slide, nwti_operand *x,
                       const int64_t *kernel)
{
    int32_t count = x->rank - 2, first = slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1;

    for (int32_t i = 0; i < count && !nwt_op_ended(op); i++) {
        int64_t stride = value_at(op, "strides", &slide->strides, i, count, kernel[i]);
        int64_t dilation_rate = value_at(op, "dilation_rate", &slide->dilation_rate, i, count, 1);

        x->dims[first + i] = fit(op, slide, x->dims[first + i], kernel[i], stride, dilation_rate);
    }
}

static int64_t *channels_of(const struct slide *slide, nwti_operand *x)
{
    return &x->dims[slide->data_format == NWTI_CHANNELS_FIRST ? 1 : x->rank - 1];
}

/* Input and kernel, whose axes are the spatial ones and two of channels; the input's channels are
   those that the kernel has on axis `inner` from its end. */
static int32_t read_kernel(nwt_op *op, const struct slide *slide, nwti_operand *x,
                           nwti_operand *kernel, int32_t inner)
{
    int64_t channels;
    int64_t taken;

    if (!nwti_operand_of(op, 0, x) || !nwti_operand_of(op, 1, kernel)) {
        nwt_op_output_unknown(op);
        return 0;
    }
    if (x->rank < inner + 1 || kernel->rank < x->rank || (inner == 2 && kernel->rank > x->rank)) {
        NWT_FAIL(op, "the kernel has {} axes, the input {}; both need as many, at least 3",
                 kernel->rank, x->rank);
        return 0;
    }
    channels = *channels_of(slide, x);
    taken = kernel->dims[kernel->rank - inner];
    if (channels >= 0 && taken >= 0 && channels != taken) {
        NWT_FAIL(op, "the input has {} channels, the kernel is for {}", channels, taken);
        return 0;
    }
    return 1;
}

/* Of one sample and filter, the products of a kernel from `x` to `y` that meet no padding; -1: not
   known. */
static int64_t valid_pairs(nwt_op *op, const struct slide *slide, const nwti_operand *x,
                           const nwti_operand *y, const nwti_operand *kernel)
{
    int32_t count = x->rank - 2, first = slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1;
    int64_t valid = 1;

    for (int32_t i = 0; i < count && valid >= 0; i++) {
        int64_t stride = value_at(op, "strides", &slide->strides, i, count, 1);
        int64_t rate = value_at(op, "dilation_rate", &slide->dilation_rate, i, count, 1);
        int64_t length = x->dims[first + i], out = y->dims[first + i], before = 0, pairs;

        if (length < 0 || out < 0 || stride < 1 || rate < 1 || kernel->dims[i] < 1) {
            return -1;
        }
        if (slide->padding == NWTI_PAD_SAME && out > 0) {
            before = ((out - 1) * stride + (kernel->dims[i] - 1) * rate + 1 - length) / 2;
        }
        pairs = slide->padding == NWTI_PAD_SAME ? nwti_pairs(out, stride, kernel->dims[i], rate,
                                                             before > 0 ? before : 0, length)
                : nwti_multiply(out, kernel->dims[i], &pairs) ? pairs
                                                              : -1;
        valid = pairs >= 0 && nwti_multiply(valid, pairs, &valid) ? valid : -1;
    }
    return valid;
}

/* Products of a kernel at each position of the output, for each filter. */
static void kernel_macs(nwt_op *op, const struct slide *slide, const nwti_operand *x,
                        const nwti_operand *y, const nwti_operand *kernel, int64_t channels)
{
    int64_t filters = y->dims[slide->data_format == NWTI_CHANNELS_FIRST ? 1 : y->rank - 1];
    int64_t factors[] = {-1, channels, filters, y->dims[0]}, valid;
    const nwt_axis axes[] = {
        {"outputs", nwti_elements(y->rank, y->dims), 0, 0},
        {"kernel elements", nwti_elements(kernel->rank - 2, kernel->dims), 0, 0},
        {"channels", channels, 0, 0}};

    if (nwti_op_is_accounted(op) && !nwt_op_ended(op)) {
        factors[0] = valid_pairs(op, slide, x, y, kernel);
        valid = nwti_elements(4, factors);
        nwti_op_products(op, 3, axes, valid);
    }
}

static int32_t conv_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    nwti_operand y;
    nwti_operand kernel;

    if (!read_kernel(op, self, &x, &kernel, 2)) {
        return 0;
    }
    y = x;
    slide_over(op, self, &y, kernel.dims);
    *channels_of(self, &y) = kernel.dims[kernel.rank - 1];
    kernel_macs(op, self, &x, &y, &kernel, kernel.dims[kernel.rank - 2]);
    return nwti_operand_output(op, &y, NWTI_AS_IS);
}

/* The output of a kernel of its own for each channel. */
static int32_t depthwise(nwt_op *op, const struct slide *slide, nwti_operand *x)
{
    nwti_operand kernel;
    nwti_operand before;

    if (!read_kernel(op, slide, x, &kernel, 2)) {
        return 0;
    }
    before = *x;
    slide_over(op, slide, x, kernel.dims);
    *channels_of(slide, x) = nwti_dim_times(op, kernel.dims[kernel.rank - 1],
                                            kernel.dims[kernel.rank - 2]);
    kernel_macs(op, slide, &before, x, &kernel, 1);
    return 1;
}

static int32_t depthwise_conv_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    return depthwise(op, self, &x) ? nwti_operand_output(op, &x, NWTI_AS_IS) : 0;
}

static int32_t separable_conv_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    nwti_operand kernel;
    int64_t channels;

    if (!depthwise(op, self, &x)) {
        return 0;
    }
    if (!nwti_operand_of(op, 2, &kernel)) {
        return nwt_op_output_unknown(op);
    }
    if (kernel.rank < 1) {
        return NWT_FAIL(op, "pointwise_kernel must have axes, the last one of channels", 0);
    }
    channels = *channels_of(self, &x);
    *channels_of(self, &x) = kernel.dims[kernel.rank - 1];
    NWT_MACS(op, {"outputs", nwti_elements(x.rank, x.dims)}, {"channels", channels});
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* Keras's _get_output_shape_given_tf_padding. */
static int64_t spread(nwt_op *op, const struct slide *slide, int32_t i, int32_t count, int64_t dim,
                      int64_t size)
{
    int64_t stride = value_at(op, "strides", &slide->strides, i, count, 1);
    int64_t rate = value_at(op, "dilation_rate", &slide->dilation_rate, i, count, 1);
    int64_t more = value_at(op, "output_padding", &slide->output_padding, i, count, NWT_NONE_INT);
    int64_t span = (size - 1) * rate + 1;
    int32_t is_valid = slide->padding == NWTI_PAD_VALID;

    dim = nwti_dim_times(op, dim, stride);
    if (dim < 0) {
        return -1;
    }
    if (more == NWT_NONE_INT) {
        more = is_valid && span > stride ? span - stride : 0;
    } else {
        more += (is_valid ? span : span % 2) - stride;
    }
    if (dim < -more || (more > 0 && dim > INT64_MAX - more)) {
        NWT_FAIL(op, "an axis of its output, {} + {}, is impossible", dim, more);
        return -1;
    }
    return dim + more;
}

static int32_t conv_transpose_shape(nwt_op *op, const void *self)
{
    const struct slide *slide = self;
    nwti_operand x;
    nwti_operand kernel;
    int32_t first = slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1;
    int64_t inputs;

    if (!read_kernel(op, self, &x, &kernel, 1)) {
        return 0;
    }
    inputs = nwti_elements(x.rank, x.dims);
    for (int32_t i = 0; i < x.rank - 2; i++) {
        if (kernel.dims[i] < 1 || kernel.dims[i] > INT32_MAX) {
            return NWT_FAIL(op, "the kernel's size {} must be from 1 to {}", kernel.dims[i],
                            INT32_MAX);
        }
        x.dims[first + i] = spread(op, slide, i, x.rank - 2, x.dims[first + i], kernel.dims[i]);
    }
    *channels_of(slide, &x) = kernel.dims[kernel.rank - 2];
    NWT_MACS(op, {"inputs", inputs},
             {"kernel elements", nwti_elements(kernel.rank - 1, kernel.dims)});
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int64_t widest(const struct slide *slide)
{
    int64_t strides = slide->strides.items != NULL ? slide->strides.count : 0;

    return strides > slide->size.count ? strides : slide->size.count;
}

static int32_t pool_shape(nwt_op *op, const void *self)
{
    const struct slide *slide = self;
    nwti_operand x;
    int64_t size[NWT_MAX_RANK];

    nwti_unary_read(op, &x);
    if (x.rank == 0 || (x.rank == 1 && slide->data_format == NWTI_CHANNELS_FIRST)) {
        return NWT_FAIL(op, "its input has {} axes; it needs batch and channels", x.rank);
    }
    /* A window of several axes makes as many of the input's one. */
    for (int64_t i = 1; x.rank > 2 && (x.rank == 3 || i > 1) && i < widest(slide); i++) {
        if (x.dims[slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1] < 0) {
            return NWT_FAIL(op, "pool_size has {} values for an axis that is None", i + 1);
        }
        nwti_operand_insert(op, &x, slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1,
                            x.dims[slide->data_format == NWTI_CHANNELS_FIRST ? 2 : 1]);
    }
    if (x.rank == 1) { /* which Keras takes for both */
        nwti_operand_insert(op, &x, 1, x.dims[0]);
    }
    for (int32_t i = 0; i < x.rank - 2; i++) {
        size[i] = value_at(op, "pool_size", &slide->size, i, x.rank - 2, 1);
    }
    slide_over(op, slide, &x, size);
    size[x.rank - 2] = nwti_elements(x.rank, x.dims);
    nwt_op_flops(op, 1, x.rank - 1, size);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* As Keras has it: with the channels last, as many axes as there are sizes go before the last. */
static int32_t adaptive_pool_shape(nwt_op *op, const void *self)
{
    const struct slide *slide = self;
    int32_t count = (int32_t)slide->size.count, kept;
    nwti_operand x;
    nwti_operand y;

    nwti_unary_read(op, &x);
    if (x.rank < 3 || slide->size.count > x.rank) {
        return NWT_FAIL(op, "output_size has {} values, its input {} axes", slide->size.count,
                        x.rank);
    }
    y = x;
    kept = slide->data_format == NWTI_CHANNELS_FIRST ? 2 : x.rank - count;
    y.rank = kept;
    for (int32_t i = 0; i < count; i++) {
        nwti_operand_insert(op, &y, y.rank, slide->size.items[i]);
    }
    if (slide->data_format != NWTI_CHANNELS_FIRST) {
        nwti_operand_insert(op, &y, y.rank, x.dims[x.rank - 1]);
    }
    return nwti_operand_output(op, &y, NWTI_AS_IS);
}

static const nwt_option conv_options[] = {STRIDES("1"), PADDING, FORMAT, DILATION, NWT_OPTION_END};
static const nwt_option transpose_options[] = {
    STRIDES("1"),
    PADDING,
    SLIDE_INTS("output_padding", output_padding, "None", 0, "elements added at the end"),
    FORMAT,
    DILATION,
    NWT_OPTION_END};
static const nwt_option pool_options[] = {
    SLIDE_INTS("pool_size", size, NULL, 1, "size of the window"), STRIDES("None"), PADDING, FORMAT,
    NWT_OPTION_END};
static const nwt_option adaptive_options[] = {
    SLIDE_INTS("output_size", size, NULL, 0, "spatial axes of the output"), FORMAT, NWT_OPTION_END};
static const nwt_option inputs[] = {NWTI_INPUT("inputs", "(batch, ..., channels)"), NWT_OPTION_END};
static const nwt_option with_kernel[] = {NWTI_OPERAND_AT(0, "inputs", "(batch, ..., channels)"),
                                         NWTI_OPERAND_AT(1, "kernel", "what slides over it"),
                                         NWT_OPTION_END};
static const nwt_option with_kernels[] = {
    NWTI_OPERAND_AT(0, "inputs", "(batch, ..., channels)"),
    NWTI_OPERAND_AT(1, "depthwise_kernel", "what slides over each channel"),
    NWTI_OPERAND_AT(2, "pointwise_kernel", "what joins the channels"), NWT_OPTION_END};

#define SLIDE(symbol, name, words, table, rows, callback, cost) \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct slide), rows, callback, cost)

SLIDE(adaptive_average_pool, "AdaptiveAveragePool", "takes means to a given size", adaptive_options,
      inputs, adaptive_pool_shape, NWT_WORK_UNCOUNTED);
SLIDE(adaptive_max_pool, "AdaptiveMaxPool", "takes the largest to a given size", adaptive_options,
      inputs, adaptive_pool_shape, NWT_WORK_UNCOUNTED);
SLIDE(average_pool, "AveragePool", "takes the mean of each window", pool_options, inputs,
      pool_shape, NWT_WORK_FLOPS);
SLIDE(conv, "Conv", "slides kernels over its input", conv_options, with_kernel, conv_shape,
      NWT_WORK_STATED);
SLIDE(conv_transpose, "ConvTranspose", "spreads its input by kernels", transpose_options,
      with_kernel, conv_transpose_shape, NWT_WORK_STATED);
SLIDE(depthwise_conv, "DepthwiseConv", "slides kernels over each channel", conv_options,
      with_kernel, depthwise_conv_shape, NWT_WORK_STATED);
SLIDE(max_pool, "MaxPool", "takes the largest of each window", pool_options, inputs, pool_shape,
      NWT_WORK_FLOPS);
SLIDE(separable_conv, "SeparableConv", "slides kernels over each channel, then joins them",
      conv_options, with_kernels, separable_conv_shape, NWT_WORK_STATED);
