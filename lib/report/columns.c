/* What stands in the cells of netweight's own tables. */
#include "report/columns.h"
#include "core/error.h"
#include "support/cells.h"
#include "support/number.h"

#include <string.h>

/* ----------------------------------------------------------------- the layer */

static void name_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const nwti_fact *facts = table->report->facts.items;
    int32_t level;

    if (table->parents == NULL) {
        nwti_text_repeat(out, ' ', 2 * (int64_t)fact->depth);
        table->dress->name(out, fact->name);
        return;
    }
    for (level = fact->depth; level >= 0; level--) {
        int64_t at = fact - facts;
        int32_t up;

        for (up = 0; up < level; up++) {
            at = table->parents[at];
        }
        table->dress->name(out, facts[at].name);
        nwti_text_string(out, level > 0 ? "/" : "");
    }
}

/* A file of weights alone does not tell the classes. */
static void class_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    if (!table->dress->is_raw || nwti_layer_class(fact->layer) != NULL) {
        table->dress->name(out, fact->class_name);
    }
}

/* Between the marks of a layer. */
static void add_mark(nwti_text *out, int32_t *count, const char *mark)
{
    nwti_text_string(out, (*count)++ == 0 ? " [" : ", ");
    nwti_text_string(out, mark);
}

int32_t nwti_put_marks(nwti_text *out, const nwti_fact *fact)
{
    int32_t marks = 0;

    if (!fact->trainable && fact->counts.params > 0) {
        add_mark(out, &marks, "frozen");
    }
    if (fact->call_count > 1) {
        add_mark(out, &marks, "called ");
        nwti_text_grouped(out, fact->call_count);
        nwti_text_string(out, " times");
    }
    if (fact->is_repeated && fact->counts.params > 0) {
        add_mark(out, &marks, "not counted again");
    }
    if (!fact->is_built) {
        add_mark(out, &marks, "not built");
    }
    nwti_text_string(out, marks > 0 ? "]" : "");
    return marks;
}

/* Both in one, and what else is to be known of the layer. */
static void layer_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    name_cell(table, out, fact);
    nwti_text_string(out, " (");
    class_cell(table, out, fact);
    nwti_text_string(out, ")");
    nwti_put_marks(out, fact);
}

/* -------------------------------------------------------------------- shapes */

/* The tensors that calls are given, or those that they give. */
enum { INPUTS, OUTPUTS };

/* Tensor `index` of a call, `before` being the one before it; NULL at the end. */
static const nwt_tensor *tensor_at(const nwti_call *call, int32_t side, int32_t index,
                                   const nwt_tensor *before)
{
    if (side == OUTPUTS) {
        return before != NULL ? before->next : call->outputs;
    }
    return index < call->input_count ? call->inputs[index] : NULL;
}

static int32_t is_same_shape(const nwt_tensor *a, const nwt_tensor *b)
{
    return a->rank == b->rank &&
           (a->rank <= 0 || memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0);
}

static int32_t are_same(const nwti_call *a, const nwti_call *b, int32_t side)
{
    const nwt_tensor *of_a = NULL, *of_b = NULL;
    int32_t i;

    for (i = 0;; i++) {
        of_a = tensor_at(a, side, i, of_a);
        of_b = tensor_at(b, side, i, of_b);
        if (of_a == NULL || of_b == NULL) {
            return of_a == of_b;
        }
        if (!is_same_shape(of_a, of_b)) {
            return 0;
        }
    }
}

/* Did an earlier call have the same shapes? Looks back no further than a cell is readable. */
static int32_t is_shown(const nwti_fact *fact, int32_t index, int32_t side)
{
    enum { LOOK_BACK = 64 };
    int32_t i = index > LOOK_BACK ? index - LOOK_BACK : 0;

    for (; i < index; i++) {
        if (are_same(fact->calls[i].call, fact->calls[index].call, side)) {
            return 1;
        }
    }
    return 0;
}

static void add_shapes(nwti_text *out, const nwti_call *call, int32_t side)
{
    int32_t several = (side == OUTPUTS ? call->output_count : call->input_count) > 1, i;
    const nwt_tensor *tensor = tensor_at(call, side, 0, NULL);

    nwti_text_string(out, several ? "[" : "");
    for (i = 1; tensor != NULL; i++) {
        nwti_text_shape(out, tensor->rank, tensor->dims);
        tensor = tensor_at(call, side, i, tensor);
        nwti_text_string(out, tensor != NULL ? ", " : "");
    }
    nwti_text_string(out, several ? "]" : "");
}

