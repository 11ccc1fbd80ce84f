/* Models as layers: their two kinds, and what can be asked of them. */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "core/model.h"
#include "core/names.h"
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
    calls[model->call_count++] = call;
    model->slots[model->slots_count] = model->slot_count;
    if (call->input_count > 0) {
        memcpy(model->slots + model->slots_count + 1, input_slots,
               (size_t)call->input_count * sizeof *input_slots);
    }
    model->slots_count = needed;
    model->slot_count += call->output_count;
    return 0;
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
    return model != NULL && name != NULL ? nwti_names_find(model, name) : NULL;
}

/* Of the layers that `next` gives, the one whose name begins `path` up to its end or a '/': the one
   with the longest name, as names may hold a '/'. *length is that of the name. */
static nwt_layer *first_of_path(const nwt_model *model, const nwt_layer *layer, const char *path,
                                size_t *length)
{
    nwt_layer *best = NULL, *child;
    char buffer[256];
    int64_t position = 0;

    *length = 0;
    for (;;) {
        const char *name;
        size_t size;

        child = layer != NULL ? nwti_layer_next_child(layer, &position)
                              : nwt_model_layer(model, position++);
        if (child == NULL) {
            return best;
        }
        nwt_layer_name(child, buffer, sizeof buffer);
        name = child->name != NULL ? child->name : buffer;
        size = strlen(name);
        if (size > *length && strncmp(path, name, size) == 0 &&
            (path[size] == '\0' || path[size] == '/')) {
            best = child;
            *length = size;
        }
    }
}

nwt_layer *nwt_model_find_path(const nwt_model *model, const char *path)
{
    nwt_layer *layer = NULL;
    size_t length;

    if (model == NULL || path == NULL) {
        return NULL;
    }
    do {
        layer = first_of_path(model, layer, path, &length);
        path += length + (path[length] == '/');
    } while (layer != NULL && *path != '\0');
    return layer;
}

/* The layer's next call, from `call` on, that is one of the model's; NULL past the last. */
static const nwti_call *call_within(const nwt_model *model, const nwti_call *call)
{
    int64_t i;

    for (; call != NULL; call = call->next) {
        for (i = 0; i < model->call_count; i++) {
            if (model->calls[i] == call) {
                return call;
            }
        }
    }
    return NULL;
}

int64_t nwt_model_call_count(const nwt_model *model, const nwt_layer *layer)
{
    const nwti_call *call;
    int64_t count = 0;

    if (model == NULL || layer == NULL) {
        return -1;
    }
    for (call = layer->first_call; (call = call_within(model, call)) != NULL; call = call->next) {
        count++;
    }
    return count;
}

int64_t nwt_model_call(const nwt_model *model, const nwt_layer *layer, int64_t index)
{
    const nwti_call *call;

    if (model == NULL || layer == NULL || index < 0) {
        return -1;
    }
    for (call = layer->first_call; (call = call_within(model, call)) != NULL; call = call->next) {
        if (index-- == 0) {
            return call->number;
        }
    }
    return -1;
}

nwt_context *nwt_model_context(const nwt_model *model)
{
    return model != NULL ? model->layer->kind->ctx : NULL;
}

int32_t nwt_model_input_count(const nwt_model *model)
{
    return model != NULL ? model->input_count : 0;
}

nwt_tensor *nwt_model_input(const nwt_model *model, int32_t index)
{
    return model != NULL && index >= 0 && index < model->input_count ? model->inputs[index] : NULL;
}

int32_t nwt_model_output_count(const nwt_model *model)
{
    return model != NULL ? model->output_count : 0;
}

nwt_tensor *nwt_model_output(const nwt_model *model, int32_t index)
{
    return model != NULL && index >= 0 && index < model->output_count ? model->outputs[index]
                                                                      : NULL;
}

nwt_layer *nwt_model_use(const nwt_model *model, const nwt_tensor *tensor, int64_t index,
                         int64_t *call)
{
    int64_t i;

    for (i = 0; model != NULL && index >= 0 && i < model->call_count; i++) {
        const nwti_call *user = model->calls[i];
        int32_t j;

        for (j = 0; j < user->input_count; j++) {
            if (user->inputs[j] == tensor && index-- == 0) {
                if (call != NULL) {
                    *call = user->number;
                }
                return user->layer;
            }
        }
    }
    return NULL;
}
