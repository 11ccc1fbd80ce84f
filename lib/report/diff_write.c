/* A comparison as text and as JSON. */
#include "report/diff.h"
#include "support/utf8.h"

#include <string.h>

static const char *const keys[NWTI_DIFF_SUMS] = {"params", "weight_bytes", "macs", "flops",
                                                 "activation_bytes"};
static const char *const labels[NWTI_DIFF_SUMS] = {"params", "weight bytes", "MACs", "FLOPs",
                                                   "activation bytes"};

/* The row of a change that is there: of a gone layer the old one. */
static const nwti_fact *fact_of(const nwti_diff *diff, const nwti_change *change, int32_t side)
{
    return &diff->sides[side].report.facts.items[side == 0 ? change->before : change->after];
}

static const char *path_of(const nwti_diff *diff, const nwti_change *change)
{
    return change->after >= 0 ? diff->sides[1].paths[change->after]
                              : diff->sides[0].paths[change->before];
}

static const char *name_of(const nwti_diff *diff, int32_t side)
{
    return diff->sides[side].report.facts.name;
}

/* -------------------------------------------------------------------------- text */

static void put_number(nwti_text *out, int64_t number)
{
    if (number < 0) {
        nwti_text_string(out, "?");
    } else {
        nwti_text_grouped(out, number);
    }
}

/* "7,850 -> 8,000 (+150)" */
static void put_step(nwti_text *out, int64_t before, int64_t after)
{
    put_number(out, before);
    nwti_text_string(out, " -> ");
    put_number(out, after);
    if (before >= 0 && after >= 0) {
        nwti_text_string(out, after >= before ? " (+" : " (-");
        nwti_text_grouped(out, after >= before ? after - before : before - after);
        nwti_text_string(out, ")");
    }
}

static void put_row(const nwti_diff *diff, nwti_text *out, const nwti_change *change, int32_t side)
{
    int64_t sums[NWTI_DIFF_SUMS], i;

    nwti_diff_sums(&diff->sides[side], side == 0 ? change->before : change->after, sums);
    nwti_text_string(out, " ");
    nwti_diff_shapes(out, fact_of(diff, change, side));
    for (i = 0; i < NWTI_DIFF_SUMS; i++) {
        if (i != NWTI_DIFF_FLOPS) {
            nwti_text_string(out, ", ");
            put_number(out, sums[i]);
            nwti_text_string(out, " ");
            nwti_text_string(out, labels[i]);
        }
    }
    nwti_text_string(out, "\n");
}

/* Two texts of the rows, where they differ. */
static void put_texts(const nwti_diff *diff, nwti_text *out, const nwti_change *change,
                      const char *label, void (*make)(nwti_text *, const nwti_fact *))
{
    nwti_text texts[2];
    int32_t i;

    for (i = 0; i < 2; i++) {
        nwti_text_init(&texts[i], &diff->sides[1].report.ctx->heap);
        nwti_text_string(&texts[i], "");
        make(&texts[i], fact_of(diff, change, i));
        out->failed |= texts[i].failed;
    }
    if (!out->failed && texts[0].data != NULL && texts[1].data != NULL &&
        strcmp(texts[0].data, texts[1].data) != 0) {
        nwti_text_string(out, "    ");
        nwti_text_string(out, label);
        nwti_text_visible(out, texts[0].data);
        nwti_text_string(out, " -> ");
        nwti_text_visible(out, texts[1].data);
        nwti_text_string(out, "\n");
    }
    nwti_text_free(&texts[0]);
    nwti_text_free(&texts[1]);
}

static void make_class(nwti_text *out, const nwti_fact *fact)
{
    nwti_text_string(out, fact->class_name);
}

static void make_trainable(nwti_text *out, const nwti_fact *fact)
{
    nwti_text_string(out, fact->trainable ? "yes" : "no");
}

static void put_options(const nwti_diff *diff, nwti_text *out, const nwti_change *change)
{
    nwti_text before, after;
    const char *key;
    int32_t row = 0;

    nwti_text_init(&before, &diff->sides[0].report.ctx->heap);
    nwti_text_init(&after, &diff->sides[1].report.ctx->heap);
    while (nwti_diff_option(diff, change, &row, &key, &before, &after)) {
        nwti_text_string(out, "    ");
        nwti_text_string(out, key);
        nwti_text_string(out, ": ");
        nwti_text_visible(out, before.data);
        nwti_text_string(out, " -> ");
        nwti_text_visible(out, after.data);
        nwti_text_string(out, "\n");
    }
    nwti_text_free(&before);
    nwti_text_free(&after);
}

