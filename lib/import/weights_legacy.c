/*
 * Weights as .h5 files of all eras hold them: a group for each layer of the
 * model, with all variables of it and of what is within it, under their paths.
 */
#include "import/file.h"
#include "core/error.h"

#include <string.h>

/* A layer within another whose weights are not known. */
typedef struct candidate {
    struct candidate *same; /* the next of the same name */
    const struct candidate *around;
    nwt_layer *layer;
    const char *name;
    int64_t count; /* of variables that are its */
} candidate;

typedef struct assignment {
    nwti_matching *m;
    nwti_map names;           /* -> candidate */
    nwti_stack all;           /* of candidate *, those that need weights */
    const candidate **owners; /* of each variable; NULL: of a layer that is known */
    nwti_named named;
} assignment;

static void *allocate(nwti_matching *m, size_t count, size_t size)
{
    void *result = nwti_arena_array(&m->ctx->scratch, count, size);

    if (result == NULL) {
        nwti_out_of_memory(m->ctx);
    }
    return result;
}

/* ---------------------------------------------------------------- who needs them */

static int32_t add_candidate(assignment *a, candidate *one)
{
    void **place = nwti_map_at(&a->names, one->name, strlen(one->name));
    candidate **item = place != NULL ? nwti_stack_push(&a->all, 1) : NULL;

    if (item == NULL) {
        return nwti_out_of_memory(a->m->ctx);
    }
    one->same = *place;
    *place = one;
    *item = one;
    return 0;
}

/* Recursion follows layers within layers. */
static int32_t find_candidates(assignment *a, nwt_layer *layer, const candidate *around)
{
    candidate *one = allocate(a->m, 1, sizeof *one);
    int64_t position = 0;
    nwt_layer *child;

    if (one == NULL) {
        return a->m->ctx->status;
    }
    layer->mark = a->m->serial;
    *one = (candidate){NULL, around, layer, nwti_layer_whole_name(layer), 0};
    if (one->name == NULL || (nwti_layer_is_unknown(layer) && add_candidate(a, one))) {
        return a->m->ctx->status;
    }
    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (child->mark != a->m->serial && find_candidates(a, child, one)) {
            return a->m->ctx->status;
        }
    }
    return 0;
}

/* -------------------------------------------------------------------- whose it is */

/* The part of a path behind a component, or NULL: "kernel" of "inner/dense/kernel" for "dense". */
static const char *behind(const char *path, const char *component)
{
    size_t length = strlen(component);
    const char *slash;

    for (slash = strchr(path, '/'); slash != NULL; slash = strchr(path, '/')) {
        if ((size_t)(slash - path) == length && memcmp(path, component, length) == 0) {
            return slash + 1;
        }
        path = slash + 1;
    }
    return NULL;
}

/* How many of the layers around a candidate the path names. */
static int32_t score_of(const candidate *one, const char *path)
{
    int32_t score = 0;

    for (; one != NULL; one = one->around) {
        score += behind(path, one->name) != NULL;
    }
    return score;
}

/* The candidate whose name, and the most of whose surroundings, stand in the path. */
static candidate *owner_of(const assignment *a, const char *path)
{
    candidate *best = NULL, *one;
    int32_t best_score = 0;
    const char *at = path, *slash;

    for (slash = strchr(at, '/'); slash != NULL; slash = strchr(at, '/')) {
        for (one = nwti_map_get(&a->names, at, (size_t)(slash - at)); one != NULL;
             one = one->same) {
            int32_t score = score_of(one, path);

            if (score > best_score) {
                best_score = score;
                best = one;
            }
        }
        at = slash + 1;
    }
    return best;
}

const char *nwti_legacy_name(nwti_matching *m, const char *path, const char *layer)
{
    const char *rest = behind(path, layer), *colon;
    char *name;

    if (rest == NULL) {
        rest = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    }
    colon = strrchr(rest, ':');
    if (colon == NULL || colon[1] < '0' || colon[1] > '9') {
        colon = rest + strlen(rest);
    }
    name = nwti_arena_string(&m->ctx->scratch, rest, (size_t)(colon - rest));
    if (name == NULL) {
        nwti_out_of_memory(m->ctx);
    }
    return name;
}

