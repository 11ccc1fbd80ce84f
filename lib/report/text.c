/* netweight's own table as text: as wide as what stands in it, up to a bound; nothing cut. */
#include "report/columns.h"
#include "core/error.h"
#include "support/cells.h"
#include "support/utf8.h"

#include <string.h>

enum { GAP = 2, LONGEST_LINE = 40 };

static const nwti_dress dress = {nwti_text_visible, "\n", 0, 1, LONGEST_LINE};

typedef struct layout {
    nwti_table table;
    int64_t widths[NWTI_MOST_COLUMNS];
    nwti_text cells; /* of one row, one after the other */
    size_t ends[NWTI_MOST_COLUMNS];
    nwti_text more; /* how its lanes go on in further lines */
} layout;

/* The line at `from`, up to `end` or a line end. */
static size_t line_length(const char *from, const char *end)
{
    const char *stop = from < end ? memchr(from, '\n', (size_t)(end - from)) : NULL;

    return (size_t)((stop != NULL ? stop : end) - from);
}

/* 0, or 1 when out of memory. */
static int32_t fill_row(layout *l, int64_t row)
{
    const nwti_fact *fact = &l->table.report->facts.items[l->table.rows[row]];
    int32_t i;

    nwti_text_clear(&l->cells);
    nwti_text_clear(&l->more);
    for (i = 0; i < l->table.column_count; i++) {
        l->table.columns[i]->cell(&l->table, &l->cells, fact);
        l->ends[i] = l->cells.length;
        if (l->table.columns[i]->more != NULL && l->more.length == 0) {
            l->table.columns[i]->more(&l->table, &l->more, fact);
        }
    }
    return l->cells.failed || l->more.failed;
}

static void measure_row(layout *l)
{
    size_t begin = 0;
    int32_t i;

    for (i = 0; i < l->table.column_count; i++) {
        const char *from = l->cells.data + begin, *end = l->cells.data + l->ends[i];

        for (;;) {
            size_t length = line_length(from, end);
            int64_t width = nwti_cells_width(from, length);

            if (width > l->widths[i] && width <= l->table.report->ctx->max_cell) {
                l->widths[i] = width;
            }
            from += length;
            if (from == end) {
                break;
            }
            from++;
        }
        begin = l->ends[i];
    }
}

/* A cell's line in its column; the spaces behind it wait until something follows. */
static void add_cell(layout *l, int32_t column, const char *from, size_t length, int64_t *spaces)
{
    nwti_text *out = &l->table.report->out.text;
    int64_t room = l->widths[column] - nwti_cells_width(from, length);

    room = room > 0 ? room : 0;
    if (length > 0) {
        int64_t before = l->table.columns[column]->is_number ? room : 0;

        nwti_text_repeat(out, ' ', *spaces + before);
        nwti_text_add(out, from, length);
        *spaces = GAP + room - before;
    } else {
        *spaces += GAP + l->widths[column];
    }
}

/* As many lines as the cell that has most of them. */
static void write_row(layout *l)
{
    nwti_text *out = &l->table.report->out.text;
    size_t at[NWTI_MOST_COLUMNS];
    int32_t i, more, line = 0;

    for (i = 0; i < l->table.column_count; i++) {
        at[i] = i > 0 ? l->ends[i - 1] : 0;
    }
    do {
        int64_t spaces = 0;

        more = 0;
        for (i = 0; i < l->table.column_count; i++) {
            const char *from = l->cells.data + at[i], *end = l->cells.data + l->ends[i];
            size_t length = line_length(from, end);

            if (line > 0 && l->table.columns[i]->more != NULL) {
                add_cell(l, i, l->more.data, l->more.length, &spaces);
            } else {
                add_cell(l, i, from, length, &spaces);
            }
            at[i] += length;
            if (at[i] < l->ends[i]) {
                at[i]++;
                more = 1;
            }
        }
        nwti_text_string(out, "\n");
        line++;
    } while (more);
}

static void write_rule(layout *l)
{
    nwti_text *out = &l->table.report->out.text;
    int64_t width = -GAP, i;

    for (i = 0; i < l->table.column_count; i++) {
        width += l->widths[i] + GAP;
    }
    for (i = 0; i < width; i++) {
        nwti_text_string(out, l->table.report->options.unicode ? "\xE2\x94\x80" : "-");
    }
    nwti_text_string(out, "\n");
}

static void write_head(layout *l)
{
    int64_t spaces = 0;
    int32_t i;

    for (i = 0; i < l->table.column_count; i++) {
        add_cell(l, i, l->table.columns[i]->title, strlen(l->table.columns[i]->title), &spaces);
    }
    nwti_text_string(&l->table.report->out.text, "\n");
    write_rule(l);
}

static int32_t write_rows(layout *l)
{
    nwti_report *report = l->table.report;
    int64_t i;
    int32_t j;

    for (j = 0; j < l->table.column_count; j++) {
        l->widths[j] = nwti_cells_width(l->table.columns[j]->title,
                                        strlen(l->table.columns[j]->title));
    }
    for (i = 0; i < l->table.row_count; i++) {
        if (fill_row(l, i)) {
            return nwti_out_of_memory(report->ctx);
        }
        measure_row(l);
    }
    write_head(l);
    for (i = 0; i < l->table.row_count; i++) {
        if (fill_row(l, i)) {
            return nwti_out_of_memory(report->ctx);
        }
        write_row(l);
        nwti_writer_pass(&report->out);
    }
    write_rule(l);
    return 0;
}

