/* The rows of the past that kinds keep: which of them a class, or a key, is about. */
#include "import/past.h"
#include "core/context.h"
#include "core/error.h"
#include "support/literal.h"

#include <string.h>

int32_t nwti_past_holds(const nwt_past *row, nwti_version version)
{
    return version >= row->since && (row->until == 0 || version < row->until);
}

int32_t nwti_past_is_about(const nwt_past *row, const char *written)
{
    return nwti_has_word(row->written, written);
}

int32_t nwti_past_is_own(const nwti_translation *t, const char *key)
{
    int32_t row = t->kind != NULL ? nwti_row_find(&t->kind->options, key, strlen(key)) : -1;

    return row >= 0 && !(nwti_row(&t->kind->options, row)->flags & NWT_FLAG_HIDDEN);
}

int32_t nwti_past_is_quirk(const nwti_translation *t, const char *key)
{
    int32_t row = t->kind != NULL ? nwti_row_find(&t->kind->options, key, strlen(key)) : -1;

    return row >= 0 && nwti_row(&t->kind->options, row)->flags & NWTI_FLAG_QUIRK;
}

/* A config of Keras 2 that does not tell its version may be TensorFlow's. */
int32_t nwti_past_did(const nwti_translation *t, const nwt_past *row)
{
    return !t->is_call && (t->import->is_stated || t->import->version < 20000) &&
           nwti_past_holds(row, t->import->version);
}

/* Words that every layer had, or every random one. */
static const nwt_past shared[] = {
    NWT_PAST_DROPPED("dynamic rng_type", 30000),
    NWT_PAST_KEY("input_dtype", "input_dtype", 20000),
    NWT_PAST_END,
};

static const nwt_past *find_key(const nwti_translation *t, const nwt_past *row, const char *key)
{
    for (; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_KEY && nwti_has_word(row->key, key) &&
            nwti_past_is_about(row, t->written) &&
            (row->now == NULL || !nwti_past_is_quirk(t, row->now) || nwti_past_did(t, row)) &&
            ((row->now != NULL && strcmp(row->now, key) == 0) || !nwti_past_is_own(t, key))) {
            return row;
        }
    }
    return NULL;
}

const nwt_past *nwti_past_key(const nwti_translation *t, const char *key)
{
    uint64_t bit = nwti_past_bit(key, strlen(key));
    const nwt_past *row = NULL;

    if (t->import->shared_keys == 0) {
        t->import->shared_keys = nwti_past_bits(shared);
    }
    if (t->kind != NULL && t->kind->past_keys & bit) {
        row = find_key(t, t->kind->descriptor->past, key);
    }
    if (row == NULL && t->import->shared_keys & bit) {
        row = find_key(t, shared, key);
    }
    return row;
}

/* --------------------------------------------------------------------- classes */

static const nwti_value *given(const nwti_translation *t, const char *key)
{
    uint32_t i;

    for (i = 0; i < t->given_count; i++) {
        const nwti_value *pair = t->given + 2 * (size_t)i;

        if (pair->type == NWTI_STRING && strcmp(pair->as.string, key) == 0) {
            return pair[1].type != NWTI_NONE ? pair + 1 : NULL;
        }
    }
    return NULL;
}

/* One condition of a row: nothing, a function, or a text. */
static int32_t is_as_wanted(const nwti_value *value, const nwti_value *wanted)
{
    if (wanted->type == NWTI_NONE || value == NULL) {
        return wanted->type == NWTI_NONE && value == NULL;
    }
    return wanted->type == NWTI_CALL ? value->type == NWTI_CALL
                                     : nwti_value_is(value, nwti_value_string(wanted));
}

/* Whether the options are as the row of a class wants them. */
static int32_t is_met(const nwti_translation *t, const nwt_past *row)
{
    nwt_context *ctx = t->import->ctx;
    nwti_syntax_error error;
    const nwti_value *wanted;
    uint32_t i;

    if (row->text == NULL) {
        return 1;
    }
    wanted = nwti_literal_read_arguments(&ctx->arena, row->text, strlen(row->text), 8, &error);
    if (wanted == NULL) {
        if (error.what == NULL) {
            nwti_out_of_memory(ctx);
        }
        return 0;
    }
    for (i = 0; i < wanted->length; i++) {
        const nwti_value *pair = wanted->as.items + 1 + 2 * (size_t)i;

        if (pair->type != NWTI_STRING || !is_as_wanted(given(t, pair->as.string), pair + 1)) {
            return 0;
        }
    }
    return 1;
}

/* A config whose version is not stated may be of any. */
static int32_t is_of_its_time(const nwti_translation *t, const nwt_past *row)
{
    return (!t->is_call && !t->import->is_stated) || nwti_past_holds(row, t->import->version);
}

/* The kind that is called so today: not one that had the name at its time. */
static nwti_kind *named_today(const nwti_translation *t, const nwti_past_class *classes)
{
    nwti_kind *kind = nwti_kind_named(t->import->ctx, t->written);

    for (; classes != NULL; classes = classes->next) {
        if (nwti_kind_at(t->import->ctx, (int32_t)classes->index) == kind) {
            return NULL;
        }
    }
    return kind;
}

/* In this order: rows that want certain options, rows of this version, today's name, a row of
   another version, the latest. */
void nwti_past_find(nwti_translation *t)
{
    nwt_context *ctx = t->import->ctx;
    const nwti_past_class *classes = nwti_kind_classes(ctx, t->written), *one, *best = NULL;
    nwti_kind *today = named_today(t, classes);
    int32_t rank, best_rank = 0;

    for (one = classes; one != NULL; one = one->next) {
        if (!is_met(t, one->row)) {
            continue;
        }
        rank = (is_of_its_time(t, one->row) ? 3 : 1) + (one->row->text != NULL);
        if (rank > best_rank ||
            (rank == best_rank && rank < 3 && one->row->until > best->row->until)) {
            best = one;
            best_rank = rank;
        }
    }
    if (today != NULL && best_rank < 3) {
        best = NULL;
    }
    t->class_row = best != NULL ? best->row : NULL;
    t->kind = best != NULL ? nwti_kind_at(ctx, (int32_t)best->index) : today;
    t->class_name = t->kind != NULL ? t->kind->descriptor->name : t->written;
}

int32_t nwti_past_is_class(nwt_context *ctx, const char *name)
{
    return nwti_kind_named(ctx, name) != NULL || nwti_kind_classes(ctx, name) != NULL;
}
