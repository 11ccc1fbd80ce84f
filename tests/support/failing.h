/* An allocator for tests: checks the sizes it is told, counts, and fails when asked. */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H

#include "support/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct failing {
    int64_t left;  /* allocations that still succeed; below 0: all do */
    int32_t once;  /* only one fails, those after it succeed again */
    int64_t calls; /* allocations asked for */
    int64_t live;  /* blocks not yet freed */
    int32_t wrong; /* the size of a block was not the one it was made with */
} failing;

enum { FAILING_HEADER = 16 };

static void *failing_resize(void *user, void *old, size_t old_size, size_t new_size)
{
    failing *state = user;
    unsigned char *block = old != NULL ? (unsigned char *)old - FAILING_HEADER : NULL;

    if (block != NULL) {
        size_t size;

        memcpy(&size, block, sizeof size);
        state->wrong |= size != old_size;
    } else {
        state->wrong |= old_size != 0;
    }
    if (new_size == 0) {
        state->live -= block != NULL;
        free(block);
        return NULL;
    }
    state->calls++;
    if (state->left == 0) {
        state->left -= state->once;
        return NULL;
    }
    state->left -= state->left > 0;
    state->live += block == NULL;
    block = realloc(block, new_size + FAILING_HEADER);
    if (block == NULL) {
        abort();
    }
    memcpy(block, &new_size, sizeof new_size);
    return block + FAILING_HEADER;
}

/* The n-th allocation from now fails (n from 0), and all after it; below 0: none. */
static inline void failing_init(failing *state, nwti_heap *heap, int64_t n)
{
    memset(state, 0, sizeof *state);
    state->left = n;
    nwti_heap_init(heap, failing_resize, state, 0);
}

#endif
