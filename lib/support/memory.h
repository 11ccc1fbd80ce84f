/*
 * Memory: one allocation hook with a limit, and arenas on top of it.
 *
 * A heap counts what it hands out, so a limit can be kept and every failure
 * can be provoked. An arena gives memory that lives until the arena is reset
 * (blocks are kept for the next round) or freed; nothing in it is freed alone.
 */
#ifndef NWTI_SUPPORT_MEMORY_H
#define NWTI_SUPPORT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* `old` NULL: allocate; `new_size` 0: free; else resize. NULL means failure. */
typedef void *(*nwti_resize)(void *user, void *old, size_t old_size, size_t new_size);

typedef struct nwti_heap {
    nwti_resize resize;
    void *user;
    size_t limit; /* bytes; SIZE_MAX: none */
    size_t used;
    int32_t failed; /* an allocation failed since this was last cleared */
} nwti_heap;

/* `resize` NULL: malloc, realloc and free. `limit` 0: none. */
void nwti_heap_init(nwti_heap *heap, nwti_resize resize, void *user, size_t limit);
/* NULL when out of memory or over the limit; then heap->failed is set and `old` still lives. */
void *nwti_heap_resize(nwti_heap *heap, void *old, size_t old_size, size_t new_size);
void nwti_heap_free(nwti_heap *heap, void *pointer, size_t size);

typedef struct nwti_block nwti_block;

typedef struct nwti_arena {
    nwti_heap *heap;
    nwti_block *first;
    nwti_block *current; /* blocks after it are empty, kept for later */
    unsigned char *next;
    unsigned char *end;
} nwti_arena;

typedef struct nwti_mark {
    nwti_block *block;
    unsigned char *next;
} nwti_mark;

void nwti_arena_init(nwti_arena *arena, nwti_heap *heap);
void *nwti_arena_alloc_slowly(nwti_arena *arena, size_t size);

/* Of all that is kept in arenas; long double is not. */
#define NWTI_ALIGNMENT   \
    sizeof(union {       \
        double d;        \
        int64_t i;       \
        void *p;         \
        void (*f)(void); \
    })
#define NWTI_ROUND_UP(n) (((n) + NWTI_ALIGNMENT - 1) & ~(NWTI_ALIGNMENT - 1))

/* Aligned for integers, doubles and pointers; not zeroed. A size of 0 gives a valid pointer. NULL
   when out of memory. */
static inline void *nwti_arena_alloc(nwti_arena *arena, size_t size)
{
    unsigned char *result = arena->next;
    size_t rounded = NWTI_ROUND_UP(size);

    if (rounded < size || (size_t)(arena->end - result) < rounded || result == NULL) {
        return nwti_arena_alloc_slowly(arena, size);
    }
    arena->next = result + rounded;
    return result;
}

/* count * size bytes, overflow-checked. */
void *nwti_arena_array(nwti_arena *arena, size_t count, size_t size);
void *nwti_arena_zeroed(nwti_arena *arena, size_t size);
/* Copies `length` bytes and ends them with a NUL. */
char *nwti_arena_string(nwti_arena *arena, const char *text, size_t length);
/* What was allocated after the mark ends with the rewind. */
nwti_mark nwti_arena_mark(const nwti_arena *arena);
void nwti_arena_rewind(nwti_arena *arena, nwti_mark mark);
/* Ends all that is in the arena, keeps its blocks. */
void nwti_arena_reset(nwti_arena *arena);
void nwti_arena_free(nwti_arena *arena);

/* A stack of equal items that grows by doubling: for walks and parsers without recursion. */
typedef struct nwti_stack {
    nwti_heap *heap;
    void *items;
    size_t item_size;
    size_t count;
    size_t capacity;
} nwti_stack;

void nwti_stack_init(nwti_stack *stack, nwti_heap *heap, size_t item_size);
void *nwti_stack_push_slowly(nwti_stack *stack, size_t count);

/* The new, uninitialised items (of `count`); NULL when out of memory. Earlier pointers end. */
static inline void *nwti_stack_push(nwti_stack *stack, size_t count)
{
    void *result;

    if (count > stack->capacity - stack->count || stack->items == NULL) {
        return nwti_stack_push_slowly(stack, count);
    }
    result = (unsigned char *)stack->items + stack->count * stack->item_size;
    stack->count += count;
    return result;
}

void nwti_stack_free(nwti_stack *stack);

#endif
