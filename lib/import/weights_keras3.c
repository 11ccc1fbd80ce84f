/*
 * Weights as Keras 3 and tf-keras store them: a group for each attribute that
 * holds state. Layers of a list are called by their class, not by their name:
 * "dense", "dense_1"; newer files tell the name too.
 */
#include "import/file.h"
#include "core/error.h"

#include <string.h>

static const char no_such_layer[] =
    "the file holds weights for it, but no layer of the config is it";

/* ------------------------------------------------------------- variables within */

/* "att/query_dense/0" of "layers/block/att/query_dense/vars/0" in "layers/block". */
static const char *name_within(nwti_matching *m, const nwti_node *group, const nwti_node *variable)
{
    size_t before = strlen(group->path) + (group->path[0] != '\0');
    size_t length = strlen(variable->path + before), key = strlen(variable->key);
    char *name = nwti_arena_string(&m->ctx->scratch, variable->path + before, length);

    if (name == NULL) {
        nwti_out_of_memory(m->ctx);
        return NULL;
    }
    /* "vars/" stands in front of the number. */
    if (length >= key + 5 && strncmp(name + length - key - 5, "vars/", 5) == 0) {
        memmove(name + length - key - 5, name + length - key, key + 1);
    }
    return name;
}

int32_t nwti_keras3_variables(nwti_matching *m, nwti_node *group, nwti_named *all)
{
    size_t count = (size_t)group->within;
    const char **names = nwti_arena_array(&m->ctx->scratch, count, sizeof *names);
    nwti_node *at, *variable;

    all->variables = nwti_arena_array(&m->ctx->scratch, count, sizeof(nwti_node *));
    all->names = names;
    all->count = 0;
    if (names == NULL || all->variables == NULL) {
        return nwti_out_of_memory(m->ctx);
    }
    for (at = group; at != NULL; at = nwti_node_next(at, group)) {
        at->is_matched = 1;
        for (variable = at->variables; variable != NULL; variable = variable->next) {
            all->variables[all->count] = variable;
            names[all->count] = name_within(m, group, variable);
            if (names[all->count++] == NULL) {
                return m->ctx->status;
            }
        }
    }
    return 0;
}

static int32_t take_all(nwti_matching *m, nwt_layer *layer, nwti_node *group)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    nwti_named all;

    if (nwti_keras3_variables(m, group, &all) == 0) {
        nwti_match_take(m, layer, all.variables, all.names, all.count);
    }
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

static int32_t compare_all(nwti_matching *m, const nwt_layer *layer, nwti_node *group)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    nwti_named all;

    if (nwti_keras3_variables(m, group, &all) == 0) {
        nwti_match_compare(m, layer, all.variables, all.count);
    }
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

/* ------------------------------------------------------------------------- lists */

/* The layers of one list, and the groups that stand for them. */
typedef struct list {
    nwti_map keys;    /* of the groups */
    nwti_map names;   /* that the groups tell */
    nwti_map classes; /* in snake case -> how many there were */
    nwti_stack left;  /* layers without a group */
} list;

static int32_t match_layer(nwti_matching *m, nwt_layer *layer, nwti_node *group);

static int32_t fill_maps(nwti_matching *m, list *l, const nwti_node *container)
{
    nwti_node *group;
    void **place;

    for (group = container->first; group != NULL; group = group->next) {
        place = nwti_map_at(&l->keys, group->key, strlen(group->key));
        if (place == NULL) {
            return nwti_out_of_memory(m->ctx);
        }
        *place = group;
        if (group->name != NULL) {
            place = nwti_map_at(&l->names, group->name, strlen(group->name));
            if (place == NULL) {
                return nwti_out_of_memory(m->ctx);
            }
            *place = group;
        }
    }
    return 0;
}

/* "dense_1": the second layer of the class. tf-keras does not count those that were saved before.
   */
