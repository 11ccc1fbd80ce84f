/* Operations on images: (batch, height, width, channels), or without the batch. */
#include "ops/operand.h"

#include "core/window.h"
#include "support/checked.h"

struct image {
    nwt_ints size;
    nwt_ints strides;
    nwt_ints dilation_rate;
    nwt_ints padding_of; /* before and after */
    int64_t edges[4];    /* top, left, bottom, right */
    int64_t target[2];   /* height, width */
    int64_t block_size;
    int32_t padding;
    int32_t data_format;
};

#define IMAGE_INTS(key, field, fallback, low, help)                  \
    {                                                                \
        key, fallback, help, NULL, low, INT32_MAX, NWT_TYPE_INTS, 0, \
            (int32_t)offsetof(struct image, field), 1                \
    }
#define EDGE(key, index, help)                                                      \
    {                                                                               \
        key, "None", help, NULL, 0, INT64_MAX, NWT_TYPE_INT, 0,                     \
            (int32_t)(offsetof(struct image, edges) + (index) * sizeof(int64_t)), 1 \
    }
#define TARGET(key, index, help)                                                     \
    {                                                                                \
        key, "None", help, NULL, 0, INT64_MAX, NWT_TYPE_INT, 0,                      \
            (int32_t)(offsetof(struct image, target) + (index) * sizeof(int64_t)), 1 \
    }
#define FORMAT DATA_FORMAT_ROW(struct image, data_format)
#define ROWS(table, ...) static const nwt_option table[] = {__VA_ARGS__, NWT_OPTION_END}
#define IMAGE(symbol, name, words, table, rows, callback, cost) \
    NWTI_OPERATION(symbol, name, words, table, sizeof(struct image), rows, callback, cost)

ROWS(images, NWTI_INPUT("images", "(batch, height, width, channels), or without the batch"));
ROWS(format_options, FORMAT);

/* Operand 0, of 3 or 4 axes. Returns 0 after an error, or if it is unknown. */
static int32_t read_images(nwt_op *op, nwti_operand *x)
{
    if (!nwti_operand_of(op, 0, x)) {
        nwt_op_output_unknown(op);
        return 0;
    }
    if (x->rank != 3 && x->rank != 4) {
        NWT_FAIL(op, "an image has 3 axes, several have 4, not {}: {0}", x->rank);
        return 0;
    }
    return 1;
}

static int32_t channel_axis(const struct image *self, const nwti_operand *x)
{
    return self->data_format == NWTI_CHANNELS_FIRST ? x->rank - 3 : x->rank - 1;
}

static int32_t like_images_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    return read_images(op, &x) ? nwti_operand_output(op, &x, NWTI_AS_IS) : 0;
}

static int32_t affine_transform_shape(nwt_op *op, const void *self)
{
    nwti_operand transform;

    if (nwti_operand_of(op, 1, &transform) && transform.rank != 1 && transform.rank != 2) {
        return NWT_FAIL(op, "transform has {} axes, not 1 or 2: {1}", transform.rank);
    }
    return like_images_shape(op, self);
}

