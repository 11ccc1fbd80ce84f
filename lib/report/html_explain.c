/* What a row of a page opens to, in the words of explain: calls, weights, products and sums. */
#include "report/html.h"
#include "core/error.h"
#include "core/weight.h"
#include "report/markup.h"

#include <stdlib.h>
#include <string.h>

/* An explanation, and the page that it is written to. */
typedef struct opened {
    nwti_page *page;
    nwti_explained e;
    nwti_text *out;
    nwti_text *words;
    int64_t weights_end; /* rows before it tell their weights here */
} opened;

/* Writes what stands in `words` between two pieces of markup, and clears it. */
static void put_words(opened *o, const char *before, const char *after)
{
    if (o->words->length > 0) {
        nwti_text_string(o->out, before);
        nwti_markup_lines(o->out, o->words);
        nwti_text_string(o->out, after);
    }
    o->out->failed |= o->words->failed;
    nwti_text_clear(o->words);
}

/* The lines of a paragraph stand between others, which are of no matter here. */
static void put_paragraph(opened *o)
{
    size_t before = 0;

    while (o->words->length > 0 && o->words->data[o->words->length - 1] == '\n') {
        o->words->length--;
    }
    while (before < o->words->length && o->words->data[before] == '\n') {
        before++;
    }
    if (before > 0) {
        memmove(o->words->data, o->words->data + before, o->words->length - before);
        o->words->length -= before;
    }
    put_words(o, "<p>", "</p>");
}

/* ---------------------------------------------------------------------- calls */

static void begin_call(opened *o, const nwti_fact *fact, int32_t call, const char *what)
{
    nwti_text_string(o->out, "<li>");
    if (fact->call_count > 1) {
        nwti_text_string(o->out, "call ");
        nwti_text_grouped(o->out, (int64_t)call + 1);
        nwti_text_string(o->out, " ");
    }
    nwti_text_string(o->out, what);
    nwti_text_string(o->out, ": ");
}

static void put_input(opened *o, const nwti_row_call *call, int32_t input)
{
    const nwti_edge *edge = &call->inputs[input];
    const nwt_tensor *tensor = call->call->inputs[input];
    const char *argument = nwti_explain_argument(call, input);

    if (argument != NULL) {
        nwti_markup_name(o->out, argument);
        nwti_text_string(o->out, " ");
    }
    nwti_text_shape(o->out, tensor->rank, tensor->dims);
    nwti_text_string(o->out, " from ");
    if (edge->row >= 0) {
        nwti_page_link(o->page, edge->row);
    } else {
        nwti_markup_name(o->out, edge->name);
    }
    nwti_text_string(o->out, "</li>\n");
}

static void put_users(opened *o, int64_t index)
{
    const nwti_lane_row *row = &o->page->lanes.rows[index];
    const nwti_link *links = o->page->lanes.links;
    int32_t i;

    if (row->first_out >= 0 || row->is_output) {
        nwti_text_string(o->out, "<li>");
        for (i = row->first_out; i >= 0; i = links[i].next_out) {
            nwti_text_string(o->out, i == row->first_out ? "to " : ", ");
            nwti_page_link(o->page, links[i].to);
        }
        nwti_text_string(o->out, row->is_output ? " (an output of the model)</li>\n" : "</li>\n");
    }
}

static void put_calls(opened *o, int64_t index)
{
    const nwti_fact *fact = &o->e.rows[index];
    int32_t i, j;

    if (fact->call_count == 0) {
        return;
    }
    nwti_text_string(o->out, "<ul>\n");
    for (i = 0; i < fact->call_count; i++) {
        const nwti_row_call *call = &fact->calls[i];
        const nwt_tensor *tensor;

        for (j = 0; j < call->call->input_count; j++) {
            begin_call(o, fact, i, "input");
            put_input(o, call, j);
        }
        for (tensor = call->call->outputs; tensor != NULL; tensor = tensor->next) {
            begin_call(o, fact, i, "output");
            nwti_text_shape(o->out, tensor->rank, tensor->dims);
            nwti_text_string(o->out, "</li>\n");
        }
    }
    put_users(o, index);
    nwti_text_string(o->out, "</ul>\n");
}

/* -------------------------------------------------------------------- weights */

enum { MOST_WEIGHTS = 64 };

static void put_number_cell(opened *o, int64_t number)
{
    nwti_text_string(o->out, "</td><td class=\"m\">");
    nwti_text_grouped(o->out, number);
    nwti_text_string(o->out, "</td></tr>\n");
}

