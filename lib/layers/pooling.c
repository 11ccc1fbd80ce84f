/* Pooling over windows, over all of an image (Global), and to a given size (Adaptive). */
#include "core/account.h"
#include "core/builtin.h"
#include "core/window.h"
#include "layers/past.h"

#include <string.h>

#define CHANNELS_TEXT "tensor with one axis of channels"

struct pooling {
    struct nwti_window window;
};

/* `elements` are taken into the outputs, each as often as a window covers it. */
static void pool_work(nwt_op *op, int64_t elements, int32_t mean_part, int64_t means)
{
    nwt_op_flops(op, 1, 1, &elements);
    nwti_op_part(op, NWTI_POOL_WINDOWS, elements);
    nwti_op_part(op, NWTI_POOL_INPUTS, nwti_elements(nwt_op_rank(op, 0), nwt_op_dims(op, 0)));
    if (mean_part != 0) {
        nwti_op_part(op, mean_part, means);
    }
}

static int32_t pool(nwt_op *op, const struct pooling *pooling, int32_t mean_part)
{
    struct nwti_grid out = nwti_window_grid(op, &pooling->window,
                                            nwti_channels(op, pooling->window.data_format));
    int64_t covered[1 + NWTI_MAX_SPATIAL];

    nwt_op_output(op, out.rank, out.dims, 0);
    if (nwti_op_is_accounted(op)) {
        covered[0] = nwti_elements(out.rank, out.dims);
        memcpy(covered + 1, pooling->window.size, (size_t)out.count * sizeof *covered);
        pool_work(op, nwti_elements(1 + out.count, covered), mean_part, covered[0]);
    }
    return 0;
}

static int32_t max_pooling_shape(nwt_op *op, const void *self)
{
    return pool(op, self, 0);
}

static int32_t average_pooling_shape(nwt_op *op, const void *self)
{
    return pool(op, self, NWTI_MEANS);
}

#define PAST_POOLING                                                                           \
    NWT_PAST_KEY("pool_length", "pool_size", 20000), NWT_PAST_KEY("stride", "strides", 20000), \
        PAST_PADDING, PAST_ORDERING, NWT_PAST_END
#define PAST_POOLING_1 NWT_PAST_POSITIONS(NULL, "pool_length stride border_mode", 0, 20000)
#define PAST_POOLING_2 \
    NWT_PAST_POSITIONS(NULL, "pool_size strides border_mode dim_ordering", 0, 20000)
/* Today the mean wants a size. */
#define PAST_MEAN NWT_PAST_DEFAULT("pool_size", "2", 0, 30000)
static const nwt_past max_pooling1d_past[] = {PAST_POOLING_1, PAST_POOLING};
static const nwt_past max_pooling_past[] = {PAST_POOLING_2, PAST_POOLING};
static const nwt_past average_pooling1d_past[] = {PAST_POOLING_1, PAST_MEAN, PAST_POOLING};
static const nwt_past average_pooling_past[] = {PAST_POOLING_2, PAST_MEAN, PAST_POOLING};
static const nwt_past global_pooling_past[] = {NWT_PAST_POSITIONS(NULL, "dim_ordering", 0, 20000),
                                               PAST_ORDERING, NWT_PAST_END};

