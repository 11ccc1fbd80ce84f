/* Configs of Keras 1 and 2 as files had them beyond what one version writes today: defaults that a
   config leaves out, wrappers of JSON, words that mean nothing any more. */
#include "golden.h"

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

static nwt_model *read_text(const char *text)
{
    nwt_model *model;

    nwt_context_reset(ctx);
    model = nwt_read_memory(ctx, text, strlen(text), NULL);
    assert_string_equal(nwt_message(ctx), "");
    return model;
}

static void assert_output(const nwt_model *model, int32_t rank, const int64_t *dims)
{
    const nwt_tensor *output = nwt_model_output(model, 0);

    assert_int_equal(nwt_tensor_rank(output), rank);
    assert_memory_equal(nwt_tensor_dims(output), dims, (size_t)rank * sizeof *dims);
}

/* ZeroPadding2D of Keras 1 has no dim_ordering in its config: that of the other layers tells. */
static void ordering_is_that_of_other_layers(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.2.2\", \"config\": ["
        "{\"class_name\": \"ZeroPadding2D\", \"config\": {\"name\": \"zeropadding2d_1\", "
        "\"batch_input_shape\": [null, 3, 8, 9], \"padding\": [1, 1], \"trainable\": true}}, "
        "{\"class_name\": \"Convolution2D\", \"config\": {\"name\": \"convolution2d_1\", "
        "\"nb_filter\": 4, \"nb_row\": 3, \"nb_col\": 3, \"dim_ordering\": \"%s\", "
        "\"border_mode\": \"valid\", \"subsample\": [1, 1], \"bias\": true}}]}";
    static const int64_t first[] = {-1, 4, 8, 9}, last[] = {-1, 3, 8, 4};
    char filled[1024];
    nwt_model *model;

    (void)state;
    snprintf(filled, sizeof filled, text, "th");
    model = read_text(filled);
    assert_output(model, 4, first);
    assert_int_equal(nwt_model_params(model), 3 * 3 * 3 * 4 + 4);
    snprintf(filled, sizeof filled, text, "tf");
    model = read_text(filled);
    assert_output(model, 4, last);
    assert_int_equal(nwt_model_params(model), 3 * 3 * 9 * 4 + 4);
}

/* Before it knew reset_after, a GRU had one bias. */
static void a_gru_without_reset_after(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"%s\", \"config\": ["
        "{\"class_name\": \"GRU\", \"config\": {\"name\": \"gru_1\", "
        "\"batch_input_shape\": [null, 5, 7], \"units\": 6, \"time_major\": false, "
        "\"implementation\": 0}}]}";
    char filled[1024];

    (void)state;
    snprintf(filled, sizeof filled, text, "2.0.8");
    assert_int_equal(nwt_model_params(read_text(filled)), 3 * 6 * (7 + 6 + 1));
    assert_int_equal(nwt_note_count(ctx), 0);
}

/* Keras 2.2.3 and 2.2.4 raise what the versions before them made and dropped. */
static void the_length_that_an_embedding_tells(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Model\", \"keras_version\": \"%s\", \"config\": {\"name\": \"m\", "
        "\"layers\": [{\"name\": \"x\", \"class_name\": \"InputLayer\", \"config\": "
        "{\"batch_input_shape\": %s, \"dtype\": \"int32\", \"name\": \"x\"}, "
        "\"inbound_nodes\": []}, {\"name\": \"e\", \"class_name\": \"Embedding\", \"config\": "
        "{\"input_dim\": 10, \"output_dim\": 4, \"input_length\": %s, \"name\": \"e\"}, "
        "\"inbound_nodes\": [[[\"x\", 0, 0, {}]]]}], "
        "\"input_layers\": [[\"x\", 0, 0]], \"output_layers\": [[\"e\", 0, 0]]}}";
    static const struct {
        const char *version, *shape, *length, *message;
        int64_t steps;
    } cases[] = {
        {"2.2.2", "[null, 7]", "5", "", 5},
        {"2.2.3", "[null, null]", "5", "", 5},
        {"2.2.4-tf", "[null, 7]", "5", "", 7},
        {"2.2.3", "[null, 7]", "5", "(5,) is not that of its input of shape (None, 7)", 0},
        {"2.2.4", "[null, 7, 3]", "7", "(7,) is not that of its input of shape (None, 7, 3)", 0},
        {"1.2.2", "[]", "5", "(5,) is not that of its input of shape ()", 0},
    };
    char filled[1024], message[200];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(filled, sizeof filled, text, cases[i].version, cases[i].shape, cases[i].length);
        if (cases[i].steps != 0) {
            assert_output(read_text(filled), 3, (int64_t[]){-1, cases[i].steps, 4});
            continue;
        }
        snprintf(message, sizeof message, "e: input_length %s", cases[i].message);
        nwt_context_reset(ctx);
        assert_null(nwt_read_memory(ctx, filled, strlen(filled), NULL));
        assert_string_equal(nwt_message(ctx), message);
    }
}

