/* What a file holds for the layers of a model, against what the model's config gives them. */
#include "import/file.h"
#include "core/optimizer.h"
#include "core/error.h"
#include "core/dtype.h"
#include "core/weight.h"
#include "core/note.h"

#include <string.h>

/* ------------------------------------------------------------------------ notes */

void nwti_match_differs(nwti_matching *m, const char *layer, const char *what)
{
    if (m->differences++ < NWTI_MOST_DIFFERENCES) {
        nwti_note_add(m->ctx, "%s: %s", layer, what);
    }
}

/* "2 weights: (784, 10), (10,)"; the first few of many, and those that there is room for. */
static void describe(char *buffer, size_t size, int64_t count, const int64_t *const *dims,
                     const int32_t *ranks, int64_t known)
{
    size_t length = nwti_format(buffer, size, count == 1 ? "%d weight" : "%d weights", count);
    int64_t i;

    for (i = 0; i < known; i++) {
        char shape[256];
        size_t more = nwti_shape_text(shape, sizeof shape, ranks[i], dims[i]);

        if (more >= sizeof shape || length + more + sizeof ":  ..." > size) {
            break;
        }
        length += nwti_format(buffer + length, size - length, i == 0 ? ": %s" : ", %s", shape);
    }
    if (i < count) {
        nwti_format(buffer + length, size - length, " ...");
    }
}

enum { FEW = 6 };

static void note_difference(nwti_matching *m, const nwt_layer *layer, nwti_node *const *variables,
                            int64_t count, int64_t ours)
{
    const int64_t *dims[FEW];
    int32_t ranks[FEW];
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    char theirs[256], mine[256], text[600], title[256];
    int64_t i;

    for (i = 0; i < count && i < FEW; i++) {
        dims[i] = variables[i]->dims;
        ranks[i] = variables[i]->rank;
    }
    describe(theirs, sizeof theirs, count, dims, ranks, i);
    for (i = 0; i < FEW && nwt_layer_weight(layer, i, &w); i++) {
        dims[i] = w.dims;
        ranks[i] = w.rank;
    }
    describe(mine, sizeof mine, ours, dims, ranks, i);
    nwti_format(text, sizeof text, "the file holds %s; by its config it has %s", theirs, mine);
    nwti_match_differs(m, nwti_layer_title(layer, title, sizeof title), text);
}

/* -------------------------------------------------------------------- comparison */

/* Keras 3 merges LoRA's factors into the kernel when it saves variables one by one. */
static int32_t is_saved(const nwti_matching *m, const nwt_weight_info *w)
{
    return m->store->layout == NWTI_STORE_LEGACY || strncmp(w->name, "lora_", 5) != 0;
}

/* How many of one shape the file has more than the model. */
static int64_t *tally(nwti_matching *m, nwti_map *shapes, int32_t rank, const int64_t *dims)
{
    void **place = nwti_map_at(shapes, (const char *)dims, (size_t)rank * sizeof *dims);

    if (place != NULL && *place == NULL) {
        *place = nwti_arena_zeroed(&m->ctx->scratch, sizeof(int64_t));
    }
    if (place == NULL || *place == NULL) {
        nwti_out_of_memory(m->ctx);
        return NULL;
    }
    return *place;
}

/* Weight `index` of those that Keras 3 saves of a layer and all within it, group by group: behind
   those that it lists, those once more that a wrapper lists as its own. */
static int32_t saved_weight(const nwti_matching *m, const nwt_layer *layer, int64_t index,
                            nwt_weight_info *w)
{
    int64_t lent = index - nwt_layer_weight_count(layer), i, j;
    const nwti_rare *rare = layer->rare;

    if (lent < 0 || m->store->layout == NWTI_STORE_LEGACY || rare == NULL) {
        return nwt_layer_weight(layer, index, w);
    }
    for (i = 1; i < rare->holder_count; i++) {
        for (j = 0; j < rare->holders[i].layer->weight_count; j++) {
            if (rare->holders[i].layer->weights[j].is_lent && lent-- == 0) {
                return nwt_layer_weight(rare->holders[i].layer, j, w);
            }
        }
    }
    return 0;
}

