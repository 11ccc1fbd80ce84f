/* Configs of every dialect with one value or key replaced: a model, or one message that says what
   is wrong; and the memory is all given back. */
#include "golden.h"
#include "support/failing.h"

/* Where a value or a key of JSON stands. */
typedef struct span {
    size_t start;
    size_t end;
    int32_t is_key;
} span;

enum { MOST_SPANS = 200000, MOST_OPEN = 200 };

static span spans[MOST_SPANS];
static size_t span_count;

static const char *const values[] = {
    "null",
    "true",
    "-1",
    "0",
    "2",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999999",
    "1.5",
    "NaN",
    "-Infinity",
    "\"\"",
    "\"x\"",
    "\"dense\"",
    "[]",
    "{}",
    "[null]",
    "[3, null, -1]",
    "[[\"dense\", 0, 0]]",
    "[[[\"x\", 0, 0, {\"y\": [1]}]]]",
    "[{\"args\": [1, [2]], \"kwargs\": {\"x\": null}}]",
    "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"x\", 0, 0]}}",
    "{\"class_name\": \"Dense\", \"config\": {\"units\": 3}}",
    "{\"class_name\": \"Nobody\", \"config\": null}",
    "{\"x\": 1, \"x\": 2}",
};
static const char *const keys[] = {"\"x\"", "\"\"", "\"units\"", "\"class_name\"",
                                   "\"batch_shape\""};

static size_t add_span(size_t start, size_t end)
{
    assert_true(span_count < MOST_SPANS);
    spans[span_count++] = (span){start, end, 0};
    return end;
}

/* Finds all values and keys of a text that is JSON. */
static void find_spans(const char *text, size_t size)
{
    size_t open[MOST_OPEN], depth = 0, i = 0;

    span_count = 0;
    while (i < size) {
        if (text[i] == '{' || text[i] == '[') {
            assert_true(depth < MOST_OPEN);
            open[depth++] = i++;
        } else if (text[i] == '}' || text[i] == ']') {
            i = add_span(open[--depth], i + 1);
        } else if (text[i] == '"') {
            size_t end = i + 1;

            while (text[end] != '"') {
                end += text[end] == '\\' ? 2 : 1;
            }
            i = add_span(i, end + 1);
            spans[span_count - 1].is_key = text[i] == ':';
        } else if (strchr("-0123456789tfnIN", text[i]) != NULL) {
            i = add_span(i, i + strcspn(text + i, ",]} \n\t"));
        } else {
            i++;
        }
    }
    assert_int_equal(depth, 0);
}

static int32_t ignore(void *user, const char *text, size_t length)
{
    *(size_t *)user += text != NULL ? length : 0;
    return 0;
}

/* Reads what remains, and writes it: whole, or with an error. */
static void try_text(const char *path, const char *text, size_t size, const char *what)
{
    static const char *const reports[] = {"format='json'", "format='config'", "format='explain'",
                                          "style='keras-2.7', expand_nested=True"};
    failing allocator = {-1, 0, 0, 0, 0};
    nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    nwt_model *model = nwt_read_memory(ctx, text, size, NULL);
    size_t written = 0;

    if ((model != NULL) != (nwt_status(ctx) == NWT_STATUS_OK) ||
        nwt_status(ctx) == NWT_STATUS_OUT_OF_MEMORY ||
        (model == NULL) != (nwt_message(ctx)[0] != '\0')) {
        fail_msg("%s: %s: status %d: %s", path, what, (int)nwt_status(ctx), nwt_message(ctx));
    }
    if (model != NULL) {
        nwt_report(model, reports[allocator.calls % 4], ignore, &written);
        if (nwt_status(ctx) != NWT_STATUS_OK && nwt_status(ctx) != NWT_STATUS_INVALID) {
            fail_msg("%s: %s: status %d: %s", path, what, (int)nwt_status(ctx), nwt_message(ctx));
        }
        assert_true((written > 0) == (nwt_status(ctx) == NWT_STATUS_OK));
    }
    nwt_context_free(ctx);
    assert_int_equal(allocator.live, 0);
    assert_int_equal(allocator.wrong, 0);
}

static void replace(const char *path, const char *text, size_t size, const span *at, const char *by)
{
    size_t length = strlen(by), rest = size - at->end;
    char *damaged = malloc(at->start + length + rest + 1), what[200];

    assert_non_null(damaged);
    memcpy(damaged, text, at->start);
    memcpy(damaged + at->start, by, length);
    memcpy(damaged + at->start + length, text + at->end, rest);
    snprintf(what, sizeof what, "%.60s for what is at %d to %d", by, (int)at->start, (int)at->end);
    try_text(path, damaged, at->start + length + rest, what);
    free(damaged);
}

