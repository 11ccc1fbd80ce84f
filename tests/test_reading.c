/* What is refused, sources that fail, damaged files, and too little memory. */
#include "golden.h"
#include "support/failing.h"

/* --------------------------------------------------------------------- refusals */

typedef struct refusal {
    const char *bytes;
    size_t size;
    const char *message;
} refusal;

/* A Dense on an input, with such an entry of inbound_nodes. */
#define AROUND(node)                                                            \
    "{\"class_name\": \"Functional\", \"config\": {\"layers\": ["               \
    "{\"class_name\": \"InputLayer\", \"name\": \"i\", "                        \
    "\"config\": {\"batch_shape\": [null, 3]}, \"inbound_nodes\": []}, "        \
    "{\"class_name\": \"Dense\", \"name\": \"d\", \"config\": {\"units\": 2}, " \
    "\"inbound_nodes\": [" node "]}], "                                         \
    "\"input_layers\": [[\"i\", 0, 0]], \"output_layers\": [[\"d\", 0, 0]]}}"
#define REFUSED(bytes, message)          \
    {                                    \
        bytes, sizeof bytes - 1, message \
    }

static const refusal refusals[] = {
    REFUSED("", "it is empty"),
    REFUSED(" \n\n ", "it is empty"),
    REFUSED("\x1c\0\0\0TFL3\x14\0\x20\0", "it is a TFLite model"),
    REFUSED("\x08\x07\x12\x07pytorch\x1a\x05"
            "2.0.0:",
            "it is an ONNX model"),
    REFUSED("\x08\x08:\x9a\x08\x0a\x05\x0a\x01", "it is an ONNX model"),
    REFUSED("\x08\x01\x12\xf1\x83\x02\x0a\x8a\x01", "it is a SavedModel of TensorFlow"),
    REFUSED("\x0f\0\0\0\0\0\0\0{\"__metadata__\":1}", "it is a file of safetensors"),
    REFUSED("\x08\x01\x12\xff\xff\xff\xff\xff", "it is an ONNX model"),
    REFUSED("\x08\x03\0\0\0\0\0\0", "it is neither a Keras config in JSON nor"),
    REFUSED("\x08\0\x12\x07pytorch", "it is neither a Keras config in JSON nor"),
    REFUSED("\x08\x20\x12\x07pytorch", "it is neither a Keras config in JSON nor"),
    REFUSED("\x01\0\0\0\0\0\0\0{}", "it is neither a Keras config in JSON nor"),
    REFUSED("\x03\0\0\0\0\0\0\0{}", "it is neither a Keras config in JSON nor"),
    REFUSED("\x80\x01\x8a\x0a", "it is neither a Keras config in JSON nor"),
    REFUSED("\x80\x06\x8a\x0a", "it is neither a Keras config in JSON nor"),
    REFUSED("\x80\x02\x8a\x0al\xfc\x9c", "it is a Python pickle"),
    REFUSED("\x93NUMPY\x01\0v\0{'descr'", "it is an array of NumPy's"),
    REFUSED("\x1f\x8b\x08\0\0\0", "it is compressed by gzip; decompress it first"),
    REFUSED("class_name: Sequential\nconfig:\n- class_name: Dense\n", "it is a config in YAML"),
    REFUSED("backend: tensorflow\nclass_name: Model\n", "it is a config in YAML"),
    REFUSED("\xff\xfe{\0\"\0", "it is text in UTF-16"),
    REFUSED("<!DOCTYPE html>\n<html>", "it is HTML or XML"),
    REFUSED("version https://git-lfs.github.com/spec/v1\noid sha256:",
            "it is a pointer of Git LFS"),
    REFUSED("Model: \"sequential\"\n_____", "it is neither a Keras config in JSON nor"),
    REFUSED("\0\0\0\0\0\0\0\0\0\0\0\0", "it is neither a Keras config in JSON nor"),
    REFUSED("\"{\\\"class_name\\\": \\\"Sequential\\\"}\"", "the config was encoded twice"),
    REFUSED("{\"weight_map\": {}, \"metadata\": {}}", "it is the list of files that weights were"),
    REFUSED("{\"class_name\": \"Dense\"", "line 1, column 23"),
    REFUSED("PK\003\004\024\000\000\000\000\000\000\000!\000)\273L\015\002\000\000\000\002\000"
            "\000\000\013\000\000\000config.json[]PK\001\002\024\003\024\000\000\000\000\000\000"
            "\000!\000)\273L\015\002\000\000\000\002\000\000\000\013\000\000\000\000\000\000\000"
            "\000\000\000\000\200\001\000\000\000\000config.jsonPK\005\006\000\000\000\000\001"
            "\000\001\0009\000\000\000+\000\000\000\000\000",
            "config.json: the config is no object"),
    REFUSED(AROUND("{\"args\": 5, \"kwargs\": {}}"), "the args of an entry of inbound_nodes"),
    REFUSED(AROUND("{\"args\": {}, \"kwargs\": {}}"), "the args of an entry of inbound_nodes"),
    REFUSED(AROUND("{\"args\": [], \"kwargs\": []}"), "the kwargs of an entry of inbound_nodes"),
    REFUSED(AROUND("[[\"i\", 0, 0, 5]]"), "the keyword arguments in inbound_nodes are no object"),
    REFUSED(AROUND("[[\"i\", -9223372036854775808, 0]]"), "call -9223372036854775808 of layer 'i'"),
    REFUSED(AROUND("5"), "an entry of inbound_nodes is no list"),
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
        assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
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
        {GOLDEN "/files/folders/model", "a folder; the model's config is its model.json"},
        {GOLDEN "/files/folders/config", "a folder; the model's config is its config.json"},
        {GOLDEN "/files/saved_model", "a SavedModel folder of TensorFlow"},
        {GOLDEN "/files/saved_model/saved_model.pb", "it is a SavedModel of TensorFlow"},
    };
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        nwt_context_reset(ctx);
        assert_null(nwt_read_file(ctx, paths[i].path, NULL));
        assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
        if (strstr(nwt_message(ctx), paths[i].message) == NULL) {
            fail_msg("'%s' instead of '%s'", nwt_message(ctx), paths[i].message);
        }
    }
    nwt_context_free(ctx);
}

