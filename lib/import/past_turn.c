/* How values of old keys turn into those of today's, and what a table of keys cannot say. */
#include "core/context.h"
#include "core/error.h"
#include "core/layer.h"
#include "core/note.h"
#include "import/past.h"
#include "support/literal.h"

#include <string.h>

/* ---------------------------------------------------------------------- values */

static void take_item(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    nwti_past_tuple *tuple;
    int32_t i = 0;

    while (i < t->tuple_count && strcmp(t->tuples[i].now, row->now) != 0) {
        i++;
    }
    if (i == NWTI_MOST_TUPLES) {
        return;
    }
    tuple = &t->tuples[i];
    if (i == t->tuple_count) {
        t->tuple_count++;
        memset(tuple, 0, sizeof *tuple);
        tuple->now = row->now;
    }
    tuple->row = row;
    tuple->items[row->item] = *value;
}

static void take_ordering(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    if (nwti_value_is(value, "tf")) {
        nwti_translation_put_string(t, row->now, "channels_last");
    } else if (nwti_value_is(value, "th")) {
        nwti_translation_put_string(t, row->now, "channels_first");
    } else if (!nwti_value_is(value, "default")) {
        nwti_translation_put(t, row->now, value);
    }
}

static void take_equals(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    const char *text = nwti_value_string(value);

    nwti_translation_put_int(t, row->now, NWTI_BOOL,
                             text != NULL && nwti_has_word(row->text, text));
}

static void take_if_true(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    if (value->type != NWTI_BOOL || value->as.integer != 0) {
        nwti_translation_put(t, row->now, value);
    }
}

static void take_if_text(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    static const nwti_value none = {NWTI_NONE, 0, 0, {0}};

    nwti_translation_put(t, row->now, value->type == NWTI_STRING ? value : &none);
}

static int32_t axis_count(const nwti_translation *t, const char *key)
{
    int32_t row = nwti_row_find(&t->kind->options, key, strlen(key));

    return row >= 0 ? nwti_row(&t->kind->options, row)->count : 0;
}

/* {"top_pad": 1, "bottom_pad": 2, ...}, and four numbers in that order. */
static void take_sides(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    static const char *const keys[] = {"top_pad", "bottom_pad", "left_pad", "right_pad"};
    nwt_context *ctx = t->import->ctx;
    nwti_value four[4], *items;
    int32_t is_list = value->type == NWTI_LIST || value->type == NWTI_TUPLE, i;

    if (value->type != NWTI_DICT && !(is_list && value->length == 4)) {
        nwti_translation_put(t, row->now, value);
        return;
    }
    for (i = 0; i < 4; i++) {
        const nwti_value *one = is_list ? value->as.items + i : nwti_value_get(value, keys[i]);

        four[i] = one != NULL ? *one : (nwti_value){NWTI_INT, 0, 0, {.integer = 0}};
    }
    items = nwti_new_array(ctx, 6, sizeof *items);
    if (items == NULL) {
        return;
    }
    memcpy(items + 2, four, sizeof four);
    items[0] = (nwti_value){NWTI_LIST, 0, 2, {.items = items + 2}};
    items[1] = (nwti_value){NWTI_LIST, 0, 2, {.items = items + 4}};
    four[0] = (nwti_value){NWTI_LIST, 0, 2, {.items = items}};
    nwti_translation_put(t, row->now, axis_count(t, row->now) == 1 ? items + 1 : four);
}

static void take_integers(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    const char *dtype = nwti_value_string(value);

    nwti_translation_put(t, dtype != NULL && strncmp(dtype, "int", 3) == 0 ? row->now : "dtype",
                         value);
}

void nwti_past_turn(nwti_translation *t, const nwt_past *row, const nwti_value *value)
{
    static void (*const turns[])(nwti_translation *, const nwt_past *, const nwti_value *) = {
        [NWT_TURN_ITEM] = take_item,         [NWT_TURN_ORDERING] = take_ordering,
        [NWT_TURN_EQUALS] = take_equals,     [NWT_TURN_IF_TRUE] = take_if_true,
        [NWT_TURN_IF_TEXT] = take_if_text,   [NWT_TURN_SIDES] = take_sides,
        [NWT_TURN_INTEGERS] = take_integers,
    };

    if (row->now != NULL && row->turn == NWT_TURN_NONE) {
        nwti_translation_put(t, row->now, value);
    } else if (row->now != NULL && row->turn != NWT_TURN_TYPE) {
        turns[row->turn](t, row, value);
    }
}

