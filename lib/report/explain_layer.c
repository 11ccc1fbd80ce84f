/* One layer: its calls, its weights and those within it, its formula, its bytes. */
#include "report/explain.h"
#include "core/weight.h"

#include <string.h>

/* --------------------------------------------------------------------- options */

/* A default is not worth a word; configs write the function 'linear' for None. */
static int32_t is_usual(const nwt_option *row, const char *value, const char *usual)
{
    return (row->fallback != NULL && strcmp(value, usual) == 0) ||
           (row->value_type == NWT_TYPE_FUNCTION && strcmp(value, "'linear'") == 0);
}

/* Options that are required or differ from their defaults. */
static void put_options(nwti_text *line, nwti_text *value, nwti_text *other, const nwt_layer *layer)
{
    const nwti_layout *layout = &layer->kind->options;
    int32_t i;

    for (i = 0; i < layout->count; i++) {
        const nwt_option *row = nwti_row(layout, i);

        nwti_text_clear(value);
        nwti_text_clear(other);
        if (!(row->flags & NWT_FLAG_HIDDEN) && nwti_option_size(row) > 0) {
            nwti_option_text(value, row, layer->self, nwti_layer_class);
            nwti_option_text(other, row, layout->defaults, nwti_layer_class);
        }
        if (value->length > 0 &&
            !is_usual(row, value->data, other->length > 0 ? other->data : "")) {
            nwti_explain_put(line, line->length > 0 ? ", %s=" : "%s=", row->key);
            nwti_explain_put(line, "%s", value->data);
        }
        line->failed |= value->failed || other->failed;
    }
    if (!(layer->flags & NWTI_TRAINABLE)) {
        nwti_text_string(line, line->length > 0 ? ", trainable=False" : "trainable=False");
    }
}

void nwti_explain_options(nwti_text *line, const nwt_layer *layer)
{
    nwti_text value, other;

    nwti_text_init(&value, line->heap);
    nwti_text_init(&other, line->heap);
    put_options(line, &value, &other, layer);
    nwti_text_free(&value);
    nwti_text_free(&other);
}

static void explain_options(nwti_explained *e, const nwt_layer *layer)
{
    nwti_text line;

    nwti_text_init(&line, e->out->heap);
    nwti_explain_options(&line, layer);
    e->out->failed |= line.failed;
    if (line.length > 0) {
        nwti_explain_prose(e->out, "  options: ", line.data);
    }
    nwti_text_free(&line);
}

/* ----------------------------------------------------------------------- calls */

/* The rows among which a row stands: those of the model, or those within another row. */
typedef struct siblings {
    const nwt_model *model; /* NULL: a wrapper */
    int64_t first;
    int64_t end;
} siblings;

static siblings siblings_of(const nwti_report *report, int64_t index)
{
    const nwti_fact *rows = report->facts.items;
    int64_t i = index;

    while (i >= 0 && rows[i].depth >= rows[index].depth) {
        i--;
    }
    if (i < 0) {
        return (siblings){report->model, 0, report->facts.count};
    }
    return (siblings){rows[i].is_model ? rows[i].layer->rare->model : NULL, i + 1, rows[i].end};
}

static int32_t put_shape(nwti_text *out, const nwt_tensor *tensor)
{
    int32_t i, has_none = tensor->rank < 0;

    nwti_text_shape(out, tensor->rank, tensor->dims);
    for (i = 0; i < tensor->rank; i++) {
        has_none |= tensor->dims[i] < 0;
    }
    return has_none;
}

static int32_t uses(const nwti_fact *row, const nwti_fact *fact, int32_t call, int32_t tensor)
{
    int32_t i, j;

    for (i = 0; i < row->call_count; i++) {
        for (j = 0; j < row->calls[i].call->input_count; j++) {
            const nwti_edge *edge = &row->calls[i].inputs[j];

            if (edge->layer == fact->layer && edge->call == call && edge->tensor == tensor) {
                return 1;
            }
        }
    }
    return 0;
}

/* " to dense_1, add (an output of the model)" */
static void put_users(nwti_explained *e, const siblings *beside, const nwti_fact *fact,
                      int32_t call, const nwt_tensor *tensor)
{
    const char *between = " to ";
    int64_t i;
    int32_t j;

    for (i = beside->first; i < beside->end; i = e->rows[i].end) {
        if (uses(&e->rows[i], fact, call, tensor->index)) {
            nwti_explain_put(e->out, "%s%s", between, e->rows[i].name);
            between = ", ";
        }
    }
    for (j = 0; beside->model != NULL && j < beside->model->output_count; j++) {
        if (beside->model->outputs[j] == tensor) {
            nwti_text_string(e->out, " (an output of the model)");
            break;
        }
    }
}

