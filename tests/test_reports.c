/* Reports of all kinds with wrong options, in contexts with an error, and stopped while written. */
#include "golden.h"

static int32_t stop(void *user, const char *text, size_t length)
{
    *(size_t *)user += text != NULL ? length : 0;
    return 1;
}

static int32_t ignore(void *user, const char *text, size_t length)
{
    *(size_t *)user += text != NULL ? length : 0;
    return 0;
}

enum { REPORT, MEMORY, DIFF };

static int32_t report(int32_t what, nwt_model *model, nwt_model *other, const char *options,
                      nwt_write write, size_t *written)
{
    int32_t different = 7;

    *written = 0;
    return what == REPORT   ? nwt_report(model, options, write, written)
           : what == MEMORY ? nwt_memory_report(model, options, write, written)
                            : nwt_diff(model, other, options, write, written, &different);
}

/* One message, nothing written, and the context can be used again. */
static void reports_of_wrong_options_are_errors(void **state)
{
    static const struct {
        int32_t what;
        const char *options, *message;
    } cases[] = {
        {REPORT, "format='xml'", "format"},
        {REPORT, "positions=7", "positions must be a list of up to 8 numbers"},
        {REPORT, "positions=[1, 2, 3, 4, 5, 6, 7, 8, 9]", "a list of up to 8 numbers"},
        {REPORT, "positions=['a']", "positions must be numbers"},
        {REPORT, "columns=''", "there is no column ''"},
        {REPORT, "top=0", "top must be at least 1, not 0"},
        {REPORT, "style='keras-9'", "keras-9"},
        {REPORT, "nothing=1", "nothing"},
        {REPORT, "format=", "the text ends too early"},
        {MEMORY, "format='csv'", "format"},
        {MEMORY, "budget=0", "budget must be at least 1, not 0"},
        {MEMORY, "optimizer='nobody'", "there is no optimizer 'nobody'"},
        {MEMORY, "batch='x'", "batch"},
        {DIFF, "format='csv'", "format"},
        {DIFF, "batch=0", "batch must be at least 1, not 0"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((4,)), Dense(3)])", NULL);
    size_t i, written;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t status = report(cases[i].what, model, model, cases[i].options, ignore, &written);

        if (status != NWT_STATUS_INVALID && status != NWT_STATUS_UNREADABLE) {
            fail_msg("%s: %d", cases[i].options, (int)status);
        }
        if (strstr(nwt_message(ctx), cases[i].message) == NULL) {
            fail_msg("%s: %s", cases[i].options, nwt_message(ctx));
        }
        assert_int_equal(written, 0);
        /* The first error stays, and stops what follows. */
        assert_int_equal(report(cases[i].what, model, model, NULL, ignore, &written), status);
        assert_int_equal(written, 0);
        nwt_context_clear_error(ctx);
    }
    nwt_context_free(ctx);
}

static void reports_can_be_stopped(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL), *other = nwt_context_new(NULL);
    static const char text[] = "Sequential([Input((4,)), Dense(3)])";
    nwt_model *model = nwt_model_parse(ctx, text, NULL);
    nwt_model *same = nwt_model_parse(other, text, NULL);
    size_t written;
    int32_t what;

    (void)state;
    for (what = REPORT; what <= DIFF; what++) {
        assert_int_equal(report(what, model, model, NULL, stop, &written), NWT_STATUS_STOPPED);
        assert_true(written > 0);
        assert_non_null(strstr(nwt_message(ctx), "stopped"));
        nwt_context_clear_error(ctx);
        assert_int_equal(report(what, NULL, model, NULL, ignore, &written), NWT_STATUS_INVALID);
        assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
        assert_int_equal(report(what, model, model, NULL, NULL, &written), NWT_STATUS_INVALID);
        nwt_context_clear_error(ctx);
        assert_int_equal(report(what, model, model, NULL, ignore, &written), NWT_STATUS_OK);
    }
    /* An error of either context ends a comparison. */
    assert_int_equal(report(DIFF, model, NULL, NULL, ignore, &written), NWT_STATUS_INVALID);
    assert_int_equal(report(DIFF, model, same, NULL, ignore, &written), NWT_STATUS_OK);
    nwt_dense(ctx, -1, NULL);
    assert_int_equal(report(DIFF, model, same, NULL, ignore, &written), NWT_STATUS_INVALID);
    assert_int_equal(report(DIFF, same, model, NULL, ignore, &written), NWT_STATUS_INVALID);
    assert_int_equal(nwt_status(other), NWT_STATUS_OK);
    nwt_context_clear_error(ctx);
    assert_int_equal(report(DIFF, model, same, "format='json'", ignore, &written), NWT_STATUS_OK);
    assert_int_equal(nwt_model_parse(ctx, NULL, NULL) != NULL, 0);
    assert_non_null(strstr(nwt_message(ctx), "the text is NULL"));
    nwt_context_free(ctx);
    nwt_context_free(other);
}

/* ---------------------------------------------------------------- what is not known */

