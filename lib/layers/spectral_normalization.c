#include "core/builtin.h"
#include "layers/adaptation.h"

#include <string.h>

struct spectral_normalization {
    nwt_layer *layer;
    int64_t power_iterations;
};

static const nwt_option spectral_normalization_options[] = {
    NWT_OPTION_LAYER(struct spectral_normalization, layer, NULL, 0,
                     "the layer whose kernel is normalised"),
    NWT_OPTION_INT(struct spectral_normalization, power_iterations, "1", 1, INT64_MAX,
                   "steps towards the largest singular value"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(spectral_normalization_arguments, 1, NWT_MAX_RANK, "what the layer within takes");

static nwt_op *run_within(nwt_op *op, nwt_layer *layer)
{
    nwt_op *child = nwt_op_child(op, layer);

    nwt_op_add_input(child, nwt_op_rank(op, 0), nwt_op_dims(op, 0), nwt_op_dtype(op, 0));
    nwt_op_run(child);
    return child;
}

static int32_t is_adapted(const nwt_layer *layer)
{
    nwt_weight_info weight = {.size = sizeof weight};
    int64_t i;

    for (i = 0; nwt_layer_weight(layer, i, &weight); i++) {
        if (strncmp(weight.name, "lora_", 5) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_kernel(const char *name)
{
    return strcmp(name, "kernel") == 0 || strcmp(name, "embeddings") == 0;
}

/* Keras keeps the kernel, or the table, as an attribute, so it stands first among its weights. Of
   int4 that is what was unpacked, and with a low-rank adaptation a sum: neither is a weight. */
static int32_t spectral_normalization_weights(nwt_op *op, const void *self)
{
    const struct spectral_normalization *wrapper = self;
    nwt_op *child = run_within(op, wrapper->layer);
    nwt_weight_info weight = {.size = sizeof weight};
    struct nwti_quantization quantization;
    int64_t i = 0, outputs;

    if (nwt_op_ended(child) || nwti_quantization_read(child, &quantization)) {
        return 0;
    }
    while (nwt_layer_weight(wrapper->layer, i, &weight) && !is_kernel(weight.name)) {
        i++;
    }
    if (i == nwt_layer_weight_count(wrapper->layer) || quantization.mode == NWTI_GPTQ ||
        quantization.mode == NWTI_AWQ) {
        return NWT_FAIL(op, "the layer within has neither a kernel nor embeddings", 0);
    }
    outputs = weight.dims[weight.rank - 1];
    if (quantization.mode == NWTI_INT4) {
        outputs = nwt_op_output_dims(child, 0)[nwt_op_output_rank(child, 0) - 1];
    }
    if (is_adapted(wrapper->layer)) {
        weight.dtype = nwt_op_output_dtype(child, 0);
    } else if (quantization.mode != NWTI_INT4) {
        nwt_op_take_weight(op, wrapper->layer, i);
    }
    return NWT_WEIGHT_WITH(op, "vector_u", NWT_WEIGHT_NON_TRAINABLE, weight.dtype,
                           {"one vector", 1, NWT_AXIS_REASON}, {"outputs of the kernel", outputs});
}

static int32_t spectral_normalization_shape(nwt_op *op, const void *self)
{
    const struct spectral_normalization *wrapper = self;
    nwt_op *child = run_within(op, wrapper->layer);

    return nwt_op_output(op, nwt_op_output_rank(child, 0), nwt_op_output_dims(child, 0), 0);
}

KIND(spectral_normalization, "SpectralNormalization",
     .about = "divides a layer's kernel by its largest singular value",
     .options = spectral_normalization_options, .arguments = spectral_normalization_arguments,
     .self_size = sizeof(struct spectral_normalization), .arguments_size = sizeof(nwt_one_tensor),
     .weights = spectral_normalization_weights, .shape = spectral_normalization_shape,
     .work = NWT_WORK_STATED,
     .remark = "It adds one vector, which estimates the largest singular value and is not "
               "trainable; the kernel is that of the layer within.");
