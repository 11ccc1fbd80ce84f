/* Calls: a layer used on tensors, the edges of the graph. */

#include "core/context.h"
#include "core/error.h"
#include "core/note.h"
#include "core/tensor.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/recall.h"
#include <string.h>

/* The record of a call, its inputs in it. */
static nwti_call *record(nwt_layer *layer, int32_t count, nwt_tensor *const *tensors)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_call *call;
    int32_t i, index = 0;

    if (count > NWTI_MOST_INPUTS) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    call = nwti_new(ctx, offsetof(nwti_call, inputs) + (size_t)count * sizeof call->inputs[0]);
    if (call == NULL) {
        return NULL;
    }
    memset(call, 0, offsetof(nwti_call, inputs));
    call->layer = layer;
    for (i = 0; i < count; i++) {
        if (tensors[i] != NULL && tensors[i]->call != NULL) {
            call->inputs[index++] = tensors[i];
        }
    }
    call->input_count = index;
    return call;
}

/* From the second call on they stand in a list, which has room for a power of two. */
static int32_t link_call(nwti_call *call)
{
    nwt_layer *layer = call->layer;
    int64_t count = layer->call_count;
    nwti_call **calls = count > 1 ? layer->calls : NULL;

    if (count == INT32_MAX) {
        return nwti_out_of_memory(layer->kind->ctx);
    }
    if (count == 0) {
        layer->first_call = call;
    } else if ((count & (count - 1)) == 0) {
        calls = nwti_new_array(layer->kind->ctx, (size_t)(2 * count), sizeof *calls);
        if (calls == NULL) {
            return layer->kind->ctx->status;
        }
        memcpy(calls, count == 1 ? &layer->first_call : layer->calls,
               (size_t)count * sizeof *calls);
        layer->calls = calls;
    }
    if (count > 0) {
        calls[count] = call;
    }
    call->number = layer->call_count++;
    return 0;
}

nwti_call *nwti_layer_call(const nwt_layer *layer, int64_t number)
{
    if (layer == NULL || number < 0 || number >= layer->call_count) {
        return NULL;
    }
    return layer->call_count == 1 ? layer->first_call : layer->calls[number];
}

/* Outputs hang together; more than a few are found by their index, in a power of two. */
enum { FEW_OUTPUTS = 4 };

static int32_t index_outputs(nwti_call *call)
{
    nwt_context *ctx = call->layer->kind->ctx;
    size_t capacity = FEW_OUTPUTS, i;
    nwt_tensor *output = call->outputs;

    if (call->output_count <= FEW_OUTPUTS) {
        return 0;
    }
    while (capacity < (size_t)call->output_count) {
        capacity *= 2;
    }
    call->by_index = nwti_new_array(ctx, capacity, sizeof *call->by_index);
    for (i = 0; call->by_index != NULL && output != NULL; i++, output = output->next) {
        call->by_index[i] = output;
    }
    return call->by_index != NULL ? 0 : ctx->status;
}

static nwt_tensor *output_at(const nwti_call *call, int32_t index)
{
    nwt_tensor *output = call->outputs;

    if (index < 0 || index >= call->output_count) {
        return NULL;
    }
    if (call->by_index != NULL) {
        return call->by_index[index];
    }
    while (index-- > 0) {
        output = output->next;
    }
    return output;
}

/* Adds an output behind the last. 0, or the status. */
static int32_t append_output(nwti_call *call, nwt_tensor *output)
{
    int32_t count = call->output_count;

    output->index = count;
    if (count == 0) {
        call->outputs = output;
    } else {
        output_at(call, count - 1)->next = output;
    }
    call->output_count++;
    if (call->by_index == NULL || (count & (count - 1)) == 0) {
        return index_outputs(call);
    }
    call->by_index[count] = output;
    return 0;
}

int32_t nwti_call_operand_count(const nwti_call *call)
{
    return call->given != NULL && call->given->operands != NULL ? call->given->operand_count
                                                                : call->input_count;
}

