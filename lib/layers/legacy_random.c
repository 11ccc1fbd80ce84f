/* RandomHeight, RandomWidth and RandomFourierFeatures, of Keras 2. */
#include "core/account.h"
#include "core/builtin.h"

#include <string.h>

static const nwt_option size_options[] = {
    {"factor", NULL, "how much the length may change", NULL, 0, 0, NWT_TYPE_OPAQUE, 0, 0, 0},
    NWT_OPTION_OPAQUE("interpolation", "how values between pixels are found"),
    NWT_OPTION_OPAQUE("seed", "seed of the random numbers"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(image, 3, 4, "(rows, columns, channels), with a batch or without");

/* The length of one axis, counted from the end, is not known. */
static int32_t change(nwt_op *op, int32_t axis)
{
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    dims[rank - axis] = -1;
    return nwt_op_output(op, rank, dims, nwt_op_compute_dtype(op));
}

static int32_t height_shape(nwt_op *op, const void *self)
{
    (void)self;
    return change(op, 3);
}

static int32_t width_shape(nwt_op *op, const void *self)
{
    (void)self;
    return change(op, 2);
}

#define RANDOM_SIZE(symbol, name, words, callback)                                  \
    KIND(symbol, name, .about = words, .options = size_options, .arguments = image, \
         .arguments_size = sizeof(nwt_one_tensor), .shape = callback, .work = NWT_WORK_UNCOUNTED)

RANDOM_SIZE(random_height, "RandomHeight", "makes images higher or lower at random", height_shape);
RANDOM_SIZE(random_width, "RandomWidth", "makes images wider or narrower at random", width_shape);

struct fourier {
    int64_t output_dim;
};

static const nwt_option fourier_options[] = {
    NWT_OPTION_INT(struct fourier, output_dim, NULL, 1, INT64_MAX, "number of output features"),
    NWT_OPTION_OPAQUE_("kernel_initializer", "'gaussian', 'laplacian' or an initializer",
                       NWT_FLAG_INITIALIZER),
    NWT_OPTION_OPAQUE("scale", "what the kernel is divided by"), NWT_OPTION_END};

NWT_ONE_TENSOR(features, 2, 2, "(batch, features)");

static int32_t fourier_weights(nwt_op *op, const void *self)
{
    const struct fourier *fourier = self;

    NWT_WEIGHT_WITH(op, "kernel_scale", 0, NWT_DTYPE_FLOAT32, {"scale", 1});
    NWT_WEIGHT_WITH(op, "unscaled_kernel", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_FLOAT32,
                    {"input features", nwt_op_dim(op, 0, -1)},
                    {"output features", fourier->output_dim});
    return NWT_WEIGHT_WITH(op, "bias", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_FLOAT32,
                           {"output features", fourier->output_dim});
}

/* cos(x * kernel / scale + bias) */
static int32_t fourier_shape(nwt_op *op, const void *self)
{
    const struct fourier *fourier = self;
    int64_t dims[] = {nwt_op_dim(op, 0, 0), fourier->output_dim};
    int64_t kernel[] = {nwt_op_dim(op, 0, -1), fourier->output_dim};

    nwti_rows_macs(op, 1, dims, 2,
                   (nwt_axis[]){{"input features", kernel[0]}, {"*output features", kernel[1]}});
    nwt_op_flops(op, 1, 2, kernel);
    nwt_op_flops(op, 2, 2, dims);
    return nwt_op_output(op, 2, dims, NWT_DTYPE_FLOAT32);
}

static const nwt_past fourier_past[] = {NWT_PAST_DEFAULT("trainable", "False", 0, 0), NWT_PAST_END};

KIND(random_fourier_features, "RandomFourierFeatures",
     .about = "approximates a kernel by cosines at random", .past = fourier_past,
     .options = fourier_options, .arguments = features, .self_size = sizeof(struct fourier),
     .arguments_size = sizeof(nwt_one_tensor), .weights = fourier_weights, .shape = fourier_shape,
     .work = NWT_WORK_STATED,
     .remark = "The kernel and its bias are drawn once and never trained; the scale is, if the "
               "layer is trainable.");
