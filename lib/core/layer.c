/* Layers: made from values and text, completed, named. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/shared.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/op.h"
#include "core/builtin.h"
#include "support/literal.h"

#include <string.h>

/* Finished structs of the option texts that a kind was given last: parsing is the largest part of
   making a layer. Only structs without pointers are kept, so an image lives as long as the kind. */
enum { MEMO_ENTRIES = 32, MEMO_TEXT = 104 };

struct nwti_memo {
    uint32_t length; /* 0: unused */
    uint32_t hash;
    uint64_t given;
    char text[MEMO_TEXT];
    void *image;
};

nwt_layer *nwti_layer_begin(nwt_context *ctx, nwti_kind *kind)
{
    size_t header = NWTI_ROUND_UP(sizeof(nwt_layer));
    nwt_layer *layer;

    if (kind == NULL || (layer = nwti_new(ctx, header + kind->options.size)) == NULL) {
        return NULL;
    }
    memset(layer, 0, sizeof *layer);
    layer->kind = kind;
    layer->self = (unsigned char *)layer + header;
    memcpy(layer->self, kind->options.defaults, kind->options.size);
    layer->flags = NWTI_TRAINABLE;
    layer->depth = 1;
    layer->compute_dtype = NWT_DTYPE_FLOAT32;
    layer->variable_dtype = NWT_DTYPE_FLOAT32;
    return layer;
}

/* ------------------------------------------------------------------- options */

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
    int32_t row = positional_row(to->layout, position);

    if (row < 0) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: more than %d positional arguments",
                          to->owner, (int64_t)position);
    }
    return nwti_assign(to, row, value);
}

static int32_t assign_named(nwt_layer *layer, nwti_assignment *to, const nwti_value *key,
                            const nwti_value *value)
{
    int32_t row = nwti_row_find(to->layout, key->as.string, key->length);

    if (row >= 0 && !(nwti_row(to->layout, row)->flags & NWT_FLAG_HIDDEN)) {
        if (to->given >> row & 1 && !to->lenient) {
            return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s is given twice", to->owner,
                              key->as.string);
        }
        return nwti_assign(to, row, value);
    }
    if (nwti_assign_common(layer, key, value, to->owner)) {
        to->pointers = 1;
        return to->ctx->status;
    }
    if (to->lenient) {
        nwti_note_add(to->ctx, "%s: option '%s' is ignored: it is not known", to->owner,
                      key->as.string);
        return 0;
    }
    return nwti_unknown_option(to->ctx, to->owner, to->layout, key->as.string, 1);
}

/* Messages name the layer by its own name if the values have one, else by its class. */
static const char *owner_of(const nwt_layer *layer, const nwti_value *values)
{
    const nwti_value *name = nwti_value_get(values, "name");

    return name != NULL && name->type == NWTI_STRING && name->length > 0 ? name->as.string
                                                                         : nwti_layer_class(layer);
}

int32_t nwti_layer_options(nwt_layer *layer, const nwti_value *values,
                           nwt_layer *(*layer_of)(void *, const nwti_value *), void *user)
{
    int32_t is_call = values->type == NWTI_CALL;
    const nwti_value *pair = is_call ? values->as.items + 1 : values->as.items;
    nwti_assignment to = {layer->kind->ctx,
                          &layer->kind->options,
                          owner_of(layer, values),
                          layer->self,
                          layer->given,
                          layer_of,
                          user,
                          0,
                          !is_call};
    int32_t status = 0, position = 0;
    uint32_t i;

    for (i = 0; i < values->length && status == 0; i++, pair += 2) {
        status = pair[0].type == NWTI_NONE ? assign_positional(&to, pair + 1, position++)
                                           : assign_named(layer, &to, pair, pair + 1);
    }
    layer->given = to.given;
    if (to.pointers) {
        layer->values = values;
    }
    return status;
}

