/*
 * Networks repeat themselves, and a search makes the same layers again and again: what came of a
 * recipe (a kind, option text, required numbers) is kept, beyond resets, and given to the next
 * layer of the same recipe; parsing and checking options is the largest part of making a layer.
 *
 * Layers of one recipe share their options, which are the prototype's, until one is changed. So a
 * prototype stays while layers of its generation may point to it: until a reset. Prototypes have a
 * fixed number and a bounded size; a new one takes the place of one that is not in use. Left out
 * are layers with more than plain options: values kept aside, others within them, a plug-in's.
 */
#include "core/prototype.h"
#include "core/context.h"
#include "core/error.h"
#include "support/hash.h"

#include <string.h>

enum { ENTRIES = 256, LONGEST_TEXT = 104, LARGEST_SELF = 192, MOST_REQUIRED = 2 };

typedef struct prototype {
    nwti_kind *kind;
    uint32_t hash;
    uint32_t length;
    nwti_value required[MOST_REQUIRED];
    int32_t count;
    int32_t is_in_use; /* in `generation` */
    int64_t generation;
    uint64_t given;
    char text[LONGEST_TEXT];
    uint64_t number; /* no two ever have the same */
    unsigned char image[LARGEST_SELF];
} prototype;

struct nwti_prototypes {
    prototype *by_hash[ENTRIES];
    prototype *by_place[ENTRIES]; /* of the text: to be compared, but neither measured nor hashed */
    uint64_t numbers;             /* given so far */
};

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
    nwti_recipe recipe = {kind, text, 0, text, length, count, required, NULL, 0, 0};

    recipe.length = without_name(text, length, &recipe.name, &recipe.name_length);
    return recipe;
}

/* Numbers are compared by their bytes. */
static int32_t is_number(const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_FLOAT;
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
        if (!is_number(&recipe->required[i])) {
            return 0;
        }
        hash = nwti_mix(hash, (uint64_t)recipe->required[i].as.integer);
    }
    recipe->hash = (uint32_t)(hash >> 32);
    return 1;
}

static int32_t has_required(const prototype *entry, int32_t count, const nwti_value *required)
{
    int32_t i;

    if (entry->count != count) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        if (entry->required[i].type != required[i].type ||
            entry->required[i].as.integer != required[i].as.integer) {
            return 0;
        }
    }
    return 1;
}

static int32_t is_of(const prototype *entry, const nwti_recipe *recipe)
{
    return entry != NULL && entry->hash == recipe->hash && entry->kind == recipe->kind &&
           entry->length == recipe->length &&
           has_required(entry, recipe->count, recipe->required) &&
           memcmp(entry->text, recipe->text, recipe->length) == 0;
}

static nwt_layer *layer_of(nwti_kind *kind, prototype *entry)
{
    nwt_layer *layer = nwti_layer_begin_on(kind, entry->image);

    if (layer != NULL) {
        layer->given = entry->given;
        entry->generation = kind->ctx->generation;
        entry->is_in_use = 1;
    }
    return layer;
}

static prototype **place_of(nwti_prototypes *prototypes, const nwti_kind *kind, int32_t count,
                            const nwti_value *required, const char *place)
{
    uint64_t hash = nwti_mix((uint64_t)(uintptr_t)place, (uint64_t)(uintptr_t)kind);

    if (count > 0) {
        hash = nwti_mix(hash, (uint64_t)required[0].as.integer);
    }
    return &prototypes->by_place[(hash >> 32) % ENTRIES];
}

int32_t nwti_prototype_at(nwti_kind *kind, int32_t count, const nwti_value *required,
                          const char *place, nwt_layer **layer)
{
    nwti_prototypes *prototypes = kind->ctx->prototypes;
    prototype *entry;

    *layer = NULL;
    if (prototypes == NULL || count > MOST_REQUIRED || (count > 0 && !is_number(required))) {
        return 0;
    }
    entry = *place_of(prototypes, kind, count, required, place);
    if (entry == NULL || entry->kind != kind || !has_required(entry, count, required) ||
        strcmp(entry->text, place) != 0) {
        return 0;
    }
    *layer = layer_of(kind, entry);
    return *layer != NULL ? 0 : kind->ctx->status;
}

