/*
 * The first tf.keras kept each node of TensorFlow's graph as a layer: its operands are tensors, or
 * constants beside them. Here such an object becomes one of the function that the node is, as a
 * later tf.keras wrote it.
 */
#include "core/error.h"
#include "core/foreign.h"
#include "import/past.h"
#include "support/number.h"
#include "support/text.h"

#include <string.h>

enum { MOST_OPERANDS = 64, MOST_KEYS = 16 };

typedef struct rewriting {
    nwti_import *import;
    const nwti_value *object;
    const nwti_value *config;
    const nwti_value *node; /* its node_def */
    const nwti_foreign_node *row;
    nwti_value keys[2 * MOST_KEYS]; /* pairs of the call's keyword arguments */
    uint32_t key_count;
} rewriting;

static nwti_value string(const char *text)
{
    return (nwti_value){NWTI_STRING, 0, (uint32_t)strlen(text), {.string = text}};
}

static nwti_value list_of(rewriting *r, uint32_t count, const nwti_value *items)
{
    nwti_value *copy = nwti_new_array(r->import->ctx, (size_t)count + 1, sizeof *copy);

    if (copy != NULL && count > 0) {
        memcpy(copy, items, count * sizeof *copy);
    }
    return (nwti_value){NWTI_LIST, 0, copy != NULL ? count : 0, {.items = copy}};
}

static nwti_value dict_of(rewriting *r, uint32_t count, const nwti_value *pairs)
{
    nwti_value dict = list_of(r, 2 * count, pairs);

    dict.type = NWTI_DICT;
    dict.length /= 2;
    return dict;
}

static void put_key(rewriting *r, const char *key, const nwti_value *value)
{
    if (r->key_count < MOST_KEYS) {
        r->keys[2 * r->key_count] = string(key);
        r->keys[2 * r->key_count++ + 1] = *value;
    }
}

/* The index-th of words, or NULL. */
static const char *word_of(rewriting *r, const char *words, uint32_t index)
{
    for (; words != NULL && index > 0 && *words != '\0'; index--) {
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    return words != NULL && *words != '\0'
               ? nwti_copy_string(r->import->ctx, words, strcspn(words, " "))
               : NULL;
}

/* ------------------------------------------------------------------- attributes */

static const nwti_value *attribute(const rewriting *r, const char *name, const char *type)
{
    return nwti_value_get(nwti_value_get(nwti_value_get(r->node, "attr"), name), type);
}

/* Integers are written as text. */
static int64_t integer_of(const nwti_value *value)
{
    const char *text = nwti_value_string(value);
    int64_t number = 0, sign = 1;

    if (text == NULL) {
        return value != NULL && value->type == NWTI_INT ? value->as.integer : 0;
    }
    if (*text == '-') {
        sign = -1;
        text++;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        number = number < INT32_MAX ? 10 * number + (*text - '0') : number;
    }
    return sign * number;
}

/* "DT_FLOAT": its name in Keras; NULL: it has none. */
static const char *dtype_of(const nwti_value *value)
{
    static const char *const names[][2] = {
        {"DT_FLOAT", "float32"}, {"DT_HALF", "float16"},      {"DT_DOUBLE", "float64"},
        {"DT_INT32", "int32"},   {"DT_INT64", "int64"},       {"DT_INT8", "int8"},
        {"DT_UINT8", "uint8"},   {"DT_BFLOAT16", "bfloat16"}, {"DT_BOOL", "bool"},
    };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (nwti_value_is(value, names[i][0])) {
            return names[i][1];
        }
    }
    return NULL;
}

static void take_integers(rewriting *r, const char *key, const nwti_value *list)
{
    nwti_value items[NWT_MAX_RANK], value;
    uint32_t i;

    for (i = 0; i < list->length && i < NWT_MAX_RANK; i++) {
        items[i] = (nwti_value){NWTI_INT, 0, 0, {.integer = integer_of(list->as.items + i)}};
    }
    if (i > 0) {
        value = list_of(r, i, items);
        put_key(r, key, &value);
    }
}

static void take_attribute(rewriting *r, const char *name, const char *key)
{
    const nwti_value *list = nwti_value_get(attribute(r, name, "list"), "i"), *one;
    nwti_value value;

    if (list != NULL && list->type == NWTI_LIST) {
        take_integers(r, key, list);
    } else if ((one = attribute(r, name, "i")) != NULL) {
        value = (nwti_value){NWTI_INT, 0, 0, {.integer = integer_of(one)}};
        put_key(r, key, &value);
    } else if ((one = attribute(r, name, "b")) != NULL) {
        put_key(r, key, one);
    } else if (dtype_of(attribute(r, name, "type")) != NULL) {
        value = string(dtype_of(attribute(r, name, "type")));
        put_key(r, key, &value);
    }
}

