/* LocallyConnected1D and 2D, of Keras 1 and 2, and Deconvolution2D, of Keras 1. */
#include "core/builtin.h"
#include "core/products.h"
#include "layers/past.h"
#include "support/checked.h"

struct local {
    struct nwti_window window;
    int64_t filters;
    int64_t implementation;
    const char *activation;
    int32_t use_bias;
};

/* How far windows reach over an edge, added up: the first by `first`, each next a stride less. */
static int64_t beyond(int64_t first, int64_t stride, int64_t count)
{
    int64_t windows = first > 0 ? (first - 1) / stride + 1 : 0;

    windows = windows < count ? windows : count;
    return windows * first - stride * (windows * (windows - 1) / 2);
}

/* The pairs of an output and an input within its window, along one axis: Keras's conv_kernel_idxs.
   -1: a dim is unknown, or they are too many. */
static int64_t connections(const struct nwti_window *window, int32_t axis, int64_t input,
                           int64_t output)
{
    int64_t size = window->size[axis], stride = window->strides[axis], all, left, right;

    if (output < 0 || !nwti_multiply(output, size, &all)) {
        return -1;
    }
    if (window->padding == NWTI_PAD_VALID || output == 0) {
        return all;
    }
    left = size / 2;
    right = (output - 1) * stride + (size - left) - input;
    return all - beyond(left, stride, output) - beyond(right, stride, output);
}

/* A kernel for each position of the window. Implementation 2 stores every input's weight to every
   output, most of them masked; 3 stores those that are none, in a row. */
static int32_t local_kernel(nwt_op *op, const struct local *local, const struct nwti_grid *out,
                            const struct nwti_grid *in)
{
    int64_t channels = in->dims[in->channels], positions = out->dims[out->first];
    int64_t columns = out->count > 1 ? out->dims[out->first + 1] : 1;
    int64_t second = out->count > 1 ? local->window.size[1] : 1;

    if (local->implementation == 1) {
        return NWT_WEIGHT(
            op, "kernel", {"output rows", positions}, {"output columns", columns, NWT_AXIS_JOINED},
            {"kernel rows", local->window.size[0]}, {"kernel columns", second, NWT_AXIS_JOINED},
            {"input channels", channels, NWT_AXIS_JOINED}, {"filters", local->filters});
    }
    if (local->implementation == 3) {
        return NWT_WEIGHT(
            op, "kernel",
            {"connected rows", connections(&local->window, 0, in->dims[in->first], positions)},
            {"connected columns",
             out->count > 1 ? connections(&local->window, 1, in->dims[in->first + 1], columns) : 1,
             NWT_AXIS_JOINED},
            {"input channels", channels, NWT_AXIS_JOINED},
            {"filters", local->filters, NWT_AXIS_JOINED});
    }
    if (out->count > 1) {
        return local->window.data_format == NWTI_CHANNELS_FIRST
                   ? NWT_WEIGHT(op, "kernel", {"input channels", channels},
                                {"input rows", in->dims[in->first]},
                                {"input columns", in->dims[in->first + 1]},
                                {"filters", local->filters}, {"output rows", positions},
                                {"output columns", columns})
                   : NWT_WEIGHT(op, "kernel", {"input rows", in->dims[in->first]},
                                {"input columns", in->dims[in->first + 1]},
                                {"input channels", channels}, {"output rows", positions},
                                {"output columns", columns}, {"filters", local->filters});
    }
    return local->window.data_format == NWTI_CHANNELS_FIRST
               ? NWT_WEIGHT(op, "kernel", {"input channels", channels},
                            {"input steps", in->dims[in->first]}, {"filters", local->filters},
                            {"output steps", positions})
               : NWT_WEIGHT(op, "kernel", {"input steps", in->dims[in->first]},
                            {"input channels", channels}, {"output steps", positions},
                            {"filters", local->filters});
}

