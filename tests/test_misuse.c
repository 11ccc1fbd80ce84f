/* Graphs that can't be: what Keras refuses is refused, and nothing that is accepted crashes. */
#include "golden.h"

static nwt_context *ctx;

static int32_t ignore(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    (void)length;
    return 0;
}

static int make_context(void **state)
{
    (void)state;
    ctx = nwt_context_new(NULL);
    return ctx == NULL;
}

static int free_context(void **state)
{
    (void)state;
    nwt_context_free(ctx);
    return 0;
}

static void assert_says(const char *text)
{
    if (strstr(nwt_message(ctx), text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, nwt_message(ctx));
    }
    nwt_context_clear_error(ctx);
}

static void assert_reports(nwt_model *model)
{
    static const char *const reports[] = {
        "format='json'",   "expand_nested=True", "format='explain'",
        "format='config'", "work=True",          "style='keras-3', expand_nested=True"};
    size_t i;

    for (i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        if (nwt_report(model, reports[i], ignore, NULL) != NWT_STATUS_OK) {
            fail_msg("%s: %s", reports[i], nwt_message(ctx));
        }
    }
}

static nwt_tensor *vector(int64_t size)
{
    return nwt_input(ctx, 1, &size, NULL);
}

/* As Keras: `inputs` argument cannot be empty. */
static void models_have_inputs_and_outputs(void **state)
{
    nwt_tensor *x = vector(3);

    (void)state;
    assert_null(nwt_model_new(ctx, 0, NULL, 0, NULL, NULL));
    assert_says("a model of 0 inputs: it needs at least one");
    assert_null(nwt_model_new(ctx, 0, &x, 1, &x, NULL));
    assert_says("a model of 0 inputs");
    assert_null(nwt_model_new(ctx, 1, &x, 0, &x, NULL));
    assert_says("a model of 0 outputs");
    assert_null(nwt_model_new(ctx, 1, &x, 1, NULL, NULL));
    assert_says("a model of 0 outputs");
    assert_null(nwt_model_new(ctx, -1, &x, 1, &x, NULL));
    assert_says("a model of -1 inputs");
}

/* An inner tensor among the inputs, that an output needs or none does, before or behind the
   InputLayer that feeds it. */
static void inner_tensors_are_inputs(void **state)
{
    static const int32_t ranks[] = {2, 2};
    int64_t first[] = {5, 3}, second[] = {5, 7}, third[] = {5, 4};
    const int64_t *unused[] = {first, second}, *used[] = {third, first};
    nwt_tensor *x = vector(3), *y = nwt_call(nwt_dense(ctx, 4, NULL), x), *inputs[2];
    nwt_tensor *stray = nwt_call(nwt_dense(ctx, 7, NULL), x);
    nwt_tensor *z = nwt_call(nwt_dense(ctx, 2, NULL), y);
    nwt_model *model;

    (void)state;
    inputs[0] = x;
    inputs[1] = stray;
    model = nwt_model_new(ctx, 2, inputs, 1, &z, NULL);
    assert_int_equal(nwt_model_params(model), 16 + 10);
    assert_reports(model);
    assert_reports(nwt_model_reshape(model, 2, ranks, unused));
    inputs[0] = y;
    inputs[1] = x;
    model = nwt_model_new(ctx, 2, inputs, 1, &z, NULL);
    assert_int_equal(nwt_model_params(model), 10);
    assert_reports(model);
    assert_reports(nwt_model_reshape(model, 2, ranks, used));
}

static void no_model_holds_itself(void **state)
{
    nwt_model *a = nwt_sequential(ctx, "name='a'"), *b = nwt_sequential(ctx, "name='b'");
    nwt_layer *wrapper = nwt_layer_new(ctx, "TimeDistributed"), *list;

    (void)state;
    nwt_sequential_add(a, nwt_model_as_layer(a));
    assert_says("a: it can't be added to itself");
    nwt_sequential_add(a, nwt_model_as_layer(b));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    nwt_sequential_add(b, nwt_model_as_layer(a));
    assert_says("b: a layer can be added to only a Sequential that no model or layer holds");
    nwt_sequential_pop(b);
    assert_says("b: a layer can be taken off only a Sequential that no model or layer holds");
    nwt_layer_set_layer(wrapper, "layer", nwt_model_as_layer(a));
    nwt_sequential_add(a, wrapper);
    assert_says("a: a layer can be added to only a Sequential that no model or layer holds");
    list = nwt_layer_new(ctx, "Sequential");
    nwt_layer_set_layers(list, "layers", 1, &list);
    nwt_call(list, vector(3));
    assert_int_not_equal(nwt_status(ctx), NWT_STATUS_OK);
    nwt_context_clear_error(ctx);
    assert_reports(a);
}

/* A model that grew after another took it would be deeper than that one knows. */
static void depth_is_bounded(void **state)
{
    nwt_model *outer = nwt_sequential(ctx, NULL), *model = outer;
    int i;

    (void)state;
    for (i = 0; i < 100000 && nwt_status(ctx) == NWT_STATUS_OK; i++) {
        nwt_model *inner = nwt_sequential(ctx, NULL);

        nwt_sequential_add(model, nwt_model_as_layer(inner));
        model = inner;
    }
    assert_says("no model or layer holds");
    assert_reports(outer);
}

