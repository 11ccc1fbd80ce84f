/*
 * What comes of a call of most kinds depends on nothing but the kind, its options, its dtypes and
 * the shapes of its inputs: the declared weights and the output can be kept and given to the next
 * call that is like it, also after a reset. Networks repeat themselves, and a search makes the same
 * layers again and again.
 *
 * Layers that are alike share the entry's weights, so it stays while layers of its generation may
 * point to it: until a reset.
 *
 * Left out are kinds whose callbacks may look elsewhere (plug-ins, those with layers within them),
 * calls with masks or arrays, those whose callbacks looked at an option or a call argument beside
 * their structs or left a note, and layers whose options point to memory of this model, which a
 * reset ends.
 * Entries have a fixed number and a bounded size; a new one takes the place of one not in use.
 */
#include "core/recall.h"
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/prototype.h"
#include "core/tensor.h"
#include "core/weight.h"
#include "support/hash.h"

#include <string.h>

enum {
    ENTRIES = 1024,
    MOST_NUMBERS = 12,
    LARGEST_SELF = 192,
    LARGEST_ARGUMENTS = 32,
    MOST_DIMS = 6,
    MOST_WEIGHTS = 6,
    MOST_SIZES = 32
};

/* What must be equal, the call's arguments apart, and the options of a layer of no prototype. A
   layer or a call without values aside is like none with them: callbacks may have looked for what
   it does not have. */
typedef struct likeness {
    const nwti_kind *kind;
    uint32_t hash; /* of the options too */
    int32_t count;
    /* The prototype, dtypes and flags, then of each input its rank, dtype and dims. */
    int64_t numbers[MOST_NUMBERS];
} likeness;

struct nwti_recalled {
    likeness of;
    int64_t generation; /* that last used it */
    int64_t output_dims[MOST_DIMS];
    int16_t output_rank;
    uint8_t output_dtype;
    uint8_t is_whole;
    uint8_t is_in_use;
    uint16_t weight_count;
    nwti_weight weights[MOST_WEIGHTS];
    int64_t sizes[MOST_SIZES];
    unsigned char self[LARGEST_SELF];
    unsigned char arguments[LARGEST_ARGUMENTS];
};

/* Tensors alone, and all of them for the kind: no array, no mask. */
static int32_t is_plain(const nwti_call *call)
{
    const nwti_call_given *given = call->given;
    int32_t i;

    for (i = 0; i < call->input_count; i++) {
        if ((given->rows[i] & NWTI_ROW_MASK) == NWTI_ROW_COMMON) {
            return 0;
        }
    }
    return given->operands == NULL;
}

static size_t arguments_size(const nwti_kind *kind)
{
    return kind->descriptor->arguments != NULL ? kind->arguments.size : 0;
}

/* Whether what comes of a layer's calls can be kept; that is so of what is made of prototypes. */
static int32_t is_recallable(const nwt_layer *layer)
{
    const nwti_kind *kind = layer->kind;

    return layer->rare == NULL &&
           (layer->marks & NWTI_SHARES_SELF ||
            (!(layer->marks & NWTI_HAS_POINTERS) && !kind->has_children && !kind->copies_text &&
             !kind->unknown && kind->options.size <= LARGEST_SELF)) &&
           kind->arguments.size <= LARGEST_ARGUMENTS;
}

/* 0: calls of this layer are not kept. */
static int32_t fill(likeness *of, const nwti_call *call)
{
    const nwt_layer *layer = call->layer;
    int32_t count = 2, i, j;
    uint64_t hash;

    if (!is_recallable(layer) || (call->given != NULL && !is_plain(call)) ||
        call->input_count == 0) {
        return 0;
    }
    of->kind = layer->kind;
    of->numbers[0] = (int64_t)nwti_prototype_of(layer);
    of->numbers[1] = layer->compute_dtype | layer->variable_dtype << 8 |
                     (layer->flags & NWTI_TRAINABLE) << 16 | (layer->values != NULL) << 24 |
                     (call->given != NULL && call->given->values != NULL) << 25 |
                     (int64_t)(layer->marks & NWTI_ERA) << 32;
    hash = of->numbers[0] != 0 ? (uint64_t)of->numbers[0]
                               : nwti_hash(layer->self, layer->kind->options.size);
    hash = nwti_mix(hash, (uint64_t)(uintptr_t)of->kind ^ (uint64_t)of->numbers[1]);
    for (i = 0; i < call->input_count; i++) {
        const nwt_tensor *input = call->inputs[i];

        if (input->rank < 0 || input->is_disputed || input->rank >= MOST_NUMBERS - count) {
            return 0;
        }
        of->numbers[count++] = input->rank | input->dtype << 16;
        for (j = 0; j < input->rank; j++) {
            of->numbers[count++] = input->dims[j];
            hash = nwti_mix(hash, (uint64_t)input->dims[j]);
        }
    }
    of->count = count;
    of->hash = (uint32_t)(hash >> 32);
    return 1;
}

