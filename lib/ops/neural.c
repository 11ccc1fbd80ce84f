/* Operations on images and on features. */
#include "ops/operand.h"

#include "core/account.h"
#include "core/window.h"

#include <string.h>

struct glu {
    int64_t axis;
};

static const nwt_option glu_options[] = {
    NWT_OPTION_INT(struct glu, axis, "-1", INT64_MIN, INT64_MAX, "the axis that is halved"),
    NWT_OPTION_END};

static int32_t glu_shape(nwt_op *op, const void *self)
{
    int32_t axis = nwt_op_axis(op, "axis", ((const struct glu *)self)->axis, nwt_op_rank(op, 0));
    nwti_operand x;

    nwti_unary_read(op, &x);
    if (x.dims[axis] != -1) {
        if (x.dims[axis] % 2 != 0 && !nwt_op_ended(op)) {
            return NWT_FAIL(op, "axis {} of {0} cannot be halved", axis);
        }
        x.dims[axis] /= 2;
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_glu, "ops.Glu", .about = "gates one half of an axis by the other", .options = glu_options,
     .arguments = nwti_unary_arguments, .self_size = sizeof(struct glu),
     .arguments_size = sizeof(struct nwti_unary), .shape = glu_shape, .work = NWT_WORK_ELEMENTWISE,
     .flops = 2);

struct norm_arguments {
    int32_t x;
    int32_t gamma;
    int32_t beta;
    int32_t scale;
};

static const nwt_option rms_norm_options[] = {
    NWTI_KEPT_ROW("axis", "-1", "the axes that are normalized"),
    NWTI_KEPT_ROW("epsilon", "None", "added to what it divides by"), NWT_OPTION_END};

static const nwt_option layer_norm_options[] = {
    NWTI_KEPT_ROW("axis", "-1", "the axes that are normalized"),
    NWTI_KEPT_ROW("epsilon", "None", "added to what it divides by"),
    NWTI_KEPT_ROW("rms_scaling", "False", "divide by the deviation only"), NWT_OPTION_END};

static const nwt_option layer_norm_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct norm_arguments, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWT_ARGUMENT_TENSOR(struct norm_arguments, gamma, "None", 0, NWT_MAX_RANK, "its scale"),
    NWT_ARGUMENT_TENSOR(struct norm_arguments, beta, "None", 0, NWT_MAX_RANK, "what is added"),
    NWT_OPTION_END};

static const nwt_option rms_norm_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct norm_arguments, x, NULL, 0, NWT_MAX_RANK, "any tensor"),
    NWT_ARGUMENT_TENSOR(struct norm_arguments, scale, "None", 0, NWT_MAX_RANK, "its scale"),
    NWT_OPTION_END};

/* As the layers: mean, difference, square, variance and division, or square, mean and division. */
static int32_t norm(nwt_op *op, int64_t each)
{
    nwti_operand x;

    nwti_unary_read(op, &x);
    nwt_op_flops(op, each, x.rank, x.dims);
    nwti_op_part(op, NWTI_LAYER_NORM, nwti_elements(x.rank, x.dims));
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

static int32_t layer_norm_shape(nwt_op *op, const void *self)
{
    const struct norm_arguments *call = nwt_op_arguments(op);

    (void)self;
    return norm(op, 5 + (call->gamma >= 0) + (call->beta >= 0));
}

static int32_t rms_norm_shape(nwt_op *op, const void *self)
{
    const struct norm_arguments *call = nwt_op_arguments(op);

    (void)self;
    return norm(op, 3 + (call->scale >= 0));
}

#define NORM(symbol, name, words)                                                          \
    KIND(op_##symbol, "ops." name, .about = words, .options = symbol##_options,            \
         .arguments = symbol##_arguments, .arguments_size = sizeof(struct norm_arguments), \
         .shape = symbol##_shape, .work = NWT_WORK_FLOPS)

NORM(layer_norm, "LayerNorm", "shifts and scales to mean 0 and variance 1");
NORM(rms_norm, "RMSNorm", "divides by the root of the mean square");

struct resize {
    int64_t size[2];
    int32_t data_format;
};

static const nwt_option resize_options[] = {
    NWT_OPTION_TUPLE(struct resize, size, 2, NULL, 0, INT64_MAX, "height and width of the output"),
    NWTI_KEPT_ROW("interpolation", "'bilinear'", "how values between pixels are found"),
    NWTI_KEPT_ROW("antialias", "False", "filter before shrinking"),
    NWTI_KEPT_ROW("crop_to_aspect_ratio", "False", "keep the ratio by cropping"),
    NWTI_KEPT_ROW("pad_to_aspect_ratio", "False", "keep the ratio by padding"),
    NWTI_KEPT_ROW("fill_mode", "'constant'", "how the padding is filled"),
    NWTI_KEPT_ROW("fill_value", "0.0", "what the padding is filled with"),
    DATA_FORMAT_ROW(struct resize, data_format),
    NWT_OPTION_END};

static const nwt_option resize_arguments[] = {
    {"images", NULL, "(batch, height, width, channels), or without the batch", NULL, 3, 4,
     NWT_TYPE_TENSOR, 0, (int32_t)offsetof(struct nwti_unary, x), 1},
    NWT_OPTION_END};

/* TensorFlow keeps a dtype only where it computes no values between pixels. */
static int32_t is_nearest(nwt_op *op)
{
    const char *how = nwt_value_string(nwt_op_option(op, "interpolation"));

    return how != NULL && strcmp(how, "nearest") == 0;
}

static int32_t resize_shape(nwt_op *op, const void *self)
{
    const struct resize *resize = self;
    nwti_operand x;
    int32_t height;

    nwti_unary_read(op, &x);
    height = x.rank - (resize->data_format == NWTI_CHANNELS_FIRST ? 2 : 3);
    x.dims[height] = resize->size[0];
    x.dims[height + 1] = resize->size[1];
    if (nwti_op_is_tensorflow(op) && !is_nearest(op)) {
        x.dtype = NWT_DTYPE_FLOAT32;
    }
    return nwti_operand_output(op, &x, NWTI_AS_IS);
}

KIND(op_resize, "ops.Resize", .about = "scales images", .options = resize_options,
     .arguments = resize_arguments, .self_size = sizeof(struct resize),
     .arguments_size = sizeof(struct nwti_unary), .shape = resize_shape,
     .work = NWT_WORK_UNCOUNTED);
