/*
 * netweight's own table against Keras: the rows of its CSV are written here once more, from the
 * facts that Keras of each era states of the models in golden/models, and must be equal.
 * Text and Markdown are made of the same cells; test_command holds their layout.
 */
#include "golden.h"
#include "support/text.h"

static nwti_heap heap;

typedef struct checked {
    const char *path;
    const nwti_value *layers; /* the facts of one model's layers */
    int32_t is_today;         /* its class names are today's */
    int32_t is_sequential;    /* its input has no row, and a name of each era's own */
} checked;

static void add_shape(nwti_text *out, const nwti_value *tensor)
{
    const nwti_value *shape = nwti_value_get(tensor, "shape");
    uint32_t i;

    if (shape == NULL || shape->type != NWTI_LIST) {
        nwti_text_string(out, "?");
        return;
    }
    nwti_text_string(out, "(");
    for (i = 0; i < shape->length; i++) {
        const nwti_value *dim = shape->as.items + i;

        nwti_text_string(out, i > 0 ? ", " : "");
        if (dim->type == NWTI_INT) {
            nwti_text_int(out, dim->as.integer);
        } else {
            nwti_text_string(out, "None");
        }
    }
    nwti_text_string(out, shape->length == 1 ? ",)" : ")");
}

static void add_outputs(nwti_text *out, const nwti_value *outputs)
{
    uint32_t i;

    if (outputs == NULL || outputs->type != NWTI_LIST) {
        return;
    }
    nwti_text_string(out, outputs->length > 1 ? "[" : "");
    for (i = 0; i < outputs->length; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        add_shape(out, outputs->as.items + i);
    }
    nwti_text_string(out, outputs->length > 1 ? "]" : "");
}

/* The outputs of all calls, equal ones once. */
static void add_all_outputs(nwti_text *out, const nwti_value *fact)
{
    const nwti_value *all = nwti_value_get(fact, "all_outputs");
    nwti_text one;
    uint32_t i;

    if (all == NULL) {
        add_outputs(out, nwti_value_get(fact, "outputs"));
        return;
    }
    nwti_text_init(&one, &heap);
    for (i = 0; i < all->length; i++) {
        nwti_text_clear(&one);
        add_outputs(&one, all->as.items + i);
        if (i == 0 || strstr(out->data, one.data) == NULL) {
            nwti_text_string(out, i > 0 ? "; " : "");
            nwti_text_string(out, one.data);
        }
    }
    nwti_text_free(&one);
}

/* The row of that name; NULL: Keras computes a mask by operations that are not the model's. */
static const nwti_value *fact_named(const checked *model, const char *name)
{
    uint32_t i;

    for (i = 0; i < model->layers->length; i++) {
        const nwti_value *fact = model->layers->as.items + i;

        if (nwti_value_is(nwti_value_get(fact, "name"), name)) {
            return fact;
        }
    }
    return NULL;
}

static void add_connection(nwti_text *out, const nwti_value *input, const nwti_value *feeder)
{
    const nwti_value *part = input->as.items;

    if (input->length > 3) {
        nwti_text_string(out, part[3].as.string);
        nwti_text_string(out, "=");
    }
    nwti_text_string(out, part[0].as.string);
    if (nwti_value_get(feeder, "calls")->length > 1 ||
        nwti_value_get(feeder, "outputs")->length > 1) {
        nwti_text_string(out, "[");
        nwti_text_int(out, part[1].as.integer);
        nwti_text_string(out, "][");
        nwti_text_int(out, part[2].as.integer);
        nwti_text_string(out, "]");
    }
}

static void add_connections(nwti_text *out, const checked *model, const nwti_value *calls)
{
    uint32_t i, j;

    for (i = 0; i < calls->length; i++) {
        const nwti_value *inputs = calls->as.items + i;

        nwti_text_string(out, i > 0 ? "; " : "");
        for (j = 0; j < inputs->length; j++) {
            const nwti_value *input = inputs->as.items + j;
            const nwti_value *feeder = fact_named(model, input->as.items[0].as.string);

            if (feeder != NULL) {
                nwti_text_string(out, j > 0 ? ", " : "");
                add_connection(out, input, feeder);
            }
        }
    }
}

static void add_count(nwti_text *out, const nwti_value *fact, const char *key)
{
    if (golden_int(fact, key) >= 0) {
        nwti_text_int(out, golden_int(fact, key));
    }
}

/* RFC 4180. */
static void add_cell(nwti_text *line, nwti_text *cell, const char *between)
{
    const char *at = cell->length > 0 ? cell->data : "";
    int32_t is_quoted = at[strcspn(at, "\",\r\n")] != '\0';

    nwti_text_string(line, between);
    nwti_text_string(line, is_quoted ? "\"" : "");
    for (; *at != '\0'; at++) {
        nwti_text_string(line, *at == '"' ? "\"" : "");
        nwti_text_add(line, at, 1);
    }
    nwti_text_string(line, is_quoted ? "\"" : "");
    nwti_text_clear(cell);
}

static void add_row(nwti_text *line, const checked *model, const nwti_value *fact)
{
    nwti_text cell;

    nwti_text_init(&cell, &heap);
    nwti_text_string(&cell, nwti_value_get(fact, "name")->as.string);
    add_cell(line, &cell, "");
    if (model->is_today) {
        nwti_text_string(&cell, nwti_value_get(fact, "class_name")->as.string);
        add_cell(line, &cell, ",");
    }
    add_all_outputs(&cell, fact);
    add_cell(line, &cell, ",");
    add_count(&cell, fact, "params");
    add_cell(line, &cell, ",");
    add_count(&cell, fact, "trainable_params");
    add_cell(line, &cell, ",");
    if (!model->is_sequential) {
        add_connections(&cell, model, nwti_value_get(fact, "calls"));
        add_cell(line, &cell, ",");
    }
    nwti_text_string(line, "\r\n");
    nwti_text_free(&cell);
}

