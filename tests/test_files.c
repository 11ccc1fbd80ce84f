/* Model files of every era against the facts that Keras and h5py state. */
#include "golden.h"
#include "support/text.h"

/* --------------------------------------------------------------------- reports */

static int32_t add_text(void *user, const char *text, size_t length)
{
    nwti_text_add(user, text, length);
    return 0;
}

/* What netweight says of a model, as its own JSON. */
static const nwti_value *report_of(nwt_model *model, nwti_arena *arena)
{
    nwti_syntax_error error;
    const nwti_value *value;
    nwti_text text;

    nwti_text_init(&text, arena->heap);
    assert_int_equal(nwt_report(model, "format='json'", add_text, &text), 0);
    value = nwti_json_read(arena, text.data, text.length, 1000, &error);
    nwti_text_free(&text);
    assert_non_null(value);
    return value;
}

static const nwti_value *item(const nwti_value *list, uint32_t index)
{
    assert_non_null(list);
    assert_true(index < list->length);
    return list->as.items + index;
}

static uint32_t length_of(const nwti_value *list)
{
    return list != NULL ? list->length : 0;
}

/* ---------------------------------------------------------------------- weights */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *add_shape(char *to, const nwti_value *shape, const nwti_value *dtype)
{
    uint32_t i;

    to += sprintf(to, "(");
    for (i = 0; i < length_of(shape); i++) {
        to += sprintf(to, "%lld,", (long long)item(shape, i)->as.integer);
    }
    return to + sprintf(to, ")%s ", nwti_value_string(dtype));
}

enum { MOST_WEIGHTS = 100, LONGEST_WEIGHT = 100 };

/* "(3,)float32 (4,3,)float32 ": in the order of the text, as files have another than layers. */
static void weights_text(char *to, const nwti_value *weights, int is_ours)
{
    static char texts[MOST_WEIGHTS][LONGEST_WEIGHT];
    char *sorted[MOST_WEIGHTS];
    uint32_t count = length_of(weights), i;

    assert_true(count <= MOST_WEIGHTS);
    for (i = 0; i < count; i++) {
        const nwti_value *one = item(weights, i);

        sorted[i] = texts[i];
        if (is_ours) {
            add_shape(texts[i], nwti_value_get(one, "shape"), nwti_value_get(one, "dtype"));
        } else {
            add_shape(texts[i], item(one, 0), item(one, 1));
        }
    }
    qsort(sorted, count, sizeof *sorted, compare_texts);
    *to = '\0';
    for (i = 0; i < count; i++) {
        to += sprintf(to, "%s", sorted[i]);
    }
}

