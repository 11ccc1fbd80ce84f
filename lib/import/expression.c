/*
 * Constructor text as people write it: Sequential([Dense(10, input_dim=4), ...]),
 * in the spelling of any Keras. Here values become layers; statement.c has the
 * lines of a text.
 */
#include "import/expression.h"
#include "core/error.h"
#include "core/builtin.h"
#include "core/past.h"
#include "support/literal.h"

#include <string.h>

const char *nwti_expression_class(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

static int32_t is_bare(const nwti_value *value)
{
    return value->type == NWTI_CALL && (value->flags & NWTI_VALUE_BARE) != 0;
}

/* ------------------------------------------------------------------- variables */

static const nwti_variable *variable_of(const nwti_expression *e, const nwti_value *value)
{
    return is_bare(value)
               ? nwti_map_get(&e->variables, value->as.items->as.string, value->as.items->length)
               : NULL;
}

/* Copies what is within, with variables replaced. Recursion follows the text's nesting, which has a
   limit. */
static int32_t resolve_items(nwti_expression *e, nwti_value *value)
{
    size_t first = value->type == NWTI_CALL ? 1 : 0;
    size_t step = value->type == NWTI_CALL || value->type == NWTI_DICT ? 2 : 1;
    size_t count = first + step * value->length, i;
    nwti_value *items = nwti_new_array(e->ctx, count, sizeof *items);

    if (items == NULL) {
        return e->ctx->status;
    }
    memcpy(items, value->as.items, count * sizeof *items);
    for (i = first + step - 1; i < count; i += step) {
        const nwti_value *one = nwti_expression_resolve(e, items + i);

        if (one == NULL) {
            return e->ctx->status;
        }
        items[i] = *one;
    }
    value->as.items = items;
    return 0;
}

const nwti_value *nwti_expression_resolve(nwti_expression *e, const nwti_value *value)
{
    const nwti_variable *variable = variable_of(e, value);
    int32_t is_container = value->type == NWTI_LIST || value->type == NWTI_TUPLE ||
                           value->type == NWTI_DICT || value->type == NWTI_CALL;
    nwti_value *copy;

    if (variable != NULL && variable->fault != NULL) {
        nwti_error(e->ctx, NWT_STATUS_UNREADABLE, "the value of '%s' can't be read: %s",
                   value->as.items->as.string, variable->fault);
        return NULL;
    }
    if (variable != NULL && variable->value != NULL) {
        return variable->value;
    }
    if (!is_container || is_bare(value) || e->variables.count == 0) {
        return value;
    }
    copy = nwti_new(e->ctx, sizeof *copy);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *value;
    return resolve_items(e, copy) == 0 ? copy : NULL;
}

/* ---------------------------------------------------------------------- layers */

int32_t nwti_expression_is_layer(nwti_expression *e, const char *name)
{
    const char *class_name = nwti_expression_class(name);

    return nwti_past_is_class(e->ctx, class_name) || strncmp(name, "layers.", 7) == 0 ||
           strstr(name, ".layers.") != NULL || strncmp(name, "models.", 7) == 0 ||
           strstr(name, ".models.") != NULL;
}

nwt_layer *const *nwti_expression_layers(nwti_expression *e, const nwti_value *list)
{
    nwt_layer **layers = nwti_new_array(e->ctx, (size_t)list->length + 1, sizeof *layers);
    uint32_t i;

    for (i = 0; layers != NULL && i < list->length; i++) {
        layers[i] = nwti_expression_layer(e, list->as.items + i);
        if (layers[i] == NULL) {
            return NULL;
        }
    }
    return layers;
}

int32_t nwti_expression_add(nwti_expression *e, nwt_model *model, uint32_t count,
                            nwt_layer *const *layers)
{
    uint32_t i;

    for (i = 0; i < count && nwti_import_add(&e->import, model, layers[i]) == 0; i++) {
    }
    return e->ctx->status;
}

/* Sequential([...]) without its layers, which become *layers: they are added as those of a list. */
static const nwti_value *take_layers(nwti_expression *e, const nwti_value *call,
                                     const nwti_value **layers)
{
    nwti_value *items = nwti_new_array(e->ctx, 2 + 2 * (size_t)call->length, sizeof *items);
    uint32_t count = 0, i;

    if (items == NULL) {
        return NULL;
    }
    for (i = 0; i < call->length; i++) {
        const nwti_value *pair = call->as.items + 1 + 2 * (size_t)i;

        if (nwti_value_is(pair, "layers") &&
            (pair[1].type == NWTI_LIST || pair[1].type == NWTI_TUPLE)) {
            *layers = pair + 1;
        } else {
            memcpy(items + 2 + 2 * (size_t)count++, pair, 2 * sizeof *pair);
        }
    }
    items[0] = (nwti_value){NWTI_CALL, 0, count, {.items = items + 1}};
    items[1] = call->as.items[0];
    return items;
}

/* A Sequential that is given layers is counted after them. */
static nwt_layer *make_sequential(nwti_expression *e, nwt_layer *layer, const nwti_value *call,
                                  const char *written)
{
    const nwti_value *list = NULL;
    nwt_layer *const *layers = NULL;

    call = take_layers(e, call, &list);
    if (call == NULL || nwti_layer_options(layer, call, nwti_expression_layer, e) ||
        (list != NULL && (layers = nwti_expression_layers(e, list)) == NULL) ||
        nwti_import_complete(&e->import, layer, written)) {
        return NULL;
    }
    return list == NULL ||
                   nwti_expression_add(e, nwt_layer_as_model(layer), list->length, layers) == 0
               ? layer
               : NULL;
}

static nwt_layer *make_layer(nwti_expression *e, const nwti_value *call, const char *written)
{
    nwti_kind *kind = nwti_kind_wanted(e->ctx, call->as.items->as.string);
    nwt_layer *layer = kind != NULL ? nwti_layer_begin(kind) : NULL;

    if (layer != NULL && kind->descriptor == &nwti_kind_sequential) {
        return make_sequential(e, layer, call, written);
    }
    if (layer == NULL || nwti_layer_options(layer, call, nwti_expression_layer, e) ||
        nwti_import_complete(&e->import, layer, written)) {
        return NULL;
    }
    return e->import.version < 20000 ? nwti_import_written(layer, written) : layer;
}

/* A name in place of a layer. */
static nwt_layer *named_layer(nwti_expression *e, const nwti_value *value)
{
    const nwti_variable *variable = variable_of(e, value);
    const char *name = value->as.items->as.string;

    if (variable == NULL) {
        nwti_error(e->ctx, NWT_STATUS_INVALID,
                   nwti_expression_is_layer(e, name) ? "a layer is written as a call: %s(...)"
                                                     : "'%s' has no value in the text",
                   name);
        return NULL;
    }
    if (variable->layer != NULL) {
        return variable->layer;
    }
    value = nwti_expression_resolve(e, value);
    if (value != NULL && is_bare(value)) {
        nwti_error(e->ctx, NWT_STATUS_INVALID, "'%s' is no layer", name);
        return NULL;
    }
    return value != NULL ? nwti_expression_layer(e, value) : NULL;
}

nwt_layer *nwti_expression_layer(void *user, const nwti_value *value)
{
    nwti_expression *e = user;
    const nwti_value *call;
    const char *written;
    nwti_value name;

    if (value->type != NWTI_CALL) {
        nwti_error(e->ctx, NWT_STATUS_INVALID, "a layer is written as a call: Dense(10)");
        return NULL;
    }
    if (is_bare(value)) {
        return named_layer(e, value);
    }
    written = nwti_expression_class(value->as.items->as.string);
    name = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(written), {.string = written}};
    if (nwti_import_class(e->ctx, &name) == &nwti_kind_functional) {
        nwti_error(e->ctx, NWT_STATUS_INVALID,
                   "%s: text describes Sequential models; for others, save the config as JSON",
                   written);
        return NULL;
    }
    value = nwti_expression_resolve(e, value);
    call = value != NULL ? nwti_past_call(&e->import, written, value) : NULL;
    return call != NULL ? make_layer(e, call, written) : NULL;
}

/* --------------------------------------------------------------------- options */
