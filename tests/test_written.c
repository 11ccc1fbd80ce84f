/* Models written again and read again: the facts are the same, of every golden model. */
#include "golden.h"

typedef struct text {
    char *data;
    size_t length;
} text;

static int32_t collect(void *user, const char *data, size_t length)
{
    text *t = user;

    t->data = realloc(t->data, t->length + length + 1);
    memcpy(t->data + t->length, data, length);
    t->length += length;
    t->data[t->length] = '\0';
    return 0;
}

static text written(nwt_model *model, const char *options)
{
    text t = {calloc(1, 1), 0};

    nwt_report(model, options, collect, &t);
    return t;
}

/* What says how a model was read, and not what it is: an argument's name in the words of a file. */
static int is_of_reading(const nwti_value *key)
{
    return nwti_value_is(key, "notes") || nwti_value_is(key, "argument");
}

static const nwti_value *differing(const nwti_value *a, const nwti_value *b);

static const nwti_value *differing_pair(const nwti_value *a, const nwti_value *b, uint32_t i)
{
    const nwti_value *key = a->as.items + 2 * i, *found;

    if (is_of_reading(key)) {
        return NULL;
    }
    found = nwti_value_get(b, key->as.string);
    return found == NULL ? key : differing(key + 1, found);
}

/* NULL, or where two trees differ. */
static const nwti_value *differing(const nwti_value *a, const nwti_value *b)
{
    const nwti_value *found = NULL;
    uint32_t i;

    if (a->type != b->type || a->length != b->length) {
        return a;
    }
    if (a->type == NWTI_STRING) {
        return memcmp(a->as.string, b->as.string, a->length) == 0 ? NULL : a;
    }
    if (a->type != NWTI_LIST && a->type != NWTI_DICT) {
        return a->type == NWTI_NONE || a->as.integer == b->as.integer ? NULL : a;
    }
    for (i = 0; i < a->length && found == NULL; i++) {
        found = a->type == NWTI_LIST ? differing(a->as.items + i, b->as.items + i)
                                     : differing_pair(a, b, i);
    }
    return found;
}

typedef struct check {
    const char *format;
    nwt_model *(*read)(nwt_context *ctx, const char *text, size_t length);
    int done;
    int wrong;
} check;

static nwt_model *read_config(nwt_context *ctx, const char *json, size_t length)
{
    return nwt_read_memory(ctx, json, length, NULL);
}

static nwt_model *read_constructor(nwt_context *ctx, const char *words, size_t length)
{
    (void)length;
    return nwt_model_parse(ctx, words, NULL);
}

static void complain(check *c, const char *name, const char *what, const char *detail)
{
    if (c->wrong++ < 5) {
        print_error("%s as %s: %s%s\n", name, c->format, what, detail);
    }
}

static void compare(check *c, const char *name, const text *before, const text *after)
{
    nwti_heap heap;
    nwti_arena arena;
    nwti_syntax_error error;
    const nwti_value *a, *b, *found;

    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_arena_init(&arena, &heap);
    a = nwti_json_read(&arena, before->data, before->length, 1000, &error);
    b = nwti_json_read(&arena, after->data, after->length, 1000, &error);
    assert_non_null(a);
    found = b != NULL ? differing(a, b) : a;
    if (found != NULL) {
        complain(c, name, "the facts differ", found->type == NWTI_STRING ? found->as.string : "");
    }
    nwti_arena_free(&arena);
}

/* A config read, written, read again. */
static void round_trip(check *c, const char *name)
{
    nwt_context *ctx = nwt_context_new(NULL), *again = nwt_context_new(NULL);
    size_t length = 0;
    char *json = golden_text(name, &length), options[64];
    nwt_model *model = nwt_read_memory(ctx, json, length, NULL);
    text before = written(model, "format='json'"), dump, after;

    snprintf(options, sizeof options, "format='%s'", c->format);
    dump = written(model, options);
    if (nwt_status(ctx) == NWT_STATUS_OK) {
        after = written(c->read(again, dump.data, dump.length), "format='json'");
        if (nwt_status(again) != NWT_STATUS_OK) {
            complain(c, name, "it can't be read again: ", nwt_message(again));
        } else {
            compare(c, name, &before, &after);
        }
        c->done++;
        free(after.data);
    } else if (strcmp(c->format, "config") == 0 ||
               strstr(nwt_message(ctx), "constructor text") == NULL) {
        complain(c, name, "it can't be written: ", nwt_message(ctx));
    }
    free(before.data);
    free(dump.data);
    free(json);
    nwt_context_free(ctx);
    nwt_context_free(again);
}

/* Text names classes of today, and says nothing of shapes that a config states, nor of a compiled
   model's optimizer. */
