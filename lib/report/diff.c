/* Which layers two models have in common, by their paths, and what differs in them. */
#include "report/diff.h"
#include "core/error.h"
#include "core/option.h"

#include <string.h>

typedef struct settings {
    int64_t batch;
    int32_t format;
} settings;

static const char *const formats[] = {"text", "json", NULL};
static const nwt_option options[] = {
    NWT_OPTION_INT(settings, batch, "1", 1, INT64_MAX, "what None in front of an input stands for"),
    NWT_OPTION_CHOICE(settings, format, "'text'", formats, "how it is written"), NWT_OPTION_END};

/* Two texts that are made of the two rows differ. */
static int32_t texts_differ(const nwti_diff *diff, const nwti_change *change,
                            void (*make)(nwti_text *, const nwti_fact *))
{
    nwti_text texts[2];
    int32_t i, differ;

    for (i = 0; i < 2; i++) {
        nwti_text_init(&texts[i], &diff->sides[i].report.ctx->heap);
        nwti_text_string(&texts[i], "");
        make(&texts[i],
             &diff->sides[i].report.facts.items[i == 0 ? change->before : change->after]);
    }
    differ = texts[0].length != texts[1].length ||
             (texts[0].length > 0 && memcmp(texts[0].data, texts[1].data, texts[0].length) != 0);
    nwti_text_free(&texts[0]);
    nwti_text_free(&texts[1]);
    return differ;
}

static int32_t options_differ(const nwti_diff *diff, const nwti_change *change)
{
    nwti_text before, after;
    const char *key;
    int32_t row = 0, differ;

    nwti_text_init(&before, &diff->sides[0].report.ctx->heap);
    nwti_text_init(&after, &diff->sides[1].report.ctx->heap);
    differ = nwti_diff_option(diff, change, &row, &key, &before, &after);
    nwti_text_free(&before);
    nwti_text_free(&after);
    return differ;
}

static int32_t rows_differ(const nwti_diff *diff, const nwti_change *change)
{
    const nwti_fact *old = &diff->sides[0].report.facts.items[change->before];
    const nwti_fact *now = &diff->sides[1].report.facts.items[change->after];
    int64_t sums[2][NWTI_DIFF_SUMS];

    nwti_diff_sums(&diff->sides[0], change->before, sums[0]);
    nwti_diff_sums(&diff->sides[1], change->after, sums[1]);
    return memcmp(sums[0], sums[1], sizeof sums[0]) != 0 ||
           strcmp(old->class_name, now->class_name) != 0 || old->trainable != now->trainable ||
           old->counts.trainable != now->counts.trainable ||
           texts_differ(diff, change, nwti_diff_shapes) ||
           texts_differ(diff, change, nwti_diff_feeders) || options_differ(diff, change);
}

/* "encoder/dense" of each row, in the scratch arena. */
static int32_t find_paths(nwti_side *side)
{
    const nwti_facts *facts = &side->report.facts;
    nwt_context *ctx = side->report.ctx;
    int64_t i, around = -1, *parents;

    side->paths = nwti_arena_array(&ctx->scratch, (size_t)facts->count + 1, sizeof *side->paths);
    parents = nwti_arena_array(&ctx->scratch, (size_t)facts->count + 1, sizeof *parents);
    if (side->paths == NULL || parents == NULL) {
        return nwti_out_of_memory(ctx);
    }
    for (i = 0; i < facts->count; i++) {
        const char *outer;
        size_t length;
        char *path;

        while (around >= 0 && facts->items[around].end <= i) {
            around = parents[around];
        }
        outer = around >= 0 ? side->paths[around] : "";
        length = strlen(outer) + strlen(facts->items[i].name) + 2;
        path = nwti_arena_alloc(&ctx->scratch, length);
        if (path == NULL) {
            return nwti_out_of_memory(ctx);
        }
        nwti_format(path, length, "%s%s%s", outer, around >= 0 ? "/" : "", facts->items[i].name);
        side->paths[i] = path;
        parents[i] = around;
        around = i;
    }
    return 0;
}

/* Rows by their paths: the value is the index + 1. */
static int32_t enter_paths(const nwti_side *side, nwti_map *map)
{
    int64_t i;

    for (i = 0; i < side->report.facts.count; i++) {
        void **place = nwti_map_at(map, side->paths[i], strlen(side->paths[i]));

        if (place == NULL) {
            return nwti_out_of_memory(side->report.ctx);
        }
        if (*place == NULL) {
            *place = (void *)(uintptr_t)(i + 1);
        }
    }
    return 0;
}

static int64_t row_of(const nwti_map *map, const char *path)
{
    return (int64_t)(uintptr_t)nwti_map_get(map, path, strlen(path)) - 1;
}

