/* The same network on other input shapes: every layer is made anew, so that weights follow. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/builtin.h"

#include <string.h>

/* Copies that were made so far, in this model and in those within it: a layer of both has one. */
typedef struct copies {
    nwt_layer **items;
    int64_t count;
    int64_t capacity;
    int64_t serial; /* marks the originals, whose position is that of the copy */
} copies;

typedef struct remaking {
    nwt_context *ctx;
    nwt_model *from;
    const nwt_tensor *const *shapes;
    nwt_tensor **slots;
    copies *copies;
} remaking;

static nwt_model *remake(nwt_model *model, const nwt_tensor *const *shapes, copies *made);

static int32_t keep_copy(nwt_context *ctx, copies *made, nwt_layer *layer, nwt_layer *copy)
{
    nwt_layer **items = nwti_grow(ctx, made->items, made->count, &made->capacity, sizeof *items);

    if (items == NULL || copy == NULL) {
        return ctx->status;
    }
    made->items = items;
    layer->mark = made->serial;
    layer->position = (int32_t)made->count;
    items[made->count++] = copy;
    return 0;
}

static int32_t all_known(int32_t count, const nwt_tensor *const *inputs)
{
    while (count > 0 && inputs[count - 1]->rank >= 0) {
        count--;
    }
    return count == 0;
}

/* The copy of a layer: made at its first call, where a model learns its shapes. */
static nwt_layer *copy_of(nwt_context *ctx, copies *made, nwt_layer *layer, int32_t count,
                          const nwt_tensor *const *inputs)
{
    nwt_model *inner = nwt_layer_as_model(layer);
    nwt_layer *copy;

    if (layer->mark == made->serial) {
        return made->items[layer->position];
    }
    copy = inner != NULL && inner->built && inner->input_count == count
               ? nwt_model_as_layer(remake(inner, all_known(count, inputs) ? inputs : NULL, made))
               : nwti_layer_copy(layer);
    return keep_copy(ctx, made, layer, copy) == 0 ? copy : NULL;
}

/* Which of the model's inputs a call makes, or -1. */
static int32_t input_of(const remaking *r, const nwti_call *call)
{
    int32_t i;

    for (i = 0; i < r->from->input_count; i++) {
        if (r->from->inputs[i]->call == call) {
            return i;
        }
    }
    return -1;
}

static int32_t remake_input(remaking *r, const nwti_call *call, int32_t first)
{
    int32_t index = input_of(r, call);
    const nwt_tensor *shape = index >= 0 ? r->shapes[index] : call->outputs;
    nwt_tensor *input = nwti_input_make(r->ctx, call->layer->name, shape->rank, shape->dims,
                                        shape->dtype);

    if (input == NULL) {
        return r->ctx->status;
    }
    if (call->layer->name == NULL) {
        input->call->layer->number = call->layer->number;
    }
    r->slots[first] = input;
    return keep_copy(r->ctx, r->copies, call->layer, input->call->layer);
}

/* Outputs that the copy cannot tell are those of the original, with the batch of the input. */
static int32_t take_outputs(remaking *r, const nwti_call *from, nwti_call *to, int32_t first)
{
    const nwt_tensor *old = from->outputs;
    int64_t dims[NWT_MAX_RANK];
    int32_t i;

    for (i = 0; i < from->output_count; i++, old = old->next) {
        nwt_tensor *output = nwti_call_output(to, i);

        if (output == NULL) {
            return r->ctx->status;
        }
        if (output->rank < 0 && old->rank > 0) {
            memcpy(dims, old->dims, (size_t)old->rank * sizeof *dims);
            if (to->input_count > 0 && to->inputs[0]->rank > 0) {
                dims[0] = to->inputs[0]->dims[0];
            }
            output = nwti_tensor_state(output, old->rank, dims, old->dtype);
        }
        r->slots[first + i] = output;
    }
    return r->ctx->status;
}

