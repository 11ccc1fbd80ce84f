/* What layers hold: names, children, weights, counts. */
#include "core/core.h"
#include "support/checked.h"

#include <string.h>

size_t nwt_layer_name(const nwt_layer *layer, char *buffer, size_t size)
{
    const nwti_kind *kind;

    if (layer == NULL) {
        return nwti_format(buffer, size, "");
    }
    kind = layer->kind;
    if (layer->name != NULL) {
        return nwti_format(buffer, size, "%s", layer->name);
    }
    /* Keras 1 and 2 count from 1, Keras 3 leaves the first without a number. */
    if (kind->ctx->era < 3) {
        return nwti_format(buffer, size, "%s_%d", kind->automatic_name,
                           (int64_t)layer->number + 1);
    }
    return layer->number == 0 ? nwti_format(buffer, size, "%s", kind->automatic_name)
                              : nwti_format(buffer, size, "%s_%d", kind->automatic_name,
                                            (int64_t)layer->number);
}

const char *nwti_layer_title(const nwt_layer *layer, char *buffer, size_t size)
{
    nwt_layer_name(layer, buffer, size);
    return buffer;
}

const char *nwt_layer_kind(const nwt_layer *layer)
{
    return layer != NULL ? nwti_layer_class(layer) : NULL;
}

size_t nwt_layer_option(const nwt_layer *layer, const char *key, char *buffer, size_t size)
{
    nwti_text text;
    nwti_heap heap;
    int32_t row = layer != NULL && key != NULL
                      ? nwti_row_find(&layer->kind->options, key, strlen(key))
                      : -1;
    size_t length = 0;

    if (size > 0) {
        buffer[0] = '\0';
    }
    if (row < 0) {
        return 0;
    }
    /* A heap of its own, since getters change nothing of the context. */
    nwti_heap_init(&heap, layer->kind->ctx->heap.resize, layer->kind->ctx->heap.user, 0);
    nwti_text_init(&text, &heap);
    nwti_option_text(&text, nwti_row(&layer->kind->options, row), layer->self);
    if (!text.failed && text.data != NULL) {
        length = nwti_format(buffer, size, "%s", text.data);
    }
    nwti_text_free(&text);
    return length;
}

int64_t nwt_layer_children(const nwt_layer *layer)
{
    int64_t count = 0, position = 0;

    while (layer != NULL && nwti_layer_next_child(layer, &position) != NULL) {
        count++;
    }
    return count;
}

nwt_layer *nwt_layer_child(const nwt_layer *layer, int64_t index)
{
    int64_t position = 0;
    nwt_layer *child = NULL;

    if (layer == NULL || index < 0) {
        return NULL;
    }
    do {
        child = nwti_layer_next_child(layer, &position);
    } while (child != NULL && index-- > 0);
    return child;
}

/* -------------------------------------------------------------------- counts */

static int32_t too_large(const nwt_layer *layer)
{
    char title[256];

    return nwti_error(layer->kind->ctx, NWT_INVALID,
                      "%s: with it, the weights of the model are more than 2^63 - 1 bytes",
                      nwti_layer_title(layer, title, sizeof title));
}

/* Adds a layer's own weights. 0 if a sum overflows. */
static int32_t add_weights(nwti_counts *counts, const nwt_layer *layer)
{
    int32_t i, fits = 1;

    for (i = 0; i < layer->weight_count && fits; i++) {
        const nwti_weight *weight = &layer->weights[i];
        int64_t bytes = weight->params * nwt_dtype_size(weight->dtype);

        fits = nwti_add(counts->params, weight->params, &counts->params) &&
               nwti_add(counts->bytes, bytes, &counts->bytes);
        if (weight->trainable) {
            counts->trainable += weight->params;
            counts->trainable_bytes += bytes;
        }
    }
    counts->weights += layer->weight_count;
    return fits;
}