static void put_weight(opened *o, int64_t index, const nwti_weight *weight)
{
    const nwti_fact *fact = &o->e.rows[index];

    nwti_text_string(o->out, "<tr><th scope=\"row\">");
    if (index != o->e.first) {
        nwti_markup_name(o->out, fact->name);
        nwti_text_string(o->out, "/");
    }
    nwti_markup_name(o->out, weight->form->name);
    nwti_text_string(o->out, weight->trainable && fact->trainable && o->e.rows[o->e.first].trainable
                                 ? "</th><td>"
                                 : " (non-trainable)</th><td>");
    nwti_explain_product(o->words, weight);
    put_words(o, "", "");
    put_number_cell(o, nwti_weight_params(weight));
}

static void put_formula(opened *o, const nwti_fact *fact)
{
    nwti_formula formula;

    if (nwti_formula_make(&formula, fact)) {
        nwti_formula_steps(o->words, &formula, "\n= ");
        put_words(o, "<tr><th scope=\"row\">formula</th><td colspan=\"2\">", "</td></tr>\n");
    }
}

/* "7,840 + 10"; too many are only counted, and a lone one says nothing more. */
static void put_terms(opened *o)
{
    int64_t i, count = 0;
    int32_t j;

    for (i = o->e.first; i < o->weights_end; i++) {
        const nwti_fact *row = &o->e.rows[i];

        for (j = 0; j < row->weight_count && !o->e.repeated[i - o->e.first]; j++) {
            if (++count <= NWTI_MOST_TERMS) {
                nwti_explain_put(o->words, count > 1 ? " + %d" : "%d",
                                 nwti_weight_params(&row->weights[j]));
            }
        }
    }
    for (i = o->weights_end; i < o->e.end; i = o->e.rows[i].end) {
        if (nwti_explained_params(&o->e, i) > 0 && ++count <= NWTI_MOST_TERMS) {
            nwti_explain_put(o->words, count > 1 ? " + %d" : "%d", nwti_explained_params(&o->e, i));
        }
    }
    if (count > NWTI_MOST_TERMS) {
        nwti_text_clear(o->words);
        nwti_explain_put(o->words, "the sum of %d", count);
    } else if (count == 1) {
        nwti_text_clear(o->words);
    }
}

static void put_sum(opened *o, const nwti_fact *fact)
{
    nwti_text_string(o->out, fact->counts.unknown_layers > 0
                                 ? "<tr class=\"s\"><th scope=\"row\">at least</th><td>"
                                 : "<tr class=\"s\"><th scope=\"row\">sum</th><td>");
    put_terms(o);
    put_words(o, "", "");
    put_number_cell(o, nwti_explained_params(&o->e, o->e.first));
}

static void put_weights(opened *o, const nwti_fact *fact)
{
    int64_t i, count = 0;
    int32_t j;

    nwti_text_string(o->out, "<table class=\"w\"><caption>Parameters</caption><tbody>\n");
    for (i = o->e.first; i < o->weights_end && count < MOST_WEIGHTS; i++) {
        const nwti_fact *row = &o->e.rows[i];

        if (o->e.repeated[i - o->e.first]) {
            continue;
        }
        for (j = 0; j < row->weight_count && count < MOST_WEIGHTS; j++, count++) {
            put_weight(o, i, &row->weights[j]);
        }
        put_formula(o, row);
    }
    put_sum(o, fact);
    nwti_text_string(o->out, "</tbody></table>\n");
    nwti_explain_trainable(&o->e, fact->layer, &fact->counts);
    put_paragraph(o);
    nwti_explain_memory(&o->e, &fact->counts);
    put_paragraph(o);
}

/* ------------------------------------------------------------------------ row */

static void put_about(opened *o, const nwti_fact *fact)
{
    const char *about = fact->layer->kind->descriptor->about;

    if (about != NULL) {
        nwti_explain_put(o->words, "It %s.\n", about);
    }
    if (o->words->length > 0) {
        put_paragraph(o);
    }
    nwti_explain_options(o->words, fact->layer);
    put_words(o, "<p>options: <code>", "</code></p>\n");
}

static void put_remarks(opened *o, const nwti_fact *fact)
{
    const char *remarks[NWTI_MOST_REMARKS];
    int32_t count = nwti_explain_remarks(&o->e, remarks), i;

    if (fact->call_count > 1) {
        nwti_explain_put(o->words, "It is called %d times, with the same weights: they count once.",
                         (int64_t)fact->call_count);
        put_paragraph(o);
    }
    for (i = 0; i < count; i++) {
        nwti_explain_put(o->words, "%s", remarks[i]);
        put_paragraph(o);
    }
}

