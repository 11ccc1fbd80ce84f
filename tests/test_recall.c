/* A call that is like one before is given what came of that one: it must be like it in all that
   matters, also where a reset gave the memory of the options to others. */
#include <stdio.h>
#include <string.h>

#include "golden.h"
#include "netweight.h"

static const int64_t shapes[][3] = {{8, 8, 6}, {8, 8, 4}, {6, 8, 6}};

/* Constructor text, to be called on each shape; those of one row differ in one thing. */
static const char *const texts[] = {
    "Conv2D(4, 3)",
    "Conv2D(4, 3, use_bias=False)",
    "Conv2D(4, 3, dtype='float16')",
    "Conv2D(4, 3, dtype='mixed_float16')",
    "Conv2D(4, 3, trainable=False)",
    "Conv2D(4, 3, groups=2)",
    "Conv2D(4, (3, 1), name='named')",
    "Reshape((-1, 2))",
    "Reshape((-1, 4))",
    "Permute((2, 1, 3))",
    "Permute((1, 3, 2))",
    "LayerNormalization(axis=[1, 2])",
    "LayerNormalization(axis=[2, 3])",
    "EinsumDense('abcd,de->abce', output_shape=(None, None, 5))",
    "EinsumDense('abcd,ce->abed', output_shape=(None, 5, None))",
    "BatchNormalization()",
    "BatchNormalization(axis=1)",
    "PReLU(shared_axes=[1, 2])",
    "PReLU(shared_axes=[2])",
    "Dense(3)",
    "Dense(3, activation='relu')",
    "Dropout(0.5)",
    "Flatten()",
    "Flatten(data_format='channels_first')",
};

enum { TEXTS = sizeof texts / sizeof texts[0], SHAPES = sizeof shapes / sizeof shapes[0] };

/* Weights, their dtypes, and the output. */
static void describe(nwt_context *ctx, int32_t text, int32_t shape, char *out, size_t size)
{
    nwt_layer *layer = nwt_layer_parse(ctx, texts[text]);
    nwt_tensor *y = nwt_call(layer, nwt_input(ctx, 3, shapes[shape], NULL));
    size_t length = nwt_shape_text(nwt_tensor_rank(y), nwt_tensor_dims(y), out, size);
    nwt_weight_info info = {sizeof info};
    int64_t i;

    length += (size_t)snprintf(out + length, size - length, " %d %s", (int)nwt_tensor_dtype(y),
                               nwt_message(ctx));
    for (i = 0; nwt_layer_weight(layer, i, &info); i++) {
        char dims[80];

        nwt_shape_text(info.rank, info.dims, dims, sizeof dims);
        length += (size_t)snprintf(out + length, size - length, " %s%s/%d/%d", info.name, dims,
                                   (int)info.dtype, (int)info.trainable);
    }
    snprintf(out + length, size - length, " %lld",
             (long long)nwt_layer_count(layer, NWT_COUNT_WEIGHT_BYTES));
    nwt_context_clear_error(ctx);
}

static void what_is_recalled_is_what_was_asked_for(void **state)
{
    static char expected[TEXTS][SHAPES][1000], found[1000];
    nwt_context *ctx;
    int32_t i, j, round;

    (void)state;
    for (i = 0; i < TEXTS; i++) {
        for (j = 0; j < SHAPES; j++) {
            ctx = nwt_context_new(NULL);
            describe(ctx, i, j, expected[i][j], sizeof expected[i][j]);
            nwt_context_free(ctx);
        }
    }
    ctx = nwt_context_new(NULL);
    for (round = 0; round < 4; round++) {
        for (i = 0; i < TEXTS; i++) {
            for (j = 0; j < SHAPES; j++) {
                /* A reset before each in half of the rounds: the same memory for the next. */
                if (round % 2 == 1) {
                    nwt_context_reset(ctx);
                }
                describe(ctx, i, j, found, sizeof found);
                assert_string_equal(found, expected[i][j]);
            }
        }
    }
    nwt_context_free(ctx);
}

/* Of calls that are given values: those of one operation differ in them. */
static const struct {
    const char *kind;
    const char *values;
    const char *shape;
} calls[] = {
    {"BatchNormalization", "", "(None, 8, 8, 6)"},
    {"BatchNormalization", "mask=None", "(None, 8, 8, 6)"},
    {"BatchNormalization", "training=True", "(None, 8, 8, 6)"},
    {"ops.GetItem", "key=0", "(8, 8, 6)"},
    {"ops.GetItem", "key=(0, 1)", "(8, 6)"},
};