static void find_changes(nwti_diff *diff, const nwti_map *old_rows, const nwti_map *new_rows)
{
    int64_t sums[2][NWTI_DIFF_SUMS], i;

    for (i = 0; i < diff->sides[0].report.facts.count; i++) {
        int64_t after = row_of(new_rows, diff->sides[0].paths[i]);
        nwti_change change = {after < 0 ? NWTI_GONE : NWTI_CHANGED, i, after};

        if (after < 0 || rows_differ(diff, &change)) {
            diff->changes[diff->count++] = change;
        }
    }
    for (i = 0; i < diff->sides[1].report.facts.count; i++) {
        if (row_of(old_rows, diff->sides[1].paths[i]) < 0) {
            diff->changes[diff->count++] = (nwti_change){NWTI_ADDED, -1, i};
        }
    }
    nwti_diff_sums(&diff->sides[0], -1, sums[0]);
    nwti_diff_sums(&diff->sides[1], -1, sums[1]);
    diff->totals_differ = memcmp(sums[0], sums[1], sizeof sums[0]) != 0;
}

static int32_t compare(nwti_diff *diff)
{
    nwt_context *ctx = diff->sides[1].report.ctx;
    int64_t most = diff->sides[0].report.facts.count + diff->sides[1].report.facts.count;
    nwti_map old_rows, new_rows;
    int32_t status;

    diff->changes = nwti_arena_array(&ctx->scratch, (size_t)most + 1, sizeof *diff->changes);
    if (diff->changes == NULL) {
        return nwti_out_of_memory(ctx);
    }
    nwti_map_init(&old_rows, &diff->sides[0].report.ctx->heap);
    nwti_map_init(&new_rows, &ctx->heap);
    status = enter_paths(&diff->sides[0], &old_rows);
    status = status == 0 ? enter_paths(&diff->sides[1], &new_rows) : status;
    if (status == 0) {
        find_changes(diff, &old_rows, &new_rows);
    }
    nwti_map_free(&old_rows);
    nwti_map_free(&new_rows);
    return status;
}

static int32_t begin_side(nwti_side *side, nwt_model *model, int64_t batch)
{
    nwti_report *report = &side->report;

    report->ctx = model->layer->kind->ctx;
    report->model = model;
    report->options.format = NWTI_FORMAT_JSON;
    report->options.batch = batch;
    return nwti_facts_collect(&report->facts, model, 0) || nwti_report_account(report) ||
                   find_paths(side)
               ? report->ctx->status
               : 0;
}

int32_t nwt_diff(nwt_model *model, nwt_model *other, const char *text, nwt_write write, void *user,
                 int32_t *different)
{
    static const nwti_settings table = {"nwt_diff", options, sizeof(settings)};
    nwt_context *contexts[2];
    nwti_mark marks[2], works[2];
    nwti_writer writer;
    nwti_diff diff;
    settings given;
    int32_t status, i;

    if (model == NULL || other == NULL || write == NULL || different == NULL) {
        return NWT_STATUS_INVALID;
    }
    contexts[0] = model->layer->kind->ctx;
    contexts[1] = other->layer->kind->ctx;
    status = contexts[0]->status != NWT_STATUS_OK ? contexts[0]->status : contexts[1]->status;
    if (status != NWT_STATUS_OK || nwti_settings_read(contexts[1], &table, text, &given, NULL)) {
        return status != NWT_STATUS_OK ? status : contexts[1]->status;
    }
    memset(&diff, 0, sizeof diff);
    for (i = 0; i < 2; i++) {
        marks[i] = nwti_arena_mark(&contexts[i]->scratch);
        works[i] = nwti_arena_mark(&contexts[i]->works);
    }
    contexts[0]->heap.failed = 0;
    nwti_writer_begin(&writer, contexts[1], write, user);
    status = begin_side(&diff.sides[0], model, given.batch);
    status = status == 0 ? begin_side(&diff.sides[1], other, given.batch) : status;
    status = status == 0 ? compare(&diff) : status;
    if (status == 0) {
        *different = diff.count > 0 || diff.totals_differ;
        (given.format == 1 ? nwti_diff_json : nwti_diff_text)(&diff, &writer);
        status = contexts[0]->heap.failed ? nwti_out_of_memory(contexts[0])
                                          : nwti_writer_end(&writer, contexts[1]);
    }
    nwti_text_free(&writer.text);
    for (i = 1; i >= 0; i--) {
        nwti_arena_rewind(&contexts[i]->works, works[i]);
        nwti_arena_rewind(&contexts[i]->scratch, marks[i]);
    }
    return status;
}
