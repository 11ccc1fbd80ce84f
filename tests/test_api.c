/* The library as its users see it: models by hand, errors, resets, other shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netweight.h"

static nwt_context *ctx;

static int begin(void **state)
{
    (void)state;
    ctx = nwt_context_new(NULL);
    return ctx == NULL;
}

static int end(void **state)
{
    (void)state;
    nwt_context_free(ctx);
    return 0;
}

static nwt_tensor *vector(int64_t features)
{
    return nwt_input(ctx, 1, &features, NULL);
}

static void assert_dims(const nwt_tensor *tensor, int32_t rank, const int64_t *dims)
{
    assert_int_equal(nwt_tensor_rank(tensor), rank);
    assert_memory_equal(nwt_tensor_dims(tensor), dims, (size_t)rank * sizeof *dims);
}

static void page_of_the_design(void **state)
{
    int64_t image[] = {28, 28, 1};
    nwt_tensor *x = nwt_input(ctx, 3, image, NULL);
    nwt_tensor *y = nwt_call(nwt_conv2d(ctx, 32, 3, "padding='same', activation='relu'"), x);
    nwt_model *m;

    (void)state;
    y = nwt_call(nwt_flatten(ctx, NULL), y);
    y = nwt_call(nwt_dense(ctx, 10, "activation='softmax'"), y);
    m = nwt_model_new(ctx, 1, &x, 1, &y, "name='mnist'");
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    assert_int_equal(nwt_model_params(m), 3 * 3 * 32 + 32 + 28 * 28 * 32 * 10 + 10);
    assert_int_equal(nwt_model_weight_bytes(m), 4 * nwt_model_params(m));
}

static void first_error_stays(void **state)
{
    nwt_tensor *x = vector(8);
    nwt_layer *bad = nwt_dense(ctx, -3, NULL);

    (void)state;
    assert_null(bad);
    assert_null(nwt_call(bad, x));
    assert_null(nwt_dense(ctx, 4, "activation='rellu'"));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), "Dense: units must be at least 1, not -3");
    /* Calls with good arguments go on working. */
    assert_non_null(nwt_call(nwt_dense(ctx, 4, NULL), x));
    assert_string_equal(nwt_message(ctx), "Dense: units must be at least 1, not -3");
    nwt_context_clear_error(ctx);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    assert_string_equal(nwt_message(ctx), "");
}

static void null_is_harmless(void **state)
{
    nwt_tensor *none = NULL;
    char name[8] = "x";

    (void)state;
    assert_int_equal(nwt_status(NULL), NWT_STATUS_OUT_OF_MEMORY);
    assert_non_null(nwt_message(NULL));
    assert_null(nwt_dense(NULL, 3, NULL));
    assert_null(nwt_input(NULL, 0, NULL, NULL));
    assert_null(nwt_call(NULL, NULL));
    assert_int_equal(nwt_model_params(NULL), -1);
    assert_int_equal(nwt_layer_count(NULL, NWT_COUNT_PARAMS), -1);
    assert_int_equal(nwt_tensor_rank(NULL), -1);
    assert_int_equal(nwt_layer_name(NULL, name, sizeof name), 0);
    assert_string_equal(name, "");
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    /* A NULL without an earlier error is an error of its own. */
    assert_null(nwt_call(nwt_dense(ctx, 3, NULL), none));
    assert_string_equal(nwt_message(ctx), "dense: input 0 is NULL");
    nwt_context_free(NULL);
    nwt_context_reset(NULL);
}

static void tensors_do_not_cross_contexts(void **state)
{
    nwt_context *other = nwt_context_new(NULL);
    int64_t features = 4;
    nwt_tensor *theirs = nwt_input(other, 1, &features, NULL);

    (void)state;
    assert_null(nwt_call(nwt_dense(ctx, 3, NULL), theirs));
    assert_string_equal(nwt_message(ctx), "dense: input 0 belongs to another context");
    nwt_context_free(other);
}