static void calls_with_values_are_not_confused(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    char text[100];
    int32_t round;
    size_t i;

    (void)state;
    for (round = 0; round < 4; round++) {
        for (i = 0; i < sizeof calls / sizeof calls[0]; i++) {
            nwt_tensor *x = nwt_input(ctx, 3, shapes[0], NULL);
            nwt_layer *layer = nwt_layer_new(ctx, calls[i].kind);

            x = nwt_call_many(layer, 1, &x, calls[i].values);
            assert_string_equal(nwt_message(ctx), "");
            nwt_shape_text(nwt_tensor_rank(x), nwt_tensor_dims(x), text, sizeof text);
            assert_string_equal(text, calls[i].shape);
            assert_int_equal(nwt_layer_count(layer, NWT_COUNT_PARAMS), i < 3 ? 24 : 0);
        }
        if (round % 2) {
            nwt_context_reset(ctx);
        }
    }
    nwt_context_free(ctx);
}

static void options_by_arrays_are_not_confused(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    static const int64_t targets[][2] = {{4, 6}, {6, 4}, {8, 3}, {2, 12}};
    static const int64_t flat[] = {24};
    int32_t round, i;

    (void)state;
    for (round = 0; round < 3; round++) {
        for (i = 0; i < 4; i++) {
            const int64_t *dims;

            nwt_context_reset(ctx);
            dims = nwt_tensor_dims(
                nwt_call(nwt_reshape(ctx, 2, targets[i], NULL), nwt_input(ctx, 1, flat, NULL)));
            assert_int_equal(dims[1], targets[i][0]);
            assert_int_equal(dims[2], targets[i][1]);
        }
    }
    nwt_context_free(ctx);
}

static void a_name_does_not_change_what_stands_before_it(void **state)
{
    static const struct {
        const char *options, *name;
    } good[] = {{"name='a'", "a"},
                {"use_bias=False, name='b'", "b"},
                {"name='c', use_bias=False", "c"},
                {"activation='relu', name='it\\'s'", "it's"},
                {"name=\"d\"", "d"}};
    static const char *const wrong[] = {"name='a', name='b'", "unitz=3, name='a'", "name=''",
                                        "use_bias=False name='a'", "use_bias='x, name='a'"};
    nwt_context *ctx = nwt_context_new(NULL);
    char name[20];
    size_t i;
    int round;

    (void)state;
    for (round = 0; round < 2; round++) {
        for (i = 0; i < sizeof good / sizeof good[0]; i++) {
            nwt_layer *layer = nwt_dense(ctx, 2, good[i].options);

            nwt_layer_name(layer, name, sizeof name);
            assert_string_equal(name, good[i].name);
            nwt_layer_option(layer, "use_bias", name, sizeof name);
            assert_string_equal(name, strstr(good[i].options, "use_bias") ? "False" : "True");
        }
        for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            assert_null(nwt_dense(ctx, 2, wrong[i]));
            assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
            nwt_context_clear_error(ctx);
        }
    }
    nwt_context_free(ctx);
}

/* Layers of the same options are made of one prototype: to change one changes no other. */
static void a_layer_that_is_changed_changes_alone(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_layer *layers[3];
    char text[40];
    int round, i;

    (void)state;
    for (round = 0; round < 3; round++) {
        nwt_context_reset(ctx);
        for (i = 0; i < 3; i++) {
            layers[i] = i < 2 ? nwt_dense(ctx, 4, "activation='relu'")
                              : nwt_layer_parse(ctx, "Dense(4, activation='relu')");
        }
        nwt_layer_set_int(layers[1], "units", 5);
        for (i = 0; i < 3; i++) {
            nwt_layer_option(layers[i], "units", text, sizeof text);
            assert_string_equal(text, i == 1 ? "5" : "4");
            nwt_layer_option(layers[i], "activation", text, sizeof text);
            assert_string_equal(text, "'relu'");
            nwt_layer_name(layers[i], text, sizeof text);
            assert_string_equal(text, i == 0 ? "dense" : i == 1 ? "dense_1" : "dense_2");
        }
        nwt_layer_set_string(layers[2], "dtype", "float16");
        assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    }
    nwt_context_free(ctx);
}

