/*
 * The names of a model's layers. Each is given once, as Keras has it: weights
 * are found by them. A few layers whose names are all automatic are looked
 * through; all others stand in a table of their positions.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/model.h"
#include "core/names.h"
#include "support/hash.h"
#include "support/text.h"

#include <string.h>

struct nwti_names {
    int32_t *table; /* 1 + the position of a layer; 0: free */
    size_t capacity;
    size_t count;
    size_t most_slashes; /* in one name */
    int32_t some_given;  /* then no two may be alike: automatic names are not */
};

/* Names with more are not looked up piece by piece. */
enum { MANY_SLASHES = 16 };

/* A name as its hash sees it: "dense_17" is the 17th of "dense". */
typedef struct split_name {
    const char *text;
    size_t length;
    uint32_t number;
} split_name;

static int32_t is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static split_name split(const char *text, size_t length)
{
    split_name name = {text, length, 0};
    size_t begin = length, i;

    while (begin > 0 && length - begin < 9 && is_digit(text[begin - 1])) {
        begin--;
    }
    if (begin == length || text[begin] == '0' || begin < 2 || text[begin - 1] != '_') {
        return name;
    }
    for (i = begin; i < length; i++) {
        name.number = 10 * name.number + (uint32_t)(text[i] - '0');
    }
    name.length = begin - 1;
    return name;
}

static split_name name_of(const nwt_layer *layer)
{
    const char *text = layer->name != NULL ? layer->name : layer->kind->automatic_name;
    split_name name = {text, strlen(text), 0};

    if (layer->name != NULL || layer->number == 0 || layer->number > 999999999) {
        return split(text, name.length);
    }
    name.number = (uint32_t)layer->number;
    return name;
}

/* Names that are counted on stand close together, as layers are made one after the other. */
static size_t place_of(const split_name *name, size_t capacity)
{
    enum { CLOSE = 4 };
    uint32_t hash = nwti_hash(name->text, name->length);
    uint64_t block = nwti_mix(0, hash + (uint64_t)(name->number / CLOSE));

    /* The high bits: numbers in a row are spread evenly by them, not by the low ones. */
    return (size_t)((block >> 32) * (capacity / CLOSE) >> 32) * CLOSE +
           (hash + name->number) % CLOSE;
}

int32_t nwti_is_named(const nwt_layer *layer, const char *name, size_t length)
{
    const char *own = layer->name != NULL ? layer->name : layer->kind->automatic_name;
    size_t size = strlen(own);
    char number[16];

    if (layer->name != NULL || layer->number == 0) {
        return size == length && memcmp(own, name, size) == 0;
    }
    if (size >= length || memcmp(own, name, size) != 0) {
        return 0;
    }
    return nwti_format(number, sizeof number, "_%d", (int64_t)layer->number) == length - size &&
           memcmp(number, name + size, length - size) == 0;
}

static int32_t are_alike(const nwt_layer *a, const nwt_layer *b)
{
    char automatic[256];
    size_t length;

    if (a->name != NULL) {
        return nwti_is_named(b, a->name, strlen(a->name));
    }
    if (b->name != NULL) {
        return nwti_is_named(a, b->name, strlen(b->name));
    }
    if (a->number == b->number) {
        return strcmp(a->kind->automatic_name, b->kind->automatic_name) == 0;
    }
    length = nwt_layer_name(a, automatic, sizeof automatic);
    return length < sizeof automatic && nwti_is_named(b, automatic, length);
}

/* The layer of a slot; NULL: one that comes to the model or leaves it, at its end. */
static const nwt_layer *layer_in(const nwt_model *model, size_t slot)
{
    int64_t position = (int64_t)model->names->table[slot] - 1;

    return position < model->layer_count ? model->layers[position] : NULL;
}

/* The slot of a layer's name, or of what is at the model's end; free if no layer has it. */
static size_t slot_of(const nwt_model *model, const nwt_layer *layer)
{
    const nwti_names *names = model->names;
    split_name name = name_of(layer);
    size_t slot = place_of(&name, names->capacity);

    while (names->table[slot] != 0) {
        const nwt_layer *other = layer_in(model, slot);

        if (other == NULL || other == layer || are_alike(other, layer)) {
            break;
        }
        slot = (slot + 1) & (names->capacity - 1);
    }
    return slot;
}

/* An empty table for `count` names and as many more, or twice the one there is. */
static int32_t widen(nwt_model *model, size_t count)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_names *names = model->names;
    size_t capacity = names->capacity < 16 ? 16 : 2 * names->capacity;
    int32_t *table;

    while (capacity / 2 < count) {
        capacity *= 2;
    }
    table = nwti_new_array(ctx, capacity, sizeof *table);
    if (table == NULL) {
        return ctx->status;
    }
    memset(table, 0, capacity * sizeof *table);
    names->table = table;
    names->capacity = capacity;
    names->count = 0;
    return 0;
}

static int32_t twice(const nwt_model *model, const nwt_layer *layer)
{
    char title[256], automatic[256];

    return nwti_error(model->layer->kind->ctx, NWT_STATUS_INVALID,
                      "%s: the name '%s' is that of two layers; each needs its own",
                      nwti_layer_title(model->layer, title, sizeof title),
                      layer->name != NULL ? layer->name
                                          : nwti_layer_title(layer, automatic, sizeof automatic));
}

