#include "support/memory.h"

#include <stdlib.h>
#include <string.h>

/* A build for checks gives every allocation a block of its own, and keeps none that has ended: each
   can then fail, and a sanitizer sees where each ends, and when. */
#ifdef NWTI_SMALL_BLOCKS
#define FIRST_BLOCK ((size_t)0)
#define LARGEST_BLOCK ((size_t)0)
#define KEEPS_BLOCKS 0
#else
#define KEEPS_BLOCKS 1
#define FIRST_BLOCK ((size_t)16 * 1024)
#define LARGEST_BLOCK ((size_t)4 * 1024 * 1024)
#endif

struct nwti_block {
    nwti_block *next;
    size_t size; /* of the whole block */
};

/* Large blocks of common C libraries begin 16 bytes into a page, and so do the texts that callers
   have in them. What stands 1 to 31 bytes further into its page than what is copied to it is copied
   up to fifteen times slower by some processors: more room than that, and what follows begins where
   a cache line does. */
#define BLOCK_HEADER ((size_t)48)
_Static_assert(sizeof(nwti_block) <= 48 && NWTI_ROUND_UP(48) == 48, "a header has room in it");

static void *standard_resize(void *user, void *old, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

void nwti_heap_init(nwti_heap *heap, nwti_resize resize, void *user, size_t limit)
{
    heap->resize = resize != NULL ? resize : standard_resize;
    heap->user = user;
    heap->limit = limit != 0 ? limit : SIZE_MAX;
    heap->used = 0;
    heap->failed = 0;
}

void *nwti_heap_resize(nwti_heap *heap, void *old, size_t old_size, size_t new_size)
{
    size_t others = heap->used - old_size;
    void *result = NULL;

    if (new_size <= heap->limit && others <= heap->limit - new_size) {
        result = heap->resize(heap->user, old, old_size, new_size);
    }
    if (result == NULL) {
        heap->failed = 1;
        return NULL;
    }
    heap->used = others + new_size;
    return result;
}

void nwti_heap_free(nwti_heap *heap, void *pointer, size_t size)
{
    if (pointer != NULL) {
        heap->resize(heap->user, pointer, size, 0);
        heap->used -= size;
    }
}

/* A build with -DNWT_CHECKED overwrites what ends with a reset or a rewind: who reads it all the
   same finds pointers that lead nowhere instead of what was there before. */
#ifdef NWT_CHECKED
static void poison(const nwti_arena *arena, nwti_block *block, unsigned char *from)
{
    for (; block != NULL; block = block->next) {
        unsigned char *end = (unsigned char *)block + block->size;

        if (from == NULL) {
            from = (unsigned char *)block + BLOCK_HEADER;
        }
        memset(from, 0xD6, (size_t)(end - from));
        from = NULL;
        if (block == arena->current) {
            break;
        }
    }
}
#else
static void poison(const nwti_arena *arena, nwti_block *block, unsigned char *from)
{
    (void)arena;
    (void)block;
    (void)from;
}
#endif

void nwti_arena_init(nwti_arena *arena, nwti_heap *heap)
{
    memset(arena, 0, sizeof *arena);
    arena->heap = heap;
}

static void enter(nwti_arena *arena, nwti_block *block)
{
    arena->current = block;
    arena->next = (unsigned char *)block + BLOCK_HEADER;
    arena->end = (unsigned char *)block + block->size;
}

/* How large the next block is made: twice the last, within bounds. */
static size_t size_of_next(const nwti_arena *arena, size_t size)
{
    size_t last = arena->current != NULL ? arena->current->size : FIRST_BLOCK / 2;
    size_t wanted = last > LARGEST_BLOCK / 2 ? LARGEST_BLOCK : last * 2;

    return wanted > size + BLOCK_HEADER ? wanted : size + BLOCK_HEADER;
}

static void free_blocks(nwti_arena *arena, nwti_block *block)
{
    while (block != NULL) {
        nwti_block *next = block->next;

        nwti_heap_free(arena->heap, block, block->size);
        block = next;
    }
}

static void end_blocks(nwti_arena *arena, nwti_block **link)
{
    if (!KEEPS_BLOCKS) {
        free_blocks(arena, *link);
        *link = NULL;
    }
}

/* A new block at *link. Where memory is short, the kept blocks behind it are given up. */
static nwti_block *insert_block(nwti_arena *arena, nwti_block **link, size_t wanted)
{
    int32_t failed = arena->heap->failed;
    nwti_block *block = nwti_heap_resize(arena->heap, NULL, 0, wanted);

    if (block == NULL && *link != NULL) {
        free_blocks(arena, *link);
        *link = NULL;
        arena->heap->failed = failed;
        block = nwti_heap_resize(arena->heap, NULL, 0, wanted);
    }
    if (block != NULL) {
        block->size = wanted;
        block->next = *link;
        *link = block;
    }
    return block;
}

/* Goes on to a block with room for `size` bytes: a kept one if the next is large enough. */
static int32_t grow(nwti_arena *arena, size_t size)
{
    nwti_block **link = arena->current != NULL ? &arena->current->next : &arena->first;
    nwti_block *block = *link;

    if (size > SIZE_MAX - BLOCK_HEADER - LARGEST_BLOCK) {
        arena->heap->failed = 1;
        return 0;
    }
    if (block == NULL || block->size - BLOCK_HEADER < size) {
        block = insert_block(arena, link, size_of_next(arena, size));
    }
    if (block == NULL) {
        return 0;
    }
    enter(arena, block);
    return 1;
}

void *nwti_arena_alloc_slowly(nwti_arena *arena, size_t size)
{
    size_t rounded = NWTI_ROUND_UP(size);
    void *result;

    if (rounded < size) {
        arena->heap->failed = 1;
        return NULL;
    }
    if (arena->current == NULL || (size_t)(arena->end - arena->next) < rounded) {
        if (!grow(arena, rounded)) {
            return NULL;
        }
    }
    result = arena->next;
    arena->next += rounded;
    return result;
}

void *nwti_arena_array(nwti_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        arena->heap->failed = 1;
        return NULL;
    }
    return nwti_arena_alloc(arena, count * size);
}

