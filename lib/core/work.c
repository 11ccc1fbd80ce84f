/* The work of a model: accounts of its calls, of each layer and in all. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/model.h"
#include "core/work.h"
#include "support/checked.h"

#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- summing up */

/* Sums that are not known are -1, and stay so. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;

    return a >= 0 && b >= 0 && nwti_add(a, b, &sum) ? sum : -1;
}

static int64_t multiply(int64_t a, int64_t b)
{
    int64_t product;

    return a >= 0 && b >= 0 && nwti_multiply(a, b, &product) ? product : -1;
}

/* How often it runs in one run of the call of the graph that it is within. */
static int64_t times_of(const nwti_run *run)
{
    int64_t times = 1;

    for (; run != NULL; run = run->around) {
        times = multiply(times, run->times);
    }
    return times;
}

/* How often models are run follows from those that run them, which are accounted after them. */
static void count_uses(nwti_work *work)
{
    nwti_costs *costs = work->last;

    costs->uses = 1;
    costs->tensor_uses = 1;
    for (; costs != NULL; costs = costs->before) {
        const nwti_run *run = costs->runs;

        for (; run != NULL; run = run->next) {
            nwti_costs *inner = (nwti_costs *)(size_t)run->costs;

            if (inner != NULL) {
                inner->uses = add(inner->uses, multiply(costs->uses, times_of(run)));
                if (run->call != NULL) {
                    inner->tensor_uses = add(inner->tensor_uses, costs->tensor_uses);
                }
            }
        }
    }
}

static int64_t output_bytes(const nwti_costs *costs, const nwti_run *run)
{
    int64_t sum = 0;
    int32_t i;

    for (i = 0; run->call != NULL && i < run->call->output_count; i++) {
        sum = add(sum, nwt_tensor_bytes(costs->slots[run->first + i]));
    }
    return sum;
}

static int by_layer(const void *a, const void *b)
{
    const nwt_layer *left = ((const nwti_layer_work *)a)->layer;
    const nwt_layer *right = ((const nwti_layer_work *)b)->layer;

    return (left > right) - (left < right);
}

/* A row for each run, of all that it costs. */
static void fill_rows(nwti_work *work)
{
    const nwti_costs *costs;
    const nwti_run *run;
    nwti_layer_work *row = work->layers;

    for (costs = work->last; costs != NULL; costs = costs->before) {
        for (run = costs->runs; run != NULL; run = run->next) {
            memset(row, 0, sizeof *row);
            row->layer = run->layer;
            row->run = run;
            row->unknown = run->unknown;
            nwti_account_sum(&row->account, &run->account, multiply(costs->uses, times_of(run)));
            row->activation_bytes = multiply(costs->tensor_uses, output_bytes(costs, run));
            /* Inputs of the model are counted by themselves, those of models within are others'. */
            if (run->call != NULL && run->costs == NULL && !run->is_source) {
                work->activation_bytes = add(work->activation_bytes, row->activation_bytes);
            }
            row++;
        }
    }
    work->layer_count = row - work->layers;
}

/* Rows of one layer become one. */
static void merge_rows(nwti_work *work)
{
    int64_t i, kept = 0;

    qsort(work->layers, (size_t)work->layer_count, sizeof *work->layers, by_layer);
    for (i = 0; i < work->layer_count; i++) {
        nwti_layer_work *row = &work->layers[i];
        nwti_layer_work *into = &work->layers[kept > 0 ? kept - 1 : 0];

        if (kept > 0 && into->layer == row->layer) {
            nwti_account_sum(&into->account, &row->account, 1);
            into->activation_bytes = add(into->activation_bytes, row->activation_bytes);
            into->unknown |= row->unknown;
        } else {
            work->layers[kept++] = *row;
        }
    }
    work->layer_count = kept;
}

/* Lists layers of unknown products, or of unknown FLOPs alone, each once. */
static void list_runs(nwti_work *work, int32_t with_macs)
{
    int64_t serial = ++work->ctx->serial;
    const nwti_costs *costs;
    const nwti_run *run;

    for (costs = work->last; costs != NULL; costs = costs->before) {
        for (run = costs->runs; run != NULL; run = run->next) {
            const nwti_layer_work *of = run->unknown ? nwti_work_layer(work, run->layer) : NULL;

            if (of != NULL && (of->unknown & NWTI_UNKNOWN_MACS) == with_macs &&
                run->layer->mark != serial) {
                run->layer->mark = serial;
                work->unknown[work->unknown_flops++] = run->layer;
            }
        }
    }
}

