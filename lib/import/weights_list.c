/* Files of weights alone: a model that lists the layers there are, without classes and calls. */
#include "import/file.h"
#include "core/error.h"
#include "core/note.h"

#include <string.h>

static nwt_model *new_listing(nwt_context *ctx, const char *name)
{
    nwt_model *model = nwt_sequential(ctx, NULL);

    if (model == NULL) {
        return NULL;
    }
    model->is_listing = 1;
    model->layer->kind->counter->names--;
    model->layer->name = nwti_copy_string(ctx, name, strlen(name));
    return model->layer->name != NULL ? model : NULL;
}

static nwt_layer *new_layer(nwti_matching *m, const char *name, const nwti_named *named)
{
    nwt_layer *layer = nwti_layer_unknown(m->ctx, NULL, 0);

    if (layer == NULL) {
        return NULL;
    }
    layer->name = nwti_copy_string(m->ctx, name, strlen(name));
    if (layer->name == NULL ||
        nwti_match_take(m, layer, named->variables, named->names, named->count)) {
        return NULL;
    }
    return layer;
}

static int32_t add(nwt_model *model, nwt_layer *layer)
{
    return layer != NULL ? nwt_sequential_add(model, layer) : model->layer->kind->ctx->status;
}

/* ------------------------------------------------------------------------ Keras 3 */

static const char *title_of(const nwti_node *group)
{
    return group->name != NULL ? group->name : group->key;
}

static nwti_node *layers_of(const nwti_node *group)
{
    nwti_node *child = group->first;

    while (child != NULL && strcmp(child->key, "layers") != 0 &&
           strcmp(child->key, "_layer_checkpoint_dependencies") != 0) {
        child = child->next;
    }
    return child;
}

static nwt_layer *layer_of(nwti_matching *m, nwti_node *group, int32_t depth);

/* The variables of a group itself, without those of the groups within, as a layer of the name that
   the listing of it has. */
static int32_t add_own(nwti_matching *m, nwt_model *model, const nwti_node *group)
{
    nwti_node own = *group;
    nwti_named named;

    own.first = NULL;
    own.within = own.variable_count;
    if (group->variable_count == 0) {
        return 0;
    }
    if (nwti_keras3_variables(m, &own, &named)) {
        return m->ctx->status;
    }
    return add(model, new_layer(m, model->layer->name, &named));
}

static int32_t is_layer(const nwti_node *group)
{
    return (group->within > 0 || group->is_object) && strcmp(group->key, "optimizer") != 0 &&
           strcmp(group->key, "metrics") != 0;
}

static int32_t add_each(nwti_matching *m, nwt_model *model, const nwti_node *group,
                        const nwti_node *but, int32_t depth)
{
    nwti_node *child;

    for (child = group->first; child != NULL; child = child->next) {
        if (child != but && is_layer(child) && add(model, layer_of(m, child, depth + 1))) {
            return m->ctx->status;
        }
    }
    return 0;
}

/* The layers of a model's list, and those that it keeps as attributes. */
static int32_t add_layers(nwti_matching *m, nwt_model *model, const nwti_node *group, int32_t depth)
{
    const nwti_node *list = layers_of(group);

    if (add_own(m, model, group) || (list != NULL && add_each(m, model, list, NULL, depth))) {
        return m->ctx->status;
    }
    return add_each(m, model, group, list, depth);
}

/* A model within is a listing within; other layers are one each. Recursion has the limit that
   layers within layers have: what lies deeper is not told apart. */
static nwt_layer *layer_of(nwti_matching *m, nwti_node *group, int32_t depth)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    nwt_layer *layer = NULL;
    nwti_named named;

    if (layers_of(group) != NULL && depth < m->ctx->max_depth - 1) {
        nwt_model *model = new_listing(m->ctx, title_of(group));

        if (model != NULL && add_layers(m, model, group, depth) == 0) {
            layer = model->layer;
        }
    } else if (nwti_keras3_variables(m, group, &named) == 0) {
        layer = new_layer(m, title_of(group), &named);
    }
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return layer;
}

/* ------------------------------------------------------------------------- legacy */

/* "dense/kernel:0" of the layer dense is its kernel. */
static int32_t shorten(nwti_matching *m, nwti_named *named, const char *layer)
{
    const char **names = nwti_arena_array(&m->ctx->scratch, (size_t)named->count, sizeof *names);
    int64_t i;

    for (i = 0; names != NULL && i < named->count; i++) {
        names[i] = nwti_legacy_name(m, named->names[i], layer);
        if (names[i] == NULL) {
            return m->ctx->status;
        }
    }
    named->names = names;
    return names != NULL ? 0 : nwti_out_of_memory(m->ctx);
}

static int32_t add_named(nwti_matching *m, nwt_model *model, const nwti_node *top, const char *name)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    nwti_node *group = nwti_store_layer(m->store, top, name);
    nwti_named named;
    int32_t status;

    if (group == NULL || !nwti_store_named(m->store, group, &named)) {
        return 1;
    }
    status = shorten(m, &named, name) ? m->ctx->status : add(model, new_layer(m, name, &named));
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return status;
}

static int32_t add_legacy(nwti_matching *m, nwt_model *model, const nwti_node *top)
{
    static const char own[] = "top_level_model_weights";
    const char *const *names;
    const nwti_node *group;
    int64_t count, i;

    if (!nwti_store_strings(m->store, top->object, "layer_names", &names, &count)) {
        return 1;
    }
    for (i = 0; i < count; i++) {
        if (add_named(m, model, top, names[i])) {
            return 1;
        }
    }
    group = nwti_map_get(&m->store->groups, own, sizeof own - 1);
    return group != NULL && group->within > 0 ? add_named(m, model, top, own) : 0;
}

nwt_model *nwti_list_weights(nwti_store *store)
{
    nwti_matching m = {.store = store, .ctx = store->ctx};
    const char *name = store->root->name != NULL ? store->root->name : "weights";
    nwt_model *model = new_listing(store->ctx, name);
    int32_t status = 1;

    if (model != NULL) {
        status = store->layout == NWTI_STORE_KERAS_3 ? add_layers(&m, model, store->root, 1)
                                                     : add_legacy(&m, model, store->root);
    }
    nwti_note_add(store->ctx,
                  "the file holds weights without a config: of the layers neither class nor shapes "
                  "are known, and what is not trained counts as trainable");
    return status == 0 && store->ctx->status == NWT_STATUS_OK ? model : NULL;
}
