/* What a call is given: the entries of inbound_nodes, input_layers and output_layers, of all
   dialects. */
#include "import/import.h"
#include "core/constant.h"
#include "core/error.h"

#include <string.h>

int32_t nwti_import_dims(const nwti_value *list, int64_t *dims)
{
    uint32_t i;

    if (list == NULL || (list->type != NWTI_LIST && list->type != NWTI_TUPLE) ||
        list->length > NWT_MAX_RANK) {
        return -1;
    }
    for (i = 0; i < list->length; i++) {
        const nwti_value *dim = list->as.items + i;

        if (dim->type == NWTI_INT && dim->as.integer >= 0) {
            dims[i] = dim->as.integer;
        } else if (dim->type == NWTI_NONE) {
            dims[i] = -1;
        } else {
            return -1;
        }
    }
    return (int32_t)list->length;
}

static int32_t malformed(nwti_references *into, const char *what)
{
    return nwti_error(into->ctx, NWT_STATUS_UNREADABLE, "the config is malformed: %s", what);
}

static nwti_reference *add(nwti_references *into)
{
    nwti_reference *items = nwti_grow(into->ctx, into->items, into->count, &into->capacity,
                                      sizeof *items);

    if (items == NULL) {
        return NULL;
    }
    into->items = items;
    memset(&items[into->count], 0, sizeof *items);
    return &items[into->count++];
}

/* ["dense", 0, 0], with more items behind it or not. */
static int32_t is_triple(const nwti_value *value)
{
    return value->type == NWTI_LIST && value->length >= 3 &&
           value->as.items[0].type == NWTI_STRING && value->as.items[1].type == NWTI_INT &&
           value->as.items[2].type == NWTI_INT;
}

static int32_t add_triple(nwti_references *into, const nwti_value *triple, const char *argument)
{
    nwti_reference *reference = add(into);

    if (reference == NULL) {
        return into->ctx->status;
    }
    reference->layer = triple->as.items[0].as.string;
    reference->layer_length = triple->as.items[0].length;
    reference->node = triple->as.items[1].as.integer;
    reference->tensor = triple->as.items[2].as.integer;
    reference->argument = argument;
    reference->written = argument;
    return 0;
}

/* A place for what stands among the tensors and is none. */
static int32_t add_array(nwti_references *into, const nwti_value *array, const char *argument)
{
    nwti_reference *reference = add(into);

    if (reference == NULL) {
        return into->ctx->status;
    }
    reference->array = array;
    reference->argument = argument;
    reference->written = argument;
    return 0;
}

static int32_t is_keras_tensor(const nwti_value *value)
{
    return value->type == NWTI_DICT &&
           nwti_value_is(nwti_value_get(value, "class_name"), "__keras_tensor__");
}

static int32_t add_keras_tensor(nwti_references *into, const nwti_value *value,
                                const char *argument)
{
    enum { SHAPE, DTYPE, HISTORY, FIELDS };
    static const nwti_value_key keys[FIELDS] = {NWTI_VALUE_KEY("shape"), NWTI_VALUE_KEY("dtype"),
                                                NWTI_VALUE_KEY("keras_history")};
    const nwti_value *fields[FIELDS];

    nwti_value_fields(nwti_value_get(value, "config"), keys, FIELDS, fields);
    if (fields[HISTORY] == NULL || !is_triple(fields[HISTORY])) {
        return malformed(into, "a tensor without keras_history");
    }
    if (add_triple(into, fields[HISTORY], argument)) {
        return into->ctx->status;
    }
    into->items[into->count - 1].stated = fields[SHAPE];
    into->items[into->count - 1].dtype = fields[DTYPE];
    return 0;
}

/* Whether some tensor is within. Recursion follows the text's nesting, which has a limit. */
static int32_t holds_tensor(const nwti_value *value, int32_t triples)
{
    uint32_t i, step = value->type == NWTI_DICT ? 2 : 1;

    if (is_keras_tensor(value) || (triples && is_triple(value))) {
        return 1;
    }
    if (value->type == NWTI_LIST || value->type == NWTI_DICT) {
        for (i = 0; i < value->length; i++) {
            if (holds_tensor(value->as.items + step * i + (step - 1), triples)) {
                return 1;
            }
        }
    }
    return 0;
}

static int32_t add_constant(nwti_references *into, const char *key, const nwti_value *value)
{
    nwti_value *constants;

    if (key == NULL) {
        return 0;
    }
    constants = nwti_grow(into->ctx, into->constants, into->constant_count,
                          &into->constant_capacity, 2 * sizeof *constants);
    if (constants == NULL) {
        return into->ctx->status;
    }
    into->constants = constants;
    constants += 2 * into->constant_count++;
    memset(constants, 0, sizeof *constants);
    constants[0].type = NWTI_STRING;
    constants[0].as.string = key;
    constants[0].length = (uint32_t)strlen(key);
    constants[1] = *value;
    return 0;
}

