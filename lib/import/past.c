/*
 * The words of earlier versions in today's: classes and options are translated here, at the border,
 * by the rows of the past that each kind keeps. A layer shows by its own words whose it is, so a
 * file may mix them.
 */
#include "import/past.h"
#include "core/context.h"
#include "core/error.h"
#include "core/layer.h"
#include "support/literal.h"

#include <string.h>

/* {"class_name": "__tuple__", "items": [1, 2]}, and the same of a TensorShape or a ListWrapper. */
static const nwti_value *unwrap(const nwti_value *value)
{
    const nwti_value *class_name = nwti_value_get(value, "class_name"), *items;

    if (nwti_value_is(class_name, "__tuple__") || nwti_value_is(class_name, "TensorShape") ||
        nwti_value_is(class_name, "ListWrapper")) {
        items = nwti_value_get(value, "items");
        items = items != NULL ? items : nwti_value_get(value, "config");
        if (items != NULL && items->type == NWTI_LIST) {
            return items;
        }
    }
    return value;
}

/* {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01}: how Keras 1 wrote regularizers and
   constraints. Today: {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}}. */
static const nwti_value *object_of_1(nwti_translation *t, const nwti_value *value)
{
    const nwti_value *name = nwti_value_get(value, "name"), *pair = value->as.items;
    nwti_value *items;
    uint32_t i, count = 0;

    if (nwti_value_string(name) == NULL || nwti_value_get(value, "class_name") != NULL) {
        return value;
    }
    items = nwti_new_array(t->import->ctx, 5 + 2 * (size_t)value->length, sizeof *items);
    if (items == NULL) {
        return value;
    }
    for (i = 0; i < value->length; i++, pair += 2) {
        if (!nwti_value_is(pair, "name")) {
            items[5 + 2 * count] = pair[0];
            items[6 + 2 * count++] = pair[1];
            if (nwti_value_is(pair, "m")) {
                items[3 + 2 * count].as.string = "max_value";
                items[3 + 2 * count].length = 9;
            }
        }
    }
    items[0] = (nwti_value){NWTI_DICT, 0, 2, {.items = items + 1}};
    items[1] = (nwti_value){NWTI_STRING, 0, 10, {.string = "class_name"}};
    items[2] = *name;
    if (nwti_value_get(value, "l1") != NULL && nwti_value_get(value, "l2") != NULL) {
        items[2] = (nwti_value){NWTI_STRING, 0, 4, {.string = "L1L2"}};
    }
    items[3] = (nwti_value){NWTI_STRING, 0, 6, {.string = "config"}};
    items[4] = (nwti_value){NWTI_DICT, 0, count, {.items = items + 5}};
    return items;
}

static void take_pair(nwti_translation *t, const nwti_value *key, const nwti_value *value)
{
    const nwt_past *row = key->type == NWTI_STRING ? nwti_past_key(t, key->as.string) : NULL;

    value = value->type == NWTI_DICT ? unwrap(value) : value;
    value = value->type == NWTI_DICT ? object_of_1(t, value) : value;
    if (row == NULL) {
        nwti_translation_add(t, key, value);
    } else {
        nwti_past_turn(t, row, value);
    }
}

/* Fills a translation from what was given. */
static int32_t translate(nwti_translation *t)
{
    uint32_t i;

    t->capacity = t->given_count + 4;
    t->pairs = nwti_new_array(t->import->ctx, 2 * (size_t)t->capacity, sizeof *t->pairs);
    if (t->pairs == NULL) {
        return t->import->ctx->status;
    }
    for (i = 0; i < t->given_count; i++) {
        take_pair(t, t->given + 2 * (size_t)i, t->given + 2 * (size_t)i + 1);
    }
    nwti_past_finish(t);
    return t->import->ctx->status;
}

/* Keras 3 writes dtype policies by this name, tf-keras and Keras 2 write "Policy" or a string. */
static int32_t is_today(const nwti_value *config)
{
    const nwti_value *dtype = nwti_value_get(config, "dtype");
    const char *class_name = nwti_value_string(nwti_value_get(dtype, "class_name"));

    return class_name != NULL && strstr(class_name, "DTypePolicy") != NULL;
}

int32_t nwti_past_layer(nwti_import *import, const nwti_value *object, const char **class_name,
                        const nwti_value **config)
{
    nwti_translation t;
    nwti_value *dict;

    if ((*config)->type != NWTI_DICT || is_today(*config) || nwti_import_is_operation(object)) {
        return 0;
    }
    memset(&t, 0, sizeof t);
    t.import = import;
    t.written = t.class_name = *class_name;
    if (!nwti_foreign_operation(&t, object, *config)) {
        t.given = (*config)->as.items;
        t.given_count = (*config)->length;
        nwti_past_find(&t);
        if (t.kind == NULL || translate(&t)) {
            return import->ctx->status;
        }
    }
    dict = nwti_new(import->ctx, sizeof *dict);
    if (dict == NULL || import->ctx->status != NWT_STATUS_OK) {
        return import->ctx->status;
    }
    *dict = (nwti_value){NWTI_DICT, 0, t.count, {.items = t.pairs}};
    *class_name = t.class_name;
    *config = dict;
    return 0;
}

/* A CALL of today's class and pairs. */
static const nwti_value *call_of(const nwti_translation *t)
{
    nwti_value *items = nwti_new_array(t->import->ctx, 2 + 2 * (size_t)t->count, sizeof *items);

    if (items == NULL) {
        return NULL;
    }
    items[0] = (nwti_value){NWTI_CALL, 0, t->count, {.items = items + 1}};
    items[1] = (nwti_value){
        NWTI_STRING, 0, (uint32_t)strlen(t->class_name), {.string = t->class_name}};
    if (t->count > 0) {
        memcpy(items + 2, t->pairs, 2 * (size_t)t->count * sizeof *items);
    }
    return items;
}

const nwti_value *nwti_past_call(nwti_import *import, const char *written, const nwti_value *call)
{
    nwt_context *ctx = import->ctx;
    nwti_translation t;
    nwti_value *pairs;

    pairs = nwti_new_array(ctx, 2 * (size_t)call->length, sizeof *pairs);
    if (pairs == NULL) {
        return NULL;
    }
    memcpy(pairs, call->as.items + 1, 2 * (size_t)call->length * sizeof *pairs);
    memset(&t, 0, sizeof t);
    t.import = import;
    t.written = written;
    t.is_call = 1;
    t.given = pairs;
    t.given_count = call->length;
    nwti_past_find(&t);
    if (ctx->status == NWT_STATUS_OK && t.kind == NULL) {
        nwti_kind_wanted(ctx, written); /* sets the error */
    }
    if (ctx->status != NWT_STATUS_OK || nwti_past_positions(&t, pairs)) {
        return NULL;
    }
    if (call->length > 0 && call->as.items[1].type == NWTI_NONE) {
        nwti_past_find(&t); /* once more: the options have their keys */
    }
    return ctx->status == NWT_STATUS_OK && translate(&t) == 0 ? call_of(&t) : NULL;
}
