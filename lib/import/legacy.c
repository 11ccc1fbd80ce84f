/*
 * Keras 1 and 2 in today's words: classes and options are translated here, at
 * the border, from the tables in legacy_keys.c. A layer shows by its own words
 * whose it is, so a file may mix them.
 */
#include "import/legacy.h"
#include "core/error.h"
#include "core/note.h"

#include <string.h>

int32_t nwti_has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    const char *end;

    while (words != NULL && *words != '\0') {
        end = strchr(words, ' ');
        if (end == NULL) {
            return strcmp(words, word) == 0;
        }
        if ((size_t)(end - words) == length && memcmp(words, word, length) == 0) {
            return 1;
        }
        words = end + 1;
    }
    return words == NULL;
}

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
    const nwti_rename *row = key->type == NWTI_STRING
                                 ? nwti_legacy_rename(key->as.string, t->class_name)
                                 : NULL;

    value = value->type == NWTI_DICT ? unwrap(value) : value;
    if (row == NULL) {
        add_pair(t, key, value);
    } else if (row->take != NULL) {
        row->take(t, row, value);
    } else if (row->to != NULL) {
        nwti_translation_put(t, row->to, value);
    }
}

/* nb_row and nb_col have become kernel_size. */
static void join_parts(nwti_translation *t)
{
    nwti_value *items, list = {NWTI_TUPLE, 0, t->part_count, {0}};

    if (t->part_count == 0) {
        return;
    }
    items = nwti_new_array(t->import->ctx, t->part_count, sizeof *items);
    if (items != NULL) {
        memcpy(items, t->parts, t->part_count * sizeof *items);
        list.as.items = items;
        nwti_translation_put(t, "kernel_size", &list);
    }
}

/* Fills a translation from pairs of keys and values. */
static int32_t translate(nwti_translation *t, const nwti_value *pairs, uint32_t count)
{
    uint32_t i;

    t->class_name = nwti_legacy_class(t->written);
    t->capacity = count + 4;
    t->pairs = nwti_new_array(t->import->ctx, 2 * (size_t)t->capacity, sizeof *t->pairs);
    if (t->pairs == NULL) {
        return t->import->ctx->status;
    }
    for (i = 0; i < count; i++) {
        take_pair(t, pairs + 2 * (size_t)i, pairs + 2 * (size_t)i + 1);
    }
    join_parts(t);
    nwti_legacy_finish(t);
    return t->import->ctx->status;
}

/* A class of somebody's own keeps its words. */
static int32_t is_own(const nwti_translation *t)
{
    const nwti_kind *kind = nwti_kind_named(t->import->ctx, nwti_legacy_class(t->written));

    return kind == NULL || kind->copies_text;
}

/* Keras 3 writes dtype policies by this name, tf-keras and Keras 2 write "Policy" or a string. */
static int32_t is_today(const nwti_value *config)
{
    const nwti_value *dtype = nwti_value_get(config, "dtype");
    const char *class_name = nwti_value_string(nwti_value_get(dtype, "class_name"));

    return class_name != NULL && strstr(class_name, "DTypePolicy") != NULL;
}

int32_t nwti_legacy_layer(nwti_import *import, const nwti_value *object, const char **class_name,
                          const nwti_value **config)
{
    nwti_translation t = {import, *class_name, *class_name, 0, NULL, 0, 0, {{0}}, 0};
    nwti_value *dict;

    if ((*config)->type != NWTI_DICT || is_today(*config) || nwti_import_is_operation(object)) {
        return 0;
    }
    if (!nwti_legacy_operation(&t, object, *config)) {
        if (is_own(&t) || translate(&t, (*config)->as.items, (*config)->length)) {
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

/* The bias of a GRU that does not say: eras disagree. */
static void note_gru(nwti_translation *t, const nwti_value *pairs, uint32_t count)
{
    const nwti_value *use_bias = nwti_translation_get(t, "use_bias");
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(pairs[2 * (size_t)i].as.string, "reset_after") == 0) {
            return;
        }
    }
    if (use_bias != NULL && use_bias->type == NWTI_BOOL && use_bias->as.integer == 0) {
        return;
    }
    nwti_note_add(t->import->ctx,
                  t->import->era == 3
                      ? "%s: read with two biases (reset_after=True), as in Keras 3; Keras 1 and 2 "
                        "had one (keras=2)"
                      : "%s: read with one bias (reset_after=False), as in Keras 1 and 2; Keras 3 "
                        "has two (keras=3)",
                  t->written);
}

const nwti_value *nwti_legacy_call(nwti_import *import, const char *written, const nwti_value *call)
{
    nwti_translation t = {import, written, written, 1, NULL, 0, 0, {{0}}, 0};
    nwti_value *pairs, *items;

    if (nwti_kind_wanted(import->ctx, nwti_legacy_class(written)) == NULL) {
        return NULL;
    }
    pairs = nwti_new_array(import->ctx, 2 * (size_t)call->length, sizeof *pairs);
    if (pairs == NULL) {
        return NULL;
    }
    memcpy(pairs, call->as.items + 1, 2 * (size_t)call->length * sizeof *pairs);
    if (nwti_legacy_positions(import, written, pairs, call->length) ||
        translate(&t, pairs, call->length)) {
        return NULL;
    }
    if (nwti_has_word("GRU GRUCell", t.class_name)) {
        note_gru(&t, pairs, call->length);
    }
    items = nwti_new_array(import->ctx, 2 + 2 * (size_t)t.count, sizeof *items);
    if (items == NULL) {
        return NULL;
    }
    items[0] = (nwti_value){NWTI_CALL, 0, t.count, {.items = items + 1}};
    items[1] = (nwti_value){
        NWTI_STRING, 0, (uint32_t)strlen(t.class_name), {.string = t.class_name}};
    if (t.count > 0) {
        memcpy(items + 2, t.pairs, 2 * (size_t)t.count * sizeof *items);
    }
    return items;
}