static int32_t take(assignment *a, candidate *one)
{
    const char **names = allocate(a->m, (size_t)one->count, sizeof *names);
    nwti_node **variables = allocate(a->m, (size_t)one->count, sizeof(nwti_node *));
    int64_t i, count = 0;

    for (i = 0; names != NULL && variables != NULL && i < a->named.count; i++) {
        if (a->owners[i] == one) {
            variables[count] = a->named.variables[i];
            names[count] = nwti_legacy_name(a->m, a->named.names[i], one->name);
            if (names[count++] == NULL) {
                return a->m->ctx->status;
            }
        }
    }
    return a->m->ctx->status ? a->m->ctx->status
                             : nwti_match_take(a->m, one->layer, variables, names, count);
}

/* The variables without an owner are those of the layers that are known. */
static int32_t compare_rest(assignment *a, const nwt_layer *layer)
{
    nwti_node **rest = allocate(a->m, (size_t)a->named.count, sizeof(nwti_node *));
    int64_t i, count = 0;

    for (i = 0; rest != NULL && i < a->named.count; i++) {
        if (a->owners[i] == NULL) {
            rest[count++] = a->named.variables[i];
        }
    }
    return rest != NULL ? nwti_match_compare(a->m, layer, rest, count) : a->m->ctx->status;
}

/* Old paths leave layers within others out: what is known goes, by its shape, to the layers that
   are; one unknown layer gets the rest. */
static void give_rest(assignment *a, const nwt_layer *layer, candidate *only)
{
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int64_t at = 0, i, j;

    for (i = 0; i < a->named.count; i++) {
        a->owners[i] = only;
    }
    only->count = a->named.count;
    for (i = 0; nwt_layer_weight(layer, i, &w); i++) {
        for (j = 0; j < a->named.count; j++, at = (at + 1) % a->named.count) {
            const nwti_node *variable = a->named.variables[at];

            if (a->owners[at] == only && variable->rank == w.rank &&
                memcmp(variable->dims, w.dims, (size_t)w.rank * sizeof *w.dims) == 0) {
                a->owners[at] = NULL;
                only->count--;
                break;
            }
        }
    }
}

enum { MOST_REST = 1000 }; /* give_rest compares each with each */

static int32_t assign_all(assignment *a, nwt_layer *layer)
{
    candidate **all = a->all.items;
    int64_t i, owned = 0;
    size_t j;

    a->owners = allocate(a->m, (size_t)a->named.count, sizeof(candidate *));
    if (a->owners == NULL) {
        return a->m->ctx->status;
    }
    for (i = 0; i < a->named.count; i++) {
        candidate *owner = owner_of(a, a->named.names[i]);

        a->owners[i] = owner;
        if (owner != NULL) {
            owner->count++;
            owned++;
        }
    }
    if (a->all.count == 1 && owned == 0 && a->named.count <= MOST_REST) {
        give_rest(a, layer, all[0]);
    }
    for (j = 0; j < a->all.count && a->m->ctx->status == NWT_STATUS_OK; j++) {
        if (all[j]->count > 0 || owned > 0 || a->all.count == 1) {
            take(a, all[j]);
        }
    }
    /* The weights of a layer without others in it are all taken now. */
    return a->m->ctx->status || !layer->kind->has_children ? a->m->ctx->status
                                                           : compare_rest(a, layer);
}

/* The layer itself is of an unknown class: all is its own. */
static int32_t take_all(assignment *a, nwt_layer *layer)
{
    candidate one = {NULL, NULL, layer, nwti_layer_whole_name(layer), a->named.count};
    int64_t i;

    a->owners = allocate(a->m, (size_t)a->named.count, sizeof(candidate *));
    if (a->owners == NULL || one.name == NULL) {
        return a->m->ctx->status;
    }
    for (i = 0; i < a->named.count; i++) {
        a->owners[i] = &one;
    }
    layer->mark = a->m->serial;
    return take(a, &one);
}