nwti_operand_given nwti_call_operand(const nwti_call *call, int32_t operand)
{
    nwti_operand_given input = {NULL, NULL, operand};

    return call->given != NULL && call->given->operands != NULL ? call->given->operands[operand]
                                                                : input;
}

int32_t nwti_call_operands(nwt_op *op, const nwti_call *call, const nwt_tensor *const *inputs)
{
    const nwti_call_given *given = call->given;
    int32_t i;

    op->input_count = nwti_call_operand_count(call);
    op->inputs = nwti_arena_array(&op->ctx->scratch, (size_t)op->input_count + 1,
                                  sizeof *op->inputs);
    if (op->inputs == NULL) {
        op->input_count = 0;
        return nwti_out_of_memory(op->ctx);
    }
    for (i = 0; i < op->input_count; i++) {
        nwti_operand_given operand = nwti_call_operand(call, i);
        int32_t row = given != NULL ? given->rows[i] & NWTI_ROW_MASK : 0;

        op->inputs[i] = operand.array != NULL ? operand.array : inputs[operand.input];
        op->inputs[i] = row == NWTI_ROW_COMMON ? NULL : op->inputs[i];
    }
    return 0;
}

static void take_outputs(nwti_call *call, nwt_op *op)
{
    nwt_tensor *output;

    call->outputs = op->outputs;
    call->output_count = op->output_count;
    for (output = op->outputs; output != NULL; output = output->next) {
        output->call = call;
    }
}

/* Those that the call itself has; most calls have them as they are. */
static int32_t given_operands(nwt_op *op, const nwti_call *call)
{
    const nwt_tensor **inputs = (const nwt_tensor **)(void *)(size_t)call->inputs;

    if (call->given != NULL) {
        return nwti_call_operands(op, call, (const nwt_tensor *const *)inputs);
    }
    op->input_count = call->input_count;
    op->inputs = inputs;
    return 0;
}

/* What comes of a disputed tensor and is unknown is not known from a file either. */
static void dispute_outputs(nwti_call *call)
{
    nwt_tensor *output;
    int32_t i, disputed = 0;

    for (i = 0; i < call->input_count; i++) {
        disputed |= call->inputs[i]->is_disputed;
    }
    for (output = call->outputs; output != NULL; output = output->next) {
        output->is_disputed |= disputed && output->rank < 0;
    }
}

static int32_t evaluate(nwti_call *call)
{
    nwt_context *ctx = call->layer->kind->ctx;
    int32_t outer = nwti_count_begin(ctx);
    int64_t before = nwti_findings(ctx);
    nwt_op op;

    nwti_op_begin(&op, call->layer, NULL, &ctx->arena);
    op.arguments = nwti_call_arguments(call->layer, call->given);
    op.values = call->given != NULL ? call->given->values : NULL;
    if (given_operands(&op, call)) {
        op.state = NWTI_OP_FAILED;
    } else {
        nwti_op_evaluate(&op);
    }
    nwti_op_end(&op);
    nwti_count_end(ctx, outer);
    if (op.state == NWTI_OP_FAILED) {
        return ctx->status;
    }
    call->is_open = op.state == NWTI_OP_UNKNOWN || call->layer->kind->unknown;
    if (op.state == NWTI_OP_OK) {
        take_outputs(call, &op);
        if (before == nwti_findings(ctx)) {
            nwti_remember(call);
        }
    }
    return 0;
}

/* Evaluates a call whose inputs and arguments are in place, unless one like it was before. */
static int32_t finish(nwti_call *call)
{
    nwt_context *ctx = call->layer->kind->ctx;
    int32_t recalled = nwti_recall(call);

    if (recalled < 0 || (recalled == 0 && evaluate(call) != 0)) {
        return ctx->status;
    }
    if (link_call(call) || index_outputs(call)) {
        return ctx->status;
    }
    if (call->output_count == 0 && nwti_call_output(call, 0) == NULL) {
        return ctx->status;
    }
    dispute_outputs(call);
    return 0;
}

