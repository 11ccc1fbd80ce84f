/* What the header promises to callers of any language. */
#include <stdio.h>
#include <string.h>

#include "golden.h"
#include "netweight.h"

static int32_t stop(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    return length > 0;
}

static void a_report_that_its_caller_stops_says_so(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((3,)), Dense(2)])", NULL);

    (void)state;
    assert_int_equal(nwt_report(model, NULL, stop, NULL), NWT_STATUS_STOPPED);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_STOPPED);
    nwt_context_free(ctx);
}

static void what_is_wrong_with_a_file_begins_with_its_path(void **state)
{
    static const char *const paths[] = {"no/such/file.json", "tests", "Makefile"};
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        size_t length = strlen(paths[i]);

        nwt_context_reset(ctx);
        assert_null(nwt_read_file(ctx, paths[i], NULL));
        assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
        assert_memory_equal(nwt_message(ctx), paths[i], length);
        assert_memory_equal(nwt_message(ctx) + length, ": ", 2);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_that_its_caller_stops_says_so),
        cmocka_unit_test(what_is_wrong_with_a_file_begins_with_its_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