static void begin_line(nwti_explained *e, const nwti_fact *fact, int32_t call, const char *what)
{
    nwti_text_string(e->out, "  ");
    if (fact->call_count > 1) {
        nwti_explain_put(e->out, "call %d ", (int64_t)call + 1);
    }
    nwti_explain_put(e->out, "%s: ", what);
}

const char *nwti_explain_argument(const nwti_row_call *row, int32_t input)
{
    const nwti_call *call = row->call;
    const nwti_layout *arguments = &call->layer->kind->arguments;
    int32_t index = call->given != NULL ? call->given->rows[input] & NWTI_ROW_MASK : 0;

    return row->inputs[input].argument == NULL && call->input_count > 1 &&
                   index < arguments->count &&
                   nwti_row(arguments, index)->value_type == NWT_TYPE_TENSOR
               ? nwti_row(arguments, index)->key
               : row->inputs[input].argument;
}

/* Inputs and outputs of each call. 1 if some shape is not quite fixed. */
static int32_t explain_calls(nwti_explained *e, int64_t index)
{
    const nwti_fact *fact = &e->rows[index];
    siblings beside = siblings_of(e->report, index);
    int32_t i, j, has_none = 0;

    for (i = 0; i < fact->call_count; i++) {
        const nwti_row_call *call = &fact->calls[i];
        const nwt_tensor *tensor;

        for (j = 0; j < call->call->input_count; j++) {
            const char *argument = nwti_explain_argument(call, j);

            begin_line(e, fact, i, "input");
            nwti_explain_put(e->out, argument != NULL ? "%s " : "", argument);
            has_none |= put_shape(e->out, call->call->inputs[j]);
            nwti_explain_put(e->out, " from %s\n", call->inputs[j].name);
        }
        for (tensor = call->call->outputs; tensor != NULL; tensor = tensor->next) {
            begin_line(e, fact, i, "output");
            has_none |= put_shape(e->out, tensor);
            put_users(e, &beside, fact, i, tensor);
            nwti_text_string(e->out, "\n");
        }
    }
    return has_none;
}

/* --------------------------------------------------------------------- weights */

/* Layers around a row, for whether its weights can be trained. */
typedef struct place {
    int32_t indent;
    int32_t frozen;
} place;

static void put_weights(nwti_explained *e, const nwti_fact *fact, place at)
{
    int32_t i;

    for (i = 0; i < fact->weight_count; i++) {
        const nwti_weight *weight = &fact->weights[i];

        nwti_text_repeat(e->out, ' ', at.indent);
        nwti_explain_put(e->out, "%s: ", weight->form->name);
        nwti_explain_product(e->out, weight);
        nwti_explain_put(e->out, " = %d", nwti_weight_params(weight));
        if (!weight->trainable || at.frozen) {
            nwti_text_string(e->out, " (non-trainable)");
        }
        nwti_text_string(e->out, "\n");
    }
}

/* Adds what one weight or layer contributes: "7,840 + 10". Too many are only counted. */
static void put_term(nwti_text *out, int64_t *count, int64_t params)
{
    if (++*count <= NWTI_MOST_TERMS) {
        nwti_explain_put(out, *count > 1 ? " + %d" : "%d", params);
    }
}

/* "7,840 + 10 = 7,850 parameters" */
static void put_sum(nwti_explained *e, int64_t index, int32_t indent)
{
    const nwti_fact *fact = &e->rows[index];
    int64_t params = nwti_explained_params(e, index), count = 0, i;
    nwti_text terms;

    nwti_text_init(&terms, e->out->heap);
    for (i = 0; i < fact->weight_count; i++) {
        put_term(&terms, &count, nwti_weight_params(&fact->weights[i]));
    }
    for (i = index + 1; i < fact->end; i = e->rows[i].end) {
        if (nwti_explained_params(e, i) > 0) {
            put_term(&terms, &count, nwti_explained_params(e, i));
        }
    }
    /* The sum of the one layer within says it already. */
    if (count > 1 || fact->weight_count > 0 || index == e->first) {
        nwti_text_repeat(e->out, ' ', indent);
        nwti_text_string(e->out, fact->counts.unknown_layers > 0 ? "at least " : "");
        if (count > NWTI_MOST_TERMS) {
            nwti_explain_put(e->out, "the sum of %d: ", count);
        } else if (count > 1) {
            nwti_explain_put(e->out, "%s = ", terms.data != NULL ? terms.data : "");
        }
        nwti_explain_count(e->out, params, "parameter");
        nwti_text_string(e->out, "\n");
    }
    e->out->failed |= terms.failed;
    nwti_text_free(&terms);
}