/* ------------------------------------------------------- above and below it */

/* One line for each; a lone one needs no name. */
static void write_ends(nwti_report *report, const char *label, int32_t count,
                       nwt_tensor *const *tensors, const char *const *keys)
{
    nwti_text *out = &report->out.text, name;
    int32_t i;

    nwti_text_init(&name, &report->ctx->heap);
    for (i = 0; i < count; i++) {
        nwti_text_string(out, i == 0 ? label : "        ");
        if (count > 1) {
            nwti_text_visible(out, nwti_end_name(tensors[i], keys != NULL ? keys[i] : NULL, &name));
            nwti_text_string(out, " ");
        }
        nwti_text_shape(out, tensors[i]->rank, tensors[i]->dims);
        nwti_text_string(out, "\n");
    }
    out->failed |= name.failed;
    nwti_text_free(&name);
}

static void write_model(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    const nwt_model *model = report->model;

    nwti_text_visible(out, report->facts.name);
    nwti_text_string(out, " (");
    nwti_text_visible(out, model->is_listing ? "weights alone" : nwti_class_title(model->layer));
    nwti_text_string(out, ")\n");
    if (model->built) {
        write_ends(report, "Input   ", model->input_count, model->inputs, model->input_keys);
        write_ends(report, "Output  ", model->output_count, model->outputs, model->output_keys);
    } else if (model->layer_count > 0 && !model->is_listing) {
        nwti_text_string(out, "Input   ? (no input shape is known, so layers are not built)\n");
    }
    nwti_text_string(out, "\n");
}

static int64_t grouped_width(int64_t number)
{
    int64_t digits = 1;

    for (; number >= 10; number /= 10) {
        digits++;
    }
    return digits + (digits - 1) / 3;
}

static void write_number(nwti_text *out, int64_t number, int64_t width)
{
    nwti_text_repeat(out, ' ', width - grouped_width(number));
    if (number < 0) {
        nwti_text_string(out, "?");
    } else {
        nwti_text_grouped(out, number);
    }
}

static int64_t label_width(const nwti_total *total)
{
    int64_t width = (int64_t)strlen(total->label) + 1;

    return total->of != NULL ? width + 1 + nwti_cells_width(total->of, strlen(total->of)) : width;
}

/* "Total params:   at least 7,850   31,400 bytes (30.66 KiB)" */
static void write_total(nwti_text *out, const nwti_total *total, const int64_t *widths,
                        int32_t is_bound)
{
    nwti_text_string(out, total->label);
    nwti_text_string(out, total->of != NULL ? " " : "");
    nwti_text_visible(out, total->of != NULL ? total->of : "");
    nwti_text_string(out, ":");
    nwti_text_repeat(out, ' ', widths[0] - label_width(total) + GAP);
    nwti_text_string(out, is_bound ? total->of == NULL ? "at least " : "         " : "");
    write_number(out, total->params, widths[1]);
    nwti_text_repeat(out, ' ', GAP);
    write_number(out, total->bytes, widths[2]);
    nwti_text_string(out, " bytes");
    nwti_text_rounded(out, total->bytes);
    nwti_text_string(out, "\n");
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void write_totals(const nwti_table *table)
{
    nwti_text *out = &table->report->out.text;
    nwti_total totals[NWTI_MOST_TOTALS];
    int64_t widths[3] = {0, 0, 0};
    int32_t count = nwti_table_totals(table, totals), i;

    for (i = 0; i < count; i++) {
        widths[0] = larger(widths[0], label_width(&totals[i]));
        widths[1] = larger(widths[1], grouped_width(totals[i].params));
        widths[2] = larger(widths[2], grouped_width(totals[i].bytes));
    }
    for (i = 0; i < count; i++) {
        write_total(out, &totals[i], widths, table->totals.unknown_layers > 0);
    }
    if (table->totals.unknown_layers > 0) {
        nwti_text_string(out, "Unknown layers: ");
        nwti_text_grouped(out, table->totals.unknown_layers);
        nwti_text_string(out, ", so the totals are lower bounds\n");
    }
    nwti_text_work(table->report, out, "");
    if (table->report->model->file != NULL) {
        nwti_text_string(out, "File: ");
        nwti_table_file(table, out);
        nwti_text_string(out, "\n");
    }
}

int32_t nwti_report_text(nwti_report *report)
{
    nwti_text *out = &report->out.text;
    layout l;

    memset(&l, 0, sizeof l);
    nwti_text_init(&l.cells, &report->ctx->heap);
    nwti_text_init(&l.more, &report->ctx->heap);
    if (nwti_table_begin(&l.table, report, &dress) == 0) {
        write_model(report);
        if (write_rows(&l) == 0 && l.table.hidden_count > 0) {
            nwti_text_grouped(out, l.table.hidden_count);
            nwti_text_string(out, l.table.hidden_count > 1 ? " more layers\n" : " more layer\n");
        }
        write_totals(&l.table);
    }
    nwti_text_free(&l.cells);
    nwti_text_free(&l.more);
    return report->ctx->status;
}