static int32_t list_unknown(nwti_work *work)
{
    int64_t count = 0, i;

    for (i = 0; i < work->layer_count; i++) {
        count += work->layers[i].unknown != 0;
    }
    work->unknown = nwti_arena_array(&work->ctx->works, (size_t)count + 1, sizeof *work->unknown);
    if (work->unknown == NULL) {
        return nwti_out_of_memory(work->ctx);
    }
    if (count > 0) {
        list_runs(work, NWTI_UNKNOWN_MACS);
        work->unknown_count = work->unknown_flops;
        list_runs(work, 0);
    }
    return 0;
}

static int32_t sum_up(nwti_work *work)
{
    const nwti_costs *costs;
    const nwti_run *run;
    size_t count = 0;
    int32_t i;

    count_uses(work);
    for (costs = work->last; costs != NULL; costs = costs->before) {
        for (run = costs->runs; run != NULL; run = run->next) {
            count++;
        }
    }
    work->layers = nwti_arena_array(&work->ctx->works, count, sizeof *work->layers);
    if (work->layers == NULL) {
        return nwti_out_of_memory(work->ctx);
    }
    for (i = 0; i < work->model->input_count; i++) {
        work->activation_bytes = add(work->activation_bytes,
                                     nwt_tensor_bytes(work->last->shaped.inputs[i]));
    }
    fill_rows(work);
    merge_rows(work);
    return list_unknown(work);
}

/* ------------------------------------------------------------------------ making */

/* The model's inputs, None in front being the batch. */
static int32_t bind_inputs(nwti_work *work, nwt_op *op)
{
    const nwt_model *model = work->model;
    nwti_arena *arena = &work->ctx->works;
    int32_t i;

    op->inputs = nwti_arena_array(arena, (size_t)model->input_count, sizeof *op->inputs);
    op->input_count = model->input_count;
    for (i = 0; op->inputs != NULL && i < model->input_count; i++) {
        const nwt_tensor *input = model->inputs[i];
        nwt_tensor *bound = nwti_tensor_new(arena, input->rank, input->dims, input->dtype);

        if (bound == NULL) {
            return nwti_out_of_memory(work->ctx);
        }
        if (bound->rank > 0 && bound->dims[0] < 0) {
            bound->dims[0] = work->batch;
            work->is_bound = 1;
        }
        op->inputs[i] = bound;
    }
    return op->inputs != NULL ? 0 : nwti_out_of_memory(work->ctx);
}

static nwti_work *begin(nwt_model *model, int64_t batch)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_work *work = nwti_arena_zeroed(&ctx->works, sizeof *work);

    if (work == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    work->ctx = ctx;
    work->model = model;
    work->batch = batch;
    work->serial = ++ctx->serial;
    return work;
}

/* Nothing is known of it. */
static nwti_work *begin_unknown(nwt_model *model, int64_t batch)
{
    nwti_work *work = begin(model, batch);

    if (work != NULL) {
        work->unknown_count = model->layer_count;
        work->unknown_flops = model->layer_count;
    }
    return work;
}

nwti_work *nwti_work_make(nwt_model *model, int64_t batch)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_work *work;
    nwt_op op;
    int32_t failed, outer;

    if (!model->built) {
        return begin_unknown(model, batch);
    }
    work = begin(model, batch);
    if (work == NULL) {
        return NULL;
    }
    nwti_op_begin(&op, model->layer, NULL, &ctx->works);
    op.work = work;
    outer = nwti_count_begin(ctx);
    failed = bind_inputs(work, &op) || nwti_model_shape(&op, model->layer->self) ||
             op.state == NWTI_OP_FAILED || work->last == NULL;
    nwti_count_end(ctx, outer);
    nwti_op_end(&op);
    /* Keras's shapes of a layer can be known where none can be computed by running it. */
    if (failed && ctx->status == NWT_STATUS_OK) {
        return begin_unknown(model, batch);
    }
    return failed || sum_up(work) || ctx->status != NWT_STATUS_OK ? NULL : work;
}

const nwti_layer_work *nwti_work_layer(const nwti_work *work, const nwt_layer *layer)
{
    nwti_layer_work wanted;

    wanted.layer = layer;
    return work->layer_count > 0
               ? bsearch(&wanted, work->layers, (size_t)work->layer_count, sizeof wanted, by_layer)
               : NULL;
}

int32_t nwti_work_check(const nwti_work *work)
{
    char title[256];

    return work->last != NULL && work->last->account.too_large
               ? nwti_error(work->ctx, NWT_STATUS_INVALID,
                            "%s: its work is more than 2^63 - 1 multiply-accumulates or FLOPs",
                            nwti_layer_title(work->model->layer, title, sizeof title))
               : 0;
}
