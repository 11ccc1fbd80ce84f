/* One allocation fails, in flows as the command's: what is written is what would have been written
   without that, to the byte, or there is an error; and what was read stays whole. */
#include "golden.h"
#include "support/failing.h"

/* Each allocation is a block of its own, so that each can fail: this object stands for the
   library's. */
#ifndef NWTI_SMALL_BLOCKS
#define NWTI_SMALL_BLOCKS
#endif
#include "support/memory.c"

static const char *const files[] = {
    "files/keras-3.15/recompressed.keras",
    "files/keras-3.15/without_weights.keras",
    "files/keras-3.15/tiny.h5",
    "files/keras-3.15/subclass.weights.h5",
    "files/keras-3.15/compiled.keras",
    "files/keras-3.15/quantised.h5",
    "files/keras-3.15/operations.keras",
    "files/keras-1.2.2/nested.h5",
    "files/keras-2.2.4/nested.h5",
    "files/keras-2.12/nested.h5",
    "files/keras-2.12/nested.weights-legacy.h5",
    "files/tf-keras-2.21/custom.keras",
    "files/tf-keras-2.21/shared.keras",
    "models/keras-1.0.8/merge_modes.json",
    "models/keras-1.1.0/nested_branches.json",
    "models/keras-1.2.2/recurrences.json",
    "models/keras-2.2.4/nested.json",
    "models/keras-3/nested.json",
    "models/keras-3/nested_twice.json",
    "models/tf-keras-2.21/operators.json",
};

/* Of nwt_report; "memory: ..." of nwt_memory_report, "diff: ..." of nwt_diff with itself. */
static const char *const reports[] = {
    "format='json'",
    "work=True, expand_nested=True",
    "format='markdown', sort='params', expand_nested=True",
    "format='csv', expand_nested=True",
    "format='explain'",
    "format='config'",
    "format='html'",
    "format='svg'",
    "format='dot'",
    "columns='lanes,name,connected,share,dtype,kernel', work_like='torch'",
    "style='keras-1', line_length=60",
    "style='keras-2.7', expand_nested=True, show_trainable=True",
    "style='keras-3', expand_nested=True, width=70",
    "memory: budget=100000, plan=True",
    "memory: inference=True, format='json', budget=9",
    "diff: format='text'",
    "diff: format='json', batch=3",
};

/* What is written of the models, the second of which is there for nwt_diff. */
static int32_t write_report(nwt_context *ctx, nwt_model *const *models, const char *report,
                            golden_output *to)
{
    int32_t different;

    to->length = 0;
    if (strncmp(report, "memory: ", 8) == 0) {
        nwt_memory_report(models[0], report + 8, golden_take, to);
    } else if (strncmp(report, "diff: ", 6) == 0) {
        nwt_diff(models[0], models[1], report + 6, golden_take, to, &different);
    } else {
        nwt_report(models[0], report, golden_take, to);
    }
    return nwt_status(ctx);
}

/* A flow that is whole, or ended for want of memory. */
static void judge(const char *path, const char *what, int64_t n, nwt_context *ctx,
                  const golden_output *whole, const golden_output *disturbed)
{
    if (nwt_status(ctx) == NWT_STATUS_OK &&
        (disturbed->length != whole->length ||
         memcmp(disturbed->text, whole->text, whole->length) != 0)) {
        fail_msg("%s: %s: allocation %lld failed in silence", path, what, (long long)n);
    }
    if (nwt_status(ctx) != NWT_STATUS_OK && nwt_status(ctx) != NWT_STATUS_OUT_OF_MEMORY) {
        fail_msg("%s: %s: allocation %lld: %s", path, what, (long long)n, nwt_message(ctx));
    }
}

/* The report of a model that was read, with one of many of its allocations failing, and
   without that once more. */
static void disturb_report(const char *path, nwt_context *ctx, failing *allocator,
                           nwt_model *const *models, const char *report)
{
    golden_output whole = {NULL, 0, 0}, disturbed = {NULL, 0, 0};
    int64_t count, n;

    allocator->left = -1;
    write_report(ctx, models, report, &whole);
    allocator->calls = 0;
    write_report(ctx, models, report, &whole);
    count = nwt_status(ctx) == NWT_STATUS_OK ? allocator->calls : 0;
    /* What is not of all models. */
    assert_true(count > 0 || strcmp(report, "format='config'") == 0);

    nwt_context_clear_error(ctx);
    for (n = 0; n < count; n++) {
        allocator->left = n;
        write_report(ctx, models, report, &disturbed);
        judge(path, report, n, ctx, &whole, &disturbed);
        nwt_context_clear_error(ctx);
    }
    allocator->left = -1;
    write_report(ctx, models, report, &disturbed);
    if (count > 0) {
        judge(path, report, -1, ctx, &whole, &disturbed);
    }
    nwt_context_clear_error(ctx);
    free(whole.text);
    free(disturbed.text);
}