nwt_layer *nwti_layer_next_child(const nwt_layer *layer, int64_t *position)
{
    /* The position counts rows in its high half and items of a list in its low half. */
    int32_t row = (int32_t)(*position >> 32);
    int64_t item = *position & 0xFFFFFFFF;

    for (; layer->kind->has_children && row < layer->kind->options.count; row++, item = 0) {
        const nwt_option *option = nwti_row(&layer->kind->options, row);
        const void *place = (const unsigned char *)layer->self + option->offset;
        nwt_layer *const *items = place;
        int64_t count = 1;

        if (option->type == NWT_TYPE_LAYERS) {
            items = ((const nwt_layers *)place)->items;
            count = ((const nwt_layers *)place)->count;
        } else if (option->type != NWT_TYPE_LAYER) {
            continue;
        }
        if (option->flags & NWT_FLAG_TEMPLATE) {
            continue;
        }
        for (; item < count; item++) {
            if (items[item] != NULL) {
                *position = ((int64_t)row << 32) + item + 1;
                return items[item];
            }
        }
    }
    *position = (int64_t)row << 32;
    return NULL;
}

void nwti_layer_own(nwt_layer *child)
{
    child->flags |= child->flags & NWTI_OWNED ? NWTI_SHARED : NWTI_OWNED;
}

/* Layers within layers recurse, so their depth has a limit. */
int32_t nwti_layer_adopt(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    int64_t position = 0;
    nwt_layer *child;

    while ((child = nwti_layer_next_child(layer, &position)) != NULL) {
        nwti_layer_own(child);
        if (child->depth >= layer->depth) {
            layer->depth = (uint16_t)(child->depth + 1);
        }
    }
    if (layer->depth > ctx->max_depth) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: layers are nested deeper than %d",
                          nwti_layer_class(layer), (int64_t)ctx->max_depth);
    }
    return 0;
}

/* Defaults that are layers are made anew. Such a default may have one of its own kind in turn, so
   their depth has a limit. */
static int32_t make_defaults(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    const nwti_layout *layout = &layer->kind->options;
    nwti_assignment to = {
        ctx, layout, nwti_layer_class(layer), layer->self, layer->given, nwti_layer_of_call, ctx,
        0,   0};
    nwti_syntax_error error;
    const nwti_value *value;
    int32_t i, status = 0;

    if (ctx->default_depth >= ctx->max_depth) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: layers are nested deeper than %d", to.owner,
                          (int64_t)ctx->max_depth);
    }
    ctx->default_depth++;
    for (i = 0; i < layout->count && status == 0; i++) {
        const nwt_option *row = nwti_row(layout, i);

        if (nwti_option_is_made(row) && !(to.given >> i & 1)) {
            value = nwti_literal_read(&ctx->arena, row->fallback, strlen(row->fallback), 8, &error);
            status = value != NULL ? nwti_assign(&to, i, value) : nwti_out_of_memory(ctx);
        }
    }
    ctx->default_depth--;
    layer->given = to.given;
    return status;
}

static int32_t missing_option(nwt_layer *layer)
{
    uint64_t missing = layer->kind->options.required & ~layer->given;
    int32_t row = 0;

    while (!(missing >> row & 1)) {
        row++;
    }
    return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: option '%s' is missing: %s",
                      layer->name != NULL ? layer->name : nwti_layer_class(layer),
                      nwti_row(&layer->kind->options, row)->key,
                      nwti_row(&layer->kind->options, row)->help);
}

int32_t nwti_layer_complete(nwt_layer *layer)
{
    nwt_context *ctx = layer->kind->ctx;
    nwt_op op;

    if (layer->flags & NWTI_MADE) {
        return 0;
    }
    if (layer->kind->options.required & ~layer->given) {
        return missing_option(layer);
    }
    if (layer->kind->makes_layers && make_defaults(layer)) {
        return ctx->status;
    }
    if (layer->name == NULL) {
        layer->number = (int32_t)(*layer->kind->counter)++;
    }
    layer->flags |= NWTI_MADE;
    if (layer->kind->descriptor->make != NULL) {
        nwti_op_begin(&op, layer, NULL, &ctx->arena);
        op.making = 1;
        if (layer->kind->descriptor->make(&op, layer->self) != 0 && op.state == NWTI_OP_OK) {
            nwt_op_fail(&op, "its options were refused", 0, NULL);
        }
        nwti_op_end(&op);
        if (op.state == NWTI_OP_FAILED) {
            return ctx->status;
        }
    }
    return layer->kind->has_children ? nwti_layer_adopt(layer) : 0;
}

