/* The model that a command is about: from a file, the standard input or constructor text. */
#include "command.h"

#include <stdio.h>
#include <string.h>

/* The message of a file that can't be read begins with its path. */
int subject_failed(const subject *of)
{
    const char *what = nwt_message(of->ctx);
    size_t length = strlen(of->title);
    int has_title = strncmp(what, of->title, length) == 0 && what[length] == ':';

    return of->ctx == NULL ? out_of_memory() : fail(has_title ? NULL : of->title, what);
}

void subject_notes(const subject *of, const options *given)
{
    int64_t count = nwt_note_count(of->ctx), i;

    options_note_idle(given, of->title);
    for (i = 0; i < count; i++) {
        text what = {0};

        text_string(&what, "note: ");
        text_string(&what, nwt_note(of->ctx, i));
        fail(of->title, what.failed ? "note" : what.data);
        text_free(&what);
    }
}

/* Whose constructor text is meant: --keras says it, else --style. TensorFlow's Keras 2 has the
   names and defaults that Keras 3 has, not those of Keras 2.0 to 2.3. */
static int64_t keras_of(const options *given)
{
    const char *style = given->style;

    if (given->keras != 0) {
        return given->keras;
    }
    if (style == NULL || strcmp(style, "keras-2.7") == 0 || strcmp(style, "keras-2.13") == 0) {
        return 3;
    }
    return style[strlen("keras-")] - '0';
}

static nwt_model *parse(nwt_context *ctx, const options *given)
{
    text how = {0};
    nwt_model *model = NULL;

    text_string(&how, "keras=");
    text_int(&how, keras_of(given));
    if (!how.failed) {
        model = nwt_model_parse(ctx, given->expression, how.data);
    }
    text_free(&how);
    return model;
}

static nwt_model *read_input(nwt_context *ctx, const char *title, int *status)
{
    char piece[1 << 14];
    nwt_model *model = NULL;
    text all = {0};
    size_t length;

    while ((length = fread(piece, 1, sizeof piece, stdin)) > 0 && !all.failed) {
        text_add(&all, piece, length);
    }
    if (all.failed) {
        *status = out_of_memory();
    } else if (ferror(stdin)) {
        *status = fail(title, "the standard input could not be read");
    } else {
        model = nwt_read_memory(ctx, all.length > 0 ? all.data : "", all.length, NULL);
    }
    text_free(&all);
    return model;
}

int subject_read(subject *into, const options *given)
{
    int status = DONE;

    into->title = given->expression != NULL ? "-e" : given->words[0];
    into->model = NULL;
    into->ctx = nwt_context_new(NULL);
    if (into->ctx == NULL) {
        return out_of_memory();
    }
    if (given->expression != NULL) {
        into->model = parse(into->ctx, given);
    } else if (strcmp(given->words[0], "-") == 0) {
        into->model = read_input(into->ctx, into->title, &status);
    } else {
        into->model = nwt_read_file(into->ctx, given->words[0], NULL);
    }
    if (status == DONE && into->model == NULL) {
        status = nwt_status(into->ctx) != NWT_STATUS_OK ? subject_failed(into) : out_of_memory();
    }
    return status == DONE ? subject_shape(into, given) : status;
}

void subject_free(subject *of)
{
    nwt_context_free(of->ctx);
    of->ctx = NULL;
}
