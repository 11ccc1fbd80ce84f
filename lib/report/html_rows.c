/* The table of a page: lanes, names that open, shapes, numbers with bars. */
#include "report/html.h"
#include "core/error.h"
#include "report/markup.h"

#include <string.h>

/* ------------------------------------------------------------------- measures */

static const nwti_fact *fact_at(const nwti_page *page, int64_t index)
{
    return &page->report->facts.items[index];
}

static int64_t counted(const nwti_fact *fact, int64_t value)
{
    return fact->is_built && (fact->counts.unknown_layers == 0 || value > 0) ? value : -1;
}

static int64_t params_of(const nwti_page *page, int64_t index)
{
    return counted(fact_at(page, index), fact_at(page, index)->counts.params);
}

static int64_t bytes_of(const nwti_page *page, int64_t index)
{
    return counted(fact_at(page, index), fact_at(page, index)->counts.bytes);
}

static int64_t macs_of(const nwti_page *page, int64_t index)
{
    const nwti_layer_work *work = nwti_work_layer(page->report->work, fact_at(page, index)->layer);

    return work == NULL || work->account.unknown_macs ? -1 : work->account.parts[NWTI_MACS];
}

static int64_t activations_of(const nwti_page *page, int64_t index)
{
    const nwti_layer_work *work = nwti_work_layer(page->report->work, fact_at(page, index)->layer);

    return work == NULL ? -1 : work->activation_bytes;
}

static int64_t live_of(const nwti_page *page, int64_t index)
{
    return page->live[index];
}

static const nwti_measure measures[] = {
    {"Params", "params", 0, params_of}, {"Bytes", "bytes", 1, bytes_of},
    {"MACs", "MACs", 0, macs_of},       {"Activations", "activations", 1, activations_of},
    {"Live", "live", 1, live_of},
};

enum { MEASURES = sizeof measures / sizeof *measures, LIVE = MEASURES - 1, OF_WEIGHTS = 2 };

/* Bytes of all tensors that live at each turn: a buffer adds at its first and takes off after its
   last. NULL: out of memory. */
static int64_t *live_bytes(const nwti_page *page)
{
    const nwti_schedule *schedule = page->report->schedule;
    size_t count = (size_t)schedule->step_count + 2;
    int64_t *live = nwti_arena_array(&page->report->ctx->scratch, count, sizeof *live), i;

    if (live == NULL) {
        nwti_out_of_memory(page->report->ctx);
        return NULL;
    }
    memset(live, 0, count * sizeof *live);
    for (i = 0; i < schedule->buffer_count; i++) {
        const nwti_buffer *buffer = &schedule->buffers[i];

        live[buffer->first] += buffer->bytes;
        live[buffer->last + 1] -= buffer->bytes;
    }
    for (i = 1; i < schedule->step_count; i++) {
        live[i] += live[i - 1];
    }
    return live;
}

/* A row shows the most that lives while its layer runs, or one within it. */
static int32_t find_live(nwti_page *page)
{
    const nwti_schedule *schedule = page->report->schedule;
    const nwti_facts *facts = &page->report->facts;
    int64_t serial = ++page->report->ctx->serial, i, *live;

    page->peak = -1;
    if (schedule->peak_bytes <= 0 || schedule->step_count == 0) {
        return 0;
    }
    live = live_bytes(page);
    page->live = nwti_arena_array(&facts->ctx->scratch, (size_t)facts->count + 1, sizeof *live);
    if (live == NULL || page->live == NULL) {
        return nwti_out_of_memory(facts->ctx);
    }
    for (i = facts->count - 1; i >= 0; i--) {
        nwt_layer *layer = (nwt_layer *)(size_t)facts->items[i].layer;

        layer->mark = serial;
        layer->position = (int32_t)i;
        page->live[i] = -1;
    }
    for (i = 0; i < schedule->step_count; i++) {
        const nwti_step *step = &schedule->steps[i];
        const nwt_layer *layer = step->run->layer;

        if (layer->mark == serial && step->turn >= 0 &&
            live[step->turn] > page->live[layer->position]) {
            page->live[layer->position] = live[step->turn];
            page->peak = i == schedule->peak_step ? layer->position : page->peak;
        }
    }
    for (i = facts->count - 1; i >= 0; i--) {
        int32_t around = page->lanes.parents[i];

        if (around >= 0 && page->live[i] > page->live[around]) {
            page->live[around] = page->live[i];
        }
    }
    return 0;
}