/* The attributes that are options of the operation. */
static void take_attributes(rewriting *r)
{
    const char *name, *key;
    uint32_t i;

    for (i = 0; (name = word_of(r, r->row->attributes, i)) != NULL; i++) {
        key = word_of(r, r->row->keys, i);
        if (key != NULL) {
            take_attribute(r, name, key);
        }
    }
}

/* --------------------------------------------------------------------- slices */

static int64_t mask(const rewriting *r, const char *name)
{
    return integer_of(attribute(r, name, "i"));
}

static const nwti_value *constant(const rewriting *r, uint32_t index)
{
    char key[24];

    nwti_format(key, sizeof key, "%d", (int64_t)index);
    return nwti_value_get(nwti_value_get(r->config, "constants"), key);
}

static nwti_value bound(const nwti_value *list, uint32_t index, int64_t open)
{
    nwti_value none = {NWTI_NONE, 0, 0, {0}};

    return open >> index & 1 ? none : list->as.items[index];
}

/* begin, end and strides, and bits that say which of them hold: an index as x[:, 1:3, None, 0]. */
static int32_t take_slices(rewriting *r)
{
    const nwti_value *lists[] = {constant(r, 1), constant(r, 2), constant(r, 3)};
    nwti_value items[NWT_MAX_RANK],
        pairs[6] = {string("start"), {0}, string("stop"), {0}, string("step"), {0}};
    uint32_t i;

    for (i = 0; i < 3; i++) {
        if (lists[i] == NULL || lists[i]->type != NWTI_LIST || lists[i]->length > NWT_MAX_RANK ||
            lists[i]->length != lists[0]->length) {
            return 0;
        }
    }
    for (i = 0; i < lists[0]->length; i++) {
        if (mask(r, "ellipsis_mask") >> i & 1) {
            items[i] = string("...");
        } else if (mask(r, "new_axis_mask") >> i & 1) {
            items[i] = (nwti_value){NWTI_NONE, 0, 0, {0}};
        } else if (mask(r, "shrink_axis_mask") >> i & 1) {
            items[i] = lists[0]->as.items[i];
        } else {
            pairs[1] = bound(lists[0], i, mask(r, "begin_mask"));
            pairs[3] = bound(lists[1], i, mask(r, "end_mask"));
            pairs[5] = lists[2]->as.items[i];
            items[i] = dict_of(r, 3, pairs);
        }
    }
    pairs[0] = list_of(r, i, items);
    put_key(r, "slice_spec", &pairs[0]);
    return 1;
}

/* -------------------------------------------------------------------- operands */

/* Inputs of the node, but for those that only come before it: "^name". */
static uint32_t operand_count(const rewriting *r)
{
    const nwti_value *inputs = nwti_value_get(r->node, "input");
    uint32_t count = 0;

    while (inputs != NULL && inputs->type == NWTI_LIST && count < inputs->length &&
           nwti_value_string(inputs->as.items + count) != NULL &&
           nwti_value_string(inputs->as.items + count)[0] != '^') {
        count++;
    }
    return count;
}

/* A tensor, or a constant as such a list, with the keyword arguments behind it. */
static nwti_value with_keys(rewriting *r, const nwti_value *tensor, const nwti_value *value)
{
    nwti_value items[4] = {string("_CONSTANT_VALUE"), {NWTI_INT, 0, 0, {.integer = -1}}};

    if (tensor != NULL) {
        memcpy(items, tensor->as.items, 3 * sizeof *items);
    } else {
        items[2] = *value;
    }
    items[3] = dict_of(r, r->key_count, r->keys);
    return list_of(r, 4, items);
}

/* All tensors in one list; the constant is what the row names. */
static nwti_value list_call(rewriting *r, const nwti_value *tensors)
{
    nwti_value items[MOST_OPERANDS];
    uint32_t count = operand_count(r), i;

    if (constant(r, count - 1) != NULL && word_of(r, r->row->operands, 1) != NULL) {
        put_key(r, word_of(r, r->row->operands, 1), constant(r, count - 1));
    }
    for (i = 0; i < tensors->length; i++) {
        items[i] = with_keys(r, tensors->as.items + i, NULL);
    }
    return list_of(r, i, items);
}

