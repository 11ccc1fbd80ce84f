/*
 * The table of Keras 3, which rich draws: columns squeezed to the line, cells
 * wrapped at spaces and cut with an ellipsis, all cropped to the terminal.
 */
#include "report/style.h"
#include "core/error.h"
#include "support/cells.h"

#include <string.h>

enum { NAME, SHAPE, PARAMS, CONNECTED, TRAINABLE };

enum {
    CONSOLE = 80, /* columns of a terminal that is not there */
    PADDING = 2,
    NARROWEST = 4,       /* column that Keras accepts */
    MARGIN = 4,          /* of the terminal that Keras leaves free */
    LARGEST = 1000000000 /* position of a column */
};

typedef struct column {
    const char *title;
    int32_t align;
    int64_t width;   /* a space on either side included */
    nwti_text cell;  /* of the row being written, as it is */
    nwti_text lines; /* the same wrapped, each line ended by a newline */
} column;

typedef struct box {
    nwti_report *report;
    nwti_text *out;
    int64_t console;                    /* columns of the terminal */
    int64_t length;                     /* of a line of the table */
    int32_t count;                      /* of columns */
    column columns[NWTI_STYLE_COLUMNS]; /* by NAME ... TRAINABLE; title NULL: not shown */
    nwti_text line;
} box;

/* --------------------------------------------------------------------- lines */

/* Writes the line that was collected, cropped to the terminal. */
static void crop(box *b)
{
    int64_t columns;
    size_t length = b->line.length;

    if (b->line.failed) {
        b->out->failed = 1;
        return;
    }
    length = nwti_cells_cut(b->line.data, length, b->console, &columns);
    nwti_text_add(b->out, b->line.data, length);
    if (length < b->line.length) {
        nwti_text_repeat(b->out, ' ', b->console - columns);
    }
    nwti_text_string(b->out, "\n");
}

/* A rule: "┏━┳┓" are its left end, its line, its crossings and its right end. */
static void rule(box *b, const char *const *parts)
{
    int32_t i, shown = 0;
    int64_t j;

    nwti_text_clear(&b->line);
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        if (b->columns[i].title != NULL) {
            nwti_text_string(&b->line, parts[shown++ == 0 ? 0 : 2]);
            for (j = 0; j < b->columns[i].width; j++) {
                nwti_text_string(&b->line, parts[1]);
            }
        }
    }
    nwti_text_string(&b->line, parts[3]);
    crop(b);
}

static int64_t count_lines(const nwti_text *text)
{
    int64_t count = 0;
    size_t i;

    for (i = 0; i < text->length; i++) {
        count += text->data[i] == '\n';
    }
    return count;
}

/* Adds a line of a column to the line that is collected; a blank one after the last and, for
   `skip` lines, before the first. */
static void add_line(nwti_text *line, const column *c, size_t *at, int64_t skip)
{
    const char *start = c->lines.length > *at ? c->lines.data + *at : NULL;
    size_t length;

    if (start == NULL || skip > 0) {
        nwti_text_repeat(line, ' ', c->width);
        return;
    }
    length = (size_t)((const char *)memchr(start, '\n', c->lines.length - *at) - start);
    nwti_text_string(line, " ");
    nwti_text_add(line, start, length);
    nwti_text_string(line, " ");
    *at += length + 1;
}

/* A row of cells with a bar between; `low`: cells stand at the bottom of the row. */
static void write_row(box *b, const char *bar, int32_t low)
{
    size_t at[NWTI_STYLE_COLUMNS] = {0};
    int64_t counts[NWTI_STYLE_COLUMNS] = {0};
    int64_t height = 1, i;
    int32_t j;

    for (j = 0; j < NWTI_STYLE_COLUMNS; j++) {
        column *c = &b->columns[j];

        nwti_text_clear(&c->lines);
        if (c->title != NULL && c->width > PADDING) {
            nwti_style_wrap(&c->lines, &b->line, &c->cell, c->width - PADDING, c->align);
            counts[j] = count_lines(&c->lines);
            height = counts[j] > height ? counts[j] : height;
        }
        b->out->failed |= c->lines.failed | c->cell.failed;
    }
    for (i = 0; i < height && !b->out->failed; i++) {
        nwti_text_clear(&b->line);
        for (j = 0; j < NWTI_STYLE_COLUMNS; j++) {
            if (b->columns[j].title != NULL) {
                nwti_text_string(&b->line, bar);
                add_line(&b->line, &b->columns[j], &at[j], low ? height - counts[j] - i : 0);
            }
        }
        nwti_text_string(&b->line, bar);
        crop(b);
    }
}