static int32_t enter(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    nwti_names *names = model->names;
    const char *slash = layer->name != NULL ? layer->name : layer->kind->automatic_name;
    size_t slot = slot_of(model, layer), slashes = 0;

    if (names->table[slot] != 0 && layer_in(model, slot) != NULL) {
        return names->some_given && layer_in(model, slot) != layer ? twice(model, layer) : 0;
    }
    names->count += names->table[slot] == 0;
    names->table[slot] = (int32_t)position + 1;
    while ((slash = strchr(slash, '/')) != NULL) {
        slashes++;
        slash++;
    }
    names->most_slashes = slashes > names->most_slashes ? slashes : names->most_slashes;
    return 0;
}

/* Enters all layers before `position` into a table with room for more. */
static int32_t enter_all(nwt_model *model, int64_t position)
{
    int64_t count = model->layer_count > position ? model->layer_count : position + 1, i;

    if (widen(model, (size_t)count)) {
        return model->layer->kind->ctx->status;
    }
    for (i = 0; i < position; i++) {
        if (enter(model, model->layers[i], i)) {
            return model->layer->kind->ctx->status;
        }
    }
    return 0;
}

int32_t nwti_names_add(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_names *names = model->names;
    int32_t is_new = names == NULL;

    if (is_new && layer->name == NULL && position < NWTI_FEW_NAMES) {
        return 0;
    }
    if (is_new) {
        names = model->names = nwti_new(ctx, sizeof *names);
        if (names == NULL) {
            return ctx->status;
        }
        memset(names, 0, sizeof *names);
    }
    if (is_new || names->count >= names->capacity / 2 ||
        (layer->name != NULL && !names->some_given)) {
        names->some_given |= layer->name != NULL;
        if (enter_all(model, position)) {
            return ctx->status;
        }
    }
    return enter(model, layer, position);
}

/* Frees a slot; those behind it that it kept from their places move up. */
static void vacate(nwt_model *model, size_t slot)
{
    nwti_names *names = model->names;
    size_t mask = names->capacity - 1, next = slot;

    names->count--;
    for (;;) {
        split_name name;

        names->table[slot] = 0;
        do {
            next = (next + 1) & mask;
            if (names->table[next] == 0) {
                return;
            }
            name = name_of(model->layers[names->table[next] - 1]);
        } while (((next - place_of(&name, names->capacity)) & mask) < ((next - slot) & mask));
        names->table[slot] = names->table[next];
        slot = next;
    }
}

void nwti_names_remove(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    size_t slot;

    if (model->names != NULL) {
        slot = slot_of(model, layer);
        if (model->names->table[slot] == position + 1) {
            vacate(model, slot);
        } /* else a Sequential holds it twice */
    }
}

nwt_layer *nwti_names_find(const nwt_model *model, const char *text, size_t length)
{
    const nwti_names *names = model->names;
    split_name name = split(text, length);
    int64_t i;
    size_t slot;

    for (i = 0; names == NULL && i < model->layer_count; i++) {
        if (nwti_is_named(model->layers[i], text, length)) {
            return model->layers[i];
        }
    }
    if (names == NULL || names->capacity == 0) {
        return NULL;
    }
    slot = place_of(&name, names->capacity);
    for (; names->table[slot] != 0; slot = (slot + 1) & (names->capacity - 1)) {
        if (layer_in(model, slot) != NULL && nwti_is_named(layer_in(model, slot), text, length)) {
            return model->layers[names->table[slot] - 1];
        }
    }
    return NULL;
}

/* The end of the path's first `slashes` + 1 pieces. */
static size_t pieces(const char *path, size_t slashes)
{
    const char *end = strchr(path, '/');

    while (end != NULL && slashes-- > 0) {
        end = strchr(end + 1, '/');
    }
    return end != NULL ? (size_t)(end - path) : strlen(path);
}

size_t nwti_names_length(const nwt_layer *layer, const char *path)
{
    char automatic[256];
    const char *name = layer->name != NULL ? layer->name
                                           : nwti_layer_title(layer, automatic, sizeof automatic);
    size_t length = strlen(name);

    return strncmp(path, name, length) == 0 && (path[length] == '\0' || path[length] == '/')
               ? length
               : 0;
}

nwt_layer *nwti_names_begin(const nwt_model *model, const char *path, size_t *length)
{
    const nwti_names *names = model->names;
    nwt_layer *best = NULL;
    int64_t i;
    size_t slashes;

    *length = 0;
    for (i = 0; (names == NULL || names->most_slashes > MANY_SLASHES) && i < model->layer_count;
         i++) {
        size_t size = nwti_names_length(model->layers[i], path);

        if (size > *length) {
            best = model->layers[i];
            *length = size;
        }
    }
    if (names == NULL || names->most_slashes > MANY_SLASHES) {
        return best;
    }
    for (slashes = names->most_slashes + 1; best == NULL && slashes-- > 0;) {
        *length = pieces(path, slashes);
        best = nwti_names_find(model, path, *length);
    }
    return best;
}