static const nwti_value *layer_named(const nwti_value *layers, const nwti_value *name)
{
    uint32_t i;

    for (i = 0; i < length_of(layers); i++) {
        if (nwti_value_is(nwti_value_get(item(layers, i), "name"), nwti_value_string(name))) {
            return item(layers, i);
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------ facts */

static int wrong;

static void differ(const char *path, const char *where, const char *ours, const char *theirs)
{
    print_error("%s: %s: %s, but the facts say %s\n", path, where, ours, theirs);
    wrong++;
}

static void check_number(const char *path, const char *where, int64_t ours, int64_t theirs)
{
    char texts[2][32];

    if (ours != theirs) {
        snprintf(texts[0], sizeof texts[0], "%lld", (long long)ours);
        snprintf(texts[1], sizeof texts[1], "%lld", (long long)theirs);
        differ(path, where, texts[0], texts[1]);
    }
}

static void check_layers(const char *path, const nwti_value *ours, const nwti_value *facts)
{
    const nwti_value *layers = nwti_value_get(facts, "layers");
    const nwti_value *marked = nwti_value_get(facts, "from_file");
    uint32_t i;

    for (i = 0; i < length_of(layers); i++) {
        const nwti_value *fact = item(layers, i);
        const nwti_value *layer = layer_named(ours, nwti_value_get(fact, "name"));
        char mine[4000], theirs[4000];

        weights_text(theirs, nwti_value_get(fact, "weights"), 0);
        if (layer == NULL) {
            differ(path, nwti_value_string(nwti_value_get(fact, "name")), "it is missing", theirs);
            continue;
        }
        weights_text(mine, nwti_value_get(layer, "weights"), 1);
        if (strcmp(mine, theirs) != 0) {
            differ(path, nwti_value_string(nwti_value_get(fact, "name")), mine, theirs);
        }
    }
    for (i = 0; i < length_of(marked); i++) {
        const nwti_value *layer = layer_named(ours, item(marked, i));

        if (!nwti_value_is(nwti_value_get(layer, "weights_from"), "file")) {
            differ(path, nwti_value_string(item(marked, i)), "not marked", "from the file");
        }
    }
}

static int64_t part_named(const nwti_value *parts, const char *name)
{
    uint32_t i;

    for (i = 0; i < length_of(parts); i++) {
        if (nwti_value_is(nwti_value_get(item(parts, i), "name"), name)) {
            return golden_int(item(parts, i), "bytes");
        }
    }
    return -1;
}

static void check_account(const char *path, const nwti_value *file, const nwti_value *facts)
{
    static const char *const names[] = {"weights", "optimizer", "other"};
    const nwti_value *parts = nwti_value_get(file, "parts");
    const nwti_value *stored = nwti_value_get(facts, "stored");
    const char *version = nwti_value_string(nwti_value_get(facts, "keras_version"));
    int64_t sum = 0;
    uint32_t i;

    for (i = 0; i < length_of(parts); i++) {
        assert_true(golden_int(item(parts, i), "bytes") > 0);
        sum += golden_int(item(parts, i), "bytes");
    }
    check_number(path, "the sum of the parts", sum, golden_int(facts, "bytes"));
    check_number(path, "the bytes", golden_int(file, "bytes"), golden_int(facts, "bytes"));
    for (i = 0; i < 3 && stored != NULL; i++) {
        if (nwti_value_get(stored, names[i]) != NULL && golden_int(stored, names[i]) > 0) {
            check_number(path, names[i], part_named(parts, i < 2 ? names[i] : "other variables"),
                         golden_int(stored, names[i]));
        }
    }
    if (version != NULL && !nwti_value_is(nwti_value_get(file, "keras_version"), version)) {
        differ(path, "keras_version", "another", version);
    }
    if (!nwti_value_is(nwti_value_get(file, "kind"),
                       nwti_value_string(nwti_value_get(facts, "kind")))) {
        differ(path, "kind", "another", nwti_value_string(nwti_value_get(facts, "kind")));
    }
}

static void check_optimizer(const char *path, const nwti_value *ours, const nwti_value *held)
{
    const char *class_name = nwti_value_string(nwti_value_get(held, "class_name"));

    if (held == NULL) {
        return;
    }
    check_number(path, "optimizer params", golden_int(ours, "params"), golden_int(held, "params"));
    check_number(path, "optimizer bytes", golden_int(ours, "bytes"), golden_int(held, "bytes"));
    if (class_name != NULL && !nwti_value_is(nwti_value_get(ours, "class_name"), class_name)) {
        differ(path, "optimizer", nwti_value_string(nwti_value_get(ours, "class_name")),
               class_name);
    }
}

static int is_difference(const char *note)
{
    return strstr(note, "the file holds") != NULL && strstr(note, "is not known") == NULL &&
           strstr(note, "without a config") == NULL;
}

/* A note for each layer that differs, naming it, and for no other. */
static void check_notes(const char *path, const nwti_value *notes, const nwti_value *facts)
{
    const nwti_value *differs = nwti_value_get(facts, "differs");
    uint32_t i, found = 0, damaged = 0;

    for (i = 0; i < length_of(notes); i++) {
        const char *note = nwti_value_string(item(notes, i));

        damaged += strstr(note, "model.weights.h5") != NULL;
        if (is_difference(note)) {
            const char *name = found < length_of(differs) ? nwti_value_string(item(differs, found))
                                                          : "no layer";

            found++;
            if (strncmp(note, name, strlen(name)) != 0 || note[strlen(name)] != ':') {
                differ(path, "a note", note, name);
            }
        }
    }
    check_number(path, "layers that differ", found, length_of(differs));
    check_number(path, "notes of damage", damaged, nwti_value_get(facts, "damaged") != NULL);
}

static void check_report(const char *path, const nwti_value *ours, const nwti_value *facts)
{
    const nwti_value *totals = nwti_value_get(ours, "totals");
    const nwti_value *theirs = nwti_value_get(facts, "totals");
    const char *class_name = nwti_value_string(nwti_value_get(facts, "class_name"));

    if (length_of(theirs) > 0) {
        check_number(path, "params", golden_int(totals, "params"), golden_int(theirs, "params"));
        check_number(path, "bytes", golden_int(totals, "weight_bytes"),
                     golden_int(theirs, "bytes"));
    }
    check_number(path, "unknown layers", golden_int(totals, "unknown_layers"), 0);
    if (nwti_value_is(nwti_value_get(facts, "kind"), "weights.h5")) {
        assert_int_equal(nwti_value_get(ours, "class_name")->type, NWTI_NONE);
        assert_int_equal(nwti_value_get(ours, "inputs")->type, NWTI_NONE);
        assert_int_equal(nwti_value_get(ours, "outputs")->type, NWTI_NONE);
        assert_int_equal(
            nwti_value_get(item(nwti_value_get(ours, "layers"), 0), "class_name")->type, NWTI_NONE);
    } else if (class_name != NULL && strcmp(class_name, "Net") != 0 &&
               strcmp(class_name, "Owner") != 0 &&
               !nwti_value_is(nwti_value_get(ours, "class_name"), class_name)) {
        differ(path, "class_name", "another", class_name);
    }
    check_layers(path, nwti_value_get(ours, "layers"), facts);
    check_account(path, nwti_value_get(ours, "file"), facts);
    check_optimizer(path, nwti_value_get(ours, "optimizer"), nwti_value_get(facts, "held"));
    check_notes(path, nwti_value_get(ours, "notes"), facts);
}

static void check_file(nwt_context *ctx, nwti_arena *arena, const char *path)
{
    char full[512], facts_path[300];
    nwt_model *model;

    snprintf(full, sizeof full, "%s/files/%s", GOLDEN, path);
    snprintf(facts_path, sizeof facts_path, "files/%s.facts.json", path);
    nwt_context_reset(ctx);
    model = nwt_read_file(ctx, full, NULL);
    if (model == NULL) {
        differ(path, "it can't be read", nwt_message(ctx), "it can");
        return;
    }
    check_report(path, report_of(model, arena), golden_json(arena, facts_path));
    nwti_arena_reset(arena);
}

typedef struct arenas {
    nwti_heap heap;
    nwti_arena arena;
} arenas;

static void begin(arenas *a)
{
    nwti_heap_init(&a->heap, NULL, NULL, 0);
    nwti_arena_init(&a->arena, &a->heap);
}

static void files_agree_with_keras(void **state)
{
    size_t length = 0;
    nwt_context *ctx = nwt_context_new(NULL);
    char *list = golden_text("files/list.txt", &length), *line, *end;
    int count = 0;
    arenas a;

    (void)state;
    assert_non_null(list);
    begin(&a);
    wrong = 0;
    for (line = list; *line != '\0'; line = end + 1, count++) {
        end = strchr(line, '\n');
        *end = '\0';
        check_file(ctx, &a.arena, line);
    }
    free(list);
    nwti_arena_free(&a.arena);
    nwt_context_free(ctx);
    assert_true(count > 50);
    assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ custom layers */

/* Layers within layers take their weights too, and their names where the file has them. */
static void inner_layers_take_weights(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_read_file(ctx, GOLDEN "/files/keras-3.15/wrapped.h5", NULL);
    nwt_layer *layer = nwt_model_find(model, "stack"), *cell;
    nwt_weight_info w = {sizeof w, NULL, NULL, 0, 0, 0, 0, 0, 0};
    char path[100];

    (void)state;
    assert_non_null(layer);
    cell = nwt_layer_child(nwt_layer_child(layer, 0), 1);
    assert_string_equal(nwt_layer_kind(cell), "Cell");
    assert_int_equal(nwt_layer_count(cell, NWT_COUNT_PARAMS), 6);
    assert_int_equal(nwt_layer_count(cell, NWT_COUNT_UNKNOWN_LAYERS), 0);
    assert_true(nwt_layer_weight(layer, 3, &w));
    assert_string_equal(w.name, "k");
    assert_int_equal(w.rank, 2);
    assert_int_equal(w.dims[0], 3);
    nwt_layer_weight_path(layer, 3, path, sizeof path);
    assert_string_equal(path, "stack/stacked_rnn_cells/cell_1/k");
    nwt_context_free(ctx);
}

/* Weights that a file gave stay when the model is made again on another batch: those of unknown
   classes, of layers behind them, of layers within layers, and quantised ones. */
static void weights_from_a_file_are_kept(void **state)
{
    static const char *const paths[] = {
        GOLDEN "/files/keras-3.15/block.keras",  GOLDEN "/files/keras-3.15/custom.keras",
        GOLDEN "/files/keras-3.15/custom.h5",    GOLDEN "/files/keras-3.15/quantised.keras",
        GOLDEN "/files/tf-keras-2.21/custom.h5", GOLDEN "/files/tf-keras-2.21/attention.h5",
        GOLDEN "/files/keras-2.12/wrapped.h5"};
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        nwt_model *model = nwt_read_file(ctx, paths[i], NULL), *again;
        const nwt_tensor *input = nwt_model_input(model, 0);
        int64_t dims[] = {8, 4, 4};
        const int64_t *shapes[] = {dims};
        int32_t rank = nwt_tensor_rank(input);

        memcpy(dims + 1, nwt_tensor_dims(input) + 1, (size_t)(rank - 1) * sizeof *dims);
        again = nwt_model_reshape(model, 1, &rank, shapes);
        assert_string_equal(nwt_message(ctx), "");
        assert_int_equal(nwt_model_params(again), nwt_model_params(model));
        assert_int_equal(nwt_model_count(again, NWT_COUNT_WEIGHT_BYTES),
                         nwt_model_weight_bytes(model));
        assert_int_equal(nwt_model_count(again, NWT_COUNT_UNKNOWN_LAYERS), 0);
    }
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_agree_with_keras),
        cmocka_unit_test(inner_layers_take_weights),
        cmocka_unit_test(weights_from_a_file_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