/* ------------------------------------------------------------------- columns */

static int64_t round_half_even(int64_t number, int64_t by)
{
    int64_t whole = number / by, rest = number % by;

    return whole + (2 * rest > by || (2 * rest == by && whole % 2 != 0));
}

/* Makes the columns as wide as the line: too wide ones lose the same each, as far as they can; too
   narrow ones gain in proportion. */
static void fit(box *b)
{
    int64_t sum = 0, rest = b->length - (b->count + 1), left = b->count;
    int32_t i, grow;

    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        sum += b->columns[i].title != NULL ? b->columns[i].width : 0;
    }
    rest -= sum;
    grow = rest > 0;
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        int64_t *width = &b->columns[i].width, more;

        if (b->columns[i].title == NULL || rest == 0) {
            continue;
        }
        if (grow) {
            more = (*width * rest + sum - 1) / sum;
            sum -= *width;
        } else {
            more = -round_half_even(-rest, left--);
            more = more < -*width ? -*width : more;
        }
        *width += more;
        rest -= more;
    }
}

static int32_t next_column(const box *b, int32_t index)
{
    while (index < NWTI_STYLE_COLUMNS && b->columns[index].title == NULL) {
        index++;
    }
    return index;
}

/* The widths that Keras asks for, before rich fits them. 0, or the status. */
static int32_t ask(box *b)
{
    static const double chain[] = {0.45, 0.80, 1.0}, graph[] = {0.3, 0.56, 0.74, 1.0};
    const nwti_report_options *o = &b->report->options;
    const double *positions = b->report->facts.is_chain ? chain : graph;
    int32_t count = b->report->facts.is_chain ? 3 : 4, i, j = 0;
    int64_t last = 0;

    if (o->position_count > 0) {
        positions = o->position;
        count = o->position_count;
    }
    for (i = 0; i < count + o->show_trainable; i++) {
        double position = i == count ? 1.0 : positions[i] * (o->show_trainable ? 0.90 : 1.0);
        double end = position * (double)b->length;
        int64_t width = end < LARGEST ? (int64_t)end - last : 0;

        if (width < NARROWEST) {
            return nwti_error(b->report->ctx, NWT_STATUS_INVALID,
                              "report: a line of %d columns is too short for this table",
                              b->length);
        }
        last += width;
        j = next_column(b, j);
        if (j < NWTI_STYLE_COLUMNS) {
            b->columns[j++].width = width + PADDING;
        }
    }
    if (next_column(b, j) < NWTI_STYLE_COLUMNS) {
        return nwti_error(b->report->ctx, NWT_STATUS_INVALID,
                          "report: positions must be %d numbers",
                          (int64_t)b->count - o->show_trainable);
    }
    return 0;
}

static void begin(box *b, nwti_report *report)
{
    static const char *const titles[] = {"Layer (type)", "Output Shape", "Param #", "Connected to",
                                         "Trainable"};
    static const int32_t align[] = {NWTI_LEFT, NWTI_LEFT, NWTI_RIGHT, NWTI_LEFT, NWTI_CENTRE};
    const nwti_report_options *o = &report->options;
    int32_t shown[NWTI_STYLE_COLUMNS] = {1, 1, 1, !report->facts.is_chain, o->show_trainable};
    int64_t widest = (report->facts.is_chain ? 88 : 108) + (o->show_trainable ? 12 : 0);
    int32_t i;

    memset(b, 0, sizeof *b);
    b->report = report;
    b->out = &report->out.text;
    b->console = o->width != NWT_NONE_INT ? o->width : CONSOLE;
    b->length = widest < b->console - MARGIN ? widest : b->console - MARGIN;
    if (o->line_length != NWT_NONE_INT) {
        b->length = o->line_length;
    }
    nwti_text_init(&b->line, &report->ctx->heap);
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        b->columns[i].title = shown[i] ? titles[i] : NULL;
        b->columns[i].align = align[i];
        b->count += shown[i];
        nwti_text_init(&b->columns[i].cell, &report->ctx->heap);
        nwti_text_init(&b->columns[i].lines, &report->ctx->heap);
    }
}