/* A layer whose parameters are not known: of an unknown class, or never reached. */
static int32_t is_unknown(const nwt_layer *layer)
{
    const nwt_kind *descriptor = layer->kind->descriptor;

    if (layer->flags & NWTI_UNKNOWN_WEIGHTS) {
        return 1;
    }
    return !(layer->flags & NWTI_BUILT) && !(layer->flags & NWTI_WEIGHTS_FROM_FILE) &&
           (descriptor->weights != NULL || (layer->kind->unknown && !layer->kind->is_operation));
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

/* Counts a layer and all within it, each once. Recursion follows layers within layers. */
static int32_t collect(nwt_layer *top, nwt_layer *layer, int32_t parent)
{
    nwti_counts *counts = &top->rare->counts;
    int32_t index = parent;
    int64_t position = 0;
    nwt_layer *child;

    layer->mark = top->kind->ctx->serial;
    if ((layer->weight_count > 0 || layer->kind->has_children) &&
        push_holder(top, layer, parent, &index)) {
        return top->kind->ctx->status;
    }
    counts->layers++;
    counts->unknown_layers += is_unknown(layer);
    if (!add_weights(counts, layer)) {
        return too_large(layer);
    }
    while (layer->kind->has_children &&
           (child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (child->mark != top->kind->ctx->serial && collect(top, child, index)) {
            return top->kind->ctx->status;
        }
    }
    return 0;
}

int32_t nwti_layer_summarise(nwt_layer *layer)
{
    nwti_rare *rare = nwti_layer_rare(layer);

    if (rare == NULL) {
        return layer->kind->ctx->status;
    }
    memset(&rare->counts, 0, sizeof rare->counts);
    rare->holder_count = 0;
    layer->kind->ctx->serial++;
    return collect(layer, layer, -1);
}

/* Whether a layer, or one within it, belongs to several: then it may be counted already. */
static int32_t some_shared(const nwt_layer *layer)
{
    int64_t position = 0;
    nwt_layer *child;

    if (layer->flags & NWTI_SHARED) {
        return 1;
    }
    while (layer->kind->has_children &&
           (child = nwti_layer_next_child(layer, &position)) != NULL) {
        if (some_shared(child)) {
            return 1;
        }
    }
    return 0;
}

int32_t nwti_layer_summarise_added(nwt_layer *layer, nwt_layer *child)
{
    if (layer->rare == NULL || layer->rare->holders == NULL || some_shared(child)) {
        return nwti_layer_summarise(layer);
    }
    layer->kind->ctx->serial++;
    return collect(layer, child, 0);
}

nwti_counts nwti_layer_counts(const nwt_layer *layer)
{
    nwti_counts counts = {0, 0, 0, 0, 0, 1, 0};

    if (layer->kind->has_children && layer->rare != NULL && layer->rare->holders != NULL) {
        counts = layer->rare->counts;
    } else {
        add_weights(&counts, layer);
        counts.unknown_layers = is_unknown(layer);
        if (layer->kind->has_children && !(layer->flags & NWTI_BUILT)) {
            counts.unknown_layers = 1;
        }
    }
    if (!(layer->flags & NWTI_TRAINABLE)) {
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

/* ------------------------------------------------------------------- weights */

/* The holder of the index-th weight: the last whose first weight is not beyond it. */
static const nwti_holder *holder_of(const nwt_layer *layer, int64_t index)
{
    const nwti_rare *rare = layer->rare;
    int64_t low = 0, high;

    if (rare == NULL || rare->holders == NULL || index < 0 || index >= rare->counts.weights) {
        return NULL;
    }
    high = rare->holder_count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;

        if (rare->holders[middle].first <= index) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &rare->holders[low];
}

static const nwti_weight *weight_at(const nwt_layer *layer, int64_t index)
{
    const nwti_holder *holder;

    if (!layer->kind->has_children) {
        return index >= 0 && index < layer->weight_count ? &layer->weights[index] : NULL;
    }
    holder = holder_of(layer, index);
    return holder != NULL ? &holder->layer->weights[index - holder->first] : NULL;
}

int64_t nwt_layer_weights(const nwt_layer *layer)
{
    return nwt_layer_count(layer, NWT_COUNT_WEIGHTS);
}

int32_t nwt_layer_weight(const nwt_layer *layer, int64_t index, nwt_weight_info *info)
{
    const nwti_weight *weight = layer != NULL && info != NULL ? weight_at(layer, index) : NULL;
    nwt_weight_info full;

    if (weight == NULL) {
        return 0;
    }
    memset(&full, 0, sizeof full);
    full.size = info->size;
    full.name = weight->name;
    full.dims = weight->dims;
    full.rank = weight->rank;
    full.dtype = weight->dtype;
    full.trainable = weight->trainable && layer->flags & NWTI_TRAINABLE;
    full.params = weight->params;
    full.bytes = weight->params * nwt_dtype_size(weight->dtype);
    memcpy(info, &full, info->size < sizeof full ? info->size : sizeof full);
    return 1;
}

size_t nwt_layer_weight_path(const nwt_layer *layer, int64_t index, char *buffer, size_t size)
{
    const nwt_layer *chain[256];
    const nwti_weight *weight = layer != NULL ? weight_at(layer, index) : NULL;
    const nwti_holder *holder;
    size_t length = 0;
    int32_t count = 0;

    if (weight == NULL) {
        return nwti_format(buffer, size, "");
    }
    holder = layer->kind->has_children ? holder_of(layer, index) : NULL;
    chain[count++] = holder != NULL ? holder->layer : layer;
    while (holder != NULL && holder->parent >= 0 && count < 256) {
        holder = &layer->rare->holders[holder->parent];
        chain[count++] = holder->layer;
    }
    while (count > 0) {
        size_t used = length < size ? length : size;

        length += nwt_layer_name(chain[--count], buffer + used, size - used);
        used = length < size ? length : size;
        length += nwti_format(buffer + used, size - used, "/");
    }
    length += nwti_format(buffer + (length < size ? length : size),
                          length < size ? size - length : 0, "%s", weight->name);
    return length;
}

/* Weights that a file holds for a layer of unknown weights. */
int32_t nwti_layer_add_weight(nwt_layer *layer, const char *name, int32_t rank,
                              const int64_t *dims, int32_t dtype, int32_t trainable)
{
    nwt_context *ctx = layer->kind->ctx;
    int64_t capacity = layer->weight_count, bytes;
    nwti_weight *weights, *weight;
    const char **labels;
    int32_t i;

    if (layer->weight_count == UINT16_MAX || rank < 0 || rank > NWT_MAX_RANK) {
        return nwti_error(ctx, NWT_INVALID, "%s: weight '%s' is one too many, or of rank %d",
                          nwti_layer_class(layer), name, (int64_t)rank);
    }
    weights = nwti_grow(ctx, layer->weights, layer->weight_count, &capacity, sizeof *weights);
    labels = nwti_new_array(ctx, (size_t)rank, sizeof *labels);
    if (weights == NULL || labels == NULL) {
        return ctx->status;
    }
    weight = &weights[layer->weight_count];
    memset(weight, 0, sizeof *weight);
    weight->name = nwti_copy_string(ctx, name, strlen(name));
    weight->sizes = nwti_new_array(ctx, (size_t)rank, sizeof *dims);
    if (weight->name == NULL || weight->sizes == NULL) {
        return ctx->status;
    }
    weight->params = 1;
    for (i = 0; i < rank; i++) {
        labels[i] = "axis";
        if (dims[i] < 0 || !nwti_multiply(weight->params, dims[i], &weight->params)) {
            return too_large(layer);
        }
    }
    if (!nwti_multiply(weight->params, nwt_dtype_size(dtype), &bytes)) {
        return too_large(layer);
    }
    memcpy((void *)(size_t)weight->sizes, dims, (size_t)rank * sizeof *dims);
    weight->dims = weight->sizes;
    weight->labels = labels;
    weight->rank = (uint8_t)rank;
    weight->factor_count = (uint8_t)rank;
    weight->dtype = (uint8_t)dtype;
    weight->trainable = trainable != 0;
    layer->weights = weights;
    layer->weight_count++;
    layer->flags |= NWTI_WEIGHTS_FROM_FILE | NWTI_BUILT;
    layer->flags &= (uint8_t)~NWTI_UNKNOWN_WEIGHTS;
    return 0;
}
