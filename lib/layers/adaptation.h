/* Low-rank adaptation (LoRA) of a layer's kernel. */
#ifndef NWTI_LAYERS_ADAPTATION_H
#define NWTI_LAYERS_ADAPTATION_H

#include "core/builtin.h"

/* Its rows; the rank's place is a field `lora_rank`. */
#define LORA_OPTIONS(t)                                                                  \
    NWT_OPTION_INT(t, lora_rank, "None", 0, INT64_MAX, "rank of a low-rank adaptation"), \
        NWT_OPTION_OPAQUE("lora_alpha", "scale of a low-rank adaptation")

/* In `make`: an adapted kernel has no constraint. Returns 1 with the error set. */
int32_t nwti_lora_check(nwt_op *op, int64_t rank, const char *constraint);

#endif