/* About `tries` of the replacements that a config allows, each time others. */
static void damage(const char *path, size_t tries, size_t turn)
{
    size_t size = 0, kinds = sizeof values / sizeof *values, i, step;
    char *text = golden_text(path, &size);

    if (text == NULL) {
        fail_msg("%s is missing", path);
    }
    find_spans(text, size);
    step = 1 + span_count * kinds / tries;
    for (i = turn % step; i < span_count * kinds; i += step) {
        const span *at = &spans[i / kinds];

        if (!at->is_key) {
            replace(path, text, size, at, values[i % kinds]);
        } else if (i % kinds < sizeof keys / sizeof *keys) {
            replace(path, text, size, at, keys[i % kinds]);
        }
    }
    free(text);
}

static void whole_configs(void **state)
{
    static const char *const paths[] = {
        "models/keras-3/nested.json",          "models/keras-2.2.4/nested.json",
        "models/tf-keras-2.21/nested.json",    "models/keras-1.2.2/nested.json",
        "models/keras-1.2.2/mnist.json",       "models/tf-keras-2.21/operators.json",
        "models/keras-1.0.8/merge_modes.json",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        damage(paths[i], 3000, 0);
    }
}

static void a_few_of_each_config(void **state)
{
    size_t length = 0, count = 0;
    char *list = golden_text("models/list.txt", &length), *line, path[200];

    (void)state;
    assert_non_null(list);
    for (line = list; *line != '\0'; line += strcspn(line, "\n") + 1) {
        snprintf(path, sizeof path, "%.*s", (int)strcspn(line, "\n"), line);
        damage(path, 60, 7 * count++);
    }
    free(list);
    assert_true(count > 500);
}

/* The end of a JSON text within a file. */
static size_t end_of_json(const char *bytes, size_t at, size_t size)
{
    while (at < size && (unsigned char)bytes[at] >= ' ') {
        at++;
    }
    return at;
}

/* Renames what has the name in the config of a file, and not in its weights: the same length. */
static int32_t rename_in(char *bytes, size_t at, size_t end, const char *name, size_t length)
{
    int32_t count = 0;

    for (; at + length + 2 < end; at++) {
        if (bytes[at] == '"' && memcmp(bytes + at + 1, name, length) == 0 &&
            bytes[at + 1 + length] == '"' && bytes[at + 2 + length] != ':') {
            bytes[at + 1] = 'q';
            count++;
        }
    }
    return count;
}

/* Params of a file, -1 when it can't be read; `notes` gets how many there are. */
static int64_t params_of(const char *path, const char *bytes, size_t size, int64_t *notes)
{
    failing allocator = {-1, 0, 0, 0, 0};
    nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    nwt_model *model = nwt_read_memory(ctx, bytes, size, NULL);
    int64_t params = model != NULL ? nwt_model_params(model) : -1;

    *notes = nwt_note_count(ctx);
    if ((model == NULL) != (nwt_message(ctx)[0] != '\0')) {
        fail_msg("%s: %s", path, nwt_message(ctx));
    }
    nwt_context_free(ctx);
    assert_int_equal(allocator.live, 0);
    return params;
}

/* Each name of the config in turn, up to 20 of them; how many had a note of their own. */
static int32_t rename_each(const char *path, char *bytes, size_t size)
{
    static const char before[] = "\"name\": \"";
    char *damaged = malloc(size);
    size_t start = 0, end, at;
    int64_t notes, more, params = params_of(path, bytes, size, &notes);
    int32_t count = 0, tries = 0;

    assert_non_null(damaged);
    while (start + 13 < size && memcmp(bytes + start, "{\"class_name\"", 13) != 0 &&
           memcmp(bytes + start, "{\"module\"", 9) != 0) {
        start++;
    }
    end = end_of_json(bytes, start, size);
    for (at = start; at + sizeof before < end && tries < 20; at++) {
        size_t length = strcspn(bytes + at + sizeof before - 1, "\"");

        if (memcmp(bytes + at, before, sizeof before - 1) != 0 || length == 0) {
            continue;
        }
        memcpy(damaged, bytes, size);
        assert_true(rename_in(damaged, start, end, bytes + at + sizeof before - 1, length) > 0);
        if (params_of(path, damaged, size, &more) == params && more > notes) {
            count++;
        }
        tries++;
    }
    free(damaged);
    return count;
}

/* A model keeps its counts where its weights have other names, and a note says what differs. */
static void weights_of_other_names(void **state)
{
    size_t length = 0;
    int32_t count = 0;
    char *list = golden_text("files/list.txt", &length), *line, path[200];

    (void)state;
    assert_non_null(list);
    for (line = list; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t size = 0, name = strcspn(line, "\n");
        char *bytes;

        if (name < 3 || memcmp(line + name - 3, ".h5", 3) != 0) {
            continue;
        }
        snprintf(path, sizeof path, "files/%.*s", (int)name, line);
        bytes = golden_text(path, &size);
        assert_non_null(bytes);
        count += rename_each(path, bytes, size);
        free(bytes);
    }
    free(list);
    assert_true(count > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_configs),
        cmocka_unit_test(a_few_of_each_config),
        cmocka_unit_test(weights_of_other_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
