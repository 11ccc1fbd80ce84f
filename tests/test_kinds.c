/* Every kind against what Keras itself says of it: tests/golden/kinds. */
#include "golden.h"

/* "(None, 3) float32" */
static void describe(char *buffer, size_t size, int32_t rank, const int64_t *dims, int32_t dtype)
{
    size_t length = 0;
    int32_t i;

    length += (size_t)snprintf(buffer, size, "(");
    for (i = 0; i < rank && length < size; i++) {
        length += (size_t)snprintf(buffer + length, size - length, "%lld,", (long long)dims[i]);
    }
    snprintf(buffer + length, size - length, ") %s",
             nwt_dtype_name(dtype) != NULL ? nwt_dtype_name(dtype) : "?");
}

static int check_outputs(const char *text, const nwti_value *expected, const nwt_tensor *first)
{
    uint32_t i;

    if ((uint32_t)nwt_tensor_output_count(first) != expected->length) {
        print_error("%s: %d outputs, Keras has %u\n", text, nwt_tensor_output_count(first),
                    expected->length);
        return 1;
    }
    for (i = 0; i < expected->length; i++) {
        const nwt_tensor *output = nwt_tensor_output(first, (int32_t)i);
        const nwti_value *fact = expected->as.items + i;
        char ours[256], theirs[256];
        int64_t dims[32];
        int32_t rank = golden_dims(nwti_value_get(fact, "shape"), dims);

        describe(ours, sizeof ours, nwt_tensor_rank(output), nwt_tensor_dims(output),
                 nwt_tensor_dtype(output));
        describe(theirs, sizeof theirs, rank, dims, golden_dtype(nwti_value_get(fact, "dtype")));
        if (strcmp(ours, theirs) != 0) {
            print_error("%s: output %u is %s, Keras has %s\n", text, i, ours, theirs);
            return 1;
        }
    }
    return 0;
}

static int check_weights(const char *text, const nwti_value *expected, const nwt_layer *layer)
{
    uint32_t i;

    if (nwt_layer_weight_count(layer) != (int64_t)expected->length) {
        print_error("%s: %lld weights, Keras has %u\n", text,
                    (long long)nwt_layer_weight_count(layer), expected->length);
        return 1;
    }
    for (i = 0; i < expected->length; i++) {
        const nwti_value *fact = expected->as.items + i;
        nwt_weight_info weight = {sizeof weight, NULL, NULL, 0, 0, 0, 0, 0, 0};
        char ours[256], theirs[256];
        int64_t dims[32];
        int32_t rank = golden_dims(nwti_value_get(fact, "shape"), dims);

        nwt_layer_weight(layer, i, &weight);
        describe(ours, sizeof ours, weight.rank, weight.dims, weight.dtype);
        describe(theirs, sizeof theirs, rank, dims, golden_dtype(nwti_value_get(fact, "dtype")));
        if (strcmp(ours, theirs) != 0 ||
            !nwti_value_is(nwti_value_get(fact, "name"), weight.name) ||
            weight.trainable != golden_int(fact, "trainable")) {
            print_error("%s: weight %u is %s %s trainable %d, Keras has %s %s %lld\n", text, i,
                        weight.name, ours, weight.trainable,
                        nwti_value_string(nwti_value_get(fact, "name")), theirs,
                        (long long)golden_int(fact, "trainable"));
            return 1;
        }
    }
    return 0;
}

static int check_counts(const char *text, const nwti_value *fact, const nwt_layer *layer)
{
    static const struct {
        const char *key;
        int32_t what;
    } counts[] = {{"params", NWT_COUNT_PARAMS},
                  {"trainable_params", NWT_COUNT_TRAINABLE},
                  {"non_trainable_params", NWT_COUNT_NON_TRAINABLE}};
    size_t i;

    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (nwt_layer_count(layer, counts[i].what) != golden_int(fact, counts[i].key)) {
            print_error("%s: %s %lld, Keras has %lld\n", text, counts[i].key,
                        (long long)nwt_layer_count(layer, counts[i].what),
                        (long long)golden_int(fact, counts[i].key));
            return 1;
        }
    }
    return 0;
}

/* Cases in which netweight differs on purpose. */
static const struct {
    const char *text;
    uint32_t inputs;
    int refused; /* by Keras */
    const char *why;
} exceptions[] = {
    {"Add()", 1, 1, "a list of one tensor, which Keras takes, can't be told from one tensor"},
    {"Concatenate()", 1, 1, "the same"},
    {"BatchNormalization(axis=[3])", 1, 1, "Keras 2 wrote the axis as a list"},
    {"BatchNormalization(synchronized=True)", 1, 1, "Keras takes it on TensorFlow"},
    {"Lambda(double)", 1, 0, "the function is not run, so its shape is unknown"},
    {"Lambda(first_half)", 1, 0, "the same"},
    {"Lambda(split)", 1, 0, "the same"},
    {"Lambda(double, dtype='float16')", 1, 0, "the same"},
};

static int is_exception(const char *text, uint32_t inputs, int refused)
{
    size_t i;

    for (i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(exceptions[i].text, text) == 0 && exceptions[i].inputs == inputs &&
            exceptions[i].refused == refused) {
            return 1;
        }
    }
    return 0;
}

static int check_case(nwt_context *ctx, const nwti_value *fact)
{
    const char *text = nwti_value_string(nwti_value_get(fact, "text"));
    const char *error = nwti_value_string(nwti_value_get(fact, "error"));
    nwt_layer *layer;
    nwt_tensor *output;

    if (is_exception(text, nwti_value_get(fact, "inputs")->length, error != NULL)) {
        return 0;
    }
    nwt_context_reset(ctx);
    layer = nwt_layer_parse(ctx, text);
    output = golden_call(ctx, layer, fact);
    if (error != NULL) {
        if (nwt_status(ctx) == NWT_STATUS_OK) {
            print_error("%s: accepted, Keras says: %s\n", text, error);
        }
        return nwt_status(ctx) == NWT_STATUS_OK;
    }
    if (nwt_status(ctx) != NWT_STATUS_OK || output == NULL) {
        print_error("%s: %s\n", text, nwt_message(ctx));
        return 1;
    }
    return check_outputs(text, nwti_value_get(fact, "outputs"), output) |
           check_weights(text, nwti_value_get(fact, "weights"), layer) |
           check_counts(text, fact, layer);
}

static void check_file(void **state)
{
    char path[128];
    nwti_heap heap;
    nwti_arena arena;
    const nwti_value *cases;
    nwt_context *ctx = nwt_context_new(NULL);
    uint32_t count, i;
    int wrong = 0;

    snprintf(path, sizeof path, "kinds/%s.json", (const char *)*state);
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    cases = nwti_value_get(golden_json(&arena, path), "cases");
    count = cases->length;
    assert_true(count > 0);
    for (i = 0; i < count; i++) {
        wrong += check_case(ctx, cases->as.items + i);
    }
    nwt_context_free(ctx);
    nwti_arena_free(&arena);
    if (wrong > 0) {
        fail_msg("%s: %d of %u cases differ from Keras", path, wrong, count);
    }
}

#define CASES_OF(name) {#name, check_file, NULL, NULL, (void *)(size_t) #name},

int main(void)
{
    const struct CMUnitTest tests[] = {GOLDEN_KINDS(CASES_OF)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