/* A custom class is unknown to netweight, and so are its counts. */
static int32_t holds_custom(const nwti_value *layers)
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

static int32_t collect(void *user, const char *text, size_t length)
{
    nwti_text_add(user, text, length);
    return 0;
}

/* Where the texts differ, both lines. */
static void show_difference(const char *path, const char *ours, const char *theirs)
{
    size_t line = 0, i;

    for (i = 0; ours[i] == theirs[i] && ours[i] != '\0'; i++) {
        line = ours[i] == '\n' ? i + 1 : line;
    }
    print_error("%s:\n  ours  %.*s\n  Keras %.*s\n", path, (int)strcspn(ours + line, "\r"),
                ours + line, (int)strcspn(theirs + line, "\r"), theirs + line);
}

static int compare(const checked *model, nwt_model *read)
{
    nwti_text ours, theirs;
    char options[100];
    uint32_t i;
    int wrong;

    nwti_text_init(&ours, &heap);
    nwti_text_init(&theirs, &heap);
    snprintf(options, sizeof options, "format='csv', columns='name%s,output,params,trainable%s'",
             model->is_today ? ",class" : "", model->is_sequential ? "" : ",connected");
    nwti_text_add(&theirs, strstr(options, "name"), strlen(strstr(options, "name")) - 1);
    nwti_text_string(&theirs, "\r\n");
    for (i = 0; i < model->layers->length; i++) {
        add_row(&theirs, model, model->layers->as.items + i);
    }
    assert_int_equal(nwt_report(read, options, collect, &ours), NWT_STATUS_OK);
    wrong = strcmp(ours.data, theirs.data) != 0;
    if (wrong) {
        show_difference(model->path, ours.data, theirs.data);
    }
    nwti_text_free(&ours);
    nwti_text_free(&theirs);
    return wrong;
}

/* Where Keras's row is not to be had, and why. */
static const char *const different[] = {
    "keras-2.12/einsum.json", /* a dim that TensorFlow found, for a stated None */
    "tf-keras-2.21/einsum.json",
};

static int32_t is_different(const char *path, int32_t is_today)
{
    size_t i;

    for (i = 0; !is_today && i < sizeof different / sizeof *different; i++) {
        if (strstr(path, different[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static int check_file(nwt_context *ctx, nwti_arena *arena, const char *path)
{
    checked model = {path, NULL, strstr(path, "/keras-3/") != NULL, 0};
    const nwti_value *facts;
    char facts_path[300];
    size_t length = 0;
    char *text = golden_text(path, &length);
    nwt_model *read;
    int wrong = 0;

    snprintf(facts_path, sizeof facts_path, "%.*s.facts.json", (int)(strlen(path) - 5), path);
    nwt_context_reset(ctx);
    read = nwt_read_memory(ctx, text, length, NULL);
    free(text);
    facts = golden_json(arena, facts_path);
    model.layers = nwti_value_get(facts, "layers");
    model.is_sequential = nwti_value_is(nwti_value_get(facts, "class_name"), "Sequential");
    if (read == NULL) {
        print_error("%s: %s\n", path, nwt_message(ctx));
        wrong = 1;
    } else if (!holds_custom(model.layers) && !is_different(path, model.is_today) &&
               (model.is_today || nwti_value_get(facts, "inputs")->type == NWTI_LIST)) {
        wrong = compare(&model, read);
    }
    nwti_arena_reset(arena);
    return wrong;
}

static void check_era(void **state)
{
    const char *era = *state;
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
    assert_int_equal(heap.used, 0);
    assert_true(count > 0);
    if (wrong > 0) {
        fail_msg("%s: %d of %d tables differ from Keras", era, wrong, count);
    }
}

/* A share that rounds to nothing is the same wherever it stands. */
static void shares_agree(void **state)
{
    static const char *const options[] = {"columns='name,share'", "format='explain'"};
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_model_parse(
        ctx, "Sequential([Input((1000,)), Dense(1000), Dense(1, use_bias=False, name='last')])",
        NULL);
    nwti_text out;
    size_t i;

    (void)state;
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_text_init(&out, &heap);
    for (i = 0; i < 2; i++) {
        nwti_text_clear(&out);
        assert_int_equal(nwt_report(model, options[i], collect, &out), 0);
        assert_non_null(strstr(out.data, "99.9%"));
        assert_non_null(strstr(out.data, "0.1%"));
    }
    model = nwt_model_parse(
        ctx, "Sequential([Input((4000,)), Dense(4000), Dense(1, use_bias=False, name='last')])",
        NULL);
    for (i = 0; i < 2; i++) {
        nwti_text_clear(&out);
        assert_int_equal(nwt_report(model, options[i], collect, &out), 0);
        assert_non_null(strstr(out.data, "< 0.1%"));
        assert_null(strstr(out.data, " 0.0%"));
    }
    nwti_text_free(&out);
    nwt_context_free(ctx);
}

#define ERA(name)                                         \
    {                                                     \
        name, check_era, NULL, NULL, (void *)(size_t)name \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* Before 1.2, Keras counted only what is trainable. */
        ERA("keras-1.2.2"), ERA("keras-2.0.0"),
        ERA("keras-2.0.9"), ERA("keras-2.2.4"),
        ERA("keras-2.3.1"), ERA("keras-2.6"),
        ERA("keras-2.12"),  ERA("tf-keras-2.21"),
        ERA("keras-3"),     cmocka_unit_test(shares_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
