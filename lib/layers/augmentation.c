/* Image layers that keep the size: their options change no shape and no count. */
#include "core/builtin.h"
#include "core/window.h"

#define REQUIRED(key, help)                                   \
    {                                                         \
        key, NULL, help, NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 0, 0 \
    }
#define SEED NWT_OPTION_OPAQUE("seed", "seed of the random numbers")
#define DATA_FORMAT NWT_OPTION_OPAQUE("data_format", "which axis holds the channels")
#define VALUE_RANGE NWT_OPTION_OPAQUE("value_range", "range of the pixels' values")
#define FACTOR NWT_OPTION_OPAQUE("factor", "strength of the change")
#define REQUIRED_FACTOR REQUIRED("factor", "strength of the change")
#define SCALE NWT_OPTION_OPAQUE("scale", "size of what is changed")
#define INTERPOLATION NWT_OPTION_OPAQUE("interpolation", "how values between pixels are found")
#define FILL_MODE NWT_OPTION_OPAQUE("fill_mode", "how points outside are filled")
#define FILL_VALUE NWT_OPTION_OPAQUE("fill_value", "what points outside are filled with")

#define AUGMENTATION_OF(symbol, name, words, keeps, cost, ...)                  \
    static const nwt_option symbol##_options[] = {__VA_ARGS__, NWT_OPTION_END}; \
    KIND(symbol, name, .about = words, .options = symbol##_options, .flags = keeps, .work = cost)
#define AUGMENTATION_WITH(symbol, name, words, keeps, ...) \
    AUGMENTATION_OF(symbol, name, words, keeps, NWT_WORK_UNCOUNTED, __VA_ARGS__)
/* Those that filter: their products are not known. */
#define FILTERING(symbol, name, words, ...) \
    AUGMENTATION_OF(symbol, name, words, 0, NWT_WORK_UNKNOWN, __VA_ARGS__)
#define AUGMENTATION(symbol, name, words, ...) \
    AUGMENTATION_WITH(symbol, name, words, 0, __VA_ARGS__)

FILTERING(aug_mix, "AugMix", "mixes several random distortions of images", VALUE_RANGE,
          NWT_OPTION_OPAQUE("num_chains", "number of chains of distortions"),
          NWT_OPTION_OPAQUE("chain_depth", "distortions in a chain"), FACTOR,
          NWT_OPTION_OPAQUE("alpha", "how evenly the chains are mixed"),
          NWT_OPTION_OPAQUE("all_ops", "use all distortions"), INTERPOLATION, SEED, DATA_FORMAT);

AUGMENTATION(auto_contrast, "AutoContrast", "stretches the contrast of images", VALUE_RANGE,
             DATA_FORMAT);

AUGMENTATION(contrast_limited_adaptive_histogram_equalization,
             "ContrastLimitedAdaptiveHistogramEqualization",
             "evens out the contrast of parts of images", VALUE_RANGE,
             NWT_OPTION_OPAQUE("clip_limit", "limit of the contrast"),
             NWT_OPTION_OPAQUE("tile_grid_size", "rows and columns of parts"), DATA_FORMAT);

AUGMENTATION(cut_mix, "CutMix", "pastes parts of images into others", FACTOR, SEED, DATA_FORMAT);

AUGMENTATION_WITH(equalization, "Equalization", "evens out the histogram of images",
                  NWT_KIND_KEEPS_DTYPE, VALUE_RANGE,
                  NWT_OPTION_OPAQUE("bins", "bins of the histogram"), DATA_FORMAT);

AUGMENTATION(max_num_bounding_boxes, "MaxNumBoundingBoxes", "limits the number of bounding boxes",
             REQUIRED("max_number", "most boxes that are kept"), FILL_VALUE, DATA_FORMAT);

AUGMENTATION(mix_up, "MixUp", "blends images with others",
             NWT_OPTION_OPAQUE("alpha", "how evenly they are blended"), DATA_FORMAT, SEED);

FILTERING(rand_augment, "RandAugment", "applies random distortions to images", VALUE_RANGE,
          NWT_OPTION_OPAQUE("num_ops", "number of distortions"), FACTOR, INTERPOLATION, SEED,
          DATA_FORMAT);

AUGMENTATION(random_brightness, "RandomBrightness", "changes the brightness of images at random",
             REQUIRED_FACTOR, VALUE_RANGE, SEED, DATA_FORMAT);

NWT_ONE_TENSOR(degeneration_arguments, 3, 4,
               "(batch, height, width, channels), or without the batch");
struct degeneration {
    int32_t data_format;
};

static const nwt_option degeneration_options[] = {REQUIRED_FACTOR, VALUE_RANGE,
                                                  DATA_FORMAT_ROW(struct degeneration, data_format),
                                                  SEED, NWT_OPTION_END};

static int32_t degeneration_shape(nwt_op *op, const void *self)
{
    const struct degeneration *degeneration = self;
    int64_t channels = nwt_op_dim(op, 0,
                                  degeneration->data_format == NWTI_CHANNELS_FIRST ? -3 : -1);

    if (channels >= 0 && channels != 3) {
        return NWT_FAIL(op, "the input has {} channels; 3 are allowed", channels);
    }
    return nwt_op_output(op, nwt_op_rank(op, 0), nwt_op_dims(op, 0), 0);
}

KIND(random_color_degeneration, "RandomColorDegeneration",
     .about = "takes colour from images at random", .options = degeneration_options,
     .arguments = degeneration_arguments, .self_size = sizeof(struct degeneration),
     .arguments_size = sizeof(nwt_one_tensor), .shape = degeneration_shape,
     .work = NWT_WORK_UNCOUNTED);

AUGMENTATION(random_color_jitter, "RandomColorJitter", "changes the colours of images at random",
             VALUE_RANGE,
             NWT_OPTION_OPAQUE("brightness_factor", "strength of the change of brightness"),
             NWT_OPTION_OPAQUE("contrast_factor", "strength of the change of contrast"),
             NWT_OPTION_OPAQUE("saturation_factor", "strength of the change of saturation"),
             NWT_OPTION_OPAQUE("hue_factor", "strength of the change of hue"), SEED, DATA_FORMAT);

AUGMENTATION(random_contrast, "RandomContrast", "changes the contrast of images at random",
             REQUIRED_FACTOR, VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_elastic_transform, "RandomElasticTransform", "warps images at random", FACTOR,
             SCALE, INTERPOLATION, FILL_MODE, FILL_VALUE, VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_erasing, "RandomErasing", "erases random parts of images", FACTOR, SCALE,
             FILL_VALUE, VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_flip, "RandomFlip", "flips images at random",
             NWT_OPTION_OPAQUE("mode", "'horizontal', 'vertical' or 'horizontal_and_vertical'"),
             SEED, DATA_FORMAT);

FILTERING(random_gaussian_blur, "RandomGaussianBlur", "blurs images at random", FACTOR,
          NWT_OPTION_OPAQUE("kernel_size", "size of the blur"),
          NWT_OPTION_OPAQUE("sigma", "standard deviation of the blur"), VALUE_RANGE, DATA_FORMAT,
          SEED);

struct grayscale {
    double factor;
};

static const nwt_option grayscale_options[] = {
    NWT_OPTION_FLOAT(struct grayscale, factor, "0.5", 0, 1, "fraction of the images"), DATA_FORMAT,
    SEED, NWT_OPTION_END};

KIND(random_grayscale, "RandomGrayscale", .about = "makes images grey at random",
     .options = grayscale_options, .self_size = sizeof(struct grayscale),
     .flags = NWT_KIND_KEEPS_DTYPE, .work = NWT_WORK_UNCOUNTED);

AUGMENTATION(random_hue, "RandomHue", "changes the hue of images at random", REQUIRED_FACTOR,
             VALUE_RANGE, DATA_FORMAT, SEED);

AUGMENTATION(random_invert, "RandomInvert", "inverts images at random", FACTOR, VALUE_RANGE, SEED,
             DATA_FORMAT);

AUGMENTATION(random_perspective, "RandomPerspective", "changes the perspective of images at random",
             FACTOR, SCALE, INTERPOLATION, FILL_VALUE, SEED, DATA_FORMAT);

AUGMENTATION(random_posterization, "RandomPosterization", "reduces the bits of colours at random",
             REQUIRED_FACTOR, VALUE_RANGE, DATA_FORMAT, SEED);

AUGMENTATION(random_rotation, "RandomRotation", "rotates images at random", REQUIRED_FACTOR,
             FILL_MODE, INTERPOLATION, SEED, FILL_VALUE, DATA_FORMAT);

AUGMENTATION(random_saturation, "RandomSaturation", "changes the saturation of images at random",
             REQUIRED_FACTOR, VALUE_RANGE, DATA_FORMAT, SEED);

FILTERING(random_sharpness, "RandomSharpness", "changes the sharpness of images at random",
          REQUIRED_FACTOR, VALUE_RANGE, DATA_FORMAT, SEED);

AUGMENTATION(random_shear, "RandomShear", "shears images at random",
             NWT_OPTION_OPAQUE("x_factor", "strength along the width"),
             NWT_OPTION_OPAQUE("y_factor", "strength along the height"), INTERPOLATION, FILL_MODE,
             FILL_VALUE, DATA_FORMAT, SEED);

AUGMENTATION(random_translation, "RandomTranslation", "shifts images at random",
             REQUIRED("height_factor", "share of the height"),
             REQUIRED("width_factor", "share of the width"), FILL_MODE, INTERPOLATION, SEED,
             FILL_VALUE, DATA_FORMAT);

AUGMENTATION(random_zoom, "RandomZoom", "zooms images at random",
             REQUIRED("height_factor", "share of the height"),
             NWT_OPTION_OPAQUE("width_factor", "share of the width"), FILL_MODE, INTERPOLATION,
             SEED, FILL_VALUE, DATA_FORMAT);

AUGMENTATION(solarization, "Solarization", "inverts bright pixels of images",
             NWT_OPTION_OPAQUE("addition_factor", "what is added before"),
             NWT_OPTION_OPAQUE("threshold_factor", "where inverting begins"), VALUE_RANGE, SEED,
             DATA_FORMAT);
