/*
 * The command as a function whose allocations fail, each in turn: it ends with a message and an
 * exit status that say so, and prints nothing else; where it gets along without, it prints what it
 * would have printed. And outputs that can't be written.
 */
#include "golden.h"

static FILE *in_file, *out_file, *err_file;
static int64_t left;    /* allocations that still succeed; below 0: all do */
static int64_t calls;   /* allocations asked for */
static int32_t is_full; /* nothing can be written any more */

static int32_t is_refused(void)
{
    calls++;
    if (left == 0) {
        return 1;
    }
    left -= left > 0;
    return 0;
}

static void *failing_realloc(void *old, size_t size)
{
    return is_refused() ? NULL : realloc(old, size);
}

static void *failing_malloc(size_t size)
{
    return is_refused() ? NULL : malloc(size);
}

static void *resize(void *user, void *old, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return failing_realloc(old, new_size);
}

static nwt_context *failing_context(const nwt_context_options *given)
{
    nwt_context_options options = {sizeof options, resize, NULL, 0, 0, 0};

    assert_null(given);
    return nwt_context_new(&options);
}

static int failing_flush(FILE *file)
{
    return is_full ? EOF : fflush(file);
}

#undef fail
#define malloc failing_malloc
#define realloc failing_realloc
#define fflush failing_flush
#define nwt_context_new failing_context
#define main command_main
#undef stdin
#define stdin in_file
#undef stdout
#define stdout out_file
#undef stderr
#define stderr err_file
#include "../src/commands.c"
#include "../src/completion.c"
#include "../src/diff.c"
#include "../src/explain.c"
#include "../src/help.c"
#include "../src/main.c"
#include "../src/message.c"
#include "../src/option_rows.c"
#include "../src/options.c"
#include "../src/shape.c"
#include "../src/subject.c"
#include "../src/table.c"
#include "../src/text.c"
#define add_number kinds_add_number
#include "../src/kinds.c"
#undef add_number
#define add_number memory_add_number
#include "../src/memory.c"
#undef add_number
#undef malloc
#undef realloc
#undef fflush
#undef nwt_context_new
#undef main

#define FILE_PATH GOLDEN "/models/keras-3/nested.json"
#define TWO_PATH GOLDEN "/models/keras-3/two_inputs.json"
#define OTHER_PATH GOLDEN "/models/keras-3/mnist.json"
#define TEXT "Sequential([Input((9, 2)), LSTM(4), Dense(3, activation='relu')])"

enum { MOST_WORDS = 12 };

static const char *const runs[][MOST_WORDS] = {
    {"--version"},
    {"--help"},
    {"kinds", "--help"},
    {"--completion", "bash"},
    {"--completion=zsh"},
    {"--completion=fish"},
    {"kinds"},
    {"kinds", "Conv2D"},
    {"kinds", "Conv2d"},
    {FILE_PATH},
    {FILE_PATH, "-f", "json"},
    {FILE_PATH, "--batch", "3", "--unicode", "--expand-nested", "--sort", "params"},
    {"-e", TEXT, "--input-shape", "7,2", "--style", "keras-2.7", "--positions", "0.3,0.6,1"},
    {"-e", TEXT, "--columns", "name,params", "--work-like", "torch", "--top", "1"},
    {"-e", TEXT, "--input-shape", "nobody=7,2"},
    {TWO_PATH, "--input-shape", "text=70", "--input-shape", "price=7"},
    {TWO_PATH, "--input-shape", "c=7"},
    {"-e", "Sequential([Dense(3)])", "--input-shape", "7", "--batch", "2"},
    {"-"},
    {"explain", FILE_PATH},
    {"explain", FILE_PATH, "no_such_layer"},
    {"explain", "-e", TEXT, "dense"},
    {"memory", FILE_PATH, "--optimizer", "adam", "--budget", "2MiB", "--plan"},
    {"memory", "-e", TEXT, "--inference", "--in-place", "--views", "-f", "json"},
    {"memory", "-e", TEXT, "--budget", "1GiB", "--check"},
    {"diff", FILE_PATH, OTHER_PATH},
    {"diff", FILE_PATH, FILE_PATH, "-f", "json", "--batch", "2"},
    {"diff", FILE_PATH, "missing.json"},
    {"missing.json"},
    {"--no-such-option"},
    {"--batch", "0", FILE_PATH},
};

