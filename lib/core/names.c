/*
 * The names of a model's layers. Each is given once, as Keras has it: weights
 * are found by them. While all are automatic, kind and number tell them apart;
 * with the first that was given, all go into a map.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/model.h"
#include "core/names.h"
#include "support/hash.h"

#include <string.h>

struct nwti_names {
    nwti_heap heap; /* hands out memory of the context's arena */
    nwti_map map;
};

static void *from_arena(void *arena, void *old, size_t old_size, size_t new_size)
{
    void *result = new_size > 0 ? nwti_arena_alloc(arena, new_size) : NULL;

    if (result != NULL && old != NULL) {
        memcpy(result, old, old_size < new_size ? old_size : new_size);
    }
    return result;
}

static nwti_names *make(nwt_context *ctx, int64_t count)
{
    nwti_names *names = nwti_new(ctx, sizeof *names);

    if (names != NULL) {
        nwti_heap_init(&names->heap, from_arena, &ctx->arena, 0);
        nwti_map_init(&names->map, &names->heap);
        if (!nwti_map_reserve(&names->map, (size_t)count)) {
            nwti_out_of_memory(ctx);
            return NULL;
        }
    }
    return names;
}

static int32_t twice(nwt_model *model, const char *name)
{
    char title[256];

    return nwti_error(model->layer->kind->ctx, NWT_STATUS_INVALID,
                      "%s: the name '%s' is that of two layers; each needs its own",
                      nwti_layer_title(model->layer, title, sizeof title), name);
}

static int32_t enter(nwt_model *model, nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    const char *name = layer->name;
    char automatic[256];
    void **place = NULL;

    if (name == NULL) {
        nwt_layer_name(layer, automatic, sizeof automatic);
        name = nwti_copy_string(ctx, automatic, strlen(automatic));
    }
    if (name != NULL) {
        place = nwti_map_at(&model->names->map, name, strlen(name));
    }
    if (place == NULL) {
        return nwti_out_of_memory(ctx);
    }
    if (*place != NULL && *place != layer) {
        return twice(model, name);
    }
    *place = layer;
    return 0;
}

/* The first `unnamed_count` layers are those that came before the first with a name. */
int32_t nwti_names_add(nwt_model *model, nwt_layer *layer)
{
    int64_t i;

    if (model->names == NULL && layer->name == NULL) {
        model->unnamed_count++;
        return 0;
    }
    if (model->names == NULL) {
        model->names = make(layer->kind->ctx, model->layer_count);
        for (i = 0; model->names != NULL && i < model->unnamed_count; i++) {
            if (enter(model, model->layers[i])) {
                return layer->kind->ctx->status;
            }
        }
    }
    return model->names != NULL ? enter(model, layer) : layer->kind->ctx->status;
}

void nwti_names_remove(nwt_model *model, const nwt_layer *layer)
{
    char automatic[256];
    const char *name = layer->name;
    void **place;
    int64_t i;

    if (model->names == NULL) {
        model->unnamed_count--;
        return;
    }
    for (i = 0; i < model->layer_count; i++) {
        if (model->layers[i] == layer) {
            return; /* a Sequential may hold it twice */
        }
    }
    if (name == NULL) {
        nwt_layer_name(layer, automatic, sizeof automatic);
        name = automatic;
    }
    place = nwti_map_at(&model->names->map, name, strlen(name));
    if (place != NULL) {
        *place = NULL;
    }
}

static int32_t has_name(const nwt_layer *layer, const char *name)
{
    char automatic[256];

    return name[0] == layer->kind->automatic_name[0] &&
           nwt_layer_name(layer, automatic, sizeof automatic) < sizeof automatic &&
           strcmp(automatic, name) == 0;
}

nwt_layer *nwti_names_find(const nwt_model *model, const char *name)
{
    int64_t i;

    if (model->names != NULL) {
        return nwti_map_get(&model->names->map, name, strlen(name));
    }
    for (i = 0; i < model->layer_count; i++) {
        if (has_name(model->layers[i], name)) {
            return model->layers[i];
        }
    }
    return NULL;
}
