/* One call for all reports: options, facts, and the format that writes them. */
#include "report/report.h"
#include "core/error.h"
#include "core/note.h"
#include "core/option.h"

#include <string.h>

static const char *const formats[] = {"text",        "json", "csv", "markdown", "explain", "config",
                                      "constructor", "html", "svg", "dot",      NULL};

static int32_t (*const writers[])(nwti_report *) = {
    [NWTI_FORMAT_TEXT] = nwti_report_text,
    [NWTI_FORMAT_JSON] = nwti_report_json,
    [NWTI_FORMAT_CSV] = nwti_report_csv,
    [NWTI_FORMAT_MARKDOWN] = nwti_report_markdown,
    [NWTI_FORMAT_EXPLAIN] = nwti_report_explain,
    [NWTI_FORMAT_CONFIG] = nwti_report_config,
    [NWTI_FORMAT_CONSTRUCTOR] = nwti_report_constructor,
    [NWTI_FORMAT_HTML] = nwti_report_html,
    [NWTI_FORMAT_SVG] = nwti_report_svg,
    [NWTI_FORMAT_DOT] = nwti_report_dot,
};

/* Options are rows as those of kinds, so they are read, checked and reported as those are. */
static const nwt_option options[] = {
    NWT_OPTION_CHOICE(nwti_report_options, format, "'text'", formats, "how it is written"),
    NWT_OPTION_STRING(nwti_report_options, style, "None", "Keras's own table: 'keras-3'"),
    NWT_OPTION_INT(nwti_report_options, line_length, "None", 1, 1000000, "width of a style"),
    NWT_OPTION_INT(nwti_report_options, width, "None", 1, 1000000, "width of the terminal"),
    NWT_OPTION_OPAQUE("positions", "where the columns of a style end"),
    NWT_OPTION_BOOL(nwti_report_options, show_trainable, "False", "add a column"),
    NWT_OPTION_BOOL(nwti_report_options, expand_nested, "False", "show layers within models"),
    NWT_OPTION_BOOL(nwti_report_options, unicode, "False", "draw rules with Unicode"),
    NWT_OPTION_STRING(nwti_report_options, layer, "None", "the layer to be explained"),
    NWT_OPTION_STRING(nwti_report_options, columns, "None", "the columns, in their order"),
    NWT_OPTION_STRING(nwti_report_options, sort, "None", "'params': the largest first"),
    NWT_OPTION_BOOL(nwti_report_options, work, "False", "show what it costs to run"),
    NWT_OPTION_INT(nwti_report_options, batch, "1", 1, INT64_MAX, "what None stands for in that"),
    NWT_OPTION_STRING(nwti_report_options, work_like, "None", "count as 'torch' does, beside it"),
    NWT_OPTION_INT(nwti_report_options, top, "None", 1, INT64_MAX, "how many rows are shown"),
    NWT_OPTION_END};

/* Keras takes fractions of the line or columns; an empty list is none. */
static int32_t read_positions(nwt_context *ctx, nwti_report_options *into, const nwti_value *value)
{
    uint32_t i;

    if (value->type == NWTI_NONE) {
        return 0;
    }
    if ((value->type != NWTI_LIST && value->type != NWTI_TUPLE) || value->length > 8) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "report: positions must be a list of up to 8 numbers");
    }
    for (i = 0; i < value->length; i++) {
        const nwti_value *item = value->as.items + i;

        if (item->type != NWTI_INT && item->type != NWTI_FLOAT) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "report: positions must be numbers");
        }
        into->position[i] = item->type == NWTI_INT ? (double)item->as.integer : item->as.number;
    }
    into->position_count = (int32_t)value->length;
    return 0;
}

static int32_t read_options(nwt_context *ctx, const char *text, nwti_report_options *into)
{
    static const nwti_settings settings = {"report", options,
                                           offsetof(nwti_report_options, position)};
    const nwti_value *positions;
    nwti_value values;

    memset(into, 0, sizeof *into);
    if (nwti_settings_read(ctx, &settings, text, into, &values)) {
        return ctx->status;
    }
    positions = nwti_value_get(&values, "positions");
    return positions != NULL ? read_positions(ctx, into, positions) : 0;
}

/* What is within a layer is looked for, or shown, at each of its places; other reports show it at
   the first alone. */
static int32_t shows_all_places(const nwti_report_options *options)
{
    switch (options->format) {
    case NWTI_FORMAT_JSON:
        return 1;
    case NWTI_FORMAT_TEXT:
        return options->style != NULL;
    case NWTI_FORMAT_EXPLAIN:
        return options->layer != NULL;
    default:
        return 0;
    }
}

static void note_rows(const nwti_report *report)
{
    int64_t i;

    if (!report->facts.is_cut ||
        (report->options.format != NWTI_FORMAT_JSON && !report->options.expand_nested)) {
        return;
    }
    for (i = 0; i < report->facts.count; i++) {
        if (report->facts.items[i].is_closed) {
            nwti_note_add(report->ctx,
                          "the report would have more than %d rows: what is within a layer that "
                          "stands in several models is shown once",
                          report->ctx->max_rows);
            return;
        }
    }
}

int32_t nwt_report(nwt_model *model, const char *text, nwt_write write, void *user)
{
    nwti_report report;
    nwt_context *ctx;
    nwti_mark mark, works;
    int32_t status;

    if (model == NULL) {
        return NWT_STATUS_INVALID;
    }
    ctx = model->layer->kind->ctx;
    if (write == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "nwt_report: the function that writes is NULL");
    }
    if (ctx->status != NWT_STATUS_OK) {
        return ctx->status;
    }
    memset(&report, 0, sizeof report);
    report.ctx = ctx;
    report.model = model;
    mark = nwti_arena_mark(&ctx->scratch);
    nwti_writer_begin(&report.out, ctx, write, user);
    works = nwti_arena_mark(&ctx->works);
    status = read_options(ctx, text, &report.options) ||
             nwti_facts_collect(&report.facts, model, !shows_all_places(&report.options)) ||
             nwti_report_account(&report);
    note_rows(&report);
    if (status == 0) {
        status = report.options.style != NULL && report.options.format == NWTI_FORMAT_TEXT
                     ? nwti_report_style(&report)
                     : writers[report.options.format](&report);
    }
    if (status == 0 || ctx->heap.failed) {
        nwti_writer_end(&report.out, ctx);
    }
    nwti_text_free(&report.out.text);
    nwti_arena_rewind(&ctx->scratch, mark);
    nwti_arena_rewind(&ctx->works, works);
    return ctx->status;
}