/* What a file holds, to be freed. */
static char *text_of(FILE *file)
{
    size_t size = 1 << 20, length;
    char *text = malloc(size);

    assert_non_null(text);
    rewind(file);
    length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    return text;
}

static int run(const char *const *words, char **out, char **err)
{
    char *arguments[MOST_WORDS + 2] = {"netweight"};
    int count = 1, status;

    while (count <= MOST_WORDS && words[count - 1] != NULL) {
        arguments[count] = (char *)(size_t)words[count - 1];
        count++;
    }
    out_file = tmpfile();
    err_file = tmpfile();
    assert_non_null(out_file);
    assert_non_null(err_file);
    in_file = fopen(FILE_PATH, "rb");
    assert_non_null(in_file);
    status = command_main(count, arguments);
    fclose(in_file);
    *out = text_of(out_file);
    *err = text_of(err_file);
    fclose(out_file);
    fclose(err_file);
    return status;
}

static void outputs_are_whole_or_none(void **state)
{
    size_t i;
    int wrong = 0;

    (void)state;
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char *out, *err, *disturbed, *message;
        int status, wanted = strcmp(runs[i][0], "diff") == 0 ? 2 : 1;
        int64_t count, n;

        left = -1;
        calls = 0;
        status = run(runs[i], &out, &err);
        count = calls;
        for (n = 0; n < count; n++) {
            int ended;

            left = n;
            ended = run(runs[i], &disturbed, &message);
            if (strstr(message, "memory") != NULL && ended == wanted) {
                assert_string_equal(disturbed, "");
                assert_string_equal(strchr(message, '\n'), "\n");
            } else if (ended != status || strcmp(disturbed, out) != 0) {
                print_error("run %d, %s: allocation %d of %d: exit %d: %s\n", (int)i, runs[i][0],
                            (int)n, (int)count, ended, message);
                wrong++;
            }
            free(disturbed);
            free(message);
        }
        free(out);
        free(err);
    }
    assert_int_equal(wrong, 0);
}

static void an_output_that_is_not_written_is_an_error(void **state)
{
    size_t i;

    (void)state;
    left = -1;
    is_full = 1;
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char *out, *err;
        int status;

        is_full = 0;
        status = run(runs[i], &out, &err);
        is_full = out[0] != '\0';
        free(out);
        free(err);
        if (!is_full) {
            continue;
        }
        status = run(runs[i], &out, &err);
        assert_int_equal(status, strcmp(runs[i][0], "diff") == 0 ? 2 : 1);
        assert_string_equal(err, "netweight: the output could not be written\n");
        free(out);
        free(err);
    }
    is_full = 0;
}

static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == c;
    }
    return count;
}

/* Each option and command is there, and quotes are closed. */
static void completions_know_all(void **state)
{
    static const char *const shells[][MOST_WORDS] = {
        {"--completion", "bash"}, {"--completion", "zsh"}, {"--completion", "fish"}};
    static const char *const names[] = {" --%s", "--%s", " -l %s"};
    size_t i;
    int k;

    (void)state;
    left = -1;
    for (i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        char *out, *err, name[80];

        assert_int_equal(run(shells[i], &out, &err), 0);
        assert_string_equal(err, "");
        assert_int_equal(count_of(out, '\'') % 2, 0);
        assert_non_null(strstr(out, "text json csv markdown"));
        for (k = 0; k < option_row_count; k++) {
            if (option_rows[k].name != NULL) {
                snprintf(name, sizeof name, names[i], option_rows[k].name);
                assert_non_null(strstr(out, name));
            }
        }
        for (k = 1; k < command_count; k++) {
            assert_non_null(strstr(out, commands[k].name));
        }
        free(out);
        free(err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_whole_or_none),
        cmocka_unit_test(an_output_that_is_not_written_is_an_error),
        cmocka_unit_test(completions_know_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