/* Keras gives all outputs of a layer to the next; the last may have several. */
static void a_sequential_passes_all_outputs(void **state)
{
    static const char layer[] = "LSTM(2, return_state=True, input_shape=(3, 4))";
    nwt_model *model = nwt_sequential(ctx, NULL);

    (void)state;
    nwt_sequential_add(model, nwt_layer_parse(ctx, layer));
    assert_int_equal(nwt_model_output_count(model), 3);
    nwt_sequential_add(model, nwt_dense(ctx, 2, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_clear_error(ctx);
    nwt_sequential_add(model, nwt_add(ctx, NULL));
    assert_int_equal(nwt_model_output_count(model), 1);
    nwt_sequential_add(model, nwt_dense(ctx, 5, NULL));
    assert_int_equal(nwt_model_params(model), 56 + 15);
    assert_reports(model);
    nwt_sequential_pop(model);
    nwt_sequential_pop(model);
    assert_int_equal(nwt_model_output_count(model), 3);
    assert_reports(model);
    /* Its forerunners: "All layers in a Sequential model should have a single output tensor." */
    assert_null(nwt_model_parse(ctx, "Sequential([LSTM(2, return_state=True, input_shape=(3, 4))])",
                                "keras=2"));
    assert_says("in a Sequential, a layer must have a single output, not 3");
}

static void a_sequential_has_one_input_layer(void **state)
{
    nwt_model *model = nwt_sequential(ctx, NULL);

    (void)state;
    nwt_sequential_add(model, nwt_layer_parse(ctx, "InputLayer(shape=(3,))"));
    nwt_sequential_add(model, nwt_layer_parse(ctx, "InputLayer(shape=(4,))"));
    assert_says("an InputLayer can only stand first");
    nwt_sequential_add(model, nwt_dense(ctx, 2, NULL));
    nwt_sequential_add(model, nwt_layer_parse(ctx, "InputLayer(shape=(4,))"));
    assert_says("an InputLayer can only stand first");
    assert_int_equal(nwt_model_params(model), 8);
}

/* A refused dtype leaves the layer with the one that it had. */
static void a_refused_dtype_changes_nothing(void **state)
{
    nwt_layer *layer = nwt_dense(ctx, 3, "dtype='mixed_float16'");
    char text[32];

    (void)state;
    nwt_layer_set_string(layer, "dtype", "float61");
    assert_says("unknown dtype 'float61'");
    nwt_layer_option(layer, "dtype", text, sizeof text);
    assert_string_equal(text, "'mixed_float16'");
}

/* A layer of one tensor takes neither none nor two. */
static void a_layer_of_one_input_takes_one(void **state)
{
    nwt_tensor *both[] = {vector(3), vector(3)};

    (void)state;
    assert_null(nwt_call_many(nwt_layer_parse(ctx, "ELU(name='e')"), 2, both, NULL));
    assert_says("e: the layer takes one tensor, not 2");
    assert_null(nwt_call_many(nwt_layer_parse(ctx, "ELU(name='e')"), 0, NULL, NULL));
    assert_says("e: the layer takes one tensor, not 0");
    assert_null(nwt_call_many(nwt_dense(ctx, 2, "name='d'"), 2, both, NULL));
    assert_says("d: 2 tensors are more than the layer takes");
    assert_null(nwt_call_many(nwt_dense(ctx, 2, "name='d'"), 0, NULL, NULL));
    assert_says("d: call argument 'inputs' is missing");
}

/* A short name with two wrong letters could be anything. */
static void names_are_guessed_with_care(void **state)
{
    (void)state;
    nwt_layer_new(ctx, "Densa");
    assert_says("unknown kind of layer 'Densa'; did you mean 'Dense'?");
    nwt_layer_new(ctx, "Dinsa");
    assert_string_equal(nwt_message(ctx), "unknown kind of layer 'Dinsa'");
    nwt_context_clear_error(ctx);
}

static void a_kernel_has_a_largest_rank(void **state)
{
    char text[200] = "EinsumDense('ab,bc->ac', output_shape=(1";
    int i;

    (void)state;
    for (i = 1; i < 40; i++) {
        strcat(text, ", 1");
    }
    strcat(text, "), name='e')");
    assert_null(nwt_call(nwt_layer_parse(ctx, text), vector(3)));
    assert_says("e: output_shape has 40 axes; 30 are allowed with this input");
}

/* A stated shape is believed if it is one. */
static void a_lambdas_shape_is_of_sizes(void **state)
{
    nwt_tensor *y = nwt_call(nwt_layer_parse(ctx, "Lambda('f', output_shape=(3, None))"),
                             vector(3));

    (void)state;
    assert_int_equal(nwt_tensor_rank(y), 3);
    y = nwt_call(nwt_layer_parse(ctx, "Lambda('f', output_shape=(3, -3))"), vector(3));
    assert_int_equal(nwt_tensor_rank(y), -1);
    y = nwt_call(nwt_layer_parse(ctx, "Lambda('f', output_shape=(3, 'x'))"), vector(3));
    assert_int_equal(nwt_tensor_rank(y), -1);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, make_context, free_context)
    const struct CMUnitTest tests[] = {
        TEST(models_have_inputs_and_outputs),  TEST(inner_tensors_are_inputs),
        TEST(no_model_holds_itself),           TEST(depth_is_bounded),
        TEST(a_sequential_passes_all_outputs), TEST(a_sequential_has_one_input_layer),
        TEST(a_refused_dtype_changes_nothing), TEST(a_layer_of_one_input_takes_one),
        TEST(a_lambdas_shape_is_of_sizes),     TEST(names_are_guessed_with_care),
        TEST(a_kernel_has_a_largest_rank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
