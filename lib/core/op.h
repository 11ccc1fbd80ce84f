/* The handle of callbacks, from the inside. */
#ifndef NWTI_CORE_OP_H
#define NWTI_CORE_OP_H

#include "netweight/kind.h"
#include "core/tensor.h"
#include "support/value.h"

typedef struct nwti_weight nwti_weight;
typedef struct nwti_work nwti_work;
typedef struct nwti_run nwti_run;

enum { NWTI_OP_OK, NWTI_OP_UNKNOWN, NWTI_OP_FAILED };

/* In `make`, messages name the kind, not the half-made layer; only `weights` declares some. */
enum { NWTI_IN_SHAPE, NWTI_IN_MAKE, NWTI_IN_WEIGHTS };

/* A weight as a callback declares it, before the layer is built with it. */
typedef struct nwti_declared nwti_declared;

struct nwti_declared {
    nwti_declared *next;
    const char *name;
    nwt_layer *lender; /* the child whose it is; NULL: it is its own, and the rest says how large */
    nwti_weight *taken;
    int64_t params;
    int32_t count;
    int32_t rank;
    int32_t flags;
    int32_t dtype;
    nwt_axis axes[];
};

struct nwt_op {
    nwt_context *ctx;
    nwt_layer *layer;
    nwt_op *parent;
    nwti_arena *results; /* where outputs are made */
    const nwt_tensor **inputs;
    int32_t input_count;
    int32_t input_capacity;
    const void *arguments;
    const nwti_value *values; /* arguments that are constants */
    nwt_tensor *outputs;
    nwt_tensor *last_output;
    int32_t output_count;
    int32_t declared_count;
    int64_t logical_more;    /* parameters that its weights stand for, beyond those they are */
    nwti_declared *declared; /* weights, the newest first */
    nwti_mark mark;
    int32_t state;
    int32_t phase;   /* which callback runs */
    nwti_work *work; /* that is asked for; NULL: only shapes are */
    nwti_run *run;   /* its account */
};

void nwti_op_begin(nwt_op *op, nwt_layer *layer, nwt_op *parent, nwti_arena *results);
/* Builds the layer if it was not, and writes the outputs. */
void nwti_op_evaluate(nwt_op *op);
void nwti_op_end(nwt_op *op);
/* 0, or the context's status once the op has failed. */
int32_t nwti_op_status(const nwt_op *op);
/* Neither NULL, nor failed, nor unknown. */
int32_t nwti_op_is_live(const nwt_op *op);
void nwti_op_out_of_memory(nwt_op *op);
/* Dims of what is not there: whoever reads them after an error finds None. */
extern const int64_t nwti_no_dims[NWT_MAX_RANK];
/* A caller's axes in this version's stride, in `room` of NWT_MAX_RANK if that is another. */
const nwt_axis *nwti_op_axes(const nwt_op *op, int32_t count, const nwt_axis *axes, nwt_axis *room);

/* In `weights`: those declared since there were `since` stand for one of these axes, in which the
   network without quantisation counts; none: for nothing. */
void nwti_op_stand_for(nwt_op *op, int32_t since, int32_t count, const nwt_axis *axes);

#endif
