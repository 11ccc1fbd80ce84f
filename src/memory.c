/* netweight memory: what a model takes to run and to train. */
#include "command.h"

static void add_number(text *to, const char *key, int64_t value)
{
    if (value > 0) {
        text_string(to, ", ");
        text_string(to, key);
        text_string(to, "=");
        text_int(to, value);
    }
}

static void memory_options(text *to, const options *given)
{
    text_string(to, "format=");
    text_quoted(to, given->format != NULL ? given->format : "text");
    add_number(to, "batch", given->batch);
    add_number(to, "budget", given->budget);
    if (given->optimizer != NULL) {
        text_string(to, ", optimizer=");
        text_quoted(to, given->optimizer);
    }
    text_string(to, given->inference ? ", inference=True" : "");
    text_string(to, given->plan ? ", plan=True" : "");
    text_string(to, given->views ? ", views=True" : "");
    text_string(to, given->in_place ? ", in_place=True" : "");
}

/* The batch is bound by the report, which asks how many would fit: the model keeps its own. */
static int read_model(subject *into, const options *given)
{
    options without = *given;

    without.batch = 0;
    return subject_read(into, &without);
}

static int check(const subject *of, const char *how)
{
    nwt_memory_info info = {0};

    info.size = sizeof info;
    nwt_model_memory(of->model, how, &info);
    return nwt_status(of->ctx) != NWT_STATUS_OK ? subject_failed(of)
           : info.fits == 1                     ? DONE
                                                : NO_FIT;
}

int command_memory(const options *given)
{
    text how = {0}, out = {0};
    subject of = {0};
    int status = read_model(&of, given), verdict = DONE;

    memory_options(&how, given);
    if (status == DONE && how.failed) {
        status = out_of_memory();
    }
    if (status == DONE && nwt_memory_report(of.model, how.data, text_add, &out) != NWT_STATUS_OK) {
        status = out.failed ? out_of_memory() : subject_failed(&of);
    }
    if (status == DONE && given->check) {
        verdict = check(&of, how.data);
        status = verdict == NO_FIT ? DONE : verdict;
    }
    if (status == DONE) {
        status = print(&out);
        subject_notes(&of, given);
    }
    if (status == DONE) {
        status = verdict;
    }
    text_free(&how);
    text_free(&out);
    subject_free(&of);
    return status;
}
