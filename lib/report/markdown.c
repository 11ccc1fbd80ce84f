/* netweight's own table as GitHub's Markdown. */
#include "report/columns.h"
#include "support/utf8.h"

#include <string.h>

static int32_t is_word(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* What Markdown would read gets a backslash; an underscore within a word means nothing to it. */
static void add_name(nwti_text *out, const char *name)
{
    unsigned char before = ' ';

    while (*name != '\0') {
        char one[5] = "";
        uint32_t code;
        size_t length = nwti_utf8_read(name, &code);
        int32_t is_markup = strchr("\\`*[]<>|~&$!", *name) != NULL ||
                            (*name == '_' && !(is_word(before) && is_word((unsigned char)name[1])));

        length = length > 0 ? length : 1;
        memcpy(one, name, length);
        nwti_text_string(out, is_markup ? "\\" : "");
        nwti_text_visible(out, one);
        before = (unsigned char)*name;
        name += length;
    }
}

static const nwti_dress dress = {add_name, "<br>", 0, 0, 0};

static void add_head(nwti_table *table)
{
    nwti_text *out = &table->report->out.text;
    int32_t i;

    nwti_text_string(out, "|");
    for (i = 0; i < table->column_count; i++) {
        nwti_text_string(out, " ");
        nwti_text_string(out, table->columns[i]->title);
        nwti_text_string(out, " |");
    }
    nwti_text_string(out, "\n|");
    for (i = 0; i < table->column_count; i++) {
        nwti_text_string(out, table->columns[i]->is_number ? " ---: |" : " :--- |");
    }
    nwti_text_string(out, "\n");
}

static void add_row(nwti_table *table, const nwti_fact *fact)
{
    nwti_text *out = &table->report->out.text;
    int32_t i;

    nwti_text_string(out, "|");
    for (i = 0; i < table->column_count; i++) {
        nwti_text_string(out, " ");
        table->columns[i]->cell(table, out, fact);
        nwti_text_string(out, " |");
    }
    nwti_text_string(out, "\n");
    nwti_writer_pass(&table->report->out);
}

static void add_total(nwti_text *out, const nwti_total *total, int32_t is_bound)
{
    nwti_text_string(out, "- ");
    nwti_text_string(out, total->label);
    nwti_text_string(out, total->of != NULL ? " " : "");
    add_name(out, total->of != NULL ? total->of : "");
    nwti_text_string(out, is_bound && total->of == NULL ? ": at least " : ": ");
    if (total->params < 0 || total->bytes < 0) {
        nwti_text_string(out, "?\n");
        return;
    }
    nwti_text_grouped(out, total->params);
    nwti_text_string(out, " (");
    nwti_text_grouped(out, total->bytes);
    nwti_text_string(out, " bytes");
    if (total->bytes >= 1024) {
        nwti_text_string(out, ", ");
        nwti_text_bytes(out, total->bytes);
    }
    nwti_text_string(out, ")\n");
}

static void add_totals(const nwti_table *table)
{
    nwti_text *out = &table->report->out.text;
    int64_t unknown = table->totals.unknown_layers;
    nwti_total totals[NWTI_MOST_TOTALS];
    int32_t count = nwti_table_totals(table, totals), i;

    nwti_text_string(out, "\n");
    for (i = 0; i < count; i++) {
        add_total(out, &totals[i], unknown > 0);
    }
    if (unknown > 0) {
        nwti_text_string(out, "- Unknown layers: ");
        nwti_text_grouped(out, unknown);
        nwti_text_string(out, ", so the totals are lower bounds\n");
    }
    nwti_text_work(table->report, out, "- ");
    if (table->report->model->file != NULL) {
        nwti_text_string(out, "- File: ");
        nwti_table_file(table, out);
        nwti_text_string(out, "\n");
    }
    if (table->hidden_count > 0) {
        nwti_text_string(out, "- Layers not shown: ");
        nwti_text_grouped(out, table->hidden_count);
        nwti_text_string(out, "\n");
    }
}

int32_t nwti_report_markdown(nwti_report *report)
{
    nwti_table table;
    int64_t i;

    if (nwti_table_begin(&table, report, &dress)) {
        return report->ctx->status;
    }
    add_head(&table);
    for (i = 0; i < table.row_count; i++) {
        add_row(&table, &report->facts.items[table.rows[i]]);
    }
    add_totals(&table);
    return 0;
}
