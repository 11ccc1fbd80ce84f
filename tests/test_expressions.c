/* Constructor text: models as people write them. The numbers are those that Keras itself prints: in
   the tables of tests/golden/styles, and in the question "Keras model.summary() result -
   Understanding the # of Parameters" on Stack Overflow and its answers. */
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

/* "dense (None, 10) 7850", a line each layer. */
static void assert_layers(const nwt_model *model, const char *expected)
{
    char text[2048] = "", name[128];
    int64_t i;
    int32_t j;

    assert_string_equal(nwt_message(ctx), "");
    for (i = 0; i < nwt_model_layer_count(model); i++) {
        const nwt_layer *layer = nwt_model_layer(model, i);
        const nwt_tensor *output = nwt_layer_call_output(layer, 0, 0);
        size_t length = strlen(text);

        nwt_layer_name(layer, name, sizeof name);
        length += (size_t)snprintf(text + length, sizeof text - length, "%s (", name);
        for (j = 0; j < nwt_tensor_rank(output); j++) {
            int64_t dim = nwt_tensor_dims(output)[j];

            length += (size_t)snprintf(text + length, sizeof text - length, "%s",
                                       j > 0 ? ", " : "");
            length += dim < 0 ? (size_t)snprintf(text + length, sizeof text - length, "None")
                              : (size_t)snprintf(text + length, sizeof text - length, "%lld",
                                                 (long long)dim);
        }
        snprintf(text + length, sizeof text - length, ") %lld\n",
                 (long long)nwt_layer_count(layer, NWT_COUNT_PARAMS));
    }
    assert_string_equal(text, expected);
}

static const char mnist[] =
    "Sequential([Flatten(input_shape=(1, 28, 28)), Dense(10), Activation('softmax')])";

static void the_question(void **state)
{
    char name[64];

    (void)state;
    assert_layers(nwt_model_parse(ctx, mnist, "keras=1"),
                  "flatten_1 (None, 784) 0\ndense_1 (None, 10) 7850\nactivation_1 (None, 10) 0\n");
    nwt_context_reset(ctx);
    assert_layers(nwt_model_parse(ctx, mnist, NULL),
                  "flatten (None, 784) 0\ndense (None, 10) 7850\nactivation (None, 10) 0\n");
    nwt_context_reset(ctx);
    nwt_layer_name(nwt_tensor_layer(nwt_model_input(nwt_model_parse(ctx, mnist, "keras=1"), 0)),
                   name, sizeof name);
    assert_string_equal(name, "flatten_input_1");
}

static void the_answers(void **state)
{
    (void)state;
    assert_layers(
        nwt_model_parse(ctx,
                        "predictivemodel = Sequential()\n"
                        "predictivemodel.add(Dense(514, input_dim=514, "
                        "W_regularizer=WeightRegularizer(l1=0.000001,l2=0.000001), "
                        "init='normal'))\n"
                        "predictivemodel.add(Dense(257, "
                        "W_regularizer=WeightRegularizer(l1=0.000001,l2=0.000001), "
                        "init='normal'))\n"
                        "predictivemodel.compile(loss='mean_squared_error', optimizer='adam', "
                        "metrics=['accuracy'])\n",
                        "keras=1"),
        "dense_1 (None, 514) 264710\ndense_2 (None, 257) 132355\n");
    nwt_context_reset(ctx);
    assert_layers(
        nwt_model_parse(ctx,
                        "Sequential([\n"
                        "  Conv2D(32, (3, 3), activation='relu', input_shape=(224, 224, 3)),\n"
                        "  Conv2D(64, (3, 3), activation='relu'),   # twice as many\n"
                        "  Conv2D(128, (3, 3), activation='relu'),\n"
                        "  Dense(10, activation='softmax'),\n"
                        "])",
                        NULL),
        "conv2d (None, 222, 222, 32) 896\nconv2d_1 (None, 220, 220, 64) 18496\n"
        "conv2d_2 (None, 218, 218, 128) 73856\ndense (None, 218, 218, 10) 1290\n");
}