static void explain_rows(nwti_explained *e, int64_t first, int64_t end, place at);

/* A layer's weights, the layers within it, their sum. Recursion follows layers within layers. */
static void explain_weights(nwti_explained *e, int64_t index, place at)
{
    const nwti_fact *fact = &e->rows[index];
    nwti_formula formula;

    at.frozen |= !fact->trainable;
    put_weights(e, fact, at);
    explain_rows(e, index + 1, fact->end, at);
    put_sum(e, index, at.indent);
    if (index != e->first && nwti_formula_make(&formula, fact)) {
        nwti_text_repeat(e->out, ' ', at.indent);
        nwti_text_string(e->out, "= ");
        nwti_formula_steps(e->out, &formula, NULL);
        nwti_text_string(e->out, "\n");
    }
    nwti_writer_pass(&e->report->out);
}

void nwti_explain_others(nwti_explained *e, int64_t first, int64_t end, int32_t indent)
{
    enum { MOST_NAMES = 10 };
    nwti_text names, begin;
    int64_t i, count = 0;

    nwti_text_init(&names, e->out->heap);
    nwti_text_init(&begin, e->out->heap);
    for (i = first; i < end; i = e->rows[i].end) {
        if (nwti_explain_unknown(&e->rows[i]) == NULL && e->rows[i].counts.weights == 0 &&
            ++count <= MOST_NAMES) {
            nwti_explain_put(&names, count > 1 ? ", %s" : "%s", e->rows[i].name);
        }
    }
    if (count > MOST_NAMES) {
        nwti_explain_put(&names, " and %d more", count - MOST_NAMES);
    }
    nwti_text_repeat(&begin, ' ', indent);
    nwti_text_string(&begin, "without parameters: ");
    if (count > 0 && names.data != NULL && begin.data != NULL) {
        nwti_explain_prose(e->out, begin.data, names.data);
    }
    e->out->failed |= names.failed || begin.failed;
    nwti_text_free(&names);
    nwti_text_free(&begin);
}

static void explain_rows(nwti_explained *e, int64_t first, int64_t end, place at)
{
    int64_t i;

    for (i = first; i < end; i = e->rows[i].end) {
        const nwti_fact *fact = &e->rows[i];
        const char *unknown = nwti_explain_unknown(fact);

        if (unknown == NULL && fact->counts.weights == 0) {
            continue;
        }
        nwti_text_repeat(e->out, ' ', at.indent);
        nwti_explain_put(e->out, "%s (%s)", fact->name, fact->class_name);
        nwti_explain_put(e->out, fact->trainable ? ":" : ", frozen:");
        if (e->repeated[i - e->first]) {
            nwti_text_string(e->out, " the same weights as above, counted once\n");
        } else if (unknown != NULL && fact->counts.weights == 0) {
            nwti_explain_put(e->out, " %s\n", unknown);
        } else {
            nwti_text_string(e->out, "\n");
            explain_weights(e, i, (place){at.indent + 2, at.frozen});
        }
    }
    nwti_explain_others(e, first, end, at.indent);
}

/* --------------------------------------------------------------------- remarks */

int32_t nwti_explain_remarks(const nwti_explained *e, const char **remarks)
{
    int32_t count = 0, j;
    int64_t i = e->first;

    while (i < e->end && count < NWTI_MOST_REMARKS) {
        const nwti_fact *fact = &e->rows[i];
        const char *remark = fact->remark;

        for (j = 0; j < count && remark != NULL && strcmp(remarks[j], remark) != 0; j++) {
        }
        if (remark != NULL && j == count) {
            remarks[count++] = remark;
        }
        i = fact->is_model ? fact->end : i + 1;
    }
    return count;
}

