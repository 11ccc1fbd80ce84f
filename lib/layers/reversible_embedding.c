#include "core/builtin.h"
#include "core/op.h"
#include "layers/adaptation.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct reversible_embedding {
    int64_t input_dim;
    int64_t output_dim;
    int64_t lora_rank;
    int32_t tie_weights;
    int32_t mask_zero;
    int32_t reverse_dtype;
    double logit_soft_cap;
};

static const nwt_option reversible_embedding_options[] = {
    NWT_OPTION_INT(struct reversible_embedding, input_dim, NULL, 1, INT64_MAX,
                   "size of the vocabulary"),
    NWT_OPTION_INT(struct reversible_embedding, output_dim, NULL, 1, INT64_MAX,
                   "features of each entry"),
    NWT_OPTION_BOOL(struct reversible_embedding, tie_weights, "True",
                    "project back by the same table"),
    NWT_OPTION_OPAQUE_("embeddings_initializer", "how the embeddings begin", NWT_FLAG_INITIALIZER),
    NWT_OPTION_OPAQUE_("embeddings_regularizer", "penalty on the embeddings", NWT_FLAG_REGULARIZER),
    NWT_OPTION_OPAQUE_("embeddings_constraint", "constraint on the embeddings",
                       NWT_FLAG_CONSTRAINT),
    NWT_OPTION_BOOL(struct reversible_embedding, mask_zero, "False", "mask steps whose input is 0"),
    NWT_OPTION_DTYPE(struct reversible_embedding, reverse_dtype, "None",
                     "dtype of the projection back"),
    NWT_OPTION_FLOAT(struct reversible_embedding, logit_soft_cap, "None", -DBL_MAX, DBL_MAX,
                     "the largest output of the projection back"),
    NWT_OPTION_OPAQUE("weights", "the first values of the embeddings"),
    NWT_OPTION_INT(struct reversible_embedding, lora_rank, "None", 0, INT64_MAX,
                   "rank of a low-rank adaptation"),
    NWT_OPTION_OPAQUE("lora_alpha", "scale of a low-rank adaptation"),
    NWT_OPTION_OPAQUE("quantization_config", "how the weights are quantised"),
    NWT_OPTION_END};

struct reversible_embedding_arguments {
    int32_t inputs;
    int32_t reverse;
};

static const nwt_option reversible_embedding_arguments[] = {
    NWT_ARGUMENT_TENSOR(struct reversible_embedding_arguments, inputs, NULL, 0, NWT_MAX_RANK - 1,
                        "indices of entries; features, if reversed"),
    NWT_OPTION_BOOL(struct reversible_embedding_arguments, reverse, "False",
                    "project features back to the vocabulary"),
    NWT_OPTION_END};

static int32_t reversible_embedding_make(nwt_op *op, void *self)
{
    const struct reversible_embedding *e = self;
    struct nwti_quantization quantization;

    if (nwti_quantization_read(op, &quantization)) {
        return 1;
    }
    /* Keras adds the table of the way back after the adaptation, when no weight may follow; that of
       a quantised one is made before. */
    if (e->lora_rank > 0 && !e->tie_weights && quantization.mode == NWTI_UNQUANTIZED) {
        return NWT_FAIL(op, "lora_rank {} is allowed only where tie_weights is True", e->lora_rank);
    }
    return nwti_lora_check(op, e->lora_rank, "embeddings_constraint");
}

