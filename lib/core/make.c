/*
 * Layers made from values: options are assigned, defaults that are layers are made, and when all is
 * there `make` runs once.
 */

#include "core/context.h"
#include "core/error.h"
#include "core/opaque.h"
#include "core/option.h"
#include "core/shared.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/op.h"
#include <string.h>

/* One of the options that every kind has. */
static int32_t take_shared(nwti_assignment *to, const nwti_value *key, const nwti_value *value)
{
    static const nwt_option penalty = NWT_OPTION_ACTIVITY_REGULARIZER;
    int32_t taken = nwti_assign_shared(to->layer, key, value, to->owner);

    if (strcmp(key->as.string, penalty.key) == 0 && value->type != NWTI_NONE) {
        nwti_check_opaque(to, &penalty, value);
    }
    to->pointers |= taken ? 2 : 0;
    return taken;
}

/* A list where one layer stands: the kind that the row names is made of it. */
static nwt_layer *read_list(nwti_assignment *to, const char *kind, const nwti_value *list)
{
    nwti_value *items = nwti_new_array(to->ctx, 3, sizeof *items);
    nwti_value *call = nwti_new(to->ctx, sizeof *call);
    nwt_layer *layer = nwti_layer_begin(nwti_kind_wanted(to->ctx, kind));

    if (layer == NULL || items == NULL || call == NULL) {
        return NULL;
    }
    items[0] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(kind), {.string = kind}};
    items[1] = (nwti_value){NWTI_NONE, 0, 0, {0}};
    items[2] = *list;
    *call = (nwti_value){NWTI_CALL, 0, 1, {.items = items}};
    return nwti_layer_options(layer, call, to->read_layer, to->user) == 0 &&
                   nwti_layer_complete(layer) == 0
               ? layer
               : NULL;
}

nwti_assignment nwti_layer_assignment(nwt_layer *layer)
{
    nwti_assignment to = {.ctx = layer->kind->ctx,
                          .layout = &layer->kind->options,
                          .owner = nwti_layer_class(layer),
                          .what = "option",
                          .self = layer->self,
                          .arena = &layer->kind->ctx->arena,
                          .given = layer->given,
                          .read_layer = nwti_layer_of_call,
                          .user = layer->kind->ctx,
                          .read_list = read_list,
                          .take_other = take_shared,
                          .offer_others = nwti_offer_shared,
                          .layer = layer,
                          .by_position = 1};

    return to;
}

const char *nwti_layer_owner(const nwt_layer *layer, const nwti_value *name)
{
    return name != NULL && name->type == NWTI_STRING && name->length > 0 ? name->as.string
                                                                         : nwti_layer_class(layer);
}

int32_t nwti_layer_options(nwt_layer *layer, const nwti_value *values,
                           nwt_layer *(*layer_of)(void *, const nwti_value *), void *user)
{
    nwti_assignment to = nwti_layer_assignment(layer);
    int32_t status;

    to.owner = nwti_layer_owner(layer, nwti_value_get(values, "name"));
    to.read_layer = layer_of;
    to.user = user;
    to.lenient = values->type != NWTI_CALL;
    status = nwti_assign_all(&to, values);
    layer->given = to.given;
    layer->marks |= to.pointers & NWTI_HAS_POINTERS;
    if (to.pointers) {
        layer->values = values;
    }
    return status;
}

/* The class in a dotted name: "Dense" of "keras.layers.Dense". */
static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

nwt_layer *nwti_layer_of_call(void *user, const nwti_value *value)
{
    nwt_context *ctx = user;
    nwt_layer *layer;

    if (value->type != NWTI_CALL) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "a layer is written as a call: its class, and its options in parentheses");
        return NULL;
    }
    layer = nwti_layer_begin(nwti_kind_wanted(ctx, last_part(value->as.items->as.string)));
    if (layer == NULL || nwti_layer_options(layer, value, nwti_layer_of_call, ctx) ||
        nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

static int32_t missing_option(nwt_layer *layer)
{
    uint64_t missing = layer->kind->options.required & ~layer->given;
    int32_t row = 0;

    while (!(missing >> row & 1)) {
        row++;
    }
    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: option '%s' is missing: %s",
                      layer->name != NULL ? layer->name : nwti_layer_class(layer),
                      nwti_row(&layer->kind->options, row)->key,
                      nwti_row(&layer->kind->options, row)->help);
}

/* Layers that are the default of an option, each layer its own. Their defaults may hold layers in
   turn, without an end if a kind's default is a layer of its own kind. */
static int32_t make_defaults(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_assignment to = nwti_layer_assignment(layer);
    uint64_t missing = layer->kind->options.made & ~layer->given;
    int32_t row, status = 0;

    if (ctx->nesting >= ctx->max_depth) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: layers are nested deeper than %d",
                          nwti_layer_class(layer), (int64_t)ctx->max_depth);
    }
    ctx->nesting++;
    for (row = 0; row < layer->kind->options.count && status == 0; row++) {
        const nwt_option *option = nwti_row(&layer->kind->options, row);

        if (missing >> row & 1) {
            const nwti_value *value = nwti_read_value(ctx, option->fallback,
                                                      nwti_layer_class(layer), option->key);

            status = value != NULL ? nwti_assign(&to, row, value) : ctx->status;
        }
    }
    ctx->nesting--;
    layer->given = to.given;
    return status;
}

int32_t nwti_layer_complete(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwt_op op;

    if (layer->flags & NWTI_MADE) {
        return 0;
    }
    if (layer->kind->options.required & ~layer->given) {
        return missing_option(layer);
    }
    if (layer->kind->options.made & ~layer->given && make_defaults(layer)) {
        return ctx->status;
    }
    nwti_layer_number(layer);
    layer->flags |= NWTI_MADE;
    if (layer->kind->descriptor->make != NULL) {
        nwti_op_begin(&op, layer, NULL, &ctx->arena);
        op.phase = NWTI_IN_MAKE;
        if (layer->kind->descriptor->make(&op, layer->self) != 0 && op.state == NWTI_OP_OK) {
            nwt_op_fail(&op, "its options were refused", 0, NULL);
        }
        nwti_op_end(&op);
        if (op.state == NWTI_OP_FAILED) {
            return ctx->status;
        }
    }
    return layer->kind->has_children ? nwti_layer_adopt(layer) : 0;
}
