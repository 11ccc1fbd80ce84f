/* What the fuzz targets of both readers do with a text. */
#ifndef TESTS_FUZZ_SYNTAX_H
#define TESTS_FUZZ_SYNTAX_H

#include "replay.h"
#include "support/literal.h"
#include "support/failing.h"

#include <stdlib.h>

typedef const nwti_value *(*reader)(nwti_arena *, const char *, size_t, size_t,
                                    nwti_syntax_error *);

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

/* How many values stand at `items`. */
static size_t count_items(const nwti_value *value)
{
    switch (value->type) {
    case NWTI_LIST:
    case NWTI_TUPLE:
        return value->length;
    case NWTI_DICT:
        return 2 * (size_t)value->length;
    case NWTI_CALL:
        return 1 + 2 * (size_t)value->length;
    default:
        return 0;
    }
}

/* Looks at every value: each well-formed, all together no more than the text can hold. */
static void walk(const nwti_value *root, nwti_heap *heap, size_t size)
{
    nwti_stack stack;
    size_t bytes = 0, seen = 0, i;

    nwti_stack_init(&stack, heap, sizeof root);
    *(const nwti_value **)nwti_stack_push(&stack, 1) = root;
    while (stack.count > 0) {
        const nwti_value *value = ((const nwti_value **)stack.items)[--stack.count];
        size_t count = count_items(value);

        require(value->type <= NWTI_CALL);
        /* A key of JSON tells how far it is to the next. */
        require(
            value->flags == 0 || value->type == NWTI_STRING ||
            (value->type == NWTI_CALL && value->length == 0 && value->flags == NWTI_VALUE_BARE));
        require(value->type != NWTI_BOOL || value->as.integer == 0 || value->as.integer == 1);
        require(value->type != NWTI_CALL || value->as.items->type == NWTI_STRING);
        if (value->type == NWTI_STRING) {
            bytes += value->length;
            /* The end of each is read, so that one beyond its block is caught. */
            require(value->as.string[value->length] == '\0');
        }
        for (i = 0; i < count; i++) {
            const nwti_value **place = nwti_stack_push(&stack, 1);

            require(place != NULL);
            *place = value->as.items + i;
        }
        seen++;
    }
    require(bytes <= size);
    /* A bare name as an argument has the most: a NONE for its key, itself and its text. */
    require(seen <= 2 * size + 3);
    nwti_stack_free(&stack);
}

/* Reads the text with the n-th allocation failing (n below 0: none); returns their number. */
static int64_t read_once(reader read_text, const uint8_t *data, size_t size, int64_t n)
{
    size_t depth = size % 7 == 0 ? SIZE_MAX : size % 50;
    nwti_syntax_error error;
    nwti_arena arena;
    nwti_heap heap;
    failing state;
    const nwti_value *value;

    failing_init(&state, &heap, n);
    nwti_arena_init(&arena, &heap);
    value = read_text(&arena, (const char *)data, size, depth, &error);
    if (value == NULL) {
        require(error.what != NULL || heap.failed);
        require(error.offset <= size && error.line >= 1 && error.column >= 1);
        require(n >= 0 || error.what != NULL);
    } else if (n < 0) {
        walk(value, &heap, size);
    }
    nwti_arena_free(&arena);
    require(heap.used == 0 && state.live == 0 && !state.wrong);
    return state.calls;
}

static void read_all_ways(reader read_text, const uint8_t *data, size_t size)
{
    int64_t calls = read_once(read_text, data, size, -1);

    read_once(read_text, data, size, (int64_t)size % calls);
}

#endif