static void wrappers_of_json(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"2.4.0\", \"backend\": "
        "\"tensorflow\", \"config\": {\"name\": \"s\", \"layers\": ["
        "{\"class_name\": \"InputLayer\", \"config\": {\"batch_input_shape\": "
        "{\"class_name\": \"TensorShape\", \"items\": [null, 4, 6]}, \"dtype\": \"float32\", "
        "\"ragged\": false, \"name\": \"x\"}}, "
        "{\"class_name\": \"LayerNormalization\", \"config\": {\"name\": \"ln\", \"axis\": "
        "{\"class_name\": \"ListWrapper\", \"items\": [1, 2]}}}, "
        "{\"class_name\": \"BatchNormalizationV1\", \"config\": {\"name\": \"bn\", \"axis\": [2], "
        "\"fused\": null, \"renorm\": false, \"virtual_batch_size\": null}}, "
        "{\"class_name\": \"Reshape\", \"config\": {\"name\": \"r\", \"target_shape\": "
        "{\"class_name\": \"__tuple__\", \"items\": [6, 4]}}}]}}";
    static const int64_t dims[] = {-1, 6, 4};
    nwt_model *model = read_text(text);

    (void)state;
    assert_output(model, 3, dims);
    assert_int_equal(nwt_model_params(model), 2 * 4 * 6 + 4 * 6);
    assert_int_equal(nwt_note_count(ctx), 0);
}

/* A mode that is a function has the shape that the config states. */
static void a_merge_by_a_function(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.2.2\", \"config\": ["
        "{\"class_name\": \"Merge\", \"config\": {\"name\": \"merge_1\", \"mode\": [\"code\"], "
        "\"mode_type\": \"lambda\", \"output_shape\": [5], \"output_shape_type\": \"raw\", "
        "\"layers\": [%s, %s]}}, "
        "{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense_3\", \"output_dim\": 2, "
        "\"bias\": true}}]}";
    static const char branch[] =
        "{\"class_name\": \"Sequential\", \"config\": [{\"class_name\": \"Dense\", \"config\": "
        "{\"output_dim\": 3, \"batch_input_shape\": [null, 4], \"input_dim\": 4}}]}";
    char filled[2048];
    nwt_model *model;

    (void)state;
    snprintf(filled, sizeof filled, text, branch, branch);
    model = read_text(filled);
    assert_int_equal(nwt_model_input_count(model), 2);
    /* The branches' count for the model, not for the merge. */
    assert_int_equal(nwt_layer_count(nwt_model_layer(model, 0), NWT_COUNT_PARAMS), 0);
    assert_int_equal(nwt_model_params(model), 2 * (4 * 3 + 3) + 5 * 2 + 2);
}

/* Known words are silent, others are told. */
static void words_that_nobody_knows(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.1.0\", \"config\": ["
        "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"output_dim\": 3, "
        "\"batch_input_shape\": [null, 4], \"input_dtype\": \"float32\", \"init\": \"uniform\", "
        "\"W_regularizer\": null, \"glow\": 7}}]}";

    (void)state;
    assert_int_equal(nwt_model_params(read_text(text)), 15);
    assert_int_equal(nwt_note_count(ctx), 1);
    assert_string_equal(nwt_note(ctx, 0), "d: option 'glow' is ignored: it is not known");
}

/* Shapes that depend on a function that nobody knows are unknown, weights are not. */
static void functions_that_nobody_knows(void **state)
{
    static const char text[] =
        "{\"class_name\": \"Functional\", \"keras_version\": \"2.6.0\", \"config\": {\"name\": "
        "\"m\", \"layers\": [{\"class_name\": \"InputLayer\", \"config\": {\"batch_input_shape\": "
        "[null, 8], \"dtype\": \"float32\", \"name\": \"x\"}, \"name\": \"x\", \"inbound_nodes\": "
        "[]}, {\"class_name\": \"TFOpLambda\", \"config\": {\"name\": \"f\", \"function\": "
        "\"signal.fft\"}, \"name\": \"f\", \"inbound_nodes\": [[\"x\", 0, 0, {\"name\": null}]]}, "
        "{\"class_name\": \"TFOpLambda\", \"config\": {\"name\": \"r\", \"function\": "
        "\"reshape\"}, \"name\": \"r\", \"inbound_nodes\": [[\"x\", 0, 0, {\"shape\": [[\"f\", 0, "
        "0], 4]}]]}], \"input_layers\": [[\"x\", 0, 0]], \"output_layers\": [[\"r\", 0, 0]]}}";
    nwt_model *model = read_text(text);

    (void)state;
    assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), -1);
    assert_int_equal(nwt_model_params(model), 0);
    assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 0);
    assert_string_equal(nwt_note(ctx, 0),
                        "f: the function 'signal.fft' is not known, nor the shape of what it "
                        "gives");
}