/* ---------------------------------------------------------------------- rows */

/* The end of what rich takes for a tag, as in "[bold]"; NULL: there is none. */
static const char *tag_end(const char *text)
{
    if (text[0] != '[' || !((text[1] >= 'a' && text[1] <= 'z') || text[1] == '#' ||
                            text[1] == '/' || text[1] == '@')) {
        return NULL;
    }
    text += 1 + strcspn(text + 1, "[]");
    return *text == ']' ? text : NULL;
}

/* Without the control characters that rich drops; with `markup`, without tags. */
static void add_name(nwti_text *cell, const char *name, int32_t markup)
{
    for (; *name != '\0'; name++) {
        const char *end = markup ? tag_end(name) : NULL;

        if (end != NULL) {
            name = end;
        } else if (strchr("\a\b\v\f\r", *name) == NULL) {
            nwti_text_add(cell, name, 1);
        }
    }
}

/* The outputs of the layer's last call. */
static void add_shapes(nwti_text *cell, const nwti_call *call)
{
    int32_t several = call != NULL && call->output_count > 1;
    const nwt_tensor *output = call != NULL ? call->outputs : NULL;

    nwti_text_string(cell, output == NULL ? "?" : several ? "[" : "");
    for (; output != NULL; output = output->next) {
        nwti_style_shape(cell, output->rank, output->dims, ")");
        nwti_text_string(cell, output->next != NULL ? ", " : several ? "]" : "");
    }
}

/* Keras shows a tuple of what a model's own graph gives, a list of what a call does. */
static void add_own_shapes(nwti_text *cell, const nwt_model *model)
{
    int32_t i;

    nwti_text_string(cell, model->output_count > 1 ? "(" : "");
    for (i = 0; i < model->output_count; i++) {
        nwti_text_string(cell, i > 0 ? ", " : "");
        nwti_style_shape(cell, model->outputs[i]->rank, model->outputs[i]->dims, ")");
    }
    nwti_text_string(cell, model->output_count > 1 ? ")" : "");
}

static void add_params(nwti_text *cell, const nwti_fact *fact)
{
    if (!fact->is_built && !fact->is_operation) {
        nwti_text_string(cell, "0 (unbuilt)");
    } else if (fact->counts.unknown_layers > 0) {
        nwti_text_string(cell, "?");
    } else {
        nwti_text_grouped(cell, fact->counts.params);
    }
}

/* Of the calls in the model itself: those within a nested one are not shown. Keras forgets to
   escape these names. */
static void add_connections(nwti_text *cell, const nwti_fact *fact)
{
    int32_t i, j;

    for (i = 0; i < fact->call_count && fact->depth == 0; i++) {
        const nwti_row_call *row = &fact->calls[i];

        for (j = 0; j < row->call->input_count; j++) {
            const nwti_edge *edge = &row->inputs[j];

            nwti_text_string(cell, cell->length > 0 ? ", " : "");
            add_name(cell, edge->name, 1);
            nwti_text_string(cell, "[");
            nwti_text_int(cell, edge->call);
            nwti_text_string(cell, "][");
            nwti_text_int(cell, edge->tensor);
            nwti_text_string(cell, "]");
        }
    }
    nwti_text_string(cell, cell->length > 0 ? "" : "-");
}

