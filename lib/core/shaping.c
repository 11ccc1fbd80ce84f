/*
 * Shaping: the shapes of a model's tensors as a function of its graph and of
 * the shapes of its inputs. A model called on shapes that it has seen before is
 * a look-up, so models nested in models cost as many shapings as there are
 * models and shapes, however often each calls the next.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/builtin.h"
#include "core/model.h"
#include "support/text.h"
#include "core/work.h"

#include <string.h>

/* A last axis of 1 may be left out, or come beside. */
static int32_t rank_without_last(const nwt_tensor *tensor)
{
    return tensor->rank - (tensor->rank > 1 && tensor->dims[tensor->rank - 1] == 1);
}

/* Of a dict that holds lists or dicts, Keras 3 checks no shapes. */
static int32_t is_deep(const nwti_value *structure)
{
    uint32_t i;

    for (i = 0; structure != NULL && structure->type == NWTI_DICT && i < structure->length; i++) {
        const nwti_value *one = structure->as.items + 2 * (size_t)i + 1;

        if (one->type != NWTI_LIST || one->length == 0 || one->as.items->type != NWTI_STRING) {
            return 1;
        }
    }
    return 0;
}

/* One input must fit what the model was built on, as Keras compares them: the dims where both are
   known, behind the batch and as far as both go. */
static int32_t check_input(nwt_op *op, const nwt_model *model, int32_t index)
{
    const nwt_tensor *built = model->inputs[index], *given = op->inputs[index];
    char text[384], shape[160];
    int32_t axis, rank;

    /* Keras 2 warns at most. */
    if (given->rank < 0 || built->rank < 0 || is_deep(model->input_structure) ||
        nwti_op_is_before_3(op)) {
        return 0;
    }
    rank = rank_without_last(built);
    rank = rank < rank_without_last(given) ? rank : rank_without_last(given);
    for (axis = 1; axis < rank; axis++) {
        if (built->dims[axis] >= 0 && given->dims[axis] >= 0 &&
            built->dims[axis] != given->dims[axis]) {
            break;
        }
    }
    if (axis >= rank) {
        return 0;
    }
    nwti_shape_text(shape, sizeof shape, built->rank, built->dims);
    if (index < 10) {
        nwti_format(text, sizeof text, "its input %d is {%d}, the model was built for %s",
                    (int64_t)index, (int64_t)index, shape);
    } else {
        nwti_format(text, sizeof text,
                    "its input %d does not fit the %s that the model was built "
                    "for",
                    (int64_t)index, shape);
    }
    return nwt_op_fail(op, text, 0, NULL);
}

/* 1 if the op's inputs have the shapes that the model was built on. */
static int32_t fits_exactly(const nwt_op *op, const nwt_model *model)
{
    for (int32_t i = 0; i < model->input_count; i++) {
        const nwt_tensor *a = op->inputs[i], *b = model->inputs[i];

        if (a->rank != b->rank || a->rank < 0 ||
            memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) != 0) {
            return 0;
        }
    }
    return 1;
}

static int32_t write_outputs(nwt_op *op, const nwt_model *model, const nwt_tensor *const *outputs)
{
    int32_t i;

    for (i = 0; i < model->output_count; i++) {
        if (outputs[i]->rank < 0) {
            nwt_op_output_unknown(op);
        } else {
            nwt_op_output(op, outputs[i]->rank, outputs[i]->dims, outputs[i]->dtype);
        }
    }
    return op->ctx->status;
}

/* Where a model's tensors are made: those of its work end before it does. */
static nwti_arena *arena_of(const nwt_op *op)
{
    return op->work != NULL ? &op->ctx->works : &op->ctx->arena;
}

/* An output that the layer cannot tell: as it was, with the batch of the new input. */
static const nwt_tensor *restate(nwt_op *parent, const nwt_tensor *output, const nwt_tensor *input)
{
    nwt_context *ctx = parent->ctx;
    nwt_tensor *copy;

    if (output->rank <= 0 || input == NULL || input->rank <= 0) {
        return output;
    }
    copy = nwti_tensor_new(arena_of(parent), output->rank, output->dims, output->dtype);
    if (copy == NULL) {
        nwti_out_of_memory(ctx);
        return output;
    }
    copy->dims[0] = input->dims[0];
    return copy;
}

