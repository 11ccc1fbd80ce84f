/* Layers from option text and constructor text. */
#include "core/context.h"
#include "core/error.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/note.h"
#include "core/prototype.h"
#include "core/builtin.h"

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

/* --------------------------------------------------------------- constructors */

/* Reads option text into the layer. 1 in *plain if the struct then holds no pointers. */
static int32_t read_text(nwt_layer *layer, const char *text, size_t length, int32_t *plain)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_mark mark = nwti_arena_mark(&ctx->arena);
    const nwti_value *values = nwti_read_arguments(ctx, text, length, nwti_layer_class(layer),
                                                   "options");

    if (values == NULL) {
        return ctx->status;
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

static int32_t options_of_plain_text(nwt_layer *layer, const char *text, size_t length)
{
    nwti_kind *kind = layer->kind;
    uint32_t hash = nwti_hash(text, length);
    nwti_memo *memo = memo_of(kind, hash, text, length);
    int32_t plain = 0;

    if (length == 0) {
        return 0;
    }
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

/* The name that stood last in the option text. */
static int32_t take_name(nwt_layer *layer, const nwti_recipe *recipe)
{
    if (recipe->name == NULL) {
        return 0;
    }
    if (layer->name != NULL) {
        return nwti_error(layer->kind->ctx, NWT_STATUS_INVALID, "%s: name is given twice",
                          nwti_layer_class(layer));
    }
    layer->name = nwti_copy_string(layer->kind->ctx, recipe->name, recipe->name_length);
    return layer->name != NULL ? 0 : layer->kind->ctx->status;
}

/* Options and name from text, the former from the memo if they were read before. */
static int32_t options_of_recipe(nwt_layer *layer, const nwti_recipe *recipe)
{
    return options_of_plain_text(layer, recipe->text, recipe->length) || take_name(layer, recipe)
               ? layer->kind->ctx->status
               : 0;
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
    nwti_assignment to = nwti_layer_assignment(layer);
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
    layer->marks |= to.pointers & NWTI_HAS_POINTERS;
    return status;
}

/* As another was made of this recipe; *layer is NULL if none was. 0, or the status. */
static int32_t make_again(nwti_recipe *recipe, nwt_layer **layer)
{
    if (nwti_prototype_make(recipe, layer) || (*layer != NULL && take_name(*layer, recipe))) {
        return recipe->kind->ctx->status;
    }
    if (*layer != NULL) {
        nwti_layer_number(*layer);
    }
    return 0;
}

nwt_layer *nwti_construct(nwt_context *ctx, int32_t kind, int32_t count, const nwti_value *values,
                          const char *options)
{
    nwti_kind *of = ctx != NULL ? nwti_kind_at(ctx, kind) : NULL;
    int64_t notes;
    nwti_recipe recipe;
    nwt_layer *layer;

    if (of == NULL) {
        return NULL;
    }
    options = options != NULL ? options : "";
    if (nwti_prototype_at(of, count, values, options, &layer)) {
        return NULL;
    }
    if (layer != NULL) {
        nwti_layer_number(layer);
        return layer;
    }
    recipe = nwti_recipe_of(of, count, values, options, strlen(options));
    if (make_again(&recipe, &layer)) {
        return NULL;
    }
    if (layer != NULL) {
        return layer;
    }
    notes = nwti_findings(ctx);
    layer = nwti_layer_begin(of);
    if (layer == NULL || options_of_recipe(layer, &recipe) ||
        (count > 0 && assign_required(layer, count, values)) || nwti_layer_complete(layer)) {
        return NULL;
    }
    if (notes == nwti_findings(ctx)) {
        nwti_prototype_keep(&recipe, layer);
    }
    return layer;
}

nwt_layer *nwti_construct_around(nwt_context *ctx, int32_t kind, nwt_layer *inner,
                                 const char *options)
{
    nwti_recipe recipe;
    nwt_layer *layer;

    if (ctx == NULL) {
        return NULL;
    }
    layer = nwti_layer_begin(nwti_kind_at(ctx, kind));
    if (layer == NULL) {
        return NULL;
    }
    options = options != NULL ? options : "";
    recipe = nwti_recipe_of(layer->kind, 0, NULL, options, strlen(options));
    if (options_of_recipe(layer, &recipe) ||
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
    return nwti_layer_begin(nwti_kind_wanted(ctx, kind));
}

/* The recipe in constructor text that is a plain name with something in parentheses; of no kind
   otherwise. What is between them, the first reading of the text tells. */
static nwti_recipe recipe_of_text(nwt_context *ctx, const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    nwti_recipe recipe = {NULL, text, 1, NULL, 0, 0, NULL, NULL, 0, 0};
    size_t length = strlen(text), begin = strspn(text, letters);
    char name[64];
    nwti_kind *kind;

    if (begin >= sizeof name || text[begin] != '(' || text[length - 1] != ')') {
        return recipe;
    }
    memcpy(name, text, begin);
    name[begin] = '\0';
    kind = nwti_kind_named(ctx, name);
    if (kind != NULL) {
        recipe = nwti_recipe_of(kind, 0, NULL, text + begin + 1, length - begin - 2);
        recipe.place = text;
        recipe.has_class = 1;
    }
    return recipe;
}

nwt_layer *nwt_layer_parse(nwt_context *ctx, const char *text)
{
    const nwti_value *value;
    nwt_layer *layer = NULL;
    nwti_recipe recipe;
    int64_t notes;

    if (ctx == NULL) {
        return NULL;
    }
    if (text == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_layer_parse: the text is NULL");
        return NULL;
    }
    if (nwti_prototype_at_text(ctx, text, &layer)) {
        return NULL;
    }
    if (layer != NULL) {
        nwti_layer_number(layer);
        return layer;
    }
    recipe = recipe_of_text(ctx, text);
    if (recipe.kind != NULL && make_again(&recipe, &layer)) {
        return NULL;
    }
    if (layer != NULL) {
        return layer;
    }
    notes = nwti_findings(ctx);
    value = nwti_read_value(ctx, text, "nwt_layer_parse", "text");
    layer = value != NULL ? nwti_layer_of_call(ctx, value) : NULL;
    if (layer != NULL && layer->kind == recipe.kind && recipe.name == NULL &&
        notes == nwti_findings(ctx)) {
        nwti_prototype_keep(&recipe, layer);
    }
    return layer;
}

nwt_context *nwt_layer_context(const nwt_layer *layer)
{
    return layer != NULL ? layer->kind->ctx : NULL;
}
