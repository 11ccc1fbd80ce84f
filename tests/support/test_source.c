#include "support/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void keeps_names_in_messages_short_and_printable(void **state)
{
    char name[300];
    nwti_label label;

    (void)state;
    memset(name, 'n', sizeof name);
    memcpy(name, "a\x1b[31m\n\xc3\xa9\x7f", 10);
    label = nwti_label_of(name, 10);
    assert_string_equal(label.text, "a?[31m????");
    label = nwti_label_of(name, sizeof name);
    assert_int_equal(strlen(label.text), sizeof label.text - 1);
    assert_string_equal(label.text + sizeof label.text - 5, "n...");
    label = nwti_label_of(name, 0);
    assert_string_equal(label.text, "");
}

static void windows_stay_inside(void **state)
{
    static const char bytes[] = "0123456789";
    nwti_source source = nwti_source_memory(bytes, 10), inner, innermost;
    nwti_window outer_window, inner_window;
    nwti_read_error error = {0};
    char part[4] = "";

    (void)state;
    assert_false(nwti_source_window(&outer_window, &source, 8, 3, &inner));
    assert_false(nwti_source_window(&outer_window, &source, -1, 3, &inner));
    assert_false(nwti_source_window(&outer_window, &source, 11, 0, &inner));
    assert_false(nwti_source_window(&outer_window, &source, 1, INT64_MAX, &inner));
    assert_true(nwti_source_window(&outer_window, &source, 2, 6, &inner));
    assert_true(nwti_source_window(&inner_window, &inner, 3, 3, &innermost));
    assert_true(nwti_source_read(&innermost, 0, part, 3, &error));
    assert_string_equal(part, "567");
    assert_false(nwti_source_read(&innermost, 1, part, 3, &error));
    assert_string_equal(error.what,
                        "3 bytes are expected at offset 1, but the data has only 3 bytes");
    assert_int_equal(error.offset, 1);
    assert_false(nwti_source_read(&source, -1, part, 1, NULL));
    assert_false(nwti_source_read(&source, INT64_MAX, part, 1, NULL));
    assert_false(nwti_source_read(&source, 1, part, SIZE_MAX, NULL));
    assert_true(nwti_source_read(&source, 10, part, 0, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_names_in_messages_short_and_printable),
        cmocka_unit_test(windows_stay_inside)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
