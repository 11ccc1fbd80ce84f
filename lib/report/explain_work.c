/* What a layer costs to run: its products with their labels, its FLOPs, its activations. */
#include "core/weight.h"
#include "report/explain.h"

#include <string.h>

/* The factors that say something: a batch of one does not. */
static void put_product(nwti_text *out, const nwti_product *product)
{
    nwt_axis factors[NWT_MAX_RANK];
    int64_t sizes[NWT_MAX_RANK];
    nwti_weight_form form = {NULL, "", factors, 0, 0};
    nwti_weight weight = {&form, sizes, 0, 0};
    int32_t i;

    for (i = 0; i < product->count; i++) {
        if (product->axes[i].size != 1 || strcmp(product->axes[i].label, "samples") != 0) {
            factors[form.factor_count] = product->axes[i];
            sizes[form.factor_count++] = product->axes[i].size;
            form.rank += !(product->axes[i].flags & NWT_AXIS_JOINED);
        }
    }
    nwti_explain_product(out, &weight);
}

/* "lstm_cell, 9 steps: " before the products of a layer within. */
static void put_inner(nwti_explained *e, const nwti_fact *fact, const nwti_run *run)
{
    nwti_explain_put(e->out, "%s", fact->name);
    if (run->repeated != NULL && run->times >= 0) {
        nwti_explain_put(e->out, ", %d %s", run->times, run->repeated);
    }
    nwti_text_string(e->out, ": ");
}

static void put_products(nwti_explained *e, int64_t index)
{
    const nwti_fact *fact = &e->report->facts.items[index];
    const nwti_layer_work *work = nwti_work_layer(e->report->work, fact->layer);
    const nwti_product *product = work != NULL ? work->run->products : NULL;

    for (; product != NULL; product = product->next) {
        if (product->macs < 0) {
            continue;
        }
        nwti_text_string(e->out, "  ");
        if (index > e->first) {
            put_inner(e, fact, work->run);
        }
        put_product(e->out, product);
        nwti_explain_put(e->out, " = %d multiply-accumulates\n", product->macs);
    }
}

static void put_flops(nwti_explained *e, const nwti_account *account)
{
    int64_t macs = account->parts[NWTI_MACS], flops = account->parts[NWTI_FLOPS];

    if (account->unknown_flops) {
        nwti_text_string(e->out, "  FLOPs: not known\n");
    } else if (macs > 0) {
        nwti_explain_put(e->out, "  FLOPs: 2 x %d + %d elementwise = %d\n", macs, flops - 2 * macs,
                         flops);
    } else {
        nwti_explain_put(e->out, "  FLOPs: %d\n", flops);
    }
}

static void put_macs(nwti_explained *e, const nwti_account *account)
{
    int64_t macs = account->parts[NWTI_MACS], valid = account->parts[NWTI_MACS_VALID];

    if (account->unknown_macs) {
        nwti_text_string(e->out, "  multiply-accumulates: not known\n");
        return;
    }
    nwti_explain_put(e->out, "  multiply-accumulates: %d", macs);
    if (valid != macs) {
        nwti_explain_put(e->out, ", of which %d meet padding", macs - valid);
    }
    nwti_text_string(e->out, "\n");
}

void nwti_explain_layer_work(nwti_explained *e)
{
    const nwti_fact *fact = &e->report->facts.items[e->first];
    const nwti_layer_work *work = nwti_work_layer(e->report->work, fact->layer);
    int64_t i;

    if (work == NULL) {
        return;
    }
    if (e->report->work->is_bound) {
        nwti_explain_put(e->out, "\nWork for a batch of %d:\n", e->report->work->batch);
    } else {
        nwti_text_string(e->out, "\nWork:\n");
    }
    /* Models within tell their own. */
    for (i = e->first; i < e->end; i = e->rows[i].is_model ? e->rows[i].end : i + 1) {
        put_products(e, i);
    }
    put_macs(e, &work->account);
    put_flops(e, &work->account);
    nwti_text_string(e->out, "  activations: ");
    if (work->activation_bytes < 0) {
        nwti_text_string(e->out, "not known");
    } else {
        nwti_explain_bytes(e->out, work->activation_bytes);
    }
    nwti_text_string(e->out, "\n");
}

int32_t nwti_explain_has_products(const nwti_explained *e)
{
    const nwti_layer_work *work = nwti_work_layer(e->report->work, e->rows[e->first].layer);

    return work != NULL && work->account.parts[NWTI_MACS] > 0;
}

void nwti_explain_model_work(nwti_explained *e)
{
    const nwti_work *work = e->report->work;

    if (work->last != NULL && !work->last->account.too_large) {
        nwti_text_string(e->out, "\nWork:\n");
        nwti_text_work(e->report, e->out, "  ");
    }
}
