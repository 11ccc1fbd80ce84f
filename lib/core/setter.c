/* Options set one by one, by key: for bindings. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/prototype.h"
#include "core/shared.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "support/python.h"
#include "support/text.h"

#include <string.h>

/* The values that were set so far, and one more: opaque options are read from them. */
static int32_t keep(nwt_layer *layer, const nwti_value *key, const nwti_value *value)
{
    uint32_t count = layer->values != NULL ? layer->values->length : 0;
    nwti_value *dict = nwti_new(layer->kind->ctx, sizeof *dict);
    nwti_value *items = nwti_new_array(layer->kind->ctx, 2 * ((size_t)count + 1), sizeof *items);

    if (dict == NULL || items == NULL) {
        return layer->kind->ctx->status;
    }
    if (count > 0) {
        memcpy(items, layer->values->as.items, 2 * (size_t)count * sizeof *items);
    }
    items[2 * count] = *key;
    items[2 * count + 1] = *value;
    memset(dict, 0, sizeof *dict);
    dict->type = NWTI_DICT;
    dict->length = count + 1;
    dict->as.items = items;
    layer->values = dict;
    return 0;
}

static int32_t set_row(nwt_layer *layer, int32_t row, const nwti_value *key,
                       const nwti_value *value)
{
    nwti_assignment to = nwti_layer_assignment(layer);
    int32_t status = nwti_assign(&to, row, value);

    layer->given = to.given;
    layer->marks |= to.pointers & NWTI_HAS_POINTERS;
    if (status == 0 && nwti_row(to.layout, row)->value_type == NWT_TYPE_OPAQUE) {
        status = keep(layer, key, value);
    }
    return status;
}

/* A layer that is complete, as a constructor's is, is opened again until its first use; with layers
   within it, which were made of its options, only its name can be set. */
static int32_t open_again(nwt_layer *layer, const char *key)
{
    if (!(layer->flags & NWTI_MADE)) {
        return 1;
    }
    if (layer->flags & NWTI_OWNED) {
        return 0;
    }
    if (strcmp(key, "name") == 0) {
        return 1;
    }
    if (nwti_first_call(layer) != NULL || layer->kind->has_children ||
        layer->flags & NWTI_IS_MODEL) {
        return 0;
    }
    if (nwti_self_own(layer) == 0) {
        layer->flags &= (uint8_t)~NWTI_MADE;
    }
    return 1;
}

/* Where a value goes: an option of the kind, or one that all have. */
static int32_t set(nwt_layer *layer, const char *key, const nwti_value *value)
{
    nwt_context *ctx;
    nwti_value text = {NWTI_STRING, 0, 0, {0}};
    nwti_assignment to;
    int32_t row;

    if (layer == NULL) {
        return NWT_STATUS_INVALID;
    }
    ctx = layer->kind->ctx;
    if (key == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: the key of an option is NULL",
                          nwti_layer_class(layer));
    }
    if (!open_again(layer, key)) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          nwti_first_call(layer) != NULL || layer->flags & NWTI_OWNED
                              ? "%s: %s can't be set any more: the layer is in use"
                              : "%s: %s can't be set any more: the layers within it are made, only "
                                "its name can be",
                          nwti_layer_class(layer), key);
    }
    text.as.string = key;
    text.length = (uint32_t)strlen(key);
    row = nwti_row_find(&layer->kind->options, key, text.length);
    if (row >= 0 && !(nwti_row(&layer->kind->options, row)->flags & NWT_FLAG_HIDDEN)) {
        text.as.string = nwti_row(&layer->kind->options, row)->key;
        return set_row(layer, row, &text, value);
    }
    if (nwti_assign_shared(layer, &text, value, nwti_layer_class(layer))) {
        return ctx->status;
    }
    to = nwti_layer_assignment(layer);
    return nwti_unknown_option(&to, key);
}

int32_t nwt_layer_set_int(nwt_layer *layer, const char *key, int64_t number)
{
    nwti_value value = {NWTI_INT, 0, 0, {.integer = number}};

    return set(layer, key, &value);
}

int32_t nwt_layer_set_float(nwt_layer *layer, const char *key, double number)
{
    nwti_value value = {NWTI_FLOAT, 0, 0, {.number = number}};

    return set(layer, key, &value);
}

int32_t nwt_layer_set_bool(nwt_layer *layer, const char *key, int32_t flag)
{
    nwti_value value = {NWTI_BOOL, 0, 0, {.integer = flag != 0}};

    return set(layer, key, &value);
}

int32_t nwt_layer_set_string(nwt_layer *layer, const char *key, const char *string)
{
    nwti_value value = {NWTI_NONE, 0, 0, {0}};

    if (layer != NULL && string != NULL) {
        value.type = NWTI_STRING;
        value.length = (uint32_t)strlen(string);
        value.as.string = nwti_copy_string(layer->kind->ctx, string, value.length);
        if (value.as.string == NULL) {
            return layer->kind->ctx->status;
        }
    }
    return set(layer, key, &value);
}

