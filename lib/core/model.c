/* Models as layers: their two kinds, and what can be asked of them. */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/names.h"
#include "core/places.h"
#include "core/builtin.h"

#include <string.h>

nwt_model *nwti_model_begin(nwt_layer *layer, int32_t is_sequential)
{
    nwti_rare *rare = nwti_layer_rare(layer);
    nwt_model *model = nwti_new(layer->kind->ctx, sizeof *model);

    if (rare == NULL || model == NULL) {
        return NULL;
    }
    memset(model, 0, sizeof *model);
    model->layer = layer;
    model->is_sequential = is_sequential;
    rare->model = model;
    layer->flags |= NWTI_IS_MODEL;
    return model;
}

int32_t nwti_model_add_call(nwt_model *model, nwti_call *call, const int32_t *input_slots)
{
    nwt_context *ctx = model->layer->kind->ctx;
    int64_t needed = model->slots_count + 1 + call->input_count;
    nwti_call **calls;

    calls = nwti_grow(ctx, model->calls, model->call_count, &model->call_capacity, sizeof *calls);
    if (calls == NULL || model->slot_count > INT32_MAX - call->output_count) {
        return nwti_out_of_memory(ctx);
    }
    model->calls = calls;
    while (needed > model->slots_capacity) {
        int32_t *slots = nwti_grow(ctx, model->slots, model->slots_capacity, &model->slots_capacity,
                                   sizeof *slots);

        if (slots == NULL) {
            return ctx->status;
        }
        model->slots = slots;
    }
    if (nwti_places_add(model, call)) {
        return ctx->status;
    }
    calls[model->call_count++] = call;
    model->slots[model->slots_count] = model->slot_count;
    if (call->input_count > 0) {
        memcpy(model->slots + model->slots_count + 1, input_slots,
               (size_t)call->input_count * sizeof *input_slots);
    }
    model->slots_count = needed;
    model->slot_count += call->output_count;
    return nwti_places_add_uses(model);
}

nwt_layer *nwt_model_as_layer(nwt_model *model)
{
    return model != NULL ? model->layer : NULL;
}

nwt_model *nwt_layer_as_model(nwt_layer *layer)
{
    return layer != NULL && layer->rare != NULL ? layer->rare->model : NULL;
}

int64_t nwt_model_layer_count(const nwt_model *model)
{
    return model != NULL ? model->layer_count : 0;
}

nwt_layer *nwt_model_layer(const nwt_model *model, int64_t index)
{
    return model != NULL && index >= 0 && index < model->layer_count ? model->layers[index] : NULL;
}

nwt_layer *nwt_model_find(const nwt_model *model, const char *name)
{
    return model != NULL && name != NULL ? nwti_names_find(model, name, strlen(name)) : NULL;
}

/* The same of the layers that one holds which is no model: the longest name wins. */
static nwt_layer *child_of_path(const nwt_layer *layer, const char *path, size_t *length)
{
    nwt_layer *best = NULL, *child;
    int64_t position = 0;

    *length = 0;
    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        size_t size = nwti_names_length(child, path);

        if (size > *length) {
            best = child;
            *length = size;
        }
    }
    return best;
}

nwt_layer *nwt_model_find_path(const nwt_model *model, const char *path)
{
    nwt_layer *layer = NULL;
    size_t length;

    if (model == NULL || path == NULL) {
        return NULL;
    }
    do {
        layer = model != NULL ? nwti_names_begin(model, path, &length)
                              : child_of_path(layer, path, &length);
        model = layer != NULL && layer->flags & NWTI_IS_MODEL ? layer->rare->model : NULL;
        path += length + (path[length] == '/');
    } while (layer != NULL && *path != '\0');
    return layer;
}

int64_t nwt_model_call_count(const nwt_model *model, const nwt_layer *layer)
{
    const int32_t *numbers;

    return model != NULL && layer != NULL ? nwti_places_of_layer(model, layer, &numbers) : -1;
}

int64_t nwt_model_call(const nwt_model *model, const nwt_layer *layer, int64_t index)
{
    const int32_t *numbers;

    if (model == NULL || layer == NULL || index < 0 ||
        index >= nwti_places_of_layer(model, layer, &numbers)) {
        return -1;
    }
    return numbers != NULL ? numbers[index] : 0;
}

nwt_context *nwt_model_context(const nwt_model *model)
{
    return model != NULL ? model->layer->kind->ctx : NULL;
}

int32_t nwt_model_input_count(const nwt_model *model)
{
    return model != NULL && model->built ? model->input_count : 0;
}

nwt_tensor *nwt_model_input(const nwt_model *model, int32_t index)
{
    return index >= 0 && index < nwt_model_input_count(model) ? model->inputs[index] : NULL;
}

int32_t nwt_model_output_count(const nwt_model *model)
{
    return model != NULL && model->built ? model->output_count : 0;
}

nwt_tensor *nwt_model_output(const nwt_model *model, int32_t index)
{
    return index >= 0 && index < nwt_model_output_count(model) ? model->outputs[index] : NULL;
}

nwt_layer *nwt_model_use(const nwt_model *model, const nwt_tensor *tensor, int64_t index,
                         int64_t *call)
{
    const nwti_call *user = model != NULL && tensor != NULL && tensor->call != NULL && index >= 0
                                ? nwti_use_of(model, tensor, index)
                                : NULL;

    if (user != NULL && call != NULL) {
        *call = user->number;
    }
    return user != NULL ? user->layer : NULL;
}
