#include "core/account.h"
#include "core/builtin.h"
#include "core/layer.h"
#include "core/op.h"
#include "layers/adaptation.h"
#include "layers/past.h"

#include <string.h>

struct dense {
    int64_t units;
    int64_t lora_rank;
    int32_t use_bias;
    int32_t forgets_kernel;
    const char *activation;
};

static const nwt_option dense_options[] = {
    NWT_OPTION_INT(struct dense, units, NULL, 1, INT64_MAX, "number of output features"),
    NWT_OPTION_FUNCTION(struct dense, activation, "None", "function applied to the output"),
    NWT_OPTION_BOOL(struct dense, use_bias, "True", "add a bias to each output"),
    NWT_OPTIONS_OF_KERNEL_AND_BIAS("kernel", "the kernel", "the bias"),
    LORA_OPTIONS(struct dense),
    NWT_OPTION_OPAQUE("quantization_config", "how the weights are quantised"),
    PAST_QUIRK(struct dense, forgets_kernel, "its weights were listed if it had a bias"),
    NWT_OPTION_END};

NWT_ONE_TENSOR(dense_arguments, 2, NWT_MAX_RANK, "(batch, ..., features)");

static int32_t dense_make(nwt_op *op, void *self)
{
    return nwti_lora_check(op, ((struct dense *)self)->lora_rank, "kernel_constraint");
}

/* TensorFlow's own Keras checked an input before it built the layer, and then its products: of more
   axes than two only when it computed. */
static int64_t features_of(nwt_op *op)
{
    int32_t is_again = op->layer->flags & NWTI_BUILT && nwt_op_rank(op, 0) > 2;

    return is_again && nwti_op_is_tensorflow(op) ? -1 : nwt_op_dim(op, 0, -1);
}

static int32_t dense_weights(nwt_op *op, const void *self)
{
    const struct dense *dense = self;
    int64_t inputs = features_of(op);
    int32_t adapted = dense->lora_rank > 0;
    struct nwti_quantization quantization;
    const struct nwti_matrix kernel = {"kernel",      "input features", "units",     "kernel_scale",
                                       "kernel_zero", inputs,           dense->units};

    if (nwti_quantization_read(op, &quantization) || (dense->forgets_kernel && !dense->use_bias)) {
        return 0;
    }
    if (adapted && (quantization.mode == NWTI_GPTQ || quantization.mode == NWTI_AWQ)) {
        return NWT_FAIL(op, "lora_rank {} does not go with GPTQ and AWQ", dense->lora_rank);
    }
    if (quantization.mode == NWTI_FLOAT8) {
        nwti_float8_weights(op, &quantization);
    }
    if (quantization.mode == NWTI_UNQUANTIZED || quantization.mode == NWTI_FLOAT8) {
        NWT_WEIGHT_WITH(op, "kernel", adapted ? NWT_WEIGHT_FROZEN : 0, 0,
                        {"input features", inputs}, {"units", dense->units});
    } else {
        nwti_quantized_weights(op, &quantization, &kernel);
    }
    if (dense->use_bias) {
        NWT_WEIGHT(op, "bias", {"units", dense->units});
    }
    if (adapted) {
        NWT_WEIGHT_WITH(op, "lora_kernel_a", 0, NWT_DTYPE_FLOAT32, {"input features", inputs},
                        {"rank", dense->lora_rank});
        NWT_WEIGHT_WITH(op, "lora_kernel_b", 0, NWT_DTYPE_FLOAT32, {"rank", dense->lora_rank},
                        {"units", dense->units});
    }
    return 0;
}

static int32_t dense_shape(nwt_op *op, const void *self)
{
    const struct dense *dense = self;
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    nwti_rows_macs(
        op, rank - 1, dims, 2,
        (nwt_axis[]){{"input features", dims[rank - 1]}, {"units", dense->units, NWT_AXIS_JOINED}});
    if (nwti_lora_is_apart(op, dense->lora_rank)) {
        nwti_rows_macs(
            op, rank - 1, dims, 2,
            (nwt_axis[]){{"input features", dims[rank - 1]}, {"rank", dense->lora_rank}});
        nwti_rows_macs(op, rank - 1, dims, 2,
                       (nwt_axis[]){{"rank", dense->lora_rank}, {"units", dense->units}});
    }
    dims[rank - 1] = dense->units;
    nwt_op_output(op, rank, dims, 0);
    if (dense->use_bias) {
        nwti_op_bias(op, NWTI_DENSE_BIASES, rank, dims);
    }
    nwti_op_activation(op, dense->activation, rank, dims);
    return 0;
}

static const nwt_past dense_past[] = {
    NWT_PAST_CLASS("TimeDistributedDense", 0, 20000),
    NWT_PAST_POSITIONS("Dense", "output_dim init activation weights" PAST_TAIL " input_dim", 0,
                       20000),
    NWT_PAST_POSITIONS("TimeDistributedDense",
                       "output_dim init activation weights" PAST_TAIL " input_dim input_length", 0,
                       20000),
    NWT_PAST_ROW_("TimeDistributedDense", "input_length", "input_shape", NULL, NWT_SAYS_KEY,
                  NWT_TURN_ITEM, 0, 0, 0),
    NWT_PAST_ROW_("TimeDistributedDense", "input_dim", "input_shape", NULL, NWT_SAYS_KEY,
                  NWT_TURN_ITEM, 1, 0, 0),
    NWT_PAST_ROW_("TimeDistributedDense", NULL, "forgets_kernel", "True", NWT_SAYS_DEFAULT, 0, 0, 0,
                  10200),
    PAST_UNITS,
    PAST_KERNEL,
    PAST_BIAS,
    NWT_PAST_END};

KIND(dense, "Dense", .about = "multiplies the last axis by a matrix and adds a bias",
     .past = dense_past, .options = dense_options, .arguments = dense_arguments,
     .self_size = sizeof(struct dense), .arguments_size = sizeof(nwt_one_tensor),
     .make = dense_make, .weights = dense_weights, .shape = dense_shape, .work = NWT_WORK_STATED,
     .remark = "A unit is a neuron: each has one weight for each input feature, and one bias. "
               "The layer acts on the last axis only: others, as steps or the rows of an image, "
               "change no count. Behind Flatten the last axis is the whole sample, rows x "
               "columns x channels, so the kernel grows with the image.");

CONSTRUCTOR_INT(nwt_dense, dense, units)