static void required_integers_in_options(void **state)
{
    nwt_tensor *x;
    int64_t image[] = {32, 32, 3};
    static const int64_t expected[] = {-1, 32, 26, 8};

    (void)state;
    x = nwt_input(ctx, 3, image, NULL);
    assert_dims(nwt_call(nwt_conv2d(ctx, 8, NWT_IN_OPTIONS, "kernel_size=(1, 7)"), x), 4, expected);
    assert_null(nwt_conv2d(ctx, 8, 3, "kernel_size=(1, 7)"));
    assert_string_equal(nwt_message(ctx),
                        "Conv2D: kernel_size is given twice: as an argument and in the options");
    nwt_context_clear_error(ctx);
    assert_null(nwt_conv2d(ctx, 8, NWT_IN_OPTIONS, NULL));
    assert_string_equal(nwt_message(ctx), "Conv2D: kernel_size must be given, in the options where "
                                          "the argument is NWT_IN_OPTIONS");
}

static void setters_make_the_same_layer(void **state)
{
    static const int64_t kernel[] = {3, 5};
    nwt_layer *layer = nwt_layer_new(ctx, "Conv2D"), *parsed;
    char name[32], option[32];
    int64_t image[] = {16, 16, 2};
    nwt_tensor *x = nwt_input(ctx, 3, image, NULL), *y;

    (void)state;
    assert_int_equal(nwt_layer_set_int(layer, "filters", 6), 0);
    assert_int_equal(nwt_layer_set_ints(layer, "kernel_size", 2, kernel), 0);
    assert_int_equal(nwt_layer_set_string(layer, "padding", "same"), 0);
    assert_int_equal(nwt_layer_set_bool(layer, "use_bias", 0), 0);
    assert_int_equal(nwt_layer_set_string(layer, "name", "it's 'quoted'"), 0);
    assert_int_equal(nwt_layer_set_text(layer, "strides", "(2, 1)"), 0);
    y = nwt_call(layer, x);
    nwt_layer_name(layer, name, sizeof name);
    assert_string_equal(name, "it's 'quoted'");
    nwt_layer_option(layer, "strides", option, sizeof option);
    assert_string_equal(option, "(2, 1)");

    parsed = nwt_layer_parse(ctx, "keras.layers.Conv2D(6, (3, 5), strides=(2, 1), padding='same', "
                                  "use_bias=False)");
    assert_dims(nwt_call(parsed, x), 4, nwt_tensor_dims(y));
    assert_int_equal(nwt_layer_count(parsed, NWT_COUNT_PARAMS),
                     nwt_layer_count(layer, NWT_COUNT_PARAMS));
    assert_int_equal(nwt_layer_set_int(layer, "filters", 7), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx),
                        "Conv2D: filters can't be set any more: the layer is in use");
}

static void missing_options_are_named_at_first_use(void **state)
{
    (void)state;
    assert_null(nwt_call(nwt_layer_new(ctx, "Dense"), vector(3)));
    assert_string_equal(nwt_message(ctx),
                        "Dense: option 'units' is missing: number of output features");
}

static void shared_layer_counts_once(void **state)
{
    nwt_tensor *in[2], *out[2];
    nwt_layer *layer = nwt_dense(ctx, 5, "name='both'");
    nwt_model *model;
    int64_t call = -1;

    (void)state;
    in[0] = vector(7);
    in[1] = vector(7);
    out[0] = nwt_call(layer, in[0]);
    out[1] = nwt_call(layer, in[1]);
    model = nwt_model_new(ctx, 2, in, 2, out, NULL);
    assert_int_equal(nwt_model_params(model), 40);
    assert_int_equal(nwt_layer_call_count(layer), 2);
    assert_ptr_equal(nwt_layer_call_input(layer, 1, 0), in[1]);
    assert_ptr_equal(nwt_model_use(model, in[1], 0, &call), layer);
    assert_int_equal(call, 1);
    assert_null(nwt_model_use(model, in[1], 1, NULL));

    assert_null(nwt_call(layer, vector(8)));
    assert_string_equal(nwt_message(ctx),
                        "both: its kernel was built for 'input features' of 7, this call has 8: a "
                        "layer that is shared needs the same weights at each call");
}

