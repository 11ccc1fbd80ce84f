/* Layers that change no value, or only hide some. */
#include "core/builtin.h"

KIND(identity, "Identity", .about = "returns its input", .work = NWT_WORK_VIEW,
     .flags = NWT_KIND_BUILT_AT_ONCE | NWT_KIND_KEEPS_DTYPE);

/* What keras.utils.FeatureSpace puts into models for a feature that it leaves as it is. */
KIND(tfd_identity, "TFDIdentity", .about = "returns its input, within a FeatureSpace",
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE | NWT_KIND_KEEPS_DTYPE);

/* What add_loss() and add_metric() of TensorFlow's own Keras made of a tensor. */
static const nwt_option add_loss_options[] = {
    NWT_OPTION_OPAQUE("unconditional", "it does not depend on the inputs"), NWT_OPTION_END};
static const nwt_option add_metric_options[] = {
    NWT_OPTION_OPAQUE("aggregation", "how batches are joined"),
    NWT_OPTION_OPAQUE("metric_name", "what it is called"), NWT_OPTION_END};

KIND(add_loss, "AddLoss", .about = "adds its input to the loss", .options = add_loss_options,
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE | NWT_KIND_KEEPS_DTYPE);
KIND(add_metric, "AddMetric", .about = "shows its input as a metric", .options = add_metric_options,
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE | NWT_KIND_KEEPS_DTYPE);

static const nwt_option masking_options[] = {
    NWT_OPTION_OPAQUE("mask_value", "steps that hold only this are skipped; 0.0 if not given"),
    NWT_OPTION_END};

KIND(masking, "Masking", .about = "marks the steps that later layers skip",
     .options = masking_options, .work = NWT_WORK_ELEMENTWISE, .flops = 1,
     .flags = NWT_KIND_BUILT_AT_ONCE);