/* A text is known by where it stands, but what stands there may change. */
static void texts_that_change_in_place_are_read_anew(void **state)
{
    static const char *const texts[][2] = {{"Dense(4)", "4"},  {"Dense(5)", "5"},
                                           {"Dense(5) ", "5"}, {"Dense(4, name='a')", "4"},
                                           {"Dense( 4)", "4"}, {"Dense(45)", "45"}};
    static const char *const wrong[] = {"Dense(4", "Dense(4))", "Dens(4)",
                                        "Dense",   "Dense(4)x", "("};
    nwt_context *ctx = nwt_context_new(NULL);
    char text[40], units[40];
    size_t i;
    int round;

    (void)state;
    for (round = 0; round < 4; round++) {
        for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            int again;

            strcpy(text, texts[i][0]);
            for (again = 0; again < 3; again++) {
                nwt_layer_option(nwt_layer_parse(ctx, text), "units", units, sizeof units);
                assert_string_equal(units, texts[i][1]);
            }
            nwt_layer_option(nwt_dense(ctx, 7, strstr(text, "name") ? NULL : "use_bias=False"),
                             "units", units, sizeof units);
            assert_string_equal(units, "7");
        }
        for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            strcpy(text, wrong[i]);
            assert_null(nwt_layer_parse(ctx, text));
            nwt_context_clear_error(ctx);
        }
        if (round == 2) {
            nwt_context_reset(ctx);
        }
    }
    nwt_context_free(ctx);
}

/* SpectralNormalization takes the kernel of the layer within it, which others have too. */
static void weights_are_taken_of_one_layer_alone(void **state)
{
    static const int64_t size[] = {3};
    nwt_context *ctx = nwt_context_new(NULL);
    int round;

    (void)state;
    for (round = 0; round < 3; round++) {
        nwt_tensor *input, *x;
        nwt_layer *inner, *outer;
        nwt_model *model;
        char path[80];

        nwt_context_reset(ctx);
        input = nwt_input(ctx, 1, size, NULL);
        x = nwt_call(nwt_dense(ctx, 3, NULL), input);
        inner = nwt_dense(ctx, 3, NULL);
        x = nwt_call(inner, x);
        outer = nwt_layer_new(ctx, "SpectralNormalization");
        nwt_layer_set_layer(outer, "layer", inner);
        x = nwt_call(outer, x);
        x = nwt_call(nwt_dense(ctx, 3, NULL), x);
        model = nwt_model_new(ctx, 1, &input, 1, &x, NULL);
        assert_string_equal(nwt_message(ctx), "");
        assert_int_equal(nwt_model_params(model), 4 * 12 + 3 - 12);
        assert_int_equal(nwt_layer_weight_count(outer), 3);
        nwt_layer_weight_path(outer, 0, path, sizeof path);
        assert_string_equal(path, "spectral_normalization/dense_1/kernel");
    }
    nwt_context_free(ctx);
}

static int32_t add_text(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    (void)length;
    return 0;
}

/* More layers and calls than are kept, of one kind and of several. */
static void what_is_driven_out_is_made_anew(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    int round;

    (void)state;
    for (round = 0; round < 3; round++) {
        int64_t size[] = {7}, params = 0, units;
        nwt_tensor *input, *x;
        nwt_model *model;

        nwt_context_reset(ctx);
        input = nwt_input(ctx, 1, size, NULL);
        x = input;
        for (units = 1; units <= 700; units++) {
            params += (size[0] + 1) * units;
            size[0] = units;
            x = nwt_call(nwt_dense(ctx, units, units % 3 ? "activation='relu'" : NULL), x);
        }
        model = nwt_model_new(ctx, 1, &input, 1, &x, NULL);
        assert_int_equal(nwt_model_params(model), params);
        assert_int_equal(nwt_model_layer_count(model), 701);
        assert_int_equal(nwt_report(model, NULL, add_text, NULL), 0);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_that_is_changed_changes_alone),
        cmocka_unit_test(texts_that_change_in_place_are_read_anew),
        cmocka_unit_test(weights_are_taken_of_one_layer_alone),
        cmocka_unit_test(what_is_driven_out_is_made_anew),
        cmocka_unit_test(what_is_recalled_is_what_was_asked_for),
        cmocka_unit_test(calls_with_values_are_not_confused),
        cmocka_unit_test(options_by_arrays_are_not_confused),
        cmocka_unit_test(a_name_does_not_change_what_stands_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
