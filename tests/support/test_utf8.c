#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/utf8.h"

static void test_utf8(void **unused)
{
    static const char *const wrong[] = {"\x80",
                                        "\xC1\xBF",
                                        "\xE0\x9F\xBF",
                                        "\xED\xA0\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80\x80",
                                        "\xE5\xB1",
                                        "\xE5\x61",
                                        "\xFF"};
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
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_visible),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
