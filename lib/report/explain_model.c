/* The whole model: its layers, the largest first, and what they sum up to. */
#include "report/explain.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------- ranking */

typedef struct rank {
    int64_t params;
    int64_t index;
    int32_t unknown;
} rank;

/* The largest first, then the model's order; those that are not known at the end. */
static int by_size(const void *a, const void *b)
{
    const rank *first = a, *second = b;

    if (first->unknown != second->unknown) {
        return first->unknown ? 1 : -1;
    }
    if (first->params != second->params) {
        return first->params < second->params ? 1 : -1;
    }
    return first->index < second->index ? -1 : 1;
}

/* The layers of the model that hold weights, or might; NULL when out of memory. */
static rank *rank_layers(const nwti_explained *e, int64_t *count)
{
    rank *ranks = nwti_arena_array(&e->report->ctx->scratch, (size_t)e->end, sizeof *ranks);
    int64_t i = 0;

    *count = 0;
    while (ranks != NULL && i < e->end) {
        const nwti_fact *fact = &e->rows[i];
        int32_t unknown = nwti_explain_unknown(fact) != NULL && fact->counts.weights == 0;
        /* A layer that leaves the counting to those within it. */
        int32_t is_apart = fact->counts.weights == 0 && nwti_explained_params(e, i) > 0;

        if (!is_apart && (unknown || fact->counts.weights > 0)) {
            ranks[(*count)++] = (rank){fact->counts.params, i, unknown};
        }
        i = is_apart ? i + 1 : fact->end;
    }
    if (ranks != NULL && *count > 0) {
        qsort(ranks, (size_t)*count, sizeof *ranks, by_size);
    }
    return ranks;
}

/* "66.7%" */
static void put_share(nwti_text *out, int64_t part, int64_t whole)
{
    int64_t scale = whole > INT64_MAX / 2000 ? 4096 : 1, tenths;
    int32_t is_some = part > 0;

    part /= scale;
    whole /= scale;
    tenths = whole > 0 ? (part * 1000 + whole / 2) / whole : 0;
    nwti_text_percent(out, tenths, is_some);
}

/* The layer that alone holds the weights of a row: the cell of an LSTM. */
static int64_t holder_of(const nwti_explained *e, int64_t index)
{
    int64_t i, found;

    for (;;) {
        found = -1;
        for (i = index + 1; i < e->rows[index].end; i = e->rows[i].end) {
            if (e->rows[i].counts.weights > 0) {
                if (found >= 0) {
                    return index;
                }
                found = i;
            }
        }
        if (found < 0 || e->rows[index].weight_count > 0) {
            return index;
        }
        index = found;
    }
}

/* "6,272 in forward_lstm + 6,272 in backward_lstm", or how many there are. */
static void put_parts(nwti_explained *e, int64_t index)
{
    enum { MOST_PARTS = 6 };
    const nwti_fact *fact = &e->rows[index];
    int64_t i, count = 0;

    for (i = index + 1; i < fact->end; i = e->rows[i].end) {
        count += e->rows[i].counts.weights > 0;
    }
    if (count > MOST_PARTS || fact->weight_count > 0) {
        nwti_explain_count(e->out, count, "layer");
        nwti_text_string(e->out, " within");
        return;
    }
    count = 0;
    for (i = index + 1; i < fact->end; i = e->rows[i].end) {
        if (e->rows[i].counts.weights > 0) {
            nwti_explain_put(e->out, count++ > 0 ? " + %d in %s" : "%d in %s",
                             e->rows[i].counts.params, e->rows[i].name);
        }
    }
}

static void put_why(nwti_explained *e, const rank *of)
{
    const nwti_fact *fact = &e->rows[of->index];
    const char *unknown = nwti_explain_unknown(fact);
    int64_t holder = holder_of(e, of->index);

    nwti_explain_put(e->out, "%s (%s): ", fact->name, fact->class_name);
    if (of->unknown) {
        nwti_explain_put(e->out, "%s\n", unknown);
        return;
    }
    if (e->rows[holder].end > holder + 1 && e->rows[holder].layer->kind->has_children) {
        put_parts(e, holder);
    } else {
        nwti_explain_products(e->out, &e->rows[holder]);
    }
    if (fact->counts.trainable == 0) {
        nwti_text_string(e->out, fact->trainable ? "; non-trainable" : "; frozen");
    }
    if (unknown != NULL) {
        nwti_explain_put(e->out, "; %s", unknown);
    }
    nwti_text_string(e->out, "\n");
}

/* ------------------------------------------------------------------------ table */

enum { PARAMS, SHARE, BYTES, COLUMNS };

typedef struct table {
    nwti_explained *e;
    const rank *ranks;
    int64_t count;
    int64_t total;
    nwti_text cell;
    int64_t widths[COLUMNS];
} table;

