/*
 * What a model costs to run. Its graph is shaped once more on inputs whose
 * batch is bound, and each callback that states a shape states its products
 * and its elementwise work beside it, into the account of its run. A model
 * within is accounted once for each set of shapes, however often it is called.
 */
#ifndef NWTI_CORE_WORK_H
#define NWTI_CORE_WORK_H

#include "core/context.h"
#include "core/tensor.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/model.h"

/* What an account counts: FLOPs, and what counters of other projects set apart. */
enum {
    NWTI_MACS,
    NWTI_MACS_VALID, /* without those that meet padding or what is cropped */
    NWTI_FLOPS,      /* two for each multiply-accumulate, and all other work */
    NWTI_CONV_BIASES,
    NWTI_DENSE_BIASES,
    NWTI_BATCH_NORM,        /* elements */
    NWTI_BATCH_NORM_FOLD,   /* for each channel, what folds the statistics into a scale */
    NWTI_BATCH_NORM_PARAMS, /* gamma and beta, for each sample */
    NWTI_LAYER_NORM,        /* elements */
    NWTI_RELU,              /* elements */
    NWTI_SOFTMAX,           /* elements */
    NWTI_POOL_WINDOWS,      /* elements that windows cover, each as often */
    NWTI_POOL_INPUTS,       /* elements of what is pooled */
    NWTI_MEANS,             /* outputs of average pooling */
    NWTI_GLOBAL_MEANS,      /* inputs of global average pooling */
    NWTI_MERGED,            /* sums and other binary operations on elements */
    NWTI_KEPT,              /* bytes that a layer keeps inside for the backward pass, at least */
    NWTI_PARTS
};

/* What of a run's own work is not known. */
enum { NWTI_UNKNOWN_FLOPS = 1, NWTI_UNKNOWN_MACS = 2 };

/* The known part; a part that overflows is unknown too. */
typedef struct nwti_account {
    int64_t parts[NWTI_PARTS];
    uint8_t unknown_macs;
    uint8_t unknown_flops; /* implied by unknown_macs */
    uint8_t too_large;
} nwti_account;

/* A product as a callback stated it. */
typedef struct nwti_product {
    struct nwti_product *next;
    int64_t macs; /* -1: not known */
    int32_t count;
    nwt_axis axes[];
} nwti_product;

/* An evaluation of a call, or of a child within it. */
struct nwti_run {
    nwti_run *next; /* of the same model and shapes */
    nwt_layer *layer;
    nwti_run *around;        /* the layer that runs it; NULL: it is a call of the graph */
    const nwti_call *call;   /* NULL: it is none */
    const int32_t *inputs;   /* slots */
    int32_t first;           /* slot of the first output */
    int32_t is_source;       /* an input of the model: no work */
    const nwti_costs *costs; /* of a model */
    const char *repeated;    /* what `times` counts */
    int64_t times;           /* in one run of what is around it; -1: not known */
    int64_t row;             /* of the layer in the table of its model, all within models shown */
    nwti_product *products;
    nwti_product *last_product;
    nwti_account account; /* of one run, with all that it runs */
    uint8_t unknown;      /* of its own, whatever it runs: NWTI_UNKNOWN_... */
};

/* A model on one set of input shapes. */
struct nwti_costs {
    nwti_shaped shaped;
    nwti_costs *before; /* accounted before, in the same work */
    const nwt_model *model;
    const nwt_tensor **slots; /* all tensors */
    nwti_run *runs;
    nwti_run **runs_end;
    nwti_account account;
    int64_t rows;        /* of its table */
    int64_t uses;        /* runs in the whole work; -1: not known */
    int64_t tensor_uses; /* those whose tensors are some of the graph: not within a wrapper */
};

/* What one layer costs in all its calls. */
typedef struct nwti_layer_work {
    const nwt_layer *layer;
    nwti_account account;
    int64_t activation_bytes; /* -1: not known */
    int32_t unknown;          /* of its own: NWTI_UNKNOWN_... */
    const nwti_run *run;      /* the first one */
} nwti_layer_work;

struct nwti_work {
    nwt_context *ctx;
    nwt_model *model;
    int64_t batch;    /* that of inputs without one */
    int64_t serial;   /* marks the models that it has accounted */
    int32_t is_bound; /* some input had no batch */
    nwti_costs *last; /* accounted last: the model itself */
    nwti_costs *current;
    nwti_layer_work *layers; /* by address */
    int64_t layer_count;
    const nwt_layer **unknown; /* layers of unknown products, then those of unknown FLOPs alone */
    int64_t unknown_count;     /* of unknown products */
    int64_t unknown_flops;     /* of all in the list */
    int64_t activation_bytes;  /* -1: not known */
};

/* Accounts the model, inputs without a batch having `batch`. NULL with the error set. What it makes
   lives in the arena of works. */
nwti_work *nwti_work_make(nwt_model *model, int64_t batch);
/* An error if there is more of it than can be counted. 0, or the status. */
int32_t nwti_work_check(const nwti_work *work);
/* NULL: the layer was not reached. */
const nwti_layer_work *nwti_work_layer(const nwti_work *work, const nwt_layer *layer);

/* What another project counts, as `like` names it: an index, or -1 with an error of `owner` that
   names the nearest. */
int32_t nwti_like_find(nwt_context *ctx, const char *owner, const char *key, const char *like);
/* The same of an account; -1: not known. */
int64_t nwti_like(const nwti_account *account, int32_t like);

/* Elements of such a shape; -1: not known, or too many. */
int64_t nwti_elements(int32_t rank, const int64_t *dims);
/* to += times * from. A sum that overflows is unknown. */
void nwti_account_sum(nwti_account *to, const nwti_account *from, int64_t times);

/* For ops within another one, where it is accounted: begins the account, closes it as the
   descriptor says, adds it to what is around it. */
void nwti_run_begin(nwt_op *op);
void nwti_run_close(nwt_op *op);
void nwti_run_join(nwt_op *child);

/* For the shaping of a model that is accounted. */
nwti_costs *nwti_costs_of(const nwti_work *work, const nwt_model *model,
                          const nwt_tensor *const *inputs);
nwti_costs *nwti_costs_begin(nwt_op *op, nwt_model *model);
void nwti_costs_end(nwt_op *op, nwti_costs *costs);
/* A call was evaluated, on tensors at these slots; if it failed, it is unknown. */
void nwti_work_call(nwt_op *op, const nwti_call *call, const int32_t *inputs, int32_t first);
void nwti_work_source(nwt_op *op, const nwti_call *call, int32_t first);
/* The op of a model costs what its calls cost. */
void nwti_work_nested(nwt_op *op, const nwti_costs *costs);

#endif