int32_t nwti_page_measure(nwti_page *page)
{
    const nwti_report *report = page->report;
    int32_t i;
    int64_t row;

    if (find_live(page)) {
        return report->ctx->status;
    }
    for (i = 0; i < MEASURES; i++) {
        int32_t is_known = i < OF_WEIGHTS ||
                           (i == LIVE ? page->live != NULL : report->work->layer_count > 0);

        if (is_known) {
            page->measures[page->measure_count++] = &measures[i];
        }
    }
    for (i = 0; i < page->measure_count; i++) {
        for (row = 0; row < page->table.row_count; row++) {
            int64_t value = page->measures[i]->value(page, page->table.rows[row]);

            page->largest[i] = value > page->largest[i] ? value : page->largest[i];
        }
    }
    return 0;
}

/* ---------------------------------------------------------------------- cells */

static void put_measure(nwti_page *page, int64_t index, int32_t which)
{
    nwti_text *out = &page->report->out.text;
    const nwti_measure *measure = page->measures[which];
    const nwti_fact *fact = fact_at(page, index);
    int64_t value = measure->value(page, index);
    int32_t is_bound = measure - measures < OF_WEIGHTS && fact->counts.unknown_layers > 0;

    nwti_text_string(out, "<td class=\"m");
    nwti_text_string(out, value <= 0 && !is_bound ? " z" : "");
    nwti_text_string(out, measure->value == live_of && index == page->peak ? " p" : "");
    nwti_text_string(out, "\" data-m=\"");
    nwti_text_string(out, measure->label);
    nwti_text_string(out, "\"");
    if (value > 0) {
        nwti_text_string(out, " style=\"--b:");
        nwti_markup_percent(out, value, page->largest[which]);
        nwti_text_string(out, "\"");
    }
    nwti_text_string(out, ">");
    if (measure->value == live_of && value < 0) {
        /* an input is there before anything runs */
    } else if (measure->is_bytes) {
        nwti_put_bytes(out, value);
    } else {
        nwti_put_number(out, value);
    }
    nwti_text_string(out, is_bound && value > 0 ? " + ?" : "");
    nwti_text_string(out, "</td>");
}

/* The drawing in words. */
static void put_sources(nwti_page *page, const nwti_lane_row *row)
{
    enum { MOST = 8 };
    nwti_text *out = &page->report->out.text;
    int32_t i, count = 0;

    nwti_text_string(out, "<title>");
    for (i = row->first_in; i >= 0 && count <= MOST; i = page->lanes.links[i].next_in, count++) {
        nwti_text_string(out, count == 0 ? "from " : ", ");
        if (count == MOST) {
            nwti_text_string(out, "...");
        } else {
            nwti_markup_name(out, fact_at(page, page->lanes.links[i].from)->name);
        }
    }
    nwti_text_string(out, count == 0 ? "a start" : "");
    nwti_text_string(out, row->is_output ? "; an output</title>" : "</title>");
}

static void put_drawing(nwti_page *page, int64_t index)
{
    nwti_text *out = &page->report->out.text;
    const nwti_lane_row *row = &page->lanes.rows[index];
    nwti_lane_scale scale = nwti_lane_scale_of(row->width);

    nwti_text_string(out, "<td class=\"g\">");
    if (row->lane >= 0) {
        nwti_text_string(out, "<svg role=\"img\">");
        put_sources(page, row);
        nwti_text_string(out, "<path d=\"");
        nwti_markup_lanes(out, row, &scale, 0, 0);
        nwti_text_string(out, "\"/>");
        nwti_markup_node(out, fact_at(page, index), row, nwti_lane_x(&scale, row->lane),
                         scale.middle);
        nwti_text_string(out, "</svg>");
    }
    nwti_text_string(out, "</td>");
}

