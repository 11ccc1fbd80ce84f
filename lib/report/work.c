/* What a model costs to run, as the reports show it. */
#include "report/report.h"
#include "support/utf8.h"

#include <string.h>

/* Whether some of the columns are of it. */
static int32_t shows_work(const char *columns)
{
    static const char *const keys[] = {"macs", "flops", "like", "activation_bytes"};
    size_t i;

    for (i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strstr(columns, keys[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

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
    options->work |= options->columns != NULL && shows_work(options->columns);
    if (!options->work && options->format != NWTI_FORMAT_JSON &&
        options->format != NWTI_FORMAT_EXPLAIN && options->format != NWTI_FORMAT_HTML) {
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
    put(out, "unknown_flops", report->work->unknown_flops);
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

/* ------------------------------------------------------------------------- lines */

static void put_bytes(nwti_text *out, int64_t bytes)
{
    if (bytes < 0) {
        nwti_text_string(out, "?");
        return;
    }
    nwti_text_exact_bytes(out, bytes);
}

/* "MACs: at least 7,840, FLOPs: at least 15,740" */
static void put_sum(nwti_text *out, const char *label, int64_t sum, int64_t unknown)
{
    nwti_text_string(out, label);
    nwti_text_string(out, unknown > 0 ? "at least " : "");
    if (sum < 0) {
        nwti_text_string(out, "?");
    } else {
        nwti_text_grouped(out, sum);
    }
}

static void put_unknown(nwti_report *report, nwti_text *out)
{
    enum { MOST_NAMES = 5 };
    const nwti_work *work = report->work;
    char title[256];
    int64_t i;

    nwti_text_grouped(out, work->unknown_flops);
    for (i = 0; work->unknown != NULL && i < work->unknown_flops && i < MOST_NAMES; i++) {
        nwti_text_string(out, i == 0 ? " (" : ", ");
        nwti_text_visible(out, nwti_layer_title(work->unknown[i], title, sizeof title));
    }
    nwti_text_string(out, i == 0 ? "" : i < work->unknown_flops ? " ...)" : ")");
    nwti_text_string(out, work->unknown_count > 0 ? ", so MACs and FLOPs are lower bounds"
                                                  : ", so FLOPs are a lower bound");
}

void nwti_text_work(nwti_report *report, nwti_text *out, const char *before)
{
    const nwti_schedule *schedule = report->schedule;
    const nwti_work *work = report->work;
    nwti_account sum = {{0}, 0, 0, 0};

    if (work == NULL) {
        return;
    }
    if (work->last != NULL) {
        sum = work->last->account;
        sum.unknown_macs = 0;
    }
    nwti_text_string(out, before);
    put_sum(out, "MACs: ", sum.parts[NWTI_MACS], work->unknown_count);
    put_sum(out, ", without padding: ", sum.parts[NWTI_MACS_VALID], work->unknown_count);
    put_sum(out, ", FLOPs: ", sum.parts[NWTI_FLOPS], work->unknown_flops);
    if (report->like >= 0) {
        nwti_text_string(out, ", as ");
        nwti_text_string(out, report->options.work_like);
        put_sum(out, " counts: ", nwti_like(&sum, report->like), work->unknown_count);
    }
    if (work->is_bound) {
        nwti_text_string(out, " (batch ");
        nwti_text_grouped(out, work->batch);
        nwti_text_string(out, ")");
    }
    nwti_text_string(out, "\n");
    nwti_text_string(out, before);
    nwti_text_string(out, "Activations: ");
    put_bytes(out, work->activation_bytes);
    nwti_text_string(out, ", peak: ");
    put_bytes(out, schedule->peak_bytes);
    if (schedule->peak_step >= 0) {
        nwti_text path;

        nwti_text_init(&path, &report->ctx->heap);
        nwti_step_path(&path, &schedule->steps[schedule->peak_step]);
        nwti_text_string(out, " at ");
        nwti_text_visible(out, path.data != NULL ? path.data : "?");
        out->failed |= path.failed;
        nwti_text_free(&path);
    }
    nwti_text_string(out, ", arena: ");
    put_bytes(out, schedule->arena_bytes);
    nwti_text_string(out, "\n");
    if (work->unknown_flops > 0) {
        nwti_text_string(out, before);
        nwti_text_string(out, "Unknown work: ");
        put_unknown(report, out);
        nwti_text_string(out, "\n");
    }
}
