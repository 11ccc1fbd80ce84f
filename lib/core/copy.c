/* Layers made from layers: copies, derived children. */

#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/model.h"
#include <string.h>

static nwt_layer *copy_child(nwt_layer *child)
{
    return child->flags & NWTI_IS_MODEL
               ? nwt_model_as_layer(child->rare->model->copy(child->rare->model))
               : nwti_layer_copy(child);
}

/* Layers among the options become copies; the hidden ones are made anew by `make`. */
static int32_t copy_children(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    int32_t i;

    for (i = 0; i < layer->kind->options.count; i++) {
        const nwt_option *row = nwti_row(&layer->kind->options, i);
        nwt_layer *const *from = NULL;
        int64_t count = nwti_option_layers(row, layer->self, &from), item;
        nwt_layer **copies;

        if (count == 0 || (row->value_type == NWT_TYPE_LAYER && row->flags & NWT_FLAG_HIDDEN)) {
            nwti_option_put_layers(row, layer->self, count, NULL);
            continue;
        }
        copies = nwti_new_array(ctx, (size_t)count, sizeof *copies);
        for (item = 0; copies != NULL && item < count; item++) {
            copies[item] = from[item] != NULL ? copy_child(from[item]) : NULL;
            if (from[item] != NULL && copies[item] == NULL) {
                return ctx->status;
            }
        }
        if (copies == NULL) {
            return ctx->status;
        }
        nwti_option_put_layers(row, layer->self, count, copies);
    }
    return 0;
}

/* The header's settings that hold for a copy too. */
static void take_settings(nwt_layer *to, const nwt_layer *from)
{
    to->flags |= from->flags & NWTI_TRAINABLE;
    to->flags &= (uint8_t) ~(from->flags & NWTI_TRAINABLE ? 0 : NWTI_TRAINABLE);
    to->compute_dtype = from->compute_dtype;
    to->variable_dtype = from->variable_dtype;
    to->marks = (uint8_t)((to->marks & ~NWTI_ERA) | (from->marks & NWTI_ERA));
}

static nwt_layer *begin_copy(const nwt_layer *layer)
{
    nwt_layer *copy = nwti_layer_begin(layer->kind);
    nwti_rare *rare;

    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy->self, layer->self, layer->kind->options.size);
    copy->given = layer->flags & NWTI_MADE ? UINT64_MAX : layer->given; /* all that it needs */
    copy->values = layer->values;
    copy->marks |= NWTI_HAS_POINTERS;
    copy->name = layer->name;
    copy->number = layer->number;
    copy->depth = layer->depth;
    take_settings(copy, layer);
    if (layer->rare != NULL) {
        rare = nwti_layer_rare(copy);
        if (rare == NULL) {
            return NULL;
        }
        rare->class_name = layer->rare->class_name;
        rare->written = layer->rare->written;
        rare->input_shape = layer->rare->input_shape;
        rare->input_rank = layer->rare->input_rank;
        rare->has_input_shape = layer->rare->has_input_shape;
        rare->casts_nothing = layer->rare->casts_nothing;
    }
    return copy;
}

/* `make` for a copy: its automatic number is the original's, so none is counted. */
static int32_t complete_copy(nwt_layer *copy)
{
    int64_t number = copy->number, before = copy->kind->counter->names;
    int32_t status = nwti_layer_complete(copy);

    if (copy->name == NULL) {
        copy->number = (int32_t)number;
        copy->kind->counter->names = before;
    }
    return status;
}

/* Weights that a file gave follow no shape: they stay, and those of layers within too. */
static void keep_weights(nwt_layer *copy, const nwt_layer *layer)
{
    int64_t positions[2] = {0, 0};
    nwt_layer *to, *from;

    if (layer->flags & NWTI_WEIGHTS_FROM_FILE) {
        copy->weights = layer->weights;
        copy->weight_count = layer->weight_count;
        copy->flags |= NWTI_WEIGHTS_FROM_FILE | NWTI_BUILT;
    }
    while ((to = nwti_layer_next_child(copy, &positions[0])) != NULL &&
           (from = nwti_layer_next_child(layer, &positions[1])) != NULL && to->kind == from->kind) {
        keep_weights(to, from);
    }
}

nwt_layer *nwti_layer_copy(nwt_layer *layer)
{
    nwt_layer *copy;

    if (layer->flags & NWTI_IS_MODEL) {
        return copy_child(layer);
    }
    copy = begin_copy(layer);
    if (copy == NULL || copy_children(copy) || complete_copy(copy)) {
        return NULL;
    }
    keep_weights(copy, layer);
    return copy;
}

