/* Tables of options, laid out: rows by index and by key, and an image of the defaults. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "support/literal.h"

#include <string.h>

enum { SLOT_MASK = sizeof((nwti_layout *)0)->slots / sizeof((nwti_layout *)0)->slots[0] - 1 };

int32_t nwti_row_find(const nwti_layout *layout, const char *key, size_t length)
{
    uint32_t i = nwti_hash(key, length) & SLOT_MASK;

    while (layout->slots[i] != 0) {
        int32_t row = layout->slots[i] - 1;
        const char *candidate = nwti_row(layout, row)->key;

        if (strncmp(candidate, key, length) == 0 && candidate[length] == '\0') {
            return row;
        }
        i = (i + 1) & SLOT_MASK;
    }
    return -1;
}

static void enter(nwti_layout *layout, int32_t row)
{
    const char *key = nwti_row(layout, row)->key;
    uint32_t i = nwti_hash(key, strlen(key)) & SLOT_MASK;

    while (layout->slots[i] != 0) {
        i = (i + 1) & SLOT_MASK;
    }
    layout->slots[i] = (uint8_t)(row + 1);
}

/* A place must lie within its struct; tuples and pairs go into buffers of a fixed size. */
static int32_t check_row(nwt_context *ctx, const nwti_layout *layout, const nwt_option *row,
                         const char *owner)
{
    size_t size = nwti_option_size(row);

    if (size > layout->size || row->offset < 0 || (size_t)row->offset > layout->size - size ||
        row->count < 0 || row->count > NWT_MAX_RANK) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: the row of option '%s' has a type, place or count that does not fit "
                          "its struct of %z bytes",
                          owner, row->key, layout->size);
    }
    if (row->value_type == NWT_TYPE_CHOICE && row->choices == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: option '%s' has no choices", owner,
                          row->key);
    }
    return 0;
}

/* Writes the row's fallback into the image of defaults. What it points to lives as long as the
   kind; layers do not, so these are made for each layer. */
static int32_t lay_out(nwt_context *ctx, nwti_layout *layout, int32_t index, const char *owner)
{
    const nwt_option *row = nwti_row(layout, index);
    nwti_assignment to = {.ctx = ctx, .layout = layout, .owner = owner};
    nwti_syntax_error error;
    const nwti_value *value;

    if (row->fallback == NULL) {
        layout->required |= row->flags & NWT_FLAG_HIDDEN ? 0 : (uint64_t)1 << index;
        return 0;
    }
    value = nwti_literal_read(&ctx->permanent, row->fallback, strlen(row->fallback), 8, &error);
    if (value == NULL) {
        return error.what == NULL
                   ? nwti_out_of_memory(ctx)
                   : nwti_error(ctx, NWT_STATUS_INVALID,
                                "%s: the default of option '%s', %s, can't be read: %s", owner,
                                row->key, row->fallback, error.what);
    }
    if (value->type != NWTI_NONE && nwti_option_holds_layers(row)) {
        layout->made |= (uint64_t)1 << index;
        return value->type == NWTI_CALL || value->type == NWTI_LIST
                   ? 0
                   : nwti_error(ctx, NWT_STATUS_INVALID,
                                "%s: the default of option '%s', %s, is no layer", owner, row->key,
                                row->fallback);
    }
    to.self = layout->defaults;
    to.arena = &ctx->permanent;
    return nwti_assign(&to, index, value);
}

int32_t nwti_layout_make(nwt_context *ctx, nwti_layout *layout, const nwt_option *rows,
                         size_t row_size, size_t size, const char *owner)
{
    int32_t i;

    layout->rows = rows;
    layout->row_size = row_size;
    layout->size = size;
    layout->defaults = nwti_arena_zeroed(&ctx->permanent, size);
    if (layout->defaults == NULL) {
        return nwti_out_of_memory(ctx);
    }
    if (rows == NULL) {
        return 0;
    }
    while (nwti_row(layout, layout->count)->key != NULL) {
        if (layout->count == NWTI_LARGEST_TABLE) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: more than %d options", owner,
                              (int64_t)NWTI_LARGEST_TABLE);
        }
        if (check_row(ctx, layout, nwti_row(layout, layout->count), owner)) {
            return ctx->status;
        }
        enter(layout, layout->count);
        layout->count++;
    }
    for (i = 0; i < layout->count; i++) {
        if (lay_out(ctx, layout, i, owner)) {
            return ctx->status;
        }
    }
    return 0;
}

const nwti_value *nwti_value_given(const nwti_value *values, const nwti_layout *layout,
                                   const char *key)
{
    const nwti_value *pair, *found = NULL;
    int32_t row = nwti_row_find(layout, key, strlen(key)), position = 0;
    uint32_t i;

    if (values == NULL) {
        return NULL;
    }
    pair = values->as.items + (values->type == NWTI_CALL ? 1 : 0);
    for (i = 0; i < values->length; i++, pair += 2) {
        if (pair->type == NWTI_NONE ? position++ == row : strcmp(pair->as.string, key) == 0) {
            found = pair + 1;
        }
    }
    return found != NULL && found->type != NWTI_NONE ? found : NULL;
}
