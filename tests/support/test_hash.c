#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/colliding.h"
#include "support/failing.h"
#include "support/hash.h"
#include "support/text.h"

enum { KEYS = 20000, WIDTH = 16 };

static char keys[KEYS][WIDTH];
static failing state;
static nwti_heap heap;
static nwti_map map;

static int set_up(void **unused)
{
    size_t i;

    (void)unused;
    for (i = 0; i < KEYS; i++) {
        nwti_format(keys[i], WIDTH, "layer_%z", i);
    }
    failing_init(&state, &heap, -1);
    nwti_map_init(&map, &heap);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwti_map_free(&map);
    return heap.used != 0 || state.live != 0 || state.wrong;
}

static void add(size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        void **place = nwti_map_at(&map, keys[i], strlen(keys[i]));

        assert_non_null(place);
        assert_null(*place);
        *place = keys[i];
    }
}

static void test_finds_what_was_put(void **unused)
{
    char other[WIDTH] = "layer_77";
    size_t i;

    (void)unused;
    assert_null(nwti_map_get(&map, "layer_1", 7));
    add(KEYS);
    assert_int_equal(map.count, KEYS);
    for (i = 0; i < KEYS; i++) {
        assert_ptr_equal(nwti_map_get(&map, keys[i], strlen(keys[i])), keys[i]);
    }
    assert_null(nwti_map_get(&map, "layer", 5));
    assert_null(nwti_map_get(&map, "layer_20000", 11));
    assert_ptr_equal(nwti_map_get(&map, other, 8), keys[77]);
    assert_ptr_equal(*nwti_map_at(&map, other, 8), keys[77]);
    assert_int_equal(map.count, KEYS);
}

static void test_keys_are_bytes(void **unused)
{
    int values[4];

    (void)unused;
    *nwti_map_at(&map, "", 0) = &values[0];
    *nwti_map_at(&map, "a", 1) = &values[1];
    *nwti_map_at(&map, "a\0", 2) = &values[2];
    *nwti_map_at(&map, "a\0b", 3) = &values[3];
    assert_ptr_equal(nwti_map_get(&map, "", 0), &values[0]);
    assert_ptr_equal(nwti_map_get(&map, "a", 1), &values[1]);
    assert_ptr_equal(nwti_map_get(&map, "a\0", 2), &values[2]);
    assert_ptr_equal(nwti_map_get(&map, "a\0b", 3), &values[3]);
    assert_null(nwti_map_get(&map, "a\0c", 3));
}

static void test_clear_forgets_and_keeps_the_room(void **unused)
{
    (void)unused;
    nwti_map_clear(&map);
    add(1000);
    nwti_map_clear(&map);
    assert_null(nwti_map_get(&map, keys[5], strlen(keys[5])));
    state.left = 0;
    add(1000);
    assert_int_equal(map.count, 1000);
}

static void test_failure_keeps_the_map(void **unused)
{
    size_t i, made;

    (void)unused;
    state.left = 2;
    for (made = 0; made < KEYS; made++) {
        void **place = nwti_map_at(&map, keys[made], strlen(keys[made]));

        if (place == NULL) {
            break;
        }
        *place = keys[made];
    }
    assert_in_range(made, 1, 100);
    assert_true(heap.failed);
    for (i = 0; i < made; i++) {
        assert_ptr_equal(nwti_map_get(&map, keys[i], strlen(keys[i])), keys[i]);
    }
    state.left = -1;
    assert_non_null(nwti_map_at(&map, keys[made], strlen(keys[made])));
}

/* Names that differ in their number alone must not crowd: tables use the low bits. */
static void test_hash_spreads_numbered_names(void **unused)
{
    static unsigned char buckets[1 << 15];
    size_t i, filled = 0;

    (void)unused;
    for (i = 0; i < KEYS; i++) {
        buckets[nwti_hash(keys[i], strlen(keys[i])) & ((1 << 15) - 1)] = 1;
    }
    for (i = 0; i < sizeof buckets; i++) {
        filled += buckets[i];
    }
    /* Chance fills 32768 * (1 - e^(-20000/32768)), about 14,970. */
    assert_in_range(filled, 14000, KEYS);
}

/* Beyond a few, keys that were chosen to have one hash are spread by another. */
static void test_chosen_keys(void **unused)
{
    enum { CHOSEN = 2000 };
    static char names[CHOSEN][COLLIDING_SIZE];
    size_t i;

    (void)unused;
    for (i = 0; i < CHOSEN; i++) {
        colliding_name(names[i], (int)i);
        assert_int_equal(nwti_hash(names[i], COLLIDING_SIZE - 1),
                         nwti_hash(names[0], COLLIDING_SIZE - 1));
        *nwti_map_at(&map, names[i], COLLIDING_SIZE - 1) = names[i];
        assert_true((map.secret != 0) == (i > NWTI_HASH_FURTHEST));
    }
    add(KEYS);
    for (i = 0; i < CHOSEN; i++) {
        assert_ptr_equal(nwti_map_get(&map, names[i], COLLIDING_SIZE - 1), names[i]);
    }
    assert_int_equal(map.count, CHOSEN + KEYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds_what_was_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_are_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clear_forgets_and_keeps_the_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failure_keeps_the_map, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hash_spreads_numbered_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chosen_keys, set_up, tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
