/*
 * The life of tensors: the graph with all models within expanded, its calls in
 * an order, and a plan of buffers.
 */
#ifndef NWTI_CORE_SCHEDULE_H
#define NWTI_CORE_SCHEDULE_H

#include "core/work.h"

/* The calls of models that lead to a call. */
typedef struct nwti_place {
    const struct nwti_place *around; /* NULL: the model itself */
    const nwti_run *run;
} nwti_place;

/* A call in its turn. */
typedef struct nwti_step {
    const nwti_place *place;
    const nwti_run *run;
    int64_t row;          /* of its layer in the expanded table */
    int32_t first_input;  /* in nwti_schedule.inputs */
    int32_t first_output; /* tensor */
    int32_t turn;
    int32_t waiting; /* inputs that are not there yet */
} nwti_step;

/* A tensor and the storage it has. */
typedef struct nwti_life {
    const nwt_tensor *tensor;
    int32_t maker;  /* step's index; -1: an input */
    int32_t number; /* among the outputs of its maker, or the inputs */
    int32_t first;  /* turn */
    int32_t last;
    int32_t order; /* as made: inputs, then outputs */
    int32_t buffer;
} nwti_life;

typedef struct nwti_buffer {
    int64_t bytes;
    int64_t offset;
    int32_t first;
    int32_t last;
    int32_t order;
} nwti_buffer;

typedef struct nwti_schedule {
    nwt_context *ctx;
    nwti_step *steps;
    int32_t *inputs;
    nwti_life *lives;
    nwti_buffer *buffers;
    int32_t *turns; /* steps in their order */
    int64_t step_count;
    int64_t step_capacity;
    int64_t own_steps; /* calls of the model itself */
    int64_t input_count;
    int64_t input_capacity;
    int64_t life_count;
    int64_t life_capacity;
    int64_t buffer_count;
    int32_t is_known;   /* all sizes are known, and the graph is not too large */
    int64_t peak_bytes; /* -1: not known, as arena_bytes */
    int64_t arena_bytes;
    int32_t peak_step; /* index of the step at the peak; -1: there is none */
} nwti_schedule;

enum { NWTI_ALIGN = 64 };

enum {
    NWTI_VIEWS = 1,   /* what only gives the same values another shape has its input's storage */
    NWTI_IN_PLACE = 2 /* elementwise work takes the storage of an input that ends with it */
};

/* Orders the calls, and plans the storage of their tensors. NULL with the error set. */
nwti_schedule *nwti_schedule_make(const nwti_work *work, int32_t options);
/* Gives buffers their offsets: the smaller of two arenas, or -1 where that is too costly. 0, or the
   status. */
int32_t nwti_plan(nwti_schedule *schedule);
/* "OUTER/INNER" */
void nwti_step_path(nwti_text *text, const nwti_step *step);

#endif