/* ---------------------------------------------------------------------- sources */

typedef struct watched {
    const unsigned char *bytes;
    int64_t read; /* in all */
    int64_t left; /* calls that still succeed; below 0: all do */
    int32_t has_failed;
} watched;

static int32_t read_watched(void *user, int64_t offset, void *buffer, size_t size)
{
    watched *w = user;

    if (w->left == 0) {
        w->has_failed = 1;
        return 1;
    }
    w->left -= w->left > 0;
    w->read += (int64_t)size;
    memcpy(buffer, w->bytes + offset, size);
    return 0;
}

static void only_what_is_needed_is_read(void **state)
{
    static const char *const paths[] = {"files/keras-3.15/mnist.keras",
                                        "files/keras-3.15/mnist.h5"};
    nwt_context *ctx = nwt_context_new(NULL);
    size_t i, size = 0;

    (void)state;
    for (i = 0; i < 2; i++) {
        char *bytes = golden_text(paths[i], &size);
        watched w = {(const unsigned char *)bytes, 0, -1, 0};
        nwt_source source = {sizeof source, read_watched, &w, (int64_t)size};

        nwt_context_reset(ctx);
        assert_int_equal(nwt_model_params(nwt_read(ctx, &source, NULL)), 7850);
        assert_true(w.read < (int64_t)size / 2);
        free(bytes);
    }
    nwt_context_free(ctx);
}

/* Reads with the call number `calls` and all after it failing; 1 if none was reached. */
static int32_t read_broken(nwt_context *ctx, const char *path, const char *bytes, size_t size,
                           int64_t calls, int64_t whole_notes)
{
    watched w = {(const unsigned char *)bytes, 0, calls, 0};
    nwt_source source = {sizeof source, read_watched, &w, (int64_t)size};
    nwt_model *model;

    nwt_context_reset(ctx);
    model = nwt_read(ctx, &source, NULL);
    if (!w.has_failed) {
        return 1;
    }
    /* Of weights beside a config, a note is enough. */
    if (model != NULL ? nwt_note_count(ctx) <= whole_notes && strstr(path, ".keras") == NULL
                      : nwt_status(ctx) != NWT_STATUS_UNREADABLE ||
                            strstr(nwt_message(ctx), "could not be read") == NULL) {
        fail_msg("%s: read %lld: %s", path, (long long)calls, nwt_message(ctx));
    }
    return 0;
}

static void sources_that_fail_are_errors(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t size = 0, length = 0;
    char *list = golden_text("files/list.txt", &length), *line, path[200];
    int64_t left;

    (void)state;
    assert_non_null(list);
    for (line = list; *line != '\0'; line += strcspn(line, "\n") + 1) {
        char *bytes;
        int64_t calls = 0, notes;

        snprintf(path, sizeof path, "files/%.*s", (int)strcspn(line, "\n"), line);
        bytes = golden_text(path, &size);
        assert_non_null(bytes);
        assert_true(read_broken(ctx, path, bytes, size, -1, 0));
        notes = nwt_note_count(ctx);
        while (!read_broken(ctx, path, bytes, size, calls, notes)) {
            calls += 1 + calls / 50;
        }
        assert_true(calls > 3);
        free(bytes);
    }
    free(list);
    list = golden_text("models/keras-3/mnist.json", &size);
    for (left = 0; !read_broken(ctx, "mnist.json", list, size, left, 0); left++) {
    }
    assert_true(left > 2);
    free(list);
    nwt_context_free(ctx);
}

/* ------------------------------------------------------------- what contradicts itself */