static void eras_disagree(void **state)
{
    static const char text[] = "[Conv2D(32, 3, 3, input_shape=(9, 9, 1))]";
    static const char gru[] = "GRU(32, input_shape=(None, 16))";

    (void)state;
    assert_layers(nwt_model_parse(ctx, text, "keras=1"), "convolution2d_1 (None, 7, 7, 32) 320\n");
    assert_string_equal(nwt_note(ctx, 0),
                        "Conv2D(32, 3, 3): read as Keras 1: a 3 x 3 kernel; in Keras 3 strides 3 "
                        "(keras=3)");
    nwt_context_reset(ctx);
    assert_layers(nwt_model_parse(ctx, text, NULL), "conv2d (None, 3, 3, 32) 320\n");
    assert_string_equal(nwt_note(ctx, 0),
                        "Conv2D(32, 3, 3): read as Keras 3: strides 3; in Keras 1 a 3 x 3 kernel "
                        "(keras=1)");
    nwt_context_reset(ctx);
    /* 3 x 32 x (16 + 32 + 1) and 3 x 32 x (16 + 32 + 2). */
    assert_layers(nwt_model_parse(ctx, gru, "keras=2"), "gru_1 (None, 32) 4704\n");
    nwt_context_reset(ctx);
    assert_layers(nwt_model_parse(ctx, gru, NULL), "gru (None, 32) 4800\n");
    assert_int_equal(nwt_note_count(ctx), 1);
}

static void forms(void **state)
{
    static const char expected[] = "dense (None, 3) 15\n";
    static const char *const texts[] = {
        "Dense(3, input_dim=4)",
        "keras.layers.Dense(3, input_shape=(4,))",
        "[Input(shape=(4,)), Dense(units=3)]",
        "tf.keras.Sequential([tf.keras.layers.InputLayer((4,)), tf.keras.layers.Dense(3)])",
        "Sequential(layers=[Dense(3, batch_input_shape=(None, 4))], name='m')",
        "from keras.models import Sequential\nm = Sequential(); m.add(Dense(3, input_dim=4))\n",
        "model = Sequential([Dense(3, input_dim=4)])\nmodel.summary()",
        "\"\"\"A model.\"\"\"\nimport numpy as np\nnp.random.seed(7)\n"
        "X = np.load('x.npy')\nn_in = X.shape[1]\n\n"
        "def build():\n    units, n = 3, 4   # of the last\n    net = Sequential()\n"
        "    net.add(Dense(units, input_shape=(n,)))\n    return net\n",
        ">>> m = Sequential()\n>>> m.add(Dense(3))\n>>> m.build((None, 4))\n>>> m.summary()\n",
        ("shape = (4,)\nfirst = Dense(3, input_shape=shape)\nm = Sequential([first])\n"
         "m.add(Dense(9))\nm.pop()\nm.fit(x[:, 1:], y, epochs=3)"),
        "data = {'n': 4}\nlayers = [Dense(3, input_dim=4)]\nm = Sequential(layers)",
        "a , b\t= 3, 4\n[Dense(a, input_dim=b)]",
        "x = 'it\\'s # no comment'\n[Dense(3, input_dim=4)]",
        "x = ''\ny = '''a\n'b''\n'''\n[Dense(3, input_dim=4)]",
        "m = Sequential([Dense(3, input_dim=4)])\nm.build(shape_of_data)",
        "x = keras.utils.load(4 5)\n[Dense(3, input_dim=4)]",
        "m = my.models.Sequential([my.layers.Dense(3, input_dim=4)])\n'the end'",
        "first = Dense(3, input_dim=4)\nsame = first\nmodels.Sequential([same])",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        nwt_context_reset(ctx);
        assert_layers(nwt_model_parse(ctx, texts[i], NULL), expected);
    }
}

