/* Writes values into structs of options, row by row, and checks them. */
#include "core/context.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/dtype.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/call.h"
#include "support/number.h"

#include <math.h>
#include <string.h>

/* Keras's activations, and the names that earlier versions had for some. */
static const char *const functions[] = {
    "relu",           "linear",       "softmax",    "sigmoid",     "tanh",      "swish",
    "silu",           "gelu",         "elu",        "selu",        "softplus",  "softsign",
    "exponential",    "hard_sigmoid", "hard_swish", "hard_silu",   "relu6",     "leaky_relu",
    "log_softmax",    "log_sigmoid",  "mish",       "celu",        "glu",       "hard_tanh",
    "hard_shrink",    "soft_shrink",  "squareplus", "tanh_shrink", "threshold", "sparse_plus",
    "sparse_sigmoid", "sparsemax",    NULL};

static const char *const value_names[] = {
    [NWTI_NONE] = "None",     [NWTI_BOOL] = "a bool",     [NWTI_INT] = "an integer",
    [NWTI_FLOAT] = "a float", [NWTI_STRING] = "a string", [NWTI_LIST] = "a list",
    [NWTI_TUPLE] = "a tuple", [NWTI_DICT] = "a dict",     [NWTI_CALL] = "an object",
};

static const nwt_option *row_of(const nwti_assignment *to, int32_t row)
{
    return nwti_row(to->layout, row);
}

static void *place_of(const nwti_assignment *to, const nwt_option *row)
{
    return (unsigned char *)to->self + row->offset;
}

static int32_t wrong_type(nwti_assignment *to, const nwt_option *row, const char *wanted,
                          const nwti_value *value)
{
    if (value->type == NWTI_STRING) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be %s, not '%s'", to->owner,
                          row->key, wanted, value->as.string);
    }
    if (value->type == NWTI_INT) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be %s, not %d", to->owner,
                          row->key, wanted, value->as.integer);
    }
    if (value->type == NWTI_CALL && value->flags & NWTI_VALUE_BARE) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID,
                          "%s: %s must be %s, not '%s', a name without a "
                          "value",
                          to->owner, row->key, wanted, value->as.items->as.string);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be %s, not %s", to->owner, row->key,
                      wanted, value_names[value->type]);
}

/* Lists as Keras writes them: [1, 2], (1, 2) and {"class_name": "__tuple__", "items": [1, 2]}. */
static const nwti_value *list_of(const nwti_value *value)
{
    if (value->type == NWTI_DICT &&
        nwti_value_is(nwti_value_get(value, "class_name"), "__tuple__")) {
        value = nwti_value_get(value, "items");
    }
    return value != NULL && (value->type == NWTI_LIST || value->type == NWTI_TUPLE) ? value : NULL;
}

static int32_t is_integer(const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_BOOL;
}

static int32_t in_range(nwti_assignment *to, const nwt_option *row, int64_t number)
{
    if (number >= row->minimum && number <= row->maximum) {
        return 1;
    }
    if (row->maximum >= INT32_MAX && number < row->minimum) {
        nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be at least %d, not %d", to->owner,
                   row->key, row->minimum, number);
    } else {
        nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be from %d to %d, not %d", to->owner,
                   row->key, row->minimum, row->maximum, number);
    }
    return 0;
}

static int32_t assign_bool(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (!is_integer(value) || value->as.integer < 0 || value->as.integer > 1) {
        return wrong_type(to, row, "True or False", value);
    }
    *(int32_t *)place_of(to, row) = (int32_t)value->as.integer;
    return 0;
}

/* An integer too large for 64 bits reads as a float without a fraction. */
static int32_t assign_int(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (value->type == NWTI_FLOAT && fabs(value->as.number) >= 9.2e18) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s is beyond 64 bits", to->owner,
                          row->key);
    }
    if (!is_integer(value)) {
        return wrong_type(to, row, "an integer", value);
    }
    if (!in_range(to, row, value->as.integer)) {
        return to->ctx->status;
    }
    *(int64_t *)place_of(to, row) = value->as.integer;
    return 0;
}

static int32_t out_of_range(nwti_assignment *to, const nwt_option *row, double number)
{
    char text[33];

    text[nwti_format_double(text, number)] = '\0';
    if (row->maximum == INT64_MAX) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be at least %d, not %s",
                          to->owner, row->key, row->minimum, text);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be from %d to %d, not %s",
                      to->owner, row->key, row->minimum, row->maximum, text);
}