/* ----------------------------------------------------------------- input shapes */

static int32_t has_shape(const nwti_translation *t)
{
    return nwti_translation_get(t, "batch_input_shape") != NULL ||
           nwti_translation_get(t, "input_shape") != NULL;
}

static int32_t is_shared(const nwti_translation *t, const char *key)
{
    return nwti_translation_get(t, key) != NULL && !nwti_past_is_own(t, key);
}

/* input_shape with batch_size before it. */
static void join_batch(nwti_translation *t, const nwti_value *batch)
{
    const nwti_value *shape = nwti_translation_get(t, "input_shape");
    nwti_value dims[NWT_MAX_RANK];

    if (shape != NULL && (shape->type == NWTI_LIST || shape->type == NWTI_TUPLE) &&
        shape->length < NWT_MAX_RANK) {
        dims[0] = *batch;
        memcpy(dims + 1, shape->as.items, shape->length * sizeof *dims);
        nwti_translation_put_tuple(t, "batch_input_shape", shape->length + 1, dims);
        nwti_translation_drop(t, "input_shape");
    }
    nwti_translation_drop(t, "batch_size");
}

static void finish_input_shape(nwti_translation *t)
{
    if (has_shape(t) && is_shared(t, "input_dim")) {
        nwti_translation_drop(t, "input_dim");
    }
    if (!nwti_past_is_own(t, "input_length")) {
        nwti_translation_drop(t, "input_length");
    }
    if (is_shared(t, "batch_size")) {
        join_batch(t, nwti_translation_get(t, "batch_size"));
    }
}

/* ---------------------------------------------------------------------- tuples */

/* How many items the kind's rows give. */
static uint32_t item_count(const nwti_translation *t, const char *now)
{
    const nwt_past *row = t->kind->descriptor->past;
    int32_t count = 0;

    for (; row->says != 0; row++) {
        if (row->says == NWT_SAYS_KEY && row->turn == NWT_TURN_ITEM && strcmp(row->now, now) == 0 &&
            nwti_past_is_about(row, t->written) && row->item >= count) {
            count = row->item + 1;
        }
    }
    return (uint32_t)count;
}

/* Without its last item a tuple is none. A shape that is stated stands for itself. */
static void join_tuple(nwti_translation *t, const nwti_past_tuple *tuple)
{
    uint32_t count = item_count(t, tuple->now);
    const nwti_value *last = tuple->items + count - 1;

    if (last->type == NWTI_NONE || (strcmp(tuple->now, "input_shape") == 0 && has_shape(t))) {
        return;
    }
    if (t->is_call && tuple->row->text != NULL && t->import->version >= tuple->row->until) {
        nwti_note_add(t->import->ctx, "%s: %s", t->written, tuple->row->text);
    }
    if (count == 1 && (last->type == NWTI_LIST || last->type == NWTI_TUPLE)) {
        nwti_translation_put(t, tuple->now, last);
    } else {
        nwti_translation_put_tuple(t, tuple->now, count, tuple->items);
    }
}

/* -------------------------------------------------------------------- defaults */

/* The first dim_ordering within, depth first; NULL: none. Recursion follows the text's nesting. */
static const nwti_value *find_ordering(const nwti_value *value)
{
    const nwti_value *found = nwti_value_get(value, "dim_ordering");
    uint32_t i, step = value->type == NWTI_DICT ? 2 : 1;

    if (value->type != NWTI_LIST && value->type != NWTI_DICT) {
        return NULL;
    }
    for (i = 0; found == NULL && i < value->length; i++) {
        found = find_ordering(value->as.items + step * (size_t)i + (step - 1));
    }
    return found;
}