/* The table of the way back, turned, with scales of each entry. */
static void quantized_reverse(nwt_op *op, const struct reversible_embedding *e,
                              const struct nwti_quantization *q)
{
    nwt_axis entries = {"entries", e->input_dim}, features = {"features", e->output_dim};
    nwt_axis packed = {"bytes of two values", e->output_dim / 2 + e->output_dim % 2};
    nwt_axis groups = {"groups", q->group > 0 ? (e->output_dim - 1) / q->group + 1 : 1};
    int32_t is_packed = q->mode == NWTI_INT4, since = op->declared_count;

    NWT_WEIGHT_WITH(op, "reverse_embeddings", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_INT8,
                    is_packed ? packed : features, entries);
    if (is_packed && q->group > 0) {
        NWT_WEIGHT_WITH(op, "reverse_embeddings_scale", NWT_WEIGHT_NON_TRAINABLE, 0, groups,
                        entries);
        NWT_WEIGHT_WITH(op, "reverse_embeddings_zero", NWT_WEIGHT_NON_TRAINABLE, 0, groups,
                        entries);
    } else {
        NWT_WEIGHT_WITH(op, "reverse_embeddings_scale", NWT_WEIGHT_NON_TRAINABLE, 0, entries);
    }
    nwti_op_stand_for(op, since, 2, (nwt_axis[]){features, entries});
}

static int32_t reversible_embedding_weights(nwt_op *op, const void *self)
{
    const struct reversible_embedding *e = self;
    struct nwti_quantization quantization;

    if (nwti_embeddings_weights(op, &quantization, e->input_dim, e->output_dim, e->lora_rank)) {
        return 0;
    }
    if (!e->tie_weights && quantization.mode != NWTI_UNQUANTIZED) {
        quantized_reverse(op, e, &quantization);
        nwti_embeddings_adaptation(op, e->input_dim, e->output_dim, e->lora_rank);
        return 0;
    }
    nwti_embeddings_adaptation(op, e->input_dim, e->output_dim, e->lora_rank);
    return e->tie_weights ? 0
                          : NWT_WEIGHT(op, "reverse_embeddings", {"features", e->output_dim},
                                       {"entries", e->input_dim});
}

/* A product with the whole table for each position; the cap is a division, a tanh, a product. */
static int32_t project_back(nwt_op *op, const struct reversible_embedding *e)
{
    int32_t rank = nwt_op_rank(op, 0), i;
    int64_t dims[NWT_MAX_RANK];
    nwt_axis axes[NWT_MAX_RANK + 1];

    if (rank == 0) {
        return NWT_FAIL(op, "inputs has shape {0}, but a reversed call needs features", 0);
    }
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    dims[rank - 1] = e->input_dim;
    for (i = 0; i < rank - 1; i++) {
        axes[i] = (nwt_axis){i == 0 ? "batch" : "positions", dims[i]};
    }
    axes[i++] = (nwt_axis){"features", e->output_dim};
    axes[i++] = (nwt_axis){"entries", e->input_dim};
    nwt_op_macs(op, i, axes);
    nwt_op_flops(op, isnan(e->logit_soft_cap) ? 0 : 3, rank, dims);
    return nwt_op_output(op, rank, dims, 0);
}

static int32_t reversible_embedding_shape(nwt_op *op, const void *self)
{
    const struct reversible_embedding *e = self;
    const struct reversible_embedding_arguments *call = nwt_op_arguments(op);
    int32_t rank = nwt_op_rank(op, 0);
    int64_t dims[NWT_MAX_RANK];

    if (call->reverse) {
        return project_back(op, e);
    }
    memcpy(dims, nwt_op_dims(op, 0), (size_t)rank * sizeof *dims);
    dims[rank] = e->output_dim;
    return nwt_op_output(op, rank + 1, dims, 0);
}

KIND(reversible_embedding, "ReversibleEmbedding",
     .about = "looks up a row of a table for each index, or projects back to the indices",
     .options = reversible_embedding_options, .arguments = reversible_embedding_arguments,
     .self_size = sizeof(struct reversible_embedding),
     .arguments_size = sizeof(struct reversible_embedding_arguments),
     .make = reversible_embedding_make, .weights = reversible_embedding_weights,
     .shape = reversible_embedding_shape, .work = NWT_WORK_STATED,
     .remark = "With tie_weights the way back costs no parameters: it is the transposed table.");
