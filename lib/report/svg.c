/* The lanes alone, with names, shapes and bars: a drawing for a page that others write. */
#include "report/columns.h"
#include "report/lanes.h"
#include "report/look.h"
#include "report/markup.h"
#include "core/error.h"
#include "support/cells.h"
#include "support/utf8.h"

#include <string.h>

static const nwti_dress dress = {nwti_markup_name, "; ", 0, 1, 0};

/* In hundredths of a pixel; a character of the font is six tenths of its size wide. */
enum {
    MARGIN = 1200,
    ROW = 2400,
    LETTER = 725,
    GAP = 2000,
    BAR = 12000,
    BASE = 400,
    MIDDLE = 1200
};

typedef struct drawing {
    nwti_report *report;
    nwti_table table;
    nwti_lanes lanes;
    nwti_text plain; /* the same without markup, to be measured */
    int64_t lanes_room;
    int64_t names; /* where each column begins */
    int64_t shapes;
    int64_t bars;
    int64_t numbers; /* where it ends */
    int64_t width;
    int64_t height;
    int64_t largest;
} drawing;

static const nwti_fact *fact_of(const drawing *d, int64_t row)
{
    return &d->report->facts.items[d->table.rows[row]];
}

/* ----------------------------------------------------------------------- room */

static int64_t width_of(drawing *d, int32_t column, const nwti_fact *fact)
{
    static const nwti_dress plain = {nwti_text_visible, "; ", 0, 1, 0};
    const nwti_dress *before = d->table.dress;

    nwti_text_clear(&d->plain);
    d->table.dress = &plain;
    d->table.columns[column]->cell(&d->table, &d->plain, fact);
    d->table.dress = before;
    return d->plain.data != NULL ? LETTER * nwti_cells_width(d->plain.data, d->plain.length) : 0;
}

static void widen(int64_t *width, int64_t to)
{
    *width = to > *width ? to : *width;
}

/* Lanes of a model stand to the right of those of the models around it. */
static int64_t left_of(const drawing *d, int64_t index)
{
    int64_t left = 0;
    int32_t around;

    for (around = d->lanes.parents[index]; around >= 0; around = d->lanes.parents[around]) {
        nwti_lane_scale scale = nwti_lane_scale_of(d->lanes.rows[around].width);

        left += nwti_lane_room(&scale, d->lanes.rows[around].width);
    }
    return left;
}

static void measure(drawing *d)
{
    int64_t row, widths[3] = {0, 0, 0};

    for (row = 0; row < d->table.row_count; row++) {
        const nwti_fact *fact = fact_of(d, row);
        int64_t index = d->table.rows[row];
        int32_t width = d->lanes.rows[index].width, i;
        nwti_lane_scale scale = nwti_lane_scale_of(width);

        widen(&d->lanes_room, left_of(d, index) + nwti_lane_room(&scale, width));
        for (i = 0; i < 3; i++) {
            widen(&widths[i], width_of(d, i, fact));
        }
        widen(&d->largest, fact->counts.params);
    }
    d->names = MARGIN + d->lanes_room + GAP / 4;
    d->shapes = d->names + widths[0] + GAP;
    d->bars = d->shapes + widths[1] + GAP;
    d->numbers = d->bars + BAR + GAP / 2 + widths[2];
    d->width = d->numbers + MARGIN;
    d->height = 2 * MARGIN + ROW * (d->table.row_count + 2);
}

/* --------------------------------------------------------------------- drawing */

static void put_attribute(nwti_text *out, const char *name, int64_t hundredths)
{
    nwti_text_string(out, " ");
    nwti_text_string(out, name);
    nwti_text_string(out, "=\"");
    nwti_markup_length(out, hundredths);
    nwti_text_string(out, "\"");
}

static void begin_text(nwti_text *out, int64_t x, int64_t y, const char *style)
{
    nwti_text_string(out, "<text");
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    if (style != NULL) {
        nwti_text_string(out, " class=\"");
        nwti_text_string(out, style);
        nwti_text_string(out, "\"");
    }
    nwti_text_string(out, ">");
}

static void put_cell(drawing *d, int32_t column, int64_t x, int64_t y, const nwti_fact *fact)
{
    nwti_text *out = &d->report->out.text;

    begin_text(out, x, y, column == 2 ? "e" : column == 1 ? "q" : NULL);
    d->table.columns[column]->cell(&d->table, out, fact);
    nwti_text_string(out, "</text>\n");
}

/* The lanes of models around a row go on beside it. */
static void put_around(drawing *d, int64_t index, int64_t top)
{
    nwti_text *out = &d->report->out.text;
    int32_t around;

    for (around = d->lanes.parents[index]; around >= 0; around = d->lanes.parents[around]) {
        nwti_lane_row row = d->lanes.rows[around];
        nwti_lane_scale scale = nwti_lane_scale_of(row.width);

        if (row.below != 0 && row.lane >= 0) {
            row.above = row.below;
            row.joins = 0;
            scale.bottom = ROW;
            scale.middle = MIDDLE;
            nwti_markup_lanes(out, &row, &scale, MARGIN + left_of(d, around), top);
        }
    }
}

