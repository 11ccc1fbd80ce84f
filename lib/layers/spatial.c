/* Cropping, ZeroPadding, UpSampling and SpatialDropout, each 1D to 3D. */
#include "core/account.h"
#include "core/builtin.h"
#include "core/window.h"
#include "layers/past.h"
#include "layers/seed.h"
#include "support/checked.h"

#include <string.h>

struct border {
    int64_t widths[2 * NWTI_MAX_SPATIAL]; /* before and after, of each axis */
    int32_t data_format;
    int32_t doubles_one;
};

static int32_t cropping_shape(nwt_op *op, const void *self)
{
    const struct border *border = self;
    struct nwti_grid grid = nwti_grid_of(op, border->data_format);

    for (int32_t i = 0; i < grid.count; i++) {
        int64_t *dim = &grid.dims[grid.first + i];
        const int64_t *widths = border->widths + 2 * i;

        if (*dim >= 0 && widths[0] + widths[1] >= *dim) {
            return NWT_FAIL(op, "cropping ({}, {}) leaves nothing of the input's {} on axis {}",
                            widths[0], widths[1], *dim, grid.first + i);
        }
        *dim = *dim < 0 ? -1 : *dim - widths[0] - widths[1];
    }
    return nwt_op_output(op, grid.rank, grid.dims, 0);
}

static int32_t padding_shape(nwt_op *op, const void *self)
{
    const struct border *border = self;
    struct nwti_grid grid = nwti_grid_of(op, border->data_format);

    for (int32_t i = 0; i < grid.count; i++) {
        int64_t *dim = &grid.dims[grid.first + i];
        const int64_t *widths = border->widths + 2 * i;
        int64_t one = widths[border->data_format == NWTI_CHANNELS_FIRST ? 0 : 1];
        int64_t both = border->doubles_one ? 2 * one : widths[0] + widths[1];

        if (*dim >= 0 && !nwti_add(*dim, both, dim)) {
            return NWT_FAIL(op, "padding ({}, {}) makes the input's {} on axis {} too long",
                            widths[0], widths[1], *dim, grid.first + i);
        }
    }
    return nwt_op_output(op, grid.rank, grid.dims, 0);
}

/* The options of two and three axes were `key` and dim_ordering. */
#define PAST_IMAGES(key) \
    NWT_PAST_POSITIONS(NULL, key " dim_ordering", 0, 20000), PAST_ORDERING, PAST_UNSTATED_ORDERING

#define BORDER_ROW(key, n, fallback, help)                           \
    {                                                                \
        key, fallback, help, NULL, 0, INT32_MAX, NWT_TYPE_NESTED, 0, \
            (int32_t)offsetof(struct border, widths), n              \
    }