/* Gives the op the operands of a call, its inputs being those in `slots`. */
static int32_t operands_in(nwt_op *op, const nwti_call *call, const int32_t *inputs,
                           const nwt_tensor **slots)
{
    const nwt_tensor **shaped = nwti_arena_array(&op->ctx->scratch, (size_t)call->input_count + 1,
                                                 sizeof *shaped);
    int32_t i;

    for (i = 0; shaped != NULL && i < call->input_count; i++) {
        shaped[i] = slots[inputs[i]];
    }
    return shaped != NULL ? nwti_call_operands(op, call, (const nwt_tensor *const *)shaped)
                          : nwti_out_of_memory(op->ctx);
}

/* Evaluates one call on the tensors in `slots`; its outputs go to slots[first ...]. */
static int32_t shape_call(nwt_op *parent, const nwti_call *call, const int32_t *inputs,
                          const nwt_tensor **slots, int32_t first)
{
    nwt_context *ctx = parent->ctx;
    const nwt_tensor *output = call->outputs, *found;
    int32_t i, changed = parent->work != NULL, status = 0;
    nwt_op op;

    for (i = 0; i < call->input_count; i++) {
        changed |= slots[inputs[i]] != call->inputs[i];
    }
    nwti_op_begin(&op, call->layer, parent, arena_of(parent));
    nwti_run_begin(&op);
    if (op.state == NWTI_OP_FAILED) {
        return ctx->status;
    }
    if (changed) {
        op.arguments = nwti_call_arguments(call->layer, call->given);
        op.values = call->given != NULL ? call->given->values : NULL;
        status = operands_in(&op, call, inputs, slots);
        if (status == 0) {
            nwti_op_evaluate(&op);
            if (op.run != NULL) {
                nwti_work_call(&op, call, inputs, first);
            }
            status = op.state == NWTI_OP_FAILED ? ctx->status : 0;
        }
    }
    found = op.outputs;
    for (i = 0; i < call->output_count && status == 0; i++, output = output->next) {
        if (!changed || output->is_disputed) {
            slots[first + i] = output;
        } else if (op.state == NWTI_OP_OK && found != NULL && found->rank >= 0) {
            slots[first + i] = found;
        } else {
            slots[first + i] = restate(parent, output,
                                       call->input_count > 0 ? slots[inputs[0]] : NULL);
        }
        found = found != NULL ? found->next : NULL;
    }
    nwti_op_end(&op);
    return status;
}

/* A model that is called on two shapes by each of those around it has as many as there are ways to
   it: 2^16 in a file of 16 levels. */
static int32_t count_call(nwt_op *op)
{
    nwt_context *ctx = op->ctx;

    if (ctx->evaluated < ctx->max_calls) {
        ctx->evaluated++;
        return 0;
    }
    return NWT_FAIL(op,
                    "the models within models would be shaped on more than {} calls; the context's "
                    "max_calls allows no more",
                    ctx->max_calls);
}

/* Runs the graph. The inputs' slots are filled already. */
static int32_t run(nwt_op *op, const nwt_model *model, const nwt_tensor **slots)
{
    const int32_t *place = model->slots;
    int64_t i;

    for (i = 0; i < model->call_count; i++) {
        const nwti_call *call = model->calls[i];
        int32_t first = place[0];

        if (count_call(op)) {
            return op->ctx->status;
        }
        if ((call->input_count > 0 || call->output_count != 1 || slots[first] == NULL) &&
            shape_call(op, call, place + 1, slots, first)) {
            op->state = NWTI_OP_FAILED;
            return op->ctx->status;
        }
        if (op->work != NULL && call->input_count == 0) {
            nwti_work_source(op, call, first);
        }
        place += 1 + call->input_count;
    }
    return 0;
}

/* Copies the op's inputs: they end with the op, the shaping stays. TensorFlow's own Keras cast them
   to what the model was built on. */
static int32_t keep_inputs(nwt_op *op, const nwt_model *model, const nwt_tensor **inputs)
{
    int32_t i, is_cast = nwti_op_is_tensorflow(op) || fits_exactly(op, model);

    for (i = 0; i < model->input_count; i++) {
        const nwt_tensor *input = op->inputs[i];

        inputs[i] = nwti_tensor_new(arena_of(op), input->rank, input->dims,
                                    is_cast ? model->inputs[i]->dtype : input->dtype);
        if (inputs[i] == NULL) {
            return nwti_out_of_memory(op->ctx);
        }
    }
    return 0;
}