#define POOLING(symbol, name, alias, n, fallback, what, callback, was)                            \
    static const nwt_option symbol##_options[] = {                                                \
        WINDOW_SIZE(struct pooling, "pool_size", n, fallback, "lengths of the window"),           \
        WINDOW_STRIDES(struct pooling, n, "None"), WINDOW_PADDING(struct pooling, nwti_paddings), \
        WINDOW_DATA_FORMAT(struct pooling), NWT_OPTION_END};                                      \
    NWT_ONE_TENSOR(symbol##_arguments, n + 2, n + 2, CHANNELS_TEXT);                              \
    KIND(symbol, name, .aliases = alias, .past = was,                                             \
         .about = "takes the " what " of each window", .options = symbol##_options,               \
         .arguments = symbol##_arguments, .self_size = sizeof(struct pooling),                    \
         .arguments_size = sizeof(nwt_one_tensor), .shape = callback, .work = NWT_WORK_FLOPS,     \
         .flags = NWT_KIND_BUILT_AT_ONCE)

POOLING(max_pooling1d, "MaxPooling1D", "MaxPool1D", 1, "2", "largest", max_pooling_shape,
        max_pooling1d_past);
POOLING(max_pooling2d, "MaxPooling2D", "MaxPool2D", 2, "(2, 2)", "largest", max_pooling_shape,
        max_pooling_past);
POOLING(max_pooling3d, "MaxPooling3D", "MaxPool3D", 3, "(2, 2, 2)", "largest", max_pooling_shape,
        max_pooling_past);
POOLING(average_pooling1d, "AveragePooling1D", "AvgPool1D", 1, NULL, "mean", average_pooling_shape,
        average_pooling1d_past);
POOLING(average_pooling2d, "AveragePooling2D", "AvgPool2D", 2, NULL, "mean", average_pooling_shape,
        average_pooling_past);
POOLING(average_pooling3d, "AveragePooling3D", "AvgPool3D", 3, NULL, "mean", average_pooling_shape,
        average_pooling_past);

struct global_pooling {
    int32_t data_format;
    int32_t keepdims;
};

static int32_t pool_all(nwt_op *op, const struct global_pooling *pooling, int32_t mean_part)
{
    struct nwti_grid grid = nwti_grid_of(op, pooling->data_format);
    int64_t pair[] = {grid.dims[0], grid.dims[grid.channels]};
    int64_t elements = nwti_elements(grid.rank, grid.dims);

    /* Before Keras 3 integers stayed integers, but no mean was a bool. */
    int32_t dtype = mean_part && nwti_op_is_before_3(op) && nwt_op_dtype(op, 0) == NWT_DTYPE_BOOL
                        ? NWT_DTYPE_FLOAT32
                        : 0;

    pool_work(op, elements, mean_part, elements);

    if (!pooling->keepdims) {
        return nwt_op_output(op, 2, pair, dtype);
    }
    for (int32_t i = 0; i < grid.count; i++) {
        grid.dims[grid.first + i] = 1;
    }
    return nwt_op_output(op, grid.rank, grid.dims, dtype);
}

static int32_t global_max_pooling_shape(nwt_op *op, const void *self)
{
    return pool_all(op, self, 0);
}

static int32_t global_average_pooling_shape(nwt_op *op, const void *self)
{
    return pool_all(op, self, NWTI_GLOBAL_MEANS);
}

static const nwt_option global_pooling_options[] = {
    DATA_FORMAT_ROW(struct global_pooling, data_format),
    NWT_OPTION_BOOL(struct global_pooling, keepdims, "False", "keep the pooled axes, as 1"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(global_pooling1d_arguments, 3, 3, CHANNELS_TEXT);
NWT_ONE_TENSOR(global_pooling2d_arguments, 4, 4, CHANNELS_TEXT);
NWT_ONE_TENSOR(global_pooling3d_arguments, 5, 5, CHANNELS_TEXT);
static const nwt_option masked_pooling_arguments[] = {
    NWT_ARGUMENT_TENSOR(nwt_one_tensor, inputs, NULL, 3, 3, CHANNELS_TEXT), NWTI_MASK_ROW,
    NWT_OPTION_END};

#define GLOBAL_POOLING(symbol, name, alias, was, what, takes, callback)                       \
    KIND(symbol, name, .aliases = alias, .past = was,                                         \
         .about = "takes the " what " of each channel", .options = global_pooling_options,    \
         .arguments = takes, .self_size = sizeof(struct global_pooling),                      \
         .arguments_size = sizeof(nwt_one_tensor), .shape = callback, .work = NWT_WORK_FLOPS, \
         .flags = NWT_KIND_BUILT_AT_ONCE)

GLOBAL_POOLING(global_max_pooling1d, "GlobalMaxPooling1D", "GlobalMaxPool1D", NULL, "largest",
               global_pooling1d_arguments, global_max_pooling_shape);
GLOBAL_POOLING(global_max_pooling2d, "GlobalMaxPooling2D", "GlobalMaxPool2D", global_pooling_past,
               "largest", global_pooling2d_arguments, global_max_pooling_shape);
GLOBAL_POOLING(global_max_pooling3d, "GlobalMaxPooling3D", "GlobalMaxPool3D", global_pooling_past,
               "largest", global_pooling3d_arguments, global_max_pooling_shape);
GLOBAL_POOLING(global_average_pooling1d, "GlobalAveragePooling1D", "GlobalAvgPool1D", NULL, "mean",
               masked_pooling_arguments, global_average_pooling_shape);
GLOBAL_POOLING(global_average_pooling2d, "GlobalAveragePooling2D", "GlobalAvgPool2D",
               global_pooling_past, "mean", global_pooling2d_arguments,
               global_average_pooling_shape);
GLOBAL_POOLING(global_average_pooling3d, "GlobalAveragePooling3D", "GlobalAvgPool3D",
               global_pooling_past, "mean", global_pooling3d_arguments,
               global_average_pooling_shape);

struct adaptive_pooling {
    int64_t output_size[NWTI_MAX_SPATIAL];
    int32_t data_format;
};

/* Elements that the windows of an axis cover: window i spans from i * length / count to
   (i + 1) * length / count, rounded outward. */
static int64_t covered(int64_t length, int64_t count)
{
    enum { MOST = 1 << 20 };
    int64_t sum = 0;

    if (length < 0 || length > INT32_MAX || count > MOST) {
        return -1;
    }
    for (int64_t i = 0; i < count; i++) {
        sum += ((i + 1) * length + count - 1) / count - i * length / count;
    }
    return sum;
}

/* Of any rank, as Keras: the batch, the sizes given, the channels. */
static int32_t pool_to(nwt_op *op, const struct adaptive_pooling *pooling, int32_t count)
{
    int32_t is_first = pooling->data_format == NWTI_CHANNELS_FIRST;
    struct nwti_grid grid = nwti_grid_of(op, pooling->data_format);
    int64_t dims[NWTI_MAX_SPATIAL + 2];

    dims[0] = nwt_op_dim(op, 0, 0);
    dims[is_first ? 1 : count + 1] = nwt_op_dim(op, 0, is_first ? 1 : -1);
    memcpy(dims + 1 + is_first, pooling->output_size, (size_t)count * sizeof *dims);
    if (nwti_op_is_accounted(op) && grid.count == count) {
        struct nwti_grid windows = grid;

        for (int32_t i = 0; i < grid.count; i++) {
            windows.dims[grid.first + i] = covered(grid.dims[grid.first + i],
                                                   pooling->output_size[i]);
        }
        pool_work(op, nwti_elements(windows.rank, windows.dims), 0, 0);
    }
    return nwt_op_output(op, count + 2, dims, 0);
}

#define ADAPTIVE_POOLING(symbol, name, n, what)                                                  \
    static const nwt_option symbol##_options[] = {                                               \
        SPATIAL_ROW(struct adaptive_pooling, "output_size", output_size, n, NULL, 0,             \
                    "lengths of the output"),                                                    \
        DATA_FORMAT_ROW(struct adaptive_pooling, data_format), NWT_OPTION_END};                  \
    NWT_ONE_TENSOR(symbol##_arguments, 1, NWT_MAX_RANK, CHANNELS_TEXT);                          \
    static int32_t symbol##_shape(nwt_op *op, const void *self)                                  \
    {                                                                                            \
        return pool_to(op, self, n);                                                             \
    }                                                                                            \
    KIND(symbol, name, .about = "takes the " what " of windows that give the output its size",   \
         .options = symbol##_options, .arguments = symbol##_arguments,                           \
         .self_size = sizeof(struct adaptive_pooling), .arguments_size = sizeof(nwt_one_tensor), \
         .shape = symbol##_shape, .work = NWT_WORK_FLOPS)

ADAPTIVE_POOLING(adaptive_max_pooling1d, "AdaptiveMaxPooling1D", 1, "largest");
ADAPTIVE_POOLING(adaptive_max_pooling2d, "AdaptiveMaxPooling2D", 2, "largest");
ADAPTIVE_POOLING(adaptive_max_pooling3d, "AdaptiveMaxPooling3D", 3, "largest");
ADAPTIVE_POOLING(adaptive_average_pooling1d, "AdaptiveAveragePooling1D", 1, "mean");
ADAPTIVE_POOLING(adaptive_average_pooling2d, "AdaptiveAveragePooling2D", 2, "mean");
ADAPTIVE_POOLING(adaptive_average_pooling3d, "AdaptiveAveragePooling3D", 3, "mean");

CONSTRUCTOR_INT(nwt_max_pooling2d, max_pooling2d, pool_size)
CONSTRUCTOR_INT(nwt_average_pooling2d, average_pooling2d, pool_size)
CONSTRUCTOR(nwt_global_average_pooling2d, global_average_pooling2d)