/* --------------------------------------------------------------- constructors */

/* Reads option text into the layer. 1 in *plain if the struct then holds no pointers. */
static int32_t read_text(nwt_layer *layer, const char *text, size_t length, int32_t *plain)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_mark mark = nwti_arena_mark(&ctx->arena);
    nwti_syntax_error error;
    const nwti_value *values = nwti_literal_read_arguments(&ctx->arena, text, length,
                                                           (size_t)ctx->max_depth * 4, &error);

    if (values == NULL) {
        return error.what == NULL
                   ? nwti_out_of_memory(ctx)
                   : nwti_error(ctx, NWT_STATUS_INVALID, "%s: options, column %z: %s",
                                nwti_layer_class(layer), error.column, error.what);
    }
    if (nwti_layer_options(layer, values, nwti_layer_of_call, ctx)) {
        return ctx->status;
    }
    *plain = layer->values == NULL;
    if (*plain) {
        nwti_arena_rewind(&ctx->arena, mark);
    }
    return 0;
}

static int32_t is_memo(const nwti_memo *memo, uint32_t hash, const char *text, size_t length)
{
    return memo->length == length && memo->hash == hash && memcmp(memo->text, text, length) == 0;
}

/* The entry that holds the text, or that is to hold it: one of two, so that two texts of one hash
   do not drive each other out. */
static nwti_memo *memo_of(nwti_kind *kind, uint32_t hash, const char *text, size_t length)
{
    nwti_arena *arena = &kind->ctx->permanent;
    nwti_memo *first, *second;

    if (length >= MEMO_TEXT) {
        return NULL;
    }
    if (kind->memo == NULL) {
        kind->memo = nwti_arena_zeroed(arena, MEMO_ENTRIES * sizeof *kind->memo);
        if (kind->memo == NULL) {
            return NULL;
        }
    }
    first = &kind->memo[hash % MEMO_ENTRIES];
    second = &kind->memo[(hash + 1) % MEMO_ENTRIES];
    if (is_memo(first, hash, text, length) ||
        (first->length == 0 && !is_memo(second, hash, text, length))) {
        return first;
    }
    return second;
}

/* Options from text, or from the memo of a text that was read before. */
static int32_t options_of_text(nwt_layer *layer, const char *text)
{
    nwti_kind *kind = layer->kind;
    size_t length = strlen(text);
    uint32_t hash = nwti_hash(text, length);
    nwti_memo *memo = memo_of(kind, hash, text, length);
    int32_t plain = 0;

    if (memo != NULL && memo->length > 0 && is_memo(memo, hash, text, length)) {
        memcpy(layer->self, memo->image, kind->options.size);
        layer->given = memo->given;
        return 0;
    }
    if (read_text(layer, text, length, &plain)) {
        return kind->ctx->status;
    }
    if (plain && memo != NULL) {
        if (memo->image == NULL) {
            memo->image = nwti_arena_alloc(&kind->ctx->permanent, kind->options.size);
        }
        if (memo->image != NULL) {
            memcpy(memo->image, layer->self, kind->options.size);
            memcpy(memo->text, text, length);
            memo->length = (uint32_t)length;
            memo->hash = hash;
            memo->given = layer->given;
        }
    }
    return 0;
}

static int32_t twice_or_nowhere(nwti_assignment *to, int32_t row, int32_t twice)
{
    return nwti_error(to->ctx, NWT_STATUS_INVALID,
                      twice ? "%s: %s is given twice: as an argument and in the options"
                            : "%s: %s must be given, in the options where the argument is "
                              "NWT_IN_OPTIONS",
                      to->owner, nwti_row(to->layout, row)->key);
}