int32_t nwti_page_explain(nwti_page *page, int64_t index, int32_t is_expanded)
{
    const nwti_fact *fact = &page->report->facts.items[index];
    nwti_mark mark = nwti_arena_mark(&page->report->ctx->scratch);
    opened o = {page, {0}, &page->report->out.text, &page->words, 0};

    if (nwti_explained_begin(&o.e, page->report, index, fact->end)) {
        return page->report->ctx->status;
    }
    o.e.out = o.words;
    nwti_text_clear(o.words);
    o.weights_end = is_expanded ? index + 1 : fact->end;
    put_about(&o, fact);
    put_calls(&o, index);
    if (fact->is_repeated && fact->counts.weights > 0) {
        nwti_explain_put(o.words, "The same weights as above, counted once.");
        put_paragraph(&o);
    } else if (fact->counts.weights > 0) {
        put_weights(&o, fact);
    } else {
        nwti_explain_nothing(&o.e, o.words);
        put_paragraph(&o);
    }
    nwti_explain_layer_work(&o.e);
    put_paragraph(&o);
    put_remarks(&o, fact);
    nwti_arena_rewind(&page->report->ctx->scratch, mark);
    return 0;
}

/* ----------------------------------------------------------------------- peak */

/* The larger first, then as they were made. */
static int by_bytes(const void *a, const void *b)
{
    const nwti_life *first = *(const nwti_life *const *)a, *second = *(const nwti_life *const *)b;
    int64_t of_first = nwt_tensor_bytes(first->tensor);
    int64_t of_second = nwt_tensor_bytes(second->tensor);

    if (of_first != of_second) {
        return of_first < of_second ? 1 : -1;
    }
    return first < second ? -1 : 1;
}

static void put_life(nwti_page *page, const nwti_life *life)
{
    const nwti_report *report = page->report;
    nwti_text *out = &page->report->out.text;

    nwti_text_string(out, "<tr><th scope=\"row\">");
    nwti_text_clear(&page->words);
    if (life->maker >= 0) {
        nwti_step_path(&page->words, &report->schedule->steps[life->maker]);
        nwti_markup_name(out, page->words.data != NULL ? page->words.data : "");
    } else {
        nwti_markup_name(out,
                         nwti_end_name(report->model->inputs[life->number], NULL, &page->words));
    }
    nwti_text_string(out, "</th><td>");
    nwti_text_shape(out, life->tensor->rank, life->tensor->dims);
    nwti_text_string(out, "</td><td class=\"m\">");
    nwti_put_bytes(out, nwt_tensor_bytes(life->tensor));
    nwti_text_string(out, "</td></tr>\n");
}

int32_t nwti_page_peak(nwti_page *page)
{
    enum { MOST = 16 };
    const nwti_schedule *schedule = page->report->schedule;
    nwti_text *out = &page->report->out.text;
    const nwti_life **alive;
    int64_t i, count = 0;
    int32_t turn;

    if (page->peak < 0) {
        return 0;
    }
    turn = schedule->steps[schedule->peak_step].turn;
    alive = nwti_arena_array(&page->report->ctx->scratch, (size_t)schedule->life_count + 1,
                             sizeof *alive);
    if (alive == NULL) {
        return nwti_out_of_memory(page->report->ctx);
    }
    for (i = 0; i < schedule->life_count; i++) {
        const nwti_life *life = &schedule->lives[i];

        if (life->first <= turn && turn <= life->last) {
            alive[count++] = life;
        }
    }
    if (count > 0) {
        qsort(alive, (size_t)count, sizeof *alive, by_bytes);
    }
    nwti_text_string(out, "<section>\n<h2>The peak</h2>\n<p>Most is live while ");
    nwti_page_link(page, page->peak);
    nwti_text_string(out, " runs: ");
    nwti_put_bytes(out, schedule->peak_bytes);
    nwti_text_string(out, " in tensors, apart from the weights.</p>\n<table class=\"k\"><thead>"
                          "<tr><th scope=\"col\">Tensor of</th><th scope=\"col\">Shape</th>"
                          "<th scope=\"col\" class=\"m\">Bytes</th></tr></thead><tbody>\n");
    for (i = 0; i < count && i < MOST; i++) {
        put_life(page, alive[i]);
    }
    nwti_text_string(out, "</tbody></table>\n");
    if (count > MOST) {
        nwti_text_string(out, "<p>and ");
        nwti_text_grouped(out, count - MOST);
        nwti_text_string(out, " more</p>\n");
    }
    nwti_text_string(out, "</section>\n");
    return 0;
}
