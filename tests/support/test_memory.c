#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing.h"

static failing state;
static nwti_heap heap;
static nwti_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    failing_init(&state, &heap, -1);
    nwti_arena_init(&arena, &heap);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwti_arena_free(&arena);
    return heap.used != 0 || state.live != 0 || state.wrong;
}

static void test_standard_allocator(void **unused)
{
    nwti_heap plain;
    char *block;

    (void)unused;
    nwti_heap_init(&plain, NULL, NULL, 0);
    block = nwti_heap_resize(&plain, NULL, 0, 10);
    assert_non_null(block);
    memcpy(block, "123456789", 10);
    block = nwti_heap_resize(&plain, block, 10, 100000);
    assert_non_null(block);
    assert_string_equal(block, "123456789");
    assert_int_equal(plain.used, 100000);
    nwti_heap_free(&plain, block, 100000);
    nwti_heap_free(&plain, NULL, 0);
    assert_int_equal(plain.used, 0);
    assert_false(plain.failed);
}

static void test_limit_counts_what_lives(void **unused)
{
    void *a, *b;

    (void)unused;
    heap.limit = 100;
    a = nwti_heap_resize(&heap, NULL, 0, 60);
    assert_non_null(a);
    assert_null(nwti_heap_resize(&heap, NULL, 0, 41));
    assert_true(heap.failed);
    b = nwti_heap_resize(&heap, NULL, 0, 40);
    assert_non_null(b);
    assert_null(nwti_heap_resize(&heap, b, 40, SIZE_MAX));
    nwti_heap_free(&heap, a, 60);
    b = nwti_heap_resize(&heap, b, 40, 100);
    assert_non_null(b);
    assert_int_equal(heap.used, 100);
    nwti_heap_free(&heap, b, 100);
}

static void test_arena_aligns_and_keeps_apart(void **unused)
{
    unsigned char *blocks[300];
    size_t i, j;

    (void)unused;
    for (i = 0; i < 300; i++) {
        blocks[i] = nwti_arena_alloc(&arena, i * 7);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % sizeof(double), 0);
        assert_int_equal((uintptr_t)blocks[i] % sizeof(void *), 0);
        memset(blocks[i], (int)(i & 255), i * 7);
    }
    for (i = 0; i < 300; i++) {
        for (j = 0; j < i * 7; j++) {
            assert_int_equal(blocks[i][j], i & 255);
        }
    }
}

static void test_arena_gives_large_and_zeroed(void **unused)
{
    unsigned char *large = nwti_arena_zeroed(&arena, 9000000), *small;
    size_t i;

    (void)unused;
    assert_non_null(large);
    for (i = 0; i < 9000000; i += 4096) {
        assert_int_equal(large[i], 0);
    }
    small = nwti_arena_alloc(&arena, 1);
    assert_non_null(small);
    *small = 1;
    assert_int_equal(large[8999999], 0);
}

static void test_arena_copies_strings(void **unused)
{
    char *copy = nwti_arena_string(&arena, "abcdef", 3);

    (void)unused;
    assert_string_equal(copy, "abc");
    assert_string_equal(nwti_arena_string(&arena, "", 0), "");
}

static void test_arena_refuses_impossible_sizes(void **unused)
{
    (void)unused;
    assert_null(nwti_arena_alloc(&arena, SIZE_MAX));
    assert_null(nwti_arena_alloc(&arena, SIZE_MAX - 100));
    assert_null(nwti_arena_array(&arena, SIZE_MAX / 2, 4));
    assert_null(nwti_arena_array(&arena, SIZE_MAX / 16 + 1, 16));
    assert_null(nwti_arena_string(&arena, "", SIZE_MAX));
    assert_true(heap.failed);
    assert_non_null(nwti_arena_array(&arena, SIZE_MAX, 0));
    assert_non_null(nwti_arena_alloc(&arena, 8));
}

static void fill(size_t rounds)
{
    size_t i;

    for (i = 0; i < rounds; i++) {
        size_t size = i % 10 == 9 ? 50000 : i % 1000;
        unsigned char *block = nwti_arena_alloc(&arena, size);

        assert_non_null(block);
        memset(block, 1, size);
    }
}