void *nwti_arena_zeroed(nwti_arena *arena, size_t size)
{
    void *result = nwti_arena_alloc(arena, size);

    if (result != NULL) {
        memset(result, 0, size);
    }
    return result;
}

char *nwti_arena_string(nwti_arena *arena, const char *text, size_t length)
{
    char *result = length < SIZE_MAX ? nwti_arena_alloc(arena, length + 1) : NULL;

    if (result != NULL) {
        memcpy(result, text, length);
        result[length] = '\0';
    }
    return result;
}

nwti_mark nwti_arena_mark(const nwti_arena *arena)
{
    nwti_mark mark = {arena->current, arena->next};

    return mark;
}

void nwti_arena_rewind(nwti_arena *arena, nwti_mark mark)
{
    if (mark.block == NULL) {
        nwti_arena_reset(arena);
        return;
    }
    poison(arena, mark.block, mark.next);
    enter(arena, mark.block);
    arena->next = mark.next;
    end_blocks(arena, &mark.block->next);
}

void nwti_arena_reset(nwti_arena *arena)
{
    if (arena->current != NULL) {
        poison(arena, arena->first, NULL);
    }
    arena->current = NULL;
    arena->next = NULL;
    arena->end = NULL;
    end_blocks(arena, &arena->first);
}

void nwti_arena_free(nwti_arena *arena)
{
    free_blocks(arena, arena->first);
    nwti_arena_init(arena, arena->heap);
}

void nwti_stack_init(nwti_stack *stack, nwti_heap *heap, size_t item_size)
{
    memset(stack, 0, sizeof *stack);
    stack->heap = heap;
    stack->item_size = item_size;
}

void *nwti_stack_push_slowly(nwti_stack *stack, size_t count)
{
    void *result;

    if (count > stack->capacity - stack->count) {
        size_t capacity = stack->capacity < 16 ? 16 : stack->capacity;
        void *items;

        while (capacity - stack->count < count) {
            if (capacity > SIZE_MAX / 2 / stack->item_size) {
                stack->heap->failed = 1;
                return NULL;
            }
            capacity *= 2;
        }
        items = nwti_heap_resize(stack->heap, stack->items, stack->capacity * stack->item_size,
                                 capacity * stack->item_size);
        if (items == NULL) {
            return NULL;
        }
        stack->items = items;
        stack->capacity = capacity;
    }
    result = (unsigned char *)stack->items + stack->count * stack->item_size;
    stack->count += count;
    return result;
}

void nwti_stack_free(nwti_stack *stack)
{
    nwti_heap_free(stack->heap, stack->items, stack->capacity * stack->item_size);
    nwti_stack_init(stack, stack->heap, stack->item_size);
}
