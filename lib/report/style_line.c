/*
 * The tables of Keras 1 and 2: lines of fixed positions, counted in
 * characters. Fields are cut at their positions, or from 2.7 on wrapped.
 */
#include "report/style.h"
#include "core/error.h"
#include "support/cells.h"
#include "support/checked.h"

#include <string.h>

enum {
    TENSORFLOW = NWTI_STYLE_TENSORFLOW,
    UNMERGED = NWTI_STYLE_UNMERGED,
    SPACED = 4, /* the character before a field is a space */
    TITLED = 8, /* a line names the model */
    WRAPPED = 16,
    NARROW = 32, /* wrapped fields keep a character more free */
    ONE_TOTAL = 64,
    SIZED = 128,       /* totals without commas, with bytes */
    LOOSE = 256,       /* the short table as long as no depth has two calls */
    UNCONNECTED = 512, /* no connection is found */
    FLOATS = 1024      /* sums over no weights are floats */
};

typedef struct era {
    const char *style;
    int32_t since;       /* of the Keras that wrote the model, as in nwt_model */
    int32_t chain;       /* columns of a short line; 0: there is none */
    int32_t graph;       /* columns of a line with connections */
    double positions[4]; /* of that */
    int32_t rules;
} era;

/* Of a style, the latest that the model's version has reached; the first for all other models. */
static const era eras[] = {
    {"keras-1.0", 10004, 0, 100, {0.33, 0.55, 0.67, 1.0}, ONE_TOTAL},
    {"keras-1.0", 10000, 0, 100, {0.35, 0.55, 0.67, 1.0}, ONE_TOTAL},
    {"keras-1.0", 10102, 0, 100, {0.33, 0.55, 0.67, 1.0}, SPACED | ONE_TOTAL},
    {"keras-1", 0, 0, 100, {0.33, 0.55, 0.67, 1.0}, SPACED},
    {"keras-2.0", 20400, 65, 98, {0.33, 0.55, 0.67, 1.0}, SPACED | TITLED | TENSORFLOW},
    {"keras-2.0",
     20000,
     65,
     100,
     {0.33, 0.55, 0.67, 1.0},
     SPACED | LOOSE | UNCONNECTED | FLOATS | UNMERGED},
    {"keras-2.0", 20002, 65, 100, {0.33, 0.55, 0.67, 1.0}, SPACED | LOOSE | UNCONNECTED | FLOATS},
    {"keras-2.0", 20003, 65, 100, {0.33, 0.55, 0.67, 1.0}, SPACED | LOOSE | UNCONNECTED},
    {"keras-2.0", 20004, 65, 100, {0.33, 0.55, 0.67, 1.0}, SPACED},
    {"keras-2.0", 20009, 65, 98, {0.33, 0.55, 0.67, 1.0}, SPACED},
    {"keras-2.0", 20205, 65, 98, {0.33, 0.55, 0.67, 1.0}, SPACED | TITLED},
    {"keras-2.7", 0, 65, 98, {0.33, 0.55, 0.67, 1.0}, TITLED | WRAPPED | TENSORFLOW},
    {"keras-2.13", 0, 65, 98, {0.3, 0.6, 0.7, 1.0}, TITLED | WRAPPED | NARROW | SIZED | TENSORFLOW},
};

static const double chain_positions[] = {0.45, 0.85, 1.0};

enum { NAME, SHAPE, PARAMS, CONNECTED, TRAINABLE };

typedef struct field {
    const char *title; /* NULL: not shown */
    nwti_text text;
    size_t written; /* bytes of the text, of a row that is being written */
} field;

typedef struct table {
    nwti_report *report;
    nwti_text *out;
    const era *era;
    int64_t shown;  /* parameters in all rows */
    int64_t length; /* of a line */
    int64_t positions[NWTI_STYLE_POSITIONS + 1];
    int32_t position_count;
    field fields[NWTI_STYLE_COLUMNS];
    nwti_text line;
} table;

/* ---------------------------------------------------------------------- rows */