static int32_t is_like(const nwti_recalled *entry, const likeness *of, const nwti_call *call)
{
    const void *arguments = nwti_call_arguments(call->layer, call->given);
    size_t size = arguments_size(of->kind);

    return entry != NULL && entry->is_whole && entry->of.hash == of->hash &&
           entry->of.kind == of->kind && entry->of.count == of->count &&
           memcmp(entry->of.numbers, of->numbers, (size_t)of->count * sizeof *of->numbers) == 0 &&
           (of->numbers[0] != 0 ||
            memcmp(entry->self, call->layer->self, of->kind->options.size) == 0) &&
           (size == 0 || memcmp(entry->arguments, arguments, size) == 0);
}

static nwti_recalled *find(const nwt_context *ctx, const likeness *of, const nwti_call *call)
{
    nwti_recalled *first = ctx->recalled[of->hash % ENTRIES];
    nwti_recalled *second = ctx->recalled[(of->hash ^ 1) % ENTRIES];

    return is_like(first, of, call) ? first : is_like(second, of, call) ? second : NULL;
}

int32_t nwti_recall(nwti_call *call)
{
    nwt_layer *layer = call->layer;
    nwt_context *ctx = layer->kind->ctx;
    nwti_recalled *entry;
    likeness of;

    if (ctx->recalled == NULL || layer->flags & (NWTI_BUILT | NWTI_UNKNOWN_WEIGHTS) ||
        !fill(&of, call)) {
        return 0;
    }
    entry = find(ctx, &of, call);
    if (entry == NULL) {
        return 0;
    }
    call->outputs = nwti_tensor_new(&ctx->arena, entry->output_rank, entry->output_dims,
                                    entry->output_dtype);
    if (call->outputs == NULL) {
        nwti_out_of_memory(ctx);
        return -1;
    }
    call->outputs->call = call;
    call->output_count = 1;
    layer->weights = entry->weights;
    layer->weight_count = entry->weight_count;
    layer->marks |= NWTI_SHARES_WEIGHTS;
    layer->flags |= NWTI_BUILT;
    entry->generation = ctx->generation;
    entry->is_in_use = 1;
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
        int32_t count = nwti_weight_size_count(weight);

        if (used + count > MOST_SIZES) {
            return 0;
        }
        entry->weights[i] = *weight;
        entry->weights[i].sizes = entry->sizes + used;
        for (j = 0; j < count; j++) {
            entry->sizes[used++] = weight->sizes[j];
        }
    }
    entry->weight_count = layer->weight_count;
    return 1;
}

/* One of two places, so that two calls of one place do not drive each other out. NULL: both are in
   use, or memory is short, and nothing is lost but time. */
static nwti_recalled *room_for(nwt_context *ctx, uint32_t hash)
{
    nwti_recalled **place;
    int32_t i;

    if (ctx->recalled == NULL) {
        ctx->recalled = nwti_arena_zeroed(&ctx->permanent, ENTRIES * sizeof *ctx->recalled);
    }
    for (i = 0; ctx->recalled != NULL && i < 2; i++) {
        place = &ctx->recalled[(hash ^ (uint32_t)i) % ENTRIES];
        if (*place == NULL) {
            *place = nwti_arena_zeroed(&ctx->permanent, sizeof **place);
        }
        if (*place != NULL && !((*place)->is_in_use && (*place)->generation == ctx->generation)) {
            return *place;
        }
    }
    return NULL;
}

void nwti_remember(const nwti_call *call)
{
    const nwt_layer *layer = call->layer;
    const nwt_tensor *output = call->outputs;
    nwti_recalled *entry;
    likeness of;

    if (call->output_count != 1 || output->rank < 0 || output->rank > MOST_DIMS ||
        layer->call_count != 0 || !(layer->flags & NWTI_BUILT) ||
        layer->flags & NWTI_WEIGHTS_FROM_FILE || !fill(&of, call)) {
        return;
    }
    entry = room_for(layer->kind->ctx, of.hash);
    if (entry == NULL) {
        return;
    }
    entry->is_whole = 0;
    entry->is_in_use = 0;
    if (take_weights(entry, layer)) {
        memcpy(entry->self, layer->self, of.kind->options.size);
        if (arguments_size(of.kind) > 0) {
            memcpy(entry->arguments, nwti_call_arguments(layer, call->given),
                   arguments_size(of.kind));
        }
        memcpy(entry->output_dims, output->dims, (size_t)output->rank * sizeof *output->dims);
        entry->of = of;
        entry->output_rank = output->rank;
        entry->output_dtype = output->dtype;
        entry->is_whole = 1;
    }
}
