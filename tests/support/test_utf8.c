#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/cells.h"
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

/* Marks that turn the direction of writing, at the borders of their ranges. */
static void test_marks_are_visible(void **unused)
{
    static const struct {
        const char *bytes, *shown;
    } cases[] = {{"\xE2\x80\x8E", "\\u200e"},      {"\xE2\x80\x8F", "\\u200f"},
                 {"\xE2\x80\x8D", "\xE2\x80\x8D"}, {"\xE2\x80\xA8", "\\u2028"},
                 {"\xE2\x80\xA9", "\\u2029"},      {"\xE2\x80\xAA", "\\u202a"},
                 {"\xE2\x80\xAF", "\xE2\x80\xAF"}, {"\xE2\x81\xA5", "\xE2\x81\xA5"},
                 {"\xE2\x81\xA6", "\\u2066"},      {"\xE2\x81\xA9", "\\u2069"},
                 {"\xE2\x81\xAA", "\xE2\x81\xAA"}};
    nwti_heap heap;
    nwti_text text;
    size_t i;

    (void)unused;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_text_init(&text, &heap);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        nwti_text_clear(&text);
        nwti_text_visible(&text, cases[i].bytes);
        assert_string_equal(text.data, cases[i].shown);
    }
    nwti_text_free(&text);
}

static void test_cells_are_decoded(void **unused)
{
    static const struct {
        const char *bytes;
        size_t length, taken;
        uint32_t character;
    } cases[] = {{"a", 1, 1, 'a'},
                 {"\xC3\xA9", 2, 2, 0xE9},
                 {"\xC3\xA9", 1, 1, 0xC3},
                 {"\xC3z", 2, 1, 0xC3},
                 {"\xE2\x82\xAC", 3, 3, 0x20AC},
                 {"\xE2\x82z", 3, 1, 0xE2},
                 {"\xF0\x9F\x98\x80", 4, 4, 0x1F600},
                 {"\xF0\x9F\x98", 3, 1, 0xF0},
                 {"\xF5\x80\x80\x80", 4, 1, 0xF5},
                 {"\x80", 1, 1, 0x80}};
    uint32_t character = 0;
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(nwti_cells_decode(cases[i].bytes, cases[i].length, &character),
                         cases[i].taken);
        assert_int_equal(character, cases[i].character);
    }
}

/* Those of which Python says chr(c).isspace(), and no others. */
static void test_spaces_are_those_of_python(void **unused)
{
    static const uint32_t spaces[] = {
        0x9,    0xA,    0xB,    0xC,    0xD,    0x1C,   0x1D,   0x1E,   0x1F,   0x20,
        0x85,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
        0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
    size_t next = 0;
    uint32_t c;

    (void)unused;
    for (c = 0; c < 0x110000; c++) {
        int32_t is_space = next < sizeof spaces / sizeof *spaces && spaces[next] == c;

        assert_int_equal(nwti_cells_is_space(c), is_space);
        next += (size_t)is_space;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_marks_are_visible),
        cmocka_unit_test(test_cells_are_decoded),
        cmocka_unit_test(test_spaces_are_those_of_python),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
