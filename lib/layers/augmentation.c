/* Image layers that keep the size: their options change no shape and no count. */
#include "core/builtin.h"
#include "core/opaque.h"
#include "core/window.h"

/* A row of which nothing is kept, but whose value must be good; REQUIRED for no default. */
#define ROW(key, otherwise, help, flags, choices, least, most)                         \
    {                                                                                  \
        key, otherwise, help, choices, 0, 0, NWT_TYPE_OPAQUE, flags, 0, 0, least, most \
    }
#define REQUIRED NULL
#define SEED NWTI_OPTION_SEED("seed of the random numbers")
#define DATA_FORMAT \
    ROW("data_format", "None", "which axis holds the channels", NWTI_FLAG_CHOICE, formats, 0, 0)
#define VALUE_RANGE ROW("value_range", "(0, 255)", "range of the pixels' values", 0, NULL, 0, 0)
#define VALUE_PAIR \
    ROW("value_range", "(0, 255)", "range of the pixels' values", NWTI_FLAG_PAIR, NULL, 0, 0)
/* A factor that is judged by its ends, one where both must be good, and one that Keras's base
   class takes, to which any false value is 0. */
#define NUMBER(key, otherwise, help, least, most) \
    ROW(key, otherwise, help, NWTI_FLAG_FACTOR, NULL, least, most)
#define NUMBERS(key, otherwise, help, least, most) \
    ROW(key, otherwise, help, NWTI_FLAG_FACTORS, NULL, least, most)
#define FACTOR(otherwise, least, most) \
    NUMBER("factor", otherwise, "strength of the change", least, most)
#define BASE_FACTOR(key, otherwise, help, least, most)                                             \
    ROW(key, otherwise, help, NWT_FLAG_NULLABLE | NWTI_FLAG_FACTOR | NWTI_FLAG_FALSY, NULL, least, \
        most)
#define INTERPOLATION                                                                           \
    ROW("interpolation", "'bilinear'", "how values between pixels are found", NWTI_FLAG_CHOICE, \
        interpolations, 0, 0)
#define FILL_MODE_OF(choices) \
    ROW("fill_mode", "'reflect'", "how points outside are filled", NWTI_FLAG_CHOICE, choices, 0, 0)
#define FILL_MODE FILL_MODE_OF(fills)
#define FILL_VALUE NWT_OPTION_OPAQUE("fill_value", "what points outside are filled with")

static const char *const formats[] = {"channels_last", "channels_first", NULL};
static const char *const interpolations[] = {"nearest", "bilinear", NULL};
static const char *const fills[] = {"reflect", "wrap", "constant", "nearest", NULL};
static const char *const warps[] = {"constant", "nearest", "wrap", "mirror", "reflect", NULL};

#define AUGMENTATION_OF(symbol, name, words, keeps, cost, ...)                           \
    static const nwt_option symbol##_options[] = {__VA_ARGS__, NWT_OPTION_END};          \
    KIND(symbol, name, .about = words, .options = symbol##_options,                      \
         .shape = (keeps)&NWT_KIND_KEEPS_DTYPE ? NULL : nwti_cast_shape, .flags = keeps, \
         .work = cost)
#define AUGMENTATION_WITH(symbol, name, words, keeps, ...) \
    AUGMENTATION_OF(symbol, name, words, keeps, NWT_WORK_UNCOUNTED, __VA_ARGS__)
/* Those that filter: their products are not known. */
#define FILTERING(symbol, name, words, ...) \
    AUGMENTATION_OF(symbol, name, words, 0, NWT_WORK_UNKNOWN, __VA_ARGS__)
#define AUGMENTATION(symbol, name, words, ...) \
    AUGMENTATION_WITH(symbol, name, words, 0, __VA_ARGS__)

FILTERING(aug_mix, "AugMix", "mixes several random distortions of images", VALUE_PAIR,
          NWT_OPTION_OPAQUE("num_chains", "number of chains of distortions"),
          NWT_OPTION_OPAQUE("chain_depth", "distortions in a chain"), FACTOR("0.3", 0, 1),
          NWT_OPTION_OPAQUE("alpha", "how evenly the chains are mixed"),
          NWT_OPTION_OPAQUE("all_ops", "use all distortions"), INTERPOLATION, SEED, DATA_FORMAT);

AUGMENTATION(auto_contrast, "AutoContrast", "stretches the contrast of images", VALUE_PAIR,
             DATA_FORMAT);

AUGMENTATION(contrast_limited_adaptive_histogram_equalization,
             "ContrastLimitedAdaptiveHistogramEqualization",
             "evens out the contrast of parts of images", VALUE_RANGE,
             NWT_OPTION_OPAQUE("clip_limit", "limit of the contrast"),
             NWT_OPTION_OPAQUE("tile_grid_size", "rows and columns of parts"), DATA_FORMAT);

AUGMENTATION(cut_mix, "CutMix", "pastes parts of images into others", FACTOR("1.0", 0, 1), SEED,
             DATA_FORMAT);

AUGMENTATION_WITH(equalization, "Equalization", "evens out the histogram of images",
                  NWT_KIND_KEEPS_DTYPE, VALUE_PAIR,
                  NWT_OPTION_OPAQUE("bins", "bins of the histogram"), DATA_FORMAT);

AUGMENTATION(max_num_bounding_boxes, "MaxNumBoundingBoxes", "limits the number of bounding boxes",
             ROW("max_number", REQUIRED, "most boxes that are kept", 0, NULL, 0, 0), FILL_VALUE,
             DATA_FORMAT);

AUGMENTATION(mix_up, "MixUp", "blends images with others",
             NWT_OPTION_OPAQUE("alpha", "how evenly they are blended"), DATA_FORMAT, SEED);

