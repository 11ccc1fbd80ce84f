/* Image layers that give another size. */
#include "core/builtin.h"
#include "core/window.h"

#include <string.h>

struct image {
    int64_t height;
    int64_t width;
    int32_t data_format;
};

#define IMAGE_SIZE                                                                    \
    NWT_OPTION_INT(struct image, height, NULL, 0, INT64_MAX, "height of the output"), \
        NWT_OPTION_INT(struct image, width, NULL, 0, INT64_MAX, "width of the output")

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
    IMAGE_SIZE, NWT_OPTION_OPAQUE("seed", "seed of the random numbers"),
    DATA_FORMAT_ROW(struct image, data_format), NWT_OPTION_END};

ONE_INPUT(image_arguments, 3, 4, "(batch, height, width, channels), or without the batch");

static int32_t image_shape(nwt_op *op, const void *self)
{
    const struct image *image = self;
    int32_t rank = nwt_op_rank(op, 0);
    int32_t height = rank - (image->data_format == NWTI_CHANNELS_FIRST ? 2 : 3);
    int64_t dims[NWT_MAX_RANK];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    dims[height] = image->height;
    dims[height + 1] = image->width;
    return nwt_op_output(op, rank, dims, 0);
}

#define IMAGE(symbol, name, words, cost)                                                          \
    KIND(symbol, name, .about = words, .options = symbol##_options, .arguments = image_arguments, \
         .self_size = sizeof(struct image), .arguments_size = sizeof(struct nwti_one_input),      \
         .shape = image_shape, .work = cost)

IMAGE(resizing, "Resizing", "scales images to one size", NWT_WORK_UNCOUNTED);
IMAGE(center_crop, "CenterCrop", "cuts out the middle of images", NWT_WORK_MOVES);
IMAGE(random_crop, "RandomCrop", "cuts out a random part of images", NWT_WORK_MOVES);