static int32_t rgb_to_grayscale_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t *channels;

    if (!read_images(op, &x)) {
        return 0;
    }
    channels = &x.dims[channel_axis(self, &x)];
    if (*channels >= 0 && *channels != 1 && *channels != 3) {
        return NWT_FAIL(op, "its input has {} channels, not 1 or 3: {0}", *channels);
    }
    *channels = 1;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t hsv_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    int64_t channels;

    if (!read_images(op, &x)) {
        return 0;
    }
    channels = x.dims[channel_axis(self, &x)];
    if (channels >= 0 && channels != 3) {
        return NWT_FAIL(op, "its input has {} channels, not 3: {0}", channels);
    }
    if (nwti_result_dtype(op, NWTI_FLOATS, x.dtype) != x.dtype) {
        return NWT_FAIL(op, "its input must hold floats", 0);
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t sobel_edges_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!nwti_operand_of(op, 0, &x)) {
        return nwt_op_output_unknown(op);
    }
    if (x.rank != 4) {
        return NWT_FAIL(op, "its input has {} axes, not 4: {0}", x.rank);
    }
    nwti_operand_insert(op, &x, 4, 2);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t ssim_shape(nwt_op *op, const void *self)
{
    nwti_operand x;

    (void)self;
    if (!read_images(op, &x)) {
        return 0;
    }
    x.rank -= 3;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* Pads by the edges (`sign` 1) or crops by them (-1): the target, or what they leave. */
static int64_t resized(nwt_op *op, int64_t size, const int64_t *edges, int64_t target, int64_t sign)
{
    int64_t before = edges[0], after = edges[2], more;

    if ((before == NWT_NONE_INT) + (after == NWT_NONE_INT) + (target == NWT_NONE_INT) != 1) {
        NWT_FAIL(op, "of both edges and the target exactly two must be given", 0);
        return -1;
    }
    if (target == NWT_NONE_INT) {
        if (size < 0) {
            return -1;
        }
        if (!nwti_add(before, after, &more) || (sign > 0 && size > INT64_MAX - more) ||
            (sign < 0 && size < more)) {
            NWT_FAIL(op, "edges of {} and {} do not go with its input's {}", before, after, size);
            return -1;
        }
        return size + sign * more;
    }
    more = before == NWT_NONE_INT ? after : before;
    if (size >= 0 && (sign > 0 ? target - size : size - target) < more) {
        NWT_FAIL(op, "its input's {} with an edge of {} does not go with a target of {}", size,
                 more, target);
        return -1;
    }
    return target;
}

static int32_t edges_shape(nwt_op *op, const struct image *self, int64_t sign)
{
    nwti_operand x;
    int64_t *size;

    if (!read_images(op, &x)) {
        return 0;
    }
    size = &x.dims[x.rank - (self->data_format == NWTI_CHANNELS_FIRST ? 2 : 3)];
    for (int32_t i = 0; i < 2; i++) {
        if (sign < 0 && size[i] < 0 && self->target[i] == NWT_NONE_INT) {
            return NWT_FAIL(op, "its input's size is None, so a target must be given: {0}", 0);
        }
        size[i] = resized(op, size[i], self->edges + i, self->target[i], sign);
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t pad_images_shape(nwt_op *op, const void *self)
{
    return edges_shape(op, self, 1);
}

static int32_t crop_images_shape(nwt_op *op, const void *self)
{
    return edges_shape(op, self, -1);
}

static int32_t map_coordinates_shape(nwt_op *op, const void *self)
{
    nwti_operand x;
    nwti_operand coordinates;

    (void)self;
    if (!nwti_operand_of(op, 0, &x) || !nwti_operand_of(op, 1, &coordinates)) {
        return nwt_op_output_unknown(op);
    }
    if (coordinates.rank < 2 || coordinates.dims[0] != x.rank) {
        return NWT_FAIL(op, "coordinates {1} must begin with the input's {} axes", x.rank);
    }
    nwti_operand_remove(&coordinates, 0);
    coordinates.dtype = x.dtype;
    return nwti_operand_output(op, &coordinates, NWTI_AS_IS);
}

static int32_t scale_and_translate_shape(nwt_op *op, const void *self)
{
    const nwt_value *shape = nwt_op_argument(op, "output_shape");
    int64_t count = nwt_value_count(shape);
    nwti_operand x;

    (void)self;
    if (!nwti_operand_of(op, 0, &x) || count < 0 || count > NWT_MAX_RANK) {
        return nwt_op_output_unknown(op);
    }
    x.rank = (int32_t)count;
    for (int32_t i = 0; i < x.rank; i++) {
        x.dims[i] = nwt_value_int(nwt_value_item(shape, i), -1);
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t perspective_transform_shape(nwt_op *op, const void *self)
{
    nwti_operand points[2];

    for (int32_t i = 0; i < 2; i++) {
        if (!nwti_operand_of(op, i + 1, &points[i])) {
            return nwt_op_output_unknown(op);
        }
        if ((points[i].rank != 2 && points[i].rank != 3) ||
            points[i].dims[points[i].rank - 2] != 4 || points[i].dims[points[i].rank - 1] != 2) {
            return NWT_FAIL(op, "start_points and end_points must be (4, 2), or (batch, 4, 2)", 0);
        }
    }
    if (points[0].rank != points[1].rank) {
        return NWT_FAIL(op, "start_points {1} and end_points {2} must have the same shape", 0);
    }
    return like_images_shape(op, self);
}

ROWS(affine_options, NWTI_KEPT_ROW("interpolation", "'bilinear'", "how values are found"),
     NWTI_KEPT_ROW("fill_mode", "'constant'", "how what is outside is filled"),
     NWTI_KEPT_ROW("fill_value", "0", "what it is filled with"), FORMAT);
ROWS(affine_rows, NWTI_OPERAND_AT(0, "images", "images"),
     NWTI_OPERAND_AT(1, "transform", "eight numbers, or of each image"));
ROWS(crop_options, EDGE("top_cropping", 0, "rows that go"), EDGE("left_cropping", 1, "columns"),
     EDGE("bottom_cropping", 2, "rows"), EDGE("right_cropping", 3, "columns"),
     TARGET("target_height", 0, "height of the output"),
     TARGET("target_width", 1, "width of the output"), FORMAT);
ROWS(pad_options, EDGE("top_padding", 0, "rows that are added"), EDGE("left_padding", 1, "columns"),
     EDGE("bottom_padding", 2, "rows"), EDGE("right_padding", 3, "columns"),
     TARGET("target_height", 0, "height of the output"),
     TARGET("target_width", 1, "width of the output"), FORMAT);
ROWS(map_options, NWTI_KEPT_ROW("order", NULL, "how values between are found"),
     NWTI_KEPT_ROW("fill_mode", "'constant'", "how what is outside is filled"),
     NWTI_KEPT_ROW("fill_value", "0", "what it is filled with"));
ROWS(map_rows, NWTI_OPERAND_AT(0, "inputs", "any tensor"),
     NWTI_OPERAND_AT(1, "coordinates", "an index of each axis, then any axes"));
ROWS(perspective_options, NWTI_KEPT_ROW("interpolation", "'bilinear'", "how values are found"),
     NWTI_KEPT_ROW("fill_value", "0", "what is outside"), FORMAT);
ROWS(perspective_rows, NWTI_OPERAND_AT(0, "images", "images"),
     NWTI_OPERAND_AT(1, "start_points", "four corners"),
     NWTI_OPERAND_AT(2, "end_points", "where they go"));
ROWS(scale_options, NWTI_KEPT_ROW("spatial_dims", NULL, "the axes that change"),
     NWTI_KEPT_ROW("method", NULL, "how values between are found"),
     NWTI_KEPT_ROW("antialias", "True", "filter before shrinking"));
ROWS(scale_rows, NWTI_OPERAND_AT(0, "images", "any tensor"),
     NWTI_KEPT_ROW("output_shape", NULL, "the shape of the output"),
     NWTI_OPERAND_AT(2, "scale", "a factor of each axis"),
     NWTI_OPERAND_AT(3, "translation", "a shift of each axis"));
ROWS(ssim_options, NWTI_KEPT_ROW("max_val", "1.0", "range of the values"),
     NWTI_KEPT_ROW("filter_size", "11", "size of the window"),
     NWTI_KEPT_ROW("filter_sigma", "1.5", "its standard deviation"),
     NWTI_KEPT_ROW("k1", "0.01", "a constant"), NWTI_KEPT_ROW("k2", "0.03", "a constant"), FORMAT);
ROWS(ssim_rows, NWTI_OPERAND_AT(0, "image1", "images"), NWTI_OPERAND_AT(1, "image2", "images"));

IMAGE(affine_transform, "AffineTransform", "moves, turns and shears images", affine_options,
      affine_rows, affine_transform_shape, NWT_WORK_UNCOUNTED);
IMAGE(crop_images, "CropImages", "crops images", crop_options, images, crop_images_shape,
      NWT_WORK_MOVES);
IMAGE(hsv_to_rgb, "HSVToRGB", "converts colours", format_options, images, hsv_shape,
      NWT_WORK_UNCOUNTED);
IMAGE(map_coordinates, "MapCoordinates", "takes values at coordinates", map_options, map_rows,
      map_coordinates_shape, NWT_WORK_UNCOUNTED);
IMAGE(pad_images, "PadImages", "pads images", pad_options, images, pad_images_shape,
      NWT_WORK_MOVES);
IMAGE(perspective_transform, "PerspectiveTransform", "changes the perspective of images",
      perspective_options, perspective_rows, perspective_transform_shape, NWT_WORK_UNCOUNTED);
IMAGE(rgb_to_grayscale, "RGBToGrayscale", "takes the colour out of images", format_options, images,
      rgb_to_grayscale_shape, NWT_WORK_UNCOUNTED);
IMAGE(rgb_to_hsv, "RGBToHSV", "converts colours", format_options, images, hsv_shape,
      NWT_WORK_UNCOUNTED);
IMAGE(scale_and_translate, "ScaleAndTranslate", "scales and moves images", scale_options,
      scale_rows, scale_and_translate_shape, NWT_WORK_UNCOUNTED);
IMAGE(sobel_edges, "SobelEdges", "gives edges of images", format_options, images, sobel_edges_shape,
      NWT_WORK_UNCOUNTED);
IMAGE(ssim, "SSIM", "compares images", ssim_options, ssim_rows, ssim_shape, NWT_WORK_UNCOUNTED);

/* ---------------------------------------------------------------------- patches */

static int64_t value_at(const nwt_ints *values, int32_t i, int64_t otherwise)
{
    int64_t at = values->count == 1 ? 0 : i;

    return at < values->count ? values->items[at] : otherwise;
}

/* Patches of 2 or 3 axes become the channels. */
static int32_t extract_patches_shape(nwt_op *op, const void *self)
{
    const struct image *patches = self;
    int32_t axes = patches->size.count == 3 ? 3 : 2, first;
    nwti_operand x;
    int64_t *channels;
    int64_t depth;

    nwti_unary_read(op, &x);
    if (x.rank != axes + 1 && x.rank != axes + 2) {
        return NWT_FAIL(op, "its input has {} axes, not {} or one more: {0}", x.rank, axes + 1);
    }
    first = patches->data_format == NWTI_CHANNELS_FIRST ? x.rank - axes : x.rank - axes - 1;
    channels = &x.dims[patches->data_format == NWTI_CHANNELS_FIRST ? first - 1 : x.rank - 1];
    depth = *channels;
    for (int32_t i = 0; i < axes; i++) {
        int64_t size = value_at(&patches->size, i, 1), *dim = &x.dims[first + i];
        int64_t stride = value_at(&patches->strides, i, size);
        int64_t span = (size - 1) * value_at(&patches->dilation_rate, i, 1) + 1;

        if (*dim >= 0 && patches->padding == NWTI_PAD_VALID && span > *dim) {
            return NWT_FAIL(op, "patches of {} do not fit into its input's {}", span, *dim);
        }
        depth = nwti_dim_times(op, depth, size);
        *dim = *dim < 0                             ? -1
               : patches->padding == NWTI_PAD_VALID ? (*dim - span) / stride + 1
                                                    : (*dim + stride - 1) / stride;
    }
    *channels = depth;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* (batch, channels, height, width) into (batch, channels x kernel, positions). */
static int32_t unfold_shape(nwt_op *op, const void *self)
{
    const struct image *unfold = self;
    nwti_operand x;
    int64_t positions = 1;

    nwti_unary_read(op, &x);
    if (x.rank != 4) {
        return NWT_FAIL(op, "its input has {} axes, not 4: {0}", x.rank);
    }
    for (int32_t i = 0; i < 2; i++) {
        int64_t size = value_at(&unfold->size, i, 1);
        int64_t span = (size - 1) * value_at(&unfold->dilation_rate, i, 1) + 1;
        int64_t dim = x.dims[2 + i], more = 2 * value_at(&unfold->padding_of, i, 0);

        if (dim < 0) {
            return NWT_FAIL(op, "axis {} of its input is None: {0}", 2 + i);
        }
        if (dim > INT64_MAX - more || dim + more < span - 1) {
            return NWT_FAIL(op, "a window of {} does not fit into its input's {}", span, dim);
        }
        x.dims[1] = nwti_dim_times(op, x.dims[1], size);
        positions = nwti_dim_times(
            op, positions,
            dim + more < span ? 0 : (dim + more - span) / value_at(&unfold->strides, i, 1) + 1);
    }
    x.rank = 3;
    x.dims[2] = positions;
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t fold_shape(nwt_op *op, const void *self)
{
    const struct image *fold = self;
    int64_t kernel = value_at(&fold->size, 0, 1) * value_at(&fold->size, 1, 1);
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (x.rank != 3 || (x.dims[1] >= 0 && x.dims[1] % kernel != 0)) {
        return NWT_FAIL(op, "its input must be (batch, a multiple of {}, positions): {0}", kernel);
    }
    x.dims[1] = x.dims[1] < 0 ? -1 : x.dims[1] / kernel;
    x.dims[2] = value_at(&fold->padding_of, 0, -1);
    nwti_operand_insert(op, &x, 3, value_at(&fold->padding_of, 1, -1));
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

/* Blocks of pixels become channels (`to_depth`), or the other way round. */
static int32_t blocks(nwt_op *op, const struct image *self, int32_t to_depth)
{
    int64_t block = self->block_size, *size, *channels;
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (x.rank != 4) {
        return NWT_FAIL(op, "its input has {} axes, not 4: {0}", x.rank);
    }
    channels = &x.dims[channel_axis(self, &x)];
    size = &x.dims[self->data_format == NWTI_CHANNELS_FIRST ? 2 : 1];
    if (!to_depth && *channels >= 0 && *channels % (block * block) != 0) {
        return NWT_FAIL(op, "its {} channels are no multiple of {}", *channels, block * block);
    }
    for (int32_t i = 0; i < 2; i++) {
        if (to_depth && size[i] >= 0 && size[i] % block != 0) {
            return NWT_FAIL(op, "its input's {} is no multiple of block_size {}", size[i], block);
        }
        size[i] = !to_depth     ? nwti_dim_times(op, size[i], block)
                  : size[i] < 0 ? -1
                                : size[i] / block;
    }
    *channels = to_depth        ? nwti_dim_times(op, *channels, block * block)
                : *channels < 0 ? -1
                                : *channels / (block * block);
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t depth_to_space_shape(nwt_op *op, const void *self)
{
    return blocks(op, self, 0);
}

static int32_t space_to_depth_shape(nwt_op *op, const void *self)
{
    return blocks(op, self, 1);
}

#define BLOCK_SIZE                                                                          \
    {                                                                                       \
        "block_size", NULL, "rows and columns of a block", NULL, 1, 32768, NWT_TYPE_INT, 0, \
            (int32_t)offsetof(struct image, block_size), 1                                  \
    }
#define PATCH_PADDING                                                                         \
    {                                                                                         \
        "padding", "'valid'", "pad the input ('same') or not ('valid')", nwti_paddings, 0, 0, \
            NWT_TYPE_CHOICE, 0, (int32_t)offsetof(struct image, padding), 1                   \
    }

ROWS(x, NWTI_INPUT("x", "images"));
ROWS(block_options, BLOCK_SIZE, FORMAT);
ROWS(patch_options, IMAGE_INTS("size", size, NULL, 1, "size of a patch"),
     IMAGE_INTS("strides", strides, "None", 1, "steps between patches"),
     IMAGE_INTS("dilation_rate", dilation_rate, "1", 1, "distance between elements"), PATCH_PADDING,
     FORMAT);
ROWS(fold_options, IMAGE_INTS("output_size", padding_of, NULL, 0, "height and width"),
     IMAGE_INTS("kernel_size", size, NULL, 1, "size of the window"),
     IMAGE_INTS("dilation", dilation_rate, "1", 1, "distance between elements"),
     NWTI_KEPT_ROW("padding", "0", "elements added at each side"),
     IMAGE_INTS("stride", strides, "1", 1, "steps of the window"));
ROWS(unfold_options, IMAGE_INTS("kernel_size", size, NULL, 1, "size of the window"),
     IMAGE_INTS("dilation", dilation_rate, "1", 1, "distance between elements"),
     IMAGE_INTS("padding", padding_of, "0", 0, "elements added at each side"),
     IMAGE_INTS("stride", strides, "1", 1, "steps of the window"));

IMAGE(depth_to_space, "DepthToSpace", "turns channels into blocks of pixels", block_options, x,
      depth_to_space_shape, NWT_WORK_MOVES);
IMAGE(extract_patches, "ExtractPatches", "cuts images into patches", patch_options, images,
      extract_patches_shape, NWT_WORK_MOVES);
IMAGE(fold, "Fold", "joins windows to images", fold_options, x, fold_shape, NWT_WORK_UNCOUNTED);
IMAGE(space_to_depth, "SpaceToDepth", "turns blocks of pixels into channels", block_options, x,
      space_to_depth_shape, NWT_WORK_MOVES);
IMAGE(unfold, "Unfold", "cuts images into windows", unfold_options, x, unfold_shape,
      NWT_WORK_MOVES);
