#include "layers/adaptation.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/shared.h"

#include <stdlib.h>
#include <string.h>

int32_t nwti_lora_check(nwt_op *op, int64_t rank, const char *constraint)
{
    if (rank <= 0 || nwt_op_option(op, constraint) == NULL) {
        return 0;
    }
    return NWT_FAIL(op, "lora_rank {} does not go with a constraint on what it adapts", rank);
}

/* The number behind the slash number `index` of "gptq/4/128_from_float32". */
static int64_t part(const char *text, int32_t index, int64_t otherwise)
{
    for (; text != NULL && index > 0; index--) {
        text = strchr(text, '/');
        text = text != NULL ? text + 1 : NULL;
    }
    return text != NULL ? strtoll(text, NULL, 10) : otherwise;
}

static int32_t begins_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

int32_t nwti_quantization_read(nwt_op *op, struct nwti_quantization *quantization)
{
    const nwti_value *policy = nwti_policy_for(nwt_op_option(op, "dtype"), op->layer->name);
    const nwti_value *config, *history;
    const char *mode = nwti_value_string(policy);

    *quantization = (struct nwti_quantization){NWTI_UNQUANTIZED, 4, 0, 1024};
    if (policy != NULL && policy->type == NWTI_DICT) {
        config = nwti_value_get(policy, "config");
        mode = nwti_value_string(nwti_value_get(config, "mode"));
        history = nwti_value_get(config, "amax_history_length");
        if (history != NULL && history->type == NWTI_INT) {
            quantization->history = history->as.integer;
        }
    } else if (mode != NULL && strstr(mode, "_from_") == NULL) {
        mode = NULL;
    }
    if (mode == NULL) {
        return 0;
    }
    if (begins_with(mode, "int8")) {
        quantization->mode = NWTI_INT8;
    } else if (begins_with(mode, "int4")) {
        quantization->mode = NWTI_INT4;
        quantization->group = part(mode, 1, 0);
    } else if (begins_with(mode, "float8")) {
        quantization->mode = NWTI_FLOAT8;
    } else if (begins_with(mode, "gptq") || begins_with(mode, "awq")) {
        quantization->mode = mode[0] == 'g' ? NWTI_GPTQ : NWTI_AWQ;
        quantization->bits = part(mode, 1, 4);
        quantization->group = part(mode, 2, 0);
    }
    if (quantization->mode == NWTI_INT8 && nwt_op_compute_dtype(op) == NWT_DTYPE_FLOAT16) {
        return nwt_op_fail(op, "dtype: int8 does not go with a compute dtype of float16", 0, NULL);
    }
    return 0;
}

int32_t nwti_lora_is_apart(nwt_op *op, int64_t rank)
{
    struct nwti_quantization quantization;

    return rank > 0 && nwti_quantization_read(op, &quantization) == 0 &&
           (quantization.mode == NWTI_INT8 || quantization.mode == NWTI_INT4);
}

void nwti_float8_weights(nwt_op *op, const struct nwti_quantization *quantization)
{
    static const char *const names[] = {"inputs_scale",       "inputs_amax_history",
                                        "kernel_scale",       "kernel_amax_history",
                                        "outputs_grad_scale", "outputs_grad_amax_history"};
    nwt_axis history = {"maxima", quantization->history};

    int32_t since = op->declared_count;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        nwt_op_weight(op, names[i], i % 2, i % 2 ? &history : NULL, 0, NWT_DTYPE_FLOAT32);
    }
    nwti_op_stand_for(op, since, 0, NULL);
}

/* Scales of each column, or of each group of rows and column, and where their zero lies. */
static void scales(nwt_op *op, const struct nwti_quantization *q, const struct nwti_matrix *m)
{
    int32_t is_turned = q->mode == NWTI_GPTQ || q->mode == NWTI_AWQ;
    int64_t groups = q->group > 0 && m->rows >= 0 ? (m->rows + q->group - 1) / q->group : 1;
    nwt_axis axes[2] = {{"groups", groups}, {m->column, m->columns}};

    if (is_turned) {
        axes[1] = axes[0];
        axes[0] = (nwt_axis){m->column, m->columns};
    }
    if (!is_turned && (q->mode == NWTI_INT8 || q->group <= 0)) {
        nwt_op_weight(op, m->scale, 1, axes + 1, NWT_WEIGHT_NON_TRAINABLE, 0);
        return;
    }
    nwt_op_weight(op, m->scale, 2, axes, NWT_WEIGHT_NON_TRAINABLE, 0);
    nwt_op_weight(op, m->zero, 2, axes, NWT_WEIGHT_NON_TRAINABLE,
                  is_turned ? NWT_DTYPE_UINT8 : NWT_DTYPE_INT8);
    if (q->mode == NWTI_AWQ) {
        NWT_WEIGHT_WITH(op, "awq_scales", NWT_WEIGHT_NON_TRAINABLE, 0, {m->row, m->rows});
    }
    NWT_WEIGHT_WITH(op, "g_idx", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_FLOAT32, {m->row, m->rows});
}

