/* Image layers that give another size. */
#include "core/builtin.h"
#include "core/opaque.h"
#include "core/window.h"

#include <string.h>

struct image {
    int64_t height;
    int64_t width;
    int32_t data_format;
};

/* Keras takes None for a size that is not known. */
#define IMAGE_SIZE                                                                                 \
    NWT_ROW_(struct image, height, NULL, "height of the output", NULL, 0, INT64_MAX, NWT_TYPE_INT, \
             NWT_FLAG_NULLABLE, 1),                                                                \
        NWT_ROW_(struct image, width, NULL, "width of the output", NULL, 0, INT64_MAX,             \
                 NWT_TYPE_INT, NWT_FLAG_NULLABLE, 1)

static const nwt_option resizing_options[] = {
    IMAGE_SIZE,
    NWT_OPTION_OPAQUE("interpolation", "how values between pixels are found"),
    NWT_OPTION_OPAQUE("crop_to_aspect_ratio", "keep the ratio by cropping"),
    NWT_OPTION_OPAQUE("pad_to_aspect_ratio", "keep the ratio by padding"),
    NWT_OPTION_OPAQUE("fill_mode", "how the padding is filled"),
    NWT_OPTION_OPAQUE("fill_value", "what the padding is filled with"),
    NWT_OPTION_OPAQUE("antialias", "filter before shrinking"),
    DATA_FORMAT_ROW(struct image, data_format),
    NWT_OPTION_END};

static const nwt_option center_crop_options[] = {
    IMAGE_SIZE, DATA_FORMAT_ROW(struct image, data_format), NWT_OPTION_END};

static const nwt_option random_crop_options[] = {
    IMAGE_SIZE, NWTI_OPTION_SEED("seed of the random numbers"),
    DATA_FORMAT_ROW(struct image, data_format), NWT_OPTION_END};

#define IMAGE_WORDS "(batch, height, width, channels), or without the batch"
NWT_ONE_TENSOR(center_crop_arguments, 3, 4, IMAGE_WORDS);
NWT_ONE_TENSOR(random_crop_arguments, 2, NWT_MAX_RANK, IMAGE_WORDS);
NWT_ONE_TENSOR(resizing_arguments, 2, NWT_MAX_RANK, IMAGE_WORDS);

static int32_t sized(nwt_op *op, const struct image *image, int32_t height, int32_t crops)
{
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    if (height < 0 || height + 1 >= rank) {
        return nwt_op_fail(op, "the input {0} has no axes of height and width", 0, NULL);
    }
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    /* Whether there is enough to cut off TensorFlow learns from the images, or else resizes them,
       which forgets their number. */
    if (crops && rank > 3 && nwti_op_is_tensorflow(op) &&
        (dims[height] < 0 || dims[height + 1] < 0)) {
        dims[0] = -1;
    }
    dims[height] = image->height != NWT_NONE_INT ? image->height : -1;
    dims[height + 1] = image->width != NWT_NONE_INT ? image->width : -1;
    return nwt_op_output(op, rank, dims, nwt_op_compute_dtype(op));
}

static int32_t crop_shape(nwt_op *op, const void *self)
{
    const struct image *image = self;

    return sized(op, image,
                 nwt_op_rank(op, 0) - (image->data_format == NWTI_CHANNELS_FIRST ? 2 : 3), 1);
}

/* Keras counts the axes from the front: behind a batch for four axes, and for none else. */
static int32_t resizing_shape(nwt_op *op, const void *self)
{
    const struct image *image = self;

    return sized(op, image, (nwt_op_rank(op, 0) == 4) + (image->data_format == NWTI_CHANNELS_FIRST),
                 0);
}

#define IMAGE(symbol, name, words, callback, cost)                           \
    KIND(symbol, name, .about = words, .options = symbol##_options,          \
         .arguments = symbol##_arguments, .self_size = sizeof(struct image), \
         .arguments_size = sizeof(nwt_one_tensor), .shape = callback, .work = cost)

IMAGE(resizing, "Resizing", "scales images to one size", resizing_shape, NWT_WORK_UNCOUNTED);
IMAGE(center_crop, "CenterCrop", "cuts out the middle of images", crop_shape, NWT_WORK_MOVES);
IMAGE(random_crop, "RandomCrop", "cuts out a random part of images", crop_shape, NWT_WORK_MOVES);