static int32_t remake_call(remaking *r, const nwti_call *call, const int32_t *places, int32_t first)
{
    nwt_tensor **inputs = nwti_new_array(r->ctx, (size_t)call->input_count, sizeof *inputs);
    nwt_layer *layer;
    nwti_call *made;
    int32_t i;

    if (inputs == NULL) {
        return r->ctx->status;
    }
    for (i = 0; i < call->input_count; i++) {
        inputs[i] = r->slots[places[i]];
    }
    layer = copy_of(r->ctx, r->copies, call->layer, call->input_count,
                    (const nwt_tensor *const *)(const void *)inputs);
    made = layer != NULL ? nwti_call_like(layer, call, inputs) : NULL;
    return made != NULL ? take_outputs(r, call, made, first) : r->ctx->status;
}

static int32_t remake_calls(remaking *r)
{
    const int32_t *place = r->from->slots;
    int64_t i;
    int32_t j;

    for (j = 0; j < r->from->input_count; j++) {
        if (r->from->inputs[j]->call->layer->kind->descriptor != &nwti_kind_input_layer) {
            r->slots[r->from->input_slots[j]] = nwti_input_make(
                r->ctx, NULL, r->shapes[j]->rank, r->shapes[j]->dims, r->shapes[j]->dtype);
        }
    }
    for (i = 0; i < r->from->call_count; i++) {
        const nwti_call *call = r->from->calls[i];
        int32_t status = call->layer->kind->descriptor == &nwti_kind_input_layer
                             ? remake_input(r, call, place[0])
                             : remake_call(r, call, place + 1, place[0]);
        if (status != 0) {
            return status;
        }
        place += 1 + call->input_count;
    }
    return 0;
}

/* The new tensors at the places of the old ones. */
static nwt_tensor **tensors_at(const remaking *r, int32_t count, const int32_t *places)
{
    nwt_tensor **tensors = nwti_new_array(r->ctx, (size_t)count, sizeof *tensors);
    int32_t i;

    for (i = 0; tensors != NULL && i < count; i++) {
        tensors[i] = r->slots[places[i]];
    }
    return tensors;
}

static nwt_model *end_functional(remaking *r)
{
    const nwt_model *from = r->from;
    nwt_tensor **inputs = tensors_at(r, from->input_count, from->input_slots);
    nwt_tensor **outputs = tensors_at(r, from->output_count, from->output_slots);
    nwt_model *model;

    if (inputs == NULL || outputs == NULL) {
        return NULL;
    }
    model = nwt_model_new(r->ctx, from->input_count, inputs, from->output_count, outputs, NULL);
    if (model != NULL) {
        model->input_keys = from->input_keys;
        model->output_keys = from->output_keys;
        model->input_structure = from->input_structure;
        model->output_structure = from->output_structure;
    }
    return model;
}

static nwt_model *remake_functional(nwt_model *model, const nwt_tensor *const *shapes, copies *made)
{
    nwt_context *ctx = model->layer->kind->ctx;
    remaking r = {ctx, model, shapes, NULL, made};

    r.slots = nwti_new_array(ctx, (size_t)model->slot_count + 1, sizeof *r.slots);
    return r.slots != NULL && remake_calls(&r) == 0 ? end_functional(&r) : NULL;
}

/* What a layer of unknown shape gave in the original, on the batch at hand. */
static int32_t state_output(nwt_model *to, const nwt_model *from, int64_t layer)
{
    const nwt_tensor *old = from->built && from->call_count == from->input_count + from->layer_count
                                ? from->calls[from->input_count + layer]->outputs
                                : NULL;
    int64_t dims[NWT_MAX_RANK];

    if (!to->built || old == NULL || old->rank < 1 || to->outputs[0]->rank >= 0) {
        return 0;
    }
    memcpy(dims, old->dims, (size_t)old->rank * sizeof *dims);
    dims[0] = to->inputs[0]->rank > 0 ? to->inputs[0]->dims[0] : dims[0];
    to->outputs[0] = nwti_tensor_state(to->outputs[0], old->rank, dims, old->dtype);
    return to->outputs[0] != NULL ? 0 : to->layer->kind->ctx->status;
}

