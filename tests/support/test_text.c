#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing.h"
#include "support/text.h"

static failing state;
static nwti_heap heap;
static nwti_text text;

static int set_up(void **unused)
{
    (void)unused;
    failing_init(&state, &heap, -1);
    nwti_text_init(&text, &heap);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwti_text_free(&text);
    return heap.used != 0 || state.live != 0 || state.wrong;
}

static void test_adds(void **unused)
{
    size_t i;

    (void)unused;
    nwti_text_string(&text, "shape ");
    nwti_text_add(&text, "(None, 3)xyz", 9);
    nwti_text_repeat(&text, '.', 3);
    nwti_text_repeat(&text, '.', 0);
    nwti_text_repeat(&text, '.', -1);
    nwti_text_int(&text, -42);
    assert_string_equal(text.data, "shape (None, 3)...-42");
    assert_int_equal(text.length, 21);
    nwti_text_clear(&text);
    assert_string_equal(text.data, "");
    for (i = 0; i < 10000; i++) {
        nwti_text_int(&text, (int64_t)(i % 10));
    }
    assert_int_equal(text.length, 10000);
    assert_int_equal(strlen(text.data), 10000);
    for (i = 0; i < 10000; i++) {
        assert_int_equal(text.data[i], '0' + i % 10);
    }
    assert_false(text.failed);
}

static void test_integers(void **unused)
{
    static const struct {
        int64_t number;
        const char *plain, *grouped;
    } cases[] = {{0, "0", "0"},
                 {7, "7", "7"},
                 {-7, "-7", "-7"},
                 {999, "999", "999"},
                 {1000, "1000", "1,000"},
                 {-1000, "-1000", "-1,000"},
                 {-100, "-100", "-100"},
                 {138357544, "138357544", "138,357,544"},
                 {12345678, "12345678", "12,345,678"},
                 {INT64_MAX, "9223372036854775807", "9,223,372,036,854,775,807"},
                 {INT64_MIN, "-9223372036854775808", "-9,223,372,036,854,775,808"}};
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwti_text_clear(&text);
        nwti_text_int(&text, cases[i].number);
        assert_string_equal(text.data, cases[i].plain);
        nwti_text_clear(&text);
        nwti_text_grouped(&text, cases[i].number);
        assert_string_equal(text.data, cases[i].grouped);
    }
}

static void test_failure_sticks(void **unused)
{
    (void)unused;
    nwti_text_string(&text, "kept");
    state.left = 0;
    nwti_text_repeat(&text, 'x', 100000);
    assert_true(text.failed);
    state.left = -1;
    nwti_text_string(&text, "lost");
    assert_string_equal(text.data, "kept");
    /* A failure stays until it was read: what is written after it would look whole. */
    nwti_text_clear(&text);
    assert_true(text.failed);
    assert_int_equal(text.length, 0);
    nwti_text_free(&text);
    assert_false(text.failed);
    heap.limit = 100000;
    nwti_text_repeat(&text, 'x', INT64_MAX);
    assert_true(text.failed);
    nwti_text_free(&text);
    nwti_text_string(&text, "kept");
    heap.failed = 0;
    nwti_text_repeat(&text, 'x', INT64_MAX);
    assert_true(text.failed && heap.failed);
    assert_string_equal(text.data, "kept");
}

static void test_fixed(void **unused)
{
    char buffer[8];
    nwti_text fixed;

    (void)unused;
    nwti_text_begin_fixed(&fixed, buffer, sizeof buffer);
    nwti_text_repeat(&fixed, '.', 3);
    nwti_text_repeat(&fixed, '-', -3);
    nwti_text_string(&fixed, "ab");
    nwti_text_repeat(&fixed, '!', 9);
    assert_int_equal(nwti_text_end_fixed(&fixed), 14);
    assert_string_equal(buffer, "...ab!!");
}

static void test_format(void **unused)
{
    char buffer[100];

    (void)unused;
    assert_int_equal(nwti_format(buffer, sizeof buffer, "%s has %d of %z: 100%%", "dense",
                                 (int64_t)-5, (size_t)12),
                     24);
    assert_string_equal(buffer, "dense has -5 of 12: 100%");
    assert_int_equal(nwti_format(buffer, sizeof buffer, ""), 0);
    assert_string_equal(buffer, "");
}

static void test_format_cuts_between_characters(void **unused)
{
    /* e acute has 2 bytes, the euro sign 3, the emoji 4 */
    const char *all = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    static const size_t starts[] = {0, 1, 3, 6, 10, 11};
    size_t size, i;

    (void)unused;
    assert_int_equal(nwti_format(NULL, 0, "%s", all), 11);
    for (size = 1; size < 20; size++) {
        char *buffer = malloc(size);
        size_t fits = 0;

        assert_non_null(buffer);
        assert_int_equal(nwti_format(buffer, size, "%s", all), 11);
        for (i = 0; i < sizeof starts / sizeof starts[0]; i++) {
            fits = starts[i] < size ? starts[i] : fits;
        }
        assert_int_equal(strlen(buffer), fits);
        assert_memory_equal(buffer, all, fits);
        free(buffer);
    }
}

static void test_distance(void **unused)
{
    char longer[101];

    (void)unused;
    memset(longer, 'a', 100);
    longer[100] = '\0';
    assert_int_equal(nwti_distance("padding", "padding", 3), 0);
    assert_int_equal(nwti_distance("Padding", "pAdDing", 3), 0);
    assert_int_equal(nwti_distance("paddin", "padding", 3), 1);
    assert_int_equal(nwti_distance("padding", "paddin", 3), 1);
    assert_int_equal(nwti_distance("pudding", "padding", 3), 1);
    assert_int_equal(nwti_distance("kitten", "sitting", 3), 3);
    assert_int_equal(nwti_distance("kitten", "sitting", 2), 3);
    assert_int_equal(nwti_distance("", "abc", 5), 3);
    assert_int_equal(nwti_distance("abc", "", 2), 3);
    assert_int_equal(nwti_distance(longer, "a", 4), 5);
    assert_int_equal(nwti_distance("a", longer, 4), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_adds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_integers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failure_sticks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fixed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_format_cuts_between_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_distance, set_up, tear_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