/* 1 if the shapes are the same, in any order. */
static int32_t same_shapes(nwti_matching *m, nwti_map *shapes, const nwt_layer *layer,
                           nwti_node *const *variables, int64_t count)
{
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int64_t i, *more;

    for (i = 0; i < count; i++) {
        more = tally(m, shapes, variables[i]->rank, variables[i]->dims);
        if (more == NULL) {
            return 1;
        }
        ++*more;
    }
    for (i = 0; saved_weight(m, layer, i, &w); i++) {
        more = is_saved(m, &w) ? tally(m, shapes, w.rank, w.dims) : NULL;
        if (m->ctx->status != NWT_STATUS_OK || (more != NULL && (*more)-- == 0)) {
            return m->ctx->status != NWT_STATUS_OK;
        }
    }
    return 1;
}

/* Keras 1 kept the weights of a recurrent layer one by one, and kernels with their axes in another
   order: only the number of elements can be compared. */
static int32_t same_elements(const nwt_layer *layer, nwti_node *const *variables, int64_t count)
{
    int64_t sum = 0, i;

    for (i = 0; i < count; i++) {
        sum += variables[i]->count <= INT64_MAX - sum ? variables[i]->count : 0;
    }
    return sum == nwti_layer_counts(layer).params;
}

int32_t nwti_match_compare(nwti_matching *m, const nwt_layer *layer, nwti_node *const *variables,
                           int64_t count)
{
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    int64_t ours = 0, i;
    nwti_map shapes;

    for (i = 0; saved_weight(m, layer, i, &w); i++) {
        ours += is_saved(m, &w);
    }
    if (NWTI_ERA(m->version) == 1) {
        if (!same_elements(layer, variables, count)) {
            note_difference(m, layer, variables, count, ours);
        }
        return m->ctx->status;
    }
    nwti_map_init(&shapes, &m->ctx->heap);
    if (count != ours || !same_shapes(m, &shapes, layer, variables, count)) {
        note_difference(m, layer, variables, count, ours);
    }
    nwti_map_free(&shapes);
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

/* ------------------------------------------------------------------------ taking */

int32_t nwti_match_is_quantised(const nwt_layer *layer)
{
    const nwti_value *policy = nwti_value_get(layer->values, "dtype");

    return nwti_value_get(nwti_value_get(policy, "config"), "mode") != NULL &&
           !layer->kind->has_children && layer->kind->descriptor->weights != NULL;
}

/* A policy tells what a layer holds; the file what it does not tell. */
static int32_t is_as_told(nwti_matching *m, const nwt_layer *layer, nwti_node *const *variables,
                          int64_t count)
{
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int64_t ours = 0, i;
    nwti_map shapes;
    int32_t same;

    for (i = 0; saved_weight(m, layer, i, &w); i++) {
        ours += is_saved(m, &w);
    }
    nwti_map_init(&shapes, &m->ctx->heap);
    same = count == ours && same_shapes(m, &shapes, layer, variables, count);
    nwti_map_free(&shapes);
    return same;
}

static void note_taken(nwti_matching *m, const nwt_layer *layer)
{
    int64_t params = nwti_layer_counts(layer).params;
    char title[256];

    nwti_layer_title(layer, title, sizeof title);
    if (nwti_layer_class(layer) == NULL) {
        return; /* in a listing, one note says it of all */
    }
    if (!layer->kind->unknown) {
        m->without_shape += !nwti_match_is_quantised(layer);
        return;
    }
    if (layer->weight_count == 0) {
        nwti_note_add(m->ctx, "%s: the class '%s' is not known; the file holds no weights for it",
                      title, nwti_layer_class(layer));
        return;
    }
    nwti_note_add(m->ctx,
                  "%s: the class '%s' is not known; its weights are those in the file, "
                  "%d in all, and count as %strainable: which of them are, the file does not tell",
                  title, nwti_layer_class(layer), params,
                  layer->flags & NWTI_TRAINABLE ? "" : "not ");
}

/* Integers are not trained, nor what Keras's own layers call their statistics. */
static int32_t is_trainable(const char *name, int32_t dtype)
{
    static const char *const statistics[] = {"moving_mean", "moving_variance", "running_mean",
                                             "running_std", "kernel_scale",    "embeddings_scale"};
    size_t length = strlen(name), i;

    if (!nwti_dtype_is_float(dtype)) {
        return 0;
    }
    for (i = 0; i < sizeof statistics / sizeof *statistics; i++) {
        size_t part = strlen(statistics[i]);

        if (length >= part && strcmp(name + length - part, statistics[i]) == 0) {
            return 0;
        }
    }
    return 1;
}

int32_t nwti_match_take(nwti_matching *m, nwt_layer *layer, nwti_node *const *variables,
                        const char *const *names, int64_t count)
{
    nwti_mark mark = nwti_arena_mark(&m->ctx->scratch);
    nwti_file_weight *weights = nwti_arena_array(&m->ctx->scratch, (size_t)count, sizeof *weights);
    int64_t i;

    if (weights == NULL) {
        return nwti_out_of_memory(m->ctx);
    }
    if (nwti_match_is_quantised(layer) && is_as_told(m, layer, variables, count)) {
        nwti_arena_rewind(&m->ctx->scratch, mark);
        return m->ctx->status;
    }
    for (i = 0; i < count; i++) {
        weights[i] = (nwti_file_weight){names[i], variables[i]->dims, variables[i]->rank,
                                        variables[i]->dtype,
                                        is_trainable(names[i], variables[i]->dtype)};
    }
    if (nwti_layer_take_weights(layer, count, weights) == 0) {
        note_taken(m, layer);
        m->is_changed = 1;
    }
    nwti_arena_rewind(&m->ctx->scratch, mark);
    return m->ctx->status;
}

/* --------------------------------------------------------------------- the whole */

/* All layers of a model, each once, those within before those around. */
static int32_t collect(nwt_layer *layer, nwti_stack *found, int64_t serial)
{
    int64_t position = 0;
    nwt_layer *child, **place;

    layer->mark = serial;
    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (child->mark != serial && collect(child, found, serial)) {
            return 1;
        }
    }
    place = nwti_stack_push(found, 1);
    if (place != NULL) {
        *place = layer;
    }
    return place == NULL;
}

static void note_unknown(nwt_context *ctx, const nwt_layer *layer)
{
    char title[256];

    if (layer->kind->unknown && !layer->kind->is_operation && nwti_layer_is_unknown(layer)) {
        nwti_note_add(ctx,
                      "%s: the class '%s' is not known: its shape and its parameters may be "
                      "more than is shown",
                      nwti_layer_title(layer, title, sizeof title), nwti_layer_class(layer));
    }
}

int32_t nwti_match_end(nwt_context *ctx, nwt_model *model, int32_t is_changed)
{
    nwti_stack found;
    nwt_layer **layers;
    size_t i;

    nwti_stack_init(&found, &ctx->heap, sizeof(nwt_layer *));
    if (collect(model->layer, &found, ++ctx->serial)) {
        nwti_out_of_memory(ctx);
    }
    layers = found.items;
    for (i = 0; i < found.count && ctx->status == NWT_STATUS_OK; i++) {
        if (is_changed && layers[i]->kind->has_children) {
            nwti_layer_summarise(layers[i]);
        }
        note_unknown(ctx, layers[i]);
    }
    nwti_stack_free(&found);
    return ctx->status;
}
