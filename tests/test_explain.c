/*
 * Explanations: some to the letter (tests/golden/explain), all in their arithmetic, which is done
 * again here, and in their sums, which Keras itself gave.
 */
#include "golden.h"
#include "netweight/kind.h"
#include "support/failing.h"
#include "support/text.h"

static nwti_heap heap;

static int32_t add(void *text, const char *bytes, size_t length)
{
    nwti_text_add(text, bytes, length);
    return ((nwti_text *)text)->failed;
}

/* Explains a layer (NULL: the model) into `text`. Returns the status. */
static int32_t explain(nwt_model *model, const char *layer, nwti_text *text)
{
    char options[700];
    size_t length = (size_t)snprintf(options, sizeof options, "format='explain'");

    nwti_text_clear(text);
    if (layer != NULL) {
        length += (size_t)snprintf(options + length, sizeof options - length, ", layer='");
        for (; *layer != '\0' && length < sizeof options - 4; layer++) {
            if (*layer == '\'' || *layer == '\\') {
                options[length++] = '\\';
            }
            options[length++] = *layer;
        }
        snprintf(options + length, sizeof options - length, "'");
    }
    return nwt_report(model, options, add, text);
}

/* ------------------------------------------------------------------- arithmetic */

/* Reads "2 x (3 + 4) kernel rows"; words and remarks in parentheses behind a number mean nothing.
   valid is 0 if something else than a number is to be computed with. */
typedef struct sum {
    const char *at;
    const char *end;
    int valid;
} sum;

static int has_operator(const sum *s)
{
    size_t left = (size_t)(s->end - s->at);

    return left >= 3 && (strncmp(s->at, " x ", 3) == 0 || strncmp(s->at, " + ", 3) == 0);
}

static void skip_words(sum *s)
{
    int depth = 0;

    while (s->at < s->end && (depth > 0 || (*s->at != ')' && !has_operator(s)))) {
        depth += *s->at == '(';
        depth -= *s->at == ')';
        s->at++;
    }
}

static int64_t read_number(sum *s)
{
    int64_t number = 0;

    s->valid &= s->at < s->end && *s->at >= '0' && *s->at <= '9';
    while (s->at < s->end && ((*s->at >= '0' && *s->at <= '9') || *s->at == ',')) {
        number = *s->at != ',' ? 10 * number + (*s->at - '0') : number;
        s->at++;
    }
    return number;
}

static int64_t read_sum(sum *s);

static int64_t read_operand(sum *s)
{
    int64_t value;

    if (s->at < s->end && *s->at == '(') {
        s->at++;
        value = read_sum(s);
        s->at += s->at < s->end;
    } else {
        value = read_number(s);
        skip_words(s);
    }
    return value;
}

static int64_t read_product(sum *s)
{
    int64_t product = read_operand(s);

    while (s->valid && has_operator(s) && s->at[1] == 'x') {
        s->at += 3;
        product *= read_operand(s);
    }
    return product;
}

static int64_t read_sum(sum *s)
{
    int64_t total = read_product(s);

    while (s->valid && has_operator(s)) {
        s->at += 3;
        total += read_product(s);
    }
    return total;
}

/* 1 if all numbers between the equals signs of a line are equal; *found counts them. */
static int is_right(const char *line, size_t length, int *found)
{
    const char *end = line + length, *at = line;
    int64_t first = 0;
    int sides = 0;

    while (at < end) {
        const char *equals = at;
        sum s = {at, at, 1};
        int64_t value;

        while (equals < end && !(equals + 3 <= end && strncmp(equals, " = ", 3) == 0)) {
            equals++;
        }
        s.end = equals;
        value = read_sum(&s);
        if (s.valid) {
            if (sides++ > 0 && value != first) {
                return 0;
            }
            first = value;
        }
        at = equals + 3;
    }
    *found += sides > 1;
    return 1;
}

/* Where the first number of a line stands, behind its name and "at least". */
static const char *begin_of(const char *line, const char *end)
{
    const char *colon = line;

    while (line < end && (*line == ' ' || *line == '=')) {
        line++;
    }
    for (colon = line; colon < end && strncmp(colon, ": ", 2) != 0; colon++) {
    }
    line = colon < end ? colon + 2 : line;
    return end - line > 9 && strncmp(line, "at least ", 9) == 0 ? line + 9 : line;
}