static int32_t key_of(nwti_matching *m, list *l, const nwt_layer *layer, char *key, size_t size)
{
    const char *class_name = nwti_layer_class(layer), *kept;
    char snake[2 * NWTI_LONGEST_CLASS + 1];
    int64_t *count;
    void **place;
    size_t length;

    key[0] = '\0';
    if (strlen(class_name) > NWTI_LONGEST_CLASS ||
        (NWTI_ERA(m->version) == 2 && layer->mark == m->serial)) {
        return 0;
    }
    length = nwti_snake_case(snake, class_name);
    count = nwti_map_get(&l->classes, snake, length);
    if (count == NULL) {
        count = nwti_arena_zeroed(&m->ctx->scratch, sizeof *count);
        kept = nwti_arena_string(&m->ctx->scratch, snake, length);
        place = kept != NULL ? nwti_map_at(&l->classes, kept, length) : NULL;
        if (count == NULL || place == NULL) {
            return nwti_out_of_memory(m->ctx);
        }
        *place = count;
    }
    nwti_format(key, size, *count == 0 ? "%s" : "%s_%d", snake, *count);
    ++*count;
    return 0;
}

/* By the name that it tells; else by its key. */
static nwti_node *group_of(const list *l, const nwt_layer *layer, const char *key)
{
    char title[512];
    nwti_node *group = NULL;

    if (l->names.count > 0) {
        nwti_layer_title(layer, title, sizeof title);
        group = nwti_map_get(&l->names, title, strlen(title));
    }
    return group != NULL && !group->is_matched ? group : nwti_map_get(&l->keys, key, strlen(key));
}

static int32_t needs_weights(const nwt_layer *layer)
{
    nwti_counts counts = nwti_layer_counts(layer);

    return counts.weights > 0 || counts.unknown_layers > 0;
}

static int32_t match_one(nwti_matching *m, list *l, nwt_layer *layer)
{
    char key[2 * NWTI_LONGEST_CLASS + 24];
    nwti_node *group;
    nwt_layer **place;

    if (layer->kind->is_operation) {
        return 0;
    }
    if (key_of(m, l, layer, key, sizeof key)) {
        return m->ctx->status;
    }
    if (layer->mark == m->serial) {
        return 0; /* shared with another model, which was saved before */
    }
    group = group_of(l, layer, key);
    if (group != NULL && !group->is_matched) {
        return match_layer(m, layer, group);
    }
    if (!needs_weights(layer)) {
        return 0;
    }
    place = nwti_stack_push(&l->left, 1);
    if (place == NULL) {
        return nwti_out_of_memory(m->ctx);
    }
    *place = layer;
    return 0;
}

static nwti_node *next_left(nwti_node *group)
{
    while (group != NULL && (group->is_matched || group->within == 0)) {
        group = group->next;
    }
    return group;
}

/* A class of unknown name in between, or an old way of counting, shifts the keys: what is left on
   both sides belongs together if it is as many. */
static int32_t match_left(nwti_matching *m, list *l, nwti_node *container)
{
    nwt_layer **layers = l->left.items;
    size_t count = 0, i;
    nwti_node *group;

    for (group = next_left(container->first); group != NULL; group = next_left(group->next)) {
        count++;
    }
    group = container->first;
    for (i = 0; i < l->left.count && m->ctx->status == NWT_STATUS_OK; i++) {
        group = next_left(group);
        if (count == l->left.count) {
            match_layer(m, layers[i], group);
        } else if (count == 0 && layers[i]->kind->unknown) {
            nwti_match_take(m, layers[i], NULL, NULL, 0); /* some writers left empty ones out */
        } else if (nwti_layer_counts(layers[i]).unknown_layers == 0) {
            char title[256];

            nwti_match_differs(m, nwti_layer_title(layers[i], title, sizeof title),
                               "the file holds no weights for it");
        }
    }
    for (group = next_left(group); group != NULL; group = next_left(group->next)) {
        nwti_match_differs(m, group->name != NULL ? group->name : group->key, no_such_layer);
    }
    return m->ctx->status;
}

static int32_t match_list(nwti_matching *m, nwt_layer *const *layers, int64_t count,
                          nwti_node *container)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    list l;
    int64_t i;

    nwti_map_init(&l.keys, &m->ctx->heap);
    nwti_map_init(&l.names, &m->ctx->heap);
    nwti_map_init(&l.classes, &m->ctx->heap);
    nwti_stack_init(&l.left, &m->ctx->heap, sizeof(nwt_layer *));
    container->is_matched = 1;
    if (fill_maps(m, &l, container) == 0) {
        for (i = 0; i < count && m->ctx->status == NWT_STATUS_OK; i++) {
            match_one(m, &l, layers[i]);
        }
    }
    if (m->ctx->status == NWT_STATUS_OK) {
        match_left(m, &l, container);
    }
    nwti_map_free(&l.keys);
    nwti_map_free(&l.names);
    nwti_map_free(&l.classes);
    nwti_stack_free(&l.left);
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

