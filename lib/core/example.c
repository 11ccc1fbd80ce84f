/*
 * Most options of a config are those of the config of its kind before it: values that the reader
 * of JSON found to be the same text are the same memory. A struct copied from an example needs only
 * the others assigned.
 *
 * No example is a layer with layers within it, which must be its own, nor one with what few layers
 * have. Its values have each key once, so that their order means nothing.
 */
#include "core/example.h"
#include "core/context.h"
#include "core/kind.h"
#include "core/shared.h"

#include <string.h>

/* In place of a row. */
enum { NAME = -1, SHARED = -2 };

/* Text that repeats is the same memory; what is not may be taken for different. */
static int32_t same_value(const nwti_value *a, const nwti_value *b)
{
    if (a->type != b->type || a->length != b->length) {
        return 0;
    }
    switch (a->type) {
    case NWTI_NONE:
        return 1;
    case NWTI_STRING:
        return nwti_value_same_text(a, b);
    case NWTI_LIST:
    case NWTI_DICT:
        return a->as.items == b->as.items;
    default:
        return a->as.integer == b->as.integer;
    }
}

/* 1 if all bytes of both keys and values are the same, as those of what repeats are. */
static int32_t is_same_pair(const nwti_value *a, const nwti_value *b)
{
    enum { PAIR = 2 * sizeof *a };
    uint64_t differ = 0;
    size_t i;

    for (i = 0; i < PAIR; i += sizeof differ) {
        differ |= nwti_differ_8((const char *)a + i, (const char *)b + i);
    }
    return differ == 0;
}

static int32_t are_distinct(const nwti_value *values)
{
    uint32_t i, j;

    for (i = 0; i < values->length; i++) {
        for (j = 0; j < i; j++) {
            if (nwti_value_same_text(values->as.items + 2 * i, values->as.items + 2 * j)) {
                return 0;
            }
        }
    }
    return 1;
}

/* Whether layers within are impossible, templates too. */
static int32_t is_flat(const nwti_layout *options)
{
    int32_t i;

    for (i = 0; i < options->count; i++) {
        if (nwti_option_holds_layers(nwti_row(options, i))) {
            return 0;
        }
    }
    return 1;
}

static int8_t row_of(const nwti_layout *options, const nwti_value *key)
{
    int32_t row = nwti_row_find(options, key->as.string, key->length);

    if (row >= 0 && !(nwti_row(options, row)->flags & NWT_FLAG_HIDDEN)) {
        return (int8_t)row;
    }
    return nwti_value_is(key, "name") ? NAME : SHARED;
}

void nwti_example_take(nwti_example *example, const nwt_layer *layer, const nwti_value *values)
{
    nwti_kind *kind = layer->kind;
    uint32_t i;

    example->kind = NULL;
    if (kind->unknown || layer->flags & NWTI_IS_MODEL || layer->rare != NULL ||
        !is_flat(&kind->options) || values->length > NWTI_EXAMPLE_PAIRS || !are_distinct(values)) {
        return;
    }
    example->self = nwti_arena_alloc(&kind->ctx->arena, kind->options.size);
    if (example->self == NULL) {
        return; /* memory is short: nothing is lost but time */
    }
    memcpy(example->self, layer->self, kind->options.size);
    example->kind = kind;
    example->values = values;
    example->given = layer->given;
    example->flags = layer->flags;
    example->marks = layer->marks;
    example->compute_dtype = layer->compute_dtype;
    example->variable_dtype = layer->variable_dtype;
    example->keeps_values = layer->values != NULL;
    example->name = -1;
    for (i = 0; i < values->length; i++) {
        example->rows[i] = row_of(&kind->options, values->as.items + 2 * i);
        example->name = (int8_t)(example->rows[i] == NAME ? (int32_t)i : example->name);
    }
}

/* Bits of the pairs to be assigned, the name always among them; 0 in *fits if it is no example. */
static uint64_t differing(const nwti_example *example, const nwti_value *values, int32_t *fits)
{
    const nwti_value *a = values->as.items, *b = example->values->as.items;
    uint64_t differ = 0;
    uint32_t i;

    *fits = values->length == example->values->length;
    for (i = 0; *fits && i < values->length; i++, a += 2, b += 2) {
        if (is_same_pair(a, b) && example->rows[i] != NAME) {
            continue;
        }
        *fits = nwti_value_same_text(a, b);
        if (example->rows[i] == NAME || !same_value(a + 1, b + 1)) {
            differ |= (uint64_t)1 << i;
            *fits &= example->rows[i] != SHARED;
        }
    }
    return differ;
}

nwt_layer *nwti_example_follow(const nwti_example *example, const nwti_value *values)
{
    nwti_kind *kind = example->kind;
    const nwti_value *pair = values->as.items;
    nwti_assignment to;
    nwt_layer *layer;
    uint64_t differ;
    int32_t i, fits, status = 0;

    differ = differing(example, values, &fits);
    layer = fits ? nwti_layer_begin(kind) : NULL;
    if (layer == NULL) {
        return NULL;
    }
    memcpy(layer->self, example->self, kind->options.size);
    layer->given = example->given;
    layer->flags = example->flags;
    layer->marks = example->marks;
    layer->compute_dtype = example->compute_dtype;
    layer->variable_dtype = example->variable_dtype;
    to = nwti_layer_assignment(layer);
    to.owner = nwti_layer_owner(layer, example->name >= 0 ? pair + 2 * example->name + 1 : NULL);
    to.lenient = 1;
    for (i = 0; status == 0 && differ >> i != 0; i++, pair += 2) {
        if (!(differ >> i & 1)) {
            continue;
        }
        if (example->rows[i] == NAME) {
            nwti_assign_shared(layer, pair, pair + 1, to.owner);
            status = kind->ctx->status;
        } else {
            status = nwti_assign(&to, example->rows[i], pair + 1);
        }
    }
    layer->given = to.given;
    layer->marks |= to.pointers & NWTI_HAS_POINTERS;
    layer->values = example->keeps_values || to.pointers ? values : NULL;
    return status == 0 ? layer : NULL;
}
