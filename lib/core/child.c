/* Children of a kind, run by its callbacks. */
#include "core/builtin.h"
#include "core/context.h"
#include "core/tensor.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/op.h"
#include "core/work.h"
#include <string.h>

nwt_op *nwt_op_child(nwt_op *op, nwt_layer *child)
{
    nwt_op *run;

    if (!nwti_op_is_live(op)) {
        return op;
    }
    if (child == NULL || op->phase == NWTI_IN_MAKE) {
        nwt_op_fail(op,
                    child == NULL ? "a layer within it could not be made"
                                  : "its kind runs a layer in its callback `make`",
                    0, NULL);
        return op;
    }
    run = nwti_arena_alloc(&op->ctx->scratch, sizeof *run);
    if (run == NULL) {
        nwti_op_out_of_memory(op);
        return op;
    }
    nwti_op_begin(run, child, op, &op->ctx->scratch);
    nwti_run_begin(run);
    return run;
}

int32_t nwt_op_add_input(nwt_op *op, int32_t rank, const int64_t *dims, int32_t dtype)
{
    nwt_tensor *input;
    int32_t i;

    if (!nwti_op_is_live(op)) {
        return nwti_op_status(op);
    }
    if (rank < -1 || rank > NWT_MAX_RANK || (rank > 0 && dims == NULL)) {
        return NWT_FAIL(op, "an input of rank {}; the largest rank is {}", rank, NWT_MAX_RANK);
    }
    for (i = 0; i < rank; i++) {
        if (dims[i] < -1) {
            return NWT_FAIL(op, "axis {} of its input would be {}", i, dims[i]);
        }
    }
    if (dtype != 0 && nwt_dtype_name(dtype) == NULL) {
        return NWT_FAIL(op, "an input of dtype {}, which is none", dtype);
    }
    if (op->input_count == op->input_capacity) {
        int32_t capacity = op->input_capacity == 0 ? 4 : 2 * op->input_capacity;
        const nwt_tensor **inputs = nwti_arena_array(&op->ctx->scratch, (size_t)capacity,
                                                     sizeof *inputs);

        if (inputs == NULL) {
            nwti_op_out_of_memory(op);
            return op->ctx->status;
        }
        if (op->input_count > 0) {
            memcpy(inputs, op->inputs, (size_t)op->input_count * sizeof *inputs);
        }
        op->inputs = inputs;
        op->input_capacity = capacity;
    }
    input = nwti_tensor_new(&op->ctx->scratch, rank, dims,
                            dtype != 0 ? dtype : op->layer->compute_dtype);
    if (input == NULL) {
        nwti_op_out_of_memory(op);
        return op->ctx->status;
    }
    op->inputs[op->input_count++] = input;
    return 0;
}

int32_t nwt_op_set_ints(nwt_op *child, const char *key, int32_t count, const int64_t *values)
{
    if (nwti_op_is_live(child) && !(child->layer->flags & NWTI_MADE) &&
        nwt_layer_set_ints(child->layer, key, count, values)) {
        child->state = NWTI_OP_FAILED;
    }
    return nwti_op_status(child);
}

/* An output of unknown shape makes the child unknown: no parent computes with a rank of -1. */
static void mark_unknown(nwt_op *child)
{
    const nwt_tensor *output = child->outputs;

    while (output != NULL && output->rank >= 0) {
        output = output->next;
    }
    if (output != NULL && child->state == NWTI_OP_OK) {
        child->state = NWTI_OP_UNKNOWN;
    }
}

int32_t nwt_op_run(nwt_op *child)
{
    nwti_call_request request = {NULL, 0, NULL, NULL, NULL, NULL};
    const nwti_call_given *given;
    nwt_op *parent;

    if (child == NULL) {
        return NWT_STATUS_INVALID;
    }
    parent = child->parent;
    request.layer = child->layer;
    request.count = child->input_count;
    request.tensors = (nwt_tensor *const *)(const void *)child->inputs;
    if (child->state == NWTI_OP_OK && parent != NULL && child->outputs == NULL) {
        if (nwti_layer_complete(child->layer) || nwti_arguments_check_list(&request) ||
            nwti_arguments_bind(&request, &child->ctx->scratch, &given)) {
            child->state = NWTI_OP_FAILED;
        } else {
            child->arguments = nwti_call_arguments(child->layer, given);
            nwti_op_evaluate(child);
            mark_unknown(child);
        }
        if (child->run != NULL) {
            nwti_run_join(child);
        }
    }
    if (parent != NULL && child->state > parent->state) {
        parent->state = child->state;
    }
    return nwti_op_status(child);
}

int32_t nwt_op_output_count(const nwt_op *child)
{
    return child != NULL ? child->output_count : 0;
}

static const nwt_tensor *find_output(const nwt_op *child, int32_t output)
{
    const nwt_tensor *tensor = child != NULL && output >= 0 ? child->outputs : NULL;

    while (tensor != NULL && output-- > 0) {
        tensor = tensor->next;
    }
    return tensor;
}

static const nwt_tensor *output_of(nwt_op *child, int32_t output)
{
    const nwt_tensor *tensor = find_output(child, output);

    if (tensor == NULL && nwti_op_is_live(child)) {
        if (child->parent != NULL) { /* it has run: nobody else tells its parent */
            child->parent->state = NWTI_OP_FAILED;
        }
        NWT_FAIL(child, "output {} is asked for, it has {}", output, child->output_count);
    }
    return nwti_op_is_live(child) ? tensor : NULL;
}

int32_t nwt_op_output_rank(nwt_op *child, int32_t output)
{
    const nwt_tensor *tensor = output_of(child, output);

    return tensor != NULL ? tensor->rank : 0;
}

const int64_t *nwt_op_output_dims(nwt_op *child, int32_t output)
{
    const nwt_tensor *tensor = output_of(child, output);

    return tensor != NULL ? tensor->dims : nwti_no_dims;
}

int32_t nwt_op_output_dtype(const nwt_op *child, int32_t output)
{
    const nwt_tensor *tensor = find_output(child, output);

    return tensor != NULL ? tensor->dtype : nwt_op_compute_dtype(child);
}

int64_t nwt_op_child_int(const nwt_op *op, const nwt_layer *child, const char *key,
                         int64_t otherwise)
{
    const nwt_option *row;
    const nwti_value *value;
    int32_t index;

    (void)op;
    if (child == NULL || key == NULL) {
        return otherwise;
    }
    index = nwti_row_find(&child->kind->options, key, strlen(key));
    if (index < 0) {
        value = nwti_value_get(child->values, key);
        return value != NULL && (value->type == NWTI_INT || value->type == NWTI_BOOL)
                   ? value->as.integer
                   : otherwise;
    }
    row = nwti_row(&child->kind->options, index);
    if (row->value_type == NWT_TYPE_INT) {
        return *(const int64_t *)(const void *)((const unsigned char *)child->self + row->offset);
    }
    if (row->value_type == NWT_TYPE_BOOL || row->value_type == NWT_TYPE_CHOICE) {
        return *(const int32_t *)(const void *)((const unsigned char *)child->self + row->offset);
    }
    return otherwise;
}

int32_t nwti_op_wrapped_dtype(const nwt_op *op, const nwt_op *child, int32_t output)
{
    return nwti_op_is_before_3(op) ? nwt_op_output_dtype(child, output) : 0;
}
