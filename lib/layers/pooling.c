/* Pooling over windows, over all of an image (Global), and to a given size (Adaptive). */
#include "core/builtin.h"
#include "core/window.h"

#include <string.h>

struct pooling {
    struct nwti_window window;
};

static int32_t pooling_shape(nwt_op *op, const void *self)
{
    const struct pooling *pooling = self;

    return nwti_window_output(op, &pooling->window, nwti_channels(op, pooling->window.data_format));
}

#define POOLING(symbol, name, alias, n, fallback, what)                                           \
    static const nwt_option symbol##_options[] = {                                                \
        WINDOW_SIZE(struct pooling, "pool_size", n, fallback, "lengths of the window"),           \
        WINDOW_STRIDES(struct pooling, n, "None"), WINDOW_PADDING(struct pooling, nwti_paddings), \
        WINDOW_DATA_FORMAT(struct pooling), NWT_OPTION_END};                                      \
    ONE_INPUT(symbol##_arguments, n + 2, n + 2, "tensor with one axis of channels");              \
    KIND(symbol, name, .aliases = alias, .about = "takes the " what " of each window",            \
         .options = symbol##_options, .arguments = symbol##_arguments,                            \
         .self_size = sizeof(struct pooling), .arguments_size = sizeof(struct nwti_one_input),    \
         .shape = pooling_shape, .flags = NWTI_KIND_BUILT_AT_ONCE)

POOLING(max_pooling1d, "MaxPooling1D", "MaxPool1D", 1, "2", "largest");
POOLING(max_pooling2d, "MaxPooling2D", "MaxPool2D", 2, "(2, 2)", "largest");
POOLING(max_pooling3d, "MaxPooling3D", "MaxPool3D", 3, "(2, 2, 2)", "largest");
POOLING(average_pooling1d, "AveragePooling1D", "AvgPool1D", 1, NULL, "mean");
POOLING(average_pooling2d, "AveragePooling2D", "AvgPool2D", 2, NULL, "mean");
POOLING(average_pooling3d, "AveragePooling3D", "AvgPool3D", 3, NULL, "mean");

struct global_pooling {
    int32_t data_format;
    int32_t keepdims;
};

static int32_t global_pooling_shape(nwt_op *op, const void *self)
{
    const struct global_pooling *pooling = self;
    struct nwti_grid grid = nwti_grid_of(op, pooling->data_format);
    int64_t pair[] = {grid.dims[0], grid.dims[grid.channels]};

    if (!pooling->keepdims) {
        return nwt_op_output(op, 2, pair, 0);
    }
    for (int32_t i = 0; i < grid.count; i++) {
        grid.dims[grid.first + i] = 1;
    }
    return nwt_op_output(op, grid.rank, grid.dims, 0);
}

static const nwt_option global_pooling_options[] = {
    DATA_FORMAT_ROW(struct global_pooling, data_format),
    NWT_OPTION_BOOL(struct global_pooling, keepdims, "False", "keep the pooled axes, as 1"),
    NWT_OPTION_END};

#define GLOBAL_POOLING(symbol, name, alias, n, what)                                     \
    ONE_INPUT(symbol##_arguments, n + 2, n + 2, "tensor with one axis of channels");     \
    KIND(symbol, name, .aliases = alias, .about = "takes the " what " of each channel",  \
         .options = global_pooling_options, .arguments = symbol##_arguments,             \
         .self_size = sizeof(struct global_pooling),                                     \
         .arguments_size = sizeof(struct nwti_one_input), .shape = global_pooling_shape, \
         .flags = NWTI_KIND_BUILT_AT_ONCE)

GLOBAL_POOLING(global_max_pooling1d, "GlobalMaxPooling1D", "GlobalMaxPool1D", 1, "largest");
GLOBAL_POOLING(global_max_pooling2d, "GlobalMaxPooling2D", "GlobalMaxPool2D", 2, "largest");
GLOBAL_POOLING(global_max_pooling3d, "GlobalMaxPooling3D", "GlobalMaxPool3D", 3, "largest");
GLOBAL_POOLING(global_average_pooling1d, "GlobalAveragePooling1D", "GlobalAvgPool1D", 1, "mean");
GLOBAL_POOLING(global_average_pooling2d, "GlobalAveragePooling2D", "GlobalAvgPool2D", 2, "mean");
GLOBAL_POOLING(global_average_pooling3d, "GlobalAveragePooling3D", "GlobalAvgPool3D", 3, "mean");

struct adaptive_pooling {
    int64_t output_size[NWTI_MAX_SPATIAL];
    int32_t data_format;
};

static int32_t adaptive_pooling_shape(nwt_op *op, const void *self)
{
    const struct adaptive_pooling *pooling = self;
    struct nwti_grid grid = nwti_grid_of(op, pooling->data_format);

    memcpy(grid.dims + grid.first, pooling->output_size, (size_t)grid.count * sizeof *grid.dims);
    return nwt_op_output(op, grid.rank, grid.dims, 0);
}

#define ADAPTIVE_POOLING(symbol, name, n, what)                                                \
    static const nwt_option symbol##_options[] = {                                             \
        SPATIAL_ROW(struct adaptive_pooling, "output_size", output_size, n, NULL, 1,           \
                    "lengths of the output"),                                                  \
        DATA_FORMAT_ROW(struct adaptive_pooling, data_format), NWT_OPTION_END};                \
    ONE_INPUT(symbol##_arguments, n + 2, n + 2, "tensor with one axis of channels");           \
    KIND(symbol, name, .about = "takes the " what " of windows that give the output its size", \
         .options = symbol##_options, .arguments = symbol##_arguments,                         \
         .self_size = sizeof(struct adaptive_pooling),                                         \
         .arguments_size = sizeof(struct nwti_one_input), .shape = adaptive_pooling_shape)

ADAPTIVE_POOLING(adaptive_max_pooling1d, "AdaptiveMaxPooling1D", 1, "largest");
ADAPTIVE_POOLING(adaptive_max_pooling2d, "AdaptiveMaxPooling2D", 2, "largest");
ADAPTIVE_POOLING(adaptive_max_pooling3d, "AdaptiveMaxPooling3D", 3, "largest");
ADAPTIVE_POOLING(adaptive_average_pooling1d, "AdaptiveAveragePooling1D", 1, "mean");
ADAPTIVE_POOLING(adaptive_average_pooling2d, "AdaptiveAveragePooling2D", 2, "mean");
ADAPTIVE_POOLING(adaptive_average_pooling3d, "AdaptiveAveragePooling3D", 3, "mean");

CONSTRUCTOR_INT(nwt_max_pooling2d, max_pooling2d, pool_size)
CONSTRUCTOR_INT(nwt_average_pooling2d, average_pooling2d, pool_size)
CONSTRUCTOR(nwt_global_average_pooling2d, global_average_pooling2d)