/* A node of TensorFlow's graph with its node_def, constants and inbound_nodes; `call` is the
   model's output. */
static nwt_model *read_node(const char *name, const char *node, const char *constants,
                            const char *nodes, int call)
{
    static const char text[] =
        "{\"class_name\": \"Functional\", \"keras_version\": \"2.3.0-tf\", \"config\": "
        "{\"name\": \"m\", \"layers\": [{\"class_name\": \"InputLayer\", \"config\": "
        "{\"batch_input_shape\": [null, 8], \"dtype\": \"float32\", \"name\": \"x\"}, "
        "\"name\": \"x\", \"inbound_nodes\": []}, {\"class_name\": \"TensorFlowOpLayer\", "
        "\"config\": {\"name\": \"%s\", \"trainable\": true, \"dtype\": \"float32\", "
        "\"node_def\": %s, \"constants\": %s}, \"name\": \"tf_op_layer_%s\", "
        "\"inbound_nodes\": %s}], \"input_layers\": [[\"x\", 0, 0]], "
        "\"output_layers\": [[\"tf_op_layer_%s\", %d, 0]]}}";
    char filled[4096];

    snprintf(filled, sizeof filled, text, name, node, constants, name, nodes, name, call);
    return read_text(filled);
}

#define X "[\"x\", 0, 0, {}]"

/* A node that no operation stands for keeps its name, and is told by it; so does one whose operands
   are not those of its inbound_nodes. */
static void nodes_that_nobody_knows(void **state)
{
    static const struct {
        const char *node;
        const char *constants;
        const char *nodes;
        const char *function;
    } cases[] = {
        {"{\"name\": \"F\", \"op\": \"FFT\", \"input\": [\"x\"]}", "{}", "[[" X "]]", "FFT"},
        {"\"a text\"", "{}", "[[" X "]]", "TensorFlowOpLayer"},
        {"{\"op\": \"StridedSlice\", \"input\": [\"x\", \"a\", \"b\", \"c\"]}",
         "{\"1\": [0], \"2\": [0, 1], \"3\": [1]}", "[[" X "]]", "StridedSlice"},
        {"{\"op\": \"StridedSlice\", \"input\": [\"x\", \"a\", \"b\", \"c\"]}",
         "{\"1\": [0], \"2\": [1], \"3\": 7}", "[[" X "]]", "StridedSlice"},
        {"{\"op\": \"StridedSlice\", \"input\": [\"x\", \"a\", \"b\"]}", "{\"1\": [0], \"2\": [1]}",
         "[[" X "]]", "StridedSlice"},
        {"{\"op\": \"MatMul\", \"input\": [\"x\", \"y\"], \"attr\": {\"transpose_b\": "
         "{\"b\": true}}}",
         "{\"1\": [[1.0]]}", "[[" X "]]", "linalg.matmul"},
        {"{\"op\": \"Reshape\", \"input\": [7, \"y\"]}", "null", "[[" X "]]", "Reshape"},
        {"{\"op\": \"Abs\", \"input\": [\"x\", \"y\"]}", "{}", "[[" X "]]", "Abs"},
        {"{\"op\": \"Abs\", \"input\": [\"x\"]}", "{}", "[[" X ", " X "]]", "Abs"},
        {"{\"op\": \"Abs\"}", "{}", "[[" X "]]", "Abs"},
        {"{\"op\": \"Abs\", \"input\": \"x\"}", "{}", "[[" X "]]", "Abs"},
        {"{\"op\": \"ConcatV2\", \"input\": [\"x\", \"y\"]}", "{}", "[[" X ", " X "]]", "ConcatV2"},
        {"{\"op\": \"GatherV2\", \"input\": [\"x\", \"i\", \"axis\"]}", "{\"1\": [0]}",
         "[[" X ", " X "]]", "GatherV2"},
    };
    char note[256], name[32];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwt_model *model;

        snprintf(name, sizeof name, "node_%d", (int)i);
        model = read_node(name, cases[i].node, cases[i].constants, cases[i].nodes, 0);
        assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), -1);
        snprintf(note, sizeof note,
                 "tf_op_layer_%s: the function '%s' is not known, nor the shape of what it gives",
                 name, cases[i].function);
        assert_string_equal(nwt_note(ctx, 0), note);
    }
}

