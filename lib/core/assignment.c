/* Values and text into structs of options: the same for kinds, calls, reports and readers. */
#include "core/context.h"
#include "core/error.h"
#include "core/layer.h"
#include "core/note.h"
#include "core/nearest.h"
#include "core/option.h"
#include "support/literal.h"

#include <string.h>

int32_t nwti_unknown_option(const nwti_assignment *to, const char *key)
{
    nwti_nearest nearest;
    char hint[160];
    int32_t i;

    nwti_nearest_begin(&nearest, key);
    for (i = 0; i < to->layout->count; i++) {
        if (!(nwti_row(to->layout, i)->flags & NWT_FLAG_HIDDEN)) {
            nwti_nearest_offer(&nearest, nwti_row(to->layout, i)->key);
        }
    }
    if (to->offer_others != NULL) {
        to->offer_others(&nearest);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: unknown %s '%s'%s", to->owner, to->what,
                      key, nwti_nearest_text(&nearest, hint, sizeof hint));
}

/* The row of the position-th constructor argument, or -1. */
static int32_t positional_row(const nwti_layout *layout, int32_t position)
{
    int32_t i;

    for (i = 0; i < layout->count; i++) {
        if (!(nwti_row(layout, i)->flags & NWT_FLAG_HIDDEN) && position-- == 0) {
            return i;
        }
    }
    return -1;
}

static int32_t assign_positional(nwti_assignment *to, const nwti_value *value, int32_t position)
{
    int32_t row = to->by_position ? positional_row(to->layout, position) : 0;

    if (!to->by_position) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %ss need a name each: %s=...",
                          to->owner, to->what,
                          to->layout->count > 0 ? nwti_row(to->layout, 0)->key : "name");
    }
    if (row < 0) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: more than %d positional arguments",
                          to->owner, (int64_t)position);
    }
    return nwti_assign(to, row, value);
}

static int32_t is_shown(const nwti_assignment *to, int32_t row)
{
    int32_t flags = nwti_row(to->layout, row)->flags;

    return !(flags & NWT_FLAG_HIDDEN) || (flags & (NWTI_FLAG_PAST | NWTI_FLAG_QUIRK) &&
                                          to->layer != NULL && to->layer->marks & NWTI_BEFORE_3);
}

static int32_t assign_named(nwti_assignment *to, const nwti_value *key, const nwti_value *value)
{
    int32_t row = nwti_row_find(to->layout, key->as.string, key->length);

    if (row >= 0 && is_shown(to, row)) {
        if (to->kept >> row & 1) {
            return 0;
        }
        if (to->given >> row & 1 && !to->lenient) {
            return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s is given twice", to->owner,
                              key->as.string);
        }
        return nwti_assign(to, row, value);
    }
    if (to->take_other != NULL && to->take_other(to, key, value)) {
        return to->ctx->status;
    }
    if (to->lenient) {
        nwti_note_add(to->ctx, "%s: %s '%s' is ignored: it is not known", to->owner, to->what,
                      key->as.string);
        return 0;
    }
    return nwti_unknown_option(to, key->as.string);
}

int32_t nwti_assign_all(nwti_assignment *to, const nwti_value *values)
{
    const nwti_value *pair = values->as.items + (values->type == NWTI_CALL ? 1 : 0);
    int32_t status = 0, position = 0;
    uint32_t i;

    for (i = 0; i < values->length && status == 0; i++, pair += 2) {
        status = pair->type == NWTI_STRING ? assign_named(to, pair, pair + 1)
                                           : assign_positional(to, pair + 1, position++);
    }
    return status;
}

/* Text may nest as deep as layers may, and lists within them. */
static size_t depth_of(const nwt_context *ctx)
{
    return (size_t)ctx->max_depth * 4;
}

static const nwti_value *check(nwt_context *ctx, const nwti_value *value, const char *owner,
                               const char *what, const nwti_syntax_error *error)
{
    if (value == NULL && error->what == NULL) {
        nwti_out_of_memory(ctx);
    } else if (value == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "%s: %s, column %z: %s", owner, what, error->column,
                   error->what);
    }
    return value;
}

const nwti_value *nwti_read_value(nwt_context *ctx, const char *text, const char *owner,
                                  const char *what)
{
    nwti_syntax_error error;
    const nwti_value *value = nwti_literal_read(&ctx->arena, text, strlen(text), depth_of(ctx),
                                                &error);

    return check(ctx, value, owner, what, &error);
}

const nwti_value *nwti_read_arguments(nwt_context *ctx, const char *text, size_t length,
                                      const char *owner, const char *what)
{
    nwti_syntax_error error;
    const nwti_value *values = nwti_literal_read_arguments(&ctx->arena, text, length, depth_of(ctx),
                                                           &error);

    return check(ctx, values, owner, what, &error);
}

/* The layout of settings in this context, made at their first use. */
static const nwti_layout *layout_of(nwt_context *ctx, const nwti_settings *settings)
{
    nwti_layout *layout = ctx->tables;

    while (layout != NULL && layout->rows != settings->rows) {
        layout = layout->next;
    }
    if (layout != NULL) {
        return layout;
    }
    layout = nwti_arena_zeroed(&ctx->permanent, sizeof *layout);
    if (layout == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    if (nwti_layout_make(ctx, layout, settings->rows, sizeof settings->rows[0], settings->size,
                         settings->owner)) {
        return NULL;
    }
    layout->next = ctx->tables;
    ctx->tables = layout;
    return layout;
}

int32_t nwti_settings_read(nwt_context *ctx, const nwti_settings *settings, const char *text,
                           void *into, nwti_value *values)
{
    nwti_assignment to = {.ctx = ctx,
                          .layout = layout_of(ctx, settings),
                          .owner = settings->owner,
                          .what = "option",
                          .self = into,
                          .arena = &ctx->arena};
    const nwti_value *read;

    if (values != NULL) {
        *values = (nwti_value){NWTI_DICT, 0, 0, {0}};
    }
    if (to.layout == NULL) {
        return ctx->status;
    }
    memcpy(into, to.layout->defaults, settings->size);
    if (text == NULL) {
        return 0;
    }
    read = nwti_read_arguments(ctx, text, strlen(text), settings->owner, "options");
    if (read == NULL || nwti_assign_all(&to, read)) {
        return ctx->status;
    }
    if (values != NULL) {
        values->length = read->length;
        values->as.items = read->as.items + 1;
    }
    return 0;
}
