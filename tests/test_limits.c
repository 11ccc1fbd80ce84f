/* What a small file can ask for in vain: bounds that a context states, each with its message. */
#include "golden.h"

static int64_t written;
static char seen[4096]; /* the end of what was written */

static int32_t count(void *user, const char *text, size_t length)
{
    size_t kept = length < sizeof seen - 1 ? length : sizeof seen - 1;

    (void)user;
    memcpy(seen, text + (length - kept), kept);
    seen[kept] = '\0';
    written += (int64_t)length;
    return 0;
}

static int64_t report(nwt_model *model, const char *options)
{
    written = 0;
    if (nwt_report(model, options, count, NULL) != NWT_STATUS_OK) {
        fail_msg("%s: %s", options, nwt_message(nwt_model_context(model)));
    }
    return written;
}

static nwt_context *context(nwt_context_options options)
{
    nwt_context *ctx;

    options.size = sizeof options;
    ctx = nwt_context_new(&options);
    assert_non_null(ctx);
    return ctx;
}

/* Each model calls the one before it on its input, and on a longer one. */
static nwt_model *shaped_twice(nwt_context *ctx, int levels)
{
    int64_t dims[] = {-1, 3};
    nwt_model *model = NULL;
    int level;

    for (level = 0; level <= levels; level++) {
        nwt_tensor *x = nwt_input(ctx, 2, dims, NULL), *y, *both[2];
        char text[64];

        snprintf(text, sizeof text, "ZeroPadding1D(%lld)", 1LL << level);
        y = nwt_call(nwt_layer_parse(ctx, text), x);
        if (model != NULL) {
            both[0] = nwt_call(nwt_model_as_layer(model), x);
            both[1] = nwt_call(nwt_model_as_layer(model), y);
            y = nwt_call_many(nwt_concatenate(ctx, "axis=1"), 2, both, NULL);
        }
        model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    }
    return model;
}

static void models_on_many_shapes(void **state)
{
    nwt_context *ctx = context((nwt_context_options){.max_calls = 10000});
    int64_t dims[] = {7, 3};
    nwt_tensor *x = nwt_input(ctx, 2, dims, NULL);

    (void)state;
    /* 2^7 shapings of four calls. */
    assert_non_null(nwt_call(nwt_model_as_layer(shaped_twice(ctx, 7)), x));
    assert_null(nwt_call(nwt_model_as_layer(shaped_twice(ctx, 24)), x));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    assert_non_null(strstr(nwt_message(ctx),
                           "the models within models would be shaped on more than 10000 calls; the "
                           "context's max_calls allows no more"));
    nwt_context_free(ctx);
}

/* Work is not known where it is too much to be found. */
static void work_on_many_shapes(void **state)
{
    nwt_context *ctx = context((nwt_context_options){.max_calls = 10000});
    nwt_model *model = shaped_twice(ctx, 24);

    (void)state;
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    assert_true(report(model, "format='json'") < 1000000);
    nwt_context_free(ctx);
}

/* Two models around one, and two around that: 2^depth ways to the innermost. */
static nwt_model *shared_inside(nwt_context *ctx, int levels)
{
    int64_t three = 3;
    nwt_tensor *x = nwt_input(ctx, 1, &three, NULL), *y = nwt_call(nwt_dense(ctx, 3, NULL), x);
    nwt_model *model = nwt_model_new(ctx, 1, &x, 1, &y, "name='innermost'");
    int level, i;

    for (level = 0; level < levels; level++) {
        nwt_tensor *outputs[2];

        x = nwt_input(ctx, 1, &three, NULL);
        for (i = 0; i < 2; i++) {
            nwt_tensor *a = nwt_input(ctx, 1, &three, NULL);
            nwt_tensor *b = nwt_call(nwt_model_as_layer(model), a);
            nwt_model *around = nwt_model_new(ctx, 1, &a, 1, &b, NULL);

            outputs[i] = nwt_call(nwt_model_as_layer(around), x);
        }
        y = nwt_call_many(nwt_add(ctx, NULL), 2, outputs, NULL);
        model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    }
    return model;
}

static void shared_models_are_shown_once(void **state)
{
    static const char *const reports[] = {
        "format='json'",
        "expand_nested=True",
        "format='csv', expand_nested=True",
        "format='markdown', expand_nested=True",
        "style='keras-3', expand_nested=True",
        "style='keras-2.7', expand_nested=True",
        "style='keras-2.0'",
        "format='explain'",
        "format='config'",
        "work=True",
    };
    nwt_context *ctx = context((nwt_context_options){.max_rows = 1000});
    nwt_model *model = shared_inside(ctx, 3);
    size_t i;

    (void)state;
    assert_int_equal(nwt_model_params(model), 12);
    report(model, "format='json'");
    assert_int_equal(nwt_note_count(ctx), 0);
    assert_null(strstr(seen, "shown_before"));
    model = shared_inside(ctx, 40);
    assert_int_equal(nwt_model_params(model), 12);
    for (i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        assert_true(report(model, reports[i]) < 2000000);
    }
    report(model, "format='json'");
    assert_non_null(strstr(seen, "\"shown_before\": true"));
    assert_string_equal(nwt_note(ctx, 0),
                        "the report would have more than 1000 rows: what is within a layer that "
                        "stands in several models is shown once");
    nwt_context_free(ctx);
}

