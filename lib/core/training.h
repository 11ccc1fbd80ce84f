/* The memory that training and inference take. */
#ifndef NWTI_CORE_TRAINING_H
#define NWTI_CORE_TRAINING_H

#include "core/optimizer.h"
#include "core/schedule.h"

typedef struct nwti_memory_options {
    int64_t batch; /* NWT_NONE_INT: not given */
    const char *optimizer;
    int64_t budget; /* NWT_NONE_INT: none */
    int32_t inference;
    int32_t plan;
    int32_t views;
    int32_t in_place;
    int32_t format;
} nwti_memory_options;

typedef struct nwti_memory {
    nwt_memory_info sums;
    nwti_optimizer optimizer; /* class_name NULL: there is none */
    const nwti_work *work;
    const nwti_schedule *schedule;
    int32_t storage; /* NWTI_VIEWS, NWTI_IN_PLACE */
} nwti_memory;

enum { NWTI_MEMORY_TEXT, NWTI_MEMORY_JSON };

/* 0, or the status. */
int32_t nwti_memory_options_read(nwt_context *ctx, const char *text, nwti_memory_options *into);
/* What it makes lives in the arena of works. 0, or the status. */
int32_t nwti_memory_measure(nwt_model *model, const nwti_memory_options *given,
                            nwti_memory *memory);

#endif
