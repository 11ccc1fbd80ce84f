/*
 * Windows that slide over the spatial axes of a tensor: what convolutions,
 * pooling and other layers of images, sequences and volumes share.
 *
 * Kinds that differ only in their number of spatial axes (Conv1D, Conv2D,
 * Conv3D) share one struct and one set of callbacks: a macro makes the rows of
 * each, and the rank of the input says how many axes there are.
 */
#ifndef NWTI_CORE_WINDOW_H
#define NWTI_CORE_WINDOW_H

#include "netweight/kind.h"

#define NWTI_MAX_SPATIAL 3

enum { NWTI_CHANNELS_LAST, NWTI_CHANNELS_FIRST };
enum { NWTI_PAD_VALID, NWTI_PAD_SAME, NWTI_PAD_CAUSAL };

/* Choices, in the order of the constants. */
extern const char *const nwti_data_formats[];
extern const char *const nwti_paddings[];
extern const char *const nwti_paddings_1d[]; /* `causal` too */

/* The rows limit sizes, strides and dilation rates to INT32_MAX, so that a window's span fits. */
struct nwti_window {
    int64_t size[NWTI_MAX_SPATIAL];
    int64_t strides[NWTI_MAX_SPATIAL];       /* None: those of size */
    int64_t dilation_rate[NWTI_MAX_SPATIAL]; /* 0: the kind has no such option (pooling) */
    int32_t padding;
    int32_t data_format;
};

/* Rows. A window is a struct's field `window`. */
#define SPATIAL_ROW(t, key, field, n, fallback, low, help)                                         \
    {                                                                                              \
        key, fallback, help, NULL, low, INT32_MAX, NWT_TYPE_TUPLE, 0, (int32_t)offsetof(t, field), \
            n                                                                                      \
    }
#define DATA_FORMAT_ROW(t, field)                                                                \
    {                                                                                            \
        "data_format", "'channels_last'", "which axis holds the channels", nwti_data_formats, 0, \
            0, NWT_TYPE_CHOICE, NWT_FLAG_NULLABLE, (int32_t)offsetof(t, field), 1                \
    }
#define WINDOW_SIZE(t, key, n, fallback, help) \
    SPATIAL_ROW(t, key, window.size, n, fallback, 1, help)
#define WINDOW_STRIDES(t, n, fallback) \
    SPATIAL_ROW(t, "strides", window.strides, n, fallback, 1, "steps of the window along each axis")
#define WINDOW_DILATION(t, n, fallback)                                   \
    SPATIAL_ROW(t, "dilation_rate", window.dilation_rate, n, fallback, 1, \
                "distance between the kernel's elements along each axis")
#define WINDOW_PADDING(t, choices)                                                      \
    {                                                                                   \
        "padding", "'valid'", "pad the input ('same') or not ('valid')", choices, 0, 0, \
            NWT_TYPE_CHOICE, 0, (int32_t)offsetof(t, window.padding), 1                 \
    }
#define WINDOW_DATA_FORMAT(t) DATA_FORMAT_ROW(t, window.data_format)

/* For `weights` of a kind whose arguments limit no rank: one batch axis, the window's, and one of
   channels; where TensorFlow's own Keras wrote the layer, several batch axes. 0 if it fits. */
int32_t nwti_window_check_rank(nwt_op *op, const struct nwti_window *window);
/* For `make`: strides and dilation cannot both be more than 1. */
int32_t nwti_window_check(nwt_op *op, const struct nwti_window *window);

/* The channels of input 0; -1 if they are None, or if the input's rank is unknown. */
int64_t nwti_channels(nwt_op *op, int32_t data_format);

/* For `weights`: a weight with the window's axes, then `count` others. */
int32_t nwti_window_weight(nwt_op *op, const char *name, const struct nwti_window *window,
                           int32_t count, const nwt_axis *axes, int32_t flags, int32_t dtype);
#define WINDOW_WEIGHT_WITH(op, name, window, flags, dtype, ...)                         \
    nwti_window_weight(op, name, window,                                                \
                       (int32_t)(sizeof((nwt_axis[]){__VA_ARGS__}) / sizeof(nwt_axis)), \
                       (nwt_axis[]){__VA_ARGS__}, flags, dtype)
#define WINDOW_WEIGHT(op, name, window, ...) WINDOW_WEIGHT_WITH(op, name, window, 0, 0, __VA_ARGS__)

/* The shape of input 0, with its spatial axes and that of its channels pointed out. */
struct nwti_grid {
    int64_t dims[NWT_MAX_RANK];
    int32_t rank;
    int32_t first;    /* of the spatial axes */
    int32_t count;    /* of spatial axes */
    int32_t channels; /* the axis of the channels */
};

struct nwti_grid nwti_grid_of(nwt_op *op, int32_t data_format);

/* What a window that slid over input 0 leaves, and the same as the op's output. */
struct nwti_grid nwti_window_grid(nwt_op *op, const struct nwti_window *window, int64_t channels);
int32_t nwti_window_output(nwt_op *op, const struct nwti_window *window, int64_t channels);
/* The same where TensorFlow dilates by moving blocks into the batch, which must know all lengths:
   of one that is None come Nones. */
struct nwti_grid nwti_blocked_grid(nwt_op *op, const struct nwti_window *window, int64_t channels);

#endif
