#include "core/shaped.h"

#include <string.h>

/* FNV-1a over ranks and dims. */
static uint32_t hash_of(int32_t count, const nwt_tensor *const *inputs)
{
    uint32_t hash = 2166136261u;
    int32_t i, axis;

    for (i = 0; i < count; i++) {
        hash = (hash ^ (uint32_t)inputs[i]->rank) * 16777619u;
        for (axis = 0; axis < inputs[i]->rank; axis++) {
            hash = (hash ^ (uint32_t)inputs[i]->dims[axis]) * 16777619u;
            hash = (hash ^ (uint32_t)((uint64_t)inputs[i]->dims[axis] >> 32)) * 16777619u;
        }
    }
    return hash;
}

static int32_t are_same(int32_t count, const nwt_tensor *const *a, const nwt_tensor *const *b)
{
    int32_t i;

    for (i = 0; i < count; i++) {
        if (!nwti_same_shape(a[i], b[i])) {
            return 0;
        }
    }
    return 1;
}

void *nwti_shaped_find(const nwti_shapings *in, int32_t count, const nwt_tensor *const *inputs)
{
    uint32_t hash = in->count > 0 ? hash_of(count, inputs) : 0;
    nwti_shaped *shaped = in->count > 0 ? in->buckets[hash & (in->capacity - 1)] : NULL;

    while (shaped != NULL && (shaped->hash != hash || !are_same(count, inputs, shaped->inputs))) {
        shaped = shaped->next;
    }
    return shaped;
}

/* Twice as many buckets. The old ones stay in the arena, and are smaller than the new. */
static int32_t widen(nwti_shapings *in, nwti_arena *arena)
{
    uint32_t capacity = in->capacity < 4 ? 4 : 2 * in->capacity, i;
    nwti_shaped **buckets = capacity > in->capacity
                                ? nwti_arena_array(arena, capacity, sizeof *buckets)
                                : NULL;

    if (buckets == NULL) {
        return 1;
    }
    memset(buckets, 0, capacity * sizeof *buckets);
    for (i = 0; i < in->capacity; i++) {
        nwti_shaped *next, *shaped = in->buckets[i];

        for (; shaped != NULL; shaped = next) {
            nwti_shaped **bucket = &buckets[shaped->hash & (capacity - 1)];

            next = shaped->next;
            shaped->next = *bucket;
            *bucket = shaped;
        }
    }
    in->buckets = buckets;
    in->capacity = capacity;
    return 0;
}

int32_t nwti_shaped_add(nwti_shapings *to, nwti_arena *arena, int32_t count, nwti_shaped *shaped)
{
    nwti_shaped **bucket;

    if (to->count >= to->capacity && widen(to, arena)) {
        return 1;
    }
    shaped->hash = hash_of(count, shaped->inputs);
    bucket = &to->buckets[shaped->hash & (to->capacity - 1)];
    shaped->next = *bucket;
    *bucket = shaped;
    to->count++;
    return 0;
}
