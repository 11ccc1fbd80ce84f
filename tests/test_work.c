/* What models cost to run, against what Keras's own jaxprs say: tests/golden/work.json. */
#include "golden.h"

/* The layer's outputs as a model of its inputs. */
static nwt_model *model_of(nwt_context *ctx, nwt_tensor *output)
{
    nwt_tensor *inputs[16];
    const nwt_layer *layer = nwt_tensor_layer(output);
    int32_t count = nwt_layer_call_input_count(layer, 0), i;

    for (i = 0; i < count && i < 16; i++) {
        inputs[i] = nwt_layer_call_input(layer, 0, i);
    }
    return nwt_model_new(ctx, count, inputs, 1, &output, NULL);
}

static int check_case(nwt_context *ctx, const nwti_value *fact)
{
    const char *text = nwti_value_string(nwti_value_get(fact, "text"));
    nwt_tensor *output;
    nwt_layer *layer;
    nwt_work *work;
    int64_t macs, valid;

    nwt_context_reset(ctx);
    layer = nwt_layer_parse(ctx, text);
    output = golden_call(ctx, layer, fact);
    work = nwt_model_work(output != NULL ? model_of(ctx, output) : NULL, "batch=2");
    macs = nwt_work_layer_count(work, layer, NWT_COUNT_MACS);
    valid = nwt_work_layer_count(work, layer, NWT_COUNT_MACS_VALID);
    if (work == NULL || macs != golden_int(fact, "macs") || valid != golden_int(fact, "valid")) {
        print_error("%s: macs %lld, valid %lld; Keras has %lld, %lld%s%s\n", text, (long long)macs,
                    (long long)valid, (long long)golden_int(fact, "macs"),
                    (long long)golden_int(fact, "valid"), nwt_status(ctx) ? "; " : "",
                    nwt_message(ctx));
        return 1;
    }
    return 0;
}

static void test_layers(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    uint32_t i;
    int wrong = 0;

    (void)state;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, "work.json"), "cases");
    for (i = 0; i < cases->length; i++) {
        wrong += check_case(ctx, cases->as.items + i);
    }
    nwti_arena_free(&arena);
    nwt_context_free(ctx);
    assert_int_equal(wrong, 0);
}

/* --------------------------------------------------------------------- properties */

static uint32_t drawn;

static int32_t draw(int32_t below)
{
    drawn = drawn * 1664525u + 1013904223u;
    return (int32_t)(drawn >> 16) % below;
}

static nwt_tensor *one_more(nwt_context *ctx, nwt_tensor *x, nwt_tensor *earlier)
{
    nwt_tensor *both[] = {x, earlier};

    switch (draw(6)) {
    case 0:
        return nwt_call(nwt_conv2d(ctx, 1 + draw(8), 3, "padding='same', activation='relu'"), x);
    case 1:
        return nwt_call(nwt_batch_normalization(ctx, NULL), x);
    case 2:
        return nwt_call(nwt_relu(ctx, NULL), x);
    case 3:
        return nwt_call(nwt_dropout(ctx, 0.5, NULL), x);
    default:
        return nwt_call_many(nwt_concatenate(ctx, NULL), 2, both, NULL);
    }
}

/* A graph with branches, in a model that is called twice. `batch` 0: None. */
static nwt_model *random_model(nwt_context *ctx, uint32_t seed, int32_t batch)
{
    int64_t dims[] = {8, 6, 2};
    char stated[32] = "";
    nwt_tensor *tensors[16], *x, *outer;
    nwt_layer *inner;
    int32_t count = 0;

    drawn = seed;
    tensors[count++] = nwt_input(ctx, 3, dims, NULL);
    while (count < 4 + (int32_t)(seed % 12)) {
        x = one_more(ctx, tensors[count - 1], tensors[draw(count)]);
        tensors[count++] = x;
    }
    x = nwt_call(nwt_conv2d(ctx, 2, 1, NULL), tensors[count - 1]);
    inner = nwt_model_as_layer(nwt_model_new(ctx, 1, tensors, 1, &x, "name='inner'"));
    if (batch > 0) {
        snprintf(stated, sizeof stated, "batch_size=%d", (int)batch);
    }
    outer = nwt_input(ctx, 3, dims, stated);
    x = nwt_call(inner, nwt_call(inner, outer));
    x = nwt_call(nwt_dense(ctx, 3, NULL), nwt_call(nwt_flatten(ctx, NULL), x));
    return nwt_model_new(ctx, 1, &outer, 1, &x, NULL);
}

