#include "core/builtin.h"
#include "core/context.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/weight.h"

/* A layer of keras.applications' ConvNeXt (keras/src/applications/convnext.py). */
struct layer_scale {
    int64_t projection_dim;
};

static const nwt_option layer_scale_options[] = {
    NWT_OPTION_OPAQUE("init_values", "how the scale begins"),
    NWT_OPTION_INT(struct layer_scale, projection_dim, NULL, 1, INT64_MAX, "number of features"),
    NWT_OPTION_END};

/* Its weight's name tells it from another with the same options, so what the first call of one
   found is not that of the other. */
static int32_t layer_scale_make(nwt_op *op, void *self)
{
    (void)self;
    op->layer->marks |= NWTI_HAS_POINTERS;
    return 0;
}

static int32_t layer_scale_weights(nwt_op *op, const void *self)
{
    const struct layer_scale *scale = self;
    const char *name = op->layer->weight_count > 0 ? op->layer->weights[0].form->name
                                                   : nwti_weight_automatic_name(op->ctx);

    return name != NULL ? NWT_WEIGHT(op, name, {"features", scale->projection_dim})
                        : op->ctx->status;
}

KIND(layer_scale, "LayerScale", .about = "multiplies each feature by a weight",
     .options = layer_scale_options, .self_size = sizeof(struct layer_scale),
     .make = layer_scale_make, .weights = layer_scale_weights, .work = NWT_WORK_ELEMENTWISE,
     .flops = 1);

/* A layer of its InceptionResNetV2 (inception_resnet_v2.py): the first input, and the second times
   a constant. */
struct custom_scale_arguments {
    nwt_range inputs;
};

static const nwt_option custom_scale_options[] = {
    NWT_OPTION_OPAQUE("scale", "what the second input is multiplied by"), NWT_OPTION_END};

static const nwt_option custom_scale_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct custom_scale_arguments, inputs, NULL, 2, 1, NWT_MAX_RANK,
                         "a tensor, and what is added to it"),
    NWT_OPTION_END};

/* Registered without a package, it was named so. */
static const nwt_past custom_scale_past[] = {
    NWT_PAST_CLASS("Custom>CustomScaleLayer", 20400, 30000), NWT_PAST_END};

KIND(custom_scale_layer, "CustomScaleLayer", .about = "adds a multiple of its second input",
     .past = custom_scale_past, .options = custom_scale_options,
     .arguments = custom_scale_arguments, .arguments_size = sizeof(struct custom_scale_arguments),
     .work = NWT_WORK_ELEMENTWISE, .flops = 2);
