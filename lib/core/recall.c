/*
 * What comes of a call of most kinds depends on nothing but the kind, its options, its dtypes and
 * the shape of its input: the declared weights and the output can be kept and given to the next
 * call that is like it, also after a reset. Networks repeat themselves, and a search makes the same
 * layers again and again.
 *
 * Left out are kinds whose callbacks may look elsewhere (plug-ins, those with layers within them),
 * calls with more than one tensor, those whose callbacks looked at an option beside their struct or
 * left a note, and layers whose options point to memory of this model, which a reset ends. Entries
 * have a fixed number and a bounded size; a new one takes the place of an old.
 */
#include "core/recall.h"
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/tensor.h"
#include "core/weight.h"
#include "support/hash.h"

#include <string.h>

enum { ENTRIES = 256, MOST_DIMS = 5, LARGEST_SELF = 192, MOST_WEIGHTS = 6, MOST_SIZES = 32 };

/* What must be equal. Set to zero before it is filled: it is compared byte by byte. */
typedef struct likeness {
    const nwti_kind *kind;
    int64_t dims[MOST_DIMS];
    int32_t rank;
    uint8_t dtype;
    uint8_t compute_dtype;
    uint8_t variable_dtype;
    uint8_t trainable;
    unsigned char self[LARGEST_SELF];
} likeness;

struct nwti_recalled {
    uint32_t hash;
    uint32_t size; /* of the likeness, the used part of self included */
    int64_t output_dims[MOST_DIMS];
    int32_t output_rank;
    uint8_t output_dtype;
    uint8_t weight_count;
    uint16_t size_count;
    nwti_weight weights[MOST_WEIGHTS];
    int64_t sizes[MOST_SIZES];
    likeness of;
};

/* Called on one tensor and with nothing else that its kind knows: flags at their defaults. */
static int32_t is_plain(const nwti_call *call)
{
    const nwti_call_given *given = call->given;
    const nwti_kind *kind = call->layer->kind;

    return given == NULL ||
           (given->constants == NULL && given->arguments != NULL && kind->single != NULL &&
            memcmp(given->arguments, kind->single, kind->arguments.size) == 0);
}

/* 0: calls of this layer are not kept. */
static size_t fill(likeness *of, const nwti_call *call)
{
    const nwt_layer *layer = call->layer;
    const nwti_kind *kind = layer->kind;
    const nwt_tensor *input;

    if (!is_plain(call) || call->input_count != 1 || layer->marks & NWTI_HAS_POINTERS ||
        kind->has_children || kind->copies_text || kind->unknown || layer->rare != NULL ||
        kind->options.size > LARGEST_SELF) {
        return 0;
    }
    input = call->inputs[0];
    if (input->rank < 0 || input->rank > MOST_DIMS || input->is_disputed) {
        return 0;
    }
    memset(of, 0, offsetof(likeness, self));
    of->kind = kind;
    memcpy(of->dims, input->dims, (size_t)input->rank * sizeof *of->dims);
    of->rank = input->rank;
    of->dtype = input->dtype;
    of->compute_dtype = layer->compute_dtype;
    of->variable_dtype = layer->variable_dtype;
    of->trainable = (layer->flags & NWTI_TRAINABLE) != 0;
    memcpy(of->self, layer->self, kind->options.size);
    return offsetof(likeness, self) + kind->options.size;
}

static nwti_recalled **place_of(nwt_context *ctx, uint32_t hash)
{
    return ctx->recalled != NULL ? &ctx->recalled[hash % ENTRIES] : NULL;
}

/* The weights and the sizes that they point to, in one block as when they are declared. */
static int32_t give_weights(nwt_layer *layer, const nwti_recalled *entry)
{
    nwti_weight *weights;
    int64_t *sizes;
    int32_t i;

    if (entry->weight_count == 0) {
        return 0;
    }
    weights = nwti_new(layer->kind->ctx,
                       entry->weight_count * sizeof *weights + entry->size_count * sizeof *sizes);
    if (weights == NULL) {
        return -1;
    }
    sizes = (int64_t *)(void *)(weights + entry->weight_count);
    memcpy(weights, entry->weights, entry->weight_count * sizeof *weights);
    memcpy(sizes, entry->sizes, entry->size_count * sizeof *sizes);
    for (i = 0; i < entry->weight_count; i++) {
        weights[i].sizes = sizes + (entry->weights[i].sizes - entry->sizes);
    }
    layer->weights = weights;
    layer->weight_count = entry->weight_count;
    return 0;
}