static void fill_row(box *b, const nwti_fact *fact)
{
    column *columns = b->columns;
    int32_t i;

    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        nwti_text_clear(&columns[i].cell);
    }
    nwti_text_repeat(&columns[NAME].cell, ' ', 3 * (int64_t)fact->depth);
    nwti_text_string(&columns[NAME].cell, fact->depth > 0 ? "└ " : "");
    add_name(&columns[NAME].cell, fact->name, 0);
    nwti_text_string(&columns[NAME].cell, " (");
    add_name(&columns[NAME].cell, fact->class_name, 0);
    nwti_text_string(&columns[NAME].cell, ")");
    if (nwti_uncalled_model(fact) != NULL) {
        add_own_shapes(&columns[SHAPE].cell, nwti_uncalled_model(fact));
    } else {
        add_shapes(&columns[SHAPE].cell, nwti_layer_call(fact->layer, fact->layer->call_count - 1));
    }
    add_params(&columns[PARAMS].cell, fact);
    add_connections(&columns[CONNECTED].cell, fact);
    nwti_text_string(&columns[TRAINABLE].cell, fact->counts.weights == 0 ? "-"
                                               : fact->trainable         ? "Y"
                                                                         : "N");
}

static void write_table(box *b)
{
    static const char *const top[] = {"┏", "━", "┳", "┓"};
    static const char *const head[] = {"┡", "━", "╇", "┩"};
    static const char *const between[] = {"├", "─", "┼", "┤"};
    static const char *const bottom[] = {"└", "─", "┴", "┘"};
    const nwti_facts *facts = &b->report->facts;
    int32_t i, shown = 0;
    int64_t next;

    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        const char *title = b->columns[i].title;

        nwti_text_string(&b->columns[i].cell, title != NULL ? title : "");
    }
    rule(b, top);
    write_row(b, "┃", 1);
    rule(b, head);
    for (next = 0; next < facts->count;) {
        const nwti_fact *fact = &facts->items[next];
        int32_t expanded = b->report->options.expand_nested && fact->is_model;

        next = expanded ? next + 1 : fact->end;
        if (fact->depth > 0 && fact->is_operation) {
            continue;
        }
        if (shown++ > 0) {
            rule(b, between);
        }
        fill_row(b, fact);
        write_row(b, "│", 0);
        nwti_writer_pass(&b->report->out);
    }
    rule(b, bottom);
}

/* -------------------------------------------------------------------- totals */

static void write_total(box *b, const char *title, int64_t params, int64_t bytes)
{
    nwti_text *cell = &b->columns[NAME].cell;

    nwti_text_clear(cell);
    nwti_text_string(cell, title);
    nwti_text_grouped(cell, params);
    nwti_text_string(cell, " (");
    nwti_style_bytes(cell, bytes, "B");
    nwti_text_string(cell, ")");
    nwti_style_wrap(b->out, &b->line, cell, b->console, NWTI_PLAIN);
}

static void write_totals(box *b)
{
    nwti_counts counts = nwti_layer_counts(b->report->model->layer);
    const nwti_optimizer *optimizer = b->report->model->optimizer;

    if (optimizer != NULL && optimizer->params < 0) {
        optimizer = NULL;
    }
    write_total(b, " Total params: ", counts.params + (optimizer != NULL ? optimizer->params : 0),
                counts.bytes + (optimizer != NULL ? optimizer->bytes : 0));
    write_total(b, " Trainable params: ", counts.trainable, counts.trainable_bytes);
    write_total(b, " Non-trainable params: ", counts.params - counts.trainable,
                counts.bytes - counts.trainable_bytes);
    if (optimizer != NULL) {
        write_total(b, " Optimizer params: ", optimizer->params, optimizer->bytes);
    }
}

int32_t nwti_style_box(nwti_report *report)
{
    nwti_text *name;
    box b;
    int32_t i, status;

    begin(&b, report);
    status = ask(&b);
    if (status == 0) {
        fit(&b);
        name = &b.columns[NAME].cell;
        nwti_text_string(name, "Model: \"");
        add_name(name, report->facts.name, 0);
        nwti_text_string(name, "\"");
        nwti_style_wrap(b.out, &b.line, name, b.console, NWTI_PLAIN);
        nwti_text_clear(name);
        write_table(&b);
        write_totals(&b);
    }
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        nwti_text_free(&b.columns[i].cell);
        nwti_text_free(&b.columns[i].lines);
    }
    nwti_text_free(&b.line);
    return status;
}
