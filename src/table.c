/* netweight FILE: the table of a model. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

static void add_text(text *to, const char *key, const char *value)
{
    if (value != NULL) {
        text_string(to, ", ");
        text_string(to, key);
        text_string(to, "=");
        text_quoted(to, value);
    }
}

static void add_number(text *to, const char *key, int64_t value)
{
    if (value != 0) {
        text_string(to, ", ");
        text_string(to, key);
        text_string(to, "=");
        text_int(to, value);
    }
}

static void add_flag(text *to, const char *key, int value)
{
    if (value) {
        text_string(to, ", ");
        text_string(to, key);
        text_string(to, "=True");
    }
}

/* The terminal's width as the shell states it; 0: it does not. */
static int64_t columns(void)
{
    const char *given = getenv("COLUMNS");
    int64_t width = 0;

    for (; given != NULL && *given >= '0' && *given <= '9' && width < 100000; given++) {
        width = 10 * width + (*given - '0');
    }
    return given != NULL && *given == '\0' ? width : 0;
}

/* Whether it is numbers as "0.33", " .5" or "60", with commas between. */
static int is_positions(const char *list)
{
    static const char digits[] = "0123456789";
    size_t whole, places = 0;

    for (;; list++, places = 0) {
        list += strspn(list, " ");
        whole = strspn(list, digits);
        if (whole > 1 && *list == '0') {
            return 0;
        }
        list += whole;
        if (*list == '.') {
            places = strspn(list + 1, digits);
            list += 1 + places;
        }
        list += strspn(list, " ");
        if (whole + places == 0 || (*list != ',' && *list != '\0')) {
            return 0;
        }
        if (*list == '\0') {
            return 1;
        }
    }
}

/* The list is read as Keras's own argument: "0.33,0.55" is [0.33, 0.55]. */
static int add_positions(text *to, const char *list)
{
    if (list == NULL) {
        return DONE;
    }
    if (!is_positions(list)) {
        return wrong_usage("--positions", "needs numbers with commas between: 0.33,0.55,0.67,1");
    }
    text_string(to, ", positions=[");
    text_string(to, list);
    text_string(to, "]");
    return DONE;
}

static int report_options(text *to, const options *given)
{
    int64_t width = given->width != 0 ? given->width : columns();

    text_string(to, "format=");
    text_quoted(to, given->format != NULL ? given->format : "text");
    add_text(to, "style", given->style);
    add_number(to, "line_length", given->line_length);
    add_number(to, "width", width != 0 ? width : 80);
    add_flag(to, "show_trainable", given->show_trainable);
    add_flag(to, "expand_nested", given->expand_nested);
    add_flag(to, "unicode", given->unicode);
    add_flag(to, "work", given->work);
    add_text(to, "work_like", given->work_like);
    add_number(to, "batch", given->batch > 0 ? given->batch : 0);
    add_text(to, "columns", given->columns);
    add_text(to, "sort", given->sort);
    add_number(to, "top", given->top);
    return add_positions(to, given->positions);
}

/* What is wrong with a report is wrong with its options: wrong usage. */
static int report_failed(const subject *of)
{
    static const char prefix[] = "report: ";
    const char *message = nwt_message(of->ctx);

    if (nwt_status(of->ctx) == NWT_STATUS_INVALID &&
        strncmp(message, prefix, strlen(prefix)) == 0) {
        return wrong_usage(NULL, message + strlen(prefix));
    }
    return subject_failed(of);
}

int command_table(const options *given)
{
    text how = {0}, out = {0};
    subject of = {0};
    int status = report_options(&how, given);

    if (status == DONE && how.failed) {
        status = out_of_memory();
    }
    if (status == DONE) {
        status = subject_read(&of, given);
    }
    if (status == DONE && nwt_report(of.model, how.data, text_add, &out) != NWT_STATUS_OK) {
        status = out.failed ? out_of_memory() : report_failed(&of);
    }
    if (status == DONE) {
        status = print(&out);
        subject_notes(&of, given);
    }
    text_free(&how);
    text_free(&out);
    subject_free(&of);
    return status;
}