static int32_t is_number(const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_FLOAT || value->type == NWTI_BOOL;
}

static int32_t takes_tensors(int32_t type)
{
    return type == NWT_TYPE_TENSOR || type == NWT_TYPE_TENSORS;
}

/* What an argument may hold. */
typedef struct place {
    const char *argument; /* NULL: by position */
    int32_t triples;      /* tensors are written as in Keras 2 */
    int32_t has_arrays;   /* arrays and numbers are operands as tensors are */
} place;

/* The pairs of a dict in the order in which its tensors count; NULL with the error set. */
static const nwti_value **sorted_pairs(nwti_references *into, const nwti_value *dict)
{
    const nwti_value **pairs = nwti_value_by_key(&into->ctx->arena, dict);

    if (pairs == NULL) {
        nwti_out_of_memory(into->ctx);
    }
    return pairs;
}

/* The tensors within a value, depth first, as Keras flattens it: lists in order, dicts by key. */
static int32_t flatten(nwti_references *into, const nwti_value *value, const place *place)
{
    const nwti_value **pairs = NULL;
    int32_t status = 0;
    uint32_t i;

    if (is_keras_tensor(value)) {
        return add_keras_tensor(into, value, place->argument);
    }
    if (place->triples && is_triple(value)) {
        return add_triple(into, value, place->argument);
    }
    if (nwti_is_array(value) || is_number(value)) {
        return place->has_arrays ? add_array(into, value, place->argument) : 0;
    }
    if (value->type == NWTI_DICT && holds_tensor(value, place->triples)) {
        pairs = sorted_pairs(into, value);
        if (pairs == NULL) {
            return into->ctx->status;
        }
    }
    for (i = 0; (value->type == NWTI_LIST || pairs != NULL) && i < value->length && status == 0;
         i++) {
        status = flatten(into, pairs != NULL ? pairs[i] + 1 : value->as.items + i, place);
    }
    return status;
}

/* An array, or several, where tensors may stand. */
static int32_t is_operand(const nwt_option *row, const nwti_value *value)
{
    return row != NULL && takes_tensors(row->value_type) &&
           (nwti_is_array(value) ||
            (nwt_value_count(value) >= 0 && value->length > 0 && nwti_is_array(value->as.items)));
}

/* The row of a positional argument: a list of tensors as the last row takes all that follow. */
static const nwt_option *row_at(const nwti_kind *kind, uint32_t position)
{
    const nwti_layout *rows = &kind->arguments;
    const nwt_option *last = rows->count > 0 ? nwti_row(rows, rows->count - 1) : NULL;

    if ((int32_t)position < rows->count) {
        return nwti_row(rows, (int32_t)position);
    }
    return last != NULL && last->value_type == NWT_TYPE_TENSORS ? last : NULL;
}

/* A positional argument that is known by its row: no tensor, or one of several lists of them. */
static int32_t is_named(const nwti_kind *kind, const nwt_option *row)
{
    int32_t i, lists = 0;

    for (i = 0; i < kind->arguments.count; i++) {
        lists += nwti_row(&kind->arguments, i)->value_type == NWT_TYPE_TENSORS;
    }
    return row != NULL &&
           (!takes_tensors(row->value_type) || (row->value_type == NWT_TYPE_TENSORS && lists > 1));
}

/* A constant where a tensor may stand keeps its position, and its value under the row's key. */
static int32_t positional_constant(nwti_references *into, const nwti_kind *kind, uint32_t position,
                                   const nwti_value *value)
{
    const nwt_option *row = row_at(kind, position);

    if (row != NULL && takes_tensors(row->value_type) && add(into) == NULL) {
        return into->ctx->status;
    }
    return row != NULL ? add_constant(into, row->key, value) : 0;
}

static const nwt_option *row_named(const nwti_kind *kind, const char *key)
{
    int32_t row = nwti_row_find(&kind->arguments, key, strlen(key));

    return row >= 0 ? nwti_row(&kind->arguments, row) : NULL;
}

/* Tensors and arrays are operands; all else, and what holds tensors where none are taken (a slice),
   is a constant. */