/* The bytes of all tensors, each rounded up to what the plan aligns to. */
static int64_t rounded_sum(const nwt_work *work, int64_t *sum)
{
    int64_t rounded = 0, i;

    *sum = 0;
    for (i = 0; i < nwt_work_tensor_count(work); i++) {
        nwt_life_info info = {0};

        info.size = sizeof info;
        assert_int_equal(nwt_work_tensor(work, i, &info), 1);
        assert_true(info.first <= info.last && info.last < nwt_work_turn_count(work));
        assert_int_equal(info.offset % 64, 0);
        assert_true(info.offset + info.bytes <= nwt_work_count(work, NWT_COUNT_ARENA_BYTES));
        *sum += info.bytes;
        rounded += (info.bytes + 63) / 64 * 64;
    }
    return rounded;
}

/* No two tensors that live at once overlap. */
static void check_overlaps(const nwt_work *work)
{
    int64_t count = nwt_work_tensor_count(work), i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < i; j++) {
            nwt_life_info a = {0}, b = {0};

            a.size = sizeof a;
            b.size = sizeof b;
            nwt_work_tensor(work, i, &a);
            nwt_work_tensor(work, j, &b);
            assert_true(a.last < b.first || b.last < a.first || a.offset + a.bytes <= b.offset ||
                        b.offset + b.bytes <= a.offset);
        }
    }
}

static int64_t sum_of_layers(const nwt_model *model, const nwt_work *work, int32_t what)
{
    int64_t sum = 0, i;

    for (i = 0; i < nwt_model_layer_count(model); i++) {
        sum += nwt_work_layer_count(work, nwt_model_layer(model, i), what);
    }
    return sum;
}

static void check_random(uint32_t seed)
{
    static const int32_t sums[] = {NWT_COUNT_MACS, NWT_COUNT_MACS_VALID, NWT_COUNT_FLOPS};
    static const int32_t counts[] = {NWT_COUNT_MACS,       NWT_COUNT_MACS_VALID,
                                     NWT_COUNT_FLOPS,      NWT_COUNT_ACTIVATION_BYTES,
                                     NWT_COUNT_PEAK_BYTES, NWT_COUNT_ARENA_BYTES};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = random_model(ctx, seed, 0);
    nwt_work *work = nwt_model_work(model, "batch=5");
    nwt_work *stated = nwt_model_work(random_model(ctx, seed, 5), NULL);
    nwt_work *shared = nwt_model_work(model, "batch=5, views=True, in_place=True");
    int64_t peak = nwt_work_count(work, NWT_COUNT_PEAK_BYTES), sum, rounded;
    size_t i;

    assert_string_equal(nwt_message(ctx), "");
    rounded = rounded_sum(work, &sum);
    assert_int_equal(sum, nwt_work_count(work, NWT_COUNT_ACTIVATION_BYTES));
    assert_true(0 < peak && peak <= nwt_work_count(work, NWT_COUNT_ARENA_BYTES));
    assert_true(nwt_work_count(work, NWT_COUNT_ARENA_BYTES) <= rounded);
    assert_true(nwt_work_count(shared, NWT_COUNT_PEAK_BYTES) <= peak);
    check_overlaps(work);
    for (i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        assert_int_equal(sum_of_layers(model, work, sums[i]), nwt_work_count(work, sums[i]));
    }
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        assert_int_equal(nwt_work_count(work, counts[i]), nwt_work_count(stated, counts[i]));
    }
    nwt_context_free(ctx);
}

static void test_properties(void **state)
{
    uint32_t seed;

    (void)state;
    for (seed = 1; seed <= 60; seed++) {
        check_random(seed);
    }
}

/* Forty models, each calling the next twice: accounted once each, too many calls for a plan. */
static void test_doubling(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t dims[] = {4};
    nwt_tensor *x = nwt_input(ctx, 1, dims, NULL), *y = nwt_call(nwt_dense(ctx, 4, NULL), x);
    nwt_model *model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    nwt_work *work;
    int i;

    (void)state;
    for (i = 0; i < 40; i++) {
        nwt_layer *inner = nwt_model_as_layer(model);

        x = nwt_input(ctx, 1, dims, NULL);
        y = nwt_call(inner, nwt_call(inner, x));
        model = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    }
    work = nwt_model_work(model, NULL);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_MACS), INT64_C(16) << 40);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_PEAK_BYTES), -1);
    assert_int_equal(nwt_work_tensor_count(work), -1);
    nwt_context_free(ctx);
}