/* What stands beside the packed count is that of the same layer without quantisation. */
static void logical_params_are_those_of_the_network(void **state)
{
    static const char *const layers[][2] = {
        {"Dense(5)", "Dense(5, dtype='int4_from_float32')"},
        {"Dense(5)", "Dense(5, dtype='int8_from_float32')"},
        {"Dense(5)", "Dense(5, dtype='float8_from_float32')"},
        {"Dense(5, use_bias=False)", "Dense(5, use_bias=False, dtype='gptq/4/2_from_float32')"},
        {"Dense(5)", "Dense(5, dtype='awq/4/2_from_float32')"},
        {"Dense(5, lora_rank=2)", "Dense(5, lora_rank=2, dtype='int4/2_from_float32')"},
        {"EinsumDense('ab,bcd->acd', (3, 5))",
         "EinsumDense('ab,bcd->acd', (3, 5), dtype='int8_from_float32')"},
        {"Embedding(9, 5)", "Embedding(9, 5, dtype='int4/2_from_float32')"},
        {"ReversibleEmbedding(9, 5, False)",
         "ReversibleEmbedding(9, 5, False, dtype='int4_from_float32')"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        nwt_layer *plain = nwt_layer_parse(ctx, layers[i][0]);
        nwt_layer *packed = nwt_layer_parse(ctx, layers[i][1]);
        nwt_tensor *x = vector(7);

        nwt_call(plain, x);
        nwt_call(packed, x);
        assert_string_equal(nwt_message(ctx), "");
        assert_int_equal(nwt_layer_count(plain, NWT_COUNT_LOGICAL_PARAMS),
                         nwt_layer_count(plain, NWT_COUNT_PARAMS));
        assert_int_equal(nwt_layer_count(packed, NWT_COUNT_LOGICAL_PARAMS),
                         nwt_layer_count(plain, NWT_COUNT_PARAMS));
        assert_int_not_equal(nwt_layer_count(packed, NWT_COUNT_PARAMS),
                             nwt_layer_count(plain, NWT_COUNT_PARAMS));
    }
}

static void sequential_grows_and_shrinks(void **state)
{
    nwt_model *model = nwt_sequential(ctx, "name='chain'");
    static const int64_t four[] = {-1, 4};

    (void)state;
    assert_int_equal(nwt_sequential_add(model, nwt_dense(ctx, 3, "input_shape=(2,)")), 0);
    assert_int_equal(nwt_sequential_add(model, nwt_dense(ctx, 4, NULL)), 0);
    assert_int_equal(nwt_model_params(model), 9 + 16);
    assert_int_equal(nwt_sequential_add(model, nwt_dense(ctx, 5, NULL)), 0);
    assert_int_equal(nwt_model_params(model), 9 + 16 + 25);
    assert_int_equal(nwt_sequential_pop(model), 0);
    assert_int_equal(nwt_model_params(model), 9 + 16);
    assert_int_equal(nwt_model_layer_count(model), 2);
    assert_dims(nwt_model_output(model, 0), 2, four);
    assert_dims(nwt_call(nwt_model_as_layer(model), vector(2)), 2, four);
    assert_int_equal(nwt_sequential_pop(model), NWT_STATUS_INVALID);
}

static void sequential_without_input_is_shaped_by_its_call(void **state)
{
    nwt_model *model = nwt_sequential(ctx, NULL);

    (void)state;
    nwt_sequential_add(model, nwt_dense(ctx, 3, NULL));
    nwt_sequential_add(model, nwt_dense(ctx, 4, NULL));
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 2);
    assert_int_equal(nwt_layer_count(nwt_model_layer(model, 0), NWT_COUNT_PARAMS), -1);
    nwt_call(nwt_model_as_layer(model), vector(6));
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 0);
    assert_int_equal(nwt_model_params(model), 21 + 16);
}

