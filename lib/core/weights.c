/* Weights: what a layer's variables are, by index and by path. */
#include "core/context.h"
#include "core/error.h"
#include "core/tensor.h"
#include "core/kind.h"
#include "core/weight.h"
#include "core/counts.h"
#include "core/layer.h"
#include "support/text.h"
#include "support/checked.h"

#include <string.h>

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

/* Weight `offset` of a holder, those apart that stand elsewhere. */
static const nwti_weight *own_weight(const nwti_holder *holder, int64_t offset)
{
    const nwti_weight *weight = holder->layer->weights;

    if (holder->parent < 0 || !weight->lends) {
        return weight + offset;
    }
    while (weight->is_lent || offset > 0) {
        offset -= !weight->is_lent;
        weight++;
    }
    return weight;
}

static const nwti_weight *weight_at(const nwt_layer *layer, int64_t index)
{
    const nwti_holder *holder;

    if (!layer->kind->has_children) {
        return index >= 0 && index < layer->weight_count ? &layer->weights[index] : NULL;
    }
    holder = holder_of(layer, index);
    return holder != NULL ? own_weight(holder, index - holder->first) : NULL;
}

/* The child that a weight was taken from: both have the sizes in one place. */
static const nwt_layer *lender_of(const nwt_layer *layer, const nwti_weight *weight)
{
    const nwt_layer *child;
    int64_t position = 0;
    int32_t i;

    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        for (i = 0; i < child->weight_count; i++) {
            if (child->weights[i].sizes == weight->sizes) {
                return child;
            }
        }
    }
    return NULL;
}

int64_t nwt_layer_weight_count(const nwt_layer *layer)
{
    return nwt_layer_count(layer, NWT_COUNT_WEIGHTS);
}

int32_t nwt_layer_weight(const nwt_layer *layer, int64_t index, nwt_weight_info *info)
{
    const nwti_weight *weight = layer != NULL && info != NULL ? weight_at(layer, index) : NULL;
    nwt_weight_info full;

    if (weight == NULL || info->size < offsetof(nwt_weight_info, rank)) {
        return 0;
    }
    memset(&full, 0, sizeof full);
    full.size = info->size;
    full.name = weight->form->name;
    full.dims = nwti_weight_dims(weight);
    full.rank = weight->form->rank;
    full.dtype = weight->dtype;
    full.trainable = weight->trainable && !nwti_layer_is_frozen(layer);
    full.elements = nwti_weight_params(weight);
    full.bytes = nwti_weight_bytes(weight);
    nwti_hand_over(info, info->size, &full, sizeof full);
    return 1;
}

int32_t nwt_layer_weight_factor_count(const nwt_layer *layer, int64_t index)
{
    const nwti_weight *weight = layer != NULL ? weight_at(layer, index) : NULL;

    return weight != NULL ? weight->form->factor_count : -1;
}

int32_t nwt_layer_weight_factor(const nwt_layer *layer, int64_t index, int32_t factor,
                                nwt_factor_info *info)
{
    const nwti_weight *weight = layer != NULL && info != NULL ? weight_at(layer, index) : NULL;
    nwt_factor_info full;
    int32_t i;

    if (weight == NULL || factor < 0 || factor >= weight->form->factor_count ||
        info->size < offsetof(nwt_factor_info, axis)) {
        return 0;
    }
    memset(&full, 0, sizeof full);
    full.size = info->size;
    full.label = weight->form->factors[factor].label;
    full.flags = weight->form->factors[factor].flags;
    full.value = weight->sizes[factor];
    for (i = 1; i <= factor; i++) {
        full.axis += !(weight->form->factors[i].flags & NWT_AXIS_JOINED);
    }
    nwti_hand_over(info, info->size, &full, sizeof full);
    return 1;
}

/* Where text goes on, and how much room is left; the buffer may be NULL if its size is 0. */
static char *place(char *buffer, size_t length, size_t size)
{
    size_t used = length < size ? length : size;

    return used > 0 ? buffer + used : buffer;
}

static size_t left(size_t length, size_t size)
{
    return length < size ? size - length : 0;
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
    if (weight->is_taken && holder != NULL) {
        chain[count++] = lender_of(holder->layer, weight);
    }
    chain[count++] = holder != NULL ? holder->layer : layer;
    while (holder != NULL && holder->parent >= 0 && count < 256) {
        holder = &layer->rare->holders[holder->parent];
        chain[count++] = holder->layer;
    }
    while (count > 0) {
        length += nwt_layer_name(chain[--count], place(buffer, length, size), left(length, size));
        length += nwti_format(place(buffer, length, size), left(length, size), "/");
    }
    return length +
           nwti_format(place(buffer, length, size), left(length, size), "%s", weight->form->name);
}

static int32_t is_countable(const nwti_file_weight *weight)
{
    int64_t params = 1;
    int32_t i;

    for (i = 0; i < weight->rank; i++) {
        if (weight->dims[i] < 0 || !nwti_multiply(params, weight->dims[i], &params)) {
            return 0;
        }
    }
    return nwti_multiply(params, nwt_dtype_size(weight->dtype), &params);
}

/* Each has a form of its own: what a file calls its weights, few kinds share. */
static int32_t take(nwt_layer *layer, nwti_weight *weight, const nwti_file_weight *from)
{
    nwt_context *ctx = layer->kind->ctx;
    const char *name = nwti_copy_string(ctx, from->name, strlen(from->name));
    int64_t *sizes = nwti_new_array(ctx, (size_t)from->rank, sizeof *sizes);
    nwt_axis axes[NWT_MAX_RANK];
    int32_t i;

    if (name == NULL || sizes == NULL) {
        return ctx->status;
    }
    for (i = 0; i < from->rank; i++) {
        axes[i] = (nwt_axis){"", from->dims[i]};
        sizes[i] = from->dims[i];
    }
    memset(weight, 0, sizeof *weight);
    weight->form = nwti_weight_form_new(layer->kind, &ctx->arena, name, from->rank, axes);
    weight->sizes = sizes;
    for (i = 0, weight->params = 1; i < from->rank; i++) {
        weight->params *= from->dims[i];
    }
    weight->dtype = (uint8_t)from->dtype;
    weight->item_size = (uint8_t)nwt_dtype_size(from->dtype);
    weight->trainable = from->trainable && layer->flags & NWTI_TRAINABLE;
    return weight->form != NULL ? 0 : nwti_out_of_memory(ctx);
}

int32_t nwti_layer_take_weights(nwt_layer *layer, int64_t count, const nwti_file_weight *from)
{
    nwt_context *ctx = layer->kind->ctx;
    char title[256];
    nwti_weight *weights;
    int64_t i;

    for (i = 0; i < count; i++) {
        if (count > UINT16_MAX || from[i].rank > NWT_MAX_RANK || !is_countable(&from[i])) {
            return nwti_error(ctx, NWT_STATUS_UNREADABLE,
                              "%s: the file's '%s' is too large to be counted",
                              nwti_layer_title(layer, title, sizeof title), from[i].name);
        }
    }
    weights = nwti_new_array(ctx, (size_t)count, sizeof *weights);
    for (i = 0; weights != NULL && i < count; i++) {
        if (take(layer, &weights[i], &from[i])) {
            return ctx->status;
        }
    }
    if (weights == NULL) {
        return ctx->status;
    }
    layer->weights = weights;
    layer->weight_count = (uint16_t)count;
    layer->flags |= NWTI_WEIGHTS_FROM_FILE | NWTI_BUILT;
    layer->flags &= (uint8_t)~NWTI_UNKNOWN_WEIGHTS;
    return 0;
}