static void put_change(const nwti_diff *diff, nwti_text *out, const nwti_change *change)
{
    int64_t sums[2][NWTI_DIFF_SUMS];
    int32_t i;

    nwti_text_string(out, "\n");
    put_texts(diff, out, change, "class: ", make_class);
    put_texts(diff, out, change, "output: ", nwti_diff_shapes);
    put_texts(diff, out, change, "fed by: ", nwti_diff_feeders);
    put_texts(diff, out, change, "trainable: ", make_trainable);
    put_options(diff, out, change);
    nwti_diff_sums(&diff->sides[0], change->before, sums[0]);
    nwti_diff_sums(&diff->sides[1], change->after, sums[1]);
    for (i = 0; i < NWTI_DIFF_SUMS; i++) {
        if (sums[0][i] != sums[1][i]) {
            nwti_text_string(out, "    ");
            nwti_text_string(out, labels[i]);
            nwti_text_string(out, ": ");
            put_step(out, sums[0][i], sums[1][i]);
            nwti_text_string(out, "\n");
        }
    }
}

void nwti_diff_text(const nwti_diff *diff, nwti_writer *writer)
{
    static const char marks[] = {[NWTI_GONE] = '-', [NWTI_ADDED] = '+', [NWTI_CHANGED] = '~'};
    nwti_text *out = &writer->text;
    int64_t sums[2][NWTI_DIFF_SUMS], i;

    for (i = 0; i < diff->count; i++) {
        const nwti_change *change = &diff->changes[i];
        char mark[] = {marks[change->what], ' ', '\0'};

        nwti_text_string(out, mark);
        nwti_text_visible(out, path_of(diff, change));
        nwti_text_string(out, " (");
        nwti_text_visible(out, fact_of(diff, change, change->what != NWTI_GONE)->class_name);
        nwti_text_string(out, ")");
        if (change->what == NWTI_CHANGED) {
            put_change(diff, out, change);
        } else {
            put_row(diff, out, change, change->what == NWTI_ADDED);
        }
        nwti_writer_pass(writer);
    }
    nwti_text_string(out, diff->count > 0 ? "\n" : "");
    nwti_diff_sums(&diff->sides[0], -1, sums[0]);
    nwti_diff_sums(&diff->sides[1], -1, sums[1]);
    if (diff->count == 0 && !diff->totals_differ) {
        nwti_text_string(out, "The models are the same.\n");
        return;
    }
    for (i = 0; i < NWTI_DIFF_SUMS; i++) {
        nwti_text_string(out, "Total ");
        nwti_text_string(out, labels[i]);
        nwti_text_string(out, ": ");
        put_step(out, sums[0][i], sums[1][i]);
        nwti_text_string(out, "\n");
    }
}

/* -------------------------------------------------------------------------- json */

static void json_sums(nwti_text *out, const int64_t *sums)
{
    int32_t i;

    for (i = 0; i < NWTI_DIFF_SUMS; i++) {
        nwti_text_string(out, i > 0 ? ", \"" : "\"");
        nwti_text_string(out, keys[i]);
        nwti_text_string(out, "\": ");
        if (sums[i] < 0) {
            nwti_text_string(out, "null");
        } else {
            nwti_text_int(out, sums[i]);
        }
    }
}

static void json_text(nwti_text *out, const char *key, const nwti_fact *fact,
                      void (*make)(nwti_text *, const nwti_fact *))
{
    nwti_text text;

    nwti_text_init(&text, out->heap);
    nwti_text_string(&text, "");
    make(&text, fact);
    nwti_text_string(out, ", \"");
    nwti_text_string(out, key);
    nwti_text_string(out, "\": ");
    nwti_json_string(out, text.data != NULL ? text.data : "");
    out->failed |= text.failed;
    nwti_text_free(&text);
}

