/* Model files of every era against the facts that Keras and h5py state; what is refused; damage. */
#include "golden.h"
#include "support/failing.h"
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
            const char *name = found < length_of(differs)
                                   ? nwti_value_string(item(differs, found))
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
    nwt_model *model =
        nwt_read_file(ctx, GOLDEN "/files/keras-3.15/wrapped.h5", NULL);
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

/* Weights that a file gave stay when the model is made again on another batch. */
static void weights_from_a_file_are_kept(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = nwt_read_file(ctx, GOLDEN "/files/keras-3.15/block.keras", NULL), *again;
    int64_t dims[] = {8, 4};
    const int64_t *shapes[] = {dims};
    int32_t rank = 2;

    (void)state;
    again = nwt_model_reshape(model, 1, &rank, shapes);
    assert_non_null(again);
    assert_int_equal(nwt_model_params(again), nwt_model_params(model));
    assert_int_equal(nwt_model_count(again, NWT_COUNT_UNKNOWN_LAYERS), 0);
    nwt_context_free(ctx);
}

/* --------------------------------------------------------------------- refusals */

typedef struct refusal {
    const char *bytes;
    size_t size;
    const char *message;
} refusal;

#define REFUSED(bytes, message) {bytes, sizeof bytes - 1, message}

static const refusal refusals[] = {
    REFUSED("", "it is empty"),
    REFUSED(" \n\n ", "it is empty"),
    REFUSED("\x1c\0\0\0TFL3\x14\0\x20\0", "it is a TFLite model"),
    REFUSED("\x08\x07\x12\x07pytorch\x1a\x05""2.0.0:", "it is an ONNX model"),
    REFUSED("\x08\x08:\x9a\x08\x0a\x05\x0a\x01", "it is an ONNX model"),
    REFUSED("\x08\x01\x12\xf1\x83\x02\x0a\x8a\x01", "it is a SavedModel of TensorFlow"),
    REFUSED("\x0f\0\0\0\0\0\0\0{\"__metadata__\":1}", "it is a file of safetensors"),
    REFUSED("\x80\x02\x8a\x0al\xfc\x9c", "it is a Python pickle"),
    REFUSED("\x93NUMPY\x01\0v\0{'descr'", "it is an array of NumPy's"),
    REFUSED("\x1f\x8b\x08\0\0\0", "it is compressed by gzip; decompress it first"),
    REFUSED("class_name: Sequential\nconfig:\n- class_name: Dense\n", "it is a config in YAML"),
    REFUSED("backend: tensorflow\nclass_name: Model\n", "it is a config in YAML"),
    REFUSED("\xff\xfe{\0\"\0", "it is text in UTF-16"),
    REFUSED("<!DOCTYPE html>\n<html>", "it is HTML or XML"),
    REFUSED("version https://git-lfs.github.com/spec/v1\noid sha256:", "it is a pointer of Git LFS"),
    REFUSED("Model: \"sequential\"\n_____", "it is neither a Keras config in JSON nor"),
    REFUSED("\0\0\0\0\0\0\0\0\0\0\0\0", "it is neither a Keras config in JSON nor"),
    REFUSED("\"{\\\"class_name\\\": \\\"Sequential\\\"}\"", "the config was encoded twice"),
    REFUSED("{\"weight_map\": {}, \"metadata\": {}}", "it is the list of files that weights were"),
    REFUSED("{\"class_name\": \"Dense\"", "line 1, column 23"),
    REFUSED("PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a zip archive without config.json"),
};

static void other_formats_are_refused_by_name(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        nwt_context_reset(ctx);
        assert_null(nwt_read_memory(ctx, refusals[i].bytes, refusals[i].size, NULL));
        assert_int_equal(nwt_status(ctx), NWT_UNREADABLE);
        if (strstr(nwt_message(ctx), refusals[i].message) == NULL) {
            fail_msg("'%s' instead of '%s'", nwt_message(ctx), refusals[i].message);
        }
    }
    nwt_context_free(ctx);
}