/* ------------------------------------------------------------------------- layers */

static int32_t match_layer(nwti_matching *m, nwt_layer *layer, nwti_node *group)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    assignment a;

    memset(&a, 0, sizeof a);
    a.m = m;
    group->is_matched = 1;
    if (!nwti_store_named(m->store, group, &a.named)) {
        return 1;
    }
    nwti_map_init(&a.names, &m->ctx->heap);
    nwti_stack_init(&a.all, &m->ctx->heap, sizeof(candidate *));
    if (layer->kind->unknown || nwti_match_is_quantised(layer)) {
        take_all(&a, layer);
    } else if (nwti_layer_counts(layer).unknown_layers == 0) {
        nwti_match_compare(m, layer, a.named.variables, a.named.count);
    } else if (find_candidates(&a, layer, NULL) == 0) {
        assign_all(&a, layer);
    }
    nwti_map_free(&a.names);
    nwti_stack_free(&a.all);
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

static int32_t needs_weights(const nwt_layer *layer)
{
    nwti_counts counts = nwti_layer_counts(layer);

    return counts.weights > 0 || counts.unknown_layers > 0;
}

/* A layer without a group may be a model of Keras 1, whose layers have groups of their own. */
static int32_t match_named(nwti_matching *m, nwt_layer *layer, const nwti_map *groups,
                           nwti_stack *left)
{
    const char *name = nwti_layer_whole_name(layer);
    nwti_node *group = name != NULL ? nwti_map_get(groups, name, strlen(name)) : NULL;
    int64_t position = 0;
    nwt_layer *child, **place;

    if (name == NULL || layer->kind->is_operation) {
        return m->ctx->status;
    }
    if (group != NULL && !group->is_matched) {
        return match_layer(m, layer, group);
    }
    if (group == NULL && layer->kind->has_children) {
        while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
            if (match_named(m, child, groups, left)) {
                return 1;
            }
        }
        return 0;
    }
    if (!needs_weights(layer) || group != NULL) {
        return 0;
    }
    place = nwti_stack_push(left, 1);
    if (place == NULL) {
        return nwti_out_of_memory(m->ctx);
    }
    *place = layer;
    return 0;
}

static int32_t is_left(const nwti_node *group)
{
    return group != NULL && !group->is_matched && group->within > 0;
}

/* Names that a config does not tell, as of a Sequential of Keras 1: what is left on both sides
   belongs together, in its order, if it is as many. */
static int32_t match_left(nwti_matching *m, nwti_node *const *groups, int64_t count,
                          const nwti_stack *left)
{
    nwt_layer **layers = left->items;
    size_t groups_left = 0, next = 0;
    char title[256];
    int64_t i;

    for (i = 0; i < count; i++) {
        groups_left += (size_t)is_left(groups[i]);
    }
    for (i = 0; i < count && groups_left == left->count; i++) {
        if (is_left(groups[i]) && match_layer(m, layers[next++], groups[i])) {
            return 1;
        }
    }
    for (; next < left->count; next++) {
        if (nwti_layer_counts(layers[next]).unknown_layers == 0) {
            nwti_match_differs(m, nwti_layer_title(layers[next], title, sizeof title),
                               "the file holds no weights for it");
        }
    }
    for (i = 0; i < count; i++) {
        if (is_left(groups[i])) {
            nwti_match_differs(m, groups[i]->key,
                               "the file holds weights for it, but no layer of "
                               "the config is it");
        }
    }
    return 0;
}

