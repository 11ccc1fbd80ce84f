/* What a model costs to run, as the reports show it. */
#include "report/report.h"

int32_t nwti_report_account(nwti_report *report)
{
    nwti_report_options *options = &report->options;

    report->like = -1;
    if (options->work_like != NULL) {
        options->work = 1;
        report->like = nwti_like_find(report->ctx, "report", "work_like", options->work_like);
        if (report->like < 0) {
            return report->ctx->status;
        }
    }
    if (!options->work && options->format != NWTI_FORMAT_JSON) {
        return 0;
    }
    report->work = nwti_work_make(report->model, options->batch);
    report->schedule = report->work != NULL ? nwti_schedule_make(report->work, 0) : NULL;
    if (report->schedule == NULL) {
        return report->ctx->status;
    }
    return options->work ? nwti_work_check(report->work) : 0;
}

static void put(nwti_text *out, const char *key, int64_t value)
{
    nwti_text_string(out, ", \"");
    nwti_text_string(out, key);
    nwti_text_string(out, "\": ");
    if (value < 0) {
        nwti_text_string(out, "null");
    } else {
        nwti_text_int(out, value);
    }
}

static void put_account(nwti_report *report, nwti_text *out, const nwti_account *account,
                        int32_t is_total)
{
    int32_t has_macs = is_total ? !account->too_large : !account->unknown_macs;
    int32_t has_flops = is_total ? !account->too_large : !account->unknown_flops;

    put(out, "macs", has_macs ? account->parts[NWTI_MACS] : -1);
    put(out, "macs_valid", has_macs ? account->parts[NWTI_MACS_VALID] : -1);
    put(out, "flops", has_flops ? account->parts[NWTI_FLOPS] : -1);
    if (report->like >= 0) {
        nwti_account known = *account;

        known.unknown_macs &= (uint8_t)!is_total;
        put(out, "like", nwti_like(&known, report->like));
    }
}

void nwti_json_layer_work(nwti_report *report, nwti_text *out, const nwt_layer *layer)
{
    static const nwti_account none = {{0}, 1, 1, 0};
    const nwti_layer_work *work = nwti_work_layer(report->work, layer);

    put_account(report, out, work != NULL ? &work->account : &none, 0);
    put(out, "activation_bytes", work != NULL ? work->activation_bytes : -1);
}

void nwti_json_total_work(nwti_report *report, nwti_text *out)
{
    static const nwti_account none = {{0}, 0, 0, 0};
    const nwti_schedule *schedule = report->schedule;
    const nwti_costs *costs = report->work->last;

    put_account(report, out, costs != NULL ? &costs->account : &none, 1);
    put(out, "activation_bytes", report->work->activation_bytes);
    put(out, "unknown_work", report->work->unknown_count);
    put(out, "peak_activation_bytes", schedule->peak_bytes);
    nwti_text_string(out, ", \"peak_layer\": ");
    if (schedule->peak_step < 0) {
        nwti_text_string(out, "null");
    } else {
        nwti_text path;

        nwti_text_init(&path, &report->ctx->heap);
        nwti_step_path(&path, &schedule->steps[schedule->peak_step]);
        nwti_json_string(out, path.data);
        out->failed |= path.failed;
        nwti_text_free(&path);
    }
    put(out, "arena_bytes", schedule->arena_bytes);
}