static int32_t assign_float(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    double number = value->type == NWTI_FLOAT ? value->as.number : (double)value->as.integer;

    if (value->type != NWTI_FLOAT && !is_integer(value)) {
        return wrong_type(to, row, "a number", value);
    }
    if (!(number >= (double)row->minimum && number <= (double)row->maximum)) {
        return out_of_range(to, row, number);
    }
    *(double *)place_of(to, row) = number;
    return 0;
}

static int32_t assign_string(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const char *copy;

    if (value->type != NWTI_STRING) {
        return wrong_type(to, row, "a string", value);
    }
    copy = nwti_copy_string(to->ctx, value->as.string, value->length);
    *(const char **)place_of(to, row) = copy;
    to->pointers = 1;
    return copy != NULL ? 0 : to->ctx->status;
}

/* The name of a function: 'relu', a bare name, or of an object its class or configured name. */
static const nwti_value *function_name(const nwti_value *value)
{
    if (value->type == NWTI_DICT) {
        const nwti_value *class_name = nwti_value_get(value, "class_name");
        const nwti_value *config = nwti_value_get(value, "config");

        return config != NULL && config->type == NWTI_STRING ? config : class_name;
    }
    return value->type == NWTI_CALL ? value->as.items : value;
}

static int32_t unknown_function(nwti_assignment *to, const nwt_option *row, const char *name)
{
    nwti_nearest nearest;
    char hint[160];
    int32_t i;

    nwti_nearest_begin(&nearest, name);
    for (i = 0; functions[i] != NULL; i++) {
        nwti_nearest_offer(&nearest, functions[i]);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s: unknown function '%s'%s", to->owner,
                      row->key, name, nwti_nearest_text(&nearest, hint, sizeof hint));
}

static int32_t assign_function(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *name = function_name(value);
    int32_t i;

    if (name == NULL || name->type != NWTI_STRING) {
        return wrong_type(to, row, "a function's name", value);
    }
    for (i = 0; functions[i] != NULL; i++) {
        if (strcmp(functions[i], name->as.string) == 0) {
            *(const char **)place_of(to, row) = functions[i];
            return 0;
        }
    }
    if (value->type == NWTI_STRING && !to->lenient) {
        return unknown_function(to, row, name->as.string);
    }
    return assign_string(to, row, name);
}

static int32_t wrong_choice(nwti_assignment *to, const nwt_option *row, const char *value)
{
    nwti_nearest nearest;
    char allowed[512], hint[160];
    size_t length = 0;
    int32_t i;

    nwti_nearest_begin(&nearest, value);
    for (i = 0; row->choices[i] != NULL && length < sizeof allowed; i++) {
        nwti_nearest_offer(&nearest, row->choices[i]);
        length += nwti_format(allowed + length, sizeof allowed - length, "%s'%s'",
                              i > 0 ? ", " : "", row->choices[i]);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be one of %s, not '%s'%s",
                      to->owner, row->key, allowed, value,
                      nwti_nearest_text(&nearest, hint, sizeof hint));
}

/* Keras takes 'SAME' for 'same'. */
static int32_t is_choice(const char *choice, const char *value)
{
    return strcmp(choice, value) == 0 ||
           ((choice[0] ^ value[0]) == 0x20 && nwti_distance(choice, value, 0) == 0);
}

static int32_t assign_choice(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int32_t i;

    if (value->type != NWTI_STRING) {
        return wrong_type(to, row, "a string", value);
    }
    for (i = 0; row->choices[i] != NULL; i++) {
        if (is_choice(row->choices[i], value->as.string)) {
            *(int32_t *)place_of(to, row) = i;
            return 0;
        }
    }
    return wrong_choice(to, row, value->as.string);
}

/* One integer of a tuple. */
static int32_t item(nwti_assignment *to, const nwt_option *row, const nwti_value *value,
                    int64_t *into)
{
    if (!is_integer(value)) {
        return wrong_type(to, row, "integers", value);
    }
    if (!in_range(to, row, value->as.integer)) {
        return to->ctx->status;
    }
    *into = value->as.integer;
    return 0;
}

static int32_t assign_tuple(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int64_t *ints = place_of(to, row);
    const nwti_value *list = list_of(value);
    int32_t i, status = 0;

    if (list != NULL && list->length != (uint32_t)row->count) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID,
                          "%s: %s must be %d integers, or one for all, not "
                          "%d",
                          to->owner, row->key, (int64_t)row->count, (int64_t)list->length);
    }
    for (i = 0; i < row->count && status == 0; i++) {
        status = item(to, row, list != NULL ? list->as.items + i : value, ints + i);
    }
    return status;
}

