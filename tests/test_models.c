/* Configs of every era, read by netweight, against the facts that Keras of that era states. */
#include "golden.h"

typedef struct check {
    const char *name;
    int wrong;
    int is_keras_1;
    int counts_trainable;
} check;

static void differ(check *c, const char *layer, const char *what, const char *ours,
                   const char *theirs)
{
    if (c->wrong++ < 3) {
        print_error("%s: %s: %s is %s, Keras has %s\n", c->name, layer, what, ours, theirs);
    }
}

static void describe(char *buffer, size_t size, int32_t rank, const int64_t *dims, int32_t dtype)
{
    size_t length = (size_t)snprintf(buffer, size, rank < 0 ? "unknown" : "(");
    int32_t i;

    for (i = 0; i < rank && length < size; i++) {
        length += (size_t)snprintf(buffer + length, size - length, "%lld,", (long long)dims[i]);
    }
    if (length < size) {
        snprintf(buffer + length, size - length, ") %s",
                 nwt_dtype_name(dtype) != NULL ? nwt_dtype_name(dtype) : "?");
    }
}

static void check_tensor(check *c, const char *layer, const nwt_tensor *tensor,
                         const nwti_value *fact)
{
    char ours[256], theirs[256];
    int64_t dims[32];
    int32_t rank = golden_dims(nwti_value_get(fact, "shape"), dims);

    describe(ours, sizeof ours, nwt_tensor_rank(tensor), nwt_tensor_dims(tensor),
             nwt_tensor_dtype(tensor));
    describe(theirs, sizeof theirs, rank, dims, golden_dtype(nwti_value_get(fact, "dtype")));
    if (strcmp(ours, theirs) != 0) {
        differ(c, layer, "a shape", ours, theirs);
    }
}

static void check_number(check *c, const char *layer, const char *key, int64_t ours,
                         const nwti_value *fact)
{
    char a[32], b[32];

    if (nwti_value_get(fact, key) == NULL || ours == golden_int(fact, key)) {
        return;
    }
    snprintf(a, sizeof a, "%lld", (long long)ours);
    snprintf(b, sizeof b, "%lld", (long long)golden_int(fact, key));
    differ(c, layer, key, a, b);
}

static void check_weights(check *c, const char *name, const nwt_layer *layer,
                          const nwti_value *expected)
{
    uint32_t i;

    if (expected == NULL || expected->length == 0 ||
        nwti_value_get(expected->as.items, "shape") == NULL) {
        return;
    }
    for (i = 0; i < expected->length; i++) {
        const nwti_value *fact = expected->as.items + i;
        nwt_weight_info weight = {sizeof weight, "none", NULL, 0, 0, 0, 0, 0, 0};
        char ours[256], theirs[256];
        int64_t dims[32];
        int32_t rank = golden_dims(nwti_value_get(fact, "shape"), dims);

        nwt_layer_weight(layer, i, &weight);
        describe(ours, sizeof ours, weight.rank, weight.dims, weight.dtype);
        describe(theirs, sizeof theirs, rank, dims, golden_dtype(nwti_value_get(fact, "dtype")));
        if (strcmp(ours, theirs) != 0) {
            differ(c, name, weight.name, ours, theirs);
        }
    }
}

/* A custom class is unknown to netweight: its counts are not to be compared. */
static void check_layer(check *c, const nwt_layer *layer, const nwti_value *fact)
{
    const char *name = nwti_value_string(nwti_value_get(fact, "name"));
    const nwti_value *outputs = nwti_value_get(fact, "outputs");
    const nwti_value *weights = nwti_value_get(fact, "weights");
    char ours[300];
    uint32_t i;

    nwt_layer_name(layer, ours, sizeof ours);
    if (strcmp(ours, name) != 0) {
        differ(c, name, "the name", ours, name);
        return;
    }
    for (i = 0; outputs != NULL && outputs->type == NWTI_LIST && i < outputs->length; i++) {
        check_tensor(c, name, nwt_layer_call_output(layer, 0, (int32_t)i), outputs->as.items + i);
    }
    if (nwti_value_get(fact, "custom") != NULL) {
        return;
    }
    if (weights != NULL && weights->length > 0) {
        /* Before 1.2 Keras counted what is trainable, and nothing else. */
        check_number(
            c, name, "params",
            nwt_layer_count(layer, c->counts_trainable ? NWT_COUNT_TRAINABLE : NWT_COUNT_PARAMS),
            fact);
        check_number(c, name, "trainable_params", nwt_layer_count(layer, NWT_COUNT_TRAINABLE),
                     fact);
    }
    /* Keras 1 kept a weight for each gate, and kernels in other orders: today's are shown. */
    if (weights != NULL && !c->is_keras_1) {
        check_weights(c, name, layer, weights);
    }
}