/* The example of Keras 2 for MNIST: all of it may stand there. */
static void a_whole_script(void **state)
{
    static const char script[] =
        "from __future__ import print_function\nimport keras\nfrom keras.datasets import mnist\n"
        "batch_size = 128\nnum_classes = 10\nimg_rows, img_cols = 28, 28\n"
        "(x_train, y_train), (x_test, y_test) = mnist.load_data()\n"
        "if K.image_data_format() == 'channels_first':\n"
        "    x_train = x_train.reshape(x_train.shape[0], 1, img_rows, img_cols)\n"
        "    input_shape = (1, img_rows, img_cols)\nelse:\n"
        "    input_shape = (img_rows, img_cols, 1)\n"
        "x_train = x_train.astype('float32')\nx_train /= 255\n"
        "print(x_train.shape[0], 'train samples')\nprint 'and test samples'\n"
        "y_train = keras.utils.to_categorical(y_train, num_classes)\n\n"
        "model = Sequential()\n"
        "model.add(Conv2D(32, kernel_size=(3, 3),\n                 activation='relu',\n"
        "                 input_shape=input_shape))\n"
        "model.add(Conv2D(64, (3, 3), activation='relu'))\n"
        "model.add(MaxPooling2D(pool_size=(2, 2)))\nmodel.add(Dropout(0.25))\n"
        "model.add(Flatten())\nmodel.add(Dense(num_classes, activation='softmax'))\n\n"
        "model.compile(loss=keras.losses.categorical_crossentropy,\n"
        "              optimizer=keras.optimizers.Adadelta(), metrics=['accuracy'])\n"
        "model.fit(x_train[:100], y_train, validation_data=(x_test, y_test))\n"
        "score = model.evaluate(x_test, y_test, verbose=0)\nprint('Test loss:', score[0])\n";

    (void)state;
    assert_layers(nwt_model_parse(ctx, script, "keras=2"),
                  "conv2d_1 (None, 26, 26, 32) 320\nconv2d_2 (None, 24, 24, 64) 18496\n"
                  "max_pooling2d_1 (None, 12, 12, 64) 0\ndropout_1 (None, 12, 12, 64) 0\n"
                  "flatten_1 (None, 9216) 0\ndense_1 (None, 10) 92170\n");
    assert_string_equal(nwt_note(ctx, 0), "line 8: a condition is not read: what follows is taken");
}