static void test_arena_allocates_nothing_after_a_reset(void **unused)
{
    size_t used;

    (void)unused;
    fill(500);
    used = heap.used;
    nwti_arena_reset(&arena);
    state.left = 0;
    fill(500);
    assert_int_equal(heap.used, used);
}

static void test_arena_rewinds_to_a_mark(void **unused)
{
    nwti_mark empty = nwti_arena_mark(&arena), mark;
    char *kept, *first;

    (void)unused;
    first = nwti_arena_string(&arena, "kept", 4);
    mark = nwti_arena_mark(&arena);
    kept = nwti_arena_string(&arena, "gone", 4);
    fill(500);
    nwti_arena_rewind(&arena, mark);
    state.left = 0;
    assert_ptr_equal(nwti_arena_string(&arena, "new", 3), kept);
    fill(499);
    assert_string_equal(first, "kept");
    nwti_arena_rewind(&arena, empty);
    assert_ptr_equal(nwti_arena_alloc(&arena, 4), first);
}

/* A kept block that is too small for a request must not be lost. */
static void test_arena_keeps_blocks_too_small_for_a_request(void **unused)
{
    (void)unused;
    fill(500);
    nwti_arena_reset(&arena);
    assert_non_null(nwti_arena_alloc(&arena, 20000000));
    state.left = 0;
    fill(500);
}

static void test_arena_survives_a_failure(void **unused)
{
    char *before = nwti_arena_string(&arena, "before", 6);

    (void)unused;
    state.left = 0;
    assert_null(nwti_arena_alloc(&arena, 1000000));
    assert_true(heap.failed);
    assert_non_null(nwti_arena_alloc(&arena, 16));
    state.left = -1;
    assert_non_null(nwti_arena_alloc(&arena, 1000000));
    assert_string_equal(before, "before");
}

/* What was kept for later is given up before memory is said to be short. */
static void test_arena_gives_up_what_it_keeps(void **unused)
{
    nwti_arena arena;
    void *large;

    (void)unused;
    nwti_arena_init(&arena, &heap);
    assert_non_null(nwti_arena_alloc(&arena, 20000));
    assert_non_null(nwti_arena_alloc(&arena, 50000));
    nwti_arena_reset(&arena);
    heap.limit = heap.used + 1000;
    heap.failed = 0;
    large = nwti_arena_alloc(&arena, 60000);
    assert_non_null(large);
    assert_false(heap.failed);
    memset(large, 1, 60000);
    assert_null(nwti_arena_alloc(&arena, 100000));
    assert_true(heap.failed);
    nwti_arena_free(&arena);
    assert_int_equal(heap.used, 0);
}

static void test_stack_grows_and_keeps(void **unused)
{
    nwti_stack stack;
    int64_t i;

    (void)unused;
    nwti_stack_init(&stack, &heap, sizeof(int64_t));
    for (i = 0; i < 10000; i++) {
        int64_t *pair = nwti_stack_push(&stack, 2);

        assert_non_null(pair);
        pair[0] = i;
        pair[1] = -i;
    }
    assert_int_equal(stack.count, 20000);
    for (i = 0; i < 10000; i++) {
        assert_int_equal(((int64_t *)stack.items)[2 * i], i);
        assert_int_equal(((int64_t *)stack.items)[2 * i + 1], -i);
    }
    assert_null(nwti_stack_push(&stack, SIZE_MAX / 8));
    state.left = 0;
    stack.count = stack.capacity;
    assert_null(nwti_stack_push(&stack, 1));
    assert_int_equal(stack.count, stack.capacity);
    nwti_stack_free(&stack);
    assert_int_equal(heap.used, 0);
    assert_int_equal(stack.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_standard_allocator, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit_counts_what_lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_aligns_and_keeps_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_gives_large_and_zeroed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_copies_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_refuses_impossible_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_allocates_nothing_after_a_reset, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_arena_rewinds_to_a_mark, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_keeps_blocks_too_small_for_a_request, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_arena_survives_a_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena_gives_up_what_it_keeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stack_grows_and_keeps, set_up, tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