static int32_t argument(nwti_references *into, const nwt_option *row, const nwti_value *value,
                        place *place)
{
    int32_t is_odd = row != NULL && !takes_tensors(row->value_type);

    if (!holds_tensor(value, place->triples) && !is_operand(row, value)) {
        return add_constant(into, place->argument, value);
    }
    place->has_arrays = row != NULL && !is_odd;
    return is_odd && !nwti_argument_is_common(row->key) && add_constant(into, row->key, value)
               ? into->ctx->status
               : flatten(into, value, place);
}

/* Keyword arguments: tensors by name, in the order of their names as Keras flattens them, or as
   they stand; the rest as constants. */
static int32_t keyword_arguments(nwti_references *into, const nwti_kind *kind,
                                 const nwti_value *kwargs, int32_t triples)
{
    const nwti_value **pairs = NULL;
    int32_t status = 0;
    uint32_t i;

    if (kwargs == NULL || kwargs->type != NWTI_DICT || kwargs->length == 0) {
        return 0;
    }
    if (!into->keeps_order) {
        pairs = sorted_pairs(into, kwargs);
        if (pairs == NULL) {
            return into->ctx->status;
        }
    }
    for (i = 0; i < kwargs->length && status == 0; i++) {
        const nwti_value *pair = pairs != NULL ? pairs[i] : kwargs->as.items + 2 * (size_t)i;
        const nwti_value *value = pair + 1;
        const char *key = pair->as.string;
        int64_t before = into->count;

        if (strcmp(key, "slice_spec") == 0) {
            value = nwti_foreign_slices(into->ctx, value);
            if (value == NULL) {
                return into->ctx->status;
            }
        }
        if (triples && kind->is_operation && !kind->unknown) {
            key = nwti_foreign_argument_of(kind, key);
            if (key == NULL) {
                continue;
            }
        }
        status = argument(into, row_named(kind, key), value, &(place){key, triples, 0});
        for (; before < into->count; before++) {
            into->items[before].written = pair->as.string;
        }
    }
    return status;
}

/* A positional argument of Keras 3. Most are one tensor where tensors are taken. */
static int32_t positional_argument(nwti_references *into, const nwti_kind *kind, uint32_t position,
                                   const nwti_value *value)
{
    const nwt_option *row = row_at(kind, position);
    place place = {is_named(kind, row) ? row->key : NULL, 0, 0};

    if (is_number(value) && row != NULL && row->value_type == NWT_TYPE_TENSORS &&
        kind->descriptor->flags & NWT_KIND_TAKES_EACH) {
        return add_array(into, value, NULL);
    }
    if (is_keras_tensor(value) && (row == NULL || takes_tensors(row->value_type))) {
        return add_keras_tensor(into, value, place.argument);
    }
    return holds_tensor(value, 0) || is_operand(row, value)
               ? argument(into, row, value, &place)
               : positional_constant(into, kind, position, value);
}

/* Keras 3: {"args": [...], "kwargs": {...}}. */
static int32_t node_of_3(nwti_references *into, const nwti_kind *kind, const nwti_value *args,
                         const nwti_value *kwargs)
{
    uint32_t i;
    int32_t status = 0;

    if (args->type != NWTI_LIST) {
        return malformed(into, "the args of an entry of inbound_nodes are no list");
    }
    if (kwargs != NULL && kwargs->type != NWTI_DICT && kwargs->type != NWTI_NONE) {
        return malformed(into, "the kwargs of an entry of inbound_nodes are no object");
    }
    for (i = 0; i < args->length && status == 0; i++) {
        int64_t before = into->count;

        status = positional_argument(into, kind, i, args->as.items + i);
        for (; before < into->count; before++) {
            into->items[before].written = NULL; /* whatever it is known by here */
        }
    }
    return status ? status : keyword_arguments(into, kind, kwargs, 0);
}

/* The fourth item of a triple of Keras 2 holds the keyword arguments of the whole call. */
static int32_t triple_of_2(nwti_references *into, const nwti_kind *kind, const nwti_value *triple)
{
    const nwti_value *kwargs = triple->length > 3 ? triple->as.items + 3 : NULL;

    if (kwargs == NULL || kwargs->type == NWTI_NONE) {
        return 0;
    }
    return kwargs->type == NWTI_DICT
               ? keyword_arguments(into, kind, kwargs, 1)
               : malformed(into, "the keyword arguments in inbound_nodes are no object");
}

/* ["_CONSTANT_VALUE", -1, 2.0, {}] */
static int32_t is_constant(const nwti_value *value)
{
    return value->type == NWTI_LIST && value->length >= 3 &&
           nwti_value_is(value->as.items, "_CONSTANT_VALUE");
}