#define BORDER_KIND(symbol, name, n, what, was, shape_of)                                 \
    NWT_ONE_TENSOR(symbol##_arguments, n + 2, n + 2, "tensor with one axis of channels"); \
    KIND(symbol, name, .about = what, .past = was, .options = symbol##_options,           \
         .arguments = symbol##_arguments, .self_size = sizeof(struct border),             \
         .arguments_size = sizeof(nwt_one_tensor), .shape = shape_of, .work = NWT_WORK_MOVES)

static const nwt_past cropping_past[] = {PAST_IMAGES("cropping"), NWT_PAST_END};

#define CROPPING(n, ...)                                                              \
    static const nwt_option cropping##n##d_options[] = {__VA_ARGS__, NWT_OPTION_END}; \
    BORDER_KIND(cropping##n##d, "Cropping" #n "D", n, "cuts off the borders",         \
                n == 1 ? NULL : cropping_past, cropping_shape)
#define CROPPING_ROW(n, fallback) \
    BORDER_ROW("cropping", n, fallback, "widths to cut off before and after each axis")

CROPPING(1, CROPPING_ROW(1, "(1, 1)"));
CROPPING(2, CROPPING_ROW(2, "((0, 0), (0, 0))"), DATA_FORMAT_ROW(struct border, data_format));
CROPPING(3, CROPPING_ROW(3, "((1, 1), (1, 1), (1, 1))"),
         DATA_FORMAT_ROW(struct border, data_format));

/* The widths of one and two axes could be told in other ways. */
#define PAST_SIDES NWT_PAST_TURNED("padding", "padding", NWT_TURN_SIDES, NULL, 0)
static const nwt_past zero_padding1d_past[] = {PAST_SIDES, NWT_PAST_END};
static const nwt_past zero_padding2d_past[] = {PAST_SIDES, PAST_IMAGES("padding"), NWT_PAST_END};
static const nwt_past zero_padding3d_past[] = {PAST_IMAGES("padding"),
                                               PAST_DID(doubles_one, 20000, 20005), NWT_PAST_END};

#define ZERO_PADDING(n, fallback)                                                       \
    static const nwt_option zero_padding##n##d_options[] = {                            \
        BORDER_ROW("padding", n, fallback, "widths to add before and after each axis"), \
        DATA_FORMAT_ROW(struct border, data_format),                                    \
        PAST_QUIRK(struct border, doubles_one, "one of two widths was taken for both"), \
        NWT_OPTION_END};                                                                \
    BORDER_KIND(zero_padding##n##d, "ZeroPadding" #n "D", n, "adds borders of zeros",   \
                zero_padding##n##d_past, padding_shape)

ZERO_PADDING(1, "1");
ZERO_PADDING(2, "(1, 1)");
ZERO_PADDING(3, "((1, 1), (1, 1), (1, 1))");

struct up_sampling {
    int64_t size[NWTI_MAX_SPATIAL];
    const char *interpolation;
    int32_t data_format;
};

static int32_t up_sampling_shape(nwt_op *op, const void *self)
{
    const struct up_sampling *sampling = self;
    struct nwti_grid grid = nwti_grid_of(op, sampling->data_format);
    int64_t *first = grid.dims + grid.first;
    int32_t interpolates = sampling->interpolation != NULL &&
                           strcmp(sampling->interpolation, "nearest") != 0;

    /* TensorFlow's own Keras resized images by a size that it knew whole or not at all. */
    if (grid.count == 2 && nwti_op_is_tensorflow(op) && (first[0] < 0 || first[1] < 0)) {
        first[0] = first[1] = -1;
    }

    for (int32_t i = 0; i < grid.count; i++) {
        int64_t *dim = &grid.dims[grid.first + i];

        if (*dim >= 0 && !nwti_multiply(*dim, sampling->size[i], dim)) {
            return NWT_FAIL(op, "size {} makes the input's {} on axis {} too long",
                            sampling->size[i], *dim, grid.first + i);
        }
    }
    if (interpolates) {
        nwti_op_uncounted(op);
    }
    /* What TensorFlow's own interpolates is float32, whatever it was. */
    return nwt_op_output(op, grid.rank, grid.dims,
                         interpolates && nwti_op_is_tensorflow(op) ? NWT_DTYPE_FLOAT32 : 0);
}

static const nwt_past up_sampling1d_past[] = {NWT_PAST_POSITIONS(NULL, "length", 0, 20000),
                                              NWT_PAST_KEY("length", "size", 20000), NWT_PAST_END};
static const nwt_past up_sampling_past[] = {PAST_IMAGES("size"), NWT_PAST_END};

#define UP_SAMPLING(n, ...)                                                                        \
    static const nwt_option up_sampling##n##d_options[] = {__VA_ARGS__, NWT_OPTION_END};           \
    NWT_ONE_TENSOR(up_sampling##n##d_arguments, n + 2, n + 2, "tensor with one axis of channels"); \
    KIND(up_sampling##n##d, "UpSampling" #n "D", .about = "repeats each point along the axes",     \
         .past = n == 1 ? up_sampling1d_past : up_sampling_past,                                   \
         .options = up_sampling##n##d_options, .arguments = up_sampling##n##d_arguments,           \
         .self_size = sizeof(struct up_sampling), .arguments_size = sizeof(nwt_one_tensor),        \
         .shape = up_sampling_shape, .work = NWT_WORK_FLOPS)
#define SIZE_ROW(n, fallback) \
    SPATIAL_ROW(struct up_sampling, "size", size, n, fallback, 1, "how often each axis is repeated")

/* Keras takes an integer only, no tuple, in 1D. */
UP_SAMPLING(1, NWT_OPTION_INT(struct up_sampling, size, "2", 1, INT32_MAX,
                              "how often each step is repeated"));
UP_SAMPLING(2, SIZE_ROW(2, "(2, 2)"), DATA_FORMAT_ROW(struct up_sampling, data_format),
            NWT_OPTION_STRING(struct up_sampling, interpolation, "'nearest'",
                              "what stands between the points"));
UP_SAMPLING(3, SIZE_ROW(3, "(2, 2, 2)"), DATA_FORMAT_ROW(struct up_sampling, data_format));

struct spatial_dropout {
    double rate;
    int32_t data_format;
};

static int32_t spatial_dropout_make(nwt_op *op, void *self)
{
    return nwti_seed_check(op, ((const struct spatial_dropout *)self)->rate);
}

#define PAST_RATE \
    NWT_PAST_KEY("p", "rate", 20000), NWT_PAST_DROPPED("noise_shape", 30000), NWT_PAST_END
static const nwt_past spatial_dropout1d_past[] = {NWT_PAST_POSITIONS(NULL, "p", 0, 20000),
                                                  PAST_RATE};
static const nwt_past spatial_dropout_past[] = {PAST_IMAGES("p"), PAST_RATE};

#define SPATIAL_DROPOUT(n, ...)                                                                  \
    static const nwt_option spatial_dropout##n##d_options[] = {                                  \
        NWT_OPTION_FLOAT(struct spatial_dropout, rate, NULL, 0, 1,                               \
                         "fraction of channels dropped"),                                        \
        __VA_ARGS__, NWT_OPTION_END};                                                            \
    NWT_ONE_TENSOR(spatial_dropout##n##d_arguments, n + 2, n + 2,                                \
                   "tensor with one axis of channels");                                          \
    KIND(spatial_dropout##n##d, "SpatialDropout" #n "D",                                         \
         .about = "drops whole channels in training",                                            \
         .past = n == 1 ? spatial_dropout1d_past : spatial_dropout_past,                         \
         .options = spatial_dropout##n##d_options, .arguments = spatial_dropout##n##d_arguments, \
         .self_size = sizeof(struct spatial_dropout), .make = spatial_dropout_make,              \
         .arguments_size = sizeof(nwt_one_tensor), .work = NWT_WORK_VIEW,                        \
         .flags = NWT_KIND_BUILT_AT_ONCE)
#define SEED_ROW NWT_OPTION_OPAQUE("seed", "where the random numbers begin")

SPATIAL_DROPOUT(1, SEED_ROW);
SPATIAL_DROPOUT(2, DATA_FORMAT_ROW(struct spatial_dropout, data_format), SEED_ROW);
SPATIAL_DROPOUT(3, DATA_FORMAT_ROW(struct spatial_dropout, data_format), SEED_ROW);

CONSTRUCTOR_INT(nwt_up_sampling2d, up_sampling2d, size)
CONSTRUCTOR_INT(nwt_zero_padding2d, zero_padding2d, padding)