/* Options that both kinds have under one key and of one type; a None that the new one does not take
   stays behind. */
static int32_t take_options(nwt_layer *to, const nwt_layer *from)
{
    const nwti_layout *theirs = &from->kind->options, *ours = &to->kind->options;
    int32_t i;

    for (i = 0; i < ours->count; i++) {
        const nwt_option *row = nwti_row(ours, i), *other;
        int32_t found = nwti_row_find(theirs, row->key, strlen(row->key));
        unsigned char *place = (unsigned char *)to->self + row->offset;
        const unsigned char *source;

        if (found < 0 || (row->flags & NWT_FLAG_HIDDEN && nwti_option_holds_layers(row))) {
            continue;
        }
        other = nwti_row(theirs, found);
        source = (const unsigned char *)from->self + other->offset;
        if (other->value_type != row->value_type || other->count != row->count) {
            continue;
        }
        if (row->value_type == NWT_TYPE_INTS &&
            ((const nwt_ints *)(const void *)source)->items == NULL && row->fallback == NULL) {
            continue;
        }
        memcpy(place, source, nwti_option_size(row));
        to->given |= (uint64_t)1 << i;
    }
    return 0;
}

nwt_layer *nwti_layer_derive(nwt_layer *from, nwti_kind *kind, const char *name)
{
    nwt_layer *layer = nwti_layer_begin(kind);

    if (layer == NULL) {
        return NULL;
    }
    take_options(layer, from);
    take_settings(layer, from);
    layer->values = from->values;
    layer->marks |= NWTI_HAS_POINTERS;
    if (name != NULL) {
        layer->name = nwti_copy_string(from->kind->ctx, name, strlen(name));
        return layer->name != NULL ? layer : NULL;
    }
    return layer;
}

nwt_layer *nwt_op_derive(nwt_op *op, const char *kind, const char *name)
{
    nwti_kind *found;
    nwt_layer *layer;

    if (!nwti_op_is_live(op) || kind == NULL) {
        NWT_FAIL(op, "its kind derives a layer of no kind", 0);
        return NULL;
    }
    found = nwti_kind_wanted(op->ctx, kind);
    layer = found != NULL ? nwti_layer_derive(op->layer, found, name) : NULL;
    if (layer == NULL) {
        op->state = NWTI_OP_FAILED;
    }
    return layer;
}

/* "forward_" + the layer's name, unless it begins so already. */
static int32_t prefix_name(nwt_layer *copy, const nwt_layer *layer, const char *prefix)
{
    nwt_context *ctx = copy->kind->ctx;
    size_t before = strlen(prefix), length = nwt_layer_name(layer, NULL, 0);
    char *name = nwti_new(ctx, before + length + 1);

    if (name == NULL) {
        return ctx->status;
    }
    memcpy(name, prefix, before);
    nwt_layer_name(layer, name + before, length + 1);
    if (strncmp(name + before, prefix, before) == 0) {
        memmove(name, name + before, length + 1);
    }
    copy->name = name;
    return 0;
}

static int32_t toggle_option(nwt_layer *copy, const char *toggle)
{
    int32_t row = nwti_row_find(&copy->kind->options, toggle, strlen(toggle));
    int32_t *flag;

    if (copy->kind->unknown) {
        return 0;
    }
    if (row < 0 || nwti_row(&copy->kind->options, row)->value_type != NWT_TYPE_BOOL) {
        return nwti_error(copy->kind->ctx, NWT_STATUS_INVALID,
                          "%s has no option '%s', which is needed here", nwti_layer_class(copy),
                          toggle);
    }
    flag = (int32_t *)(void *)((unsigned char *)copy->self +
                               nwti_row(&copy->kind->options, row)->offset);
    *flag = !*flag;
    return 0;
}

nwt_layer *nwt_op_clone(nwt_op *op, const nwt_layer *layer, const char *prefix, const char *toggle)
{
    nwt_layer *copy;

    if (!nwti_op_is_live(op)) {
        return NULL;
    }
    prefix = prefix != NULL ? prefix : "";
    copy = layer != NULL ? begin_copy(layer) : NULL;
    if (copy == NULL || prefix_name(copy, layer, prefix) ||
        (toggle != NULL && toggle_option(copy, toggle)) || copy_children(copy) ||
        nwti_layer_complete(copy)) {
        op->state = NWTI_OP_FAILED;
        return NULL;
    }
    return copy;
}