static int has_no_text(const char *name)
{
    static const char *const without[] = {"compiled",      "custom_",        "branches",
                                          "deconvolution", "named_function", "unbiased_steps"};
    size_t i;

    for (i = 0; i < sizeof without / sizeof without[0]; i++) {
        if (strstr(name, without[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* What a Keras before 3 said of layers, and today's says otherwise: as a config of today they are
   others. A mask that was given by position is written by its name. */
static int is_said_otherwise(const char *name)
{
    static const char *const others[] = {"2.12/einsum",
                                         "tf-keras-2.21/einsum",
                                         "integers_pass",
                                         "batch_axes",
                                         "other_sizes",
                                         "frozen_wrappers",
                                         "frozen_wrapped",
                                         "wrapped_dtypes",
                                         "known_sizes",
                                         "reading_backward",
                                         "video_of_any_size",
                                         "attention_scores",
                                         "frozen_directions",
                                         "table_of_two_axes",
                                         "told_lengths",
                                         "told_other_lengths",
                                         "unbiased_steps",
                                         "uneven_padding",
                                         "frozen_recurrences",
                                         "frozen_steps",
                                         "states_of_stacks",
                                         "time_first",
                                         "means_of_integers",
                                         "interpolated",
                                         "rescaled_by_lists",
                                         "images_of_images",
                                         "cells_on_sequences",
                                         "unsplit_texts",
                                         "directions_that_differ",
                                         "floats_of_integers",
                                         "dilated_by_blocks",
                                         "stacks_in_stacks",
                                         "frozen_dense",
                                         "positional_masks",
                                         "tf-keras-2.21/attention_by_name",
                                         "_of_tensorflow",
                                         "crops_of_any_size",
                                         "tokens_of_categories",
                                         "dilated_recurrences",
                                         "dense_again",
                                         "attention_of_ranks",
                                         "heads_of_other",
                                         "tuples_of_outputs",
                                         "merge_by_itself",
                                         "added_losses",
                                         "inputs_by_specs"};
    size_t i;

    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strstr(name, others[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static void check_all(check *c, int (*is_passed)(const char *name), int least)
{
    size_t length = 0;
    char *list = golden_text("models/list.txt", &length), *line, *end;

    assert_non_null(list);
    for (line = list; *line != '\0'; line = end + 1) {
        end = line + strcspn(line, "\n");
        assert_true(*end == '\n');
        *end = '\0';
        if (is_passed == NULL || !is_passed(line)) {
            round_trip(c, line);
        }
    }
    free(list);
    if (c->wrong > 0) {
        fail_msg("%d models differ", c->wrong);
    }
    assert_true(c->done >= least);
}

static void configs(void **state)
{
    check c = {"config", read_config, 0, 0};

    (void)state;
    check_all(&c, is_said_otherwise, 500);
}

static void constructors(void **state)
{
    check c = {"constructor", read_constructor, 0, 0};

    (void)state;
    check_all(&c, has_no_text, 150);
}

/* ------------------------------------------------------------------------- words */

static void expect(const char *model, const char *options, const char *words)
{
    nwt_context *ctx = nwt_context_new(NULL);
    text dump = written(nwt_model_parse(ctx, model, NULL), options);

    assert_string_equal(nwt_status(ctx) != NWT_STATUS_OK ? nwt_message(ctx) : "", "");
    if (strstr(dump.data, words) == NULL) {
        fail_msg("%s is not in\n%s", words, dump.data);
    }
    free(dump.data);
    nwt_context_free(ctx);
}

static void the_words_of_options(void **state)
{
    const char *config = "format='config'", *constructor = "format='constructor'";

    (void)state;
    expect("Dense(3, kernel_regularizer=l2(0.5))", config,
           "\"kernel_regularizer\": {\"class_name\": \"l2\", \"config\": {\"l2\": 0.5}}");
    expect("Dense(3, kernel_initializer=keras.initializers.Zeros())", constructor,
           "Dense(3, kernel_initializer=keras.initializers.Zeros(), name='dense'),\n");
    expect("Dense(3, dtype='mixed_float16', trainable=False, name='it\\'s')", constructor,
           "Dense(3, dtype='mixed_float16', trainable=False, name='it\\'s'),\n");
    expect("Dense(3, dtype='int8_from_float32')", config,
           "{\"module\": \"keras\", \"class_name\": \"QuantizedDTypePolicy\", \"config\": "
           "{\"mode\": \"int8\", \"source_name\": \"float32\"}, \"registered_name\": null}");
    expect("Bidirectional(LSTM(4, name='a'), merge_mode=None)", constructor,
           "Bidirectional(LSTM(4, name='a'), merge_mode=None, name='bidirectional'),\n");
    expect("Sequential([Input((4,)), Dense(2)])", constructor,
           "Sequential([\n    InputLayer(batch_shape=(None, 4), name='input_layer'),\n"
           "    Dense(2, name='dense'),\n], name='sequential')\n");
    /* Where Keras has a list, one of a single item stays one. */
    expect("Sequential([Input((4,)), Permute((1,))])", config, "\"dims\": [1]");
    expect("Sequential([Input((4, 3)), Conv1D(2, (3,))])", config, "\"kernel_size\": 3");
    expect("Sequential([Input((4,)), Dense(2)])", config,
           "\"batch_shape\": [null, 4], \"dtype\": \"float32\"}");
}

static void refuse(nwt_model *model, nwt_context *ctx, const char *words)
{
    text dump = written(model, "format='constructor'");

    assert_string_equal(nwt_message(ctx), words);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    assert_string_equal(dump.data, "");
    free(dump.data);
    nwt_context_clear_error(ctx);
}

/* Words of Keras 1 become today's, objects within options too. */
static void what_keras_1_wrote(void **state)
{
    static const char json[] =
        "{\"class_name\": \"Sequential\", \"keras_version\": \"1.2.2\", \"config\": ["
        "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"output_dim\": 2, "
        "\"batch_input_shape\": [null, 3], \"init\": \"he_normal\", \"W_regularizer\": "
        "{\"name\": \"WeightRegularizer\", \"l1\": 0.0, \"l2\": 0.5}, \"W_constraint\": "
        "{\"name\": \"MaxNorm\", \"m\": 2, \"axis\": 0}}}]}";
    nwt_context *ctx = nwt_context_new(NULL);
    text dump = written(read_config(ctx, json, sizeof json - 1), "format='constructor'");

    (void)state;
    assert_string_equal(nwt_message(ctx), "");
    assert_non_null(strstr(dump.data, "Dense(2, kernel_initializer='he_normal', "
                                      "kernel_regularizer=L1L2(l1=0.0, l2=0.5), "
                                      "kernel_constraint=MaxNorm(max_value=2, axis=0), name='d')"));
    free(dump.data);
    nwt_context_free(ctx);
}

static void what_text_cannot_say(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t four[] = {4};
    nwt_tensor *x = nwt_input(ctx, 1, four, NULL);
    nwt_tensor *y = nwt_call(nwt_dense(ctx, 4, NULL), x);
    nwt_model *graph = nwt_model_new(ctx, 1, &x, 1, &y, "name='m'");
    nwt_model *around = nwt_sequential(ctx, NULL), *twice = nwt_sequential(ctx, NULL);
    nwt_layer *dense = nwt_dense(ctx, 4, "name='d'");

    (void)state;
    nwt_sequential_add(around, nwt_model_as_layer(graph));
    nwt_sequential_add(twice, dense);
    nwt_sequential_add(twice, dense);
    assert_int_equal(nwt_status(ctx), NWT_STATUS_OK);
    refuse(graph, ctx,
           "m: a Functional can't be written as constructor text, which only a Sequential can: "
           "format='config' takes all");
    refuse(around, ctx,
           "m: a Functional can't be written as constructor text, which only a Sequential can: "
           "format='config' takes all");
    refuse(twice, ctx,
           "d: this Dense stands at more than one place, which constructor text can't say: "
           "format='config' can");
    nwt_context_free(ctx);
}

/* A layer at two places, arguments by name and a model called twice: made by
   calls, not read. */
static void what_calls_make(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL), *again = nwt_context_new(NULL);
    check c = {"config", read_config, 0, 0};
    int64_t steps[] = {5, 8};
    const char *names[] = {"key", "query", "value"};
    nwt_tensor *a = nwt_input(ctx, 2, steps, "name='a'"), *b = nwt_input(ctx, 2, steps, NULL);
    nwt_tensor *x = nwt_input(ctx, 2, steps, NULL), *y;
    nwt_tensor *three[] = {a, a, b}, *two[2];
    nwt_layer *shared = nwt_dense(ctx, 8, "kernel_initializer=HeNormal(seed=1)");
    nwt_model *inner;
    text before, dump, after;

    (void)state;
    y = nwt_call(nwt_time_distributed(ctx, shared, NULL), nwt_call(shared, x));
    inner = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    two[0] = nwt_call_named(nwt_multi_head_attention(ctx, 2, 4, NULL), 3, names, three,
                            "return_attention_scores=True");
    two[0] = nwt_call(nwt_model_as_layer(inner), two[0]);
    two[1] = nwt_call(nwt_model_as_layer(inner), nwt_call(shared, b));
    y = nwt_call_many(nwt_add(ctx, NULL), 2, two, NULL);
    two[0] = a;
    two[1] = b;
    inner = nwt_model_new(ctx, 2, two, 1, &y, NULL);
    before = written(inner, "format='json'");
    dump = written(inner, "format='config'");
    assert_string_equal(nwt_message(ctx), "");
    after = written(read_config(again, dump.data, dump.length), "format='json'");
    assert_string_equal(nwt_message(again), "");
    compare(&c, "calls", &before, &after);
    assert_int_equal(c.wrong, 0);
    free(before.data);
    free(dump.data);
    free(after.data);
    nwt_context_free(ctx);
    nwt_context_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configs),
        cmocka_unit_test(constructors),
        cmocka_unit_test(the_words_of_options),
        cmocka_unit_test(what_keras_1_wrote),
        cmocka_unit_test(what_text_cannot_say),
        cmocka_unit_test(what_calls_make),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
