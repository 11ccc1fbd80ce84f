/* The variables of an HDF5 file: one walk reads all groups and the shapes of all datasets. */
#include "import/file.h"
#include "core/dtype.h"

#include <string.h>

/* ------------------------------------------------------------------ open, close */

int32_t nwti_store_open(nwti_store *store, nwt_context *ctx, const nwti_source *source)
{
    memset(store, 0, sizeof *store);
    store->ctx = ctx;
    store->source = *source;
    store->mark = nwti_arena_mark(&ctx->scratch);
    nwti_map_init(&store->groups, &ctx->heap);
    nwti_map_init(&store->variables, &ctx->heap);
    store->file = nwti_hdf5_open(&ctx->scratch, &store->source, &store->error);
    return store->file != NULL;
}

void nwti_store_close(nwti_store *store)
{
    nwti_map_free(&store->groups);
    nwti_map_free(&store->variables);
    nwti_arena_rewind(&store->ctx->scratch, store->mark);
}

/* Allocation where the store lives; NULL with its error set. */
static void *allocate(nwti_store *store, size_t count, size_t size)
{
    void *result = nwti_arena_array(&store->ctx->scratch, count, size);

    if (result == NULL) {
        nwti_read_out_of_memory(&store->error);
    }
    return result;
}

static char *copy_text(nwti_store *store, const char *text, size_t length)
{
    char *copy = nwti_arena_string(&store->ctx->scratch, text, length);

    if (copy == NULL) {
        nwti_read_out_of_memory(&store->error);
    }
    return copy;
}

/* ------------------------------------------------------------------- attributes */

const char *nwti_store_string(nwti_store *store, int64_t object, const char *name, size_t *length)
{
    nwti_hdf5_attribute attribute;

    return nwti_hdf5_attribute_find(store->file, object, name, &attribute) &&
                   attribute.space.count > 0
               ? nwti_hdf5_string(store->file, &attribute, 0, &store->ctx->scratch, length)
               : NULL;
}

/* Strings of one attribute, behind those that are there. An empty list is one of floats. */
static int32_t add_strings(nwti_store *store, const nwti_hdf5_attribute *attribute,
                           nwti_stack *strings)
{
    int64_t i;

    for (i = 0; i < attribute->space.count; i++) {
        const char *text = nwti_hdf5_string(store->file, attribute, i, &store->ctx->scratch, NULL);
        const char **place = text != NULL ? nwti_stack_push(strings, 1) : NULL;

        if (place == NULL) {
            return text == NULL
                       ? nwti_read_fail(&store->error, NWTI_READ_BROKEN, attribute->data,
                                        "the attribute %s holds no strings",
                                        nwti_label_of(attribute->name, attribute->name_length).text)
                       : nwti_read_out_of_memory(&store->error);
        }
        *place = text;
    }
    return 1;
}

/* name0, name1 ... until there is none. */
static int32_t add_pieces(nwti_store *store, int64_t object, const char *name, nwti_stack *strings,
                          int64_t *count)
{
    nwti_hdf5_attribute attribute;
    char piece[64];
    int64_t i = 0;

    for (;; i++) {
        nwti_format(piece, sizeof piece, "%s%d", name, i);
        if (!nwti_hdf5_attribute_find(store->file, object, piece, &attribute)) {
            *count = i == 0 ? -1 : 0;
            return store->error.kind == NWTI_READ_OK;
        }
        if (!add_strings(store, &attribute, strings)) {
            return 0;
        }
    }
}

int32_t nwti_store_strings(nwti_store *store, int64_t object, const char *name,
                           const char *const **strings, int64_t *count)
{
    nwti_hdf5_attribute attribute;
    nwti_stack found;
    const char **copy = NULL;
    int32_t done;

    *count = 0;
    nwti_stack_init(&found, &store->ctx->heap, sizeof(const char *));
    if (nwti_hdf5_attribute_find(store->file, object, name, &attribute)) {
        done = add_strings(store, &attribute, &found);
    } else {
        done = store->error.kind == NWTI_READ_OK && add_pieces(store, object, name, &found, count);
    }
    if (done) {
        copy = allocate(store, found.count, sizeof *copy);
        done = copy != NULL;
    }
    if (done && found.count > 0) {
        memcpy(copy, found.items, found.count * sizeof *copy);
    }
    *count = *count < 0 ? -1 : (int64_t)found.count;
    *strings = copy;
    nwti_stack_free(&found);
    return done;
}

/* ------------------------------------------------------------------------- tree */

nwti_node *nwti_store_group(const nwti_store *store, const char *path)
{
    return nwti_map_get(&store->groups, path, strlen(path));
}

/* The group that holds what stands at the path: the path without its last name. */
static nwti_node *holder_of(const nwti_store *store, const nwti_hdf5_entry *entry)
{
    size_t length = entry->path_length - entry->link->name_length;

    return nwti_map_get(&store->groups, entry->path, length > 0 ? length - 1 : 0);
}

