#include "support/hash.h"
#include "support/bytes.h"

#include <string.h>
#include <time.h>

struct nwti_map_slot {
    const char *key; /* NULL: free */
    size_t length;
    uint32_t hash;
    void *value;
};

static uint64_t chunk_at(const char *bytes)
{
    uint64_t chunk;

    memcpy(&chunk, bytes, sizeof chunk);
    return chunk;
}

/* Eight bytes at a time, the last eight overlapping those before. */
uint32_t nwti_hash(const char *bytes, size_t length)
{
    uint64_t hash = nwti_mix(0, length), last = 0;
    size_t i;

    if (length >= sizeof last) {
        for (i = sizeof last; i < length; i += sizeof last) {
            hash = nwti_mix(hash, chunk_at(bytes + i - sizeof last));
        }
        last = chunk_at(bytes + length - sizeof last);
    } else {
        for (i = 0; i < length; i++) {
            last = last << 8 | (unsigned char)bytes[i];
        }
    }
    hash = nwti_mix(hash, last);
    return (uint32_t)(hash >> 32 ^ hash >> 15);
}

/* The polynomial of the bytes at a secret point, modulo a prime: two texts have the same value at
   no more of its 2^31 points than they are long. */
uint64_t nwti_hash_on(uint64_t hash, uint64_t secret, const char *bytes, size_t length)
{
    static const uint64_t prime = 0x7FFFFFFF;
    uint64_t point = secret & prime;
    size_t i;

    for (i = 0; i < length; i++) {
        hash = hash * point + (unsigned char)bytes[i] + 1;
        hash = (hash & prime) + (hash >> 31);
        hash = (hash & prime) + (hash >> 31);
    }
    return hash;
}

uint64_t nwti_hash_secret(const void *address)
{
    uint64_t secret = nwti_mix(0, (uint64_t)(uintptr_t)address);

    secret = nwti_mix(secret, (uint64_t)(uintptr_t)&secret);
    secret = nwti_mix(secret, (uint64_t)time(NULL));
    return nwti_mix(secret, (uint64_t)clock()) | 1;
}

static uint32_t hash_of(uint64_t secret, const char *key, size_t length)
{
    return secret == 0 ? nwti_hash(key, length)
                       : (uint32_t)(nwti_mix(secret, nwti_hash_on(0, secret, key, length)) >> 32);
}

void nwti_map_init(nwti_map *map, nwti_heap *heap)
{
    memset(map, 0, sizeof *map);
    map->heap = heap;
}

/* The key's slot, or the free slot where it belongs. */
static nwti_map_slot *find(nwti_map_slot *slots, size_t capacity, uint32_t hash, const char *key,
                           size_t length)
{
    size_t i = hash & (capacity - 1);

    while (slots[i].key != NULL && (slots[i].hash != hash || slots[i].length != length ||
                                    !nwti_same(slots[i].key, key, length))) {
        i = (i + 1) & (capacity - 1);
    }
    return &slots[i];
}

/* The keys in as many slots, by the hash of that secret. */
static int32_t remake(nwti_map *map, size_t capacity, uint64_t secret)
{
    nwti_map_slot *slots;
    size_t i;

    if (capacity > SIZE_MAX / sizeof *slots) { /* GCOVR_EXCL_START: a machine's memory is less */
        map->heap->failed = 1;
        return 0;
    } /* GCOVR_EXCL_STOP */
    slots = nwti_heap_resize(map->heap, NULL, 0, capacity * sizeof *slots);
    if (slots == NULL) {
        return 0;
    }
    memset(slots, 0, capacity * sizeof *slots);
    for (i = 0; i < map->capacity; i++) {
        nwti_map_slot *old = &map->slots[i];

        if (old->key != NULL) {
            old->hash = secret != map->secret ? hash_of(secret, old->key, old->length) : old->hash;
            *find(slots, capacity, old->hash, old->key, old->length) = *old;
        }
    }
    nwti_heap_free(map->heap, map->slots, map->capacity * sizeof *slots);
    map->slots = slots;
    map->capacity = capacity;
    map->secret = secret;
    return 1;
}

int32_t nwti_map_reserve(nwti_map *map, size_t count)
{
    size_t capacity = 16;

    while (capacity / 4 * 3 < count && capacity <= SIZE_MAX / 2) {
        capacity *= 2;
    }
    return capacity <= map->capacity || remake(map, capacity, map->secret);
}

void **nwti_map_at(nwti_map *map, const char *key, size_t length)
{
    uint32_t hash = hash_of(map->secret, key, length);
    nwti_map_slot *slot;

    if (map->count + 1 > map->capacity / 4 * 3 && !nwti_map_reserve(map, map->count + 1)) {
        return NULL;
    }
    slot = find(map->slots, map->capacity, hash, key, length);
    if (slot->key == NULL && map->secret == 0 &&
        (((size_t)(slot - map->slots) - hash) & (map->capacity - 1)) > NWTI_HASH_FURTHEST) {
        if (!remake(map, map->capacity, nwti_hash_secret(map))) {
            return NULL;
        }
        hash = hash_of(map->secret, key, length);
        slot = find(map->slots, map->capacity, hash, key, length);
    }
    if (slot->key == NULL) {
        slot->key = key;
        slot->length = length;
        slot->hash = hash;
        slot->value = NULL;
        map->count++;
    }
    return &slot->value;
}

void *nwti_map_get(const nwti_map *map, const char *key, size_t length)
{
    if (map->count == 0) {
        return NULL;
    }
    return find(map->slots, map->capacity, hash_of(map->secret, key, length), key, length)->value;
}

void nwti_map_clear(nwti_map *map)
{
    if (map->slots != NULL) {
        memset(map->slots, 0, map->capacity * sizeof *map->slots);
    }
    map->count = 0;
}

void nwti_map_free(nwti_map *map)
{
    nwti_heap_free(map->heap, map->slots, map->capacity * sizeof *map->slots);
    nwti_map_init(map, map->heap);
}
