/* What is compared of a layer: sums, shapes, who feeds it, its options. */
#include "report/diff.h"
#include "core/option.h"

#include <string.h>

void nwti_diff_sums(const nwti_side *side, int64_t row, int64_t *sums)
{
    const nwti_report *report = &side->report;
    nwti_account account = {{0}, 0, 0, 0};
    nwti_counts counts;

    if (row < 0) {
        counts = nwti_layer_counts(report->model->layer);
        account.unknown_macs = 1;
        account.unknown_flops = 1;
        account = report->work->last != NULL ? report->work->last->account : account;
        account.unknown_macs |= account.too_large;
        account.unknown_flops |= account.too_large;
        sums[NWTI_DIFF_ACTIVATIONS] = report->model->built ? report->work->activation_bytes : -1;
        sums[NWTI_DIFF_PARAMS] = counts.unknown_layers == 0 ? counts.params : -1;
    } else {
        const nwti_fact *fact = &report->facts.items[row];
        const nwti_layer_work *work = nwti_work_layer(report->work, fact->layer);

        counts = fact->counts;
        account.unknown_macs = 1;
        account.unknown_flops = 1;
        account = work != NULL ? work->account : account;
        sums[NWTI_DIFF_ACTIVATIONS] = work != NULL ? work->activation_bytes : -1;
        sums[NWTI_DIFF_PARAMS] = fact->is_built && counts.unknown_layers == 0 ? counts.params : -1;
    }
    sums[NWTI_DIFF_BYTES] = sums[NWTI_DIFF_PARAMS] < 0 ? -1 : counts.bytes;
    sums[NWTI_DIFF_MACS] = account.unknown_macs ? -1 : account.parts[NWTI_MACS];
    sums[NWTI_DIFF_FLOPS] = account.unknown_flops ? -1 : account.parts[NWTI_FLOPS];
}

void nwti_diff_shapes(nwti_text *out, const nwti_fact *fact)
{
    const nwt_tensor *output = fact->call_count > 0 ? fact->calls[0].call->outputs : NULL;
    int32_t count = 0;

    for (; output != NULL; output = output->next) {
        const char *dtype = nwt_dtype_name(output->dtype);

        nwti_text_string(out, count++ > 0 ? ", " : "");
        nwti_text_shape(out, output->rank, output->dims);
        nwti_text_string(out, " ");
        nwti_text_string(out, dtype != NULL ? dtype : "?");
    }
}

void nwti_diff_feeders(nwti_text *out, const nwti_fact *fact)
{
    int32_t i, j;

    for (i = 0; i < fact->call_count; i++) {
        nwti_text_string(out, i > 0 ? "; " : "");
        for (j = 0; j < fact->calls[i].call->input_count; j++) {
            nwti_text_string(out, j > 0 ? ", " : "");
            nwti_text_string(out, fact->calls[i].inputs[j].name);
        }
    }
}

static void option_text(nwti_text *out, const nwt_layer *layer, const nwt_option *row)
{
    nwti_text_clear(out);
    nwti_option_text(out, row, layer->self, nwti_layer_class);
}

int32_t nwti_diff_option(const nwti_diff *diff, const nwti_change *change, int32_t *row,
                         const char **key, nwti_text *before, nwti_text *after)
{
    const nwt_layer *old = diff->sides[0].report.facts.items[change->before].layer;
    const nwt_layer *now = diff->sides[1].report.facts.items[change->after].layer;

    if (old->kind->descriptor != now->kind->descriptor) {
        return 0;
    }
    for (; *row < now->kind->options.count; ++*row) {
        const nwt_option *of = nwti_row(&now->kind->options, *row);

        if (of->flags & (NWT_FLAG_HIDDEN | NWT_FLAG_TEMPLATE) || nwti_option_size(of) == 0 ||
            of->value_type == NWT_TYPE_OPAQUE || nwti_option_holds_layers(of)) {
            continue;
        }
        option_text(before, old, of);
        option_text(after, now, of);
        if (before->data != NULL && after->data != NULL && strcmp(before->data, after->data) != 0) {
            *key = of->key;
            ++*row;
            return 1;
        }
    }
    return 0;
}