/* ------------------------------------------------------------------------ layers */

static nwti_node *child_of(const nwti_node *group, const char *key)
{
    nwti_node *child = group->first;

    while (child != NULL && strcmp(child->key, key) != 0) {
        child = child->next;
    }
    return child;
}

static int32_t match_model(nwti_matching *m, const nwt_model *model, nwti_node *group)
{
    nwti_node *layers = child_of(group, "layers"), *other;

    if (layers == NULL) {
        layers = child_of(group, "_layer_checkpoint_dependencies"); /* Keras 2.12 */
    }
    if (group->variable_count > 0) {
        nwti_match_differs(m, group->name != NULL ? group->name : "the model",
                           "the file holds weights of the model itself, which are not counted");
    }
    if (layers != NULL) {
        match_list(m, model->layers, model->layer_count, layers);
    }
    for (other = next_left(group->first); other != NULL && m->ctx->status == NWT_STATUS_OK;
         other = next_left(other->next)) {
        nwti_match_differs(m, other->name != NULL ? other->name : other->key, no_such_layer);
    }
    return m->ctx->status;
}

/* The group of a layer within a layer: by the name it tells, else by the attribute, which is that
   of the option with more around it: "query" is in "_query_dense". */
static nwti_node *inner_group(const nwti_node *group, const char *option, const nwt_layer *layer)
{
    size_t length = strlen(option);
    nwti_node *child;
    char title[512];

    nwti_layer_title(layer, title, sizeof title);
    for (child = group->first; child != NULL; child = child->next) {
        if (child->name != NULL && strcmp(child->name, title) == 0 && !child->is_matched) {
            return child;
        }
    }
    for (child = group->first; child != NULL; child = child->next) {
        if (strncmp(child->key + (child->key[0] == '_'), option, length) == 0 &&
            !child->is_matched) {
            return child;
        }
    }
    return next_left(group->first);
}

/* The layers that one option holds. */
static int32_t match_option(nwti_matching *m, const nwt_layer *layer, const nwt_option *row,
                            nwti_node *group)
{
    const void *place = (const unsigned char *)layer->self + row->offset;
    const nwt_layers *layers = place;
    nwt_layer *const *one = place;
    nwti_node *found;

    if (row->flags & NWT_FLAG_TEMPLATE) {
        return 0;
    }
    if (row->value_type == NWT_TYPE_LAYERS) {
        found = child_of(group, row->key);
        return found != NULL ? match_list(m, layers->items, layers->count, found) : 0;
    }
    if (row->value_type != NWT_TYPE_LAYER || *one == NULL || !needs_weights(*one) ||
        (*one)->mark == m->serial) {
        return 0;
    }
    found = inner_group(group, row->key, *one);
    return found != NULL ? match_layer(m, *one, found) : 0;
}

static int32_t match_within(nwti_matching *m, nwt_layer *layer, nwti_node *group)
{
    int32_t i;

    for (i = 0; i < layer->kind->options.count && m->ctx->status == NWT_STATUS_OK; i++) {
        match_option(m, layer, nwti_row(&layer->kind->options, i), group);
    }
    if (m->ctx->status == NWT_STATUS_OK && nwti_layer_is_unknown(layer)) {
        nwti_node own = *group;

        own.first = NULL;
        own.within = own.variable_count;
        take_all(m, layer, &own);
    }
    return m->ctx->status;
}

/* Recursion follows layers within layers. */
static int32_t match_layer(nwti_matching *m, nwt_layer *layer, nwti_node *group)
{
    nwt_model *model = nwt_layer_as_model(layer);

    group->is_matched = 1;
    layer->mark = m->serial;
    if (model != NULL) {
        return match_model(m, model, group);
    }
    if (nwti_match_is_quantised(layer)) {
        return take_all(m, layer, group);
    }
    if (nwti_layer_counts(layer).unknown_layers == 0) {
        return compare_all(m, layer, group);
    }
    return layer->kind->has_children ? match_within(m, layer, group) : take_all(m, layer, group);
}

int32_t nwti_match_keras3(nwti_matching *m, nwt_model *model)
{
    /* A model of a class of its own is one layer, of which all is. */
    return match_layer(m, model->is_lone ? model->layers[0] : model->layer, m->store->root);
}
