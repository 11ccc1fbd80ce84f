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

/* Whatever a user calls a layer. */
static const char *const odd_names[] = {"it's",        "a\\b",        "\"quoted\"",
                                        "tab\there",   "line\nbreak", "\x01",
                                        "caf\xC3\xA9", "', units=3",  ""};

static void a_users_text_is_safe_as_option_text(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    char quoted[80], options[100], name[40];
    size_t i;

    (void)state;
    for (i = 0; i + 1 < sizeof odd_names / sizeof odd_names[0]; i++) {
        nwt_layer *layer;
        size_t length = nwt_quote(odd_names[i], quoted, sizeof quoted);

        assert_int_equal(length, strlen(quoted));
        assert_int_equal(nwt_quote(odd_names[i], NULL, 0), length);
        snprintf(options, sizeof options, "name=%s", quoted);
        layer = nwt_dense(ctx, 2, options);
        nwt_layer_name(layer, name, sizeof name);
        assert_string_equal(name, odd_names[i]);
    }
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    assert_int_equal(nwt_quote(NULL, quoted, sizeof quoted), 4);
    assert_string_equal(quoted, "None");
    nwt_context_free(ctx);
}

static void what_constructors_made_can_be_named(void **state)
{
    static const int64_t three[] = {3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = nwt_input(ctx, 1, three, NULL), *y;
    nwt_layer *dense = nwt_dense(ctx, 2, NULL);
    nwt_model *model;

    (void)state;
    assert_int_equal(nwt_layer_set_string(dense, "name", "it's"), 0);
    assert_int_equal(nwt_layer_set_string(nwt_tensor_layer(x), "name", "in, put"), 0);
    y = nwt_call(dense, x);
    model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    assert_int_equal(nwt_layer_set_string(nwt_model_as_layer(model), "name", "(a model)"), 0);
    assert_ptr_equal(nwt_model_find(model, "it's"), dense);
    assert_non_null(nwt_model_find(model, "in, put"));
    assert_int_equal(nwt_layer_set_int(nwt_model_as_layer(model), "name", 3), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    assert_int_equal(
        nwt_layer_set_bool(nwt_bidirectional(ctx, nwt_lstm(ctx, 2, NULL), NULL), "trainable", 0),
        NWT_STATUS_INVALID);
    assert_non_null(strstr(nwt_message(ctx), "only its name"));
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_layer_set_string(dense, "name", "late"), NWT_STATUS_INVALID);
    assert_non_null(strstr(nwt_message(ctx), "in use"));
    nwt_context_free(ctx);
}

static void options_can_be_set_until_the_first_use(void **state)
{
    static const int64_t three[] = {3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *first = nwt_dense(ctx, 2, "activation='relu'"), *second = nwt_dense(ctx, 2, NULL);
    char name[20];

    (void)state;
    assert_int_equal(nwt_layer_set_int(first, "units", 5), 0);
    assert_int_equal(nwt_layer_set_bool(first, "use_bias", 0), 0);
    assert_int_equal(nwt_layer_set_bool(first, "trainable", 0), 0);
    assert_non_null(nwt_call(first, nwt_input(ctx, 1, three, NULL)));
    assert_int_equal(nwt_layer_count(first, NWT_COUNT_PARAMS), 15);
    assert_int_equal(nwt_layer_count(first, NWT_COUNT_TRAINABLE), 0);
    nwt_layer_name(first, name, sizeof name);
    assert_string_equal(name, "dense");
    nwt_layer_name(second, name, sizeof name);
    assert_string_equal(name, "dense_1");
    assert_int_equal(nwt_layer_set_int(first, "units", 6), NWT_STATUS_INVALID);
    assert_non_null(strstr(nwt_message(ctx), "in use"));
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_layer_set_int(second, "units", -1), NWT_STATUS_INVALID);
    nwt_context_free(ctx);
}

static void a_list_of_layers_can_be_set(void **state)
{
    static const int64_t sequence[] = {5, 3};
    nwt_context *ctx = nwt_context_new(NULL), *other = nwt_context_new(NULL);
    nwt_layer *cells[] = {nwt_layer_parse(ctx, "LSTMCell(4)"), nwt_layer_parse(ctx, "GRUCell(2)")};
    nwt_layer *stack = nwt_layer_new(ctx, "StackedRNNCells"), *rnn = nwt_layer_new(ctx, "RNN");
    nwt_layer *foreign = nwt_dense(other, 2, NULL);

    (void)state;
    assert_int_equal(nwt_layer_set_layers(stack, "cells", 2, cells), 0);
    assert_int_equal(nwt_layer_set_layer(rnn, "cell", stack), 0);
    assert_non_null(nwt_call(rnn, nwt_input(ctx, 2, sequence, NULL)));
    assert_int_equal(nwt_layer_count(rnn, NWT_COUNT_PARAMS),
                     4 * 4 * (3 + 4 + 1) + 3 * 2 * (4 + 2 + 2));
    stack = nwt_layer_new(ctx, "StackedRNNCells");
    assert_int_equal(nwt_layer_set_layers(stack, "cells", 1, &foreign), NWT_STATUS_INVALID);
    nwt_context_free(ctx);
    nwt_context_free(other);
}

static void a_layers_calls_are_told_by_model(void **state)
{
    static const int64_t three[] = {3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *shared = nwt_dense(ctx, 3, NULL);
    nwt_tensor *a = nwt_input(ctx, 1, three, NULL), *b = nwt_input(ctx, 1, three, NULL);
    nwt_tensor *of_a = nwt_call(shared, a), *of_b = nwt_call(shared, nwt_call(shared, b));
    nwt_model *first = nwt_model_new(ctx, 1, &a, 1, &of_a, NULL);
    nwt_model *second = nwt_model_new(ctx, 1, &b, 1, &of_b, NULL);

    (void)state;
    assert_int_equal(nwt_layer_call_count(shared), 3);
    assert_int_equal(nwt_model_call_count(first, shared), 1);
    assert_int_equal(nwt_model_call(first, shared, 0), 0);
    assert_int_equal(nwt_model_call(first, shared, 1), -1);
    assert_int_equal(nwt_model_call_count(second, shared), 2);
    assert_int_equal(nwt_model_call(second, shared, 0), 1);
    assert_int_equal(nwt_model_call(second, shared, 1), 2);
    nwt_context_free(ctx);
}

static void a_layer_is_found_by_its_path(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx,
        "Sequential([Input((4, 3)), Sequential([Dense(2, name='a'), Dense(2, name='a/b')], "
        "name='inner'), Bidirectional(LSTM(5, name='l'), name='both')])",
        NULL);
    char name[20];

    (void)state;
    nwt_layer_name(nwt_model_find_path(model, "inner/a"), name, sizeof name);
    assert_string_equal(name, "a");
    nwt_layer_name(nwt_model_find_path(model, "inner/a/b"), name, sizeof name);
    assert_string_equal(name, "a/b");
    nwt_layer_name(nwt_model_find_path(model, "both/forward_l"), name, sizeof name);
    assert_string_equal(name, "forward_l");
    assert_null(nwt_model_find_path(model, "inner/c"));
    assert_null(nwt_model_find_path(model, ""));
    nwt_context_free(ctx);
}

static void a_weights_size_is_told_by_its_factors(void **state)
{
    static const int64_t sequence[] = {5, 3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *lstm = nwt_lstm(ctx, 7, NULL);
    nwt_factor_info info = {sizeof info, NULL, 0, 0, 0};
    char nothing[sizeof info] = {0};

    (void)state;
    nwt_call(lstm, nwt_input(ctx, 2, sequence, NULL));
    assert_int_equal(nwt_layer_weight_factor_count(lstm, 0), 3);
    assert_int_equal(nwt_layer_weight_factor(lstm, 0, 0, &info), 1);
    assert_int_equal(info.value, 3);
    assert_int_equal(info.axis, 0);
    assert_int_equal(nwt_layer_weight_factor(lstm, 0, 2, &info), 1);
    assert_string_equal(info.label, "units");
    assert_int_equal(info.value, 7);
    assert_int_equal(info.axis, 1);
    assert_int_equal(nwt_layer_weight_factor(lstm, 0, 3, &info), 0);
    assert_int_equal(nwt_layer_weight_factor_count(lstm, 3), -1);
    memset(&info, 0, sizeof info);
    assert_int_equal(nwt_layer_weight_factor(lstm, 0, 0, &info), 0);
    assert_memory_equal(&info, nothing, sizeof info);
    nwt_context_free(ctx);
}

static void two_layers_of_one_name_are_refused(void **state)
{
    static const int64_t three[] = {3};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_tensor *x = nwt_input(ctx, 1, three, "name='a'");
    nwt_tensor *first = nwt_call(nwt_dense(ctx, 3, NULL), x);
    nwt_tensor *y = nwt_call(nwt_dense(ctx, 3, "name='b'"), first);
    nwt_tensor *z = nwt_call(nwt_dense(ctx, 3, "name='b'"), y);
    nwt_tensor *automatic = nwt_call(nwt_dense(ctx, 3, "name='dense'"), y);
    nwt_model *chain = nwt_sequential(ctx, NULL);

    (void)state;
    assert_non_null(nwt_model_new(ctx, 1, &x, 1, &y, NULL));
    assert_null(nwt_model_new(ctx, 1, &x, 1, &z, NULL));
    assert_non_null(strstr(nwt_message(ctx), "'b'"));
    nwt_context_clear_error(ctx);
    assert_null(nwt_model_new(ctx, 1, &x, 1, &automatic, NULL));
    assert_non_null(strstr(nwt_message(ctx), "'dense'"));
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_sequential_add(chain, nwt_dense(ctx, 2, "name='c'")), 0);
    assert_int_equal(nwt_sequential_add(chain, nwt_dense(ctx, 2, "name='c'")), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_sequential_pop(chain), 0);
    assert_int_equal(nwt_sequential_add(chain, nwt_dense(ctx, 2, "name='c'")), 0);
    assert_int_equal(nwt_model_layer_count(chain), 1);
    nwt_context_free(ctx);
}

/* A caller of a later version hands in a longer struct. */
static void structs_of_other_sizes_are_filled_as_far_as_they_go(void **state)
{
    static const int64_t three[] = {3};
    struct {
        nwt_weight_info info;
        int64_t more;
    } longer = {{sizeof longer, NULL, NULL, 0, 0, 0, 0, 0, 0}, 5};
    nwt_option_info none = {0};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *dense = nwt_dense(ctx, 2, NULL);

    (void)state;
    nwt_call(dense, nwt_input(ctx, 1, three, NULL));
    assert_int_equal(nwt_layer_weight(dense, 0, &longer.info), 1);
    assert_int_equal(longer.info.elements, 6);
    assert_int_equal(longer.more, 0);
    longer.info.size = 0;
    assert_int_equal(nwt_layer_weight(dense, 0, &longer.info), 0);
    assert_int_equal(nwt_kind_option(ctx, "Dense", 0, 0, &none), 0);
    assert_null(none.key);
    assert_int_equal(none.maximum, 0);
    nwt_context_free(ctx);
}

static void shapes_dtypes_bytes_and_memory_are_told(void **state)
{
    static const int64_t image[] = {28, 28, 1}, unbound[] = {-1, 3};
    nwt_context_options options = {sizeof options, NULL, NULL, 1 << 20, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    nwt_tensor *x = nwt_input(ctx, 3, image, "batch_size=2, dtype='float16'");
    char text[40];

    (void)state;
    assert_int_equal(nwt_tensor_bytes(x), 2 * 28 * 28 * 2);
    assert_int_equal(nwt_tensor_bytes(nwt_input(ctx, 2, unbound, NULL)), -1);
    assert_int_equal(nwt_tensor_bytes(NULL), -1);
    nwt_shape_text(nwt_tensor_rank(x), nwt_tensor_dims(x), text, sizeof text);
    assert_string_equal(text, "(2, 28, 28, 1)");
    assert_int_equal(nwt_shape_text(2, unbound, text, 4), strlen("(None, 3)"));
    assert_string_equal(text, "(No");
    assert_int_equal(nwt_dtype_by_name("bfloat16"), NWT_DTYPE_BFLOAT16);
    assert_int_equal(nwt_dtype_by_name("float"), NWT_DTYPE_UNKNOWN);
    assert_int_equal(nwt_dtype_by_name(NULL), NWT_DTYPE_UNKNOWN);
    assert_int_equal(nwt_version_number(), NWT_VERSION_NUMBER);
    assert_true(nwt_context_memory(ctx) > 0 && nwt_context_memory(ctx) <= 1 << 20);
    assert_ptr_equal(nwt_tensor_context(x), ctx);
    assert_ptr_equal(nwt_layer_context(nwt_tensor_layer(x)), ctx);
    assert_ptr_equal(nwt_model_context(nwt_sequential(ctx, NULL)), ctx);
    nwt_context_free(ctx);
}

static void what_every_layer_has_is_listed_and_told(void **state)
{
    static const char *const keys[] = {"name", "dtype", "trainable"};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layer = nwt_dense(ctx, 2, "name=\"it's\", dtype='mixed_float16', trainable=False");
    nwt_option_info info = {sizeof info};
    char value[40];
    int64_t i, found = 0;

    (void)state;
    for (i = 0; nwt_kind_option(ctx, "Dense", 0, i, &info); i++) {
        found += info.is_shared && strcmp(info.key, keys[found]) == 0;
    }
    assert_int_equal(found, 3);
    nwt_layer_option(layer, "name", value, sizeof value);
    assert_string_equal(value, "'it\\'s'");
    nwt_layer_option(layer, "dtype", value, sizeof value);
    assert_string_equal(value, "'mixed_float16'");
    nwt_layer_option(layer, "trainable", value, sizeof value);
    assert_string_equal(value, "False");
    assert_int_equal(nwt_layer_option(layer, "unit", value, sizeof value), 0);
    nwt_context_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_every_layer_has_is_listed_and_told),
        cmocka_unit_test(a_users_text_is_safe_as_option_text),
        cmocka_unit_test(what_constructors_made_can_be_named),
        cmocka_unit_test(options_can_be_set_until_the_first_use),
        cmocka_unit_test(a_list_of_layers_can_be_set),
        cmocka_unit_test(a_layers_calls_are_told_by_model),
        cmocka_unit_test(a_layer_is_found_by_its_path),
        cmocka_unit_test(a_weights_size_is_told_by_its_factors),
        cmocka_unit_test(two_layers_of_one_name_are_refused),
        cmocka_unit_test(structs_of_other_sizes_are_filled_as_far_as_they_go),
        cmocka_unit_test(shapes_dtypes_bytes_and_memory_are_told),
        cmocka_unit_test(a_report_that_its_caller_stops_says_so),
        cmocka_unit_test(what_is_wrong_with_a_file_begins_with_its_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