int32_t nwt_layer_set_ints(nwt_layer *layer, const char *key, int32_t count, const int64_t *values)
{
    nwti_value list = {NWTI_TUPLE, 0, 0, {0}};
    nwti_value *items;
    int32_t i;

    if (layer == NULL) {
        return NWT_STATUS_INVALID;
    }
    if (count < 0 || (count > 0 && values == NULL)) {
        return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: %s: %d values",
                          nwti_layer_class(layer), key != NULL ? key : "NULL", (int64_t)count);
    }
    items = nwti_new_array(layer->kind->ctx, (size_t)count, sizeof *items);
    if (items == NULL) {
        return layer->kind->ctx->status;
    }
    for (i = 0; i < count; i++) {
        items[i] = (nwti_value){NWTI_INT, 0, 0, {.integer = values[i]}};
    }
    list.length = (uint32_t)count;
    list.as.items = items;
    return set(layer, key, &list);
}

int32_t nwt_layer_set_text(nwt_layer *layer, const char *key, const char *text)
{
    const nwti_value *value;
    nwt_context *ctx;

    if (layer == NULL) {
        return NWT_STATUS_INVALID;
    }
    ctx = layer->kind->ctx;
    if (text == NULL) {
        return nwt_layer_set_string(layer, key, NULL);
    }
    value = nwti_read_value(ctx, text, nwti_layer_class(layer), key != NULL ? key : "NULL");
    return value != NULL ? set(layer, key, value) : ctx->status;
}

/* Layers that a list of values stands for, in its order. */
typedef struct given_layers {
    nwt_layer *const *layers;
    int32_t next;
} given_layers;

static nwt_layer *next_layer(void *user, const nwti_value *value)
{
    given_layers *given = user;

    (void)value;
    return given->layers[given->next++];
}

static int32_t wrong_layer(nwt_layer *layer, const char *key)
{
    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: %s: no layer of this context",
                      nwti_layer_class(layer), key != NULL ? key : "NULL");
}

/* One layer, or with `list` a list of `count`. */
static int32_t set_layers(nwt_layer *layer, const char *key, int32_t count,
                          nwt_layer *const *layers, const nwti_value *value, int32_t type)
{
    given_layers given = {layers, 0};
    nwti_assignment to;
    int32_t row, i;

    for (i = 0; i < count; i++) {
        if (layers[i] == NULL || layers[i]->kind->ctx != layer->kind->ctx) {
            return wrong_layer(layer, key);
        }
    }
    if (key == NULL) {
        return wrong_layer(layer, key);
    }
    row = nwti_row_find(&layer->kind->options, key, strlen(key));
    if (layer->flags & NWTI_MADE || row < 0 ||
        nwti_row(&layer->kind->options, row)->value_type != type) {
        return set(layer, key, value);
    }
    for (i = 0; i < count; i++) {
        if (nwti_layer_complete(layers[i]) != 0) {
            return layer->kind->ctx->status;
        }
    }
    to = nwti_layer_assignment(layer);
    to.read_layer = next_layer;
    to.user = &given;
    nwti_assign(&to, row, value);
    layer->given = to.given;
    layer->marks |= NWTI_HAS_POINTERS;
    return layer->kind->ctx->status;
}

int32_t nwt_layer_set_layer(nwt_layer *layer, const char *key, nwt_layer *child)
{
    nwti_value value = {NWTI_CALL, 0, 0, {0}};

    return layer == NULL ? NWT_STATUS_INVALID
                         : set_layers(layer, key, 1, &child, &value, NWT_TYPE_LAYER);
}

int32_t nwt_layer_set_layers(nwt_layer *layer, const char *key, int32_t count,
                             nwt_layer *const *children)
{
    nwti_value list = {NWTI_LIST, 0, 0, {0}};
    nwti_value *items;

    if (layer == NULL) {
        return NWT_STATUS_INVALID;
    }
    if (count < 0 || (count > 0 && children == NULL)) {
        return wrong_layer(layer, key);
    }
    items = nwti_new_array(layer->kind->ctx, (size_t)count, sizeof *items);
    if (items == NULL) {
        return layer->kind->ctx->status;
    }
    memset(items, 0, (size_t)count * sizeof *items);
    list.length = (uint32_t)count;
    list.as.items = items;
    while (count-- > 0) {
        items[count].type = NWTI_CALL;
    }
    return set_layers(layer, key, (int32_t)list.length, children, &list, NWT_TYPE_LAYERS);
}

size_t nwt_quote(const char *text, char *buffer, size_t size)
{
    nwti_text out;

    nwti_text_begin_fixed(&out, buffer, size);
    nwti_python_string(&out, text);
    return nwti_text_end_fixed(&out);
}
