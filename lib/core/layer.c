/* Layers as such: begun with their defaults, their children visited. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/model.h"
#include <string.h>

/* The header, before `size` bytes for options of its own. */
static nwt_layer *begin(nwti_kind *kind, size_t size)
{
    nwt_layer *layer = nwti_new(kind->ctx, NWTI_ROUND_UP(sizeof *layer) + size);

    if (layer != NULL) {
        memset(layer, 0, sizeof *layer);
        layer->kind = kind;
        layer->flags = NWTI_TRAINABLE;
        layer->marks = kind->ctx->era;
        layer->depth = 1;
        layer->compute_dtype = NWT_DTYPE_FLOAT32;
        layer->variable_dtype = NWT_DTYPE_FLOAT32;
    }
    return layer;
}

nwt_layer *nwti_layer_begin(nwti_kind *kind)
{
    nwt_layer *layer = kind != NULL ? begin(kind, kind->options.size) : NULL;

    if (layer != NULL) {
        layer->self = (unsigned char *)layer + NWTI_ROUND_UP(sizeof *layer);
        memcpy(layer->self, kind->options.defaults, kind->options.size);
    }
    return layer;
}

nwt_layer *nwti_layer_begin_on(nwti_kind *kind, void *self)
{
    nwt_layer *layer = begin(kind, 0);

    if (layer != NULL) {
        layer->self = self;
        layer->flags |= NWTI_MADE;
        layer->marks |= NWTI_SHARES_SELF;
    }
    return layer;
}

void nwti_layer_number(nwt_layer *layer)
{
    if (layer->name == NULL && !(layer->marks & NWTI_NUMBERED)) {
        layer->number = (int32_t)layer->kind->counter->names++;
        layer->marks |= NWTI_NUMBERED;
    }
}

int32_t nwti_layer_is_frozen(const nwt_layer *layer)
{
    return !(layer->flags & NWTI_TRAINABLE) && !(layer->marks & NWTI_FREEZES_NOTHING);
}

nwti_rare *nwti_layer_rare(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;

    if (layer->rare == NULL) {
        layer->rare = nwti_arena_zeroed(&ctx->arena, sizeof *layer->rare);
        if (layer->rare == NULL) {
            nwti_out_of_memory(ctx);
        }
    }
    return layer->rare;
}

const char *nwti_layer_class(const nwt_layer *layer)
{
    if (layer->flags & NWTI_IS_MODEL && layer->rare->model->is_listing) {
        return NULL;
    }
    return layer->kind->unknown ? layer->rare->class_name : nwti_kind_title(layer->kind);
}

int32_t nwti_layer_is_unknown(const nwt_layer *layer)
{
    const nwt_kind *descriptor = layer->kind->descriptor;

    if (layer->flags & NWTI_UNKNOWN_WEIGHTS) {
        return 1;
    }
    return !(layer->flags & NWTI_BUILT) && !(layer->flags & NWTI_WEIGHTS_FROM_FILE) &&
           (descriptor->weights != NULL || (layer->kind->unknown && !layer->kind->is_operation));
}

/* The layers that an option's place holds; none of what it only copies from. */
static int64_t held_by(const nwt_layer *layer, int32_t row, nwt_layer *const **items)
{
    const nwt_option *option = nwti_row(&layer->kind->options, row);

    return option->flags & NWT_FLAG_TEMPLATE ? 0 : nwti_option_layers(option, layer->self, items);
}

nwt_layer *nwti_layer_next_child(const nwt_layer *layer, int64_t *position)
{
    /* The position counts rows in its high half and items of a list in its low half. */
    int32_t row = (int32_t)(*position >> 32);
    int64_t item = *position & 0xFFFFFFFF;

    for (; layer->kind->has_children && row < layer->kind->options.count; row++, item = 0) {
        nwt_layer *const *items = NULL;
        int64_t count = held_by(layer, row, &items);

        for (; item < count; item++) {
            if (items[item] != NULL) {
                *position = ((int64_t)row << 32) + item + 1;
                return items[item];
            }
        }
    }
    *position = (int64_t)row << 32;
    return NULL;
}

/* Without gaps, what options hold follows each other. */
static nwt_layer *child_at(const nwt_layer *layer, int64_t *index)
{
    int32_t row;

    for (row = 0; layer->kind->has_children && row < layer->kind->options.count; row++) {
        nwt_layer *const *items = NULL;
        int64_t count = held_by(layer, row, &items);

        if (*index < count) {
            return items[*index];
        }
        *index -= count;
    }
    return NULL;
}

void nwti_layer_own(nwt_layer *child)
{
    child->flags |= child->flags & NWTI_OWNED ? NWTI_SHARED : NWTI_OWNED;
}

/* Layers within layers recurse, so their depth has a limit. */
int32_t nwti_layer_deepen(nwt_layer *layer, int32_t depth)
{
    nwt_context *ctx = layer->kind->ctx;

    if (depth >= layer->depth) {
        layer->depth = (uint16_t)(depth + 1);
    }
    if (layer->depth > ctx->max_depth) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: layers are nested deeper than %d",
                          nwti_layer_class(layer), (int64_t)ctx->max_depth);
    }
    return 0;
}

int32_t nwti_layer_adopt(nwt_layer *layer)
{
    int64_t position = 0, count = 0, index = INT64_MAX;
    int32_t depth = 0;
    nwt_layer *child;

    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        count++;
        nwti_layer_own(child);
        depth = child->depth > depth ? child->depth : depth;
    }
    child_at(layer, &index);
    layer->marks &= (uint16_t)~NWTI_NO_GAPS;
    if (INT64_MAX - index == count) {
        layer->marks |= NWTI_NO_GAPS;
    }
    return nwti_layer_deepen(layer, depth);
}

int64_t nwt_layer_child_count(const nwt_layer *layer)
{
    int64_t count = 0, position = 0, index = INT64_MAX;

    if (layer != NULL && layer->flags & NWTI_IS_MODEL) {
        return layer->rare->model->layer_count;
    }
    if (layer != NULL && layer->marks & NWTI_NO_GAPS) {
        child_at(layer, &index);
        return INT64_MAX - index;
    }
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
    if (layer->flags & NWTI_IS_MODEL) {
        return index < layer->rare->model->layer_count ? layer->rare->model->layers[index] : NULL;
    }
    if (layer->marks & NWTI_NO_GAPS) {
        return child_at(layer, &index);
    }
    do {
        child = nwti_layer_next_child(layer, &position);
    } while (child != NULL && index-- > 0);
    return child;
}