/* The bytes of the first characters of a text, and how many these are. */
static size_t first_characters(const char *text, size_t length, int64_t limit, int64_t *count)
{
    size_t i = 0;

    for (*count = 0; i < length && *count < limit; ++*count) {
        uint32_t character;

        i += nwti_cells_decode(text + i, length - i, &character);
    }
    return i;
}

static int64_t characters(const nwti_text *text)
{
    int64_t count;

    first_characters(text->data, text->length, INT64_MAX, &count);
    return count;
}

static void append(nwti_text *to, const nwti_text *from)
{
    to->failed |= from->failed;
    if (!to->failed && from->length > 0) {
        nwti_text_add(to, from->data, from->length);
    }
}

static void repeat(nwti_text *text, const char *what, int64_t count)
{
    for (; count > 0; count--) {
        nwti_text_string(text, what);
    }
}

static void shorten(nwti_text *text, int64_t limit)
{
    int64_t count;

    text->length = first_characters(text->data, text->length, limit, &count);
}

static void rule(table *t, const char *what, int64_t level)
{
    repeat(t->out, "|", level);
    repeat(t->out, what, t->length - 2 * level);
    repeat(t->out, "|", level);
    nwti_text_string(t->out, "\n");
}

/* Fields cut at their positions. */
static void write_cut(table *t)
{
    int32_t i, position = 0;

    nwti_text_clear(&t->line);
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        if (t->fields[i].title == NULL) {
            continue;
        }
        if (position > 0 && t->era->rules & SPACED) {
            shorten(&t->line, characters(&t->line) - 1);
            nwti_text_string(&t->line, " ");
        }
        append(&t->line, &t->fields[i].text);
        shorten(&t->line, t->positions[position]);
        nwti_text_repeat(&t->line, ' ', t->positions[position] - characters(&t->line));
        position++;
    }
    append(t->out, &t->line);
    nwti_text_string(t->out, "\n");
}

/* The bytes of a field's next line: as many characters as fit, no more than up to the first bracket
   or quote with a comma after it. */
static size_t next_piece(const field *f, int64_t room)
{
    const char *text = f->text.data + f->written;
    int64_t count;
    size_t length = first_characters(text, f->text.length - f->written, room, &count), i;

    for (i = 0; i + 1 < length; i++) {
        if (text[i + 1] == ',' && text[i] != '\0' && strchr(")}]'", text[i]) != NULL) {
            return i + 2;
        }
    }
    return length;
}

/* One line of fields that are wrapped; returns whether something is left. */
static int32_t write_wrapped(table *t, int64_t level)
{
    int32_t i, position = 0, left = 0;

    nwti_text_clear(&t->line);
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        field *f = &t->fields[i];
        int32_t is_last = position == t->position_count - 1, narrow = t->era->rules & NARROW;
        int64_t end = t->positions[position], room;
        size_t length;

        if (f->title == NULL) {
            continue;
        }
        room = end - (position > 0 ? t->positions[position - 1] : 0) - (is_last ? 0 : 2);
        if (narrow) {
            room -= (is_last ? 0 : 1) + (i == NAME ? level : 0);
        }
        if (room <= 0) {
            return nwti_error(t->report->ctx, NWT_STATUS_INVALID,
                              "report: a line of %d columns is too short for this table",
                              t->length);
        }
        if (i == NAME) {
            repeat(&t->line, "|", level);
            nwti_text_string(&t->line, " ");
        }
        length = next_piece(f, room);
        nwti_text_add(&t->line, f->text.data + f->written, length);
        nwti_text_string(&t->line, is_last ? "" : "  ");
        f->written += length;
        left |= f->written < f->text.length;
        nwti_text_repeat(&t->line, ' ',
                         end - characters(&t->line) - (is_last || !narrow ? level : 0));
        position++;
    }
    repeat(&t->line, "|", level);
    append(t->out, &t->line);
    nwti_text_string(t->out, "\n");
    return left;
}

