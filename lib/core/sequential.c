/* Sequential models: a chain that grows and shrinks at its end. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/names.h"
#include "core/places.h"
#include "support/text.h"
#include "core/builtin.h"

#include <string.h>

/* An InputLayer's tensor: the layer is made of its batch shape, and called on nothing. */
nwt_tensor *nwti_input_make(nwt_context *ctx, const char *name, int32_t rank, const int64_t *dims,
                            int32_t dtype)
{
    nwt_layer *layer = nwti_layer_begin(nwti_kind_at(ctx, NWTI_KIND_input_layer));
    nwti_call_request request = {layer, 0, NULL, NULL, NULL};
    nwti_value items[NWT_MAX_RANK], shape = {NWTI_TUPLE, 0, (uint32_t)rank, {.items = items}};
    nwti_value type = {NWTI_STRING, 0, 0, {.string = nwt_dtype_name(dtype)}};
    nwti_value title = {NWTI_STRING, 0, 0, {.string = name}};
    nwti_value pairs[7] = {{NWTI_STRING, 0, 10, {.string = "InputLayer"}}};
    nwti_value call = {NWTI_CALL, 0, 2, {.items = pairs}};
    nwti_call *made;
    int32_t i;

    for (i = 0; i < rank; i++) {
        items[i] = (nwti_value){dims[i] < 0 ? NWTI_NONE : NWTI_INT, 0, 0, {.integer = dims[i]}};
    }
    pairs[1] = (nwti_value){NWTI_STRING, 0, 11, {.string = "batch_shape"}};
    pairs[2] = shape;
    pairs[3] = (nwti_value){NWTI_STRING, 0, 5, {.string = "dtype"}};
    pairs[4] = type;
    pairs[5] = (nwti_value){NWTI_STRING, 0, 4, {.string = "name"}};
    pairs[6] = title;
    if (name != NULL) {
        pairs[6].length = (uint32_t)strlen(name);
        call.length = 3;
    }
    if (layer == NULL || nwti_layer_options(layer, &call, nwti_layer_of_call, ctx)) {
        return NULL;
    }
    layer->values = NULL;
    made = nwti_call_make(&request);
    return made != NULL ? made->outputs : NULL;
}

nwt_tensor *nwt_input(nwt_context *ctx, int32_t rank, const int64_t *dims, const char *options)
{
    nwt_layer *layer;
    nwti_value *items, shape = {NWTI_TUPLE, 0, (uint32_t)rank, {0}};
    nwti_call_request request = {NULL, 0, NULL, NULL, NULL};
    nwti_call *made;
    int32_t i;

    if (ctx == NULL) {
        return NULL;
    }
    if (rank < 0 || rank >= NWT_MAX_RANK || (rank > 0 && dims == NULL)) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "an input of rank %d: it must be from 0 to %d, without the "
                   "batch",
                   (int64_t)rank, (int64_t)NWT_MAX_RANK - 1);
        return NULL;
    }
    items = nwti_new_array(ctx, (size_t)rank, sizeof *items);
    if (items == NULL) {
        return NULL;
    }
    for (i = 0; i < rank; i++) {
        items[i] = (nwti_value){dims[i] == -1 ? NWTI_NONE : NWTI_INT, 0, 0, {.integer = dims[i]}};
    }
    shape.as.items = items;
    layer = nwti_construct(ctx, NWTI_KIND_input_layer, 1, &shape, options);
    request.layer = layer;
    made = layer != NULL ? nwti_call_make(&request) : NULL;
    return made != NULL ? made->outputs : NULL;
}

nwt_model *nwt_sequential(nwt_context *ctx, const char *options)
{
    return nwt_layer_as_model(nwti_construct(ctx, NWTI_KIND_sequential, 0, NULL, options));
}