/* The different shapes of all calls: a shared layer may have several. */
static void add_all_shapes(nwti_table *table, nwti_text *out, const nwti_fact *fact, int32_t side)
{
    int32_t i;

    for (i = 0; i < fact->call_count; i++) {
        if (i > 0 && is_shown(fact, i, side)) {
            continue;
        }
        nwti_text_string(out, i > 0 ? table->dress->between : "");
        add_shapes(out, fact->calls[i].call, side);
    }
}

static void input_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    add_all_shapes(table, out, fact, INPUTS);
}

/* For people, as in Keras's own table; rows for machines are of calls alone. */
static void add_own_shapes(nwti_text *out, const nwt_model *model)
{
    int32_t i;

    nwti_text_string(out, model->output_count > 1 ? "[" : "");
    for (i = 0; i < model->output_count; i++) {
        nwti_text_string(out, i > 0 ? ", " : "");
        nwti_text_shape(out, model->outputs[i]->rank, model->outputs[i]->dims);
    }
    nwti_text_string(out, model->output_count > 1 ? "]" : "");
}

static void output_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    add_all_shapes(table, out, fact, OUTPUTS);
    if (fact->call_count > 0 || fact->is_inner || table->dress->is_raw) {
        return;
    }
    if (nwti_uncalled_model(fact) != NULL) {
        add_own_shapes(out, nwti_uncalled_model(fact));
    } else {
        nwti_text_string(out, "?");
    }
}

/* -------------------------------------------------------------------- counts */

void nwti_put_number(nwti_text *out, int64_t number)
{
    if (number < 0) {
        nwti_text_string(out, "?");
    } else {
        nwti_text_grouped(out, number);
    }
}

void nwti_put_bytes(nwti_text *out, int64_t bytes)
{
    if (bytes < 0) {
        nwti_text_string(out, "?");
    } else {
        nwti_text_bytes(out, bytes);
    }
}

static void number(nwti_table *table, nwti_text *out, int64_t value)
{
    if (!table->dress->is_raw) {
        nwti_put_number(out, value);
    } else if (value >= 0) {
        nwti_text_int(out, value);
    }
}

static void bytes(nwti_table *table, nwti_text *out, int64_t value)
{
    if (table->dress->is_raw) {
        number(table, out, value);
    } else {
        nwti_put_bytes(out, value);
    }
}

/* A count of a layer: nothing or `?` where it is not known; what is known of it before a `+ ?`. */
static void count(nwti_table *table, nwti_text *out, const nwti_fact *fact, int64_t value,
                  void (*write)(nwti_table *, nwti_text *, int64_t))
{
    int32_t is_known = fact->is_built && fact->counts.unknown_layers == 0;

    if (is_known || (!table->dress->is_raw && value > 0)) {
        write(table, out, value);
    }
    if (!is_known && !table->dress->is_raw) {
        nwti_text_string(out, value > 0 ? " + ?" : "?");
    }
}

static void params_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    count(table, out, fact, fact->counts.params, number);
}

static void trainable_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    count(table, out, fact, fact->counts.trainable, number);
}

static void bytes_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    count(table, out, fact, fact->counts.bytes, bytes);
}

/* Room for the longest bar, and for the longest number behind it. */
static void bar(const nwti_table *table, nwti_text *out, int64_t tenths, int32_t is_some)
{
    static const char *const eighths[] = {" ",
                                          "\xE2\x96\x8F",
                                          "\xE2\x96\x8E",
                                          "\xE2\x96\x8D",
                                          "\xE2\x96\x8C",
                                          "\xE2\x96\x8B",
                                          "\xE2\x96\x8A",
                                          "\xE2\x96\x89",
                                          "\xE2\x96\x88"};
    int64_t rest = (tenths * 8 + 99) / 100, i;

    if (!table->report->options.unicode || table->dress->line == 0) {
        return;
    }
    for (i = 0; i < 10; i++) {
        int64_t part = rest > 8 ? 8 : rest;

        nwti_text_string(out, eighths[part]);
        rest -= part;
    }
    nwti_text_repeat(out, ' ',
                     tenths >= 1000           ? 1
                     : tenths >= 100          ? 2
                     : tenths > 0 || !is_some ? 3
                                              : 1);
}