static void test_unknown(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((None, 4)), Conv1D(2, 3), GlobalMaxPooling1D(), Dense(3)])", NULL);
    nwt_work *work = nwt_model_work(model, NULL);
    nwt_memory_info info = {0};

    (void)state;
    assert_int_equal(nwt_work_count(work, NWT_COUNT_MACS), 6);
    assert_int_equal(nwt_work_layer_count(work, nwt_model_layer(model, 0), NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_layer_count(work, nwt_model_layer(model, 1), NWT_COUNT_MACS), 0);
    assert_int_equal(nwt_work_layer_count(work, nwt_model_layer(model, 1), NWT_COUNT_FLOPS), -1);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_WORK), 1);
    assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_FLOPS), 2);
    assert_ptr_equal(nwt_work_unknown(work, 0), nwt_model_layer(model, 0));
    assert_ptr_equal(nwt_work_unknown(work, 1), nwt_model_layer(model, 1));
    assert_null(nwt_work_unknown(work, 2));
    assert_int_equal(nwt_work_count(work, NWT_COUNT_PEAK_BYTES), -1);
    info.size = sizeof info;
    assert_int_equal(nwt_model_memory(model, "budget=1000", &info), 1);
    assert_int_equal(info.total_bytes, -1);
    assert_int_equal(info.fits, -1);
    assert_int_equal(info.budget_batch, -1);
    assert_null(nwt_model_work(model, "like='torc'"));
    assert_non_null(strstr(nwt_message(ctx), "did you mean 'torch'?"));
    assert_null(nwt_model_work(NULL, NULL));
    assert_int_equal(nwt_work_count(NULL, NWT_COUNT_MACS), -1);
    assert_int_equal(nwt_work_layer_count(NULL, NULL, NWT_COUNT_MACS), -1);
    nwt_context_free(ctx);
}

/* What nobody counts is not 0: FLOPs alone, or both. */
static void test_uncounted(void **state)
{
    static const struct {
        const char *kind;
        int64_t macs, flops;
    } cases[] = {{"ops.Median", 0, -1},
                 {"ops.Unique", 0, -1},
                 {"ops.Det", -1, -1},
                 {"ops.Ravel", 0, 0},
                 {"ops.Exp", 0, 18}};
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t dims[] = {3, 3};
        nwt_layer *layer = nwt_layer_new(ctx, cases[i].kind);
        nwt_tensor *x = nwt_input(ctx, 2, dims, NULL), *y = nwt_call(layer, x);
        nwt_work *work = nwt_model_work(nwt_model_new(ctx, 1, &x, 1, &y, NULL), "batch=2");

        assert_int_equal(nwt_work_layer_count(work, layer, NWT_COUNT_MACS), cases[i].macs);
        assert_int_equal(nwt_work_layer_count(work, layer, NWT_COUNT_FLOPS), cases[i].flops);
        assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_FLOPS), cases[i].flops < 0);
        assert_int_equal(nwt_work_count(work, NWT_COUNT_UNKNOWN_WORK), cases[i].macs < 0);
    }
    nwt_context_free(ctx);
}

/* FLOPs of a layer on ten numbers. */
static int64_t flops_of(nwt_context *ctx, nwt_layer *layer)
{
    int64_t ten[] = {10};
    nwt_tensor *x = nwt_input(ctx, 1, ten, NULL), *y = nwt_call(layer, x);

    return nwt_work_count(nwt_model_work(nwt_model_new(ctx, 1, &x, 1, &y, NULL), NULL),
                          NWT_COUNT_FLOPS);
}

