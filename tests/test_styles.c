/* Keras's own tables, byte for byte, against those that each era's Keras wrote. */
#include "golden.h"
#include "report/style.h"

enum { SHOWN = 3 };

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

/* Says where two tables begin to differ. */
static void show(const char *table, const char *ours, const char *theirs)
{
    size_t line = 1, start = 0, i;

    for (i = 0; ours[i] == theirs[i] && ours[i] != '\0'; i++) {
        if (ours[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    print_error("%s, line %zu:\n  %.*s\nKeras has\n  %.*s\n", table, line,
                (int)strcspn(ours + start, "\n"), ours + start, (int)strcspn(theirs + start, "\n"),
                theirs + start);
}

/* 1 if the table of a config is Keras's. */
static int check_table(const char *config, const char *table, const char *options, int shown)
{
    nwt_context *ctx = nwt_context_new(NULL);
    size_t length = 0, expected_length = 0;
    char *json = golden_text(config, &length), *expected = golden_text(table, &expected_length);
    text ours = {calloc(1, 1), 0};
    int same;

    if (json == NULL || expected == NULL) {
        fail_msg("%s or %s is missing", config, table);
    }
    nwt_report(nwt_read_memory(ctx, json, length, NULL), options, collect, &ours);
    same = ours.length == expected_length && memcmp(ours.data, expected, ours.length) == 0;
    if (!same && shown) {
        if (nwt_status(ctx) != NWT_STATUS_OK) {
            print_error("%s (%s): %s\n", table, options, nwt_message(ctx));
        } else {
            show(table, ours.data, expected);
        }
    }
    free(ours.data);
    free(json);
    free(expected);
    nwt_context_free(ctx);
    return same;
}

/* A dim that TensorFlow found for a stated None of EinsumDense. */
static int is_known(const char *config)
{
    return strcmp(config, "models/keras-2.12/einsum.json") == 0 ||
           strcmp(config, "models/tf-keras-2.21/einsum.json") == 0;
}

/* Every line of the list with this style whose table is in this folder. */
static void check_era(void **state)
{
    const char *folder = *state;
    size_t length = 0;
    char *list = golden_text("styles/list.txt", &length), *line, *end;
    int count = 0, wrong = 0;

    assert_non_null(list);
    for (line = list; *line != '\0'; line = end + 1) {
        char config[256], table[256], options[256];

        end = strchr(line, '\n');
        *end = '\0';
        assert_int_equal(
            sscanf(line, "%*[^\t]\t%255[^\t]\t%255[^\t]\t%255[^\n]", config, table, options), 3);
        if (strncmp(table + strlen("styles/"), folder, strlen(folder)) == 0 &&
            table[strlen("styles/") + strlen(folder)] == '/' && !is_known(config)) {
            wrong += !check_table(config, table, options, wrong < SHOWN);
            count++;
        }
    }
    free(list);
    assert_true(count > 0);
    if (wrong > 0) {
        fail_msg("%d of %d tables differ", wrong, count);
    }
}

static const char unknown[] =
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": ["
    "{\"class_name\": \"InputLayer\", \"config\": {\"batch_shape\": [null, 4]}}, "
    "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 3}}, "
    "{\"class_name\": \"Mine\", \"config\": {\"name\": \"m\"}}]}}";

static char *report(nwt_context *ctx, const char *options)
{
    text ours = {calloc(1, 1), 0};

    nwt_report(nwt_read_memory(ctx, unknown, strlen(unknown), NULL), options, collect, &ours);
    return ours.data;
}

/* What is not known is no number. */
static void check_unknown(void **state)
{
    static const char *const lines[][2] = {
        {"style='keras-3'", "│ m (Mine)                        │ ?                      │"
                            "             ? │\n"},
        {"style='keras-2.7'",
         "\n m (Mine)                    ?                         ?         \n"},
        {"style='keras-2.0'",
         "\nm (Mine)                     ?                         ?         \n"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof lines / sizeof *lines; i++) {
        nwt_context *ctx = nwt_context_new(NULL);
        char *table = report(ctx, lines[i][0]);

        assert_non_null(strstr(table, lines[i][1]));
        free(table);
        nwt_context_free(ctx);
    }
}

/* What Keras cannot lay out either, and names of no style. */
static void check_refused(void **state)
{
    static const char *const wrong[][2] = {
        {"style='keras-2.12'", "report: there is no style 'keras-2.12'; did you mean "
                               "'keras-2.13'?"},
        {"style='keras-3', line_length=10", "report: a line of 10 columns is too short for this "
                                            "table"},
        {"style='keras-3', width=12", "report: a line of 8 columns is too short for this table"},
        {"style='keras-3', positions=[0.5, 1.0]", "report: positions must be 3 numbers"},
        {"style='keras-3', positions=[0.5, 0.8, 1e300]",
         "report: a line of 76 columns is too short for this table"},
        {"style='keras-2.7', line_length=6", "report: a line of 6 columns is too short for this "
                                             "table"},
        {"style='keras-2.0', positions=[0.5, 1.0]", "report: positions must be 3 numbers"},
        {"style='keras-1', positions=[0.5, 0.6, 0.7]", "report: positions must be 4 numbers"},
        {"style='keras-2.7', positions=[1, 2, 1e300]",
         "report: positions must be between 0 and 1000000"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nwt_context *ctx = nwt_context_new(NULL);
        char *table = report(ctx, wrong[i][0]);

        assert_string_equal(nwt_message(ctx), wrong[i][1]);
        assert_int_equal(nwt_status(ctx), NWT_STATUS_INVALID);
        assert_string_equal(table, "");
        free(table);
        nwt_context_free(ctx);
    }
}

/* Bytes as Keras writes them, at the borders of its units. */
static void check_sizes(void **state)
{
    size_t length = 0;
    char *list = golden_text("styles/sizes.txt", &length), *line;
    nwti_heap heap;
    nwti_text ours;

    (void)state;
    assert_non_null(list);
    nwti_heap_init(&heap, NULL, NULL, 0);
    nwti_text_init(&ours, &heap);
    for (line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *end;
        long long bytes = strtoll(line, &end, 10);

        nwti_text_clear(&ours);
        nwti_style_bytes(&ours, bytes, "B");
        assert_string_equal(ours.data, end + 1);
    }
    nwti_text_free(&ours);
    free(list);
}

#define ERA(folder)                           \
    {                                         \
        folder, check_era, NULL, NULL, folder \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ERA("keras-1.0.8"),
        ERA("keras-1.1.0"),
        ERA("keras-1.1.2"),
        ERA("keras-1.2.2"),
        ERA("keras-2.0.0"),
        ERA("keras-2.0.2"),
        ERA("keras-2.0.3"),
        ERA("keras-2.0.4"),
        ERA("keras-2.0.9"),
        ERA("keras-2.2.4"),
        ERA("keras-2.3.1"),
        ERA("keras-2.6"),
        ERA("keras-2.12"),
        ERA("tf-keras-2.21"),
        ERA("keras-3"),
        cmocka_unit_test(check_unknown),
        cmocka_unit_test(check_refused),
        cmocka_unit_test(check_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