/* The end of the chain: `count` tensors, from `tensor` on, whose slots follow each other. */
static int32_t end_with(nwt_model *model, int32_t count, nwt_tensor *tensor, int32_t slot)
{
    nwt_context *ctx = model->layer->kind->ctx;
    int32_t i;

    if (count > model->output_capacity) {
        nwt_tensor **outputs = nwti_new_array(ctx, (size_t)count, sizeof *outputs);
        int32_t *slots = nwti_new_array(ctx, (size_t)count, sizeof *slots);

        if (outputs == NULL || slots == NULL) {
            return ctx->status;
        }
        model->outputs = outputs;
        model->output_slots = slots;
        model->output_capacity = count;
    }
    for (i = 0; i < count; i++, tensor = tensor->next) {
        model->outputs[i] = tensor;
        model->output_slots[i] = slot + i;
    }
    model->output_count = count;
    return 0;
}

/* Calls one layer on the end of the chain: on all inputs if it is the first, and on all that the
   layer before it gives, as Keras 3 does; its forerunners refuse a layer of several outputs. */
static int32_t extend(nwt_model *model, nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    int32_t is_first = model->call_count == model->input_count, first;
    nwti_call_request request = {layer, is_first ? model->input_count : model->output_count,
                                 is_first ? model->inputs : model->outputs, NULL, NULL};
    nwti_call *call;
    char title[256];

    call = nwti_arguments_check_list(&request) ? NULL : nwti_call_make(&request);
    if (call == NULL) {
        return ctx->status;
    }
    if (call->output_count > 1 && model->has_single_outputs) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: in a Sequential, a layer must have a single output, not %d",
                          nwti_layer_title(layer, title, sizeof title),
                          (int64_t)call->output_count);
    }
    first = model->slot_count;
    if (nwti_model_add_call(model, call, is_first ? model->input_slots : model->output_slots)) {
        return ctx->status;
    }
    return end_with(model, call->output_count, call->outputs, first);
}

int32_t nwti_sequential_begin(nwt_model *model, int32_t count, nwt_tensor *const *inputs)
{
    nwt_context *ctx = model->layer->kind->ctx;
    int32_t *slots = nwti_new_array(ctx, (size_t)count + 1, sizeof *slots);
    nwt_tensor **tensors = nwti_new_array(ctx, (size_t)count + 1, sizeof *tensors);
    int32_t i, status = 0;

    if (slots == NULL || tensors == NULL) {
        return ctx->status;
    }
    nwti_places_clear(model);
    model->call_count = 0;
    model->slots_count = 0;
    model->slot_count = 0;
    for (i = 0; i < count && status == 0; i++) {
        if (inputs[i] == NULL) {
            return ctx->status;
        }
        tensors[i] = inputs[i];
        slots[i] = model->slot_count;
        status = nwti_model_add_call(model, inputs[i]->call, NULL);
    }
    tensors[count] = tensors[0];
    slots[count] = slots[0];
    model->inputs = tensors;
    model->outputs = tensors + count;
    model->input_slots = slots;
    model->output_slots = slots + count;
    model->input_count = count;
    model->output_count = 1;
    model->output_capacity = 1;
    model->built = 1;
    model->layer->flags |= NWTI_BUILT;
    return status;
}

/* Keras 3 builds a Sequential with the layer that follows what brings its input, which may be an
   InputLayer or a model; Keras before it at once. */
static int32_t builds_late(const nwt_model *model)
{
    return !model->has_single_outputs;
}

static void wait_for_layer(nwt_model *model)
{
    if (builds_late(model)) {
        model->built = 0;
        model->layer->flags &= ~NWTI_BUILT;
    }
}

static void begin_again(nwt_model *model)
{
    if (model->input_count > 0) {
        model->built = 1;
        model->layer->flags |= NWTI_BUILT;
    }
}

int32_t nwti_sequential_build(nwt_model *model, int32_t rank, const int64_t *dims, int32_t dtype)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwt_tensor *input;
    int64_t i;

    if (model->layer_count == 0) {
        begin_again(model);
        return 0;
    }
    input = nwti_input_make(ctx, NULL, rank, dims, dtype);
    if (nwti_sequential_begin(model, 1, &input)) {
        return ctx->status;
    }
    for (i = 0; i < model->layer_count; i++) {
        if (extend(model, model->layers[i])) {
            model->built = 0;
            return ctx->status;
        }
    }
    return nwti_layer_summarise(model->layer);
}

