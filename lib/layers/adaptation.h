/* What adapts a layer's kernel (LoRA), and what stands in its place when it is quantised. */
#ifndef NWTI_LAYERS_ADAPTATION_H
#define NWTI_LAYERS_ADAPTATION_H

#include "core/builtin.h"

/* Its rows; the rank's place is a field `lora_rank`. */
#define LORA_OPTIONS(t)                                                                  \
    NWT_OPTION_INT(t, lora_rank, "None", 0, INT64_MAX, "rank of a low-rank adaptation"), \
        NWT_OPTION_OPAQUE("lora_alpha", "scale of a low-rank adaptation")

/* In `make`: an adapted kernel has no constraint. Returns 1 with the error set. */
int32_t nwti_lora_check(nwt_op *op, int64_t rank, const char *constraint);

/* Whether what adapts the kernel multiplies the data by itself: of int8 and int4. Any other kernel
   is merged with it first, which is no work on the data. */
int32_t nwti_lora_is_apart(nwt_op *op, int64_t rank);

enum { NWTI_UNQUANTIZED, NWTI_INT8, NWTI_INT4, NWTI_FLOAT8, NWTI_GPTQ, NWTI_AWQ };

/* What the dtype policy says of the kernel. */
struct nwti_quantization {
    int32_t mode;
    int64_t bits;    /* of GPTQ */
    int64_t group;   /* rows that share a scale; 0: all */
    int64_t history; /* of float8: maxima that are kept */
};

/* A kernel of two axes, or flattened to two. */
struct nwti_matrix {
    const char *name;   /* "kernel" */
    const char *row;    /* label of the axis that is reduced */
    const char *column; /* label of the other */
    const char *scale;  /* "kernel_scale" */
    const char *zero;   /* "kernel_zero" */
    int64_t rows;
    int64_t columns;
};

/* Of the layer's policy, as "int8_from_float32"; returns 1 with the error set. */
int32_t nwti_quantization_read(nwt_op *op, struct nwti_quantization *quantization);
/* Of float8: what is learnt of the ranges, before the kernel. */
void nwti_float8_weights(nwt_op *op, const struct nwti_quantization *quantization);
/* The kernel, its scales and the rest, of int4, GPTQ and AWQ, and of int8 where the kernel has two
   axes. */
void nwti_quantized_weights(nwt_op *op, const struct nwti_quantization *quantization,
                            const struct nwti_matrix *matrix);
/* The table of an embedding as the layer's policy has it, which is read: int8, int4 or none. 1 with
   the error set. */
int32_t nwti_embeddings_weights(nwt_op *op, struct nwti_quantization *quantization, int64_t entries,
                                int64_t features, int64_t lora_rank);
/* What adapts it, if the rank is not 0. */
void nwti_embeddings_adaptation(nwt_op *op, int64_t entries, int64_t features, int64_t lora_rank);

#endif
