/*
 * The names of a model's layers. Each is given once, as Keras has it: weights
 * are found by them. A few layers whose names are all automatic are looked
 * through. More of them stand by their numbers, which are counted: that is
 * small, and the memory of one is next to that of the one before. Where some
 * names are given, or the numbers have wide gaps, all stand in a hash table of
 * their positions.
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

/* The layers of one automatic name, by their numbers from `first` on. */
typedef struct numbered {
    const nwti_counter *counter;
    int32_t first;
    int32_t *positions; /* 1 + the position of a layer; 0: none has the number */
    int64_t count;
    int64_t capacity;
    int64_t taken; /* of the numbers */
} numbered;

struct nwti_names {
    nwti_map numbers; /* automatic name -> numbered */
    numbered *last;   /* that was looked for */
    int32_t *table;   /* 1 + the position of a layer; 0: free */
    size_t capacity;  /* 0: there is no table, all stand by their numbers */
    size_t count;
    uint64_t secret;     /* of the table's hash; 0: there is none */
    size_t most_slashes; /* in one name */
    int32_t some_given;  /* then no two may be alike: automatic names are not */
};

enum {
    MANY_SLASHES = 16, /* names with more are not looked up piece by piece */
    FEW_NUMBERS = 64   /* that may be free, besides twice those that are taken */
};

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

/* Of the whole name, which may be chosen: nothing of it leads to a place alone. */
static size_t secret_place(const split_name *name, const nwti_names *names)
{
    char number[16];
    uint64_t hash = nwti_hash_on(0, names->secret, name->text, name->length);

    if (name->number > 0) {
        hash = nwti_hash_on(hash, names->secret, number,
                            nwti_format(number, sizeof number, "_%d", (int64_t)name->number));
    }
    return (size_t)((nwti_mix(names->secret, hash) >> 32) * names->capacity >> 32);
}