/* Operands by position up to a constant behind the first; that and the others by name. */
static nwti_value named_call(rewriting *r, const nwti_value *tensors)
{
    nwti_value items[MOST_OPERANDS], triple;
    const nwti_value *given[MOST_OPERANDS];
    uint32_t count = operand_count(r), next = 0, placed = 0, i;

    for (i = 0; i < count; i++) {
        const nwti_value *value = constant(r, i);
        const char *name = word_of(r, r->row->operands, i);
        int32_t is_tensor = value == NULL && next < tensors->length;

        if (placed == i && (is_tensor || (i == 0 && value != NULL))) {
            given[placed++] = is_tensor ? tensors->as.items + next++ : NULL;
        } else if (is_tensor) {
            triple = list_of(r, 3, tensors->as.items[next++].as.items);
            put_key(r, name != NULL ? name : "", &triple);
        } else if (value != NULL && name != NULL) {
            put_key(r, name, value);
        }
    }
    for (i = 0; i < placed; i++) {
        items[i] = with_keys(r, given[i], constant(r, 0));
    }
    return placed > 0 ? list_of(r, placed, items) : *tensors;
}

/* Whether these are the tensors of one call, as [["x", 0, 0, {}], ...]. */
static int32_t are_triples(const nwti_value *tensors)
{
    uint32_t i;

    for (i = 0; tensors->type == NWTI_LIST && i < tensors->length; i++) {
        const nwti_value *one = tensors->as.items + i;

        if (one->type != NWTI_LIST || one->length < 3 || one->as.items[0].type != NWTI_STRING) {
            return 0;
        }
    }
    return tensors->type == NWTI_LIST && tensors->length > 0 && tensors->length <= MOST_OPERANDS;
}

static nwti_value calls_of(rewriting *r)
{
    const nwti_value *nodes = nwti_value_get(r->object, "inbound_nodes");
    nwti_value none = {NWTI_LIST, 0, 0, {0}}, call;

    if (nodes == NULL || nodes->type != NWTI_LIST || nodes->length != 1 ||
        !are_triples(nodes->as.items) || operand_count(r) > MOST_OPERANDS) {
        return nodes != NULL ? *nodes : none;
    }
    call = r->row->operands[0] == '*' ? list_call(r, nodes->as.items)
                                      : named_call(r, nodes->as.items);
    return list_of(r, 1, &call);
}

/* --------------------------------------------------------------------- objects */

static const nwti_foreign_node *row_of(const char *op)
{
    const nwti_foreign_node *row = nwti_foreign_nodes;

    while (op != NULL && row->op != NULL && strcmp(row->op, op) != 0) {
        row++;
    }
    return op != NULL && row->op != NULL ? row : NULL;
}

/* The layer's own name has a prefix that its config lacks. */
static nwti_value name_of(rewriting *r)
{
    static const char prefix[] = "tf_op_layer_";
    const char *name = nwti_value_string(nwti_value_get(r->config, "name"));
    size_t size = sizeof prefix + (name != NULL ? strlen(name) : 0);
    char *whole = nwti_new(r->import->ctx, size);

    if (whole != NULL) {
        nwti_format(whole, size, "%s%s", prefix, name != NULL ? name : "");
    }
    return string(whole != NULL ? whole : "");
}

const nwti_value *nwti_foreign_object(nwti_import *import, const nwti_value *object)
{
    rewriting r = {import, object, nwti_value_get(object, "config"), NULL, NULL, {{0}}, 0};
    nwti_value pairs[10], *result;
    const char *op;

    r.node = nwti_value_get(r.config, "node_def");
    op = nwti_value_string(nwti_value_get(r.node, "op"));
    r.row = row_of(op);
    result = nwti_new(import->ctx, sizeof *result);
    if (result == NULL) {
        return NULL;
    }
    if (r.row != NULL) {
        take_attributes(&r);
        if (strcmp(r.row->operands, "slices") == 0 && !take_slices(&r)) {
            r.row = NULL;
        }
    }
    pairs[0] = string("name");
    pairs[1] = name_of(&r);
    pairs[2] = string("dtype");
    pairs[3] = nwti_value_get(r.config, "dtype") != NULL ? *nwti_value_get(r.config, "dtype")
                                                         : (nwti_value){NWTI_NONE, 0, 0, {0}};
    pairs[4] = string("function");
    pairs[5] = string(r.row != NULL ? r.row->function : op != NULL ? op : nwti_foreign_node_class);
    pairs[3] = dict_of(&r, 3, pairs);
    pairs[2] = string("config");
    pairs[4] = string("class_name");
    pairs[5] = string(nwti_foreign_node_class);
    pairs[6] = string("inbound_nodes");
    pairs[7] = r.row != NULL ? calls_of(&r)
               : nwti_value_get(object, "inbound_nodes") != NULL
                   ? *nwti_value_get(object, "inbound_nodes")
                   : (nwti_value){NWTI_LIST, 0, 0, {0}};
    *result = dict_of(&r, 4, pairs);
    return import->ctx->status == NWT_STATUS_OK ? result : NULL;
}