/* Writes the fields and empties them. */
static void write_row(table *t, int64_t level)
{
    int32_t i;

    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        t->out->failed |= t->fields[i].text.failed;
        t->fields[i].written = 0;
    }
    if (!(t->era->rules & WRAPPED)) {
        write_cut(t);
    } else {
        while (!t->out->failed && t->report->ctx->status == NWT_STATUS_OK &&
               write_wrapped(t, level)) {
        }
    }
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        nwti_text_clear(&t->fields[i].text);
    }
}

/* -------------------------------------------------------------------- fields */

/* Keras 1.0 does not count what is not trainable. */
static void add_params(table *t, const nwti_fact *fact)
{
    nwti_text *text = &t->fields[PARAMS].text;
    int64_t params = t->era->rules & ONE_TOTAL ? fact->counts.trainable : fact->counts.params;

    nwti_add(t->shown, params, &t->shown);
    if (!fact->is_built || fact->counts.unknown_layers > 0) {
        nwti_text_string(text, "?");
    } else {
        nwti_text_int(text, params);
    }
}

/* A model at the head of a Sequential was not called: what follows is connected to the layer that
   makes its output. Until tf.keras, all other models were called once when they were made. */
static void add_connection(nwti_text *text, const nwti_edge *edge, int32_t tensorflow)
{
    const nwt_layer *layer = edge->layer;
    const nwt_tensor *tensor = NULL;
    int64_t call = edge->call, index = edge->tensor;
    char name[1024];

    if (edge->is_head && !tensorflow) {
        tensor = layer->rare->model->outputs[index];
        nwt_layer_name(tensor->call->layer, name, sizeof name);
        call = tensor->call->number;
        index = tensor->index;
    }
    nwti_text_string(text, tensor != NULL ? name : edge->name);
    nwti_text_string(text, "[");
    nwti_text_int(text, call + (tensor == NULL && edge->is_model && !tensorflow));
    nwti_text_string(text, "][");
    nwti_text_int(text, index);
    nwti_text_string(text, "]");
}

/* Before 2.7 a row for each connection, all but the last of which are written; then a list. */
static void add_connections(table *t, const nwti_fact *fact)
{
    nwti_text *text = &t->fields[CONNECTED].text;
    int32_t is_list = t->era->rules & WRAPPED, tensorflow = t->era->rules & TENSORFLOW;
    int32_t i, j, shown = 0;

    nwti_text_string(text, is_list ? "[" : "");
    for (i = 0; i < fact->call_count && (fact->depth == 0 || t->era->chain == 0); i++) {
        for (j = 0; j < fact->calls[i].call->input_count; j++) {
            if (shown++ > 0 && !is_list) {
                write_row(t, 0);
            }
            nwti_text_string(text, !is_list ? "" : shown > 1 ? ", '" : "'");
            add_connection(text, &fact->calls[i].inputs[j], tensorflow);
            nwti_text_string(text, is_list ? "'" : "");
        }
    }
    nwti_text_string(text, is_list ? "]" : "");
}

static void write_layer(table *t, const nwti_fact *fact)
{
    nwti_text *name = &t->fields[NAME].text;
    int32_t unconnected = t->era->rules & UNCONNECTED || (t->era->chain == 0 && fact->is_head);

    nwti_text_string(name, fact->name);
    nwti_text_string(name, " (");
    nwti_text_string(name, fact->written);
    nwti_text_string(name, ")");
    nwti_style_shapes(&t->fields[SHAPE].text, &t->line, fact,
                      t->era->rules & (TENSORFLOW | UNMERGED));
    add_params(t, fact);
    nwti_text_string(&t->fields[TRAINABLE].text, fact->trainable ? "Y" : "N");
    if (t->fields[CONNECTED].title != NULL && !unconnected) {
        add_connections(t, fact);
    }
    write_row(t, fact->depth);
}