/* A tenth of a percent is what a reader can use; machines get the fraction. */
static void share(nwti_table *table, nwti_text *out, int64_t value)
{
    char digits[32];
    double part = table->totals.params > 0 ? (double)value / (double)table->totals.params : 0.0;
    int64_t tenths = (int64_t)(part * 1000.0 + 0.5);

    if (table->dress->is_raw) {
        nwti_text_add(out, digits, nwti_format_double(digits, part));
    } else {
        bar(table, out, tenths, value > 0);
        nwti_text_percent(out, tenths, value > 0);
    }
}

static void share_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    if (table->totals.unknown_layers > 0) {
        number(table, out, -1);
    } else {
        count(table, out, fact, fact->counts.params, share);
    }
}

/* ------------------------------------------------------------------- options */

static const nwt_option *option(const nwti_fact *fact, const char *key)
{
    const nwti_layout *layout = &fact->layer->kind->options;

    int32_t row = nwti_row_find(layout, key, strlen(key));

    return row >= 0 ? nwti_row(layout, row) : NULL;
}

static void kernel_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    static const char *const keys[] = {"kernel_size", "pool_size"};
    size_t i;

    (void)table;
    for (i = 0; i < sizeof keys / sizeof *keys; i++) {
        const nwt_option *row = option(fact, keys[i]);

        if (row != NULL) {
            nwti_option_text(out, row, fact->layer->self, nwti_layer_class);
            return;
        }
    }
}

static void activation_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const nwt_option *row = option(fact, "activation");
    const unsigned char *self = fact->layer->self;
    const char *name;

    if (row != NULL && row->value_type == NWT_TYPE_FUNCTION) {
        name = *(const char *const *)(const void *)(self + row->offset);
        table->dress->name(out, name != NULL ? name : "");
    }
}

/* The dtypes of the weights, each once. */
static void dtype_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    uint64_t seen = 0;
    int64_t i;

    (void)table;
    for (i = 0; i < fact->counts.weights; i++) {
        nwt_weight_info info = {sizeof info, NULL, NULL, 0, 0, 0, 0, 0, 0};

        nwt_layer_weight(fact->layer, i, &info);
        if (!(seen >> info.dtype & 1)) {
            const char *name = nwt_dtype_name(info.dtype);

            nwti_text_string(out, seen != 0 ? ", " : "");
            nwti_text_string(out, name != NULL ? name : "?");
            seen |= (uint64_t)1 << info.dtype;
        }
    }
}

/* --------------------------------------------------------------- connections */

/* A layer's name is enough if it gives one tensor; else which of its calls and outputs it is. */
static void add_edge(nwti_table *table, nwti_text *out, const nwti_edge *edge)
{
    if (edge->argument != NULL) {
        table->dress->name(out, edge->argument);
        nwti_text_string(out, "=");
    }
    table->dress->name(out, edge->name);
    if (!edge->is_only) {
        nwti_text_string(out, "[");
        nwti_text_int(out, edge->call);
        nwti_text_string(out, "][");
        nwti_text_int(out, edge->tensor);
        nwti_text_string(out, "]");
    }
}

/* One call's inputs, going on in a line of their own where one would be too long. */
static void add_edges(nwti_table *table, nwti_text *out, const nwti_row_call *call)
{
    size_t line = out->length;
    int32_t i;

    for (i = 0; i < call->call->input_count && !out->failed; i++) {
        size_t before = out->length;

        nwti_text_string(out, i > 0 ? ", " : "");
        add_edge(table, out, &call->inputs[i]);
        if (i > 0 && table->dress->line > 0 && !out->failed &&
            nwti_cells_width(out->data + line, out->length - line) > table->dress->line) {
            out->data[before + 1] = '\n';
            line = before + 2;
        }
    }
}

static void connected_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    int32_t i;

    for (i = 0; i < fact->call_count; i++) {
        nwti_text_string(out, i > 0 ? table->dress->between : "");
        add_edges(table, out, &fact->calls[i]);
    }
}

/* ---------------------------------------------------------------------- work */

/* What a layer's account holds; nothing is known of a layer that was not run. */
static const nwti_layer_work *work_of(const nwti_table *table, const nwti_fact *fact)
{
    static const nwti_layer_work none = {.account = {{0}, 1, 1, 0}, .activation_bytes = -1};
    const nwti_layer_work *work = nwti_work_layer(table->report->work, fact->layer);

    return work != NULL ? work : &none;
}

static void macs_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const nwti_account *account = &work_of(table, fact)->account;

    number(table, out, account->unknown_macs ? -1 : account->parts[NWTI_MACS]);
}