/* A layer whose branches are counted apart has the inputs of them all. */
static int32_t begin_with_branches(nwt_model *model, const nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    int64_t position = 0;
    nwti_stack inputs;
    nwt_layer *branch;
    int32_t i, status = 0;

    nwti_stack_init(&inputs, &ctx->heap, sizeof(nwt_tensor *));
    while (status == 0 && (branch = nwti_layer_next_child(layer, &position)) != NULL) {
        const nwt_model *inner = nwt_layer_as_model(branch);

        for (i = 0; status == 0 && i < nwt_model_input_count(inner); i++) {
            const nwt_tensor *like = inner->inputs[i];
            nwt_tensor **place = nwti_stack_push(&inputs, 1);

            if (place == NULL) {
                status = nwti_out_of_memory(ctx);
            } else {
                *place = nwti_input_make(ctx, like->call->layer->name, like->rank, like->dims,
                                         like->dtype);
                status = *place != NULL ? 0 : ctx->status;
            }
        }
    }
    if (status == 0 && inputs.count > 0) {
        status = nwti_sequential_begin(model, (int32_t)inputs.count, inputs.items);
    }
    nwti_stack_free(&inputs);
    return status;
}

/* A model with one input whose shape a first layer may take over. */
static const nwt_model *inner_of(const nwt_layer *layer)
{
    const nwt_model *inner = nwt_layer_as_model((nwt_layer *)layer);

    return inner != NULL && inner->built && inner->input_count == 1 ? inner : NULL;
}

int32_t nwti_sequential_brings_input(const nwt_layer *layer)
{
    return layer->kind->descriptor != &nwti_kind_input_layer &&
           !(layer->kind->descriptor->flags & NWT_KIND_COUNTS_APART) &&
           ((layer->rare != NULL && layer->rare->has_input_shape) || inner_of(layer) != NULL);
}

nwt_tensor *nwti_sequential_input(const nwt_layer *layer, const char *name)
{
    nwt_context *ctx = layer->kind->ctx;
    const nwti_rare *rare = layer->rare;
    const nwt_tensor *like;

    if (rare != NULL && rare->has_input_shape) {
        return nwti_input_make(ctx, name, rare->input_rank, rare->input_shape,
                               rare->input_dtype != 0 ? rare->input_dtype : layer->compute_dtype);
    }
    like = inner_of(layer)->inputs[0];
    return nwti_input_make(ctx, name, like->rank, like->dims, like->dtype);
}

/* The input that a first layer brings: itself an InputLayer, a stated input_shape, a model's own.
   */
static int32_t begin_with(nwt_model *model, nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_call_request request = {layer, 0, NULL, NULL, NULL};
    nwt_tensor *input;
    nwti_call *call;

    if (layer->kind->descriptor == &nwti_kind_input_layer) {
        call = nwti_first_call(layer) != NULL ? nwti_first_call(layer) : nwti_call_make(&request);
        return call != NULL ? nwti_sequential_begin(model, 1, &call->outputs) : ctx->status;
    }
    if (layer->kind->descriptor->flags & NWT_KIND_COUNTS_APART) {
        return begin_with_branches(model, layer);
    }
    if (!nwti_sequential_brings_input(layer)) {
        return 0;
    }
    input = nwti_sequential_input(layer, NULL);
    return nwti_sequential_begin(model, 1, &input);
}

/* Before a layer is added: the input that it brings, or the layer before it. */
static int32_t begin_before(nwt_model *model, nwt_layer *layer)
{
    nwt_layer *first = model->layer_count == 1 ? model->layers[0] : NULL;

    if (model->layer_count == 0 && model->input_count > 0) {
        begin_again(model);
    } else if (model->layer_count == 0 && !(builds_late(model) && inner_of(layer) != NULL)) {
        return begin_with(model, layer);
    } else if (first != NULL && !model->built && builds_late(model) && inner_of(first) != NULL) {
        return begin_with(model, first) || extend(model, first) ? first->kind->ctx->status : 0;
    }
    return 0;
}