/* Each model calls the one before twice: by look-up, or this would take 2^40 shapings. */
static void nested_models_are_shaped_once(void **state)
{
    int64_t any[] = {-1, 3}, bound[] = {8, 3};
    nwt_tensor *x = nwt_input(ctx, 2, any, NULL), *y;
    nwt_layer *inner = nwt_dense(ctx, 3, NULL);
    nwt_model *model = NULL;
    const int64_t *shape[1] = {bound};
    int32_t rank = 3;
    int64_t dims[] = {4, 8, 3};
    int i;

    (void)state;
    for (i = 0; i < 40; i++) {
        x = nwt_input(ctx, 2, any, NULL);
        y = nwt_call(inner, nwt_call(inner, x));
        model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
        inner = nwt_model_as_layer(model);
    }
    assert_int_equal(nwt_model_params(model), 12);
    shape[0] = dims;
    model = nwt_model_reshape(model, 1, &rank, shape);
    assert_string_equal(nwt_message(ctx), "");
    assert_dims(nwt_model_output(model, 0), 3, dims);
    assert_int_equal(nwt_model_params(model), 12);
}

static void nesting_has_a_limit(void **state)
{
    nwt_layer *inner = nwt_dense(ctx, 3, NULL);
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        nwt_tensor *x = vector(3), *y = nwt_call(inner, x);

        inner = nwt_model_as_layer(nwt_model_new(ctx, 1, &x, 1, &y, NULL));
    }
    assert_null(inner);
    assert_string_equal(nwt_message(ctx), "Functional: layers are nested deeper than 100");
}

static void other_shapes_make_other_weights(void **state)
{
    int64_t image[] = {8, 8, 1}, larger[] = {2, 10, 10, 1};
    nwt_tensor *x = nwt_input(ctx, 3, image, NULL), *y;
    nwt_model *model, *reshaped;
    const int64_t *shape[] = {larger};
    int32_t rank = 4;
    static const int64_t expected[] = {2, 5};

    (void)state;
    y = nwt_call(nwt_flatten(ctx, NULL), nwt_call(nwt_conv2d(ctx, 2, 3, NULL), x));
    y = nwt_call(nwt_dense(ctx, 5, "trainable=False"), y);
    model = nwt_model_new(ctx, 1, &x, 1, &y, "name='small'");
    reshaped = nwt_model_reshape(model, 1, &rank, shape);
    assert_int_equal(nwt_model_params(model), 20 + 6 * 6 * 2 * 5 + 5);
    assert_int_equal(nwt_model_params(reshaped), 20 + 8 * 8 * 2 * 5 + 5);
    assert_int_equal(nwt_model_count(reshaped, NWT_COUNT_TRAINABLE), 20);
    assert_dims(nwt_model_output(reshaped, 0), 2, expected);
    larger[1] = 1;
    assert_null(nwt_model_reshape(model, 1, &rank, shape));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
}

/* As Keras: the option freezes the model, whose layers stay as they were for any other. */
static void frozen_model_leaves_its_layers(void **state)
{
    nwt_tensor *x = vector(3), *y = nwt_call(nwt_dense(ctx, 3, NULL), x), *out;
    nwt_model *base = nwt_model_new(ctx, 1, &x, 1, &y, "trainable=False"), *model;

    (void)state;
    x = vector(3);
    out = nwt_call(nwt_dense(ctx, 2, NULL), nwt_call(nwt_model_as_layer(base), x));
    model = nwt_model_new(ctx, 1, &x, 1, &out, NULL);
    assert_int_equal(nwt_model_count(base, NWT_COUNT_TRAINABLE), 0);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_TRAINABLE), 12 + 8);
}

