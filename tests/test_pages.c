/* Pages, pictures and explanations of all golden models: tags nest, and each layer's count is in
   what explains it. */
#include "golden.h"

static const char *write_report(nwt_model *model, const char *options, golden_output *to)
{
    to->length = 0;
    if (nwt_report(model, options, golden_take, to) != NWT_STATUS_OK) {
        fail_msg("%s", options);
    }
    return to->text;
}

/* ------------------------------------------------------------------------ tags */

enum { DEEPEST = 40 };

/* Elements that HTML does not close. */
static int32_t is_void(const char *name, size_t length)
{
    static const char *const names[] = {"meta",  "link",     "br",      "col",
                                        "input", "!doctype", "!DOCTYPE"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Where markup goes wrong; NULL if each element is closed within the one around it. */
static const char *wrong_tag(const char *at)
{
    const char *open[DEEPEST];
    size_t lengths[DEEPEST], depth = 0;

    while ((at = strchr(at, '<')) != NULL) {
        const char *name = ++at, *end = strchr(at, '>');
        size_t length;

        if (end == NULL) {
            return name;
        }
        if (*name == '/') {
            length = strcspn(++name, ">");
            if (depth == 0 || lengths[depth - 1] != length ||
                memcmp(open[depth - 1], name, length) != 0) {
                return name;
            }
            depth--;
        } else {
            length = strcspn(name, " >/\n");
            if (end[-1] != '/' && !is_void(name, length)) {
                if (depth == DEEPEST) {
                    return name;
                }
                open[depth] = name;
                lengths[depth++] = length;
            }
            /* What a style or a script holds is no markup. */
            if (length == 5 && memcmp(name, "style", 5) == 0) {
                end = strstr(end, "</style>") - 1;
            } else if (length == 6 && memcmp(name, "script", 6) == 0) {
                end = strstr(end, "</script>") - 1;
            }
        }
        at = end;
    }
    return depth == 0 ? NULL : open[depth - 1];
}

/* ----------------------------------------------------------------------- counts */

/* "7,850" */
static void group(char *to, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)number), i;

    for (i = 0; i < length; i++) {
        *to++ = digits[i];
        if (i + 1 < length && (length - i - 1) % 3 == 0) {
            *to++ = ',';
        }
    }
    *to = '\0';
}

/* Names that several layers have need a path; quotes need none of these tests. */
static void explain_layers(const char *path, nwt_context *ctx, nwt_model *model, golden_output *out)
{
    int64_t i, count = nwt_model_layer_count(model);

    for (i = 0; i < count && i < 30; i++) {
        nwt_layer *layer = nwt_model_layer(model, i);
        int64_t params = nwt_layer_count(layer, NWT_COUNT_PARAMS);
        char name[200], options[300], number[40];

        if (nwt_layer_name(layer, name, sizeof name) >= sizeof name ||
            strpbrk(name, "'\\\n") != NULL) {
            continue;
        }
        snprintf(options, sizeof options, "format='explain', layer='%s'", name);
        out->length = 0;
        if (nwt_report(model, options, golden_take, out) != NWT_STATUS_OK) {
            assert_non_null(strstr(nwt_message(ctx), "layers have this name"));
            nwt_context_clear_error(ctx);
            continue;
        }
        group(number, params);
        if (params > 0 && strstr(out->text, number) == NULL) {
            fail_msg("%s: %s: %s is not in:\n%s", path, name, number, out->text);
        }
        if (params == 0 && strstr(out->text, "No parameters") == NULL &&
            nwt_layer_count(layer, NWT_COUNT_UNKNOWN_LAYERS) == 0 &&
            strstr(out->text, "0 parameters") == NULL && strstr(out->text, "not built") == NULL) {
            fail_msg("%s: %s: parameters where there are none:\n%s", path, name, out->text);
        }
    }
}

static void show(const char *path, nwt_context *ctx, nwt_model *model, golden_output *out)
{
    static const char *const options[] = {"format='html'", "format='svg'",
                                          "format='html', expand_nested=True, batch=2"};
    const char *wrong;
    size_t i;

    for (i = 0; i < sizeof options / sizeof *options; i++) {
        wrong = wrong_tag(write_report(model, options[i], out));
        if (wrong != NULL) {
            fail_msg("%s: %s: %.80s", path, options[i], wrong);
        }
    }
    wrong = write_report(model, "format='dot'", out);
    assert_memory_equal(wrong, "digraph", 7);
    explain_layers(path, ctx, model, out);
}

static void golden_models_are_shown(void **state)
{
    static const char *const lists[][2] = {{"files/list.txt", "files/%.*s"},
                                           {"models/list.txt", "%.*s"}};
    nwt_context *ctx = nwt_context_new(NULL);
    golden_output out = {NULL, 0, 0};
    size_t i, size = 0;
    int count = 0;

    (void)state;
    for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char *list = golden_text(lists[i][0], &size), *line, path[200];

        assert_non_null(list);
        for (line = list; *line != '\0'; line += strcspn(line, "\n") + 1) {
            char *bytes;
            nwt_model *model;

            snprintf(path, sizeof path, lists[i][1], (int)strcspn(line, "\n"), line);
            bytes = golden_text(path, &size);
            nwt_context_reset(ctx);
            model = nwt_read_memory(ctx, bytes, size, NULL);
            free(bytes);
            if (model != NULL && nwt_model_layer_count(model) < 200) {
                show(path, ctx, model, &out);
                count++;
            }
        }
        free(list);
    }
    free(out.text);
    nwt_context_free(ctx);
    assert_true(count > 500);
}

/* Sums that are too long to be written, and weights too many for a table. */
static void many_weights_are_summed(void **state)
{
    nwt_context *ctx = nwt_context_new(NULL);
    golden_output out = {NULL, 0, 0};
    char text[4000] = "Sequential([Input((5, 4)), RNN([";
    const char *written;
    nwt_model *model;
    int i;

    (void)state;
    for (i = 0; i < 24; i++) {
        strcat(text, "LSTMCell(4), ");
    }
    strcat(text, "]), Sequential([Dense(4), ");
    for (i = 0; i < 24; i++) {
        strcat(text, "Dense(4), ");
    }
    strcat(text, "], name='deep')])");
    model = nwt_model_parse(ctx, text, NULL);
    if (model == NULL) {
        fail_msg("%s", nwt_message(ctx));
    }
    /* 4 x 4 x (4 + 4) + 16 a cell, 4 x 4 + 4 a Dense */
    assert_int_equal(nwt_model_params(model), 24 * 144 + 25 * 20);
    written = write_report(model, "format='explain', layer='rnn'", &out);
    assert_non_null(strstr(written, "the sum of 24: 3,456 parameters"));
    written = write_report(model, "format='explain', layer='deep'", &out);
    assert_non_null(strstr(written, "the sum of 25: 500 parameters"));
    written = write_report(model, "format='explain'", &out);
    assert_non_null(strstr(written, "25 layers within"));
    assert_null(wrong_tag(write_report(model, "format='html'", &out)));
    assert_non_null(strstr(out.text, "the sum of 24<"));
    free(out.text);
    nwt_context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_models_are_shown),
        cmocka_unit_test(many_weights_are_summed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
