/* What Keras's own answers (test_kinds.c) can't show of merging, normalizing and other simple
   layers: typed constructors, sizes at the end of int64, messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netweight.h"

static nwt_context *ctx;

static int set_up(void **unused)
{
    (void)unused;
    ctx = nwt_context_new(NULL);
    return ctx == NULL;
}

static int tear_down(void **unused)
{
    (void)unused;
    nwt_context_free(ctx);
    return 0;
}

#define INPUT(...)                                                                \
    nwt_input(ctx, (int32_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), \
              (int64_t[]){__VA_ARGS__}, NULL)

static nwt_tensor *call(const char *layer, nwt_tensor *a, nwt_tensor *b)
{
    nwt_tensor *inputs[] = {a, b};

    return nwt_call_many(nwt_layer_parse(ctx, layer), b ? 2 : 1, inputs, NULL);
}

static void assert_refused(const char *layer, nwt_tensor *a, nwt_tensor *b, const char *message)
{
    assert_string_equal(nwt_message(ctx), "");
    assert_null(call(layer, a, b));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    assert_string_equal(nwt_message(ctx), message);
    nwt_context_clear_error(ctx);
}

/* The output must have one axis of `features` after a batch of None. */
static void assert_features(const nwt_tensor *tensor, int64_t features)
{
    assert_string_equal(nwt_message(ctx), "");
    assert_int_equal(nwt_tensor_rank(tensor), 2);
    assert_int_equal(nwt_tensor_dims(tensor)[1], features);
}

static void test_constructors(void **unused)
{
    nwt_tensor *pair[] = {INPUT(8), INPUT(8)};
    nwt_tensor *x = nwt_call_many(nwt_add(ctx, NULL), 2, pair, NULL);
    nwt_layer *norm = nwt_batch_normalization(ctx, "scale=False");

    (void)unused;
    pair[0] = nwt_call_many(nwt_multiply(ctx, NULL), 2, pair, NULL);
    pair[1] = nwt_call(norm, x);
    x = nwt_call_many(nwt_concatenate(ctx, "axis=1"), 2, pair, NULL);
    x = nwt_call(nwt_layer_normalization(ctx, NULL), x);
    x = nwt_call(nwt_relu(ctx, "max_value=6"), x);
    x = nwt_call(nwt_activation(ctx, "tanh", "name='squash'"), x);
    x = nwt_call(nwt_activation(ctx, NULL, NULL), x);
    x = nwt_call(nwt_dropout(ctx, 0.25, "seed=1"), x);
    x = nwt_call(nwt_softmax(ctx, NULL), x);
    assert_features(x, 16);
    assert_int_equal(nwt_layer_count(norm, NWT_COUNT_TRAINABLE), 8);
    assert_int_equal(nwt_layer_count(norm, NWT_COUNT_PARAMS), 24);
}

static void test_constructors_check_their_value(void **unused)
{
    (void)unused;
    assert_null(nwt_dropout(ctx, 1.5, NULL));
    assert_string_equal(nwt_message(ctx), "Dropout: rate must be from 0 to 1, not 1.5");
    nwt_context_clear_error(ctx);
    assert_null(nwt_activation(ctx, "rellu", NULL));
    assert_string_equal(nwt_message(ctx), "Activation: activation: unknown function 'rellu'; did "
                                          "you mean 'relu'?");
}

static void test_shapes_that_do_not_merge(void **unused)
{
    nwt_tensor *a = INPUT(4, 8);

    (void)unused;
    assert_refused("Add()", a, INPUT(5, 8),
                   "add: the inputs do not broadcast: on axis -2 input 1 "
                   "has 5, those before it 4; only equal sizes and 1 go together");
    assert_refused("Subtract(name='minus')", a, NULL, "minus: takes 2 inputs, not 1");
    assert_refused("Concatenate()", a, INPUT(5, 8),
                   "concatenate: all axes but axis 2 must agree, "
                   "but on axis 1 input 1 has 5, input 0 has 4");
    assert_refused("Concatenate(axis=3)", a, a,
                   "concatenate_1: axis 3 does not exist: it must be from -3 to 2");
    assert_refused("Concatenate(1)", INPUT(INT64_MAX), INPUT(1),
                   "concatenate_2: the output is too large on axis 1");
}

static void test_weights_that_cannot_be(void **unused)
{
    nwt_tensor *a = INPUT(4, 6);

    (void)unused;
    assert_refused("GroupNormalization(4)", a, NULL,
                   "group_normalization: groups 4 does not "
                   "divide the input's 6 features on axis -1");
    assert_refused("LayerNormalization(axis=[1, 3])", a, NULL,
                   "layer_normalization: axis 3 does not exist: it must be from -3 to 2");
    assert_refused("PReLU(shared_axes=[3])", a, NULL,
                   "p_re_lu: shared_axes has 3, but the axes of a sample are 1 to 2");
    assert_refused("Normalization(mean=[1.0, 2.0], variance=[1.0, 2.0])", a, NULL,
                   "normalization: mean and variance hold 2 values for an axis of 6");
    assert_refused("Normalization(mean=1.0)", a, NULL,
                   "Normalization: needs both of mean and variance, or neither");
    assert_refused("InputLayer((3,), batch_shape=(None, 3))", NULL, NULL,
                   "InputLayer: needs one of shape and batch_shape");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_constructors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constructors_check_their_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shapes_that_do_not_merge, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_weights_that_cannot_be, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