/* Names that are counted on stand close together, as layers are made one after the other. */
static size_t place_of(const split_name *name, const nwti_names *names)
{
    enum { CLOSE = 4 };
    uint32_t hash;
    uint64_t block;

    if (names->secret != 0) {
        return secret_place(name, names);
    }
    hash = nwti_hash(name->text, name->length);
    block = nwti_mix(0, hash + (uint64_t)(name->number / CLOSE));
    /* The high bits: numbers in a row are spread evenly by them, not by the low ones. */
    return (size_t)((block >> 32) * (names->capacity / CLOSE) >> 32) * CLOSE +
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
static nwt_layer *layer_in(const nwt_model *model, size_t slot)
{
    int64_t position = (int64_t)model->names->table[slot] - 1;

    return position < model->layer_count ? model->layers[position] : NULL;
}

static void count_slashes(nwti_names *names, const char *name)
{
    size_t slashes = 0;

    while ((name = strchr(name, '/')) != NULL) {
        slashes++;
        name++;
    }
    names->most_slashes = slashes > names->most_slashes ? slashes : names->most_slashes;
}

/* ------------------------------------------------------------- by their numbers */

/* Those of a layer's automatic name, made if there are none; NULL when out of memory. */
static numbered *numbered_of(nwt_model *model, const nwt_layer *layer)
{
    const nwti_kind *kind = layer->kind;
    nwti_names *names = model->names;
    int64_t most = model->layer_count;
    numbered *of;
    void **place;

    if (names->last != NULL && names->last->counter == kind->counter) {
        return names->last;
    }
    place = nwti_map_at(&names->numbers, kind->automatic_name, strlen(kind->automatic_name));
    if (place == NULL) {
        nwti_out_of_memory(kind->ctx);
        return NULL;
    }
    if (*place == NULL) {
        of = *place = nwti_new(kind->ctx, sizeof *of);
        if (of == NULL) {
            return NULL;
        }
        memset(of, 0, sizeof *of);
        of->counter = kind->counter;
        of->first = layer->number - layer->number % FEW_NUMBERS;
        most = most < kind->counter->names - of->first ? most : kind->counter->names - of->first;
        if (most > 0) {
            of->positions = nwti_new_array(kind->ctx, (size_t)most, sizeof *of->positions);
            of->capacity = of->positions != NULL ? most : 0;
        }
        count_slashes(names, kind->automatic_name);
    }
    return names->last = *place;
}

/* 0: the number is far from the others; -1: out of memory. */
static int32_t enter_number(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    numbered *of = numbered_of(model, layer);
    int64_t index = of != NULL ? (int64_t)layer->number - of->first : -1;

    if (index < 0 || index >= FEW_NUMBERS + 2 * of->taken) {
        return of != NULL ? 0 : -1;
    }
    while (of->count <= index) {
        int32_t *positions = nwti_grow(layer->kind->ctx, of->positions, of->count, &of->capacity,
                                       sizeof *positions);

        if (positions == NULL) {
            return -1;
        }
        positions[of->count++] = 0;
        of->positions = positions;
    }
    if (of->positions[index] == 0) { /* else a Sequential holds it twice */
        of->positions[index] = (int32_t)position + 1;
        of->taken++;
    }
    return 1;
}

/* The place of the position of "dense", 17; NULL: there is none. */
static int32_t *number_at(const nwti_names *names, const char *text, size_t length, int64_t number)
{
    const numbered *of = nwti_map_get(&names->numbers, text, length);
    int64_t index = of != NULL ? number - of->first : -1;

    return index >= 0 && index < of->count && of->positions[index] != 0 ? &of->positions[index]
                                                                        : NULL;
}

static nwt_layer *find_number(const nwt_model *model, const split_name *name, const char *text,
                              size_t length)
{
    const int32_t *place = number_at(model->names, name->text, name->length, name->number);

    if (place == NULL && name->number > 0) {
        place = number_at(model->names, text, length, 0); /* the first of a kind Dense_17 */
    }
    return place != NULL && *place <= model->layer_count ? model->layers[*place - 1] : NULL;
}

/* ------------------------------------------------------------- in a hash table */

/* The slot of a layer's name, or of what is at the model's end; free if no layer has it. Its
   distance is that from where it should be. */
static size_t slot_of(const nwt_model *model, const nwt_layer *layer, size_t *distance)
{
    const nwti_names *names = model->names;
    split_name name = name_of(layer);
    size_t place = place_of(&name, names), slot = place;

    while (names->table[slot] != 0) {
        const nwt_layer *other = layer_in(model, slot);

        if (other == NULL || other == layer || are_alike(other, layer)) {
            break;
        }
        slot = (slot + 1) & (names->capacity - 1);
    }
    *distance = (slot - place) & (names->capacity - 1);
    return slot;
}

/* An empty table for `count` names and as many more. */
static int32_t make_table(nwt_model *model, size_t count)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_names *names = model->names;
    size_t capacity = 16;
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

/* 0, or the status; *distance as slot_of has it. */
static int32_t enter(nwt_model *model, const nwt_layer *layer, int64_t position, size_t *distance)
{
    nwti_names *names = model->names;
    size_t slot = slot_of(model, layer, distance);

    if (names->table[slot] != 0 && layer_in(model, slot) != NULL) {
        return names->some_given && layer_in(model, slot) != layer ? twice(model, layer) : 0;
    }
    names->count += names->table[slot] == 0;
    names->table[slot] = (int32_t)position + 1;
    count_slashes(names, layer->name != NULL ? layer->name : layer->kind->automatic_name);
    return 0;
}

/* Enters all layers up to `layer` at `position` into a table with room for more. */
static int32_t enter_all(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    int64_t count = model->layer_count > position ? model->layer_count : position + 1, i;
    size_t distance;

    if (make_table(model, (size_t)count)) {
        return model->layer->kind->ctx->status;
    }
    for (i = 0; i <= position; i++) {
        if (enter(model, i < position ? model->layers[i] : layer, i, &distance)) {
            return model->layer->kind->ctx->status;
        }
        if (distance > NWTI_HASH_FURTHEST && model->names->secret == 0) {
            model->names->secret = nwti_hash_secret(model);
            memset(model->names->table, 0, model->names->capacity * sizeof *model->names->table);
            model->names->count = 0;
            i = -1;
        }
    }
    return 0;
}

/* 1: entered by its number; 0: a table is needed; -1: out of memory. */
static int32_t enter_numbers(nwt_model *model, const nwt_layer *layer, int64_t position,
                             int32_t is_new)
{
    int64_t i = is_new ? 0 : position;
    int32_t entered = 1;

    for (; i <= position && entered > 0; i++) {
        entered = enter_number(model, i < position ? model->layers[i] : layer, i);
    }
    return entered;
}

int32_t nwti_names_add(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    nwt_context *ctx = layer->kind->ctx;
    nwti_names *names = model->names;
    int32_t is_new = names == NULL, entered = 0;
    size_t distance;

    if (is_new && layer->name == NULL && position < NWTI_FEW_NAMES) {
        return 0;
    }
    if (is_new) {
        names = model->names = nwti_new(ctx, sizeof *names);
        if (names == NULL) {
            return ctx->status;
        }
        memset(names, 0, sizeof *names);
        nwti_map_init(&names->numbers, &ctx->in_arena);
    }
    if (names->capacity == 0 && layer->name == NULL) {
        entered = enter_numbers(model, layer, position, is_new);
    }
    if (entered != 0) {
        return entered > 0 ? 0 : ctx->status;
    }
    if (names->count >= names->capacity / 2 || (layer->name != NULL && !names->some_given)) {
        names->some_given |= layer->name != NULL;
        return enter_all(model, layer, position);
    }
    if (enter(model, layer, position, &distance)) {
        return ctx->status;
    }
    return distance > NWTI_HASH_FURTHEST && names->secret == 0 ? enter_all(model, layer, position)
                                                               : 0;
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
        } while (((next - place_of(&name, names)) & mask) < ((next - slot) & mask));
        names->table[slot] = names->table[next];
        slot = next;
    }
}

void nwti_names_remove(nwt_model *model, const nwt_layer *layer, int64_t position)
{
    const nwti_names *names = model->names;
    size_t slot, distance;
    int32_t *place;

    if (names != NULL && names->capacity > 0) {
        slot = slot_of(model, layer, &distance);
        if (names->table[slot] == position + 1) {
            vacate(model, slot);
        } /* else a Sequential holds it twice */
    } else if (names != NULL) {
        place = number_at(names, layer->kind->automatic_name, strlen(layer->kind->automatic_name),
                          layer->number);
        if (place != NULL && *place == position + 1) {
            *place = 0;
        }
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
    if (names == NULL) {
        return NULL;
    }
    if (names->capacity == 0) {
        return find_number(model, &name, text, length);
    }
    slot = place_of(&name, names);
    for (; names->table[slot] != 0; slot = (slot + 1) & (names->capacity - 1)) {
        nwt_layer *layer = layer_in(model, slot);

        if (layer != NULL && nwti_is_named(layer, text, length)) {
            return layer;
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

int32_t nwti_names_enter(nwt_model *model)
{
    int64_t i;

    for (i = 0; i < model->layer_count; i++) {
        if (nwti_names_add(model, model->layers[i], i)) {
            return model->layer->kind->ctx->status;
        }
    }
    return 0;
}