/* Every equation of an explanation holds. Returns how many there are; -1: one does not. */
static int check_equations(const char *name, const char *text)
{
    int found = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *begin = begin_of(text, text + length);

        if (!is_right(begin, (size_t)(text + length - begin), &found)) {
            print_error("%s: %.*s\n", name, (int)length, text);
            return -1;
        }
        text += length + (text[length] == '\n');
    }
    return found;
}

static void test_arithmetic(void **state)
{
    (void)state;
    assert_int_equal(check_equations("", "  kernel: 2 rows x (3 gates x 4 units) = 24\n"), 1);
    assert_int_equal(check_equations("", "  = units x (b + 1) = 2 x (3 + 1) = 2 x 4 = 8\n"), 1);
    assert_int_equal(check_equations("", "at least 1,000 + 24 = 1,024 bytes (1.00 KiB)"), 1);
    assert_int_equal(check_equations("", "5 positions on axis 1 x 2 = 10 (non-trainable)"), 1);
    assert_int_equal(check_equations("", "no equation"), 0);
    print_message("two lines that are wrong follow\n");
    assert_int_equal(check_equations("", "  kernel: 2 rows x 3 = 7"), -1);
    assert_int_equal(check_equations("", "2 x (3 + 1) = 8 = 2 x 5"), -1);
}

/* ---------------------------------------------------------------------- letters */

static const struct {
    const char *name;  /* golden/explain/NAME.txt */
    const char *model; /* of golden/models, or constructor text */
    const char *layer;
    const char *options; /* of the constructor text */
} letters[] = {
    /* The question's models, as Keras 1 wrote them. */
    {"mnist", "models/keras-1.2.2/mnist.json", NULL},
    {"mnist-dense", "models/keras-1.2.2/mnist.json", "dense_1"},
    {"mnist-flatten", "models/keras-1.2.2/mnist.json", "flatten_1"},
    {"dense",
     "Sequential([Dense(514, input_dim=514, W_regularizer=WeightRegularizer(l1=1e-6, "
     "l2=1e-6), init='normal'), Dense(257)])",
     NULL, "keras=1"},
    {"dense-1", "Sequential([Dense(514, input_dim=514), Dense(257)])", "dense_1", "keras=1"},
    {"convnet", "models/keras-3/convnet.json", NULL},
    {"convnet-conv2d_1", "models/keras-3/convnet.json", "conv2d_1"},
    {"convnet-dense", "models/keras-3/convnet.json", "dense"},
    {"text", "models/keras-3/text.json", NULL},
    {"bidirectional", "models/keras-3/text.json", "bidirectional"},
    {"time_distributed", "models/keras-3/text.json", "time_distributed"},
    {"gru", "models/keras-3/text.json", "gru"},
    {"embedding", "models/keras-3/text.json", "embedding"},
    {"attention", "models/keras-3/transformer.json", "multi_head_attention"},
    {"shared", "models/keras-3/shared_on_shapes.json", "shared"},
    {"tower", "models/keras-3/siamese.json", "tower"},
    {"frozen", "models/keras-3/frozen_layers.json", "dense"},
    {"frozen-within", "models/keras-3/frozen_base.json", "base"},
    {"batch_normalization", "models/keras-3/frozen_layers.json", "batch_normalization"},
    {"nested-path", "models/keras-3/nested_three_levels.json", "mid/low"},
    {"separable", "Sequential([SeparableConv2D(32, 3, input_shape=(8, 8, 16))])",
     "separable_conv2d"},
    {"statistics", "Sequential([Normalization(input_shape=(4,))])", "normalization"},
    {"slopes", "Sequential([PReLU(shared_axes=[1, 2], input_shape=(8, 8, 3))])", "p_re_lu"},
    {"unknown", "models/keras-3/custom_functional.json", NULL},
    {"unknown-layer", "models/keras-3/custom_functional.json", "scale"},
    {"unbuilt", "models/keras-3/unbuilt.json", NULL},
    {"unbuilt-layer", "models/keras-3/unbuilt.json", "dense"},
    {"optimizer", "models/keras-3/compiled_adam.json", NULL},
    {"file", "files/keras-3.15/mnist.keras", NULL},
    {"weights-alone", "files/keras-3.15/nested.weights.h5", "inner"},
};