static int32_t local_weights(nwt_op *op, const void *self)
{
    const struct local *local = self;
    struct nwti_grid in, out;

    if (nwt_op_rank(op, 0) < 0) {
        return 0;
    }
    if (local->implementation == 1 && local->window.padding != NWTI_PAD_VALID) {
        return nwt_op_fail(op, "padding 'same' goes with implementation 2 or 3, not 1", 0, NULL);
    }
    in = nwti_grid_of(op, local->window.data_format);
    out = nwti_window_grid(op, &local->window, local->filters);
    if (nwt_op_ended(op)) {
        return 0;
    }
    local_kernel(op, local, &out, &in);
    if (!local->use_bias) {
        return 0;
    }
    if (out.count == 1) {
        return NWT_WEIGHT(op, "bias", {"output steps", out.dims[out.first]},
                          {"filters", local->filters});
    }
    return NWT_WEIGHT(op, "bias", {"output rows", out.dims[out.first]},
                      {"output columns", out.dims[out.first + 1]}, {"filters", local->filters});
}

/* As the kernel is stored, so it is multiplied: by each sample. */
static void local_products(nwt_op *op, const struct local *local, const struct nwti_grid *out,
                           const struct nwti_grid *in)
{
    const nwt_axis axes[] = {{"input channels", in->dims[in->channels], NWT_AXIS_JOINED},
                             {"filters", local->filters, NWT_AXIS_JOINED}};

    if (local->implementation != 2) {
        nwti_window_products(op, &local->window, out, 2, axes);
    } else {
        NWT_MACS(op, {"samples", in->dims[0]},
                 {"inputs", nwti_elements(in->rank - 1, in->dims + 1)},
                 {"outputs", nwti_elements(out->rank - 1, out->dims + 1), NWT_AXIS_JOINED});
    }
}

static int32_t local_shape(nwt_op *op, const void *self)
{
    const struct local *local = self;
    struct nwti_grid in = nwti_grid_of(op, local->window.data_format);
    struct nwti_grid out = nwti_window_grid(op, &local->window, local->filters);

    if (nwti_op_is_accounted(op)) {
        local_products(op, local, &out, &in);
    }
    return nwti_conv_output(op, &out, local->use_bias, local->activation);
}

#define OPAQUE_ROWS NWT_OPTIONS_OF_KERNEL_AND_BIAS("kernel", "the kernel", "the bias")

static const nwt_past local1d_past[] = {
    NWT_PAST_POSITIONS(NULL,
                       "nb_filter filter_length init activation weights border_mode "
                       "subsample_length" PAST_TAIL " input_dim input_length",
                       0, 20000),
    PAST_STEPS, PAST_SIZE_1, PAST_CONV, NWT_PAST_END};
static const nwt_past local2d_past[] = {
    NWT_PAST_POSITIONS(NULL,
                       "nb_filter nb_row nb_col init activation weights border_mode subsample "
                       "dim_ordering" PAST_TAIL,
                       0, 20000),
    PAST_SIZE_2, PAST_CONV, NWT_PAST_END};

