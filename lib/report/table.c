/* Which rows a table shows, and in what order. */
#include "report/columns.h"
#include "core/error.h"

#include <string.h>

static void *scratch(const nwti_table *table, int64_t count, size_t size)
{
    nwt_context *ctx = table->report->ctx;
    void *result = nwti_arena_array(&ctx->scratch, (size_t)count, size);

    if (result == NULL) {
        nwti_out_of_memory(ctx);
    }
    return result;
}

/* A lone layer that its layer made for itself, as the cell of an LSTM, is a part of that layer: its
   row would say the same once more. */
static int32_t is_part(const nwti_facts *facts, int64_t around)
{
    const nwti_fact *fact = &facts->items[around];
    const nwti_fact *within = fact + 1;
    const nwti_layout *layout = &fact->layer->kind->options;
    int32_t i;

    if (fact->is_model || within->end != fact->end) {
        return 0;
    }
    for (i = 0; i < layout->count; i++) {
        const nwt_option *row = nwti_row(layout, i);
        const unsigned char *place = (const unsigned char *)fact->layer->self + row->offset;

        if (row->value_type == NWT_TYPE_LAYER && row->flags & NWT_FLAG_HIDDEN &&
            *(nwt_layer *const *)(const void *)place == within->layer) {
            return 1;
        }
    }
    return 0;
}

/* The index of the row after `index`: what is within is shown once, and only if asked for. */
static int64_t next_row(const nwti_table *table, int64_t index)
{
    const nwti_facts *facts = &table->report->facts;
    const nwti_fact *fact = &facts->items[index];

    if (fact->end == index + 1 || !table->report->options.expand_nested || fact->is_repeated ||
        is_part(facts, index)) {
        return fact->end;
    }
    return index + 1;
}

static int32_t choose_rows(nwti_table *table)
{
    const nwti_facts *facts = &table->report->facts;
    int64_t i, count = 0;

    for (i = 0; i < facts->count; i = next_row(table, i)) {
        count++;
    }
    table->rows = scratch(table, count, sizeof *table->rows);
    if (table->rows == NULL) {
        return table->report->ctx->status;
    }
    for (i = 0; i < facts->count; i = next_row(table, i)) {
        table->rows[table->row_count++] = i;
    }
    return 0;
}

/* Larger ones first; of equal ones the first of the model. */
static int32_t is_before(const nwti_table *table, int64_t a, int64_t b)
{
    const nwti_fact *facts = table->report->facts.items;
    int64_t of_a = facts[a].counts.params, of_b = facts[b].counts.params;

    return of_a != of_b ? of_a > of_b : a < b;
}

static void sift(nwti_table *table, int64_t at, int64_t count)
{
    int64_t *rows = table->rows, moving = rows[at], child;

    for (; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(table, rows[child], rows[child + 1])) {
            child++;
        }
        if (!is_before(table, moving, rows[child])) {
            break;
        }
        rows[at] = rows[child];
    }
    rows[at] = moving;
}

/* A heap sort: no memory, no bad case. */
static void sort_rows(nwti_table *table)
{
    int64_t i, *rows = table->rows;

    for (i = table->row_count / 2; i > 0; i--) {
        sift(table, i - 1, table->row_count);
    }
    for (i = table->row_count; i > 1; i--) {
        int64_t last = rows[0];

        rows[0] = rows[i - 1];
        rows[i - 1] = last;
        sift(table, 0, i - 1);
    }
}

static int32_t find_parents(nwti_table *table)
{
    const nwti_facts *facts = &table->report->facts;
    int32_t around = -1, i;

    table->parents = scratch(table, facts->count, sizeof *table->parents);
    if (table->parents == NULL) {
        return table->report->ctx->status;
    }
    for (i = 0; i < facts->count; i++) {
        while (around >= 0 && facts->items[around].end <= i) {
            around = table->parents[around];
        }
        table->parents[i] = around;
        around = i;
    }
    return 0;
}

static int32_t is_chain(const nwti_table *table)
{
    const nwti_facts *facts = &table->report->facts;
    int64_t i;

    if (!facts->is_chain) {
        return 0;
    }
    for (i = 0; i < table->row_count; i++) {
        int64_t row = table->rows[i];
        const nwti_fact *fact = &facts->items[row];

        if (fact->is_model && next_row(table, row) == row + 1 &&
            !nwti_facts_are_chain(facts, row + 1, fact->end)) {
            return 0;
        }
    }
    return 1;
}

