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

/* The place of a key's value, or NULL. */
static nwti_value *place_of(const nwti_translation *t, const char *key)
{
    uint32_t i;

    for (i = t->count; i > 0; i--) {
        nwti_value *pair = t->pairs + 2 * (size_t)(i - 1);

        if (pair->type == NWTI_STRING && strcmp(pair->as.string, key) == 0) {
            return pair + 1;
        }
    }
    return NULL;
}

const nwti_value *nwti_translation_get(const nwti_translation *t, const char *key)
{
    const nwti_value *value = place_of(t, key);

    return value != NULL && value->type != NWTI_NONE ? value : NULL;
}

/* Room for one pair more; NULL with the error set. */
static nwti_value *add(nwti_translation *t)
{
    nwti_value *pairs;

    if (t->count == t->capacity) {
        pairs = nwti_new_array(t->import->ctx, 2 * ((size_t)t->capacity + 8), sizeof *pairs);
        if (pairs == NULL) {
            return NULL;
        }
        if (t->count > 0) {
            memcpy(pairs, t->pairs, 2 * (size_t)t->count * sizeof *pairs);
        }
        t->pairs = pairs;
        t->capacity += 8;
    }
    return t->pairs + 2 * (size_t)t->count++;
}

static void add_pair(nwti_translation *t, const nwti_value *key, const nwti_value *value)
{
    nwti_value *pair = add(t);

    if (pair != NULL) {
        pair[0] = *key;
        pair[1] = *value;
    }
}

void nwti_translation_put(nwti_translation *t, const char *key, const nwti_value *value)
{
    nwti_value text = {NWTI_STRING, 0, (uint32_t)strlen(key), {.string = key}};
    nwti_value *place = t->is_call ? NULL : place_of(t, key);

    if (place != NULL) {
        *place = *value;
    } else {
        add_pair(t, &text, value);
    }
}

void nwti_translation_put_string(nwti_translation *t, const char *key, const char *text)
{
    nwti_value value = {NWTI_STRING, 0, (uint32_t)strlen(text), {.string = text}};

    nwti_translation_put(t, key, &value);
}

void nwti_translation_put_int(nwti_translation *t, const char *key, int32_t type, int64_t number)
{
    nwti_value value = {(uint8_t)type, 0, 0, {.integer = number}};

    nwti_translation_put(t, key, &value);
}

void nwti_translation_put_tuple(nwti_translation *t, const char *key, uint32_t count,
                                const nwti_value *items)
{
    nwti_value *copy = nwti_new_array(t->import->ctx, (size_t)count + 1, sizeof *copy);
    nwti_value tuple = {NWTI_TUPLE, 0, count, {.items = copy}};

    if (copy != NULL) {
        memcpy(copy, items, count * sizeof *copy);
        nwti_translation_put(t, key, &tuple);
    }
}

void nwti_translation_drop(nwti_translation *t, const char *key)
{
    nwti_value *place = place_of(t, key);
    size_t index;

    if (place != NULL) {
        index = (size_t)(place - 1 - t->pairs);
        memmove(place - 1, place + 1, (2 * (size_t)t->count - index - 2) * sizeof *place);
        t->count--;
    }
}

/* ------------------------------------------------------------------------ rows */

int32_t nwti_past_holds(const nwt_past *row, nwti_version version)
{
    return version >= row->since && (row->until == 0 || version < row->until);
}

int32_t nwti_past_is_about(const nwt_past *row, const char *written)
{
    return nwti_has_word(row->written, written);
}

int32_t nwti_past_is_own(const nwti_translation *t, const char *key)
{
    int32_t row = t->kind != NULL ? nwti_row_find(&t->kind->options, key, strlen(key)) : -1;

    return row >= 0 && !(nwti_row(&t->kind->options, row)->flags & NWT_FLAG_HIDDEN);
}

/* Words that every layer had, or every random one. */
static const nwt_past shared[] = {
    NWT_PAST_DROPPED("dynamic rng_type", 30000),
    NWT_PAST_KEY("input_dtype", "input_dtype", 20000),
    NWT_PAST_END,
};

static const nwt_past *find_key(const nwti_translation *t, const nwt_past *row, const char *key)
{
    int32_t is_own = nwti_past_is_own(t, key);

    for (; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_KEY && nwti_has_word(row->key, key) &&
            nwti_past_is_about(row, t->written) &&
            (!is_own || (row->now != NULL && strcmp(row->now, key) == 0))) {
            return row;
        }
    }
    return NULL;
}

const nwt_past *nwti_past_key(const nwti_translation *t, const char *key)
{
    const nwt_past *row = t->kind != NULL ? find_key(t, t->kind->descriptor->past, key) : NULL;

    return row != NULL ? row : find_key(t, shared, key);
}

