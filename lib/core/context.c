
#include "core/context.h"
#include "core/error.h"
#include <stdlib.h>
#include <string.h>

const char *nwt_version(void)
{
    return NWT_VERSION;
}

int32_t nwt_version_number(void)
{
    return NWT_VERSION_NUMBER;
}

/* A caller of a later version may pass a longer struct, if all that we do not know is zero. */
static int32_t read_options(nwt_context_options *into, const nwt_context_options *from)
{
    const unsigned char *bytes = (const unsigned char *)from;
    size_t i;

    memset(into, 0, sizeof *into);
    if (from == NULL) {
        return 1;
    }
    if (from->size < sizeof from->size || from->size > 4096) {
        return 0;
    }
    for (i = sizeof *into; i < from->size; i++) {
        if (bytes[i] != 0) {
            return 0;
        }
    }
    memcpy(into, from, from->size < sizeof *into ? from->size : sizeof *into);
    return into->reserved == 0 && into->max_depth >= 0 && into->max_depth <= 10000 &&
           into->max_calls >= 0 && into->max_rows >= 0 && into->max_notes >= 0 &&
           into->max_cell >= 0 && into->max_config >= 0;
}

/* What grows leaves its smaller selves in the arena. */
static void *from_arena(void *arena, void *old, size_t old_size, size_t new_size)
{
    void *result = new_size > 0 ? nwti_arena_alloc(arena, new_size) : NULL;

    if (result != NULL && old != NULL) {
        memcpy(result, old, old_size < new_size ? old_size : new_size);
    }
    return result;
}

static int64_t bound(int64_t given, int64_t otherwise)
{
    return given != 0 ? given : otherwise;
}

static void take_bounds(nwt_context *ctx, const nwt_context_options *options)
{
    ctx->max_depth = options->max_depth != 0 ? options->max_depth : 100;
    ctx->max_calls = bound(options->max_calls, 1000000);
    ctx->max_rows = bound(options->max_rows, 100000);
    ctx->max_notes = bound(options->max_notes, 1000);
    ctx->max_cell = bound(options->max_cell, 500);
    ctx->max_config = bound(options->max_config, 100000000);
}

nwt_context *nwt_context_new(const nwt_context_options *given)
{
    nwt_context_options options;
    nwti_heap heap;
    nwt_context *ctx;

    if (!read_options(&options, given)) {
        return NULL;
    }
    nwti_heap_init(&heap, options.resize, options.user, options.memory_limit);
    ctx = nwti_heap_resize(&heap, NULL, 0, sizeof *ctx);
    if (ctx == NULL) {
        return NULL;
    }
    memset(ctx, 0, sizeof *ctx);
    ctx->heap = heap;
    nwti_arena_init(&ctx->arena, &ctx->heap);
    nwti_arena_init(&ctx->permanent, &ctx->heap);
    nwti_arena_init(&ctx->scratch, &ctx->heap);
    nwti_arena_init(&ctx->works, &ctx->heap);
    nwti_heap_init(&ctx->in_arena, from_arena, &ctx->arena, 0);
    nwti_map_init(&ctx->noted, &ctx->heap);
    nwti_map_init(&ctx->kind_names, &ctx->heap);
    nwti_map_init(&ctx->past_classes, &ctx->heap);
    nwti_map_init(&ctx->counters, &ctx->heap);
    take_bounds(ctx, &options);
    return ctx;
}

void nwt_context_free(nwt_context *ctx)
{
    const nwti_ending *ending;
    nwti_heap heap;
    int32_t i;

    if (ctx == NULL) {
        return;
    }
    for (ending = ctx->endings; ending != NULL; ending = ending->next) {
        ending->end(ending->user);
    }
    nwti_heap_free(&ctx->heap, ctx->kinds, (size_t)ctx->kind_capacity * sizeof *ctx->kinds);
    for (i = 0; i < (int32_t)(sizeof ctx->graph / sizeof ctx->graph[0]); i++) {
        if (ctx->graph[i].heap != NULL) {
            nwti_stack_free(&ctx->graph[i]);
        }
    }
    nwti_map_free(&ctx->noted);
    nwti_map_free(&ctx->kind_names);
    nwti_map_free(&ctx->past_classes);
    nwti_map_free(&ctx->counters);
    nwti_arena_free(&ctx->arena);
    nwti_arena_free(&ctx->permanent);
    nwti_arena_free(&ctx->scratch);
    nwti_arena_free(&ctx->works);
    heap = ctx->heap;
    nwti_heap_free(&heap, ctx, sizeof *ctx);
}

void nwt_context_reset(nwt_context *ctx)
{
    nwti_counter *counter;

    if (ctx == NULL) {
        return;
    }
    for (counter = ctx->counted; counter != NULL; counter = counter->next) {
        counter->names = 0;
    }
    nwti_arena_reset(&ctx->arena);
    nwti_arena_reset(&ctx->scratch);
    nwti_arena_reset(&ctx->works);
    ctx->notes = NULL;
    if (ctx->note_count > 0) {
        nwti_map_clear(&ctx->noted);
    }
    ctx->note_count = 0;
    ctx->note_capacity = 0;
    ctx->note_dropped = 0;
    ctx->automatic_next = 0;
    ctx->generation++;
    nwt_context_clear_error(ctx);
}

int64_t nwt_context_generation(const nwt_context *ctx)
{
    return ctx != NULL ? ctx->generation : -1;
}

int64_t nwt_context_memory(const nwt_context *ctx)
{
    return ctx != NULL ? (int64_t)ctx->heap.used : -1;
}

int32_t nwti_count_begin(nwt_context *ctx)
{
    int32_t outer = ctx->is_counted;

    if (!outer) {
        ctx->evaluated = 0;
    }
    ctx->is_counted = 1;
    return outer;
}

void nwti_count_end(nwt_context *ctx, int32_t outer)
{
    ctx->is_counted = outer;
}

void *nwti_new(nwt_context *ctx, size_t size)
{
    void *result = nwti_arena_alloc(&ctx->arena, size);

    if (result == NULL) {
        nwti_out_of_memory(ctx);
    }
    return result;
}

void *nwti_new_array(nwt_context *ctx, size_t count, size_t size)
{
    void *result = nwti_arena_array(&ctx->arena, count, size);

    if (result == NULL) {
        nwti_out_of_memory(ctx);
    }
    return result;
}

const char *nwti_copy_string(nwt_context *ctx, const char *text, size_t length)
{
    const char *result = nwti_arena_string(&ctx->arena, text, length);

    if (result == NULL) {
        nwti_out_of_memory(ctx);
    }
    return result;
}

void *nwti_grow(nwt_context *ctx, void *items, int64_t count, int64_t *capacity, size_t size)
{
    int64_t wider = *capacity < 8 ? 8 : *capacity * 2;
    void *result;

    if (count < *capacity) {
        return items;
    }
    result = nwti_new_array(ctx, (size_t)wider, size);
    if (result != NULL) {
        if (count > 0) {
            memcpy(result, items, (size_t)count * size);
        }
        *capacity = wider;
    }
    return result;
}

void nwti_hand_over(void *into, size_t size, const void *from, size_t from_size)
{
    memcpy(into, from, size < from_size ? size : from_size);
    if (size > from_size) {
        memset((unsigned char *)into + from_size, 0, size - from_size);
    }
}
