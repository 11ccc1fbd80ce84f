#include "support/value.h"

#include <string.h>

const nwti_value *nwti_value_find(const nwti_value *dict, const char *key, size_t length)
{
    uint32_t i;

    if (dict == NULL || dict->type != NWTI_DICT) {
        return NULL;
    }
    for (i = dict->length; i > 0; i--) {
        const nwti_value *pair = dict->as.items + 2 * (size_t)(i - 1);

        if (pair->type == NWTI_STRING && pair->length == length &&
            nwti_same(pair->as.string, key, length)) {
            return pair + 1;
        }
    }
    return NULL;
}

void nwti_value_fields(const nwti_value *dict, const nwti_value_key *keys, int32_t count,
                       const nwti_value **found)
{
    const nwti_value *pair, *end;
    int32_t next = 0, tries;

    memset(found, 0, (size_t)count * sizeof *found);
    if (dict == NULL || dict->type != NWTI_DICT) {
        return;
    }
    pair = dict->as.items;
    for (end = pair + 2 * (size_t)dict->length; pair < end; pair += 2) {
        for (tries = 0; tries < count; tries++) {
            int32_t key = next;

            next = next + 1 < count ? next + 1 : 0;
            if (pair->length == keys[key].length && pair->type == NWTI_STRING &&
                nwti_same(pair->as.string, keys[key].text, keys[key].length)) {
                found[key] = pair + 1;
                break;
            }
        }
    }
}

const char *nwti_value_string(const nwti_value *value)
{
    return value != NULL && value->type == NWTI_STRING ? value->as.string : NULL;
}

int32_t nwti_value_is(const nwti_value *value, const char *text)
{
    const char *string = nwti_value_string(value);

    return string != NULL && strcmp(string, text) == 0;
}

/* Merges pairs [0, middle) with those up to `count`, each by their keys. */
static void merge(const nwti_value **to, const nwti_value **from, size_t middle, size_t count)
{
    size_t a = 0, b = middle, i;

    for (i = 0; i < count; i++) {
        int32_t first = b == count ||
                        (a < middle && strcmp(from[a]->as.string, from[b]->as.string) <= 0);

        to[i] = first ? from[a++] : from[b++];
    }
}

const nwti_value **nwti_value_by_key(nwti_arena *arena, const nwti_value *dict)
{
    size_t count = dict->length, width, i;
    const nwti_value **pairs = nwti_arena_array(arena, 2 * count + 1, sizeof *pairs);
    const nwti_value **other = pairs != NULL ? pairs + count : NULL, **swapped;

    for (i = 0; pairs != NULL && i < count; i++) {
        pairs[i] = dict->as.items + 2 * i;
    }
    for (width = 1; pairs != NULL && width < count; width *= 2) {
        for (i = 0; i < count; i += 2 * width) {
            size_t left = count - i;

            merge(other + i, pairs + i, left < width ? left : width,
                  left < 2 * width ? left : 2 * width);
        }
        swapped = pairs;
        pairs = other;
        other = swapped;
    }
    return pairs;
}