/* --------------------------------------------------------------------- classes */

static const nwti_value *given(const nwti_translation *t, const char *key)
{
    uint32_t i;

    for (i = 0; i < t->given_count; i++) {
        const nwti_value *pair = t->given + 2 * (size_t)i;

        if (pair->type == NWTI_STRING && strcmp(pair->as.string, key) == 0) {
            return pair[1].type != NWTI_NONE ? pair + 1 : NULL;
        }
    }
    return NULL;
}

/* One condition of a row: nothing, a function, or a text. */
static int32_t is_as_wanted(const nwti_value *value, const nwti_value *wanted)
{
    if (wanted->type == NWTI_NONE || value == NULL) {
        return wanted->type == NWTI_NONE && value == NULL;
    }
    return wanted->type == NWTI_CALL ? value->type == NWTI_CALL
                                     : nwti_value_is(value, nwti_value_string(wanted));
}

/* Whether the options are as the row of a class wants them. */
static int32_t is_met(const nwti_translation *t, const nwt_past *row)
{
    nwt_context *ctx = t->import->ctx;
    nwti_syntax_error error;
    const nwti_value *wanted;
    uint32_t i;

    if (row->text == NULL) {
        return 1;
    }
    wanted = nwti_literal_read_arguments(&ctx->arena, row->text, strlen(row->text), 8, &error);
    if (wanted == NULL) {
        if (error.what == NULL) {
            nwti_out_of_memory(ctx);
        }
        return 0;
    }
    for (i = 0; i < wanted->length; i++) {
        const nwti_value *pair = wanted->as.items + 1 + 2 * (size_t)i;

        if (pair->type != NWTI_STRING || !is_as_wanted(given(t, pair->as.string), pair + 1)) {
            return 0;
        }
    }
    return 1;
}

/* A config whose version is not stated may be of any. */
static int32_t is_of_its_time(const nwti_translation *t, const nwt_past *row)
{
    return (!t->is_call && !t->import->is_stated) || nwti_past_holds(row, t->import->version);
}

/* The kind that is called so today: not one that had the name at its time. */
static nwti_kind *named_today(const nwti_translation *t, const nwti_past_class *classes)
{
    nwti_kind *kind = nwti_kind_named(t->import->ctx, t->written);

    for (; classes != NULL; classes = classes->next) {
        if (nwti_kind_at(t->import->ctx, (int32_t)classes->index) == kind) {
            return NULL;
        }
    }
    return kind;
}

/* In this order: rows that want certain options, rows of this version, today's name, a row of
   another version, the latest. */
void nwti_past_find(nwti_translation *t)
{
    nwt_context *ctx = t->import->ctx;
    const nwti_past_class *classes = nwti_kind_classes(ctx, t->written), *one, *best = NULL;
    nwti_kind *today = named_today(t, classes);
    int32_t rank, best_rank = 0;

    for (one = classes; one != NULL; one = one->next) {
        if (!is_met(t, one->row)) {
            continue;
        }
        rank = (is_of_its_time(t, one->row) ? 3 : 1) + (one->row->text != NULL);
        if (rank > best_rank ||
            (rank == best_rank && rank < 3 && one->row->until > best->row->until)) {
            best = one;
            best_rank = rank;
        }
    }
    if (today != NULL && best_rank < 3) {
        best = NULL;
    }
    t->class_row = best != NULL ? best->row : NULL;
    t->kind = best != NULL ? nwti_kind_at(ctx, (int32_t)best->index) : today;
    t->class_name = t->kind != NULL ? t->kind->descriptor->name : t->written;
}

int32_t nwti_past_is_class(nwt_context *ctx, const char *name)
{
    return nwti_kind_named(ctx, name) != NULL || nwti_kind_classes(ctx, name) != NULL;
}

/* ----------------------------------------------------------------- translation */

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

static void take_pair(nwti_translation *t, const nwti_value *key, const nwti_value *value)
{
    const nwt_past *row = key->type == NWTI_STRING ? nwti_past_key(t, key->as.string) : NULL;

    value = value->type == NWTI_DICT ? unwrap(value) : value;
    if (row == NULL) {
        add_pair(t, key, value);
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

    if (!nwti_past_is_class(ctx, written)) {
        nwti_kind_wanted(ctx, written); /* sets the error */
        return NULL;
    }
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
    if (ctx->status != NWT_STATUS_OK || nwti_past_positions(&t, pairs)) {
        return NULL;
    }
    nwti_past_find(&t); /* once more: the options have their keys */
    return ctx->status == NWT_STATUS_OK && translate(&t) == 0 ? call_of(&t) : NULL;
}