static int32_t remember(nwti_store *store, nwti_map *map, const char *path, size_t length,
                        void *value)
{
    void **place = nwti_map_at(map, path, length);

    if (place == NULL) {
        return nwti_read_out_of_memory(&store->error);
    }
    *place = value;
    return 1;
}

/* In Keras 3's layout the variables of "vars" are those of the group around it, which is the state
   of an object; the attribute says what its name is. */
static int32_t add_group(nwti_store *store, const nwti_hdf5_entry *entry)
{
    nwti_node *parent = entry->link != NULL ? holder_of(store, entry) : NULL, *group;
    char *path = copy_text(store, entry->path, entry->path_length);

    if (path == NULL) {
        return 0;
    }
    if (store->layout == NWTI_STORE_KERAS_3 && parent != NULL &&
        strcmp(entry->link->name, "vars") == 0) {
        parent->is_object = 1;
        parent->name = nwti_store_string(store, entry->object, "name", NULL);
        return store->error.kind == NWTI_READ_OK &&
               remember(store, &store->groups, path, entry->path_length, parent);
    }
    group = allocate(store, 1, sizeof *group);
    if (group == NULL) {
        return 0;
    }
    memset(group, 0, sizeof *group);
    group->object = entry->object;
    group->parent = parent;
    group->path = path;
    group->key = parent != NULL ? path + entry->path_length - entry->link->name_length : "";
    if (parent != NULL) {
        group->next = parent->first;
        parent->first = group;
    } else {
        store->root = group;
    }
    return remember(store, &store->groups, path, entry->path_length, group);
}

/* bfloat16 is unknown to HDF5; Keras says it in an attribute. */
static int32_t dtype_of(nwti_store *store, const nwti_hdf5_entry *entry,
                        const nwti_hdf5_dataset *dataset)
{
    const char *stated = nwti_store_string(store, entry->object, "dtype", NULL);
    int32_t dtype = stated != NULL ? nwti_dtype_of(stated) : 0;

    return dtype != 0 ? dtype : nwti_dtype_of(dataset->type.name);
}

static int32_t begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Whose bytes they are, by the path. Seeds of dropout and states of metrics are no weights. */
static int64_t *sum_for(nwti_store *store, const char *path)
{
    if (begins(path, "optimizer/") || begins(path, "optimizer_weights/")) {
        return &store->optimizer;
    }
    if (begins(path, "metrics/") || strstr(path, "generator/vars/") != NULL) {
        return &store->other;
    }
    return &store->weights;
}

/* The optimizer's variables are only counted. */
static void add_to_optimizer(nwti_store *store, const nwti_node *variable)
{
    int64_t size = nwt_dtype_size(variable->dtype);

    if (store->held.params <= INT64_MAX - variable->count &&
        (size == 0 || variable->count <= (INT64_MAX - store->held.bytes) / size)) {
        store->held.params += variable->count;
        store->held.bytes += variable->count * size;
    }
}

static int32_t add_variable(nwti_store *store, const nwti_hdf5_entry *entry)
{
    nwti_node *group = holder_of(store, entry);
    char *path = copy_text(store, entry->path, entry->path_length);
    nwti_node *variable = path != NULL ? allocate(store, 1, sizeof *variable) : NULL;
    nwti_hdf5_dataset dataset;
    int64_t stored = 0, *sum, *dims;

    if (group == NULL) {
        return 1;
    }
    if (variable == NULL || !nwti_hdf5_dataset_read(store->file, entry->object, &dataset) ||
        (!entry->seen && !nwti_hdf5_storage(store->file, &dataset, &stored))) {
        return 0;
    }
    dims = allocate(store, (size_t)dataset.space.rank, sizeof *dims);
    if (dims == NULL) {
        return 0;
    }
    memcpy(dims, dataset.space.dims, (size_t)dataset.space.rank * sizeof *dims);
    *variable = (nwti_node){.parent = group,
                            .path = path,
                            .key = path + entry->path_length - entry->link->name_length,
                            .object = entry->object,
                            .rank = dataset.space.rank,
                            .dims = dims,
                            .dtype = dtype_of(store, entry, &dataset),
                            .count = dataset.space.count};
    sum = sum_for(store, path);
    if (sum == &store->optimizer) {
        add_to_optimizer(store, variable);
    }
    /* What lies in the file is not more than the file; overlapping datasets may say so. */
    *sum = stored > store->source.size - *sum ? store->source.size : *sum + stored;
    if (sum == &store->weights) {
        variable->next = group->variables;
        group->variables = variable;
        group->variable_count++;
    }
    return store->error.kind == NWTI_READ_OK &&
           remember(store, &store->variables, path, entry->path_length, variable);
}

static int32_t visit(void *user, const nwti_hdf5_entry *entry)
{
    nwti_store *store = user;

    if (entry->kind == NWTI_HDF5_GROUP && !entry->seen) {
        return add_group(store, entry);
    }
    return entry->kind == NWTI_HDF5_DATASET && entry->link != NULL ? add_variable(store, entry) : 1;
}

/* ------------------------------------------------------------------------ order */

typedef int32_t (*is_before)(const nwti_node *a, const nwti_node *b);