static void errors(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "the text has no model: it is empty"},
        {"Sequential([Dense(10, input_dim=4)", "line 1, column 35: the text ends too early"},
        {"Sequential([Dens(10, input_dim=4)])",
         "unknown kind of layer 'Dens'; did you mean 'Dense'?"},
        {"Sequential([Dense(10, input_dim=4, unit=3)])",
         "Dense: unknown option 'unit'; did you mean 'units'?"},
        {"Sequential([Dense(-10, input_dim=4)])", "Dense: units must be at least 1, not -10"},
        {"Sequential([Dense('ten', input_dim=4)])", "Dense: units must be an integer, not 'ten'"},
        {"Sequential([Dense(activation='relu', input_dim=4)])",
         "Dense: option 'units' is missing: number of output features"},
        {"Sequential([Dense(10, input_dim=4), Flaten()])",
         "unknown kind of layer 'Flaten'; did you mean 'Flatten'?"},
        {"Sequential([Conv2D(4, 9, input_shape=(8, 8, 1), name='wide')])",
         "wide: kernel_size 9 is larger than the input's 8 on axis 1"},
        {"Sequential([Merge([Dense(3, input_dim=2), Dense(3, input_dim=2)]), Dense(2)])",
         "Merge: branch 0 of layers is no model with an input: the first layer of each branch "
         "needs an input_shape"},
        {"Sequential([Merge(mode='sun'), Dense(2)])",
         "Merge: mode must be one of 'sum', 'mul', 'concat', 'ave', 'cos', 'dot', 'max', not "
         "'sun'; did you mean 'sum'?"},
        {"Sequential([Dense(classes, input_dim=4)])",
         "Dense: units must be an integer, not 'classes', a name without a value"},
        {"Sequential([base, Dense(2)])", "'base' has no value in the text"},
        {"n = 4\nm = Sequential([n])", "a layer is written as a call: Dense(10)"},
        {"f = relu\nm = Sequential()\nm.add(f)", "'f' is no layer"},
        {"5", "a layer is written as a call: Dense(10)"},
        {"m = Sequential([Dense(3, input_dim=4)])\ny = a b",
         "line 2, column 7: more text after the value"},
        {"net = Sequential([Dense(3 4)])\nprint(net)", "line 1, column 27: expected ',' or ')'"},
        {"y = a b\nz = y\nm = Sequential([Dense(z, input_dim=4)])",
         "the value of 'z' can't be read: the value of 'y' can't be read: line 1, column 7: more "
         "text after the value"},
        {"a, b = 3\nm = Sequential([Dense(b, input_dim=4)])",
         "the value of 'b' can't be read: there are fewer values than names"},
        {"a, b = c d, 4\nm = Sequential([Dense(b, input_dim=4)])",
         "the value of 'b' can't be read: line 1, column 10: expected ','"},
        {"a, first = 3, Dense(0)\nx = 3", "Dense: units must be at least 1, not 0"},
        {"m = Sequential([Dense(3, input_dim=4)]); s = 'abc\\",
         "line 1, column 46: the text ends within this string"},
        {"x = keras.models.Foo()\n[Dense(2, input_dim=3)]", "unknown kind of layer 'Foo'"},
        {"Sequential([Flatten, Dense(2)])", "a layer is written as a call: Flatten(...)"},
        {"m.add(Dense(2))", "'m.add' is added to, but it is no model"},
        {"m = Sequential()\nm.add(Dense(2), Dense(3))", "add() takes one layer, not 2"},
        {"n = x.shape[1]\nm = Sequential()\nm.add(Dense(n))\n",
         "the value of 'n' can't be read: line 1, column 12: more text after the value"},
        {"m = Sequential()\nm.add(Dense(10)\nm.add(Dense(3))",
         "line 3, column 1: expected ',' or ')'"},
        {"m = Sequential([\n  Dense(10),\n  Dense(3]\n", "line 3, column 10: expected ',' or ')'"},
        {"m = Sequential()\nfor i in range(3):\n    m.add(Dense(3))\n",
         "line 2: a loop is not read: write each layer"},
        {"import numpy as np\nnp.random.seed(7)\n", "the text has no model: it is empty"},
        {"Model(inputs=x, outputs=y)",
         "Model: text describes Sequential models; for others, save the config as JSON"},
        {"Sequential([Dense(10, 20, 30, 40, 50, 60, 70, 80, 90, 1, 2, 3, 4, 5)])",
         "Dense: more than 13 positional arguments"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nwt_context_reset(ctx);
        assert_null(nwt_model_parse(ctx, cases[i].text, NULL));
        assert_string_equal(nwt_message(ctx), cases[i].message);
    }
    nwt_context_reset(ctx);
    assert_null(nwt_model_parse(ctx, mnist, "keras=4"));
    assert_string_equal(nwt_message(ctx), "nwt_model_parse: keras must be from 1 to 3, not 4");
}

/* -------------------------------------------------------- what each Keras says */

static void add_shape(char *text, size_t size, int32_t rank, const int64_t *dims)
{
    size_t length = strlen(text);
    int32_t i;

    for (i = 0; i < rank && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, "%lld,", (long long)dims[i]);
    }
}

/* What Keras says of a text, and what we do: a line for the model, each input and each layer. */
static void describe_fact(char *text, size_t size, const nwti_value *fact)
{
    const nwti_value *inputs = nwti_value_get(fact, "inputs");
    const nwti_value *layers = nwti_value_get(fact, "layers");
    int64_t dims[32];
    uint32_t i;

    snprintf(text, size, "%s\n", nwti_value_string(nwti_value_get(fact, "name")));
    for (i = 0; i < inputs->length; i++) {
        const nwti_value *input = inputs->as.items + i;

        snprintf(text + strlen(text), size - strlen(text), "input %s %s ",
                 nwti_value_string(nwti_value_get(input, "name")),
                 nwti_value_string(nwti_value_get(input, "dtype")));
        add_shape(text, size, golden_dims(nwti_value_get(input, "shape"), dims), dims);
        snprintf(text + strlen(text), size - strlen(text), "\n");
    }
    for (i = 0; i < layers->length; i++) {
        const nwti_value *layer = layers->as.items + i;
        const char *name = nwti_value_string(nwti_value_get(layer, "name"));

        /* Keras 1 listed a Sequential's InputLayer among its layers, later ones hide it. */
        if (i == 0 && inputs->length > 0 &&
            nwti_value_is(nwti_value_get(inputs->as.items, "name"), name)) {
            continue;
        }
        snprintf(text + strlen(text), size - strlen(text), "%s %lld ", name,
                 (long long)golden_int(layer, "params"));
        add_shape(text, size, golden_dims(nwti_value_get(layer, "shape"), dims), dims);
        snprintf(text + strlen(text), size - strlen(text), "\n");
    }
}

