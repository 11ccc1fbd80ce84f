/* Deep nesting, in text, in JSON and in models: a limit, an error that says so, and little stack
   (tests/check/stack.sh runs this with 256 KiB). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight.h"

/* `open` n times, `inside`, `close` n times; to be freed. */
static char *nested(const char *open, const char *inside, const char *close, size_t n)
{
    size_t a = strlen(open), b = strlen(inside), c = strlen(close), i;
    char *text = malloc(n * (a + c) + b + 1), *end = text;

    for (i = 0; i < n; i++, end += a) {
        memcpy(end, open, a);
    }
    memcpy(end, inside, b);
    end += b;
    for (i = 0; i < n; i++, end += c) {
        memcpy(end, close, c);
    }
    *end = '\0';
    return text;
}

static int32_t count_bytes(void *user, const char *text, size_t length)
{
    (void)text;
    *(size_t *)user += length;
    return 0;
}

/* A TimeDistributed each takes one axis away, so the rank has to be as large as the depth: the
   limit of layers is met in wrapping, that of ranks in calling. */
static void wrappers_in_text(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    char *text = nested("TimeDistributed(", "Dense(3)", ")", 99);
    int64_t dims[31];
    nwt_layer *layer = nwt_layer_parse(ctx, text);
    size_t i;

    (void)state;
    assert_string_equal(nwt_message(ctx), "");
    assert_non_null(layer);
    free(text);
    for (i = 0; i < 31; i++) {
        dims[i] = 2;
    }
    assert_null(nwt_call(layer, nwt_input(ctx, 31, dims, NULL)));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);

    text = nested("TimeDistributed(", "Dense(3)", ")", 100);
    assert_null(nwt_layer_parse(ctx, text));
    assert_string_equal(nwt_message(ctx), "TimeDistributed: layers are nested deeper than 100");
    free(text);
    nwt_context_reset(ctx);

    text = nested("TimeDistributed(", "Dense(3)", ")", 100000);
    assert_null(nwt_layer_parse(ctx, text));
    assert_non_null(strstr(nwt_message(ctx), "nested deeper"));
    free(text);
    nwt_context_free(ctx);
}

static void models_in_json(void **state)
{
    static const char open[] =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [";
    static const char inside[] =
        "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 3, "
        "\"batch_input_shape\": [null, 3]}}";
    nwt_context *ctx = nwt_context_new(NULL);
    char *text = nested(open, inside, "]}}", 99);
    nwt_model *model = nwt_read_memory(ctx, text, strlen(text), NULL);
    size_t length = 0;

    (void)state;
    free(text);
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_model_params(model), 12);
    assert_int_equal(nwt_report(model, "format='json'", count_bytes, &length), 0);
    assert_int_equal(nwt_report(model, "expand_nested=True", count_bytes, &length), 0);
    assert_int_equal(nwt_report(model, "format='explain'", count_bytes, &length), 0);
    assert_int_equal(nwt_report(model, "format='config'", count_bytes, &length), 0);
    assert_int_equal(nwt_report(model, "format='constructor'", count_bytes, &length), 0);
    assert_true(length > 1000);
    nwt_context_reset(ctx);

    text = nested(open, inside, "]}}", 100);
    assert_null(nwt_read_memory(ctx, text, strlen(text), NULL));
    assert_string_equal(nwt_message(ctx), "Sequential: layers are nested deeper than 100");
    free(text);
    nwt_context_free(ctx);
}

static void brackets(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    char *text = nested("[", "1", "]", 100000);

    (void)state;
    assert_null(nwt_read_memory(ctx, text, strlen(text), NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
    free(text);
    nwt_context_reset(ctx);
    text = nested("(", "1", ")", 100000);
    assert_null(nwt_dense(ctx, 3, text));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    free(text);
    nwt_context_free(ctx);
}

/* Calls of calls of a chain of 100,000 layers, read in reverse order: no recursion follows them. */
static void long_chain(void **state)
{
    enum { COUNT = 100000 };
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t features = 4, i;
    nwt_tensor *x = nwt_input(ctx, 1, &features, NULL), *y = x;
    nwt_model *model;

    (void)state;
    for (i = 0; i < COUNT; i++) {
        y = nwt_call(nwt_activation(ctx, "relu", NULL), y);
    }
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    assert_int_equal(nwt_model_layer_count(model), COUNT + 1);
    x = nwt_input(ctx, 1, &features, "batch_size=2");
    y = nwt_call(nwt_model_as_layer(model), x);
    assert_int_equal(nwt_tensor_dims(y)[0], 2);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrappers_in_text),
        cmocka_unit_test(models_in_json),
        cmocka_unit_test(brackets),
        cmocka_unit_test(long_chain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