FILTERING(rand_augment, "RandAugment", "applies random distortions to images", VALUE_PAIR,
          NWT_OPTION_OPAQUE("num_ops", "number of distortions"), FACTOR("0.5", 0, 1), INTERPOLATION,
          SEED, DATA_FORMAT);

AUGMENTATION(random_brightness, "RandomBrightness", "changes the brightness of images at random",
             BASE_FACTOR("factor", REQUIRED, "strength of the change", -1, 1), VALUE_PAIR, SEED,
             DATA_FORMAT);

NWT_ONE_TENSOR(degeneration_arguments, 3, 4,
               "(batch, height, width, channels), or without the batch");
struct degeneration {
    int32_t data_format;
};

static const nwt_option degeneration_options[] = {FACTOR(REQUIRED, -1, 1), VALUE_PAIR,
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
             BASE_FACTOR("brightness_factor", "None", "strength of the change of brightness", -1,
                         1),
             NUMBER("contrast_factor", "None", "strength of the change of contrast", 0, 1),
             NUMBER("saturation_factor", "None", "strength of the change of saturation", -1, 1),
             NUMBER("hue_factor", "None", "strength of the change of hue", 0, 1), SEED,
             DATA_FORMAT);

AUGMENTATION(random_contrast, "RandomContrast", "changes the contrast of images at random",
             FACTOR(REQUIRED, 0, 1), VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_elastic_transform, "RandomElasticTransform", "warps images at random",
             FACTOR("1.0", 0, 1), NUMBER("scale", "1.0", "size of what is changed", 0, 1),
             INTERPOLATION, FILL_MODE_OF(warps), FILL_VALUE, VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_erasing, "RandomErasing", "erases random parts of images", FACTOR("1.0", 0, 1),
             NUMBER("scale", "(0.02, 0.33)", "size of what is changed", 0, 1), FILL_VALUE,
             VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_flip, "RandomFlip", "flips images at random",
             NWT_OPTION_OPAQUE("mode", "'horizontal', 'vertical' or 'horizontal_and_vertical'"),
             SEED, DATA_FORMAT);

FILTERING(random_gaussian_blur, "RandomGaussianBlur", "blurs images at random", FACTOR("1.0", 0, 1),
          ROW("kernel_size", "3", "size of the blur", NWTI_FLAG_ODD, NULL, 0, 0),
          NUMBER("sigma", "1.0", "standard deviation of the blur", 0, 1), VALUE_RANGE, DATA_FORMAT,
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

AUGMENTATION(random_hue, "RandomHue", "changes the hue of images at random", FACTOR(REQUIRED, 0, 1),
             VALUE_RANGE, DATA_FORMAT, SEED);

AUGMENTATION(random_invert, "RandomInvert", "inverts images at random", FACTOR("1.0", 0, 1),
             VALUE_RANGE, SEED, DATA_FORMAT);

AUGMENTATION(random_perspective, "RandomPerspective", "changes the perspective of images at random",
             FACTOR("1.0", 0, 1),
             ROW("scale", "1.0", "size of what is changed", NWTI_FLAG_FACTOR, NULL, 0, 1),
             INTERPOLATION, FILL_VALUE, SEED, DATA_FORMAT);

AUGMENTATION(random_posterization, "RandomPosterization", "reduces the bits of colours at random",
             FACTOR(REQUIRED, 1, 8), VALUE_PAIR, DATA_FORMAT, SEED);

AUGMENTATION(random_rotation, "RandomRotation", "rotates images at random",
             BASE_FACTOR("factor", REQUIRED, "strength of the change", -1, 1), FILL_MODE,
             INTERPOLATION, SEED, FILL_VALUE, DATA_FORMAT);

AUGMENTATION(random_saturation, "RandomSaturation", "changes the saturation of images at random",
             FACTOR(REQUIRED, -1, 1), VALUE_PAIR, DATA_FORMAT, SEED);

FILTERING(random_sharpness, "RandomSharpness", "changes the sharpness of images at random",
          FACTOR(REQUIRED, 0, 1), VALUE_PAIR, DATA_FORMAT, SEED);

AUGMENTATION(random_shear, "RandomShear", "shears images at random",
             NUMBERS("x_factor", "0.0", "strength along the width", 0, 1),
             NUMBERS("y_factor", "0.0", "strength along the height", 0, 1), INTERPOLATION,
             FILL_MODE, FILL_VALUE, DATA_FORMAT, SEED);

AUGMENTATION(random_translation, "RandomTranslation", "shifts images at random",
             NUMBERS("height_factor", REQUIRED, "share of the height", -1, 1),
             NUMBERS("width_factor", REQUIRED, "share of the width", -1, 1), FILL_MODE,
             INTERPOLATION, SEED, FILL_VALUE, DATA_FORMAT);

#define ZOOM(key, otherwise, help) \
    ROW(key, otherwise, help, NWTI_FLAG_FACTORS | NWTI_FLAG_ABOVE, NULL, -1, 1)
AUGMENTATION(random_zoom, "RandomZoom", "zooms images at random",
             ZOOM("height_factor", REQUIRED, "share of the height"),
             ZOOM("width_factor", "None", "share of the width"), FILL_MODE, INTERPOLATION, SEED,
             FILL_VALUE, DATA_FORMAT);

AUGMENTATION(solarization, "Solarization", "inverts bright pixels of images",
             NUMBERS("addition_factor", "0.0", "what is added before", 0, 1),
             NUMBERS("threshold_factor", "0.0", "where inverting begins", 0, 1), VALUE_PAIR, SEED,
             DATA_FORMAT);