static void flops_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    const nwti_account *account = &work_of(table, fact)->account;

    number(table, out, account->unknown_flops ? -1 : account->parts[NWTI_FLOPS]);
}

static void like_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    number(table, out, nwti_like(&work_of(table, fact)->account, table->report->like));
}

static void activation_bytes_cell(nwti_table *table, nwti_text *out, const nwti_fact *fact)
{
    bytes(table, out, work_of(table, fact)->activation_bytes);
}

/* ------------------------------------------------------------------- columns */

static const nwti_column columns[] = {
    {"name", "Layer", 0, name_cell},
    {"class", "Class", 0, class_cell},
    {"input", "Input shape", 0, input_cell},
    {"output", "Output shape", 0, output_cell},
    {"kernel", "Kernel", 0, kernel_cell},
    {"activation", "Activation", 0, activation_cell},
    {"params", "Params", 1, params_cell},
    {"trainable", "Trainable", 1, trainable_cell},
    {"bytes", "Bytes", 1, bytes_cell},
    {"dtype", "Dtype", 0, dtype_cell},
    {"connected", "Connected to", 0, connected_cell},
    {"share", "Share", 1, share_cell},
    {"macs", "MACs", 1, macs_cell},
    {"flops", "FLOPs", 1, flops_cell},
    {"like", "Like", 1, like_cell},
    {"activation_bytes", "Activations", 1, activation_bytes_cell},
    {"lanes", "", 0, nwti_lanes_cell, nwti_lanes_more},
};

static const nwti_column layer_column = {"layer", "Layer (class)", 0, layer_cell};

enum { COLUMNS = sizeof columns / sizeof *columns };

static int32_t unknown(nwt_context *ctx, const char *key)
{
    nwti_nearest nearest;
    char hint[128];
    size_t i;

    nwti_nearest_begin(&nearest, key);
    for (i = 0; i < COLUMNS; i++) {
        nwti_nearest_offer(&nearest, columns[i].key);
    }
    if (nearest.best != NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "report: there is no column '%s'%s", key,
                          nwti_nearest_text(&nearest, hint, sizeof hint));
    }
    return nwti_error(
        ctx, NWT_STATUS_INVALID,
        "report: there is no column '%s', only name, class, input, output, kernel, "
        "activation, params, trainable, bytes, dtype, connected, share, macs, flops, like, "
        "activation_bytes and lanes",
        key);
}

static int32_t choose(nwti_table *table, const char *key, size_t length)
{
    nwt_context *ctx = table->report->ctx;
    char name[64];
    size_t i;

    for (i = 0; i < COLUMNS; i++) {
        if (strlen(columns[i].key) == length && memcmp(columns[i].key, key, length) == 0) {
            break;
        }
    }
    if (i == COLUMNS) {
        length = length < sizeof name ? length : sizeof name - 1;
        memcpy(name, key, length);
        name[length] = '\0';
        return unknown(ctx, name);
    }
    if (table->column_count == NWTI_MOST_COLUMNS) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "report: at most %d columns",
                          (int64_t)NWTI_MOST_COLUMNS);
    }
    table->columns[table->column_count++] = &columns[i];
    return 0;
}

/* For readers, a name and the class behind it are one column. */
static void join_layer(nwti_table *table)
{
    int32_t i, count = 0;

    for (i = 0; i < table->column_count; i++) {
        table->columns[count++] = table->columns[i];
        if (count > 1 && table->columns[count - 2] == &columns[0] &&
            table->columns[count - 1] == &columns[1]) {
            table->columns[--count - 1] = &layer_column;
        }
    }
    table->column_count = count;
}

int32_t nwti_columns_choose(nwti_table *table, const char *keys)
{
    while (*keys != '\0') {
        size_t length, rest;

        keys += strspn(keys, " ");
        rest = strcspn(keys, ",");
        for (length = rest; length > 0 && keys[length - 1] == ' '; length--) {
        }
        if (choose(table, keys, length)) {
            return table->report->ctx->status;
        }
        keys += rest;
        if (*keys == ',' && *++keys == '\0') {
            return unknown(table->report->ctx, "");
        }
    }
    if (table->column_count == 0) {
        return unknown(table->report->ctx, "");
    }
    if (!table->dress->is_raw) {
        join_layer(table);
    }
    return 0;
}

void nwti_columns_drop(nwti_table *table, const char *key)
{
    int32_t i, count = 0;

    for (i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i]->key, key) != 0) {
            table->columns[count++] = table->columns[i];
        }
    }
    table->column_count = count;
}
