/* The options of a layer on their way into today's words: pairs that grow. */
#include "import/past.h"

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

void nwti_translation_add(nwti_translation *t, const nwti_value *key, const nwti_value *value)
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
        nwti_translation_add(t, &text, value);
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