static void fill_cell(table *t, const rank *of, int32_t column)
{
    const nwti_counts *counts = &t->e->rows[of->index].counts;

    nwti_text_clear(&t->cell);
    if (of->unknown) {
        nwti_text_string(&t->cell, "?");
    } else if (column == SHARE) {
        put_share(&t->cell, counts->params, t->total);
    } else {
        nwti_text_grouped(&t->cell, column == PARAMS ? counts->params : counts->bytes);
    }
}

static void put_cell(table *t, int32_t column)
{
    nwti_text *out = t->e->out;

    nwti_text_string(out, "  ");
    nwti_text_repeat(out, ' ', t->widths[column] - (int64_t)t->cell.length);
    nwti_text_add(out, t->cell.data != NULL ? t->cell.data : "", t->cell.length);
}

static void put_table(table *t)
{
    static const char *const titles[] = {"params", "share", "bytes"};
    int32_t column;
    int64_t i;

    for (column = 0; column < COLUMNS; column++) {
        t->widths[column] = (int64_t)strlen(titles[column]);
        for (i = 0; i < t->count; i++) {
            fill_cell(t, &t->ranks[i], column);
            t->widths[column] = (int64_t)t->cell.length > t->widths[column]
                                    ? (int64_t)t->cell.length
                                    : t->widths[column];
        }
        nwti_text_clear(&t->cell);
        nwti_text_string(&t->cell, titles[column]);
        put_cell(t, column);
    }
    nwti_text_string(t->e->out, "  layer\n");
    for (i = 0; i < t->count; i++) {
        for (column = 0; column < COLUMNS; column++) {
            fill_cell(t, &t->ranks[i], column);
            put_cell(t, column);
        }
        nwti_text_string(t->e->out, "  ");
        put_why(t->e, &t->ranks[i]);
        nwti_writer_pass(&t->e->report->out);
    }
}

/* --------------------------------------------------------------------- formulas */

/* "Dense: input features x units + units" and its factored form, each once. */
static void put_formula(nwti_explained *e, nwti_map *seen, nwti_text *line, const nwti_fact *fact)
{
    nwti_formula formula;
    void **place;
    char *key;

    if (!nwti_formula_make(&formula, fact)) {
        return;
    }
    nwti_text_clear(line);
    nwti_explain_put(line, "  %s: ", fact->class_name);
    nwti_formula_words(line, &formula, "\n    = ");
    if (line->failed || nwti_map_get(seen, line->data, line->length) != NULL) {
        return;
    }
    key = nwti_arena_string(&e->report->ctx->scratch, line->data, line->length);
    place = key != NULL ? nwti_map_at(seen, key, line->length) : NULL;
    if (place == NULL) {
        line->failed = 1;
        return;
    }
    *place = key;
    nwti_text_string(e->out, seen->count == 1 ? "\nFormulas:\n" : "");
    nwti_text_add(e->out, line->data, line->length);
    nwti_text_string(e->out, "\n");
}

static void put_formulas(nwti_explained *e)
{
    nwti_text line;
    nwti_map seen;
    int64_t i;

    nwti_text_init(&line, e->out->heap);
    nwti_map_init(&seen, e->out->heap);
    for (i = 0; i < e->end && !line.failed; i++) {
        put_formula(e, &seen, &line, &e->rows[i]);
    }
    e->out->failed |= line.failed;
    nwti_map_free(&seen);
    nwti_text_free(&line);
}

/* ----------------------------------------------------------------------- totals */

/* "Total: 264,710 + 132,355 = 397,065 parameters" */
static void put_total(const table *t, const nwti_counts *counts)
{
    enum { MOST_TERMS = 8 };
    nwti_text *out = t->e->out;
    int64_t i, sum = 0, known = 0;

    for (i = 0; i < t->count; i++) {
        sum += t->ranks[i].params;
        known += !t->ranks[i].unknown;
    }
    nwti_text_string(out, counts->unknown_layers > 0 ? "\nTotal: at least " : "\nTotal: ");
    for (i = 0; known > 1 && known <= MOST_TERMS && sum == counts->params && i < known; i++) {
        nwti_explain_put(out, i + 1 < known ? "%d + " : "%d = ", t->ranks[i].params);
    }
    nwti_explain_count(out, counts->params, "parameter");
    nwti_text_string(out, "\n");
    if (sum > counts->params) {
        nwti_explain_put(out,
                         "  The layers above sum up to %d; weights that several of them share "
                         "count once.\n",
                         sum);
    }
    if (counts->unknown_layers > 0) {
        nwti_text_string(out, "  ");
        nwti_explain_count(out, counts->unknown_layers, "layer");
        nwti_text_string(out, counts->unknown_layers == 1 ? " is not known and not counted.\n"
                                                          : " are not known and not counted.\n");
    }
}