static nwt_model *read_model(nwt_context *ctx, const char *source, const char *options)
{
    size_t length = 0;
    char *bytes = strchr(source, '(') != NULL ? NULL : golden_text(source, &length);
    nwt_model *model = bytes != NULL ? nwt_read_memory(ctx, bytes, length, NULL)
                                     : nwt_model_parse(ctx, source, options);

    free(bytes);
    return model;
}

static void test_letters(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_text text;
    size_t i;
    int wrong = 0;

    (void)state;
    nwti_text_init(&text, &heap);
    for (i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        char path[128], *expected;
        size_t length = 0;

        nwt_context_reset(ctx);
        explain(read_model(ctx, letters[i].model, letters[i].options), letters[i].layer, &text);
        assert_string_equal(nwt_message(ctx), "");
        snprintf(path, sizeof path, "explain/%s.txt", letters[i].name);
        expected = golden_text(path, &length);
        if (expected == NULL || strcmp(expected, text.data) != 0) {
            print_error("%s: the text is\n", path);
            fputs(text.data, stderr);
            wrong++;
        }
        wrong += check_equations(path, text.data) < 0;
        free(expected);
    }
    nwti_text_free(&text);
    nwt_context_free(ctx);
    assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------------ sums */

static int contains(const char *name, const nwti_text *text, const char *wanted)
{
    if (text->data == NULL || strstr(text->data, wanted) == NULL) {
        print_error("%s: '%s' is not in\n%s\n", name, wanted, text->data);
        return 0;
    }
    return 1;
}

/* The counts that Keras has must stand in the text, and its equations hold. */
static int check_counts(const char *name, nwti_text *text, const nwti_value *fact)
{
    int64_t params = golden_int(fact, "params"), trainable = golden_int(fact, "trainable_params");
    nwti_text line;
    int right;

    if (params == 0) {
        return contains(name, text, "No parameters");
    }
    nwti_text_init(&line, &heap);
    nwti_text_grouped(&line, params);
    nwti_text_string(&line, params == 1 ? " parameter\n" : " parameters\n");
    right = contains(name, text, line.data);
    nwti_text_clear(&line);
    nwti_text_string(&line, "\nTrainable: ");
    nwti_text_grouped(&line, trainable);
    right &= contains(name, text, line.data);
    nwti_text_clear(&line);
    nwti_text_string(&line, "; non-trainable: ");
    nwti_text_grouped(&line, params - trainable);
    nwti_text_string(&line, ".\n");
    right &= contains(name, text, line.data);
    nwti_text_free(&line);
    return right && check_equations(name, text->data) > 0;
}

#define FILE_NAME(name) #name,
static const char *const files[] = {GOLDEN_KINDS(FILE_NAME)};

/* A model around the one call of a layer. */
static nwt_model *model_of(nwt_context *ctx, nwt_layer *layer, nwt_tensor *output)
{
    nwt_tensor *inputs[16], *outputs[64];
    int32_t count = nwt_layer_call_input_count(layer, 0), outs = nwt_tensor_output_count(output), i;

    assert_true(count <= 16 && outs <= 64);
    if (count == 0) {
        inputs[count++] = output; /* of an InputLayer */
    }
    for (i = 0; i < nwt_layer_call_input_count(layer, 0); i++) {
        inputs[i] = nwt_layer_call_input(layer, 0, i);
    }
    for (i = 0; i < outs; i++) {
        outputs[i] = nwt_tensor_output(output, i);
    }
    return nwt_model_new(ctx, count, inputs, outs, outputs, NULL);
}

static int check_kind(nwt_context *ctx, nwti_text *text, const nwti_value *fact)
{
    const char *source = nwti_value_string(nwti_value_get(fact, "text"));
    nwt_layer *layer;
    nwt_tensor *output;
    char name[256];

    if (nwti_value_get(fact, "error") != NULL) {
        return 1;
    }
    nwt_context_reset(ctx);
    layer = nwt_layer_parse(ctx, source);
    output = golden_call(ctx, layer, fact);
    nwt_layer_name(layer, name, sizeof name);
    if (explain(model_of(ctx, layer, output), name, text) != NWT_STATUS_OK) {
        print_error("%s: %s\n", source, nwt_message(ctx));
        return 0;
    }
    return check_counts(source, text, fact);
}

static void test_kinds(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_arena arena;
    nwti_text text;
    size_t i;
    uint32_t j;
    int wrong = 0;

    (void)state;
    nwti_arena_init(&arena, &heap);
    nwti_text_init(&text, &heap);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        const nwti_value *cases;
        char path[64];

        snprintf(path, sizeof path, "kinds/%s.json", files[i]);
        cases = nwti_value_get(golden_json(&arena, path), "cases");
        for (j = 0; j < cases->length; j++) {
            wrong += !check_kind(ctx, &text, cases->as.items + j);
        }
        nwti_arena_reset(&arena);
    }
    nwti_text_free(&text);
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(wrong, 0);
}