static void explain_notes(nwti_explained *e, int32_t has_none)
{
    const nwti_fact *fact = &e->rows[e->first];
    const char *remarks[NWTI_MOST_REMARKS];
    int32_t i, count = nwti_explain_remarks(e, remarks), is_shared = fact->call_count > 1;

    if (!is_shared && count == 0 && !has_none && !nwti_explain_has_products(e)) {
        return;
    }
    nwti_text_string(e->out, "\nNotes:\n");
    if (is_shared) {
        nwti_explain_put(e->out,
                         "  - It is called %d times, with the same weights: they count "
                         "once.\n",
                         (int64_t)fact->call_count);
    }
    for (i = 0; i < count; i++) {
        nwti_explain_prose(e->out, "  - ", remarks[i]);
    }
    if (nwti_explain_has_products(e)) {
        nwti_explain_prose(e->out, "  - ",
                           "A multiply-accumulate is a product and its sum, two FLOPs; biases and "
                           "activation functions are FLOPs only. The size of an image and the "
                           "number of steps change this work, though no parameters.");
    }
    if (has_none) {
        nwti_explain_none(e->out);
    }
}

/* ----------------------------------------------------------------------- layer */

static void explain_title(nwti_explained *e, const nwti_fact *fact)
{
    const char *about = fact->about;
    nwti_text title;

    nwti_text_init(&title, e->out->heap);
    nwti_explain_put(&title, "%s (%s)", fact->name, fact->class_name);
    if (about != NULL) {
        nwti_explain_put(&title, ": it %s.", about);
    }
    e->out->failed |= title.failed;
    if (title.data != NULL) {
        nwti_explain_prose(e->out, "", title.data);
    }
    nwti_text_free(&title);
}

void nwti_explain_nothing(const nwti_explained *e, nwti_text *text)
{
    const nwti_fact *fact = &e->rows[e->first];
    const char *unknown = nwti_explain_unknown(fact), *about = fact->about;

    if (unknown != NULL) {
        nwti_explain_put(text, "Parameters: not known, for %s.", unknown);
        nwti_explain_put(text, fact->is_built
                                   ? " They are not counted as 0: the totals of the model are "
                                     "lower bounds."
                                   : " Give the first layer an input_shape, or put an Input "
                                     "before it.");
    } else if (nwti_explained_params(e, e->first) > 0) {
        nwti_explain_put(text,
                         "No parameters of its own. The layers within it hold %d, which the "
                         "model counts.",
                         nwti_explained_params(e, e->first));
    } else {
        nwti_explain_put(text, "No parameters: it %s.",
                         about != NULL ? about : "declares no weights");
    }
}

static void explain_nothing(nwti_explained *e)
{
    nwti_text text;

    nwti_text_init(&text, e->out->heap);
    nwti_explain_nothing(e, &text);
    e->out->failed |= text.failed;
    if (text.data != NULL) {
        nwti_text_string(e->out, "\n");
        nwti_explain_prose(e->out, "", text.data);
    }
    nwti_text_free(&text);
}

static void explain_something(nwti_explained *e, const nwti_fact *fact)
{
    nwti_formula formula;

    nwti_text_string(e->out, "\nParameters:\n");
    explain_weights(e, e->first, (place){2, 0});
    if (fact->layer->flags & NWTI_WEIGHTS_FROM_FILE) {
        nwti_explain_prose(e->out, "  ",
                           "The weights are those that the file holds: the class is "
                           "not known here, nor is what their axes mean.");
    }
    if (nwti_formula_make(&formula, fact)) {
        nwti_text_string(e->out, "\nFormula:\n    ");
        nwti_formula_steps(e->out, &formula, "\n  = ");
        nwti_text_string(e->out, "\n");
    }
    nwti_text_string(e->out, "\n");
    nwti_explain_trainable(e, fact->layer, &fact->counts);
    nwti_explain_memory(e, &fact->counts);
}

int32_t nwti_explain_layer(nwti_report *report, int64_t index)
{
    const nwti_fact *fact = &report->facts.items[index];
    nwti_explained e;
    int32_t has_none;

    if (nwti_explained_begin(&e, report, index, fact->end)) {
        return report->ctx->status;
    }
    explain_title(&e, fact);
    explain_options(&e, fact->layer);
    has_none = explain_calls(&e, index);
    if (fact->counts.weights > 0) {
        explain_something(&e, fact);
    } else {
        explain_nothing(&e);
    }
    nwti_explain_layer_work(&e);
    explain_notes(&e, has_none);
    return 0;
}
