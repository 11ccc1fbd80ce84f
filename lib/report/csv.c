/* netweight's own table as CSV, by RFC 4180: a header, then a row for each layer. */
#include "report/columns.h"
#include "core/error.h"
#include "support/utf8.h"

#include <string.h>

/* Names stand as they are, so that they are found again; bytes that are no UTF-8 can't be told. */
static void add_name(nwti_text *out, const char *name)
{
    while (*name != '\0') {
        uint32_t code;
        size_t length = nwti_utf8_read(name, &code);

        nwti_text_add(out, length > 0 ? name : "\xEF\xBF\xBD", length > 0 ? length : 3);
        name += length > 0 ? length : 1;
    }
}

static const nwti_dress dress = {add_name, "; ", 1, 0, 0};

/* Quoted where it must be. */
static void add_cell(nwti_text *out, const nwti_text *cell)
{
    size_t i;

    for (i = 0; i < cell->length && strchr("\",\r\n", cell->data[i]) == NULL; i++) {
    }
    if (i == cell->length) {
        nwti_text_add(out, cell->data, cell->length);
        return;
    }
    nwti_text_string(out, "\"");
    for (i = 0; i < cell->length; i++) {
        nwti_text_add(out, "\"", cell->data[i] == '"');
        nwti_text_add(out, cell->data + i, 1);
    }
    nwti_text_string(out, "\"");
}

static int32_t add_row(nwti_table *table, const nwti_fact *fact, nwti_text *cell)
{
    nwti_text *out = &table->report->out.text;
    int32_t i;

    for (i = 0; i < table->column_count; i++) {
        nwti_text_clear(cell);
        table->columns[i]->cell(table, cell, fact);
        nwti_text_string(out, i > 0 ? "," : "");
        if (cell->failed) {
            return nwti_out_of_memory(table->report->ctx);
        }
        if (cell->length > 0) {
            add_cell(out, cell);
        }
    }
    nwti_text_string(out, "\r\n");
    nwti_writer_pass(&table->report->out);
    return 0;
}

int32_t nwti_report_csv(nwti_report *report)
{
    nwti_text *out = &report->out.text, cell;
    nwti_table table;
    int32_t status = nwti_table_begin(&table, report, &dress), j;
    int64_t i;

    for (j = 0; status == 0 && j < table.column_count; j++) {
        nwti_text_string(out, j > 0 ? "," : "");
        nwti_text_string(out, table.columns[j]->key);
    }
    nwti_text_string(out, "\r\n");
    nwti_text_init(&cell, &report->ctx->heap);
    for (i = 0; status == 0 && i < table.row_count; i++) {
        status = add_row(&table, &report->facts.items[table.rows[i]], &cell);
    }
    nwti_text_free(&cell);
    return status;
}