/* Rules after a row: the ends of the nested models that it is the last of, and a blank line. */
static void end_row(table *t, const nwti_fact *fact, int32_t expanded, int64_t next)
{
    const nwti_facts *facts = &t->report->facts;
    int32_t depth = next < facts->count ? facts->items[next].depth : 0, level;

    if (!(t->era->rules & WRAPPED)) {
        rule(t, next < facts->count ? "_" : "=", 0);
        return;
    }
    if (expanded) {
        rule(t, "¯", fact->depth + 1);
    } else if (depth == fact->depth) {
        rule(t, " ", depth);
    }
    for (level = fact->depth - 1; level >= depth; level--) {
        rule(t, "¯", level);
    }
}

/* In Keras 1, branches stand in the place of the layer that they feed. */
static int32_t is_replaced(const table *t, const nwti_fact *fact, int64_t index)
{
    return t->era->chain == 0 && fact->end > index + 1 &&
           (fact->has_branches || (fact->is_model && fact->is_inner));
}

static void write_layers(table *t)
{
    const nwti_facts *facts = &t->report->facts;
    int32_t may_expand = t->report->options.expand_nested && t->era->rules & WRAPPED;
    int64_t next;

    for (next = 0; next < facts->count;) {
        const nwti_fact *fact = &facts->items[next];
        int32_t replaced = is_replaced(t, fact, next);
        int32_t expanded = may_expand && fact->is_model && fact->end > next + 1;

        next = expanded || replaced ? next + 1 : fact->end;
        if (!replaced) {
            write_layer(t, fact);
            end_row(t, fact, expanded, next);
            nwti_writer_pass(&t->report->out);
        }
    }
    if (facts->count == 0 || t->era->rules & WRAPPED) {
        rule(t, "=", 0);
    }
}

/* -------------------------------------------------------------------- totals */

static void write_total(table *t, const char *title, int64_t params, int64_t bytes,
                        int32_t is_float)
{
    nwti_text_string(t->out, title);
    if (t->era->rules & (SIZED | ONE_TOTAL)) {
        nwti_text_int(t->out, params);
    } else {
        nwti_text_grouped(t->out, params);
    }
    nwti_text_string(t->out, is_float ? ".0" : "");
    if (t->era->rules & SIZED) {
        nwti_text_string(t->out, " (");
        nwti_style_bytes(t->out, bytes, "Byte");
        nwti_text_string(t->out, ")");
    }
    nwti_text_string(t->out, "\n");
}

/* A sum over no weights was a float in Keras 2.0.0, and made all sums with it floats. */
static void find_floats(const table *t, int32_t *trainable, int32_t *others)
{
    const nwti_facts *facts = &t->report->facts;
    int64_t i;

    for (i = 0; i < facts->count; i++) {
        const nwti_fact *fact = &facts->items[i];

        if (!fact->is_model && !fact->is_inner) {
            *trainable |= fact->counts.trainable == 0;
            *others |= fact->counts.trainable == fact->counts.params;
        }
    }
}

static void write_totals(table *t)
{
    nwti_counts counts = nwti_layer_counts(t->report->model->layer);
    int32_t one = t->era->rules & ONE_TOTAL, trainable = 0, others = 0;

    if (t->era->rules & FLOATS) {
        find_floats(t, &trainable, &others);
    }
    write_total(t, "Total params: ", one ? t->shown : counts.params, counts.bytes,
                trainable | others);
    if (!one) {
        write_total(t, "Trainable params: ", counts.trainable, counts.trainable_bytes, trainable);
        write_total(t, "Non-trainable params: ", counts.params - counts.trainable,
                    counts.bytes - counts.trainable_bytes, others);
    }
    rule(t, "_", 0);
}

/* --------------------------------------------------------------------- table */

static const era *find_era(const char *style, int32_t version)
{
    const era *found = NULL;
    int32_t reached = 0;
    size_t i;

    for (i = 0; i < sizeof eras / sizeof *eras; i++) {
        int32_t fits = eras[i].since <= version && eras[i].since / 10000 == version / 10000;

        if (strcmp(eras[i].style, style) == 0 &&
            (found == NULL || (fits && eras[i].since > reached))) {
            found = &eras[i];
            reached = fits ? found->since : 0;
        }
    }
    return found;
}