static int32_t is_in_options(const nwti_value *value)
{
    return value->type == NWTI_INT && value->as.integer == NWT_IN_OPTIONS;
}

/* The values of the kind's first options, in their order. */
static int32_t assign_required(nwt_layer *layer, int32_t count, const nwti_value *values)
{
    nwti_assignment to = {layer->kind->ctx,
                          &layer->kind->options,
                          nwti_layer_class(layer),
                          layer->self,
                          layer->given,
                          nwti_layer_of_call,
                          layer->kind->ctx,
                          0,
                          0};
    int32_t row = 0, i, status = 0;

    for (i = 0; i < count && status == 0; i++, row++) {
        while (row < to.layout->count && nwti_row(to.layout, row)->flags & NWT_FLAG_HIDDEN) {
            row++;
        }
        if (is_in_options(values + i) || to.given >> row & 1) {
            int32_t given = (int32_t)(to.given >> row & 1);

            if (given == is_in_options(values + i)) {
                continue;
            }
            return twice_or_nowhere(&to, row, given);
        }
        status = nwti_assign(&to, row, values + i);
    }
    layer->given = to.given;
    return status;
}

nwt_layer *nwti_construct(nwt_context *ctx, int32_t kind, int32_t count, const nwti_value *values,
                          const char *options)
{
    nwt_layer *layer;

    if (ctx == NULL) {
        return NULL;
    }
    layer = nwti_layer_begin(ctx, nwti_kind_at(ctx, kind));
    if (layer == NULL || (options != NULL && options_of_text(layer, options)) ||
        (count > 0 && assign_required(layer, count, values)) || nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

nwt_layer *nwti_construct_around(nwt_context *ctx, int32_t kind, nwt_layer *inner,
                                 const char *options)
{
    nwt_layer *layer;

    if (ctx == NULL) {
        return NULL;
    }
    layer = nwti_layer_begin(ctx, nwti_kind_at(ctx, kind));
    if (layer == NULL || (options != NULL && options_of_text(layer, options)) ||
        nwt_layer_set_layer(layer, nwti_row(&layer->kind->options, 0)->key, inner) ||
        nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

nwt_layer *nwt_layer_new(nwt_context *ctx, const char *kind)
{
    if (ctx == NULL) {
        return NULL;
    }
    if (kind == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_layer_new: the kind is NULL");
        return NULL;
    }
    return nwti_layer_begin(ctx, nwti_kind_wanted(ctx, kind));
}

/* The class in a dotted name: "Dense" of "keras.layers.Dense". */
static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

nwt_layer *nwti_layer_of_call(void *user, const nwti_value *value)
{
    nwt_context *ctx = user;
    nwt_layer *layer;

    if (value->type != NWTI_CALL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "a layer is written as a call: Dense(10)");
        return NULL;
    }
    layer = nwti_layer_begin(ctx, nwti_kind_wanted(ctx, last_part(value->as.items->as.string)));
    if (layer == NULL || nwti_layer_options(layer, value, nwti_layer_of_call, ctx) ||
        nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

nwt_layer *nwt_layer_parse(nwt_context *ctx, const char *text)
{
    const nwti_value *value;
    nwti_syntax_error error;

    if (ctx == NULL) {
        return NULL;
    }
    if (text == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_layer_parse: the text is NULL");
        return NULL;
    }
    value = nwti_literal_read(&ctx->arena, text, strlen(text), (size_t)ctx->max_depth * 4, &error);
    if (value == NULL) {
        if (error.what == NULL) {
            nwti_out_of_memory(ctx);
        } else {
            nwti_error(ctx, NWT_STATUS_INVALID, "line %z, column %z: %s", error.line, error.column,
                       error.what);
        }
        return NULL;
    }
    return nwti_layer_of_call(ctx, value);
}

nwt_context *nwt_layer_context(const nwt_layer *layer)
{
    return layer != NULL ? layer->kind->ctx : NULL;
}