static void put_row(drawing *d, int64_t row)
{
    nwti_text *out = &d->report->out.text;
    const nwti_fact *fact = fact_of(d, row);
    int64_t index = d->table.rows[row], top = MARGIN + ROW * (row + 2), left;
    int64_t base = top + MIDDLE + BASE;
    const nwti_lane_row *lanes = &d->lanes.rows[index];
    nwti_lane_scale scale = nwti_lane_scale_of(lanes->width);

    scale.middle = MIDDLE;
    scale.bottom = ROW;
    left = MARGIN + left_of(d, index);
    nwti_text_string(out, "<path class=\"l\" d=\"M0 0");
    put_around(d, index, top);
    nwti_markup_lanes(out, lanes, &scale, left, top);
    nwti_text_string(out, "\"/>\n");
    if (lanes->lane >= 0) {
        nwti_markup_node(out, fact, lanes, left + nwti_lane_x(&scale, lanes->lane), top + MIDDLE);
        nwti_text_string(out, "\n");
    }
    put_cell(d, 0, d->names, base, fact);
    put_cell(d, 1, d->shapes, base, fact);
    if (fact->counts.params > 0) {
        int64_t share = (int64_t)((double)fact->counts.params / (double)d->largest * BAR);

        nwti_text_string(out, "<rect class=\"b\"");
        put_attribute(out, "x", d->bars);
        put_attribute(out, "y", top + MIDDLE - 450);
        put_attribute(out, "width", share > 50 ? share : 50);
        put_attribute(out, "height", 900);
        nwti_text_string(out, "/>\n");
    }
    put_cell(d, 2, d->numbers, base, fact);
    nwti_writer_pass(&d->report->out);
}

static void put_titles(drawing *d)
{
    nwti_text *out = &d->report->out.text;
    int64_t base = MARGIN + ROW + MIDDLE + BASE, rule = MARGIN + 2 * ROW;

    begin_text(out, d->names, base, "q");
    nwti_text_string(out, "Layer (class)</text>\n");
    begin_text(out, d->shapes, base, "q");
    nwti_text_string(out, "Output shape</text>\n");
    begin_text(out, d->numbers, base, "q e");
    nwti_text_string(out, "Params</text>\n<path class=\"r\" d=\"M");
    nwti_markup_length(out, MARGIN);
    nwti_text_string(out, " ");
    nwti_markup_length(out, rule);
    nwti_text_string(out, "H");
    nwti_markup_length(out, d->numbers);
    nwti_text_string(out, "\"/>\n");
}

static void put_head(drawing *d)
{
    nwti_text *out = &d->report->out.text;

    nwti_text_string(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    put_attribute(out, "width", d->width);
    put_attribute(out, "height", d->height);
    nwti_text_string(out, " viewBox=\"0 0 ");
    nwti_markup_length(out, d->width);
    nwti_text_string(out, " ");
    nwti_markup_length(out, d->height);
    nwti_text_string(out, "\">\n<title>");
    nwti_markup_name(out, d->report->facts.name);
    nwti_text_string(out, "</title>\n<style>\n");
    nwti_look_drawing(out);
    nwti_text_string(out, "</style>\n<rect class=\"y\" width=\"100%\" height=\"100%\"/>\n");
    begin_text(out, MARGIN, MARGIN + MIDDLE + BASE, "h");
    nwti_markup_name(out, d->report->facts.name);
    nwti_text_string(out, ": ");
    nwti_text_string(out, d->table.totals.unknown_layers > 0 ? "at least " : "");
    nwti_put_number(out, d->table.totals.params);
    nwti_text_string(out, " params, ");
    nwti_put_bytes(out, d->table.totals.bytes);
    nwti_text_string(out, "</text>\n");
}

int32_t nwti_report_svg(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    drawing d = {report};
    int64_t i;

    report->options.columns = "name,class,output,params";
    report->options.sort = NULL;
    report->options.top = NWT_NONE_INT;
    nwti_text_init(&d.plain, &report->ctx->heap);
    if (nwti_table_begin(&d.table, report, &dress) == 0 &&
        nwti_lanes_make(&d.lanes, &report->facts) == 0) {
        measure(&d);
        /* The title, alone, may be wider than the rows. */
        widen(&d.width, 2 * MARGIN + LETTER * (40 + nwti_cells_width(report->facts.name,
                                                                     strlen(report->facts.name))));
        put_head(&d);
        put_titles(&d);
        for (i = 0; i < d.table.row_count; i++) {
            put_row(&d, i);
        }
        nwti_text_string(out, "</svg>\n");
    }
    out->failed |= d.plain.failed;
    nwti_text_free(&d.plain);
    return report->ctx->status;
}