static void json_row(const nwti_diff *diff, nwti_text *out, const nwti_change *change, int32_t side)
{
    const nwti_fact *fact = fact_of(diff, change, side);
    int64_t sums[NWTI_DIFF_SUMS];

    nwti_diff_sums(&diff->sides[side], side == 0 ? change->before : change->after, sums);
    nwti_text_string(out, "{\"name\": ");
    nwti_json_string(out, path_of(diff, change));
    nwti_text_string(out, ", \"class_name\": ");
    nwti_json_string(out, fact->class_name);
    json_text(out, "output", fact, nwti_diff_shapes);
    json_text(out, "inputs", fact, nwti_diff_feeders);
    nwti_text_string(out, fact->trainable ? ", \"trainable\": true, " : ", \"trainable\": false, ");
    json_sums(out, sums);
    nwti_text_string(out, "}");
}

static void json_options(const nwti_diff *diff, nwti_text *out, const nwti_change *change)
{
    nwti_text before, after;
    const char *key;
    int32_t row = 0, count = 0;

    nwti_text_init(&before, &diff->sides[0].report.ctx->heap);
    nwti_text_init(&after, &diff->sides[1].report.ctx->heap);
    nwti_text_string(out, ", \"options\": [");
    while (nwti_diff_option(diff, change, &row, &key, &before, &after)) {
        nwti_text_string(out, count++ > 0 ? ", {\"key\": " : "{\"key\": ");
        nwti_json_string(out, key);
        nwti_text_string(out, ", \"old\": ");
        nwti_json_string(out, before.data);
        nwti_text_string(out, ", \"new\": ");
        nwti_json_string(out, after.data);
        nwti_text_string(out, "}");
    }
    nwti_text_string(out, "]");
    nwti_text_free(&before);
    nwti_text_free(&after);
}

static void json_list(const nwti_diff *diff, nwti_writer *writer, const char *key, int32_t what)
{
    nwti_text *out = &writer->text;
    int64_t i, count = 0;

    nwti_text_string(out, ",\n \"");
    nwti_text_string(out, key);
    nwti_text_string(out, "\": [");
    for (i = 0; i < diff->count; i++) {
        const nwti_change *change = &diff->changes[i];

        if (change->what != what) {
            continue;
        }
        nwti_text_string(out, count++ > 0 ? ",\n  " : "\n  ");
        if (what == NWTI_CHANGED) {
            nwti_text_string(out, "{\"name\": ");
            nwti_json_string(out, path_of(diff, change));
            nwti_text_string(out, ", \"old\": ");
            json_row(diff, out, change, 0);
            nwti_text_string(out, ", \"new\": ");
            json_row(diff, out, change, 1);
            json_options(diff, out, change);
            nwti_text_string(out, "}");
        } else {
            json_row(diff, out, change, what == NWTI_ADDED);
        }
        nwti_writer_pass(writer);
    }
    nwti_text_string(out, "]");
}

static void json_difference(nwti_text *out, const int64_t *before, const int64_t *after)
{
    int32_t i;

    for (i = 0; i < NWTI_DIFF_SUMS; i++) {
        nwti_text_string(out, i > 0 ? ", \"" : "\"");
        nwti_text_string(out, keys[i]);
        nwti_text_string(out, "\": ");
        if (before[i] < 0 || after[i] < 0) {
            nwti_text_string(out, "null");
        } else {
            nwti_text_int(out, after[i] - before[i]);
        }
    }
}

void nwti_diff_json(const nwti_diff *diff, nwti_writer *writer)
{
    nwti_text *out = &writer->text;
    int64_t sums[2][NWTI_DIFF_SUMS];

    nwti_text_string(out, "{\"schema\": 1, \"netweight\": \"" NWT_VERSION "\", \"old\": ");
    nwti_json_string(out, name_of(diff, 0));
    nwti_text_string(out, ", \"new\": ");
    nwti_json_string(out, name_of(diff, 1));
    nwti_text_string(out, diff->count > 0 || diff->totals_differ ? ", \"different\": true"
                                                                 : ", \"different\": false");
    json_list(diff, writer, "gone", NWTI_GONE);
    json_list(diff, writer, "added", NWTI_ADDED);
    json_list(diff, writer, "changed", NWTI_CHANGED);
    nwti_diff_sums(&diff->sides[0], -1, sums[0]);
    nwti_diff_sums(&diff->sides[1], -1, sums[1]);
    nwti_text_string(out, ",\n \"totals\": {\"old\": {");
    json_sums(out, sums[0]);
    nwti_text_string(out, "}, \"new\": {");
    json_sums(out, sums[1]);
    nwti_text_string(out, "}, \"difference\": {");
    json_difference(out, sums[0], sums[1]);
    nwti_text_string(out, "}}}\n");
}