#define LAYER(class_name, config) \
    "{\"class_name\": \"" class_name "\", \"config\": {\"name\": " config "}}"
#define MODEL(layers, more)                                                               \
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": [" layers \
    "]}" more ", \"keras_version\": \"3.5.0\"}"
#define INPUT LAYER("InputLayer", "\"i\", \"batch_shape\": [null, 4]")

static const char one_unknown[] = MODEL(INPUT ", " LAYER("pkg>A", "\"a\""), "");
static const char six_unknown[] = MODEL(
    INPUT ", " LAYER("pkg>A", "\"a\"") ", " LAYER("pkg>B", "\"b\"") ", " LAYER(
        "pkg>C", "\"c\"") ", " LAYER("pkg>D",
                                     "\"d\"") ", " LAYER("pkg>E",
                                                         "\"e\"") ", " LAYER("Dense",
                                                                             "\"f\", \"units\": 2"),
    "");
static const char not_built[] = MODEL(LAYER("Dense", "\"f\", \"units\": 2"), "");
static const char no_work[] = MODEL(INPUT ", " LAYER("Flatten", "\"f\""), "");
/* 2^60 elements, and an optimizer that keeps two of each. */
static const char too_large[] = MODEL(
    LAYER("InputLayer", "\"i\", \"batch_shape\": [null, 1073741824]") ", " LAYER(
        "Dense", "\"f\", \"use_bias\": false, \"units\": 1073741824"),
    ", \"compile_config\": {\"optimizer\": {\"class_name\": \"Adam\", \"config\": "
    "{\"name\": \"adam\", \"learning_rate\": 0.001}}}");

static const struct {
    const char *json;
    const char *options;
    const char *text;
} says[] = {
    {one_unknown, "work=True", "\nUnknown work: 1 (a), so MACs and FLOPs are lower bounds\n"},
    {six_unknown, "work=True",
     "\nUnknown work: 6 (a, b, c, d, e ...), so MACs and FLOPs are lower bounds\n"},
    {six_unknown, "work=True",
     "\nMACs: at least 0, without padding: at least 0, FLOPs: at least 0"},
    {six_unknown, "format='explain', layer='f'",
     "Parameters: not known, for the shape of its input is not known, and its weights\n"},
    {six_unknown, "format='explain', layer='a'",
     "Parameters: not known, for its class is not known here"},
    {not_built, "format='explain', layer='f'",
     "not known, for its input shape is not given, so it is not built"},
    {not_built, "format='json'",
     "\"built\": false, \"trainable\": true, \"outputs\": [], \"calls\": [], \"params\": null, "
     "\"trainable_params\": null, \"non_trainable_params\": null, \"weight_bytes\": null,"},
    {six_unknown, "format='json'",
     "\"f\", \"class_name\": \"Dense\", \"trainable\": true, \"outputs\": [{\"shape\": null, "},
    {no_work, "format='json', work=True", "\"macs\": 0, \"macs_valid\": 0, \"flops\": 0, "},
    {one_unknown, "format='json', work=True",
     "\"macs\": null, \"macs_valid\": null, \"flops\": null, "},
    {too_large, NULL, "\nOptimizer Adam:"},
    {too_large, NULL, " ? bytes\n"},
    {too_large, "format='markdown'", "Optimizer Adam: ?\n"},
    {too_large, "format='json'", "\"optimizer\": {\"class_name\": \"Adam\", \"params\": null"},
};

static void what_is_not_known_is_said(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof says / sizeof *says; i++) {
        golden_output out = {NULL, 0, 0};
        nwt_model *model = nwt_read_memory(ctx, says[i].json, strlen(says[i].json), NULL);

        nwt_report(model, says[i].options, golden_take, &out);
        if (out.text == NULL || strstr(out.text, says[i].text) == NULL) {
            fail_msg("'%s' is not in\n%s%s", says[i].text, out.text ? out.text : "",
                     nwt_message(ctx));
        }
        free(out.text);
        nwt_context_reset(ctx);
    }
    nwt_context_free(ctx);
}

/* A brace that is left open would take the rules behind it. */
static void the_braces_of_a_page_and_a_drawing_close(void **state)
{
    static const char *const formats[] = {"format='html'", "format='svg'"};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(ctx, "Sequential([Input((4,)), Dense(3)])", NULL);
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        golden_output out = {NULL, 0, 0};
        int32_t open = 0, seen = 0;
        const char *at, *end;

        assert_int_equal(nwt_report(model, formats[i], golden_take, &out), NWT_STATUS_OK);
        at = strstr(out.text, "<style>");
        end = strstr(out.text, "</style>");
        for (; at < end; at++) {
            open += (*at == '{') - (*at == '}');
            seen += *at == '{';
            assert_true(open >= 0 && open <= 2);
        }
        assert_int_equal(open, 0);
        assert_true(seen > 5);
        free(out.text);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_of_wrong_options_are_errors),
        cmocka_unit_test(reports_can_be_stopped),
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(the_braces_of_a_page_and_a_drawing_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