/* A new shaping of the model, for the op's inputs. */
static nwti_shaped *shape_anew(nwt_op *op, nwt_model *model)
{
    nwt_context *ctx = op->ctx;
    nwti_shaped *shaping = nwti_new(ctx, sizeof *shaping);
    nwti_mark mark = nwti_arena_mark(&ctx->scratch);
    const nwt_tensor **slots = nwti_arena_zeroed(&ctx->scratch,
                                                 ((size_t)model->slot_count + 1) * sizeof *slots);
    int32_t i, status = 0;

    if (shaping == NULL || slots == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    shaping->inputs = nwti_new_array(ctx, (size_t)model->input_count, sizeof *shaping->inputs);
    shaping->outputs = nwti_new_array(ctx, (size_t)model->output_count, sizeof *shaping->outputs);
    if (shaping->inputs == NULL || shaping->outputs == NULL) {
        return NULL;
    }
    status = keep_inputs(op, model, shaping->inputs);
    for (i = 0; i < model->input_count && status == 0; i++) {
        slots[model->input_slots[i]] = nwti_same_shape(shaping->inputs[i], model->inputs[i])
                                           ? model->inputs[i]
                                           : shaping->inputs[i];
    }
    if (status != 0 || run(op, model, slots)) {
        return NULL;
    }
    for (i = 0; i < model->output_count; i++) {
        shaping->outputs[i] = slots[model->output_slots[i]];
    }
    nwti_arena_rewind(&ctx->scratch, mark);
    if (nwti_shaped_add(&model->shapings, &ctx->arena, model->input_count, shaping)) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    return shaping;
}

/* The same for the work of the model, accounted as its calls are evaluated. */
static nwti_costs *account_anew(nwt_op *op, nwt_model *model)
{
    nwti_costs *costs = nwti_costs_begin(op, model), *around = op->work->current;
    int32_t i, status;

    if (costs == NULL) {
        return NULL;
    }
    op->work->current = costs;
    status = keep_inputs(op, model, costs->shaped.inputs);
    for (i = 0; i < model->input_count && status == 0; i++) {
        costs->slots[model->input_slots[i]] = costs->shaped.inputs[i];
    }
    if (status != 0 || run(op, model, costs->slots)) {
        return NULL;
    }
    for (i = 0; i < model->output_count; i++) {
        costs->shaped.outputs[i] = costs->slots[model->output_slots[i]];
    }
    op->work->current = around;
    nwti_costs_end(op, costs);
    return costs;
}

static int32_t account(nwt_op *op, nwt_model *model)
{
    nwti_costs *costs = nwti_costs_of(op->work, model, op->inputs);

    costs = costs != NULL ? costs : account_anew(op, model);
    if (costs == NULL) {
        op->state = NWTI_OP_FAILED;
        return op->ctx->status;
    }
    nwti_work_nested(op, costs);
    return write_outputs(op, model, costs->shaped.outputs);
}

int32_t nwti_model_shape(nwt_op *op, const void *self)
{
    nwt_model *model = op->layer->rare->model;
    nwti_shaped *shaping;
    int32_t i;

    (void)self;
    if (op->work == NULL && !model->built && model->is_sequential && op->input_count == 1 &&
        nwti_sequential_build(model, op->inputs[0]->rank, op->inputs[0]->dims,
                              op->inputs[0]->dtype)) {
        op->state = NWTI_OP_FAILED;
        return op->ctx->status;
    }
    if (nwt_op_input_count(op) != model->input_count || !model->built) {
        return NWT_FAIL(op, "the model takes {} inputs, not {}", model->input_count,
                        nwt_op_input_count(op));
    }
    for (i = 0; i < model->input_count; i++) {
        if (check_input(op, model, i)) {
            return op->ctx->status;
        }
    }
    if (op->work != NULL) {
        return account(op, model);
    }
    model->called = 1;
    /* Keras looks at the shapes alone then: dtypes are those that the model was built on. */
    if (fits_exactly(op, model)) {
        return write_outputs(op, model, (const nwt_tensor *const *)(void *)model->outputs);
    }
    shaping = nwti_shaped_find(&model->shapings, model->input_count, op->inputs);
    shaping = shaping != NULL ? shaping : shape_anew(op, model);
    if (shaping == NULL) {
        op->state = NWTI_OP_FAILED;
        return op->ctx->status;
    }
    return write_outputs(op, model, shaping->outputs);
}