/* Keras 2 writes an array as a list; among tensors of a list a number is an operand too. */
static int32_t constant_of_2(nwti_references *into, const nwti_kind *kind, const nwti_value *value)
{
    const nwt_option *row = row_at(kind, (uint32_t)into->count);
    int32_t is_one = row != NULL && row->value_type == NWT_TYPE_TENSORS && is_number(value);

    return is_one || (row != NULL && takes_tensors(row->value_type) && nwt_value_count(value) >= 0)
               ? add_array(into, value, NULL)
               : positional_constant(into, kind, (uint32_t)into->count, value);
}

/* Tensors first, by position, then all keyword arguments. */
static int32_t triples_within(nwti_references *into, const nwti_kind *kind, const nwti_value *value,
                              int32_t keywords)
{
    const nwti_value **pairs = NULL;
    int32_t status = 0;
    uint32_t i;

    if (is_constant(value) || is_triple(value)) {
        if (keywords) {
            return triple_of_2(into, kind, value);
        }
        return is_constant(value) ? constant_of_2(into, kind, value->as.items + 2)
                                  : add_triple(into, value, NULL);
    }
    if (value->type == NWTI_DICT) {
        pairs = sorted_pairs(into, value);
        if (pairs == NULL) {
            return into->ctx->status;
        }
    }
    for (i = 0; (value->type == NWTI_LIST || pairs != NULL) && i < value->length && status == 0;
         i++) {
        status = triples_within(into, kind, pairs != NULL ? pairs[i] + 1 : value->as.items + i,
                                keywords);
    }
    return status;
}

int32_t nwti_import_node(nwti_references *into, const nwti_kind *kind, const nwti_value *node)
{
    static const nwti_value_key keys[] = {NWTI_VALUE_KEY("args"), NWTI_VALUE_KEY("kwargs")};
    const nwti_value *fields[2];

    nwti_value_fields(node, keys, 2, fields);
    if (fields[0] != NULL) {
        return node_of_3(into, kind, fields[0], fields[1]);
    }
    if (node->type != NWTI_LIST && node->type != NWTI_DICT) {
        return malformed(into, "an entry of inbound_nodes is no list");
    }
    return triples_within(into, kind, node, 0) || triples_within(into, kind, node, 1)
               ? into->ctx->status
               : 0;
}

static int32_t add_key(nwti_references *into, const char **keys, int64_t before, const char *key)
{
    int64_t i;

    for (i = before; i < into->count; i++) {
        keys[i] = key;
    }
    return 0;
}

/* Tensors of a structure; keys[i] becomes the key of the innermost dict around tensor i. */
static int32_t structure(nwti_references *into, const nwti_value *value, const char *key,
                         const char **keys, int64_t capacity)
{
    const nwti_value **pairs;
    int64_t before = into->count;
    int32_t status = 0;
    uint32_t i;

    if (is_triple(value)) {
        if (into->count >= capacity) {
            return malformed(into, "more tensors than can be");
        }
        return add_triple(into, value, NULL) ? into->ctx->status : add_key(into, keys, before, key);
    }
    if (value->type == NWTI_DICT) {
        pairs = sorted_pairs(into, value);
        for (i = 0; pairs != NULL && i < value->length && status == 0; i++) {
            status = structure(into, pairs[i] + 1, pairs[i]->as.string, keys, capacity);
        }
        return pairs != NULL ? status : into->ctx->status;
    }
    if (value->type != NWTI_LIST) {
        return malformed(into, "input_layers or output_layers holds no [layer, call, tensor]");
    }
    for (i = 0; i < value->length && status == 0; i++) {
        status = structure(into, value->as.items + i, key, keys, capacity);
    }
    return status;
}

static int64_t count_triples(const nwti_value *value)
{
    uint32_t i, step = value->type == NWTI_DICT ? 2 : 1;
    int64_t count = 0;

    if (is_triple(value)) {
        return 1;
    }
    for (i = 0; (value->type == NWTI_LIST || value->type == NWTI_DICT) && i < value->length; i++) {
        count += count_triples(value->as.items + step * i + (step - 1));
    }
    return count;
}

int32_t nwti_import_tensors(nwti_references *into, const nwti_value *tensors,
                            const char *const **keys)
{
    int64_t count, i;
    const char **found;

    *keys = NULL;
    if (tensors == NULL) {
        return 0;
    }
    count = count_triples(tensors);
    found = nwti_new_array(into->ctx, (size_t)count + 1, sizeof *found);
    if (found == NULL || structure(into, tensors, NULL, found, count)) {
        return into->ctx->status;
    }
    for (i = 0; i < into->count; i++) {
        if (found[i] != NULL) {
            *keys = found;
        }
    }
    return 0;
}
