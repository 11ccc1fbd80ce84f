/* What layers hold: names, children, weights, counts. */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/weight.h"
#include "core/counts.h"
#include "core/layer.h"
#include "core/model.h"
#include "core/builtin.h"
#include "support/checked.h"
#include "support/hash.h"

#include <string.h>

/* -------------------------------------------------------------------- counts */

static int32_t too_large(const nwt_layer *layer)
{
    char title[256];

    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID,
                      "%s: with it, the weights of the model are more than 2^63 - 1 bytes",
                      nwti_layer_title(layer, title, sizeof title));
}

/* Adds a layer's own weights, without those that stand elsewhere if `within` another layer. 0 if a
   sum overflows. */
static int32_t add_weights(nwti_counts *counts, const nwt_layer *layer, int32_t within,
                           int32_t is_frozen)
{
    int32_t i, fits = 1;

    for (i = 0; i < layer->weight_count && fits; i++) {
        const nwti_weight *weight = &layer->weights[i];
        int64_t params = nwti_weight_params(weight), bytes = nwti_weight_bytes(weight);

        if (within && weight->is_lent) {
            continue;
        }
        counts->weights++;
        fits = nwti_add(counts->params, params, &counts->params) &&
               nwti_add(counts->bytes, bytes, &counts->bytes) &&
               nwti_add(counts->logical, params, &counts->logical);
        if (fits && weight->trainable && !is_frozen) {
            counts->trainable += params;
            counts->trainable_bytes += bytes;
        }
    }
    if (fits && layer->weight_count > 0 && layer->rare != NULL) {
        int64_t more = layer->rare->logical_more;

        counts->logical += more < 0 ? more : 0;
        fits = nwti_add(counts->logical, more > 0 ? more : 0, &counts->logical);
    }
    return fits;
}

int32_t nwti_counts_add_weights(nwti_counts *counts, const nwt_layer *layer)
{
    return add_weights(counts, layer, 1, 0);
}

static int32_t push_holder(nwt_layer *top, nwt_layer *layer, int32_t parent, int32_t *index)
{
    nwti_rare *rare = top->rare;
    nwti_holder *holders = nwti_grow(top->kind->ctx, rare->holders, rare->holder_count,
                                     &rare->holder_capacity, sizeof *holders);

    if (holders == NULL) {
        return top->kind->ctx->status;
    }
    rare->holders = holders;
    *index = (int32_t)rare->holder_count++;
    holders[*index] = (nwti_holder){layer, parent, (int32_t)rare->counts.weights};
    return 0;
}

/* A layer that was counted in a tally where some may be met again. */
typedef struct counted {
    const nwt_layer *layer; /* the key: its own bytes */
    struct counted *older;
    int64_t child; /* within which it was met, by its number; -1: it is not counted now */
} counted;

/* What the counts were before a child was added. */
typedef struct stage {
    nwti_counts counts;
    int64_t holder_count;
} stage;

struct nwti_tally {
    nwti_map met; /* layers by their addresses, once some is shared */
    counted *newest;
    int32_t some_shared;
    int64_t child; /* that is being counted */
    stage *stages; /* before each STEP-th child */
    int64_t stage_capacity;
};

enum { STEP = 32 };

/* 1: the layer was counted already; 0: now it is to be; -1: out of memory. */
static int32_t meet(const nwt_layer *top, nwt_layer *layer)
{
    nwt_context *ctx = top->kind->ctx;
    nwti_tally *tally = top->rare->tally;
    const char *key = (const char *)&layer;
    void **place;
    counted *entry;

    if (tally == NULL || !tally->some_shared) {
        int32_t met = layer->mark == ctx->serial;

        layer->mark = ctx->serial;
        return met;
    }
    entry = nwti_map_get(&tally->met, key, sizeof layer);
    if (entry == NULL) {
        entry = nwti_new(ctx, sizeof *entry);
        if (entry == NULL) {
            return -1;
        }
        entry->layer = layer;
        entry->child = -1;
        place = nwti_map_at(&tally->met, (const char *)&entry->layer, sizeof entry->layer);
        if (place == NULL) {
            nwti_out_of_memory(ctx);
            return -1;
        }
        *place = entry;
    }
    if (entry->child >= 0) {
        return 1;
    }
    entry->child = tally->child;
    entry->older = tally->newest;
    tally->newest = entry;
    return 0;
}