/* Readers need no connections in a chain, and see what is trainable if they asked for it. */
static int32_t choose_columns(nwti_table *table)
{
    static const char usual[] = "name,class,output,params,trainable,bytes,connected";
    static const char of_weights[] = "name,params,trainable,bytes";
    const nwti_report_options *options = &table->report->options;
    int32_t is_listing = table->report->model->is_listing && !table->dress->is_raw;

    if (options->columns != NULL) {
        return nwti_columns_choose(table, options->columns);
    }
    if (nwti_columns_choose(table, is_listing ? of_weights : usual) ||
        (options->work && nwti_columns_choose(table, "macs,flops,activation_bytes")) ||
        (options->work_like != NULL && nwti_columns_choose(table, "like"))) {
        return table->report->ctx->status;
    }
    if (!table->dress->is_raw && is_chain(table)) {
        nwti_columns_drop(table, "connected");
    }
    if (!table->dress->is_raw && !options->show_trainable) {
        nwti_columns_drop(table, "trainable");
    }
    return 0;
}

/* Lanes join rows that stand in the model's order. */
static int32_t draw_lanes(nwti_table *table)
{
    const nwti_report_options *options = &table->report->options;
    int32_t i, has_lanes = 0;

    for (i = 0; i < table->column_count; i++) {
        has_lanes |= table->columns[i]->more != NULL;
    }
    if (!has_lanes) {
        return 0;
    }
    if (options->sort != NULL || options->format != NWTI_FORMAT_TEXT) {
        return nwti_error(table->report->ctx, NWT_STATUS_INVALID,
                          options->sort != NULL
                              ? "report: lanes can't be drawn beside rows that are sorted"
                              : "report: lanes are drawn in text, HTML and SVG");
    }
    return nwti_lanes_make(&table->lanes, &table->report->facts);
}

int32_t nwti_table_begin(nwti_table *table, nwti_report *report, const nwti_dress *dress)
{
    const nwti_report_options *options = &report->options;
    int32_t is_sorted = options->sort != NULL;

    memset(table, 0, sizeof *table);
    table->report = report;
    table->dress = dress;
    table->totals = nwti_layer_counts(report->model->layer);
    if (report->facts.count == 0) {
        table->totals.unknown_layers = 0; /* not built, but there is nothing to be known */
    }
    if (is_sorted && strcmp(options->sort, "params") != 0) {
        return nwti_error(report->ctx, NWT_STATUS_INVALID,
                          "report: sort must be 'params', not '%s'", options->sort);
    }
    if (choose_rows(table) || choose_columns(table) || draw_lanes(table) ||
        ((is_sorted || !dress->is_indented) && find_parents(table))) {
        return report->ctx->status;
    }
    if (is_sorted) {
        sort_rows(table);
    }
    if (options->top != NWT_NONE_INT && options->top < table->row_count) {
        table->hidden_count = table->row_count - options->top;
        table->row_count = options->top;
    }
    return 0;
}

static void add_total(nwti_total *totals, int32_t *count, const char *label, int64_t params,
                      int64_t bytes)
{
    nwti_total *total = &totals[(*count)++];

    total->label = label;
    total->of = NULL;
    total->params = params;
    total->bytes = bytes;
}

int32_t nwti_table_totals(const nwti_table *table, nwti_total *totals)
{
    const nwti_counts *of = &table->totals;
    const nwt_model *model = table->report->model;
    const nwti_optimizer *optimizer = model->stored != NULL ? model->stored : model->optimizer;
    int32_t count = 0;

    add_total(totals, &count, "Total params", of->params, of->bytes);
    add_total(totals, &count, "Trainable params", of->trainable, of->trainable_bytes);
    add_total(totals, &count, "Non-trainable params", of->params - of->trainable,
              of->bytes - of->trainable_bytes);
    if (optimizer != NULL) {
        add_total(totals, &count, "Optimizer", optimizer->params, optimizer->bytes);
        totals[count - 1].of = optimizer->class_name;
    }
    return count;
}

void nwti_table_file(const nwti_table *table, nwti_text *out)
{
    const nwti_file_account *file = table->report->model->file;
    int32_t i;

    nwti_text_grouped(out, file->bytes);
    nwti_text_string(out, " bytes");
    for (i = 0; i < file->part_count; i++) {
        nwti_text_string(out, i == 0 ? ": " : ", ");
        nwti_text_string(out, file->parts[i].name);
        nwti_text_string(out, " ");
        nwti_text_grouped(out, file->parts[i].bytes);
    }
}

const char *nwti_end_name(const nwt_tensor *tensor, const char *key, nwti_text *buffer)
{
    const nwt_layer *layer = tensor->call->layer;
    size_t length = nwt_layer_name(layer, NULL, 0);

    nwti_text_clear(buffer);
    if (key != NULL || layer->name != NULL) {
        return key != NULL ? key : layer->name;
    }
    nwti_text_repeat(buffer, ' ', (int64_t)length + 1);
    if (buffer->failed) {
        return "";
    }
    nwt_layer_name(layer, buffer->data, length + 1);
    return buffer->data;
}
