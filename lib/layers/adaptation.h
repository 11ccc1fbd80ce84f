/* Low-rank adaptation (LoRA) of a layer's kernel. */
#ifndef NWTI_LAYERS_ADAPTATION_H
#define NWTI_LAYERS_ADAPTATION_H

#include "core/builtin.h"

/* In `make`: an adapted kernel has no constraint. Returns 1 with the error set. */
int32_t nwti_lora_check(nwt_op *op, int64_t rank, const char *constraint);

#endif
