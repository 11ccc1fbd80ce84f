#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/columns.h"

/* Widths by Unicode's East Asian Width, combining marks taking none. */
static void test_columns(void **unused)
{
    (void)unused;
    assert_int_equal(nwti_columns(""), 0);
    assert_int_equal(nwti_columns("dense_1"), 7);
    assert_int_equal(nwti_columns("\xC3\xA9tage"), 5);              /* e acute, one character */
    assert_int_equal(nwti_columns("e\xCC\x81tage"), 5);             /* e and a combining acute */
    assert_int_equal(nwti_columns("\xE5\xB1\xA4"), 2);              /* a Chinese character */
    assert_int_equal(nwti_columns("\xEF\xBD\xB1"), 1);              /* half-width katakana */
    assert_int_equal(nwti_columns("\xF0\x9F\x98\x80"), 2);          /* an emoji */
    assert_int_equal(nwti_columns("\xED\x95\x9C"), 2);              /* a syllable of Hangul */
    assert_int_equal(nwti_columns("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), 2); /* its letters */
    assert_int_equal(nwti_columns("a\xE2\x80\x8B" "b"), 2);         /* a zero width space */
    assert_int_equal(nwti_columns("\xF0\xA0\x80\x80"), 2);          /* beyond the first plane */
    assert_int_equal(nwti_columns("\xFF" "ab\xE5"), 4);             /* no UTF-8 */
}

static void test_utf8(void **unused)
{
    static const char *const wrong[] = {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                                        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80",
                                        "\xE5\xB1", "\xE5" "a", "\xFF"};
    uint32_t code;
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(nwti_utf8_read(wrong[i], &code), 0);
    }
    assert_int_equal(nwti_utf8_read("", &code), 1);
    assert_int_equal(code, 0);
    assert_int_equal(nwti_utf8_read("\x7F", &code), 1);
    assert_int_equal(nwti_utf8_read("\xDF\xBF", &code), 2);
    assert_int_equal(code, 0x7FF);
    assert_int_equal(nwti_utf8_read("\xEF\xBF\xBDx", &code), 3);
    assert_int_equal(code, 0xFFFD);
    assert_int_equal(nwti_utf8_read("\xF4\x8F\xBF\xBF", &code), 4);
    assert_int_equal(code, 0x10FFFF);
}

static void test_visible(void **unused)
{
    nwti_heap heap;
    nwti_text text;

    (void)unused;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_text_init(&text, &heap);
    nwti_text_visible(&text, "a\nb\tc\r\x1B[1m\x7F\xC2\x85|\xE2\x80\xAE|\xFF\xE5|\xE5\xB1\xA4 'q'");
    assert_string_equal(text.data, "a\\nb\\tc\\r\\x1b[1m\\x7f\\x85|\\u202e|\\xff\\xe5|\xE5\xB1\xA4"
                                   " 'q'");
    nwti_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_visible),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