/* Inputs that only come before the node are no operands, and each call has the constants. */
static void nodes_with_what_is_no_operand(void **state)
{
    static const int64_t tiled[] = {-1, 24}, same[] = {-1, 8};
    nwt_model *model;

    (void)state;
    assert_output(
        read_node("n", "{\"op\": \"Abs\", \"input\": [\"x\", \"^y\"]}", "{}", "[[" X "]]", 0), 2,
        same);
    model = read_node("n", "{\"op\": \"Tile\", \"input\": [\"x\", \"m\"]}", "{\"1\": [1, 3]}",
                      "[[" X "], [" X "]]", 1);
    assert_output(model, 2, tiled);
    assert_int_equal(nwt_note_count(ctx), 0);
}

/* What is no attribute of TensorFlow's is as good as none: squeezed of all axes of size 1, what has
   a None may have any rank. */
static void attributes_that_are_none(void **state)
{
    static const char *const squeezed[] = {"{}", "{\"list\": {\"i\": 7}}",
                                           "{\"list\": {\"i\": []}}", "{\"s\": \"AA==\"}"};
    static const int64_t first[] = {2, -1, 8};
    char node[256];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof squeezed / sizeof squeezed[0]; i++) {
        snprintf(node, sizeof node,
                 "{\"op\": \"Squeeze\", \"input\": [\"x\"], \"attr\": {\"squeeze_dims\": %s}}",
                 squeezed[i]);
        assert_int_equal(
            nwt_tensor_rank(nwt_model_output(read_node("n", node, "{}", "[[" X "]]", 0), 0)), -1);
    }
    assert_output(read_node("n",
                            "{\"op\": \"Pack\", \"input\": [\"x\", \"y\"], \"attr\": "
                            "{\"axis\": {\"i\": 2.5}}}",
                            "{}", "[[" X ", " X "]]", 0),
                  3, first);
}

static void assert_name(const nwt_layer *layer, const char *expected)
{
    char name[64];

    nwt_layer_name(layer, name, sizeof name);
    assert_string_equal(name, expected);
}

/* What is read in the words of one version leaves the names of other layers as they are. */
static void names_of_other_layers_stay(void **state)
{
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.2.2\", \"config\": ["
        "{\"class_name\": \"Dense\", \"config\": {\"output_dim\": 3, "
        "\"batch_input_shape\": [null, 4]}}]}";
    nwt_layer *first, *second, *third;
    nwt_model *text, *read;

    (void)state;
    first = nwt_dense(ctx, 3, NULL);
    assert_name(first, "dense");
    text = nwt_model_parse(ctx,
                           "Sequential([Convolution2D(3, 2, 2, input_shape=(8, 8, 1)), "
                           "Dense(4), ConvLSTM2D(3, 2)])",
                           "keras=1");
    assert_null(text); /* a ConvLSTM2D takes no matrix */
    nwt_context_clear_error(ctx);
    assert_name(first, "dense");
    text = nwt_model_parse(ctx, "[Dense(4, input_dim=3), Dense(2)]", "keras=1");
    assert_name(nwt_model_layer(text, 0), "dense_2");
    assert_name(nwt_tensor_layer(nwt_model_input(text, 0)), "dense_input_1");
    second = nwt_dense(ctx, 3, NULL);
    assert_name(second, "dense_4");
    read = nwt_read_memory(ctx, config, sizeof config - 1, NULL);
    assert_name(nwt_model_layer(read, 0), "dense_5");
    assert_name(nwt_model_layer(text, 0), "dense_2");
    third = nwt_dense(ctx, 3, NULL);
    assert_name(third, "dense_6");
    assert_name(first, "dense");
    assert_name(second, "dense_4");
    nwt_context_reset(ctx);
    text = nwt_model_parse(ctx, "[Dense(4, input_dim=3), Dense(2)]", "keras=2");
    assert_name(nwt_model_layer(text, 0), "dense_1");
    assert_name(nwt_tensor_layer(nwt_model_input(text, 0)), "dense_1_input");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ordering_is_that_of_other_layers),
        TEST(a_gru_without_reset_after),
        TEST(the_length_that_an_embedding_tells),
        TEST(wrappers_of_json),
        TEST(a_merge_by_a_function),
        TEST(words_that_nobody_knows),
        TEST(names_of_other_layers_stay),
        TEST(nodes_that_nobody_knows),
        TEST(nodes_with_what_is_no_operand),
        TEST(attributes_that_are_none),
        TEST(functions_that_nobody_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
