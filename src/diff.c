/* netweight diff: two models side by side. */
#include "command.h"

enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2 };

/* As diff has it: 2 is trouble, whatever of. */
static int trouble(int status)
{
    return status == DONE ? DONE : TROUBLE;
}

static int read_side(subject *into, const options *given, int word)
{
    options one = *given;

    one.words[0] = given->words[word];
    return trouble(subject_read(into, &one));
}

static void diff_options(text *to, const options *given)
{
    text_string(to, "format=");
    text_quoted(to, given->format != NULL ? given->format : "text");
    if (given->batch > 0) {
        text_string(to, ", batch=");
        text_int(to, given->batch);
    }
}

static int failed(const subject *old, const subject *new, const text *out)
{
    if (out->failed) {
        return trouble(out_of_memory());
    }
    return trouble(subject_failed(nwt_status(old->ctx) != NWT_STATUS_OK ? old : new));
}

int command_diff(const options *given)
{
    text how = {0}, out = {0};
    subject old = {0}, new = {0};
    int32_t different = 0;
    int status = read_side(&old, given, 0);

    status = status == DONE ? read_side(&new, given, 1) : status;
    diff_options(&how, given);
    if (status == DONE && how.failed) {
        status = trouble(out_of_memory());
    }
    if (status == DONE &&
        nwt_diff(old.model, new.model, how.data, text_add, &out, &different) != NWT_STATUS_OK) {
        status = failed(&old, &new, &out);
    }
    if (status == DONE) {
        status = trouble(print(&out));
        subject_notes(&old, given);
        subject_notes(&new, given);
    }
    if (status == DONE && different) {
        status = DIFFERENT;
    }
    text_free(&how);
    text_free(&out);
    subject_free(&old);
    subject_free(&new);
    return status;
}
