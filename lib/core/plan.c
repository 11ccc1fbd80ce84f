/*
 * A plan of buffers: the largest first, each at the lowest offset that is free
 * during its life. Among equal sizes the earlier first, and the later first:
 * the smaller arena of the two is taken.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/schedule.h"
#include "support/checked.h"

#include <stdlib.h>
#include <string.h>

/* Tries that a plan may take: beyond, it is not made. */
enum { MOST_TRIES = 1 << 23 };

/* Buffers sorted by their first turn; a tree over them has, for each range, the last turn of those
   that are placed: -1 if none is. */
typedef struct planner {
    nwti_schedule *s;
    int32_t *sorted; /* buffers by first turn */
    int32_t *places; /* of each buffer in `sorted` */
    int32_t *latest; /* the tree: the root is 1 */
    int64_t leaves;  /* a power of two */
    int32_t *order;  /* buffers as they are placed */
    int32_t *found;  /* buffers that live at the same time as one */
    int64_t *offsets;
    int64_t tries;
} planner;

/* What is compared: qsort takes no context, so keys stand with the indexes. */
typedef struct keyed {
    int64_t first;
    int64_t second;
    int32_t buffer;
} keyed;

static int by_keys(const void *a, const void *b)
{
    const keyed *left = a, *right = b;

    if (left->first != right->first) {
        return left->first < right->first ? -1 : 1;
    }
    return (left->second > right->second) - (left->second < right->second);
}

static void mark_placed(planner *p, int32_t buffer)
{
    int64_t at = p->leaves + p->places[buffer];

    for (; at > 0; at /= 2) {
        if (p->latest[at] < p->s->buffers[buffer].last) {
            p->latest[at] = p->s->buffers[buffer].last;
        }
    }
}

/* The placed buffers that live when this one does; returns how many. */
static int32_t find_neighbours(planner *p, const nwti_buffer *buffer)
{
    int64_t stack[2 * 64 + 2];
    int32_t depth = 0, count = 0;

    stack[depth++] = 1;
    while (depth > 0) {
        int64_t at = stack[--depth];

        p->tries++;
        if (p->latest[at] < buffer->first) {
            continue;
        }
        if (at < p->leaves) {
            stack[depth++] = 2 * at + 1;
            stack[depth++] = 2 * at;
        } else if (p->s->buffers[p->sorted[at - p->leaves]].first > buffer->last) {
            break; /* and so do all behind it */
        } else {
            p->found[count++] = p->sorted[at - p->leaves];
        }
    }
    return count;
}

static int64_t rounded(int64_t bytes)
{
    return bytes > INT64_MAX - NWTI_ALIGN ? -1 : (bytes + NWTI_ALIGN - 1) / NWTI_ALIGN * NWTI_ALIGN;
}

/* The lowest offset at which `size` is free beside `count` neighbours. */
static int64_t lowest(planner *p, keyed *keys, int32_t count, int64_t size)
{
    int64_t free = 0;
    int32_t i;

    for (i = 0; i < count; i++) {
        keys[i] = (keyed){p->offsets[p->found[i]], 0, p->found[i]};
    }
    qsort(keys, (size_t)count, sizeof *keys, by_keys);
    for (i = 0; i < count; i++) {
        int64_t end = keys[i].first + rounded(p->s->buffers[keys[i].buffer].bytes);

        if (keys[i].first - free >= size) {
            break;
        }
        free = end > free ? end : free;
    }
    return free;
}

/* The arena's size; -1: it took too many tries, or does not fit. */
static int64_t place_all(planner *p, keyed *keys, int32_t later_first)
{
    const nwti_schedule *s = p->s;
    int64_t arena = 0, i;

    for (i = 0; i < s->buffer_count; i++) {
        keys[i] = (keyed){-rounded(s->buffers[i].bytes),
                          later_first ? -(int64_t)s->buffers[i].order : s->buffers[i].order,
                          (int32_t)i};
    }
    qsort(keys, (size_t)s->buffer_count, sizeof *keys, by_keys);
    for (i = 0; i < s->buffer_count; i++) {
        p->order[i] = keys[i].buffer;
    }
    for (i = 0; i < 2 * p->leaves; i++) {
        p->latest[i] = -1;
    }
    for (i = 0; i < s->buffer_count && p->tries < MOST_TRIES; i++) {
        const nwti_buffer *buffer = &s->buffers[p->order[i]];
        int64_t size = rounded(buffer->bytes);
        int32_t count = find_neighbours(p, buffer);
        int64_t offset = lowest(p, keys, count, size);

        p->tries += count;
        p->offsets[p->order[i]] = offset;
        mark_placed(p, p->order[i]);
        if (size < 0 || size > INT64_MAX - offset) {
            return -1;
        }
        arena = offset + size > arena ? offset + size : arena;
    }
    return i == s->buffer_count ? arena : -1;
}

static int32_t prepare(planner *p, keyed *keys)
{
    nwti_arena *arena = &p->s->ctx->works;
    size_t count = (size_t)p->s->buffer_count;
    size_t i;

    for (p->leaves = 1; p->leaves < p->s->buffer_count; p->leaves *= 2) {
    }
    p->sorted = nwti_arena_array(arena, count + 1, sizeof *p->sorted);
    p->places = nwti_arena_array(arena, count + 1, sizeof *p->places);
    p->latest = nwti_arena_array(arena, 2 * (size_t)p->leaves, sizeof *p->latest);
    p->order = nwti_arena_array(arena, count + 1, sizeof *p->order);
    p->found = nwti_arena_array(arena, count + 1, sizeof *p->found);
    p->offsets = nwti_arena_array(arena, count + 1, sizeof *p->offsets);
    if (p->sorted == NULL || p->places == NULL || p->latest == NULL || p->order == NULL ||
        p->found == NULL || p->offsets == NULL) {
        return nwti_out_of_memory(p->s->ctx);
    }
    for (i = 0; i < count; i++) {
        keys[i] = (keyed){p->s->buffers[i].first, (int64_t)i, (int32_t)i};
    }
    qsort(keys, count, sizeof *keys, by_keys);
    for (i = 0; i < count; i++) {
        p->sorted[i] = keys[i].buffer;
        p->places[keys[i].buffer] = (int32_t)i;
    }
    return 0;
}

static void keep(planner *p, int64_t arena)
{
    int64_t i;

    p->s->arena_bytes = arena;
    for (i = 0; i < p->s->buffer_count; i++) {
        p->s->buffers[i].offset = p->offsets[i];
    }
}

int32_t nwti_plan(nwti_schedule *schedule)
{
    keyed *keys = nwti_arena_array(&schedule->ctx->works, (size_t)schedule->buffer_count + 1,
                                   sizeof *keys);
    planner p = {schedule, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0};
    int64_t arena, other;

    if (keys == NULL || prepare(&p, keys)) {
        return nwti_out_of_memory(schedule->ctx);
    }
    arena = place_all(&p, keys, 0);
    if (arena >= 0) {
        keep(&p, arena);
        other = place_all(&p, keys, 1);
        if (other >= 0 && other < arena) {
            keep(&p, other);
        }
    }
    return 0;
}