nwti_call *nwti_call_make(const nwti_call_request *request)
{
    nwt_layer *layer = request->layer;
    nwti_call *call;

    if (nwti_layer_complete(layer)) {
        return NULL;
    }
    call = record(layer, request->count, request->tensors);
    if (call == NULL || nwti_arguments_bind(request, &layer->kind->ctx->arena, &call->given)) {
        return NULL;
    }
    return finish(call) == 0 ? call : NULL;
}

int32_t nwti_layer_build_on(nwt_layer *layer, int32_t rank, const int64_t *dims, int32_t dtype)
{
    nwt_context *ctx = layer->kind->ctx;
    const nwt_tensor *input = nwti_tensor_new(&ctx->arena, rank, dims, dtype);
    nwt_op op;

    if (nwti_layer_complete(layer) || layer->flags & NWTI_BUILT) {
        return ctx->status;
    }
    if (input == NULL) {
        return nwti_out_of_memory(ctx);
    }
    nwti_op_begin(&op, layer, NULL, &ctx->arena);
    op.inputs = &input;
    op.input_count = 1;
    op.arguments = nwti_call_arguments(layer, NULL);
    nwti_op_evaluate(&op);
    nwti_op_end(&op);
    return ctx->status;
}

static void dispute(nwt_tensor *tensor, int32_t is_disputed)
{
    if (is_disputed) {
        tensor->rank = -1;
        tensor->is_disputed = 1;
    }
}

nwti_call *nwti_call_like(nwt_layer *layer, const nwti_call *like, nwt_tensor *const *inputs)
{
    nwti_call *call = record(layer, like->input_count, inputs);
    const nwt_tensor *old;
    nwt_tensor *made;

    if (call == NULL) {
        return NULL;
    }
    call->given = like->given;
    if (finish(call)) {
        return NULL;
    }
    for (old = like->outputs, made = call->outputs; old != NULL && made != NULL;
         old = old->next, made = made->next) {
        dispute(made, old->is_disputed);
    }
    return call;
}

nwt_tensor *nwti_call_output(nwti_call *call, int32_t index)
{
    nwt_context *ctx = call->layer->kind->ctx;

    while (index >= call->output_count && call->is_open) {
        nwt_tensor *output = nwti_tensor_new(&ctx->arena, -1, NULL, call->layer->compute_dtype);

        if (output == NULL) {
            nwti_out_of_memory(ctx);
            return NULL;
        }
        output->call = call;
        output->is_disputed = call->outputs != NULL && call->outputs->is_disputed;
        if (append_output(call, output)) {
            return NULL;
        }
    }
    return output_at(call, index);
}

/* None says nothing against a number. */
static int32_t contradict(const nwt_tensor *tensor, int32_t rank, const int64_t *dims)
{
    int32_t i;

    for (i = 0; i < rank && tensor->rank == rank; i++) {
        if (tensor->dims[i] != dims[i] && tensor->dims[i] >= 0 && dims[i] >= 0) {
            return 1;
        }
    }
    return tensor->rank != rank;
}

/* The results of operations have 64 bits with TensorFlow, else 32. */
static int32_t is_wider(int32_t dtype, int32_t than)
{
    return (dtype == NWT_DTYPE_INT64 && than == NWT_DTYPE_INT32) ||
           (dtype == NWT_DTYPE_UINT64 && than == NWT_DTYPE_UINT32) ||
           (dtype == NWT_DTYPE_FLOAT64 && than == NWT_DTYPE_FLOAT32);
}