/* Whether constructor text is that of an entry: "Dense(" and its options and ")". */
static int32_t is_text_of(const prototype *entry, const char *text)
{
    const char *name = entry->kind->descriptor->name;

    while (*name != '\0' && *text == *name) {
        name++;
        text++;
    }
    return *name == '\0' && *text == '(' && strncmp(text + 1, entry->text, entry->length) == 0 &&
           strcmp(text + 1 + entry->length, ")") == 0;
}

int32_t nwti_prototype_at_text(nwt_context *ctx, const char *place, nwt_layer **layer)
{
    prototype *entry;

    *layer = NULL;
    if (ctx->prototypes == NULL) {
        return 0;
    }
    entry = *place_of(ctx->prototypes, NULL, 0, NULL, place);
    if (entry == NULL || entry->count != 0 || !is_text_of(entry, place)) {
        return 0;
    }
    *layer = layer_of(entry->kind, entry);
    return *layer != NULL ? 0 : ctx->status;
}

int32_t nwti_prototype_make(nwti_recipe *recipe, nwt_layer **layer)
{
    nwti_kind *kind = recipe->kind;
    nwti_prototypes *prototypes = kind->ctx->prototypes;
    prototype *entry;

    *layer = NULL;
    if (!hash_of(recipe) || prototypes == NULL) {
        return 0;
    }
    entry = prototypes->by_hash[recipe->hash % ENTRIES];
    if (!is_of(entry, recipe)) {
        entry = prototypes->by_hash[(recipe->hash ^ 1) % ENTRIES];
        if (!is_of(entry, recipe)) {
            return 0;
        }
    }
    if (recipe->name == NULL) {
        *place_of(prototypes, recipe->has_class ? NULL : kind, recipe->count, recipe->required,
                  recipe->place) = entry;
    }
    *layer = layer_of(kind, entry);
    return *layer != NULL ? 0 : kind->ctx->status;
}

static int32_t can_be_kept(const nwti_recipe *recipe, const nwt_layer *layer)
{
    const nwti_kind *kind = layer->kind;

    return recipe->hash != 0 && layer->values == NULL && layer->rare == NULL &&
           !(layer->marks & NWTI_HAS_POINTERS) && !kind->has_children && !kind->copies_text &&
           !kind->unknown && kind->options.size <= LARGEST_SELF;
}

/* One of two places, so that two recipes do not drive each other out. NULL: both are in use, or
   memory is short, and nothing is lost but time. */
static prototype *room_for(nwt_context *ctx, uint32_t hash)
{
    prototype **place;
    int32_t i;

    if (ctx->prototypes == NULL) {
        ctx->prototypes = nwti_arena_zeroed(&ctx->permanent, sizeof *ctx->prototypes);
    }
    for (i = 0; ctx->prototypes != NULL && i < 2; i++) {
        place = &ctx->prototypes->by_hash[(hash ^ (uint32_t)i) % ENTRIES];
        if (*place == NULL) {
            *place = nwti_arena_zeroed(&ctx->permanent, sizeof **place);
        }
        if (*place != NULL && !((*place)->is_in_use && (*place)->generation == ctx->generation)) {
            return *place;
        }
    }
    return NULL;
}

void nwti_prototype_keep(const nwti_recipe *recipe, const nwt_layer *layer)
{
    prototype *entry;
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
        entry->required[i] = recipe->required[i];
    }
    entry->is_in_use = 0;
    entry->given = layer->given;
    entry->number = ++layer->kind->ctx->prototypes->numbers;
    memcpy(entry->text, recipe->text, recipe->length);
    entry->text[recipe->length] = '\0';
    memcpy(entry->image, layer->self, layer->kind->options.size);
}

uint64_t nwti_prototype_of(const nwt_layer *layer)
{
    const unsigned char *self = layer->self;

    return layer->marks & NWTI_SHARES_SELF
               ? ((const prototype *)(const void *)(self - offsetof(prototype, image)))->number
               : 0;
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
    layer->marks &= (uint16_t)~NWTI_SHARES_SELF;
    return 0;
}