static int is_plain(const char *name)
{
    for (; *name != '\0'; name++) {
        if ((unsigned char)*name < 0x20) {
            return 0;
        }
    }
    return 1;
}

/* Before 1.2 Keras counted what is trainable, and nothing else. */
static int counts_all(const char *path)
{
    return strstr(path, "/keras-1.0") == NULL && strstr(path, "/keras-1.1") == NULL;
}

/* The layers of a model, of which netweight knows the classes. */
static int check_model(nwt_model *model, nwti_text *text, const nwti_value *facts)
{
    const nwti_value *layers = nwti_value_get(facts, "layers");
    int right = 1;
    uint32_t i;

    for (i = 0; i < layers->length; i++) {
        const nwti_value *fact = layers->as.items + i;
        const nwti_value *weights = nwti_value_get(fact, "weights");
        const char *name = nwti_value_string(nwti_value_get(fact, "name"));

        if (nwti_value_get(fact, "custom") == NULL && weights != NULL && weights->length > 0 &&
            golden_int(fact, "params") > 0 && is_plain(name)) {
            right &= explain(model, name, text) == NWT_STATUS_OK && check_counts(name, text, fact);
        }
    }
    return right;
}

static void test_models(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t length = 0;
    char *list = golden_text("models/list.txt", &length), *line, *end;
    nwti_arena arena;
    nwti_text text;
    int wrong = 0;

    (void)state;
    assert_non_null(list);
    nwti_arena_init(&arena, &heap);
    nwti_text_init(&text, &heap);
    for (line = list; *line != '\0'; line = end + 1) {
        char facts[300];
        nwt_model *model;

        end = strchr(line, '\n');
        *end = '\0';
        snprintf(facts, sizeof facts, "%.*s.facts.json", (int)(strlen(line) - 5), line);
        nwt_context_reset(ctx);
        model = read_model(ctx, line, NULL);
        if (explain(model, NULL, &text) != NWT_STATUS_OK || check_equations(line, text.data) < 0 ||
            (counts_all(line) && !check_model(model, &text, golden_json(&arena, facts)))) {
            print_error("%s: %s\n", line, nwt_message(ctx));
            wrong++;
        }
        nwti_arena_reset(&arena);
    }
    free(list);
    nwti_text_free(&text);
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------------ names */

static const char two_towers[] =
    "Sequential([Sequential([Dense(2, name='d', input_shape=(3,))], name='a'), "
    "Sequential([Dense(4, name='d'), Dense(5, name='last')], name='b')])";

static const struct {
    const char *layer;
    const char *message; /* NULL: it is found */
    const char *text;    /* and has this in it */
} names[] = {
    {"a/d", NULL, "kernel: 3 input features x 2 units = 6\n"},
    {"b/d", NULL, "kernel: 2 input features x 4 units = 8\n"},
    {"last", NULL, "kernel: 4 input features x 5 units = 20\n"},
    {"b", NULL, "12 + 25 = 37 parameters\n"},
    {"d", "d: 2 layers have this name: 'a/d', 'b/d'; give the whole path", NULL},
    {"lasst", "lasst: the model has no layer of this name; did you mean 'last'?", NULL},
    {"b/lost", "b/lost: the model has no layer of this name; did you mean 'b/last'?", NULL},
    {"somewhere", "somewhere: the model has no layer of this name; it has 'a', 'b'", NULL},
    {"/", "/: the model has no layer of this name; did you mean 'a'?", NULL},
};

static void test_names(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(ctx, two_towers, NULL);
    nwti_text text;
    size_t i;

    (void)state;
    nwti_text_init(&text, &heap);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        explain(model, names[i].layer, &text);
        assert_string_equal(nwt_message(ctx), names[i].message != NULL ? names[i].message : "");
        assert_true(names[i].text == NULL || contains(names[i].layer, &text, names[i].text));
        nwt_context_clear_error(ctx);
    }
    nwti_text_free(&text);
    nwt_context_free(ctx);
}