static void describe_model(char *text, size_t size, nwt_model *model)
{
    char name[128];
    int64_t i;

    nwt_layer_name(nwt_model_as_layer(model), name, sizeof name);
    snprintf(text, size, "%s\n", name);
    for (i = 0; i < nwt_model_input_count(model); i++) {
        const nwt_tensor *input = nwt_model_input(model, (int32_t)i);

        nwt_layer_name(nwt_tensor_layer(input), name, sizeof name);
        snprintf(text + strlen(text), size - strlen(text), "input %s %s ", name,
                 nwt_dtype_name(nwt_tensor_dtype(input)));
        add_shape(text, size, nwt_tensor_rank(input), nwt_tensor_dims(input));
        snprintf(text + strlen(text), size - strlen(text), "\n");
    }
    for (i = 0; i < nwt_model_layer_count(model); i++) {
        const nwt_layer *layer = nwt_model_layer(model, i);
        const nwt_tensor *output = nwt_layer_call_output(layer, 0, 0);

        nwt_layer_name(layer, name, sizeof name);
        snprintf(text + strlen(text), size - strlen(text), "%s %lld ", name,
                 (long long)nwt_layer_count(layer, NWT_COUNT_PARAMS));
        add_shape(text, size, nwt_tensor_rank(output), nwt_tensor_dims(output));
        snprintf(text + strlen(text), size - strlen(text), "\n");
    }
}

static int check_case(const nwti_value *fact, const char *options)
{
    static char ours[8192], theirs[8192];
    const char *text = nwti_value_string(nwti_value_get(fact, "text"));
    nwt_model *model;

    nwt_context_reset(ctx);
    model = nwt_model_parse(ctx, text, options);
    describe_fact(theirs, sizeof theirs, fact);
    if (model == NULL) {
        print_error("%s\n    %s\n", text, nwt_message(ctx));
        return 1;
    }
    describe_model(ours, sizeof ours, model);
    if (strcmp(ours, theirs) != 0) {
        print_error("%s: %s\nours:\n%sKeras:\n%s", options, text, ours, theirs);
        return 1;
    }
    return 0;
}

static void as_keras_says(const char *path, const char *options)
{
    const nwti_value *cases;
    nwti_heap heap;
    nwti_arena arena;
    int wrong = 0, count;
    uint32_t i;

    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, path), "cases");
    count = (int)cases->length;
    assert_true(count > 100);
    for (i = 0; i < cases->length; i++) {
        const nwti_value *one = cases->as.items + i;

        /* Keras 3 ignores an Embedding's input_length, which says the input's shape. */
        if (strcmp(options, "keras=3") != 0 ||
            strstr(nwti_value_string(nwti_value_get(one, "text")), "input_length") == NULL) {
            wrong += check_case(one, options);
        }
    }
    nwti_arena_free(&arena);
    if (wrong > 0) {
        fail_msg("%s: %d of %d texts differ from Keras", path, wrong, count);
    }
}

static void keras_1(void **state)
{
    (void)state;
    as_keras_says("expressions/keras-1.json", "keras=1");
}

static void keras_2(void **state)
{
    (void)state;
    as_keras_says("expressions/keras-2.json", "keras=2");
}

static void keras_3(void **state)
{
    (void)state;
    as_keras_says("expressions/keras-3.json", "keras=3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_question), TEST(the_answers),    TEST(eras_disagree),
        TEST(forms),        TEST(a_whole_script), TEST(errors),
        TEST(keras_1),      TEST(keras_2),        TEST(keras_3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
