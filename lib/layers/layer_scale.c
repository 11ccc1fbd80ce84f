#include "core/builtin.h"

/* A layer of keras.applications' ConvNeXt (keras/src/applications/convnext.py). */
struct layer_scale {
    int64_t projection_dim;
};

static const nwt_option layer_scale_options[] = {
    NWT_OPTION_OPAQUE("init_values", "how the scale begins"),
    NWT_OPTION_INT(struct layer_scale, projection_dim, NULL, 1, INT64_MAX, "number of features"),
    NWT_OPTION_END};

static int32_t layer_scale_weights(nwt_op *op, const void *self)
{
    const struct layer_scale *scale = self;

    return NWT_WEIGHT(op, "gamma", {"features", scale->projection_dim});
}

KIND(layer_scale, "LayerScale", .about = "multiplies each feature by a weight",
     .options = layer_scale_options, .self_size = sizeof(struct layer_scale),
     .weights = layer_scale_weights, .work = NWT_WORK_ELEMENTWISE, .flops = 1);