static void reports_are_whole_or_an_error(void **state)
{
    size_t i, j, size = 0;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        failing allocator = {-1, 1, 0, 0, 0};
        nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
        nwt_context *ctx = nwt_context_new(&options);
        char *bytes = golden_text(files[i], &size);
        nwt_model *models[2];

        if (bytes == NULL) {
            fail_msg("%s is missing", files[i]);
        }
        models[0] = nwt_read_memory(ctx, bytes, size, NULL);
        models[1] = nwt_read_memory(ctx, bytes, size, NULL);
        assert_non_null(models[1]);
        for (j = 0; j < sizeof reports / sizeof reports[0]; j++) {
            disturb_report(files[i], ctx, &allocator, models, reports[j]);
        }
        nwt_context_free(ctx);
        assert_int_equal(allocator.live, 0);
        free(bytes);
    }
}

/* What is read: a file, or a text with options for it. */
typedef struct reading {
    const char *title;
    const char *bytes;
    size_t size;
    const char *options; /* NULL: a file */
} reading;

/* Reads, and writes what was read and the notes. */
static void read_one(nwt_context *ctx, const reading *from, golden_output *to)
{
    nwt_model *model = from->options != NULL ? nwt_model_parse(ctx, from->bytes, from->options)
                                             : nwt_read_memory(ctx, from->bytes, from->size, NULL);
    int64_t i;

    to->length = 0;
    if (nwt_status(ctx) == NWT_STATUS_OK) {
        nwt_report(model, "format='json'", golden_take, to);
    }
    for (i = 0; i < nwt_note_count(ctx); i++) {
        golden_take(to, nwt_note(ctx, i), strlen(nwt_note(ctx, i)));
    }
}

/* With about `tries` of its allocations failing, each time another; `turn` says from which on. */
static void disturb_reading(const reading *from, int64_t tries, int64_t turn)
{
    golden_output whole = {NULL, 0, 0}, disturbed = {NULL, 0, 0};
    failing allocator = {-1, 1, 0, 0, 0};
    nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    int64_t first = allocator.calls, count, step, n;

    read_one(ctx, from, &whole);
    count = nwt_status(ctx) == NWT_STATUS_OK ? allocator.calls : 0;
    nwt_context_free(ctx);
    step = 1 + (count - first) / tries;
    for (n = first + turn % step; n < count; n += step) {
        allocator = (failing){n, 1, 0, 0, 0};
        ctx = nwt_context_new(&options);
        read_one(ctx, from, &disturbed);
        judge(from->title, "reading", n, ctx, &whole, &disturbed);
        nwt_context_free(ctx);
        assert_int_equal(allocator.live, 0);
        assert_int_equal(allocator.wrong, 0);
    }
    free(whole.text);
    free(disturbed.text);
}

static void disturb_file(const char *path, int64_t tries, int64_t turn)
{
    reading from = {path, NULL, 0, NULL};
    char *bytes = golden_text(path, &from.size);

    if (bytes == NULL) {
        fail_msg("%s is missing", path);
    }
    from.bytes = bytes;
    disturb_reading(&from, tries, turn);
    free(bytes);
}

static void readings_are_whole_or_an_error(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        disturb_file(files[i], 100000, 0);
    }
}

/* A few allocations of each of the golden files. */
static void all_readings_are_whole_or_an_error(void **state)
{
    static const char *const lists[][2] = {{"files/list.txt", "files/%.*s"},
                                           {"models/list.txt", "%.*s"}};
    size_t i, length = 0;
    int64_t count = 0;

    (void)state;
    for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char *list = golden_text(lists[i][0], &length), *line, path[200];

        assert_non_null(list);
        for (line = list; *line != '\0'; line += strcspn(line, "\n") + 1) {
            snprintf(path, sizeof path, lists[i][1], (int)strcspn(line, "\n"), line);
            disturb_file(path, 30, count++);
        }
        free(list);
    }
    assert_true(count > 500);
}

static void expressions_are_whole_or_an_error(void **state)
{
    static const char *const keras[] = {"keras=1", "keras=2", "keras=3"};
    size_t i;
    uint32_t k;

    (void)state;
    for (i = 0; i < sizeof keras / sizeof keras[0]; i++) {
        char path[64];
        nwti_heap heap;
        nwti_arena arena;
        const nwti_value *cases;

        nwti_heap_init(&heap, NULL, NULL, 0);
        nwti_arena_init(&arena, &heap);
        snprintf(path, sizeof path, "expressions/keras-%d.json", (int)i + 1);
        cases = nwti_value_get(golden_json(&arena, path), "cases");
        for (k = 0; k < cases->length; k++) {
            const nwti_value *text = nwti_value_get(cases->as.items + k, "text");
            reading from = {text->as.string, text->as.string, text->length, keras[i]};

            disturb_reading(&from, 40, k);
        }
        assert_true(k > 100);
        nwti_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_readings_are_whole_or_an_error),
        cmocka_unit_test(expressions_are_whole_or_an_error),
        cmocka_unit_test(readings_are_whole_or_an_error),
        cmocka_unit_test(reports_are_whole_or_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