nwt_tensor *nwti_tensor_state(nwt_tensor *tensor, int32_t rank, const int64_t *dims, int32_t dtype)
{
    nwt_context *ctx;
    nwt_tensor *stated;
    char ours[160], theirs[160], title[256];
    int32_t contradicts;

    if (tensor == NULL || tensor->call == NULL || rank < 0 || rank > NWT_MAX_RANK ||
        tensor->is_disputed) {
        return tensor;
    }
    ctx = tensor->call->layer->kind->ctx;
    if (tensor->rank >= 0) {
        tensor->dtype = (uint8_t)(is_wider(dtype, tensor->dtype) ? dtype : tensor->dtype);
        if (tensor->rank != rank || memcmp(tensor->dims, dims, (size_t)rank * sizeof *dims) != 0) {
            nwti_shape_text(ours, sizeof ours, tensor->rank, tensor->dims);
            nwti_shape_text(theirs, sizeof theirs, rank, dims);
            contradicts = contradict(tensor, rank, dims);
            nwti_note_add(ctx, "%s: the file states the output shape %s, netweight finds %s%s",
                          nwti_layer_title(tensor->call->layer, title, sizeof title), theirs, ours,
                          contradicts ? ": it is unknown" : "");
            dispute(tensor, contradicts);
        }
        return tensor;
    }
    stated = nwti_tensor_new(&ctx->arena, rank, dims, dtype != 0 ? dtype : tensor->dtype);
    if (stated == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    stated->call = tensor->call;
    stated->index = tensor->index;
    stated->next = tensor->next;
    if (tensor->index == 0) {
        tensor->call->outputs = stated;
    } else {
        output_at(tensor->call, tensor->index - 1)->next = stated;
    }
    if (tensor->call->by_index != NULL) {
        tensor->call->by_index[tensor->index] = stated;
    }
    return stated;
}

/* Where an input stands among the operands. */
static int32_t operand_of(const nwti_call_given *given, int32_t input)
{
    int32_t i = 0;

    for (; given->operands != NULL && i < given->operand_count; i++) {
        if (given->operands[i].array == NULL && given->operands[i].input == input) {
            return i;
        }
    }
    return given->operands != NULL ? 0 : input;
}

const char *nwti_call_input_name(const nwti_call *call, int32_t index)
{
    int32_t row = call->given != NULL ? call->given->rows[operand_of(call->given, index)] : 0;

    if (!(row & NWTI_ROW_NAMED)) {
        return NULL;
    }
    if (call->given->written != NULL) {
        return call->given->written[index];
    }
    row &= NWTI_ROW_MASK;
    return row == NWTI_ROW_COMMON || row >= call->layer->kind->arguments.count
               ? "mask"
               : nwti_row(&call->layer->kind->arguments, row)->key;
}

/* --------------------------------------------------------------- public calls */

static int32_t check_tensors(nwt_layer *layer, int32_t count, nwt_tensor *const *tensors)
{
    nwt_context *ctx = layer->kind->ctx;
    char title[256];
    int32_t i;

    for (i = 0; i < count; i++) {
        if (tensors[i] == NULL || tensors[i]->call == NULL ||
            tensors[i]->call->layer->kind->ctx != ctx) {
            return nwti_error(ctx, NWT_STATUS_INVALID,
                              tensors[i] == NULL ? "%s: input %d is NULL"
                                                 : "%s: input %d belongs to another context",
                              nwti_layer_title(layer, title, sizeof title), (int64_t)i);
        }
    }
    return 0;
}

static int32_t read_options(nwt_layer *layer, const char *options, const nwti_value **values)
{
    char title[256];

    *values = NULL;
    if (options == NULL || options[0] == '\0') {
        return 0;
    }
    nwti_layer_title(layer, title, sizeof title);
    *values = nwti_read_arguments(layer->kind->ctx, options, strlen(options), title,
                                  "call arguments");
    return *values != NULL ? 0 : layer->kind->ctx->status;
}

/* A layer that is NULL without an earlier error is an error of its own. */
static void refuse_null(int32_t count, nwt_tensor *const *inputs)
{
    if (count > 0 && inputs != NULL && inputs[0] != NULL && inputs[0]->call != NULL) {
        nwti_error(inputs[0]->call->layer->kind->ctx, NWT_STATUS_INVALID,
                   "a call: the layer is NULL");
    }
}

nwt_tensor *nwt_call_named(nwt_layer *layer, int32_t count, const char *const *names,
                           nwt_tensor *const *inputs, const char *options)
{
    nwti_call_request request = {layer, count, inputs, names, NULL};
    nwti_call *call;

    if (layer == NULL) {
        refuse_null(count, inputs);
        return NULL;
    }
    if (count < 0 || (count > 0 && inputs == NULL)) {
        nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: a call on %d inputs",
                   nwti_layer_class(layer), (int64_t)count);
        return NULL;
    }
    if (check_tensors(layer, count, inputs) || read_options(layer, options, &request.arguments)) {
        return NULL;
    }
    call = nwti_call_make(&request);
    return call != NULL ? call->outputs : NULL;
}