/* Before Keras 3 nothing within a frozen layer was trained, whatever it said of itself. */
static int32_t freezes(const nwt_layer *layer)
{
    return layer->marks & NWTI_BEFORE_3 && nwti_layer_is_frozen(layer);
}

static int32_t count_one(nwt_layer *top, nwt_layer *layer, int32_t parent, int32_t is_frozen,
                         int32_t *index)
{
    nwti_counts *counts = &top->rare->counts;

    *index = parent;
    if ((layer->weight_count > 0 || layer->kind->has_children) &&
        push_holder(top, layer, parent, index)) {
        return top->kind->ctx->status;
    }
    counts->layers++;
    counts->unknown_layers += nwti_layer_is_unknown(layer);
    return add_weights(counts, layer, parent >= 0, is_frozen) ? 0 : too_large(layer);
}

/* Counts a layer and all within it, each once. Recursion follows layers within layers. */
static int32_t collect(nwt_layer *top, nwt_layer *layer, int32_t parent, int32_t is_frozen)
{
    int64_t position = 0;
    int32_t index, met = meet(top, layer);
    nwt_layer *child;

    if (met != 0) {
        return met > 0 ? 0 : top->kind->ctx->status;
    }
    is_frozen |= freezes(layer);
    if (count_one(top, layer, parent, is_frozen, &index)) {
        return top->kind->ctx->status;
    }
    while (layer->kind->has_children && (child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (collect(top, child, index, is_frozen)) {
            return top->kind->ctx->status;
        }
    }
    return 0;
}

/* Room for a holder for each child, and for itself: enough where they hold no layers in turn. */
static int32_t reserve_holders(nwt_layer *layer)
{
    nwti_rare *rare = layer->rare;
    int64_t count = 1 + nwt_layer_child_count(layer);

    rare->holders = nwti_new_array(layer->kind->ctx, (size_t)count, sizeof *rare->holders);
    rare->holder_capacity = rare->holders != NULL ? count : 0;
    return rare->holders != NULL ? 0 : layer->kind->ctx->status;
}

/* Counts the children from number `child` on, each with the stage before it. */
static int32_t go_on(nwt_layer *layer, int64_t child)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_tally *tally = layer->rare->tally;
    int64_t count = nwt_layer_child_count(layer);

    for (; child < count; child++) {
        if (child % STEP == 0) {
            stage *stages = nwti_grow(ctx, tally->stages, child / STEP, &tally->stage_capacity,
                                      sizeof *stages);

            if (stages == NULL) {
                return ctx->status;
            }
            tally->stages = stages;
            stages[child / STEP] = (stage){layer->rare->counts, layer->rare->holder_count};
        }
        tally->child = child;
        ctx->serial++;
        if (collect(layer, nwt_layer_child(layer, child), 0, freezes(layer))) {
            return ctx->status;
        }
    }
    return 0;
}

/* What was met in the children from number `child` on is not counted any more. */
static void forget(nwti_tally *tally, int64_t child)
{
    while (tally->newest != NULL && tally->newest->child >= child) {
        tally->newest->child = -1;
        tally->newest = tally->newest->older;
    }
}

int32_t nwti_layer_summarise(nwt_layer *layer)
{
    nwti_rare *rare = nwti_layer_rare(layer);
    int32_t index;

    if (rare == NULL) {
        return layer->kind->ctx->status;
    }
    memset(&rare->counts, 0, sizeof rare->counts);
    rare->holder_count = 0;
    if (rare->holders == NULL && reserve_holders(layer)) {
        return layer->kind->ctx->status;
    }
    if (rare->tally == NULL) {
        layer->kind->ctx->serial++;
        return collect(layer, layer, -1, 0);
    }
    forget(rare->tally, 0);
    return count_one(layer, layer, -1, freezes(layer), &index) ? layer->kind->ctx->status
                                                               : go_on(layer, 0);
}

