/*
 * Constructor text: what the position of an argument means. Keras 1 had other positions than Keras
 * 3; Keras 2 (before TensorFlow's) took those of Keras 1 where it could tell them. Where readings
 * differ in what they count, a note gives both.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/layer.h"
#include "core/note.h"
#include "import/past.h"
#include "support/number.h"

#include <string.h>

/* One call's positional arguments, and how they are read. */
typedef struct reading {
    nwti_translation *t;
    nwt_context *ctx;
    const nwti_value *pairs;
    uint32_t count;      /* of the positional ones */
    const nwt_past *row; /* of the old positions; NULL: they are today's */
    const char *word;    /* the keyword that shows them; NULL: none */
    int32_t is_old;
} reading;

static const nwt_past *positions_in(const nwt_kind *kind, const char *written)
{
    const nwt_past *row = kind->past;

    for (; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_POSITIONS && nwti_past_is_about(row, written)) {
            return row;
        }
    }
    return NULL;
}

/* The row of any kind that was called so: which of them it is may hang on the options. */
static const nwt_past *find_positions(const nwti_translation *t)
{
    nwt_context *ctx = t->import->ctx;
    const nwti_past_class *one = nwti_kind_classes(ctx, t->written);
    const nwt_past *row = positions_in(t->kind->descriptor, t->written);

    for (; row == NULL && one != NULL; one = one->next) {
        const nwti_kind *kind = nwti_kind_at(ctx, (int32_t)one->index);

        row = kind != NULL ? positions_in(kind->descriptor, t->written) : NULL;
    }
    return row;
}

/* The key at an old position; NULL past the last, or when out of memory. */
static const char *key_of_then(const reading *r, uint32_t index)
{
    const char *words = r->row->text;

    while (index > 0 && *words != '\0') {
        words += strcspn(words, " ");
        words += *words == ' ';
        index--;
    }
    return *words != '\0' ? nwti_copy_string(r->ctx, words, strcspn(words, " ")) : NULL;
}

static const char *key_of_today(const reading *r, uint32_t index)
{
    const nwti_layout *options = &r->t->kind->options;
    int32_t i;

    for (i = 0; i < options->count; i++) {
        const nwt_option *row = nwti_row(options, i);

        if (!(row->flags & NWT_FLAG_HIDDEN) && index-- == 0) {
            return row->key;
        }
    }
    return NULL;
}

static const char *key_at(const reading *r, int32_t is_old, uint32_t index)
{
    return is_old ? key_of_then(r, index) : key_of_today(r, index);
}

/* The row of an argument that gives one item of a tuple, by the old positions; else NULL. */
static const nwt_past *item_at(const reading *r, uint32_t index)
{
    const char *key = key_of_then(r, index);
    const nwt_past *row = key != NULL ? nwti_past_key(r->t, key) : NULL;

    return row != NULL && row->turn == NWT_TURN_ITEM ? row : NULL;
}

/* Whether the items of a tuple stand there as integers of their own: then the version after the
   old one still read them so. */
static int32_t has_items(const reading *r)
{
    const nwt_past *row = item_at(r, 1);
    const char *now = row != NULL ? row->now : "";
    uint32_t i;

    for (i = 1; row != NULL && strcmp(row->now, now) == 0; i++) {
        if (i >= r->count || r->pairs[2 * (size_t)i + 1].type != NWTI_INT) {
            return 0;
        }
        row = item_at(r, i + 1);
    }
    return i > 1;
}

/* A keyword that only the time of the old positions had. */
static const char *find_word(const reading *r)
{
    uint32_t i;

    for (i = r->count; i < r->t->given_count; i++) {
        const char *key = r->pairs[2 * (size_t)i].as.string;
        const nwt_past *row = nwti_past_key(r->t, key);

        if (row != NULL && row->until != 0 && row->until <= r->row->until) {
            return key;
        }
    }
    return NULL;
}

/* A class that is no more is read as at its time. */
static nwti_version version_of(const nwti_translation *t)
{
    const nwt_past *row = t->class_row;
    nwti_version version = t->import->version;

    if (row != NULL && row->until != 0 && version >= row->until) {
        return row->until - 1;
    }
    return row != NULL && version < row->since ? row->since : version;
}

static void choose(reading *r)
{
    nwti_version version = version_of(r->t);

    if (nwti_past_holds(r->row, version)) {
        r->is_old = 1;
        return;
    }
    r->word = find_word(r);
    r->is_old = r->word != NULL || (NWTI_ERA(version) == NWTI_ERA(r->row->until) && has_items(r));
}

/* ----------------------------------------------------------------------- notes */

/* Today's name of a key, or of what it is an item of. */
static const char *meaning(const reading *r, const char *key)
{
    const nwt_past *row = key != NULL ? nwti_past_key(r->t, key) : NULL;

    return row != NULL ? row->now : key;
}

/* Whether shapes or weights may depend on an option. */
static int32_t matters(const reading *r, const char *key)
{
    int32_t row = key != NULL ? nwti_row_find(&r->t->kind->options, key, strlen(key)) : -1;
    int32_t type = row >= 0 ? nwti_row(&r->t->kind->options, row)->value_type : NWT_TYPE_OPAQUE;

    return type != NWT_TYPE_OPAQUE && type != NWT_TYPE_FUNCTION && type != NWT_TYPE_FLOAT;
}