static int holds_custom(const nwti_value *layers)
{
    uint32_t i;

    for (i = 0; layers != NULL && i < layers->length; i++) {
        if (nwti_value_get(layers->as.items + i, "custom") != NULL ||
            holds_custom(nwti_value_get(layers->as.items + i, "layers"))) {
            return 1;
        }
    }
    return 0;
}

static void check_model(check *c, const nwt_model *model, const nwti_value *facts)
{
    const nwti_value *totals = nwti_value_get(facts, "totals");
    const nwti_value *layers = nwti_value_get(facts, "layers");
    const nwti_value *outputs = nwti_value_get(facts, "outputs");
    uint32_t i;

    if (nwt_model_layer_count(model) != (int64_t)layers->length) {
        char a[32], b[32];

        snprintf(a, sizeof a, "%lld", (long long)nwt_model_layer_count(model));
        snprintf(b, sizeof b, "%u", layers->length);
        differ(c, "the model", "the number of layers", a, b);
    }
    for (i = 0; i < layers->length && i < nwt_model_layer_count(model); i++) {
        check_layer(c, nwt_model_layer(model, i), layers->as.items + i);
    }
    for (i = 0; outputs != NULL && outputs->type == NWTI_LIST && i < outputs->length; i++) {
        check_tensor(c, "output", nwt_model_output(model, (int32_t)i), outputs->as.items + i);
    }
    if (!holds_custom(layers)) {
        check_number(c, "total", "params", nwt_model_count(model, NWT_COUNT_PARAMS), totals);
        check_number(c, "total", "trainable_params", nwt_model_count(model, NWT_COUNT_TRAINABLE),
                     totals);
        check_number(c, "total", "weight_bytes", nwt_model_count(model, NWT_COUNT_WEIGHT_BYTES),
                     totals);
    }
}

/* All that a Keras wrote is known, if only as meaning nothing. */
static void check_notes(check *c, const nwt_context *ctx)
{
    int64_t i;

    for (i = 0; i < nwt_note_count(ctx); i++) {
        if (strstr(nwt_note(ctx, i), "is ignored") != NULL) {
            differ(c, "the notes", "one", nwt_note(ctx, i), "none");
        }
    }
}

static int check_file(nwt_context *ctx, nwti_arena *arena, const char *path)
{
    char facts_path[300];
    check c = {path, 0, strstr(path, "/keras-1.") != NULL,
               strstr(path, "/keras-1.0") != NULL || strstr(path, "/keras-1.1") != NULL};
    size_t length = 0;
    char *text = golden_text(path, &length);
    nwt_model *model;

    snprintf(facts_path, sizeof facts_path, "%.*s.facts.json", (int)(strlen(path) - 5), path);
    nwt_context_reset(ctx);
    model = nwt_read_memory(ctx, text, length, NULL);
    free(text);
    if (model == NULL) {
        print_error("%s: %s\n", path, nwt_message(ctx));
        return 1;
    }
    check_model(&c, model, golden_json(arena, facts_path));
    check_notes(&c, ctx);
    nwti_arena_reset(arena);
    return c.wrong > 0;
}

/* tests/golden/models/list.txt names the configs, one a line. */
static void check_era(void **state)
{
    const char *era = *state;
    nwti_heap heap;
    nwti_arena arena;
    size_t length = 0;
    nwt_context *ctx = nwt_context_new(NULL);
    char *list = golden_text("models/list.txt", &length), *line, *end;
    int count = 0, wrong = 0;

    assert_non_null(list);
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    for (line = list; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        if (strncmp(line, "models/", 7) == 0 && strncmp(line + 7, era, strlen(era)) == 0 &&
            line[7 + strlen(era)] == '/') {
            count++;
            wrong += check_file(ctx, &arena, line);
        }
    }
    free(list);
    nwt_context_free(ctx);
    nwti_arena_free(&arena);
    assert_true(count > 0);
    if (wrong > 0) {
        fail_msg("%s: %d of %d models differ from Keras", era, wrong, count);
    }
}

#define ERA(name)                                         \
    {                                                     \
        name, check_era, NULL, NULL, (void *)(size_t)name \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ERA("keras-1.0.8"), ERA("keras-1.1.0"),   ERA("keras-1.2.2"), ERA("keras-2.0.0"),
        ERA("keras-2.0.9"), ERA("keras-2.2.4"),   ERA("keras-2.3.1"), ERA("keras-2.6"),
        ERA("keras-2.12"),  ERA("tf-keras-2.21"), ERA("keras-3"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