int32_t nwti_recall(nwti_call *call)
{
    nwt_layer *layer = call->layer;
    nwt_context *ctx = layer->kind->ctx;
    const nwti_recalled *entry;
    nwti_recalled **place;
    likeness of;
    size_t size;
    uint32_t hash;

    if (ctx->recalled == NULL || layer->flags & (NWTI_BUILT | NWTI_UNKNOWN_WEIGHTS)) {
        return 0;
    }
    size = fill(&of, call);
    if (size == 0) {
        return 0;
    }
    hash = nwti_hash((const char *)&of, size);
    place = place_of(ctx, hash);
    entry = *place;
    if (entry == NULL || entry->hash != hash || entry->size != size ||
        memcmp(&entry->of, &of, size) != 0) {
        return 0;
    }
    if (give_weights(layer, entry)) {
        return -1;
    }
    call->outputs = nwti_tensor_new(&ctx->arena, entry->output_rank, entry->output_dims,
                                    entry->output_dtype);
    if (call->outputs == NULL) {
        nwti_out_of_memory(ctx);
        return -1;
    }
    call->outputs->call = call;
    call->output_count = 1;
    layer->flags |= NWTI_BUILT;
    return 1;
}

/* 0: the weights are more than an entry has room for, or live no longer than this model. */
static int32_t take_weights(nwti_recalled *entry, const nwt_layer *layer)
{
    int32_t i, j, used = 0;

    if (layer->weight_count > MOST_WEIGHTS || !nwti_weight_forms_stay(layer->kind)) {
        return 0;
    }
    for (i = 0; i < layer->weight_count; i++) {
        const nwti_weight *weight = &layer->weights[i];
        int32_t factors = weight->form->factor_count, rank = weight->form->rank;
        int32_t count = factors + (rank != factors ? rank : 0);

        if (used + count > MOST_SIZES) {
            return 0;
        }
        entry->weights[i] = *weight;
        entry->weights[i].sizes = entry->sizes + used;
        for (j = 0; j < count; j++) {
            entry->sizes[used++] = weight->sizes[j];
        }
    }
    entry->weight_count = (uint8_t)layer->weight_count;
    entry->size_count = (uint16_t)used;
    return 1;
}

static nwti_recalled *room_for(nwt_context *ctx, uint32_t hash)
{
    nwti_recalled **place;

    if (ctx->recalled == NULL) {
        ctx->recalled = nwti_arena_zeroed(&ctx->permanent, ENTRIES * sizeof *ctx->recalled);
    }
    place = place_of(ctx, hash);
    if (place != NULL && *place == NULL) {
        *place = nwti_arena_zeroed(&ctx->permanent, sizeof **place);
    }
    return place != NULL ? *place : NULL;
}

void nwti_remember(const nwti_call *call)
{
    const nwt_layer *layer = call->layer;
    const nwt_tensor *output = call->outputs;
    nwti_recalled *entry;
    likeness of;
    size_t size = fill(&of, call);
    uint32_t hash;

    if (size == 0 || call->output_count != 1 || output->rank < 0 || output->rank > MOST_DIMS ||
        layer->call_count != 0 || !(layer->flags & NWTI_BUILT)) {
        return;
    }
    hash = nwti_hash((const char *)&of, size);
    entry = room_for(layer->kind->ctx, hash);
    if (entry == NULL) {
        return; /* memory is short: nothing is lost but time */
    }
    entry->size = 0; /* until it is whole */
    if (take_weights(entry, layer)) {
        memcpy(&entry->of, &of, size);
        memcpy(entry->output_dims, output->dims, (size_t)output->rank * sizeof *output->dims);
        entry->output_rank = output->rank;
        entry->output_dtype = output->dtype;
        entry->hash = hash;
        entry->size = (uint32_t)size;
    }
}