static int32_t differs(const reading *r, uint32_t index)
{
    const char *one = meaning(r, key_at(r, 1, index));
    const char *three = meaning(r, key_at(r, 0, index));

    return (one == NULL || three == NULL || strcmp(one, three) != 0) &&
           (matters(r, one) || matters(r, three));
}

enum { TEXT = 240 };

static void append(char *text, const char *more)
{
    size_t length = strlen(text);

    nwti_format(text + length, TEXT - length, "%s", more);
}

/* The values of positional arguments, as short as a note needs them. */
static void append_value(char *text, const nwti_value *value)
{
    char number[40];
    uint32_t i;

    switch (value->type) {
    case NWTI_NONE:
        append(text, "None");
        break;
    case NWTI_BOOL:
        append(text, value->as.integer ? "True" : "False");
        break;
    case NWTI_INT:
        nwti_format(number, sizeof number, "%d", value->as.integer);
        append(text, number);
        break;
    case NWTI_FLOAT:
        number[nwti_format_double(number, value->as.number)] = '\0';
        append(text, number);
        break;
    case NWTI_STRING:
        append(text, "'");
        append(text, value->as.string);
        append(text, "'");
        break;
    case NWTI_TUPLE:
        append(text, "(");
        for (i = 0; i < value->length && i < 6 && value->as.items[i].type != NWTI_TUPLE; i++) {
            append(text, i > 0 ? ", " : "");
            append_value(text, value->as.items + i);
        }
        append(text, i < value->length ? "...)" : ")");
        break;
    default:
        append(text, "...");
        break;
    }
}

/* "a 3 x 3 kernel", of kernel_size. */
static void append_items(const reading *r, const nwt_past *row, uint32_t from, char *text)
{
    size_t length = strlen(row->now), end = sizeof "_size" - 1;
    const nwt_past *one = row;
    uint32_t i;

    append(text, "a ");
    for (i = from; i < r->count && one != NULL && one->now == row->now; i++) {
        append(text, i > from ? " x " : "");
        append_value(text, r->pairs + 2 * (size_t)i + 1);
        one = item_at(r, i + 1);
    }
    append(text, " ");
    append(text, row->now);
    if (length > end && strcmp(row->now + length - end, "_size") == 0) {
        text[strlen(text) - end] = '\0';
    }
}

/* What the arguments that differ mean in one of the two readings. */
static void append_reading(const reading *r, int32_t is_old, char *text)
{
    const char *tuple = NULL;
    uint32_t i;

    for (i = 0; i < r->count; i++) {
        const char *key = differs(r, i) ? key_at(r, is_old, i) : NULL;
        const nwt_past *row = key != NULL && is_old ? item_at(r, i) : NULL;

        if (key == NULL || (row != NULL && tuple != NULL)) {
            continue;
        }
        append(text, *text != '\0' ? ", " : "");
        if (row != NULL) {
            tuple = row->now;
            append_items(r, row, i - (uint32_t)row->item, text);
        } else {
            append(text, key);
            append(text, " ");
            append_value(text, r->pairs + 2 * (size_t)i + 1);
        }
    }
    append(text, *text != '\0' ? "" : "too many arguments");
}

static void note_readings(const reading *r)
{
    char call[TEXT] = "", ours[TEXT] = "", theirs[TEXT] = "", why[64] = "";
    int64_t then = NWTI_ERA(r->row->until - 1), era = NWTI_ERA(r->t->import->version);
    int64_t other = r->is_old ? 3 : then;
    uint32_t i;

    append(call, r->t->written);
    append(call, "(");
    for (i = 0; i < r->count; i++) {
        append(call, i > 0 ? ", " : "");
        append_value(call, r->pairs + 2 * (size_t)i + 1);
    }
    append(call, ")");
    append_reading(r, r->is_old, ours);
    append_reading(r, !r->is_old, theirs);
    if (r->word != NULL) {
        nwti_format(why, sizeof why, ", for its %s", r->word);
    }
    nwti_note_add(r->ctx, "%s: read as Keras %d%s: %s; in Keras %d %s (keras=%d)", call,
                  r->is_old && era == 3 ? then : era, why, ours, other, theirs, other);
}

/* A class that today has no more is read in one way only. */
static void compare(const reading *r)
{
    uint32_t i = 0;

    if (r->t->class_row != NULL && r->t->class_row->until != 0) {
        return;
    }
    while (i < r->count && !differs(r, i)) {
        i++;
    }
    if (i < r->count) {
        note_readings(r);
    }
}

/* ------------------------------------------------------------------------ keys */

int32_t nwti_past_positions(nwti_translation *t, nwti_value *pairs)
{
    reading r = {t, t->import->ctx, pairs, 0, find_positions(t), NULL, 0};
    const char *key;
    uint32_t i;

    while (r.count < t->given_count && pairs[2 * (size_t)r.count].type == NWTI_NONE) {
        r.count++;
    }
    if (r.count > 0 && r.row != NULL) {
        choose(&r);
        compare(&r);
    }
    for (i = 0; i < r.count; i++) {
        key = key_at(&r, r.is_old, i);
        if (key == NULL) {
            return nwti_error(r.ctx, NWT_STATUS_INVALID, "%s: more than %d positional arguments",
                              t->written, (int64_t)i);
        }
        pairs[2 * (size_t)i] = (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(key), {.string = key}};
    }
    return r.ctx->status;
}