/* A zip of one stored member, whose content is not looked at. */
static size_t make_zip(unsigned char *to, const char *name)
{
    unsigned char local[30] = {'P', 'K', 3, 4, 10}, central[46] = {'P', 'K', 1, 2, 10, 0, 10};
    unsigned char end[22] = {'P', 'K', 5, 6, 0, 0, 0, 0, 1, 0, 1};
    size_t length = strlen(name);

    local[26] = central[28] = (unsigned char)length;
    end[12] = (unsigned char)(46 + length);
    end[16] = (unsigned char)(30 + length);
    memcpy(to, local, 30);
    memcpy(to + 30, name, length);
    memcpy(to + 30 + length, central, 46);
    memcpy(to + 76 + length, name, length);
    memcpy(to + 76 + 2 * length, end, 22);
    return 98 + 2 * length;
}

static void other_archives_are_refused_by_name(void **state)
{
    static const struct {
        const char *member;
        const char *message;
    } archives[] = {
        {"archive/data.pkl", "it is a model of PyTorch's"},
        {"arr_0.npy", "it is arrays of NumPy's"},
        {"export/saved_model.pb", "it is a zipped SavedModel"},
        {"model.keras", "it is a zip archive around a .keras file; extract it first"},
        {"readme.txt", "a zip archive without config.json"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    unsigned char bytes[300];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof archives / sizeof *archives; i++) {
        nwt_context_reset(ctx);
        assert_null(nwt_read_memory(ctx, bytes, make_zip(bytes, archives[i].member), NULL));
        if (strstr(nwt_message(ctx), archives[i].message) == NULL) {
            fail_msg("'%s' instead of '%s'", nwt_message(ctx), archives[i].message);
        }
    }
    nwt_context_free(ctx);
}

static void paths_that_are_no_files_are_errors(void **state)
{
    static const struct {
        const char *path;
        const char *message;
    } paths[] = {
        {GOLDEN "/files/nowhere.keras", "can't be read"},
        {GOLDEN "/files/keras-3.15", "can't be read"},
        {GOLDEN "/files/saved_model", "a SavedModel folder of TensorFlow"},
        {GOLDEN "/files/saved_model/saved_model.pb", "it is a SavedModel of TensorFlow"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        nwt_context_reset(ctx);
        assert_null(nwt_read_file(ctx, paths[i].path, NULL));
        assert_int_equal(nwt_status(ctx), NWT_UNREADABLE);
        if (strstr(nwt_message(ctx), paths[i].message) == NULL) {
            fail_msg("'%s' instead of '%s'", nwt_message(ctx), paths[i].message);
        }
    }
    nwt_context_free(ctx);
}

/* ---------------------------------------------------------------------- sources */

typedef struct watched {
    const unsigned char *bytes;
    int64_t read;               /* in all */
    int64_t left;               /* calls that still succeed; below 0: all do */
} watched;

static int32_t read_watched(void *user, int64_t offset, void *buffer, size_t size)
{
    watched *w = user;

    if (w->left == 0) {
        return 0;
    }
    w->left -= w->left > 0;
    w->read += (int64_t)size;
    memcpy(buffer, w->bytes + offset, size);
    return 1;
}

static void only_what_is_needed_is_read(void **state)
{
    static const char *const paths[] = {"files/keras-3.15/mnist.keras", "files/keras-3.15/mnist.h5"};
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i, size = 0;

    (void)state;
    for (i = 0; i < 2; i++) {
        char *bytes = golden_text(paths[i], &size);
        watched w = {(const unsigned char *)bytes, 0, -1};
        nwt_source source = {sizeof source, read_watched, &w, (int64_t)size};

        nwt_context_reset(ctx);
        assert_int_equal(nwt_model_params(nwt_read(ctx, &source, NULL)), 7850);
        assert_true(w.read < (int64_t)size / 2);
        free(bytes);
    }
    nwt_context_free(ctx);
}

static void sources_that_fail_are_errors(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t size = 0;
    char *bytes = golden_text("files/keras-3.15/tiny.h5", &size);
    int64_t calls;

    (void)state;
    for (calls = 0;; calls++) {
        watched w = {(const unsigned char *)bytes, 0, calls};
        nwt_source source = {sizeof source, read_watched, &w, (int64_t)size};
        nwt_model *model;

        nwt_context_reset(ctx);
        model = nwt_read(ctx, &source, NULL);
        if (model != NULL) {
            break;
        }
        assert_int_equal(nwt_status(ctx), NWT_UNREADABLE);
        assert_non_null(strstr(nwt_message(ctx), "could not be read"));
    }
    assert_true(calls > 3);
    free(bytes);
    nwt_context_free(ctx);
}

static void wrong_arguments_are_errors(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_source source = {0, read_watched, NULL, 10};

    (void)state;
    assert_null(nwt_read(ctx, NULL, NULL));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read(ctx, &source, NULL));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    nwt_context_reset(ctx);
    source.size = sizeof source;
    source.length = -1;
    assert_null(nwt_read(ctx, &source, NULL));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_memory(ctx, NULL, 5, NULL));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_file(ctx, NULL, NULL));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_memory(ctx, "{}", 2, "keras=3"));
    assert_int_equal(nwt_status(ctx), NWT_INVALID);
    assert_null(nwt_read(NULL, &source, NULL));
    assert_null(nwt_read_file(NULL, "x", NULL));
    nwt_context_free(ctx);
}

