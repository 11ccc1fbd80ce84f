/* One allocation fails, in flows as the command's: what is written is what would have been written
   without that, to the byte, or there is an error. */
#include "golden.h"
#include "support/failing.h"

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

static const char *const reports[] = {
    "format='json'",
    "work=True, expand_nested=True",
    "format='markdown', sort='params'",
    "format='csv', expand_nested=True",
    "format='explain'",
    "style='keras-1', line_length=60",
    "style='keras-2.7', expand_nested=True, show_trainable=True",
    "style='keras-3', expand_nested=True, width=70",
};

typedef struct output {
    char *text;
    size_t length;
    size_t capacity;
} output;

static int32_t take(void *user, const char *text, size_t length)
{
    output *to = user;

    if (to->capacity - to->length < length) {
        to->capacity = 2 * (to->capacity + length);
        to->text = realloc(to->text, to->capacity);
        assert_non_null(to->text);
    }
    memcpy(to->text + to->length, text, length);
    to->length += length;
    return 0;
}

/* Reads a file, and writes one report of it, and the notes. */
static int32_t flow(nwt_context *ctx, const char *bytes, size_t size, const char *report,
                    output *to)
{
    nwt_model *model = nwt_read_memory(ctx, bytes, size, NULL);
    int64_t i;

    to->length = 0;
    nwt_report(model, report, take, to);
    for (i = 0; i < nwt_note_count(ctx); i++) {
        take(to, nwt_note(ctx, i), strlen(nwt_note(ctx, i)));
    }
    return nwt_status(ctx);
}

/* Each of a few hundred allocations fails once. Where there are more, as in a build with small
   blocks, some are passed over. */
static void disturb(const char *path, const char *bytes, size_t size, const char *report)
{
    output whole = {NULL, 0, 0}, disturbed = {NULL, 0, 0};
    failing allocator = {-1, 1, 0, 0, 0};
    nwt_context_options options = {sizeof options, failing_resize, &allocator, 0, 0, 0};
    nwt_context *ctx = nwt_context_new(&options);
    int64_t count, step, n;
    int32_t status = flow(ctx, bytes, size, report, &whole);

    if (status != NWT_STATUS_OK) {
        fail_msg("%s: %s: %s", path, report, nwt_message(ctx));
    }
    nwt_context_free(ctx);
    count = allocator.calls;
    step = 1 + count / 300;
    for (n = 1; n < count; n += step) {
        allocator = (failing){n, 1, 0, 0, 0};
        ctx = nwt_context_new(&options);
        status = flow(ctx, bytes, size, report, &disturbed);
        if (status == NWT_STATUS_OK && (disturbed.length != whole.length ||
                                        memcmp(disturbed.text, whole.text, whole.length) != 0)) {
            fail_msg("%s: %s: allocation %lld of %lld failed in silence", path, report,
                     (long long)n, (long long)count);
        }
        assert_true(status == NWT_STATUS_OK || status == NWT_STATUS_OUT_OF_MEMORY);
        nwt_context_free(ctx);
        assert_int_equal(allocator.live, 0);
    }
    free(whole.text);
    free(disturbed.text);
}

static void output_is_whole_or_an_error(void **state)
{
    size_t i, j, size;

    (void)state;
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *bytes = golden_text(files[i], &size);

        if (bytes == NULL) {
            fail_msg("%s is missing", files[i]);
        }
        for (j = 0; j < sizeof reports / sizeof reports[0]; j++) {
            disturb(files[i], bytes, size, reports[j]);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_whole_or_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