/* A function costs the same as an operation, as an Activation, within a layer, and as its own. */
static void test_activations(void **state)
{
    static const struct {
        const char *name, *operation, *layer;
        int64_t each;
    } functions[] = {
        {"celu", "ops.Celu", NULL, 4},
        {"elu", "ops.Elu", "ELU", 3},
        {"exponential", "ops.Exp", NULL, 1},
        {"gelu", NULL, NULL, 5},
        {"hard_shrink", "ops.HardShrink", NULL, 2},
        {"hard_sigmoid", "ops.HardSigmoid", NULL, 4},
        {"hard_silu", "ops.HardSilu", NULL, 5},
        {"hard_swish", "ops.HardSilu", NULL, 5},
        {"hard_tanh", "ops.HardTanh", NULL, 2},
        {"leaky_relu", "ops.LeakyRelu", "LeakyReLU", 2},
        {"linear", NULL, "Identity", 0},
        {"log_sigmoid", "ops.LogSigmoid", NULL, 4},
        {"log_softmax", "ops.LogSoftmax", NULL, 5},
        {"mish", "ops.Mish", NULL, 4},
        {"relu", "ops.Relu", "ReLU", 1},
        {"relu6", "ops.Relu6", NULL, 2},
        {"selu", "ops.Selu", NULL, 4},
        {"sigmoid", "ops.Sigmoid", NULL, 1},
        {"silu", "ops.Silu", NULL, 2},
        {"soft_shrink", "ops.SoftShrink", NULL, 4},
        {"softmax", "ops.Softmax", "Softmax", 5},
        {"softplus", "ops.Softplus", NULL, 2},
        {"softsign", "ops.Softsign", NULL, 3},
        {"sparse_plus", "ops.SparsePlus", NULL, 5},
        {"sparse_sigmoid", "ops.SparseSigmoid", NULL, 4},
        {"squareplus", "ops.Squareplus", NULL, 5},
        {"swish", "ops.Silu", NULL, 2},
        {"tanh", "ops.Tanh", NULL, 1},
        {"tanh_shrink", "ops.TanhShrink", NULL, 2},
        {"threshold", "ops.Threshold", NULL, 1},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;
    int wrong = 0;

    (void)state;
    for (i = 0; i < sizeof functions / sizeof *functions; i++) {
        nwt_layer *dense = nwt_dense(ctx, 10, NULL), *operation = NULL;
        int64_t alone = flops_of(ctx, nwt_activation(ctx, functions[i].name, NULL));
        int64_t none = flops_of(ctx, nwt_dense(ctx, 10, NULL)), within, as_operation = alone;
        int64_t as_layer = alone;

        nwt_layer_set_string(dense, "activation", functions[i].name);
        within = flops_of(ctx, dense);
        if (functions[i].operation != NULL) {
            operation = nwt_layer_new(ctx, functions[i].operation);
            if (strcmp(functions[i].name, "threshold") == 0) {
                nwt_layer_set_text(operation, "threshold", "0.5");
                nwt_layer_set_text(operation, "default_value", "0.0");
            }
            as_operation = flops_of(ctx, operation);
        }
        if (functions[i].layer != NULL) {
            as_layer = flops_of(ctx, nwt_layer_new(ctx, functions[i].layer));
        }
        if (alone != 10 * functions[i].each || within - none != alone || as_operation != alone ||
            as_layer != alone) {
            print_error("%s: %lld alone, %lld within, %lld and %lld by itself; %s\n",
                        functions[i].name, (long long)alone, (long long)(within - none),
                        (long long)as_operation, (long long)as_layer, nwt_message(ctx));
            wrong++;
        }
        nwt_context_reset(ctx);
    }
    assert_int_equal(wrong, 0);
    nwt_context_free(ctx);
}

/* Work beyond 2^63 - 1 is an error where it is asked for, and nothing else fails. */
static void test_too_large(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((3000000000, 3000000000, 1)), Conv2D(4, 1)])", NULL);

    (void)state;
    assert_non_null(model);
    assert_null(nwt_model_work(model, NULL));
    assert_non_null(strstr(nwt_message(ctx), "more than 2^63 - 1"));
    nwt_context_free(ctx);
}

/* A compiled model is trained with its own optimizer: tests/golden/optimizers.txt. */
static void test_optimizers(void **state)
{
    size_t length = 0;
    char *lines = golden_text("optimizers.txt", &length), *line = lines;
    nwt_context *ctx = nwt_context_new(NULL);
    int count = 0, wrong = 0;

    (void)state;
    assert_non_null(lines);
    for (; *line != '\0'; line += strcspn(line, "\n") + 1, count++) {
        char *rest, *config;
        int64_t params = strtoll(line, &rest, 10), bytes = strtoll(rest, &config, 10);
        nwt_memory_info info = {0};
        nwt_model *model;

        if (config[1] != '{') { /* a text, of which tests/test_optimizers.c reads more */
            break;
        }
        nwt_context_reset(ctx);
        if (config[1] != '{') { /* an optimizer alone: tests/test_optimizers.c */
            continue;
        }
        model = nwt_read_memory(ctx, config + 1, strcspn(config + 1, "\n"), NULL);
        info.size = sizeof info;
        if (!nwt_model_memory(model, NULL, &info) || info.optimizer_params != params ||
            info.optimizer_bytes != bytes ||
            info.total_bytes !=
                info.weight_bytes + info.gradient_bytes + bytes + info.activation_bytes) {
            print_error("%lld and %lld bytes, Keras has %lld and %lld: %s\n",
                        (long long)info.optimizer_params, (long long)info.optimizer_bytes,
                        (long long)params, (long long)bytes, nwt_message(ctx));
            wrong++;
        }
    }
    assert_true(count > 10);
    assert_int_equal(wrong, 0);
    free(lines);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),      cmocka_unit_test(test_properties),
        cmocka_unit_test(test_doubling),    cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_too_large),   cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_activations), cmocka_unit_test(test_uncounted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
