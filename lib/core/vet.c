/* What a plug-in registers is looked over once, so that nothing later has to doubt it. */
#include "core/vet.h"
#include "core/dtype.h"
#include "core/error.h"
#include "core/option.h"
#include "core/past.h"

#include <string.h>

enum {
    KIND_FLAGS = NWT_KIND_KEEPS_DTYPE | NWT_KIND_BUILT_AT_ONCE | NWT_KIND_COUNTS_APART |
                 NWT_KIND_TAKES_ONE_LIST | NWT_KIND_TAKES_EACH,
    OPTION_FLAGS = NWT_FLAG_HIDDEN | NWT_FLAG_TEMPLATE | NWT_FLAG_NULLABLE | NWT_FLAG_INITIALIZER |
                   NWT_FLAG_REGULARIZER | NWT_FLAG_CONSTRAINT
};

/* Every kind has these: a row of that key would never be reached. */
static const char *const reserved[] = {"name", "dtype", "trainable", NULL};

/* Letters, digits and '_', no digit first; with '.' for names of kinds. */
static int32_t is_word(const char *text, size_t length, int32_t dots)
{
    size_t i;

    for (i = 0; i < length; i++) {
        char c = text[i];
        int32_t is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!is_letter && !(i > 0 && c >= '0' && c <= '9') && !(i > 0 && dots && c == '.')) {
            return 0;
        }
    }
    return length > 0;
}

static int32_t is_reserved(const char *key)
{
    int32_t i;

    for (i = 0; reserved[i] != NULL; i++) {
        if (strcmp(reserved[i], key) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t vet_row(nwt_context *ctx, const char *owner, const nwt_option *rows,
                       const nwt_option *row, int32_t is_option)
{
    const nwt_option *other;

    if (!is_word(row->key, strlen(row->key), 0) || (is_option && is_reserved(row->key))) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: no option can be called '%s': a word of letters, digits and '_' is "
                          "allowed, but name, dtype and trainable are every kind's",
                          owner, row->key);
    }
    for (other = rows; other != row; other++) {
        if (strcmp(other->key, row->key) == 0) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: two rows have the key '%s'", owner,
                              row->key);
        }
    }
    if (row->flags & ~OPTION_FLAGS) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: the row of option '%s' has flags that this version (%s) does not "
                          "know",
                          owner, row->key, NWT_VERSION);
    }
    if (is_option && (row->value_type == NWT_TYPE_TENSOR || row->value_type == NWT_TYPE_TENSORS)) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: option '%s' is a tensor, which only call arguments are", owner,
                          row->key);
    }
    if (nwti_option_size(row) != SIZE_MAX &&
        (size_t)row->offset % nwti_option_alignment(row) != 0) {
        return nwti_error(
            ctx, NWT_STATUS_INVALID,
            "%s: the place of option '%s' at byte %d of the struct is not aligned for "
            "its type",
            owner, row->key, (int64_t)row->offset);
    }
    return 0;
}

static int32_t vet_rows(nwt_context *ctx, const char *owner, const nwt_option *rows,
                        int32_t is_option)
{
    const nwt_option *row;

    for (row = rows; row != NULL && row->key != NULL; row++) {
        if (vet_row(ctx, owner, rows, row, is_option)) {
            return ctx->status;
        }
    }
    return 0;
}

static int32_t vet_names(nwt_context *ctx, const nwt_kind *kind)
{
    const char *name = kind->aliases != NULL ? kind->aliases : "";
    int32_t good = is_word(kind->name, strlen(kind->name), 1);

    while (good && *name != '\0') {
        size_t length = strcspn(name, " ");

        good = length == 0 || is_word(name, length, 1);
        name += length + (name[length] == ' ');
    }
    return good ? 0
                : nwti_error(ctx, NWT_STATUS_INVALID,
                             "no kind can be called '%s': letters, digits, '_' and '.' are allowed",
                             *name != '\0' ? name : kind->name);
}

/* What each row needs. */
static int32_t lacks_some(const nwt_past *row)
{
    switch (row->says) {
    case NWT_SAYS_CLASS:
        return row->written == NULL;
    case NWT_SAYS_DEFAULT:
        return row->now == NULL || (row->text == NULL && row->turn != NWT_TURN_ORDERING);
    case NWT_SAYS_KEY:
        return row->key == NULL || (row->now == NULL && row->turn != NWT_TURN_NONE) ||
               (row->text == NULL && row->turn == NWT_TURN_EQUALS);
    default:
        return row->text == NULL;
    }
}

static int32_t vet_past(nwt_context *ctx, const nwt_kind *kind)
{
    const nwt_past *row;

    for (row = kind->past; row != NULL && row->says != 0; row++) {
        if (row->says < 0 || row->says > NWT_SAYS_KEY || row->turn < 0 ||
            row->turn > NWT_TURN_INTEGERS || row->item < 0 || row->item >= NWTI_MOST_ITEMS) {
            return nwti_error(ctx, NWT_STATUS_INVALID,
                              "%s: a row of its past that this version (%s) does not know",
                              kind->name, NWT_VERSION);
        }
        if (lacks_some(row)) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: a row of its past lacks what it says",
                              kind->name);
        }
    }
    return 0;
}

int32_t nwti_vet(nwt_context *ctx, const nwt_kind *kind)
{
    if (vet_names(ctx, kind)) {
        return ctx->status;
    }
    if (kind->flags & ~(int64_t)KIND_FLAGS || kind->work < 0 ||
        (kind->work & ~NWT_WORK_IN_PLACE) > NWT_WORK_UNCOUNTED) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: its descriptor has flags or a work that this version (%s) does not "
                          "know",
                          kind->name, NWT_VERSION);
    }
    if (kind->flops < 0) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: its flops for each element are %d",
                          kind->name, (int64_t)kind->flops);
    }
    return vet_rows(ctx, kind->name, kind->options, 1) ||
                   vet_rows(ctx, kind->name, kind->arguments, 0) || vet_past(ctx, kind)
               ? ctx->status
               : 0;
}
