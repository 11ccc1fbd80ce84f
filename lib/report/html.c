/* A page of its own: the totals, the rows with their lanes and bars, the kinds, the peak. */
#include "report/html.h"
#include "core/error.h"
#include "core/weight.h"
#include "report/look.h"
#include "report/markup.h"

#include <stdlib.h>
#include <string.h>

static const nwti_dress dress = {nwti_markup_name, "; ", 0, 1, 0};

/* ------------------------------------------------------------------- figures */

static void put_figure(nwti_text *out, const char *label, const char *of, int64_t value,
                       int32_t is_bytes, int32_t is_bound)
{
    nwti_text_string(out, "<div><dt>");
    nwti_text_string(out, label);
    nwti_text_string(out, of != NULL ? " " : "");
    nwti_markup_name(out, of != NULL ? of : "");
    nwti_text_string(out, "</dt><dd>");
    is_bound &= value > 0;
    nwti_text_string(out, is_bound ? "\xE2\x89\xA5 " : "");
    if (is_bytes) {
        nwti_put_bytes(out, value);
    } else {
        nwti_put_number(out, value);
    }
    nwti_text_string(out, "</dd></div>\n");
}

static void put_figures(nwti_page *page)
{
    nwti_text *out = &page->report->out.text;
    const nwti_work *work = page->report->work;
    const nwti_schedule *schedule = page->report->schedule;
    int32_t is_bound = page->table.totals.unknown_layers > 0, i, count;
    nwti_total totals[NWTI_MOST_TOTALS];

    count = nwti_table_totals(&page->table, totals);
    nwti_text_string(out, "<dl class=\"f\">\n");
    for (i = 0; i < count; i++) {
        if (totals[i].of == NULL) {
            put_figure(out, totals[i].label, NULL, totals[i].params, 0, is_bound);
        }
    }
    put_figure(out, "Weights", NULL, page->table.totals.bytes, 1, is_bound);
    for (i = 0; i < count; i++) {
        if (totals[i].of != NULL) {
            put_figure(out, totals[i].label, totals[i].of, totals[i].bytes, 1, 0);
        }
    }
    if (work->last != NULL && !work->last->account.too_large && work->layer_count > 0) {
        int64_t macs = work->last->account.parts[NWTI_MACS];

        put_figure(out, "Multiply-accumulates", NULL,
                   macs == 0 && work->unknown_count > 0 ? -1 : macs, 0, work->unknown_count > 0);
    }
    if (schedule->peak_bytes > 0) {
        put_figure(out, "Live tensors at the peak", NULL, schedule->peak_bytes, 1, 0);
    }
    put_figure(out, "Layers", NULL, page->table.row_count, 0, 0);
    nwti_text_string(out, "</dl>\n");
    if (page->table.totals.unknown_layers > 0) {
        nwti_text_string(out, "<p>Unknown layers: ");
        nwti_text_grouped(out, page->table.totals.unknown_layers);
        nwti_text_string(out, ", so the totals are lower bounds.</p>\n");
    }
}

/* --------------------------------------------------------------------- kinds */

typedef struct group {
    const char *class_name;
    int64_t layers;
    int64_t params;
    int64_t first;
} group;

static int by_params(const void *a, const void *b)
{
    const group *first = a, *second = b;

    if (first->params != second->params) {
        return first->params < second->params ? 1 : -1;
    }
    if (first->layers != second->layers) {
        return first->layers < second->layers ? 1 : -1;
    }
    return first->first < second->first ? -1 : 1;
}

static int32_t is_expanded(const nwti_page *page, int64_t row)
{
    const nwti_table *table = &page->table;

    return row + 1 < table->row_count &&
           table->rows[row + 1] < page->report->facts.items[table->rows[row]].end;
}

/* What a row adds that no row within it adds. */
static int64_t params_of_row(const nwti_page *page, int64_t row)
{
    const nwti_fact *fact = &page->report->facts.items[page->table.rows[row]];
    int64_t params = 0;
    int32_t i;

    if (fact->is_repeated) {
        return 0;
    }
    if (!is_expanded(page, row)) {
        return fact->counts.params > 0 ? fact->counts.params : 0;
    }
    for (i = 0; i < fact->weight_count; i++) {
        params += nwti_weight_params(&fact->weights[i]);
    }
    return params;
}

/* Their number, or -1 when out of memory. */
static int64_t collect_groups(const nwti_page *page, nwti_map *seen, group *groups)
{
    int64_t row, count = 0;

    for (row = 0; row < page->table.row_count; row++) {
        const char *name = page->report->facts.items[page->table.rows[row]].class_name;
        void **place = nwti_map_at(seen, name, strlen(name));
        group *of;

        if (place == NULL) {
            return -1;
        }
        if (*place == NULL) {
            groups[count] = (group){name, 0, 0, row};
            *place = &groups[count++];
        }
        of = *place;
        of->layers++;
        of->params += params_of_row(page, row);
    }
    return count;
}

static void put_group(nwti_page *page, const group *of)
{
    nwti_text *out = &page->report->out.text;
    int64_t total = page->table.totals.params;

    nwti_text_string(out, "<tr><th scope=\"row\">");
    nwti_markup_name(out, of->class_name);
    nwti_text_string(out, "</th><td class=\"m\">");
    nwti_text_grouped(out, of->layers);
    nwti_text_string(out, "</td><td class=\"m\">");
    nwti_text_grouped(out, of->params);
    nwti_text_string(out, "</td><td class=\"m\"");
    if (of->params > 0) {
        nwti_text_string(out, " style=\"--b:");
        nwti_markup_percent(out, of->params, total);
        nwti_text_string(out, "\"");
    }
    nwti_text_string(out, ">");
    nwti_markup_percent(out, of->params, total);
    nwti_text_string(out, "</td></tr>\n");
}