static void put_ends(nwti_text *out, const char *what, int32_t count, nwt_tensor *const *tensors,
                     int32_t *has_none)
{
    int32_t i, j;

    for (i = 0; i < count; i++) {
        nwti_explain_put(out, "  %s: ", what);
        nwti_text_shape(out, tensors[i]->rank, tensors[i]->dims);
        nwti_text_string(out, "\n");
        for (j = 0; j < tensors[i]->rank; j++) {
            *has_none |= tensors[i]->dims[j] < 0;
        }
    }
}

static void put_title(nwti_explained *e, const nwti_counts *counts)
{
    const nwt_model *model = e->report->model;

    nwti_explain_put(e->out,
                     model->is_listing ? "%s: the weights of a file.\n  " : "%s (%s): it %s.\n  ",
                     e->report->facts.name, nwti_class_title(model->layer),
                     model->layer->kind->descriptor->about);
    if (model->layer_count == 0 && !model->built) {
        nwti_text_string(e->out, "it has no layers yet\n");
        return;
    }
    nwti_explain_count(e->out, model->layer_count, "layer");
    if (!model->built && !model->is_listing) {
        nwti_text_string(e->out, ", not built: the shape of the input is not given.\n"
                                 "  Give the first layer an input_shape, or put an Input before "
                                 "it.\n");
        return;
    }
    nwti_text_string(e->out, counts->unknown_layers > 0 ? ", at least " : ", ");
    nwti_explain_count(e->out, counts->params, "parameter");
    nwti_text_string(e->out, ", ");
    nwti_explain_bytes(e->out, counts->bytes);
    nwti_text_string(e->out, "\n");
}

static int32_t explain_counts(nwti_explained *e, const nwti_counts *counts)
{
    table t = {e, NULL, 0, counts->params, {0}, {0}};

    t.ranks = rank_layers(e, &t.count);
    if (t.ranks == NULL) {
        return nwti_out_of_memory(e->report->ctx);
    }
    if (t.count == 0) {
        nwti_text_string(e->out, "\nNone of its layers has parameters.\n");
        return 0;
    }
    nwti_text_string(e->out, "\nWhere the parameters are, the largest first:\n");
    nwti_text_init(&t.cell, e->out->heap);
    put_table(&t);
    nwti_explain_others(e, 0, e->end, 2);
    e->out->failed |= t.cell.failed;
    nwti_text_free(&t.cell);
    put_formulas(e);
    put_total(&t, counts);
    nwti_explain_trainable(e, e->report->model->layer, counts);
    nwti_explain_memory(e, counts);
    return 0;
}

/* What a compiled model and a file hold beside the weights. */
static void put_beside(nwti_text *out, const nwt_model *model)
{
    const nwti_optimizer *optimizer = model->stored != NULL ? model->stored : model->optimizer;
    const nwti_file_account *file = model->file;
    int32_t i;

    if (optimizer != NULL && optimizer->params >= 0) {
        nwti_explain_put(out, "\nOptimizer, apart from the model:\n  %s: ", optimizer->class_name);
        nwti_explain_count(out, optimizer->params, "number");
        nwti_text_string(out, ", ");
        nwti_explain_bytes(out, optimizer->bytes);
        nwti_text_string(out, "\n");
    }
    for (i = 0; file != NULL && i < file->part_count; i++) {
        if (i == 0) {
            nwti_text_string(out, "\nThe file, ");
            nwti_explain_bytes(out, file->bytes);
            nwti_text_string(out, ":\n");
        }
        nwti_explain_put(out, "  %s: ", file->parts[i].name);
        nwti_explain_bytes(out, file->parts[i].bytes);
        nwti_text_string(out, "\n");
    }
}

int32_t nwti_explain_model(nwti_report *report)
{
    const nwt_model *model = report->model;
    nwti_counts counts = nwti_layer_counts(model->layer);
    nwti_explained e;
    int32_t has_none = 0;

    if (nwti_explained_begin(&e, report, 0, report->facts.count)) {
        return report->ctx->status;
    }
    put_title(&e, &counts);
    if (model->built || model->is_listing) {
        put_ends(e.out, "input", model->input_count, model->inputs, &has_none);
        put_ends(e.out, "output", model->output_count, model->outputs, &has_none);
        if (explain_counts(&e, &counts)) {
            return report->ctx->status;
        }
        nwti_explain_model_work(&e);
        put_beside(e.out, model);
        nwti_text_string(e.out, "\nNotes:\n");
        nwti_explain_prose(e.out, "  - ",
                           "A parameter is one number in a weight; training changes "
                           "the trainable ones. Explain a layer by its name to see its weights.");
        if (has_none) {
            nwti_explain_none(e.out);
        }
    }
    return 0;
}