static void stray_inputs_are_found(void **state)
{
    nwt_tensor *a = nwt_input(ctx, 0, NULL, "name='a'"), *b = nwt_input(ctx, 0, NULL, "name='b'");
    nwt_tensor *both[2], *sum;

    (void)state;
    both[0] = a;
    both[1] = b;
    sum = nwt_call_many(nwt_add(ctx, NULL), 2, both, NULL);
    assert_null(nwt_model_new(ctx, 1, &a, 1, &sum, "name='m'"));
    assert_string_equal(nwt_message(ctx),
                        "m: the outputs depend on the input 'b', which is not among the model's "
                        "inputs");
}

static void products_beyond_64_bits(void **state)
{
    (void)state;
    assert_null(nwt_call(nwt_dense(ctx, INT64_C(4611686018427387904), "name='huge'"), vector(4)));
    assert_string_equal(nwt_message(ctx), "huge: its kernel would hold more than 2^63 - 1 bytes");
}

static void attention_by_name(void **state)
{
    int64_t query[] = {10, 32}, value[] = {20, 48};
    const char *names[] = {"value", "query"};
    nwt_tensor *tensors[2], *out;
    static const int64_t expected[] = {-1, 10, 32};

    (void)state;
    tensors[0] = nwt_input(ctx, 2, value, NULL);
    tensors[1] = nwt_input(ctx, 2, query, NULL);
    out = nwt_call_named(nwt_multi_head_attention(ctx, 2, 16, NULL), 2, names, tensors,
                         "return_attention_scores=True");
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_tensor_output_count(out), 2);
    assert_dims(out, 3, expected);
    assert_null(nwt_call_named(nwt_multi_head_attention(ctx, 2, 16, NULL), 2, names, tensors,
                               "return_attention_score=True"));
    assert_non_null(strstr(nwt_message(ctx), "did you mean 'return_attention_scores'?"));
}

static void reset_begins_anew(void **state)
{
    int64_t generation = nwt_context_generation(ctx);
    char name[32];

    (void)state;
    nwt_dense(ctx, 3, NULL);
    nwt_dense(ctx, 0, NULL);
    nwt_context_reset(ctx);
    assert_int_equal(nwt_context_generation(ctx), generation + 1);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    nwt_layer_name(nwt_dense(ctx, 3, NULL), name, sizeof name);
    assert_string_equal(name, "dense");
}

static void names_fit_their_buffer(void **state)
{
    nwt_layer *layer = nwt_dense(ctx, 3, "name='abcdef'");
    char name[4];

    (void)state;
    assert_int_equal(nwt_layer_name(layer, name, sizeof name), 6);
    assert_string_equal(name, "abc");
    assert_int_equal(nwt_layer_name(layer, NULL, 0), 6);
}

static void weights_by_path(void **state)
{
    nwt_layer *layer = nwt_bidirectional(ctx, nwt_lstm(ctx, 4, "return_sequences=True"), NULL);
    int64_t steps[] = {5, 3};
    char path[128];

    (void)state;
    nwt_call(layer, nwt_input(ctx, 2, steps, NULL));
    assert_int_equal(nwt_layer_weight_count(layer), 6);
    nwt_layer_weight_path(layer, 4, path, sizeof path);
    assert_string_equal(path, "bidirectional/backward_lstm/lstm_cell/recurrent_kernel");
    assert_int_equal(nwt_layer_child_count(layer), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(page_of_the_design),
        TEST(first_error_stays),
        TEST(null_is_harmless),
        TEST(tensors_do_not_cross_contexts),
        TEST(required_integers_in_options),
        TEST(setters_make_the_same_layer),
        TEST(missing_options_are_named_at_first_use),
        TEST(shared_layer_counts_once),
        TEST(logical_params_are_those_of_the_network),
        TEST(sequential_grows_and_shrinks),
        TEST(sequential_without_input_is_shaped_by_its_call),
        TEST(nested_models_are_shaped_once),
        TEST(nesting_has_a_limit),
        TEST(other_shapes_make_other_weights),
        TEST(frozen_model_leaves_its_layers),
        TEST(stray_inputs_are_found),
        TEST(products_beyond_64_bits),
        TEST(attention_by_name),
        TEST(reset_begins_anew),
        TEST(names_fit_their_buffer),
        TEST(weights_by_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