/* Groups stand in the order of their headers, which is that in which they were made. */
static int32_t is_older(const nwti_node *a, const nwti_node *b)
{
    return a->object < b->object;
}

/* "2" before "10". */
static int32_t is_smaller(const nwti_node *a, const nwti_node *b)
{
    const char *names[2] = {a->key, b->key};
    size_t lengths[2] = {strlen(names[0]), strlen(names[1])};

    return lengths[0] != lengths[1] ? lengths[0] < lengths[1] : strcmp(names[0], names[1]) < 0;
}

static nwti_node *merge(nwti_node *a, nwti_node *b, is_before before)
{
    nwti_node *first = NULL, **end = &first;

    while (a != NULL && b != NULL) {
        nwti_node **from = before(b, a) ? &b : &a;

        *end = *from;
        end = &(*from)->next;
        *from = *end;
    }
    *end = a != NULL ? a : b;
    return first;
}

/* Merge sort: run i holds 2^i items. */
static nwti_node *sort(nwti_node *list, is_before before)
{
    nwti_node *runs[64] = {NULL}, *rest = list, *sorted = NULL;
    size_t i;

    while (rest != NULL) {
        nwti_node *one = rest;

        rest = rest->next;
        one->next = NULL;
        for (i = 0; runs[i] != NULL; i++) {
            one = merge(runs[i], one, before);
            runs[i] = NULL;
        }
        runs[i] = one;
    }
    for (i = 0; i < sizeof runs / sizeof *runs; i++) {
        sorted = merge(runs[i], sorted, before);
    }
    return sorted;
}

nwti_node *nwti_node_next(const nwti_node *group, const nwti_node *top)
{
    if (group->first != NULL) {
        return group->first;
    }
    while (group != top && group->next == NULL) {
        group = group->parent;
    }
    return group != top ? group->next : NULL;
}

/* Adds up from the innermost: a walk backwards meets what is within before what is around. */
static int32_t count_within(nwti_store *store)
{
    size_t count = store->groups.count, i = 0;
    nwti_node **all = allocate(store, count, sizeof *all), *group;

    if (all == NULL) {
        return 0;
    }
    for (group = store->root; group != NULL; group = nwti_node_next(group, store->root)) {
        group->within = group->variable_count;
        all[i++] = group;
    }
    while (i-- > 1) {
        all[i]->parent->within += all[i]->within;
    }
    return 1;
}

int32_t nwti_store_read(nwti_store *store)
{
    nwti_node *group;

    if (!nwti_hdf5_walk(store->file, nwti_hdf5_root(store->file), visit, store) ||
        store->error.kind != NWTI_READ_OK) {
        return 0;
    }
    if (store->root == NULL) {
        return nwti_read_fail(&store->error, NWTI_READ_BROKEN, nwti_hdf5_root(store->file),
                              "the root of the HDF5 file is no group");
    }
    for (group = store->root; group != NULL; group = nwti_node_next(group, store->root)) {
        group->first = sort(group->first, is_older);
        group->variables = sort(group->variables, is_smaller);
    }
    return count_within(store);
}

/* ------------------------------------------------------------------------ legacy */

/* What a name leads to in a map, from a group. */
static nwti_node *node_at(nwti_store *store, const nwti_map *map, const nwti_node *group,
                          const char *name)
{
    size_t before = strlen(group->path), length = before + (before > 0) + strlen(name);
    char *path = allocate(store, length + 1, 1);

    if (path == NULL) {
        return NULL;
    }
    nwti_format(path, length + 1, before > 0 ? "%s/%s" : "%s%s", group->path, name);
    return nwti_map_get(map, path, length);
}

static int32_t not_there(nwti_store *store, const nwti_node *group, const char *what,
                         const char *name)
{
    return nwti_read_fail(&store->error, NWTI_READ_BROKEN, group->object,
                          "'%s' names a %s '%s', which is not there",
                          nwti_label_of(group->path, strlen(group->path)).text, what,
                          nwti_label_of(name, strlen(name)).text);
}

nwti_node *nwti_store_layer(nwti_store *store, const nwti_node *top, const char *name)
{
    nwti_node *group = node_at(store, &store->groups, top, name);

    if (group == NULL) {
        not_there(store, top, "group", name);
    }
    return group;
}

int32_t nwti_store_named(nwti_store *store, const nwti_node *group, nwti_named *named)
{
    int64_t i;

    if (!nwti_store_strings(store, group->object, "weight_names", &named->names, &named->count)) {
        return 0;
    }
    if (named->count < 0) {
        return nwti_read_fail(&store->error, NWTI_READ_BROKEN, group->object,
                              "the group '%s' has no weight_names",
                              nwti_label_of(group->path, strlen(group->path)).text);
    }
    named->variables = allocate(store, (size_t)named->count, sizeof(nwti_node *));
    for (i = 0; named->variables != NULL && i < named->count; i++) {
        named->variables[i] = node_at(store, &store->variables, group, named->names[i]);
        if (named->variables[i] == NULL) {
            return not_there(store, group, "dataset", named->names[i]);
        }
    }
    return named->variables != NULL;
}
