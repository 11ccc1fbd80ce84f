/* What the shaping of a model that is accounted notes of its calls. */
#include "core/context.h"
#include "core/error.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/model.h"
#include "core/work.h"

#include <string.h>

nwti_costs *nwti_costs_of(const nwti_work *work, const nwt_model *model,
                          const nwt_tensor *const *inputs)
{
    return model->costs_serial == work->serial
               ? nwti_shaped_find(&model->costs, model->input_count, inputs)
               : NULL;
}

nwti_costs *nwti_costs_begin(nwt_op *op, nwt_model *model)
{
    nwti_arena *arena = &op->ctx->works;
    nwti_costs *costs = nwti_arena_zeroed(arena, sizeof *costs);

    if (costs != NULL) {
        costs->model = model;
        costs->runs_end = &costs->runs;
        costs->shaped.inputs = nwti_arena_array(arena, (size_t)model->input_count,
                                                sizeof *costs->shaped.inputs);
        costs->shaped.outputs = nwti_arena_array(arena, (size_t)model->output_count,
                                                 sizeof *costs->shaped.outputs);
        costs->slots = nwti_arena_zeroed(arena,
                                         ((size_t)model->slot_count + 1) * sizeof *costs->slots);
    }
    if (costs == NULL || costs->shaped.inputs == NULL || costs->shaped.outputs == NULL ||
        costs->slots == NULL) {
        nwti_out_of_memory(op->ctx);
        return NULL;
    }
    return costs;
}

/* Where the layers of runs stand in the table of the model with all models within shown. */
static int32_t find_rows(nwt_context *ctx, nwti_costs *costs)
{
    enum { MOST = INT32_MAX }; /* more rows than that are not told apart */
    const nwt_model *model = costs->model;
    nwti_mark mark = nwti_arena_mark(&ctx->scratch);
    int64_t *rows = nwti_arena_array(&ctx->scratch, (size_t)model->layer_count + 1, sizeof *rows);
    int64_t serial = ++ctx->serial, i;
    nwti_run *run;

    if (rows == NULL) {
        return nwti_out_of_memory(ctx);
    }
    for (i = 0; i < model->layer_count; i++) {
        model->layers[i]->mark = serial;
        model->layers[i]->position = (int32_t)i;
        rows[i] = 1;
    }
    for (run = costs->runs; run != NULL; run = run->next) {
        if (run->call != NULL && run->costs != NULL && run->layer->mark == serial) {
            rows[run->layer->position] = 1 + run->costs->rows;
        }
    }
    for (i = 0; i < model->layer_count; i++) {
        int64_t here = rows[i];

        rows[i] = costs->rows;
        costs->rows = costs->rows < MOST ? costs->rows + here : MOST;
    }
    for (run = costs->runs; run != NULL; run = run->next) {
        run->row = run->layer->mark == serial ? rows[run->layer->position] : 0;
    }
    nwti_arena_rewind(&ctx->scratch, mark);
    return 0;
}

void nwti_costs_end(nwt_op *op, nwti_costs *costs)
{
    nwti_work *work = op->work;
    nwt_model *model = op->layer->rare->model;

    if (find_rows(op->ctx, costs)) {
        op->state = NWTI_OP_FAILED;
    }
    if (model->costs_serial != work->serial) {
        memset(&model->costs, 0, sizeof model->costs);
        model->costs_serial = work->serial;
    }
    costs->before = work->last;
    work->last = costs;
    if (nwti_shaped_add(&model->costs, &op->ctx->works, model->input_count, &costs->shaped)) {
        nwti_out_of_memory(op->ctx);
        op->state = NWTI_OP_FAILED;
    }
}

void nwti_work_call(nwt_op *op, const nwti_call *call, const int32_t *inputs, int32_t first)
{
    nwti_run *run = op->run;

    run->call = call;
    run->inputs = inputs;
    run->first = first;
    if (op->state == NWTI_OP_FAILED && op->ctx->status == NWT_STATUS_INVALID) {
        /* The model was built; that it cannot be bound to this batch is no error of the model. */
        nwt_context_clear_error(op->ctx);
        op->state = NWTI_OP_UNKNOWN;
        memset(&run->account, 0, sizeof run->account);
        run->account.unknown_macs = 1;
        run->account.unknown_flops = 1;
        run->unknown = NWTI_UNKNOWN_FLOPS | NWTI_UNKNOWN_MACS;
    }
    nwti_account_sum(&op->work->current->account, &run->account, 1);
}

void nwti_work_source(nwt_op *op, const nwti_call *call, int32_t first)
{
    nwti_run *run = nwti_arena_zeroed(&op->ctx->works, sizeof *run);

    if (run == NULL) {
        nwti_out_of_memory(op->ctx);
        return;
    }
    run->layer = call->layer;
    run->call = call;
    run->first = first;
    run->times = 1;
    run->is_source = 1;
    *op->work->current->runs_end = run;
    op->work->current->runs_end = &run->next;
}

void nwti_work_nested(nwt_op *op, const nwti_costs *costs)
{
    if (op->run != NULL) {
        op->run->costs = costs;
        nwti_account_sum(&op->run->account, &costs->account, 1);
    }
}