static int32_t keep_layer(nwt_model *model, nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_model_self *self = model->layer->self;
    nwt_layer **layers = nwti_grow(ctx, model->layers, model->layer_count, &model->layer_capacity,
                                   sizeof *layers);

    if (layers == NULL) {
        return ctx->status;
    }
    layers[model->layer_count++] = layer;
    model->layers = layers;
    self->layers.items = layers;
    self->layers.count = model->layer_count;
    nwti_layer_own(layer);
    if (layer->depth >= model->layer->depth) {
        model->layer->depth = (uint16_t)(layer->depth + 1);
    }
    if (model->layer->depth > ctx->max_depth) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: layers are nested deeper than %d",
                          nwti_layer_class(model->layer), (int64_t)ctx->max_depth);
    }
    return nwti_layer_summarise_added(model->layer);
}

/* Who may not be changed: what holds it has taken its layers and its depth for what they are, and
   so no model can come to hold itself. */
static int32_t check_change(const nwt_model *model, const char *what)
{
    nwt_context *ctx = model->layer->kind->ctx;
    char title[256];

    if (!model->is_sequential || model->called) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: a layer can be %s only a Sequential that was not called",
                          nwti_layer_title(model->layer, title, sizeof title), what);
    }
    if (model->layer->flags & NWTI_OWNED) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: a layer can be %s only a Sequential that no model or layer holds",
                          nwti_layer_title(model->layer, title, sizeof title), what);
    }
    return 0;
}

int32_t nwt_sequential_add(nwt_model *model, nwt_layer *layer)
{
    nwt_context *ctx;
    char title[256];

    if (model == NULL || layer == NULL) {
        if (model != NULL) {
            nwti_error(model->layer->kind->ctx, NWT_STATUS_INVALID,
                       "%s: the layer to be added is NULL",
                       nwti_layer_title(model->layer, title, sizeof title));
        }
        return model != NULL ? model->layer->kind->ctx->status : NWT_STATUS_INVALID;
    }
    ctx = model->layer->kind->ctx;
    if (layer->kind->ctx != ctx || layer == model->layer) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          layer == model->layer ? "%s: it can't be added to itself"
                                                : "%s: the layer to be added is of another context",
                          nwti_layer_title(model->layer, title, sizeof title));
    }
    if (nwti_layer_complete(layer) || check_change(model, "added to")) {
        return ctx->status;
    }
    if (layer->kind->descriptor == &nwti_kind_input_layer && model->input_count > 0) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: an InputLayer can only stand first",
                          nwti_layer_title(layer, title, sizeof title));
    }
    if (begin_before(model, layer)) {
        return ctx->status;
    }
    if (layer->kind->descriptor == &nwti_kind_input_layer) {
        wait_for_layer(model);
        return 0;
    }
    if (nwti_names_add(model, layer, model->layer_count)) {
        return ctx->status;
    }
    if (model->built && extend(model, layer)) {
        nwti_names_remove(model, layer, model->layer_count);
        return ctx->status;
    }
    return keep_layer(model, layer);
}

int32_t nwt_sequential_pop(nwt_model *model)
{
    nwt_context *ctx;
    nwti_model_self *self;
    nwti_call *call;
    char title[256];

    if (model == NULL) {
        return NWT_STATUS_INVALID;
    }
    ctx = model->layer->kind->ctx;
    if (check_change(model, "taken off")) {
        return ctx->status;
    }
    if (model->layer_count == 0) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: it has no layer that could be taken off",
                          nwti_layer_title(model->layer, title, sizeof title));
    }
    self = model->layer->self;
    self->layers.count = --model->layer_count;
    nwti_names_remove(model, model->layers[model->layer_count], model->layer_count);
    if (model->built) {
        call = model->calls[model->call_count - 1];
        nwti_places_remove(model, call);
        model->call_count--;
        model->slots_count -= 1 + call->input_count;
        model->slot_count -= call->output_count;
        if (end_with(model, model->layer_count > 0 ? call->input_count : 1, call->inputs[0],
                     model->slots[model->slots_count + 1])) {
            return ctx->status;
        }
        if (model->layer_count == 0) {
            wait_for_layer(model);
        }
    }
    return nwti_layer_summarise_removed(model->layer);
}