/* ----------------------------------------------------------------------- rows */

/* `width`: of the model's lanes. */
static void begin_table(nwti_page *page, int32_t width, const char *caption)
{
    nwti_text *out = &page->report->out.text;
    nwti_lane_scale scale = nwti_lane_scale_of(width);
    int32_t i;

    nwti_text_string(out, "<table class=\"t\" style=\"--l:");
    nwti_markup_length(out, nwti_lane_room(&scale, width));
    nwti_text_string(out, "px\">");
    nwti_text_string(out, caption);
    nwti_text_string(out, "<thead><tr><th scope=\"col\"><span class=\"v\">Graph</span></th>"
                          "<th scope=\"col\">Layer</th><th scope=\"col\">Output shape</th>");
    for (i = 0; i < page->measure_count; i++) {
        nwti_text_string(out, "<th scope=\"col\" class=\"m\">");
        nwti_text_string(out, page->measures[i]->title);
        nwti_text_string(out, "</th>");
    }
    nwti_text_string(out, "</tr></thead><tbody>\n");
}

static void end_table(nwti_page *page)
{
    nwti_text_string(&page->report->out.text, "</tbody></table>");
}

static void begin_row(nwti_page *page, int64_t index)
{
    nwti_text *out = &page->report->out.text;
    const nwti_fact *fact = fact_at(page, index);

    nwti_text_string(out, "<tr id=\"r");
    nwti_text_int(out, index);
    nwti_text_string(out, "\">");
    put_drawing(page, index);
    nwti_text_string(out, "<th scope=\"row\"><details><summary><b>");
    nwti_markup_name(out, fact->name);
    nwti_text_string(out, "</b> <small>");
    nwti_markup_name(out, fact->class_name);
    nwti_put_marks(out, fact);
    nwti_text_string(out, "</small></summary><div class=\"x\">");
}

/* What stands behind the name, and what it opens to. */
static void end_row(nwti_page *page, int64_t index)
{
    nwti_text *out = &page->report->out.text;
    int32_t i;

    nwti_text_string(out, "</div></details></th><td class=\"d\">");
    page->table.columns[1]->cell(&page->table, out, fact_at(page, index));
    nwti_text_string(out, "</td>");
    for (i = 0; i < page->measure_count; i++) {
        put_measure(page, index, i);
    }
    nwti_text_string(out, "</tr>\n");
    nwti_writer_pass(&page->report->out);
}

/* Ends what does not hold the row `next`; `index` was begun last. */
static void end_rows(nwti_page *page, int64_t index, int64_t next)
{
    while (index >= 0 && fact_at(page, index)->end <= next) {
        end_row(page, index);
        index = page->lanes.parents[index];
        if (index >= 0 && fact_at(page, index)->end <= next) {
            end_table(page);
        }
    }
}

int32_t nwti_page_rows(nwti_page *page)
{
    const nwti_table *table = &page->table;
    nwti_text *out = &page->report->out.text;
    int64_t i;

    nwti_text_string(out, "<section>\n<h2>Layers</h2>\n");
    begin_table(page, table->row_count > 0 ? page->lanes.rows[0].width : 0, "");
    for (i = 0; i < table->row_count; i++) {
        int64_t index = table->rows[i], next;
        int32_t is_expanded;

        next = i + 1 < table->row_count ? table->rows[i + 1] : page->report->facts.count;
        is_expanded = next < fact_at(page, index)->end;
        begin_row(page, index);
        if (nwti_page_explain(page, index, is_expanded)) {
            return page->report->ctx->status;
        }
        if (is_expanded) {
            begin_table(page, page->lanes.rows[next].width,
                        "<caption>The layers within it</caption>");
        } else {
            end_rows(page, index, next);
        }
    }
    end_table(page);
    nwti_text_string(out, "\n</section>\n");
    return 0;
}