/* Keras 1 left dim_ordering out of some configs: what it had for a default shows in other layers;
   else it is that of its version. */
static void default_ordering(nwti_translation *t, const nwt_past *row)
{
    nwti_import *import = t->import;
    const nwti_value *stated;

    if (t->is_call) {
        return;
    }
    if (import->ordering == 0) {
        stated = import->root != NULL ? find_ordering(import->root) : NULL;
        import->ordering = nwti_value_is(stated, "th") ||
                           (stated == NULL && import->is_stated && import->version < 10100)
                               ? NWTI_ORDERING_TH
            : NWTI_ORDERING_TF;
    }
    nwti_translation_put_string(
        t, row->now, import->ordering == NWTI_ORDERING_TH ? "channels_first" : "channels_last");
}

/* Text that leaves out an option of two defaults is read in two ways. */
static void note_default(nwti_translation *t, const nwt_past *row)
{
    const nwti_layout *options = &t->kind->options;
    int32_t index = nwti_row_find(options, row->now, strlen(row->now));
    const char *today = index >= 0 ? nwti_row(options, index)->fallback : NULL;
    int32_t holds = nwti_past_holds(row, t->import->version);

    if (t->is_call && today != NULL && row->turn == NWT_TURN_NONE) {
        nwti_note_add(
            t->import->ctx, "%s: read with %s=%s, as in Keras %d; Keras %d has %s (keras=%d)",
            t->written, row->now, holds ? row->text : today, (int64_t)NWTI_ERA(t->import->version),
            holds ? (int64_t)3 : (int64_t)NWTI_ERA(row->until - 1), holds ? today : row->text,
            holds ? (int64_t)3 : (int64_t)NWTI_ERA(row->until - 1));
    }
}

static void put_default(nwti_translation *t, const nwt_past *row)
{
    nwt_context *ctx = t->import->ctx;
    nwti_syntax_error error;
    const nwti_value *value;

    if (row->turn == NWT_TURN_ORDERING) {
        default_ordering(t, row);
        return;
    }
    value = nwti_literal_read(&ctx->arena, row->text, strlen(row->text), 8, &error);
    if (value != NULL) {
        nwti_translation_put(t, row->now, value);
    } else if (error.what == NULL) {
        nwti_out_of_memory(ctx);
    }
}

static void finish_default(nwti_translation *t, const nwt_past *row)
{
    int32_t is_shape = strcmp(row->now, "input_shape") == 0;

    if ((is_shape ? has_shape(t) : nwti_translation_get(t, row->now) != NULL) ||
        !nwti_past_is_about(row, t->written)) {
        return;
    }
    /* A config states what all layers have. */
    if (nwti_past_is_quirk(t, row->now)) {
        if (nwti_past_did(t, row)) {
            put_default(t, row);
        }
        return;
    }
    if (nwti_past_holds(row, t->import->version) && (t->is_call || nwti_past_is_own(t, row->now))) {
        put_default(t, row);
    }
    note_default(t, row);
}

/* The type of another option's value: "raw", "function", "lambda". */
static void finish_type(nwti_translation *t, const nwt_past *row)
{
    static const nwti_value none = {NWTI_NONE, 0, 0, {0}};
    uint32_t i;

    for (i = 0; i < t->given_count; i++) {
        const nwti_value *pair = t->given + 2 * (size_t)i;

        if (nwti_value_is(pair, row->key) && pair[1].type != NWTI_NONE &&
            !nwti_value_is(pair + 1, "raw")) {
            nwti_translation_drop(t, row->now);
            nwti_translation_put(t, row->now, &none);
        }
    }
}

void nwti_past_finish(nwti_translation *t)
{
    const nwt_past *row, *past = t->kind->descriptor->past;
    int32_t i;

    for (i = 0; i < t->tuple_count; i++) {
        join_tuple(t, &t->tuples[i]);
    }
    for (row = past; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_DEFAULT) {
            finish_default(t, row);
        }
    }
    for (row = past; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_KEY && row->turn == NWT_TURN_TYPE) {
            finish_type(t, row);
        }
    }
    finish_input_shape(t);
}