/* Whether a layer, or one within it, belongs to several: then it may be counted already. */
static int32_t some_shared(const nwt_layer *layer)
{
    int64_t position = 0;
    nwt_layer *child;

    if (layer->flags & NWTI_SHARED) {
        return 1;
    }
    while (layer->kind->has_children && (child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (some_shared(child)) {
            return 1;
        }
    }
    return 0;
}

static nwti_tally *tally_of(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_rare *rare = nwti_layer_rare(layer);

    if (rare != NULL && rare->tally == NULL) {
        rare->tally = nwti_new(ctx, sizeof *rare->tally);
        if (rare->tally != NULL) {
            memset(rare->tally, 0, sizeof *rare->tally);
            nwti_map_init(&rare->tally->met, &ctx->in_arena);
        }
    }
    return rare != NULL ? rare->tally : NULL;
}

int32_t nwti_layer_summarise_added(nwt_layer *layer)
{
    int64_t last = nwt_layer_child_count(layer) - 1;
    int32_t is_new = layer->rare == NULL || layer->rare->tally == NULL;
    nwti_tally *tally = tally_of(layer);

    if (tally == NULL) {
        return layer->kind->ctx->status;
    }
    if (!tally->some_shared && some_shared(nwt_layer_child(layer, last))) {
        tally->some_shared = 1;
        is_new = 1;
    }
    return is_new || layer->rare->holders == NULL ? nwti_layer_summarise(layer)
                                                  : go_on(layer, last);
}

int32_t nwti_layer_summarise_removed(nwt_layer *layer)
{
    int64_t from = nwt_layer_child_count(layer) / STEP * STEP;
    nwti_tally *tally = tally_of(layer);

    if (tally == NULL || from / STEP >= tally->stage_capacity || tally->stages == NULL) {
        return nwti_layer_summarise(layer);
    }
    layer->rare->counts = tally->stages[from / STEP].counts;
    layer->rare->holder_count = tally->stages[from / STEP].holder_count;
    forget(tally, from);
    return go_on(layer, from);
}

nwti_counts nwti_layer_counts(const nwt_layer *layer)
{
    nwti_counts counts = {0, 0, 0, 0, 0, 1, 0, 0};

    if (layer->kind->descriptor->flags & NWT_KIND_COUNTS_APART) {
        counts.unknown_layers = nwti_layer_is_unknown(layer);
    } else if (layer->kind->has_children && layer->rare != NULL && layer->rare->holders != NULL) {
        counts = layer->rare->counts;
    } else {
        add_weights(&counts, layer, 0, 0);
        counts.unknown_layers = nwti_layer_is_unknown(layer);
        if (layer->kind->has_children && !(layer->flags & (NWTI_BUILT | NWTI_IS_MODEL))) {
            counts.unknown_layers = 1;
        }
    }
    if (nwti_layer_is_frozen(layer)) {
        counts.trainable = 0;
        counts.trainable_bytes = 0;
    }
    return counts;
}

static int64_t pick(const nwti_counts *counts, int32_t what)
{
    switch (what) {
    case NWT_COUNT_PARAMS:
        return counts->params;
    case NWT_COUNT_TRAINABLE:
        return counts->trainable;
    case NWT_COUNT_NON_TRAINABLE:
        return counts->params - counts->trainable;
    case NWT_COUNT_WEIGHT_BYTES:
        return counts->bytes;
    case NWT_COUNT_UNKNOWN_LAYERS:
        return counts->unknown_layers;
    case NWT_COUNT_TRAINABLE_BYTES:
        return counts->trainable_bytes;
    case NWT_COUNT_WEIGHTS:
        return counts->weights;
    case NWT_COUNT_LAYERS:
        return counts->layers;
    case NWT_COUNT_LOGICAL_PARAMS:
        return counts->logical;
    default:
        return -1;
    }
}

int64_t nwt_layer_count(const nwt_layer *layer, int32_t what)
{
    nwti_counts counts;

    if (layer == NULL || (layer->call_count == 0 && !(layer->flags & NWTI_BUILT))) {
        return -1;
    }
    counts = nwti_layer_counts(layer);
    return pick(&counts, what);
}

int64_t nwt_model_count(const nwt_model *model, int32_t what)
{
    nwti_counts counts;

    if (model == NULL) {
        return -1;
    }
    counts = nwti_layer_counts(model->layer);
    return pick(&counts, what);
}

int64_t nwt_model_params(const nwt_model *model)
{
    return nwt_model_count(model, NWT_COUNT_PARAMS);
}

int64_t nwt_model_weight_bytes(const nwt_model *model)
{
    return nwt_model_count(model, NWT_COUNT_WEIGHT_BYTES);
}
