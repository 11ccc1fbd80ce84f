/* What a model costs to run and to train; netweight.h includes it. */
#ifndef NETWEIGHT_WORK_H
#define NETWEIGHT_WORK_H

#include "netweight.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a model costs to run, at inference: a model bound to a batch. Its graph
 * is shaped once more; the model itself does not change. Work on other input
 * shapes is that of the model that nwt_model_reshape makes. Options:
 *
 *     batch=1         what None in front of an input stands for
 *     like=None       whose count NWT_COUNT_LIKE is: 'calflops', 'fvcore',
 *                     'keras-flops', 'ptflops', 'thop', 'torch', 'torchinfo'
 *     views=False     what only gives the same values another shape has their
 *                     storage
 *     in_place=False  elementwise work takes the storage of an input that ends
 *                     with it
 *
 * NULL with the error set; work beyond 2^63 - 1 is an error. It lives until the
 * context is reset.
 */
NWT_API nwt_work *nwt_model_work(nwt_model *model, const char *options);
/* A total, `what` an nwt_count from NWT_COUNT_MACS on. While NWT_COUNT_UNKNOWN_WORK > 0, macs are
   the known part, a lower bound; FLOPs are while NWT_COUNT_UNKNOWN_FLOPS > 0. -1 for NULL, another
   `what`, or bytes that are not known because a dim is None. */
NWT_API int64_t nwt_work_count(const nwt_work *work, int32_t what);
/* The same of one layer, at any depth, in all its calls in the model; of a layer that holds others,
   with all that it runs. -1: not known, or the layer was not run. */
NWT_API int64_t nwt_work_layer_count(const nwt_work *work, const nwt_layer *layer, int32_t what);
/* A layer whose work is not known, of NWT_COUNT_UNKNOWN_FLOPS, those of unknown macs first; NULL
   past the last. */
NWT_API const nwt_layer *nwt_work_unknown(const nwt_work *work, int64_t index);
/* The context that owns it; NULL for NULL. */
NWT_API nwt_context *nwt_work_context(const nwt_work *work);

/* The calls in the order of the plan, those of models within too: a turn each. -1 for NULL, or if
   the plan is not known. */
NWT_API int64_t nwt_work_turn_count(const nwt_work *work);
/* The path of a turn's layer, "encoder/dense"; snprintf's contract; 0 and "" if there is none. */
NWT_API size_t nwt_work_turn_path(const nwt_work *work, int64_t turn, char *buffer, size_t size);
/* The first turn at which the peak is reached; -1 if there is none. */
NWT_API int64_t nwt_work_peak_turn(const nwt_work *work);

typedef struct nwt_life_info {
    size_t size; /* sizeof(nwt_life_info), set by the caller */
    const int64_t *dims;
    int32_t rank;
    int32_t dtype;
    int64_t bytes;
    int64_t offset; /* in the arena */
    int64_t first;  /* turn that makes it, 0 for an input of the model */
    int64_t last;   /* turn that reads it last */
    int32_t input;  /* which input of the model it is; -1: it is an output of turn `first` */
    int32_t output; /* which output of its call */
} nwt_life_info;

/* The tensors of the plan: the model's inputs, then all outputs as they are made. -1 for NULL, or
   if the plan is not known. */
NWT_API int64_t nwt_work_tensor_count(const nwt_work *work);
/* A tensor's life. 1 if there is such a one, and info->size is right; else 0. */
NWT_API int32_t nwt_work_tensor(const nwt_work *work, int64_t index, nwt_life_info *info);

/* ------------------------------------------------------------------- memory */

typedef struct nwt_memory_info {
    size_t size;          /* sizeof(nwt_memory_info), set by the caller */
    int64_t batch;        /* what None in front of an input stood for */
    int64_t weight_bytes; /* a lower bound if some layer's are not known */
    int64_t gradient_bytes;
    int64_t optimizer_params; /* -1: not known */
    int64_t optimizer_bytes;
    int64_t activation_bytes; /* each tensor once; -1: a dim is None, as for the next two */
    int64_t peak_bytes;
    int64_t arena_bytes;
    int64_t inner_bytes; /* what recurrent and attention layers keep inside, at least: in no sum */
    int64_t total_bytes; /* -1: not known */
    int64_t unknown_work;
    int64_t budget_batch; /* the largest batch that fits, 0 if none; -1: not known */
    int32_t fits;         /* whether the total does; -1: not known, or there is no budget */
    int32_t inference;
} nwt_memory_info;

/*
 * The memory that tensors take. In training: weights, gradients of what is trainable, the
 * optimizer's variables, and every tensor once, until the backward pass. At inference: weights and
 * the peak. What an allocator, a device or a fused kernel adds is not in it. Options:
 *
 *     batch=1          what None in front of an input stands for; None: it is 1
 *     optimizer=None   'adam', "Adam(amsgrad=True)"; None: that of the compiled
 *                      model, else Adam
 *     inference=False  no gradients and no optimizer
 *     budget=None      bytes: how large a batch fits
 *     format='text'    of the report, or 'json'
 *     plan=False       list the tensors in the report
 *     views=False, in_place=False   as nwt_model_work has them: lower peaks
 *
 * 1 if *info is filled in; else 0 with the error set.
 */
NWT_API int32_t nwt_model_memory(nwt_model *model, const char *options, nwt_memory_info *info);
/* The same as a report. Returns the status of the context. */
NWT_API int32_t nwt_memory_report(nwt_model *model, const char *options, nwt_write write,
                                  void *user);

/* -------------------------------------------------------------------- diff */

/*
 * Two models side by side, of one context or two: layers that are gone, added or changed, by their
 * paths, and totals. Options: format='text' or 'json'; batch (1), as nwt_model_work has it.
 * *different becomes 1 if anything differs, else 0. Returns a status; the message is of the context
 * of `other`, or of `model`.
 */
NWT_API int32_t nwt_diff(nwt_model *model, nwt_model *other, const char *options, nwt_write write,
                         void *user, int32_t *different);

#ifdef __cplusplus
}
#endif

#endif