#define LOCAL(n, ones)                                                                             \
    static const nwt_option locally_connected##n##d_options[] = {                                  \
        NWT_OPTION_INT(struct local, filters, NULL, 1, INT64_MAX, "number of output channels"),    \
        WINDOW_SIZE(struct local, "kernel_size", n, NULL, "lengths of each kernel"),               \
        WINDOW_STRIDES(struct local, n, ones),                                                     \
        WINDOW_PADDING(struct local, nwti_paddings),                                               \
        WINDOW_DATA_FORMAT(struct local),                                                          \
        NWT_OPTION_FUNCTION(struct local, activation, "None", "function applied to the output"),   \
        NWT_OPTION_BOOL(struct local, use_bias, "True", "add a bias at each position"),            \
        OPAQUE_ROWS,                                                                               \
        NWT_OPTION_INT(struct local, implementation, "1", 1, 3, "how the kernels are stored"),     \
        NWT_OPTION_END};                                                                           \
    NWT_ONE_TENSOR(local##n##d_arguments, n + 2, n + 2, "tensor with one axis of channels");       \
    KIND(locally_connected##n##d, "LocallyConnected" #n "D",                                       \
         .about = "slides over the input with a kernel of its own at each position",               \
         .past = local##n##d_past, .options = locally_connected##n##d_options,                     \
         .arguments = local##n##d_arguments, .self_size = sizeof(struct local),                    \
         .arguments_size = sizeof(nwt_one_tensor), .weights = local_weights, .shape = local_shape, \
         .work = NWT_WORK_STATED)

LOCAL(1, "1");
LOCAL(2, "(1, 1)");

/* Conv2DTranspose, but its output's rows and columns are stated. */
struct deconv {
    struct nwti_window window;
    int64_t filters;
    nwt_ints output_shape;
    const char *activation;
    int32_t use_bias;
};

static const char *const deconv_paddings[] = {"valid", "same", "full", NULL};

static const nwt_option deconv_options[] = {
    NWT_OPTION_INT(struct deconv, filters, NULL, 1, INT64_MAX, "number of output channels"),
    WINDOW_SIZE(struct deconv, "kernel_size", 2, NULL, "lengths of the kernel"),
    NWT_OPTION_INTS(struct deconv, output_shape, NULL, 0, INT64_MAX,
                    "shape of the output with its batch"),
    WINDOW_STRIDES(struct deconv, 2, "(1, 1)"),
    WINDOW_PADDING(struct deconv, deconv_paddings),
    WINDOW_DATA_FORMAT(struct deconv),
    NWT_OPTION_FUNCTION(struct deconv, activation, "None", "function applied to the output"),
    NWT_OPTION_BOOL(struct deconv, use_bias, "True", "add a bias to each filter"),
    OPAQUE_ROWS,
    NWT_OPTION_END};

NWT_ONE_TENSOR(deconv_arguments, 4, 4, "(batch, rows, columns, channels)");

static int32_t deconv_make(nwt_op *op, void *self)
{
    const struct deconv *deconv = self;

    if (deconv->output_shape.count != 4) {
        return NWT_FAIL(op, "output_shape has {} axes, but must have 4, the batch included",
                        deconv->output_shape.count);
    }
    return 0;
}

static int32_t deconv_weights(nwt_op *op, const void *self)
{
    const struct deconv *deconv = self;

    WINDOW_WEIGHT(op, "kernel", &deconv->window, {"filters", deconv->filters},
                  {"input channels", nwti_channels(op, deconv->window.data_format)});
    return deconv->use_bias ? NWT_WEIGHT(op, "bias", {"filters", deconv->filters}) : 0;
}

static int32_t deconv_shape(nwt_op *op, const void *self)
{
    const struct deconv *deconv = self;
    struct nwti_grid grid = nwti_grid_of(op, deconv->window.data_format);
    const nwt_axis axes[] = {{"input channels", grid.dims[grid.channels], NWT_AXIS_JOINED},
                             {"filters", deconv->filters, NWT_AXIS_JOINED}};
    int32_t i;

    nwti_grid_products(op, &deconv->window, &grid, -1, 2, axes);

    for (i = 0; i < grid.count; i++) {
        grid.dims[grid.first + i] = deconv->output_shape.items[grid.first + i];
    }
    grid.dims[grid.channels] = deconv->filters;
    return nwti_conv_output(op, &grid, deconv->use_bias, deconv->activation);
}

static const nwt_past deconv_past[] = {
    NWT_PAST_CLASS("Deconvolution2D Deconv2D", 0, 20000),
    NWT_PAST_NAME(NULL, "deconvolution2d", 0, 20000),
    NWT_PAST_POSITIONS(NULL,
                       "nb_filter nb_row nb_col output_shape init activation weights border_mode "
                       "subsample dim_ordering" PAST_TAIL,
                       0, 20000),
    PAST_SIZE_2,
    PAST_CONV,
    NWT_PAST_END};

KIND(deconvolution2d, "Deconvolution2D",
     .about = "spreads the input by kernels to an output of a given shape", .past = deconv_past,
     .options = deconv_options, .arguments = deconv_arguments, .self_size = sizeof(struct deconv),
     .arguments_size = sizeof(nwt_one_tensor), .make = deconv_make, .weights = deconv_weights,
     .shape = deconv_shape, .work = NWT_WORK_STATED);