void nwti_quantized_weights(nwt_op *op, const struct nwti_quantization *q,
                            const struct nwti_matrix *m)
{
    int64_t half = m->columns < 0 ? -1 : m->columns / 2 + m->columns % 2;
    nwt_axis rows = {m->row, m->rows}, columns = {m->column, m->columns};
    nwt_axis packed = {"bytes of two values", half};
    int32_t since = op->declared_count;

    if (q->mode == NWTI_INT8 || q->mode == NWTI_INT4) {
        NWT_WEIGHT_WITH(op, m->name, NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_INT8, rows,
                        q->mode == NWTI_INT4 ? packed : columns);
    } else {
        NWT_WEIGHT_WITH(op, m->name, NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_UINT8,
                        q->bits == 4 ? packed : columns, rows);
    }
    scales(op, q, m);
    nwti_op_stand_for(op, since, 2, (nwt_axis[]){rows, columns});
}

/* With scales of each entry, or of each group of its features. */
static void quantized_embeddings(nwt_op *op, const struct nwti_quantization *q, int64_t count,
                                 int64_t size)
{
    nwt_axis entries = {"entries", count}, features = {"features", size};
    nwt_axis packed = {"bytes of two values", size / 2 + size % 2};
    nwt_axis groups = {"groups", q->group > 0 ? (size - 1) / q->group + 1 : 1};
    int32_t is_packed = q->mode == NWTI_INT4, since = op->declared_count;

    NWT_WEIGHT_WITH(op, "embeddings", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_INT8, entries,
                    is_packed ? packed : features);
    if (!is_packed || q->group <= 0) {
        NWT_WEIGHT_WITH(op, "embeddings_scale", NWT_WEIGHT_NON_TRAINABLE, 0, entries);
    } else {
        NWT_WEIGHT_WITH(op, "embeddings_scale", NWT_WEIGHT_NON_TRAINABLE, 0, entries, groups);
        NWT_WEIGHT_WITH(op, "embeddings_zero", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_INT8, entries,
                        groups);
        NWT_WEIGHT_WITH(op, "g_idx", NWT_WEIGHT_NON_TRAINABLE, NWT_DTYPE_FLOAT32, features);
    }
    nwti_op_stand_for(op, since, 2, (nwt_axis[]){entries, features});
}

int32_t nwti_embeddings_weights(nwt_op *op, struct nwti_quantization *quantization, int64_t entries,
                                int64_t features, int64_t lora_rank)
{
    if (nwti_quantization_read(op, quantization)) {
        return 1;
    }
    if (quantization->mode > NWTI_INT4) {
        nwt_op_fail(op, "dtype: the mode of the policy must be int8 or int4", 0, NULL);
        return 1;
    }
    if (quantization->mode != NWTI_UNQUANTIZED) {
        quantized_embeddings(op, quantization, entries, features);
    } else {
        NWT_WEIGHT_WITH(op, "embeddings", lora_rank > 0 ? NWT_WEIGHT_FROZEN : 0, 0,
                        {"entries", entries}, {"features", features});
    }
    return 0;
}

void nwti_embeddings_adaptation(nwt_op *op, int64_t entries, int64_t features, int64_t lora_rank)
{
    if (lora_rank > 0) {
        NWT_WEIGHT_WITH(op, "lora_embeddings_a", 0, NWT_DTYPE_FLOAT32, {"entries", entries},
                        {"rank", lora_rank});
        NWT_WEIGHT_WITH(op, "lora_embeddings_b", 0, NWT_DTYPE_FLOAT32, {"rank", lora_rank},
                        {"features", features});
    }
}