/* The two values of a pair: `1`, or `(1, 2)`. */
static int32_t pair(nwti_assignment *to, const nwt_option *row, const nwti_value *value,
                    int64_t *into)
{
    const nwti_value *list = list_of(value);
    int32_t status;

    if (list != NULL && list->length != 2) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID,
                          "%s: %s must have 2 values for each axis, not %d", to->owner, row->key,
                          (int64_t)list->length);
    }
    status = item(to, row, list != NULL ? list->as.items : value, into);
    return status ? status : item(to, row, list != NULL ? list->as.items + 1 : value, into + 1);
}

static int32_t assign_nested(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int64_t *ints = place_of(to, row);
    const nwti_value *list = row->count == 1 ? NULL : list_of(value);
    int32_t i, status = 0;

    if (list != NULL && list->length != (uint32_t)row->count) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID,
                          "%s: %s must be one value for all, or one or a "
                          "pair for each of %d axes, not %d values",
                          to->owner, row->key, (int64_t)row->count, (int64_t)list->length);
    }
    for (i = 0; i < row->count && status == 0; i++) {
        status = pair(to, row, list != NULL ? list->as.items + i : value, ints + 2 * i);
    }
    return status;
}

static int32_t assign_ints(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = list_of(value);
    nwt_ints *ints = place_of(to, row);
    uint32_t count = list != NULL ? list->length : 1, i;
    int64_t *items = nwti_new_array(to->ctx, count, sizeof *items);
    int32_t status = items != NULL ? 0 : to->ctx->status;

    for (i = 0; i < count && status == 0; i++) {
        const nwti_value *one = list != NULL ? list->as.items + i : value;

        if (one->type == NWTI_NONE) {
            items[i] = row->minimum < 0 ? NWT_NONE_INT : -1;
        } else {
            status = item(to, row, one, items + i);
        }
    }
    if (status == 0) {
        ints->items = items;
        ints->count = count;
        to->pointers = 1;
    }
    return status;
}

static int32_t assign_dtype(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const char *name = nwti_value_string(value);
    int32_t dtype = name != NULL ? nwti_dtype_of(name) : NWT_DTYPE_UNKNOWN;

    if (dtype == NWT_DTYPE_UNKNOWN) {
        return wrong_type(to, row, "a dtype", value);
    }
    *(int32_t *)place_of(to, row) = dtype;
    return 0;
}

/* A list where one layer stands: the row's choice names the kind that it makes (StackedRNNCells of
   RNN's list of cells). */
static nwt_layer *layer_of_list(nwti_assignment *to, const nwt_option *row, const nwti_value *list)
{
    nwti_kind *kind = nwti_kind_wanted(to->ctx, row->choices[0]);
    nwt_layer *layer = kind != NULL ? nwti_layer_begin(to->ctx, kind) : NULL;
    nwti_value *items = nwti_new_array(to->ctx, 3, sizeof *items);
    nwti_value *call = nwti_new(to->ctx, sizeof *call);

    if (layer == NULL || items == NULL || call == NULL) {
        return NULL;
    }
    memset(items, 0, 3 * sizeof *items);
    memset(call, 0, sizeof *call);
    items[0].type = NWTI_STRING;
    items[0].as.string = row->choices[0];
    items[0].length = (uint32_t)strlen(row->choices[0]);
    items[2] = *list;
    call->type = NWTI_CALL;
    call->length = 1;
    call->as.items = items;
    if (nwti_layer_options(layer, call, to->layer_of, to->user) || nwti_layer_complete(layer)) {
        return NULL;
    }
    return layer;
}

static nwt_layer *layer_of(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = list_of(value);

    if (list != NULL && row->type == NWT_TYPE_LAYER && row->choices != NULL) {
        return layer_of_list(to, row, list);
    }
    if (value->type != NWTI_DICT && value->type != NWTI_CALL) {
        wrong_type(to, row, "a layer", value);
        return NULL;
    }
    return to->layer_of(to->user, value);
}

static int32_t assign_layer(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    nwt_layer *layer = layer_of(to, row, value);

    *(nwt_layer **)place_of(to, row) = layer;
    to->pointers = 1;
    return layer != NULL ? 0 : to->ctx->status;
}