/* ----------------------------------------------------------------------- damage */

static const char *const damaged[] = {"files/keras-3.15/tiny.keras", "files/keras-3.15/tiny.h5"};

enum { LIMIT = 64 << 20 };

/* Whatever is read or said, it ends, within the limit. */
static void try_bytes(nwt_context *ctx, const char *bytes, size_t size)
{
    nwt_context_reset(ctx);
    if (nwt_read_memory(ctx, bytes, size, NULL) == NULL) {
        assert_true(nwt_status(ctx) != NWT_OK);
        assert_true(nwt_message(ctx)[0] != '\0');
    }
}

static void every_byte_flipped(void **state)
{
    nwt_context_options options = {sizeof options, NULL, NULL, LIMIT, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    size_t i, j, size = 0;

    (void)state;
    for (i = 0; i < 2; i++) {
        char *bytes = golden_text(damaged[i], &size);

        for (j = 0; j < size; j++) {
            bytes[j] = (char)~bytes[j];
            try_bytes(ctx, bytes, size);
            bytes[j] = (char)~bytes[j];
        }
        free(bytes);
    }
    nwt_context_free(ctx);
}

static void every_truncation(void **state)
{
    nwt_context_options options = {sizeof options, NULL, NULL, LIMIT, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    size_t i, j, size = 0;

    (void)state;
    for (i = 0; i < 2; i++) {
        char *bytes = golden_text(damaged[i], &size);

        for (j = 0; j < size; j++) {
            /* A copy of its own size, so that reading beyond it is seen. */
            char *cut = malloc(j > 0 ? j : 1);

            memcpy(cut, bytes, j);
            nwt_context_reset(ctx);
            assert_null(nwt_read_memory(ctx, cut, j, NULL));
            assert_int_equal(nwt_status(ctx), NWT_UNREADABLE);
            free(cut);
        }
        free(bytes);
    }
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------------------ memory */

static nwt_model *read_failing(failing *f, const char *bytes, size_t size, int64_t left,
                               nwt_context **ctx)
{
    nwt_context_options options = {sizeof options, failing_resize, NULL, 0, 0, 0};

    memset(f, 0, sizeof *f);
    f->left = -1;
    options.user = f;
    *ctx = nwt_context_new(&options);
    assert_non_null(*ctx);
    f->left = left;
    return nwt_read_memory(*ctx, bytes, size, NULL);
}

static void every_allocation_fails(void **state)
{
    static const char *const paths[] = {
        "files/keras-3.15/custom.keras", "files/keras-3.15/custom.h5",
        "files/keras-3.15/custom.weights.h5", "files/keras-3.15/recompressed.keras"};
    size_t i, size = 0;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *bytes = golden_text(paths[i], &size);
        nwt_model *model = NULL;
        int64_t left;

        for (left = 0; model == NULL; left++) {
            nwt_context *ctx;
            failing f;

            model = read_failing(&f, bytes, size, left, &ctx);
            assert_true(model != NULL || nwt_status(ctx) == NWT_OUT_OF_MEMORY);
            nwt_context_free(ctx);
            assert_int_equal(f.live, 0);
            assert_false(f.wrong);
        }
        assert_true(left > 5);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_agree_with_keras),
        cmocka_unit_test(inner_layers_take_weights),
        cmocka_unit_test(weights_from_a_file_are_kept),
        cmocka_unit_test(other_formats_are_refused_by_name),
        cmocka_unit_test(other_archives_are_refused_by_name),
        cmocka_unit_test(paths_that_are_no_files_are_errors),
        cmocka_unit_test(only_what_is_needed_is_read),
        cmocka_unit_test(sources_that_fail_are_errors),
        cmocka_unit_test(wrong_arguments_are_errors),
        cmocka_unit_test(every_byte_flipped),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(every_allocation_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