/* --------------------------------------------------------------------- extremes */

/* Nothing is cut or overflows near 2^63, nor with an axis of 0. */
static void test_extremes(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_text text;

    (void)state;
    nwti_text_init(&text, &heap);
    assert_int_equal(
        explain(nwt_model_parse(
                    ctx,
                    "Sequential([Dense(2147483648, input_shape=(1073741822,), use_bias=False)])",
                    NULL),
                "dense", &text),
        NWT_STATUS_OK);
    assert_true(contains("dense", &text, "= 2,305,843,004,918,726,656\n"));
    assert_true(contains("dense", &text, " = 9,223,372,019,674,906,624 bytes (7.99 EiB)\n"));
    assert_int_equal(explain(nwt_model_parse(ctx, "Sequential([Dense(3, input_shape=(0,))])", NULL),
                             "dense_1", &text),
                     NWT_STATUS_OK);
    assert_true(contains("dense_1", &text, "= 3 x (0 + 1)\n"));
    nwti_text_free(&text);
    nwt_context_free(ctx);
}

/* A plug-in's remark is copied when it is registered. */
static void test_remark_of_a_plugin(void **state)
{
    char remark[] = "Nobody gets it wrong.";
    nwt_kind kind = {sizeof kind, "Harmless", .about = "does no harm", .remark = remark};
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_text text;

    (void)state;
    assert_int_equal(nwt_register(ctx, &kind), NWT_STATUS_OK);
    memset(remark, 'x', sizeof remark - 1);
    nwti_text_init(&text, &heap);
    assert_int_equal(explain(nwt_model_parse(ctx, "Sequential([Harmless(input_shape=(3,))])", NULL),
                             "harmless", &text),
                     NWT_STATUS_OK);
    assert_true(contains("harmless", &text, "No parameters: it does no harm.\n"));
    assert_true(contains("harmless", &text, "  - Nobody gets it wrong.\n"));
    nwti_text_free(&text);
    nwt_context_free(ctx);
}

static int32_t ignore(void *user, const char *text, size_t length)
{
    (void)user;
    (void)text;
    (void)length;
    return 0;
}

/* Every allocation fails once, and from there on. */
static void test_out_of_memory(void **state)
{
    int64_t n, calls = 100000;

    (void)state;
    for (n = 0; n < 2 * calls; n++) {
        failing allocator = {n / 2, n % 2, 0, 0, 0};
        nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
        nwt_context *ctx = nwt_context_new(&options);
        nwt_model *model = nwt_model_parse(ctx, two_towers, NULL);
        int32_t status;

        nwt_report(model, "format='explain'", ignore, NULL);
        nwt_report(model, "format='explain', layer='b'", ignore, NULL);
        nwt_report(model, "format='explain', layer='a/d'", ignore, NULL);
        status = nwt_status(ctx);
        nwt_context_free(ctx);
        assert_int_equal(allocator.live, 0);
        assert_int_equal(allocator.wrong, 0);
        calls = allocator.calls <= n / 2 ? allocator.calls : calls;
        assert_true(status == NWT_STATUS_OUT_OF_MEMORY ||
                    (status == NWT_STATUS_OK && (n % 2 || calls <= n / 2)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_arithmetic),
                                       cmocka_unit_test(test_letters),
                                       cmocka_unit_test(test_kinds),
                                       cmocka_unit_test(test_models),
                                       cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_extremes),
                                       cmocka_unit_test(test_remark_of_a_plugin),
                                       cmocka_unit_test(test_out_of_memory)};

    nwti_heap_init(&heap, NULL, NULL, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