static int32_t put_kinds(nwti_page *page)
{
    nwt_context *ctx = page->report->ctx;
    nwti_text *out = &page->report->out.text;
    group *groups = nwti_arena_array(&ctx->scratch, (size_t)page->table.row_count + 1,
                                     sizeof *groups);
    int64_t count = -1, i;
    nwti_map seen;

    nwti_map_init(&seen, &ctx->heap);
    if (groups != NULL) {
        count = collect_groups(page, &seen, groups);
    }
    nwti_map_free(&seen);
    if (count < 0) {
        return nwti_out_of_memory(ctx);
    }
    if (count == 0) {
        return 0;
    }
    qsort(groups, (size_t)count, sizeof *groups, by_params);
    nwti_text_string(out, "<section>\n<h2>By class</h2>\n<table class=\"k\"><thead><tr>"
                          "<th scope=\"col\">Class</th><th scope=\"col\" class=\"m\">Layers</th>"
                          "<th scope=\"col\" class=\"m\">Params</th>"
                          "<th scope=\"col\" class=\"m\">Share</th></tr></thead><tbody>\n");
    for (i = 0; i < count; i++) {
        put_group(page, &groups[i]);
    }
    nwti_text_string(out, "</tbody></table>\n</section>\n");
    return 0;
}

/* ---------------------------------------------------------------------- page */

static void put_ends(nwti_page *page, const char *label, int32_t count, nwt_tensor *const *tensors,
                     const char *const *keys)
{
    nwti_text *out = &page->report->out.text;
    int32_t i;

    nwti_text_string(out, label);
    for (i = 0; i < count; i++) {
        const char *name = nwti_end_name(tensors[i], keys != NULL ? keys[i] : NULL, &page->words);

        nwti_text_string(out, i > 0 ? ", " : " ");
        nwti_markup_name(out, count > 1 ? name : "");
        nwti_text_string(out, count > 1 ? " " : "");
        nwti_text_shape(out, tensors[i]->rank, tensors[i]->dims);
    }
    nwti_text_string(out, "<br>\n");
}

static void put_head(nwti_page *page)
{
    nwti_report *report = page->report;
    nwti_text *out = &report->out.text;
    const nwt_model *model = report->model;

    nwti_text_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, "
                          "initial-scale=1\">\n<meta name=\"color-scheme\" "
                          "content=\"light dark\">\n<title>");
    nwti_markup_name(out, report->facts.name);
    nwti_text_string(out, "</title>\n<style>\n");
    nwti_look_page(out);
    nwti_text_string(out, "</style>\n</head>\n<body>\n<main>\n<h1>");
    nwti_markup_name(out, report->facts.name);
    nwti_text_string(out, " <small>");
    nwti_markup_name(out, model->is_listing ? "weights alone" : nwti_class_title(model->layer));
    nwti_text_string(out, "</small></h1>\n<p>");
    if (model->built) {
        put_ends(page, "Input", model->input_count, model->inputs, model->input_keys);
        put_ends(page, "Output", model->output_count, model->outputs, model->output_keys);
    } else if (model->layer_count > 0 && !model->is_listing) {
        nwti_text_string(out, "Not built: no input shape is known.");
    }
    if (model->file != NULL) {
        nwti_text_string(out, "File ");
        nwti_table_file(&page->table, out);
    }
    nwti_text_string(out, "</p>\n");
}

static void put_notes(nwti_page *page)
{
    nwti_text *out = &page->report->out.text;
    int64_t count = nwt_note_count(page->report->ctx), i;

    if (count > 0) {
        nwti_text_string(out, "<section>\n<h2>Notes</h2>\n<ul>\n");
        for (i = 0; i < count; i++) {
            nwti_text_string(out, "<li>");
            nwti_markup_name(out, nwt_note(page->report->ctx, i));
            nwti_text_string(out, "</li>\n");
        }
        nwti_text_string(out, "</ul>\n</section>\n");
    }
}

static void put_foot(nwti_page *page)
{
    nwti_text *out = &page->report->out.text;

    nwti_text_string(out, "</main>\n<footer>\n<p>None in a shape is a size that is not fixed. The "
                          "first is the batch: how many samples go through at once. It changes no "
                          "count of parameters. What a run costs is that of a batch of ");
    nwti_text_grouped(out, page->report->options.batch);
    nwti_text_string(out, ".</p>\n<p>A bar's scale is the largest number of its column. In the "
                          "graph a ring is an input, a dark rim an output of the model, a diamond "
                          "a layer that is called several times.</p>\n<p>netweight ");
    nwti_text_string(out, nwt_version());
    nwti_text_string(out, "</p>\n</footer>\n</body>\n</html>\n");
}

int32_t nwti_report_html(nwti_report *report)
{
    nwti_page page;
    int32_t status;

    memset(&page, 0, sizeof page);
    page.report = report;
    report->options.columns = "name,output,params,bytes";
    report->options.expand_nested = 1;
    report->options.sort = NULL;
    report->options.top = NWT_NONE_INT;
    nwti_text_init(&page.words, &report->ctx->heap);
    status = nwti_table_begin(&page.table, report, &dress) ||
             nwti_lanes_make(&page.lanes, &report->facts) || nwti_page_measure(&page);
    if (status == 0) {
        put_head(&page);
        put_figures(&page);
        status = nwti_page_rows(&page) || put_kinds(&page) || nwti_page_peak(&page);
    }
    if (status == 0) {
        put_notes(&page);
        put_foot(&page);
    }
    report->out.text.failed |= page.words.failed;
    nwti_text_free(&page.words);
    return report->ctx->status;
}
