/* A map from text to a pointer, and a hash of bytes. The keys are borrowed. */
#ifndef NWTI_SUPPORT_HASH_H
#define NWTI_SUPPORT_HASH_H

#include "support/memory.h"

typedef struct nwti_map_slot nwti_map_slot;

typedef struct nwti_map {
    nwti_heap *heap;
    nwti_map_slot *slots; /* a power of two, or none */
    size_t capacity;
    size_t count;
    uint64_t secret; /* 0: the quick hash */
} nwti_map;

/* Keys that stand further from where their hash leads are not so by chance: they were chosen. The
   table is then made anew with a hash that nobody can foresee. */
enum { NWTI_HASH_FURTHEST = 512 };

/* One number more into a hash; its high half is that to be used. The multiplier is 2^64 divided by
   the golden ratio (Knuth, volume 3, 6.4). */
static inline uint64_t nwti_mix(uint64_t hash, uint64_t number)
{
    hash = (hash ^ number) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

uint32_t nwti_hash(const char *bytes, size_t length);
/* The hash of a secret. Goes on from `hash`, which is 0 at the beginning. */
uint64_t nwti_hash_on(uint64_t hash, uint64_t secret, const char *bytes, size_t length);
/* A secret, for a table at that address; never 0. */
uint64_t nwti_hash_secret(const void *address);

void nwti_map_init(nwti_map *map, nwti_heap *heap);
/* Room for so many keys in all. 0 when out of memory. */
int32_t nwti_map_reserve(nwti_map *map, size_t count);
/* The place of the key's value, made (as NULL) if it is new; NULL when out of memory.
   Ends with the next call for another key. */
void **nwti_map_at(nwti_map *map, const char *key, size_t length);
/* The value, or NULL. */
void *nwti_map_get(const nwti_map *map, const char *key, size_t length);
/* Forgets all, keeps the slots. */
void nwti_map_clear(nwti_map *map);
void nwti_map_free(nwti_map *map);

#endif