static nwt_model *remake_sequential(nwt_model *model, const nwt_tensor *const *shapes, copies *made)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwt_model *to = nwt_sequential(ctx, NULL);
    nwt_tensor *input = NULL;
    int64_t i;

    if (model->input_count > 1) {
        nwti_error(ctx, NWT_STATUS_INVALID, "a Sequential of %d inputs can't be given other shapes",
                   (int64_t)model->input_count);
        return NULL;
    }
    if (model->built) {
        input = nwti_input_make(ctx, model->inputs[0]->call->layer->name, shapes[0]->rank,
                                shapes[0]->dims, shapes[0]->dtype);
        if (input == NULL || nwt_sequential_add(to, input->call->layer)) {
            return NULL;
        }
    }
    for (i = 0; to != NULL && i < model->layer_count; i++) {
        nwt_layer *copy = copy_of(ctx, made, model->layers[i], to->output_count,
                                  (const nwt_tensor *const *)(const void *)to->outputs);

        if (nwt_sequential_add(to, copy) || state_output(to, model, i)) {
            return NULL;
        }
    }
    return to;
}

/* The copy goes by the original's name and settings; its automatic number is not counted. */
static nwt_model *remake(nwt_model *model, const nwt_tensor *const *shapes, copies *made)
{
    nwt_layer *from = model->layer;
    nwt_model *to;

    if (shapes == NULL) {
        shapes = (const nwt_tensor *const *)(const void *)model->inputs;
    }
    to = model->is_sequential ? remake_sequential(model, shapes, made)
                              : remake_functional(model, shapes, made);
    if (to != NULL) {
        to->layer->name = from->name;
        to->layer->number = from->number;
        to->layer->compute_dtype = from->compute_dtype;
        to->layer->variable_dtype = from->variable_dtype;
        if (!(from->flags & NWTI_TRAINABLE)) {
            to->layer->flags &= (uint8_t)~NWTI_TRAINABLE;
        }
        from->kind->counter->names--;
        to->version = model->version;
        to->file = model->file;
        to->compiled_with = model->compiled_with;
        if (nwt_model_params(to) == nwt_model_params(model)) {
            to->optimizer = model->optimizer;
            to->stored = model->stored;
        }
    }
    return to;
}

/* All that one function remakes counts as its own. */
static nwt_model *remake_counted(nwt_model *model, const nwt_tensor *const *shapes)
{
    nwt_context *ctx = model->layer->kind->ctx;
    copies made = {NULL, 0, 0, ++ctx->serial};
    int32_t outer = nwti_count_begin(ctx);
    nwt_model *to = remake(model, shapes, &made);

    nwti_count_end(ctx, outer);
    return to;
}

nwt_model *nwti_model_copy(nwt_model *model)
{
    return remake_counted(model, NULL);
}

static int32_t check_shape(nwt_context *ctx, const nwt_model *model, int32_t index, int32_t rank,
                           const int64_t *dims)
{
    char title[256];
    int32_t i;

    nwti_layer_title(model->inputs[index]->call->layer, title, sizeof title);
    if (rank < 0 || rank > NWT_MAX_RANK || (rank > 0 && dims == NULL)) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: a shape of rank %d", title, (int64_t)rank);
    }
    for (i = 0; i < rank; i++) {
        if (dims[i] < -1) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: axis %d would be %d", title, (int64_t)i,
                              dims[i]);
        }
    }
    return 0;
}

nwt_model *nwt_model_reshape(nwt_model *model, int32_t count, const int32_t *ranks,
                             const int64_t *const *dims)
{
    const nwt_tensor **shapes;
    nwt_context *ctx;
    int32_t i;

    if (model == NULL) {
        return NULL;
    }
    ctx = model->layer->kind->ctx;
    if (!model->built || count != model->input_count || ranks == NULL || dims == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "%d input shapes for a model of %d inputs",
                   (int64_t)count, (int64_t)model->input_count);
        return NULL;
    }
    shapes = nwti_new_array(ctx, (size_t)count, sizeof *shapes);
    for (i = 0; shapes != NULL && i < count; i++) {
        if (check_shape(ctx, model, i, ranks[i], dims[i])) {
            return NULL;
        }
        shapes[i] = nwti_tensor_new(&ctx->arena, ranks[i], dims[i], model->inputs[i]->dtype);
        if (shapes[i] == NULL) {
            nwti_out_of_memory(ctx);
            return NULL;
        }
    }
    return shapes != NULL ? remake_counted(model, shapes) : NULL;
}
