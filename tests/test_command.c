/*
 * Runs of the command, as golden/command has them: `$ ` and what a shell is given, then the
 * standard output as it is, the lines of the standard error with `! ` before, and `? ` with the
 * exit status unless it is 0. The numbers of tables.txt, formats.txt and shapes.txt are Keras's own
 * (tests/oracle/command.py).
 */
#include "golden.h"
#include "support/text.h"

static nwti_heap heap;

static const char out_path[] = NETWEIGHT ".out", err_path[] = NETWEIGHT ".err",
                  status_path[] = NETWEIGHT ".status";

/* The whole of a file, to be freed. */
static char *text_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t length = 0, size = 1 << 22;
    char *text = malloc(size);

    assert_non_null(file);
    assert_non_null(text);
    length = fread(text, 1, size - 1, file);
    assert_true(length < size - 1);
    text[length] = '\0';
    fclose(file);
    return text;
}

/* What the run prints, in the form of the golden files. */
static void run(const char *command, size_t length, nwti_text *result)
{
    nwti_text script;
    char *out, *err, *status, *line;

    nwti_text_init(&script, &heap);
    nwti_text_string(&script, "cd '" UNPACKED "' && netweight() { '" NETWEIGHT "' \"$@\"; }; (");
    nwti_text_add(&script, command, length);
    nwti_text_string(&script, ") > '");
    nwti_text_string(&script, out_path);
    nwti_text_string(&script, "' 2> '");
    nwti_text_string(&script, err_path);
    nwti_text_string(&script, "' < /dev/null; echo $? > '");
    nwti_text_string(&script, status_path);
    nwti_text_string(&script, "'");
    assert_false(script.failed);
    assert_int_equal(system(script.data), 0);
    nwti_text_free(&script);
    out = text_of(out_path);
    err = text_of(err_path);
    status = text_of(status_path);
    nwti_text_string(result, out);
    for (line = err; *line != '\0';) {
        size_t size = strcspn(line, "\n");

        size += line[size] == '\n';
        nwti_text_string(result, "! ");
        nwti_text_add(result, line, size);
        line += size;
    }
    if (strcmp(status, "0\n") != 0) {
        nwti_text_string(result, "? ");
        nwti_text_string(result, status);
    }
    free(out);
    free(err);
    free(status);
}

/* The first lines that differ. */
static void show_difference(const char *command, size_t length, const char *ours,
                            const char *wanted, size_t wanted_length)
{
    size_t i, line = 0;

    for (i = 0; i < wanted_length && ours[i] == wanted[i]; i++) {
        line = ours[i] == '\n' ? i + 1 : line;
    }
    print_error("%.*s\n  is     %.*s\n  wanted %.*s\n", (int)length, command,
                (int)strcspn(ours + line, "\n"), ours + line,
                (int)(line < wanted_length ? strcspn(wanted + line, "\n") : 0), wanted + line);
}

/* The next run after `from`, or the end. */
static const char *next_run(const char *from)
{
    const char *found = strstr(from, "\n$ ");

    return found != NULL ? found + 1 : from + strlen(from);
}

static void test_runs(void **state)
{
    const char *path = *state, *at, *next;
    size_t size = 0;
    char *golden = golden_text(path, &size);
    int count = 0, wrong = 0;

    assert_non_null(golden);
    nwti_heap_init(&heap, NULL, NULL, 0);
    for (at = golden; *at != '\0'; at = next) {
        const char *command = at + 2, *wanted = command + strcspn(command, "\n") + 1;
        size_t length = (size_t)(wanted - 1 - command);
        nwti_text ours;

        next = next_run(wanted - 1);
        nwti_text_init(&ours, &heap);
        nwti_text_string(&ours, "");
        run(command, length, &ours);
        if (ours.length != (size_t)(next - wanted) || memcmp(ours.data, wanted, ours.length) != 0) {
            show_difference(command, length, ours.data, wanted, (size_t)(next - wanted));
            wrong++;
        }
        count++;
        nwti_text_free(&ours);
    }
    free(golden);
    remove(out_path);
    remove(err_path);
    remove(status_path);
    assert_true(count > 0);
    if (wrong > 0) {
        fail_msg("%s: %d of %d runs differ", path, wrong, count);
    }
}

#define RUNS(name)                                                           \
    {                                                                        \
        name, test_runs, NULL, NULL, (void *)(size_t) "command/" name ".txt" \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUNS("tables"),   RUNS("shapes"), RUNS("files"), RUNS("styles"),
        RUNS("formats"),  RUNS("usage"),  RUNS("work"),  RUNS("errors"),
        RUNS("pictures"), RUNS("diff"),   RUNS("odd"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