/* The groups of layer_names, NULL where one is named twice. */
static nwti_node **groups_of(nwti_matching *m, const nwti_node *top, nwti_map *by_name,
                             int64_t *count)
{
    const char *const *names;
    nwti_node **groups;
    int64_t i;

    if (!nwti_store_strings(m->store, top->object, "layer_names", &names, count)) {
        return NULL;
    }
    if (*count < 0) {
        nwti_read_fail(&m->store->error, NWTI_READ_BROKEN, top->object,
                       "the group %s has no layer_names", top->path);
        return NULL;
    }
    groups = allocate(m, (size_t)*count, sizeof(nwti_node *));
    for (i = 0; groups != NULL && i < *count; i++) {
        void **place = nwti_map_at(by_name, names[i], strlen(names[i]));

        groups[i] = NULL;
        if (place == NULL) {
            nwti_out_of_memory(m->ctx);
            return NULL;
        }
        if (*place == NULL) {
            *place = groups[i] = nwti_store_layer(m->store, top, names[i]);
            if (groups[i] == NULL) {
                return NULL;
            }
        }
    }
    return groups;
}

/* "dense/kernel" for "net/dense/kernel:0" in the group dense. */
static const char *name_in_group(nwti_matching *m, const nwti_node *group, const char *path)
{
    const char *name = nwti_legacy_name(m, path, group->key);
    size_t length = name != NULL ? strlen(group->key) + 1 + strlen(name) : 0;
    char *full = name != NULL ? allocate(m, length + 1, 1) : NULL;

    if (full != NULL) {
        nwti_format(full, length + 1, "%s/%s", group->key, name);
    }
    return full;
}

/* Into all->variables and `names`, which have room for `most`. */
static int32_t add_group(nwti_matching *m, const nwti_node *group, nwti_named *all,
                         const char **names, int64_t most)
{
    nwti_named named;
    int64_t i;

    if (group == NULL || !nwti_store_named(m->store, group, &named)) {
        return group != NULL;
    }
    for (i = 0; i < named.count && all->count < most; i++) {
        const char *name = name_in_group(m, group, named.names[i]);

        if (name == NULL) {
            return 1;
        }
        all->variables[all->count] = named.variables[i];
        names[all->count++] = name;
    }
    return 0;
}

/* A model of a class of its own is one layer: all groups are its. */
static int32_t match_lone(nwti_matching *m, nwt_layer *layer, nwti_node *const *groups,
                          int64_t count)
{
    int64_t most = (int64_t)m->store->variables.count, i;
    const char **names = allocate(m, (size_t)most, sizeof *names);
    nwti_named all = {names, allocate(m, (size_t)most, sizeof(nwti_node *)), 0};
    const nwti_node *own = nwti_store_group(m->store, "model_weights/top_level_model_weights");
    int32_t status = names == NULL || all.variables == NULL;

    for (i = 0; i < count && status == 0; i++) {
        status = add_group(m, groups[i], &all, names, most);
    }
    if (status == 0 && own != NULL && own->within > 0) {
        status = add_group(m, own, &all, names, most);
    }
    return status || !layer->kind->unknown
               ? status
               : nwti_match_take(m, layer, all.variables, all.names, all.count);
}

int32_t nwti_match_legacy(nwti_matching *m, nwt_model *model)
{
    nwti_node *top = nwti_store_group(m->store, "model_weights"), **groups;
    nwti_stack left;
    nwti_map by_name;
    int64_t count, i;
    int32_t status;

    if (top == NULL) {
        return 0;
    }
    nwti_map_init(&by_name, &m->ctx->heap);
    nwti_stack_init(&left, &m->ctx->heap, sizeof(nwt_layer *));
    groups = groups_of(m, top, &by_name, &count);
    status = groups == NULL;
    if (status == 0 && model->is_lone) {
        status = match_lone(m, model->layers[0], groups, count);
    }
    for (i = 0; i < model->layer_count && status == 0 && !model->is_lone; i++) {
        status = match_named(m, model->layers[i], &by_name, &left);
    }
    if (status == 0 && !model->is_lone) {
        status = match_left(m, groups, count, &left);
    }
    nwti_map_free(&by_name);
    nwti_stack_free(&left);
    return status;
}