/* Frozen from outside, each layer once. */
static void shared_models_freeze(void **state)
{
    nwt_context *ctx = context((nwt_context_options){0});
    nwt_model *model = shared_inside(ctx, 40);
    nwt_model *frozen = nwt_sequential(ctx, "trainable=False");

    (void)state;
    nwt_sequential_add(frozen, nwt_model_as_layer(model));
    assert_int_equal(nwt_model_count(frozen, NWT_COUNT_NON_TRAINABLE), 12);
    nwt_context_free(ctx);
}

static void notes_are_bounded(void **state)
{
    static const char start[] = "{\"class_name\": \"Sequential\", \"config\": {\"layers\": ["
                                "{\"class_name\": \"Dense\", \"config\": {\"units\": 3";
    nwt_context *ctx = context((nwt_context_options){.max_notes = 10});
    char *text = malloc(4000 * 24 + sizeof start + 8);
    size_t length = sizeof start - 1;
    int i;

    (void)state;
    memcpy(text, start, length);
    for (i = 0; i < 4000; i++) {
        length += (size_t)snprintf(text + length, 24, ", \"option%d\": 1", i);
    }
    memcpy(text + length, "}}]}}", 5);
    assert_non_null(nwt_read_memory(ctx, text, length + 5, NULL));
    assert_int_equal(nwt_note_count(ctx), 11);
    assert_non_null(strstr(nwt_note(ctx, 9), "option9"));
    assert_string_equal(nwt_note(ctx, 10), "and 3990 more notes");
    assert_null(nwt_note(ctx, 11));
    assert_null(nwt_note(ctx, -1));
    nwt_context_reset(ctx);
    assert_int_equal(nwt_note_count(ctx), 0);
    assert_null(nwt_note(ctx, 0));
    free(text);
    nwt_context_free(ctx);
}

/* A name of 100,000 characters stands beyond its column, whole, and makes no other row long. */
static void cells_are_bounded(void **state)
{
    enum { LENGTH = 100000, LAYERS = 200 };
    nwt_context *ctx = context((nwt_context_options){.max_cell = 40});
    nwt_model *model = nwt_sequential(ctx, NULL);
    char *name = malloc(LENGTH + 1);
    int i;

    (void)state;
    memset(name, 'x', LENGTH);
    name[LENGTH] = '\0';
    for (i = 0; i < LAYERS; i++) {
        nwt_layer *layer = nwt_layer_parse(ctx, i > 0 ? "Dense(3)" : "Dense(3, input_shape=(3,))");

        if (i == 7) {
            nwt_layer_set_string(layer, "name", name);
        }
        nwt_sequential_add(model, layer);
    }
    assert_true(report(model, "") > LENGTH);
    assert_true(report(model, "") < LENGTH + LAYERS * 200);
    assert_true(report(model, "format='explain'") < 2 * LENGTH + LAYERS * 200);
    free(name);
    nwt_context_free(ctx);
}

/* 200,000 blanks in 200 bytes. */
static void compressed_configs_are_bounded(void **state)
{
    static const char path[] = GOLDEN "/files/odd/blanks.keras";
    nwt_context *ctx = context((nwt_context_options){.max_config = 100000});

    (void)state;
    assert_null(nwt_read_file(ctx, path, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
    assert_non_null(strstr(nwt_message(ctx),
                           "config.json: decompressed, it is 200289 bytes; the context's "
                           "max_config allows no more than 100000"));
    nwt_context_reset(ctx);
    /* What is not compressed is no more than the file is. */
    assert_non_null(nwt_read_file(ctx, GOLDEN "/files/odd/unpacked.keras", NULL));
    nwt_context_free(ctx);
    ctx = context((nwt_context_options){0});
    assert_int_equal(nwt_model_params(nwt_read_file(ctx, path, NULL)), 23);
    nwt_context_free(ctx);
}

static void bounds_are_checked(void **state)
{
    nwt_context_options options = {sizeof options, NULL, NULL, 0, 0, 0, -1, 0, 0, 0};

    (void)state;
    assert_null(nwt_context_new(&options));
    options.max_calls = 0;
    options.max_cell = -1;
    assert_null(nwt_context_new(&options));
    options.max_cell = 0;
    options.max_config = -1;
    assert_null(nwt_context_new(&options));
    options.max_config = 0;
    /* A caller of a header without these fields. */
    options.size = offsetof(nwt_context_options, max_calls);
    options.max_rows = -5;
    nwt_context_free(nwt_context_new(&options));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_on_many_shapes),
        cmocka_unit_test(work_on_many_shapes),
        cmocka_unit_test(shared_models_are_shown_once),
        cmocka_unit_test(shared_models_freeze),
        cmocka_unit_test(notes_are_bounded),
        cmocka_unit_test(cells_are_bounded),
        cmocka_unit_test(compressed_configs_are_bounded),
        cmocka_unit_test(bounds_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
