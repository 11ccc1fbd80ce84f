/*
 * Networks repeat themselves, and a search makes the same layers again and again: what came of a
 * recipe (a kind, option text, required integers) is kept, beyond resets, and given to the next
 * layer of the same recipe; parsing and checking options is the largest part of making a layer.
 *
 * Layers of one recipe share their options, until one is changed. These lie in the arena, so they
 * end with the layers; after a reset the first layer of a recipe copies the image there again.
 * Prototypes have a fixed number and a bounded size; a new one takes the place of an old. Left out
 * are layers with more than plain options: values kept aside, others within them, a plug-in's.
 */
#include "core/prototype.h"
#include "core/context.h"
#include "core/error.h"
#include "support/hash.h"

#include <string.h>

enum { ENTRIES = 256, LONGEST_TEXT = 104, LARGEST_SELF = 192, MOST_REQUIRED = 2 };

struct nwti_prototype {
    const nwti_kind *kind; /* NULL: none yet */
    uint32_t hash;
    uint32_t length;
    int64_t required[MOST_REQUIRED];
    int32_t count;
    int32_t is_current; /* `self` was made in `generation` */
    int64_t generation;
    void *self;
    uint64_t given;
    char text[LONGEST_TEXT];
    unsigned char image[LARGEST_SELF];
};

/* Options that layers share, with their hash before them. */
typedef struct shared_self {
    uint64_t hash;
    unsigned char self[];
} shared_self;

/* Where the text ends without a last ", name='...'" of plain characters, and the name: what differs
   from layer to layer must not hide that the rest is the same. The length if it does not end so. */
static size_t without_name(const char *text, size_t length, const char **name, size_t *size)
{
    static const char key[] = "name='";
    size_t from = length > 0 && text[length - 1] == '\'' ? length - 1 : 0, before;

    while (from > 0 && text[from - 1] != '\'' && text[from - 1] != '\\' && text[from - 1] != '\n') {
        from--;
    }
    if (from < sizeof key - 1 || memcmp(text + from - (sizeof key - 1), key, sizeof key - 1) != 0) {
        return length;
    }
    before = from - (sizeof key - 1);
    if (from == length - 1 || (before > 0 && (before < 2 || memcmp(text + before - 2, ", ", 2)))) {
        return length;
    }
    *name = text + from;
    *size = length - 1 - from;
    return before > 0 ? before - 2 : 0;
}

nwti_recipe nwti_recipe_of(nwti_kind *kind, int32_t count, const nwti_value *required,
                           const char *text, size_t length)
{
    nwti_recipe recipe = {kind, text, length, count, required, NULL, 0, 0};

    recipe.length = without_name(text, length, &recipe.name, &recipe.name_length);
    return recipe;
}

/* 0: what is made of such a recipe is not kept. */
static int32_t hash_of(nwti_recipe *recipe)
{
    uint64_t hash;
    int32_t i;

    if (recipe->length >= LONGEST_TEXT || recipe->count > MOST_REQUIRED) {
        return 0;
    }
    hash = nwti_mix(nwti_hash(recipe->text, recipe->length), (uint64_t)(uintptr_t)recipe->kind);
    for (i = 0; i < recipe->count; i++) {
        if (recipe->required[i].type != NWTI_INT) {
            return 0;
        }
        hash = nwti_mix(hash, (uint64_t)recipe->required[i].as.integer);
    }
    recipe->hash = (uint32_t)(hash >> 32);
    return 1;
}

static int32_t is_of(const nwti_prototype *entry, const nwti_recipe *recipe)
{
    int32_t i;

    if (entry == NULL || entry->hash != recipe->hash || entry->kind != recipe->kind ||
        entry->length != recipe->length || entry->count != recipe->count) {
        return 0;
    }
    for (i = 0; i < recipe->count; i++) {
        if (entry->required[i] != recipe->required[i].as.integer) {
            return 0;
        }
    }
    return memcmp(entry->text, recipe->text, recipe->length) == 0;
}