static int32_t assign_layers(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = list_of(value);
    nwt_layers *layers = place_of(to, row);
    nwt_layer **items;
    uint32_t i;

    if (list == NULL) {
        return wrong_type(to, row, "a list of layers", value);
    }
    items = nwti_new_array(to->ctx, list->length, sizeof *items);
    if (items == NULL) {
        return to->ctx->status;
    }
    for (i = 0; i < list->length; i++) {
        items[i] = layer_of(to, row, list->as.items + i);
        if (items[i] == NULL) {
            return to->ctx->status;
        }
    }
    layers->items = items;
    layers->count = list->length;
    to->pointers = 1;
    return 0;
}

static int32_t assign_opaque(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    (void)value;
    if (row->count > 0) {
        *(int32_t *)place_of(to, row) = 1;
    }
    to->pointers = 1;
    return 0;
}

/* A constant where a tensor may stand: there is no tensor. */
static int32_t assign_tensor(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (row->fallback == NULL) {
        return wrong_type(to, row, "a tensor", value);
    }
    *(int32_t *)place_of(to, row) = -1;
    return 0;
}

static int32_t assign_tensors(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (row->fallback == NULL) {
        return wrong_type(to, row, "tensors", value);
    }
    memset(place_of(to, row), 0, sizeof(nwt_range));
    return 0;
}

static int32_t (*const assigners[])(nwti_assignment *, const nwt_option *, const nwti_value *) = {
    [NWT_TYPE_BOOL] = assign_bool,         [NWT_TYPE_INT] = assign_int,
    [NWT_TYPE_FLOAT] = assign_float,       [NWT_TYPE_STRING] = assign_string,
    [NWT_TYPE_FUNCTION] = assign_function, [NWT_TYPE_CHOICE] = assign_choice,
    [NWT_TYPE_TUPLE] = assign_tuple,       [NWT_TYPE_NESTED] = assign_nested,
    [NWT_TYPE_INTS] = assign_ints,         [NWT_TYPE_DTYPE] = assign_dtype,
    [NWT_TYPE_LAYER] = assign_layer,       [NWT_TYPE_LAYERS] = assign_layers,
    [NWT_TYPE_OPAQUE] = assign_opaque,     [NWT_TYPE_TENSOR] = assign_tensor,
    [NWT_TYPE_TENSORS] = assign_tensors,
};

static void assign_none(nwti_assignment *to, const nwt_option *row)
{
    void *place = place_of(to, row);
    int32_t i;

    switch (row->type) {
    case NWT_TYPE_BOOL:
    case NWT_TYPE_CHOICE:
        *(int32_t *)place = -1;
        break;
    case NWT_TYPE_FLOAT:
        *(double *)place = (double)NAN;
        break;
    case NWT_TYPE_INT:
        *(int64_t *)place = NWT_NONE_INT;
        break;
    case NWT_TYPE_TUPLE:
    case NWT_TYPE_NESTED:
        for (i = 0; i < row->count * (row->type == NWT_TYPE_NESTED ? 2 : 1); i++) {
            ((int64_t *)place)[i] = NWT_NONE_INT;
        }
        break;
    case NWT_TYPE_TENSOR:
        *(int32_t *)place = -1;
        break;
    case NWT_TYPE_OPAQUE:
        if (row->count > 0) {
            *(int32_t *)place = 0;
        }
        break;
    case NWT_TYPE_STRING:
    case NWT_TYPE_FUNCTION:
        *(const char **)place = NULL;
        break;
    case NWT_TYPE_LAYER:
        *(nwt_layer **)place = NULL;
        break;
    case NWT_TYPE_INTS:
        memset(place, 0, sizeof(nwt_ints));
        break;
    case NWT_TYPE_LAYERS:
        memset(place, 0, sizeof(nwt_layers));
        break;
    case NWT_TYPE_TENSORS:
        memset(place, 0, sizeof(nwt_range));
        break;
    default:
        *(int32_t *)place = 0;
        break;
    }
}

static int32_t may_be_none(const nwt_option *row)
{
    return (row->flags & NWT_FLAG_NULLABLE) || row->type == NWT_TYPE_OPAQUE ||
           (row->fallback != NULL && strcmp(row->fallback, "None") == 0);
}

int32_t nwti_assign(nwti_assignment *to, int32_t index, const nwti_value *value)
{
    const nwt_option *row = row_of(to, index);
    int32_t status;

    if (value->type == NWTI_NONE) {
        if (!may_be_none(row)) {
            return wrong_type(to, row, "given", value);
        }
        assign_none(to, row);
        to->given |= (uint64_t)1 << index;
        return 0;
    }
    status = assigners[row->type](to, row, value);
    if (status == 0) {
        to->given |= (uint64_t)1 << index;
    }
    return status;
}