nwt_tensor *nwt_call_many(nwt_layer *layer, int32_t count, nwt_tensor *const *inputs,
                          const char *options)
{
    return nwt_call_named(layer, count, NULL, inputs, options);
}

/* Most calls: one tensor, to a layer that is complete and asks for no more. */
static int32_t is_simple(const nwt_layer *layer, const nwt_tensor *input)
{
    return layer != NULL && input != NULL && input->call != NULL && layer->flags & NWTI_MADE &&
           layer->kind->takes_one && input->call->layer->kind->ctx == layer->kind->ctx;
}

nwt_tensor *nwt_call(nwt_layer *layer, nwt_tensor *input)
{
    nwti_call *call;

    if (!is_simple(layer, input)) {
        return nwt_call_named(layer, 1, NULL, &input, NULL);
    }
    call = record(layer, 1, &input);
    return call != NULL && finish(call) == 0 ? call->outputs : NULL;
}

int64_t nwt_layer_call_count(const nwt_layer *layer)
{
    return layer != NULL ? layer->call_count : 0;
}

int32_t nwt_layer_call_input_count(const nwt_layer *layer, int64_t call)
{
    const nwti_call *found = nwti_layer_call(layer, call);

    return found != NULL ? found->input_count : 0;
}

nwt_tensor *nwt_layer_call_input(const nwt_layer *layer, int64_t call, int32_t index)
{
    const nwti_call *found = nwti_layer_call(layer, call);

    return found != NULL && index >= 0 && index < found->input_count ? found->inputs[index] : NULL;
}

int32_t nwt_layer_call_output_count(const nwt_layer *layer, int64_t call)
{
    const nwti_call *found = nwti_layer_call(layer, call);

    return found != NULL ? found->output_count : 0;
}

nwt_tensor *nwt_layer_call_output(const nwt_layer *layer, int64_t call, int32_t index)
{
    const nwti_call *found = nwti_layer_call(layer, call);

    return found != NULL ? output_at(found, index) : NULL;
}

int32_t nwt_tensor_output_count(const nwt_tensor *tensor)
{
    return tensor != NULL && tensor->call != NULL ? tensor->call->output_count : 0;
}

nwt_tensor *nwt_tensor_output(const nwt_tensor *tensor, int32_t index)
{
    return tensor != NULL && tensor->call != NULL ? output_at(tensor->call, index) : NULL;
}

nwt_layer *nwt_tensor_layer(const nwt_tensor *tensor)
{
    return tensor != NULL && tensor->call != NULL ? tensor->call->layer : NULL;
}

int64_t nwt_tensor_call(const nwt_tensor *tensor)
{
    return tensor != NULL && tensor->call != NULL ? tensor->call->number : -1;
}

nwt_context *nwt_tensor_context(const nwt_tensor *tensor)
{
    const nwt_layer *layer = nwt_tensor_layer(tensor);

    return layer != NULL ? layer->kind->ctx : NULL;
}
