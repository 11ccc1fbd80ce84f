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

#include <stdlib.h>
#include <string.h>

enum { MOST_OPERANDS = 64, MOST_KEYS = 16 };

typedef struct rewriting {
    nwti_import *import;
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

    if (copy != NULL) {
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

    if (text == NULL) {
        return value != NULL && value->type == NWTI_INT ? value->as.integer : 0;
    }
    return strtoll(text, NULL, 10);
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

/* All tensors in one list, with the constants among them; the one behind is what the row names. */
static nwti_value list_call(rewriting *r, const nwti_value *tensors)
{
    nwti_value items[MOST_OPERANDS];
    const nwti_value *value, *tensor = tensors->as.items;
    const char *name = word_of(r, r->row->operands, 1);
    uint32_t count = operand_count(r) - (name != NULL), i;

    if (name != NULL && constant(r, count) != NULL) {
        put_key(r, name, constant(r, count));
    }
    for (i = 0; i < count; i++) {
        value = constant(r, i);
        items[i] = with_keys(r, value == NULL ? tensor++ : NULL, value);
    }
    return list_of(r, count, items);
}

/* Tensors by position, as a constant in front of them; those behind it by name. */
static nwti_value named_call(rewriting *r, const nwti_value *tensors)
{
    nwti_value items[MOST_OPERANDS];
    const nwti_value *first = constant(r, 0);
    uint32_t count = operand_count(r), placed = 0, i;

    for (i = 1; i < count; i++) {
        const nwti_value *value = constant(r, i);
        const char *name = value != NULL ? word_of(r, r->row->operands, i) : NULL;

        if (name != NULL) {
            put_key(r, name, value);
        }
    }
    if (first != NULL) {
        items[placed++] = with_keys(r, NULL, first);
    }
    for (i = 0; i < tensors->length; i++) {
        items[placed++] = with_keys(r, tensors->as.items + i, NULL);
    }
    return list_of(r, placed, items);
}

/* Whether these are the tensors of a call, as [["x", 0, 0, {}], ...]. */
static int32_t are_tensors(const nwti_value *tensors)
{
    uint32_t i;

    for (i = 0; tensors->type == NWTI_LIST && i < tensors->length; i++) {
        const nwti_value *one = tensors->as.items + i;

        if (one->type != NWTI_LIST || one->length < 3 || one->as.items[0].type != NWTI_STRING) {
            return 0;
        }
    }
    return tensors->type == NWTI_LIST && tensors->length > 0;
}

/* Whether there is a tensor for each operand that is no constant, and none behind a constant that
   is given by name. */
static int32_t are_operands(const rewriting *r, const nwti_value *tensors)
{
    const char *operands = r->row->operands;
    uint32_t count = operand_count(r), found = 0, i;
    int32_t is_behind = 0;

    if (!are_tensors(tensors) || count > MOST_OPERANDS) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        if (constant(r, i) != NULL) {
            is_behind |= operands[0] != '*' && i > 0;
        } else if (is_behind) {
            return 0;
        } else {
            found++;
        }
    }
    return found == tensors->length &&
           (strcmp(operands, "* axis") != 0 || constant(r, count - 1) != NULL);
}

/* Whether all calls of the node are such. */
static int32_t is_called(const rewriting *r, const nwti_value *nodes)
{
    uint32_t i;

    if (nodes == NULL || nodes->type != NWTI_LIST) {
        return 0;
    }
    for (i = 0; i < nodes->length && are_operands(r, nodes->as.items + i); i++) {
    }
    return i == nodes->length;
}

static nwti_value calls_of(rewriting *r, const nwti_value *nodes)
{
    uint32_t keys = r->key_count, i;
    nwti_value *calls = nwti_new_array(r->import->ctx, (size_t)nodes->length + 1, sizeof *calls);

    for (i = 0; calls != NULL && i < nodes->length; i++) {
        r->key_count = keys;
        calls[i] = r->row->operands[0] == '*' ? list_call(r, nodes->as.items + i)
                                              : named_call(r, nodes->as.items + i);
    }
    return (nwti_value){NWTI_LIST, 0, i, {.items = calls}};
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
    rewriting r = {import, nwti_value_get(object, "config"), NULL, NULL, {{0}}, 0};
    const nwti_value *dtype = nwti_value_get(r.config, "dtype");
    const nwti_value *nodes = nwti_value_get(object, "inbound_nodes");
    nwti_value none = {NWTI_NONE, 0, 0, {0}}, pairs[8], *result;
    const char *op;

    r.node = nwti_value_get(r.config, "node_def");
    op = nwti_value_string(nwti_value_get(r.node, "op"));
    r.row = row_of(op);
    if (r.row != NULL &&
        (!is_called(&r, nodes) || (strcmp(r.row->operands, "slices") == 0 && !take_slices(&r)))) {
        r.row = NULL;
    }
    pairs[0] = string("name");
    pairs[1] = name_of(&r);
    pairs[2] = string("function");
    pairs[3] = string(r.row != NULL ? r.row->function : op != NULL ? op : nwti_foreign_node_class);
    pairs[4] = string("dtype");
    pairs[5] = dtype != NULL ? *dtype : none;
    pairs[3] = dict_of(&r, 3, pairs);
    pairs[2] = string("config");
    pairs[4] = string("class_name");
    pairs[5] = string(nwti_foreign_node_class);
    pairs[6] = string("inbound_nodes");
    if (r.row != NULL) {
        take_attributes(&r);
        pairs[7] = calls_of(&r, nodes);
    } else {
        pairs[7] = nodes != NULL ? *nodes : none;
    }
    result = nwti_new(import->ctx, sizeof *result);
    if (result != NULL) {
        *result = dict_of(&r, 4, pairs);
    }
    return import->ctx->status == NWT_STATUS_OK ? result : NULL;
}