/* Whether no two calls are as far from the end. */
static int32_t is_loose_chain(nwt_context *ctx, const nwt_model *model)
{
    int64_t count = model->call_count, i, *depths, *calls;
    int32_t j, single = 1;

    depths = nwti_arena_zeroed(&ctx->scratch, (size_t)(2 * count + 1) * sizeof *depths);
    if (depths == NULL) {
        nwti_out_of_memory(ctx);
        return 0;
    }
    calls = depths + count;
    for (i = 0; i < count; i++) {
        model->calls[i]->position = (int32_t)i;
    }
    for (i = count - 1; i >= 0 && single; i--) {
        const nwti_call *call = model->calls[i];

        single = calls[depths[i]]++ == 0;
        for (j = 0; j < call->input_count; j++) {
            int64_t *depth = &depths[call->inputs[j]->call->position];

            *depth = *depth > depths[i] ? *depth : depths[i] + 1;
        }
    }
    return single;
}

static int32_t place(table *t)
{
    const nwti_report_options *o = &t->report->options;
    int32_t connected = t->fields[CONNECTED].title != NULL, i;
    const double *positions = connected ? t->era->positions : chain_positions;

    t->position_count = connected ? 4 : 3;
    if (o->position_count > 0) {
        positions = o->position;
        t->position_count = o->position_count;
    }
    if (t->position_count + o->show_trainable < 3 + connected + o->show_trainable) {
        return nwti_error(t->report->ctx, NWT_STATUS_INVALID,
                          "report: positions must be %d numbers", (int64_t)(3 + connected));
    }
    for (i = 0; i < t->position_count; i++) {
        double end = positions[i];

        if (positions[t->position_count - 1] <= 1) {
            end *= (double)t->length;
        }
        if (!(end >= 0 && end <= 1e6)) {
            return nwti_error(t->report->ctx, NWT_STATUS_INVALID,
                              "report: positions must be between 0 and 1000000");
        }
        t->positions[i] = (int64_t)end;
    }
    if (t->fields[TRAINABLE].title != NULL) {
        t->length += 11;
        t->positions[t->position_count++] = t->length;
    }
    return 0;
}

static void begin(table *t, nwti_report *report)
{
    static const char *const titles[] = {"Layer (type)", "Output Shape", "Param #", "Connected to",
                                         "Trainable"};
    const nwti_report_options *o = &report->options;
    const era *era = find_era(o->style, report->model->version);
    int32_t is_chain = era->rules & LOOSE ? is_loose_chain(report->ctx, report->model)
                                          : report->facts.is_chain;
    int32_t connected = era->chain == 0 || !is_chain;
    int32_t shown[] = {1, 1, 1, connected, o->show_trainable && era->rules & WRAPPED}, i;

    memset(t, 0, sizeof *t);
    t->report = report;
    t->out = &report->out.text;
    t->era = era;
    t->length = o->line_length != NWT_NONE_INT ? o->line_length
                : connected                    ? era->graph
                                               : era->chain;
    nwti_text_init(&t->line, &report->ctx->heap);
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        t->fields[i].title = shown[i] ? titles[i] : NULL;
        nwti_text_init(&t->fields[i].text, &report->ctx->heap);
        nwti_text_string(&t->fields[i].text, titles[i]);
    }
}

int32_t nwti_style_line(nwti_report *report)
{
    table t;
    int32_t i;

    begin(&t, report);
    if (place(&t) == 0) {
        if (t.era->rules & TITLED) {
            nwti_text_string(t.out, "Model: \"");
            nwti_text_string(t.out, report->facts.name);
            nwti_text_string(t.out, "\"\n");
        }
        rule(&t, "_", 0);
        write_row(&t, 0);
        rule(&t, "=", 0);
        write_layers(&t);
        write_totals(&t);
    }
    for (i = 0; i < NWTI_STYLE_COLUMNS; i++) {
        nwti_text_free(&t.fields[i].text);
    }
    nwti_text_free(&t.line);
    return report->ctx->status;
}