/* Options in the arena, for all layers of this recipe until a reset. */
static int32_t share(nwt_context *ctx, nwti_prototype *entry, size_t size)
{
    shared_self *shared = nwti_new(ctx, offsetof(shared_self, self) + size);

    if (shared == NULL) {
        return ctx->status;
    }
    memcpy(shared->self, entry->image, size);
    shared->hash = nwti_hash((const char *)entry->image, size);
    entry->self = shared->self;
    entry->generation = ctx->generation;
    entry->is_current = 1;
    return 0;
}

int32_t nwti_prototype_make(nwti_recipe *recipe, nwt_layer **layer)
{
    nwti_kind *kind = recipe->kind;
    nwt_context *ctx = kind->ctx;
    nwti_prototype *entry;

    *layer = NULL;
    if (!hash_of(recipe) || ctx->prototypes == NULL) {
        return 0;
    }
    entry = ctx->prototypes[recipe->hash % ENTRIES];
    if (!is_of(entry, recipe)) {
        entry = ctx->prototypes[(recipe->hash ^ 1) % ENTRIES];
        if (!is_of(entry, recipe)) {
            return 0;
        }
    }
    if ((!entry->is_current || entry->generation != ctx->generation) &&
        share(ctx, entry, kind->options.size)) {
        return ctx->status;
    }
    *layer = nwti_layer_begin_on(kind, entry->self);
    if (*layer == NULL) {
        return ctx->status;
    }
    (*layer)->given = entry->given;
    return 0;
}

static int32_t can_be_kept(const nwti_recipe *recipe, const nwt_layer *layer)
{
    const nwti_kind *kind = layer->kind;

    return recipe->hash != 0 && layer->values == NULL && layer->rare == NULL &&
           !(layer->marks & NWTI_HAS_POINTERS) && !kind->has_children && !kind->copies_text &&
           !kind->unknown && kind->options.size <= LARGEST_SELF;
}

/* One of two places, so that two recipes do not drive each other out; that which is not of this
   model first. NULL: memory is short, and nothing is lost but time. */
static nwti_prototype *room_for(nwt_context *ctx, uint32_t hash)
{
    nwti_prototype **place;

    if (ctx->prototypes == NULL) {
        ctx->prototypes = nwti_arena_zeroed(&ctx->permanent, ENTRIES * sizeof *ctx->prototypes);
        if (ctx->prototypes == NULL) {
            return NULL;
        }
    }
    place = &ctx->prototypes[hash % ENTRIES];
    if (*place != NULL && (*place)->is_current && (*place)->generation == ctx->generation) {
        place = &ctx->prototypes[(hash ^ 1) % ENTRIES];
    }
    if (*place == NULL) {
        *place = nwti_arena_zeroed(&ctx->permanent, sizeof **place);
    }
    return *place;
}

void nwti_prototype_keep(const nwti_recipe *recipe, const nwt_layer *layer)
{
    nwti_prototype *entry;
    int32_t i;

    if (!can_be_kept(recipe, layer)) {
        return;
    }
    entry = room_for(layer->kind->ctx, recipe->hash);
    if (entry == NULL) {
        return;
    }
    entry->kind = recipe->kind;
    entry->hash = recipe->hash;
    entry->length = (uint32_t)recipe->length;
    entry->count = recipe->count;
    for (i = 0; i < recipe->count; i++) {
        entry->required[i] = recipe->required[i].as.integer;
    }
    entry->is_current = 0;
    entry->given = layer->given;
    memcpy(entry->text, recipe->text, recipe->length);
    memcpy(entry->image, layer->self, layer->kind->options.size);
}

uint32_t nwti_self_hash(const nwt_layer *layer)
{
    if (layer->marks & NWTI_SHARES_SELF) {
        return (uint32_t)((const shared_self *)(const void *)((const unsigned char *)layer->self -
                                                              offsetof(shared_self, self)))
            ->hash;
    }
    return nwti_hash(layer->self, layer->kind->options.size);
}

int32_t nwti_self_own(nwt_layer *layer)
{
    void *own;

    if (!(layer->marks & NWTI_SHARES_SELF)) {
        return 0;
    }
    own = nwti_new(layer->kind->ctx, layer->kind->options.size);
    if (own == NULL) {
        return layer->kind->ctx->status;
    }
    memcpy(own, layer->self, layer->kind->options.size);
    layer->self = own;
    layer->marks &= (uint8_t)~NWTI_SHARES_SELF;
    return 0;
}