/* The first Dense gives 4 features, the second states %s of them, the third follows. */
static const char contradiction[] =
    "{\"module\": \"keras.src.models.functional\", \"class_name\": \"Functional\", \"config\": {"
    "\"name\": \"m\", \"layers\": ["
    "{\"class_name\": \"InputLayer\", \"name\": \"x\", \"config\": {\"batch_shape\": [null, 3]}, "
    "\"inbound_nodes\": []}, "
    "{\"class_name\": \"Dense\", \"name\": \"a\", \"config\": {\"units\": 4}, "
    "\"inbound_nodes\": [{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": {"
    "\"shape\": [null, 3], \"keras_history\": [\"x\", 0, 0]}}], \"kwargs\": {}}]}, "
    "{\"class_name\": \"Dense\", \"name\": \"b\", \"config\": {\"units\": 5}, "
    "\"inbound_nodes\": [{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": {"
    "\"shape\": %s, \"keras_history\": [\"a\", 0, 0]}}], \"kwargs\": {}}]}, "
    "{\"class_name\": \"Dense\", \"name\": \"c\", \"config\": {\"units\": 6}, "
    "\"inbound_nodes\": [{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": {"
    "\"shape\": [null, 5], \"keras_history\": [\"b\", 0, 0]}}], \"kwargs\": {}}]}], "
    "\"input_layers\": [[\"x\", 0, 0]], \"output_layers\": [[\"c\", 0, 0]]}}";

static nwt_model *read_stated(nwt_context *ctx, const char *stated)
{
    char text[2048];

    snprintf(text, sizeof text, contradiction, stated);
    nwt_context_reset(ctx);
    return nwt_read_memory(ctx, text, strlen(text), NULL);
}

static void what_follows_a_contradiction_is_unknown(void **state)
{
    static const char *const wrong[] = {"[null, 7]", "[null, 4, 4]", "[4]"};
    const int64_t batch[] = {8, 3};
    const int64_t *shapes[] = {batch};
    const int32_t rank = 2;
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_model *model = read_stated(ctx, "[null, 4]");
    size_t i;

    (void)state;
    assert_int_equal(nwt_model_params(model), 16 + 25 + 36);
    assert_int_equal(nwt_model_params(read_stated(ctx, "[2, 4]")), 16 + 25 + 36);
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        model = read_stated(ctx, wrong[i]);
        assert_int_equal(nwt_model_params(model), 16);
        assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 2);
        assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), -1);
        assert_int_equal(nwt_note_count(ctx), 1);
        model = nwt_model_reshape(model, 1, &rank, shapes);
        assert_int_equal(nwt_model_count(model, NWT_COUNT_UNKNOWN_LAYERS), 2);
        assert_int_equal(nwt_tensor_rank(nwt_model_output(model, 0)), -1);
    }
    nwt_context_free(ctx);
}

static void wrong_arguments_are_errors(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    nwt_source source = {0, read_watched, NULL, 10};

    (void)state;
    assert_null(nwt_read(ctx, NULL, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read(ctx, &source, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    source.size = sizeof source;
    source.length = -1;
    assert_null(nwt_read(ctx, &source, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_memory(ctx, NULL, 5, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_file(ctx, NULL, NULL));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_memory(ctx, "{}", 2, "keras=3"));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    nwt_context_reset(ctx);
    assert_null(nwt_read_file(ctx, "x", "keras=3"));
    assert_string_equal(nwt_message(ctx), "reading a model takes no options, not 'keras=3'");
    nwt_context_reset(ctx);
    assert_null(nwt_read_memory(ctx, "{}", (size_t)-1, NULL));
    assert_string_equal(nwt_message(ctx), "nwt_read_memory: the bytes are NULL, or too many");
    nwt_context_reset(ctx);
    source.length = 10;
    assert_null(nwt_read(ctx, &source, "keras=3"));
    assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
    /* The first message stays, and names no other file. */
    assert_null(nwt_read_file(ctx, "x", NULL));
    assert_string_equal(nwt_message(ctx), "reading a model takes no options, not 'keras=3'");
    assert_null(nwt_read(NULL, &source, NULL));
    assert_null(nwt_read_memory(NULL, "{}", 2, NULL));
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
        assert_true(nwt_status(ctx) != NWT_STATUS_OK);
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
            assert_int_equal(nwt_status(ctx), NWT_STATUS_UNREADABLE);
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
            assert_true(model != NULL || nwt_status(ctx) == NWT_STATUS_OUT_OF_MEMORY);
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
        cmocka_unit_test(other_formats_are_refused_by_name),
        cmocka_unit_test(other_archives_are_refused_by_name),
        cmocka_unit_test(paths_that_are_no_files_are_errors),
        cmocka_unit_test(only_what_is_needed_is_read),
        cmocka_unit_test(sources_that_fail_are_errors),
        cmocka_unit_test(what_follows_a_contradiction_is_unknown),
        cmocka_unit_test(wrong_arguments_are_errors),
        cmocka_unit_test(every_byte_flipped),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(every_allocation_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
