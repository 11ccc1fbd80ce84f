/*
 * The types of options: what stands at the place of each, how a value is checked and written there,
 * and how it is written out again. The table is at the end.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/note.h"
#include "core/dtype.h"
#include "core/opaque.h"
#include "core/option.h"
#include "core/option_error.h"
#include "core/function.h"
#include "support/text.h"
#include "support/number.h"
#include "support/python.h"

#include <math.h>
#include <string.h>

static void *place_of(const nwti_assignment *to, const nwt_option *row)
{
    return (unsigned char *)to->self + row->offset;
}

static int32_t is_integer(const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_BOOL;
}

/* Keras asks of any value whether it is true. */
static int32_t assign_bool(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (value->type == NWTI_CALL) {
        return nwti_option_wrong_type(to, row, "True or False", value);
    }
    if (value->type == NWTI_STRING) {
        nwti_note_add(to->ctx, "%s: %s is '%s', a string, which is %s to Keras", to->owner,
                      row->key, value->as.string, value->length > 0 ? "True" : "False");
    }
    *(int32_t *)place_of(to, row) = !nwti_option_is_false(value);
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
        return nwti_option_wrong_type(to, row, "an integer", value);
    }
    if (!nwti_option_in_range(to, row, value->as.integer)) {
        return to->ctx->status;
    }
    *(int64_t *)place_of(to, row) = value->as.integer;
    return 0;
}

static int32_t assign_float(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    double number = value->type == NWTI_FLOAT ? value->as.number : (double)value->as.integer;

    if (value->type != NWTI_FLOAT && !is_integer(value)) {
        return nwti_option_wrong_type(to, row, "a number", value);
    }
    if ((row->least > -DBL_MAX && !(number >= row->least)) ||
        (row->most < DBL_MAX && !(number <= row->most))) {
        return nwti_option_out_of_range(to, row, number);
    }
    *(double *)place_of(to, row) = number;
    return 0;
}

static int32_t assign_string(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const char *copy;

    if (value->type != NWTI_STRING) {
        return nwti_option_wrong_type(to, row, "a string", value);
    }
    copy = nwti_arena_string(to->arena, value->as.string, value->length);
    *(const char **)place_of(to, row) = copy;
    to->pointers |= 1;
    return copy != NULL ? 0 : nwti_out_of_memory(to->ctx);
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

static int32_t assign_function(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *name = function_name(value);
    const char *known;

    if (name == NULL || name->type != NWTI_STRING) {
        return nwti_option_wrong_type(to, row, "a function's name", value);
    }
    known = nwti_function_named(NWTI_ACTIVATIONS, name->as.string);
    if (known != NULL) {
        *(const char **)place_of(to, row) = known;
        return 0;
    }
    if (value->type == NWTI_STRING && !to->lenient) {
        return nwti_option_unknown_function(to, row, NWTI_ACTIVATIONS, name->as.string);
    }
    return assign_string(to, row, name);
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
        return nwti_option_wrong_type(to, row, "a string", value);
    }
    for (i = 0; row->choices[i] != NULL; i++) {
        if (is_choice(row->choices[i], value->as.string)) {
            *(int32_t *)place_of(to, row) = i;
            return 0;
        }
    }
    return nwti_option_wrong_choice(to, row, value->as.string);
}

/* One integer of a tuple. */
static int32_t item(nwti_assignment *to, const nwt_option *row, const nwti_value *value,
                    int64_t *into)
{
    if (!is_integer(value)) {
        return nwti_option_wrong_type(to, row, "integers", value);
    }
    if (!nwti_option_in_range(to, row, value->as.integer)) {
        return to->ctx->status;
    }
    *into = value->as.integer;
    return 0;
}

static int32_t assign_tuple(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int64_t *ints = place_of(to, row);
    const nwti_value *list = nwti_option_list(value);
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
    const nwti_value *list = nwti_option_list(value);
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
    const nwti_value *list = row->count == 1 ? NULL : nwti_option_list(value);
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
    const nwti_value *list = nwti_option_list(value);
    nwt_ints *ints = place_of(to, row);
    uint32_t count = list != NULL ? list->length : 1, i;
    int64_t *items = nwti_arena_array(to->arena, count, sizeof *items);
    int32_t status = items != NULL ? 0 : nwti_out_of_memory(to->ctx);

    if (list == NULL && row->flags & NWTI_FLAG_LIST) {
        return nwti_option_wrong_type(to, row, "a tuple or list of integers", value);
    }
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
        to->pointers |= 1;
    }
    return status;
}

static int32_t assign_dtype(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const char *name = nwti_value_string(value);
    int32_t dtype = name != NULL ? nwti_dtype_of(name) : NWT_DTYPE_UNKNOWN;

    if (dtype == NWT_DTYPE_UNKNOWN) {
        return nwti_option_wrong_type(to, row, "a dtype", value);
    }
    *(int32_t *)place_of(to, row) = dtype;
    return 0;
}

static nwt_layer *layer_of(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = nwti_option_list(value);

    if (list != NULL && row->value_type == NWT_TYPE_LAYER && row->choices != NULL) {
        return to->read_list(to, row->choices[0], list);
    }
    if (value->type != NWTI_DICT && value->type != NWTI_CALL) {
        nwti_option_wrong_type(to, row, "a layer", value);
        return NULL;
    }
    return to->read_layer(to->user, value);
}

static int32_t assign_layer(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    nwt_layer *layer = layer_of(to, row, value);

    *(nwt_layer **)place_of(to, row) = layer;
    to->pointers |= 1;
    return layer != NULL ? 0 : to->ctx->status;
}

static int32_t assign_layers(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = nwti_option_list(value);
    nwt_layers *layers = place_of(to, row);
    nwt_layer **items;
    uint32_t i;

    if (list == NULL) {
        return nwti_option_wrong_type(to, row, "a list of layers", value);
    }
    items = nwti_arena_array(to->arena, list->length, sizeof *items);
    if (items == NULL) {
        return nwti_out_of_memory(to->ctx);
    }
    for (i = 0; i < list->length; i++) {
        items[i] = layer_of(to, row, list->as.items + i);
        if (items[i] == NULL) {
            return to->ctx->status;
        }
    }
    layers->items = items;
    layers->count = list->length;
    to->pointers |= 1;
    return 0;
}

static int32_t assign_opaque(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (row->flags != 0 && nwti_check_opaque(to, row, value)) {
        return to->ctx->status;
    }
    if (row->count > 0) {
        *(int32_t *)place_of(to, row) = 1;
    }
    to->pointers |= 4;
    return 0;
}

/* A constant where a tensor may stand: there is no tensor. */
static int32_t assign_tensor(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (row->fallback == NULL && !(row->flags & NWT_FLAG_NULLABLE)) {
        return nwti_option_wrong_type(to, row, "a tensor", value);
    }
    *(int32_t *)place_of(to, row) = -1;
    return 0;
}

static int32_t assign_tensors(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    if (row->fallback == NULL) {
        return nwti_option_wrong_type(to, row, "tensors", value);
    }
    memset(place_of(to, row), 0, sizeof(nwt_range));
    return 0;
}

/* ------------------------------------------------------------------ written out */

static void write_bool(nwti_text *text, const nwt_option *row, const void *place)
{
    int32_t flag = *(const int32_t *)place;

    (void)row;
    nwti_text_string(text, flag < 0 ? "None" : flag ? "True" : "False");
}

static void write_int(nwti_text *text, const nwt_option *row, const void *place)
{
    (void)row;
    nwti_python_int(text, *(const int64_t *)place, NWT_NONE_INT);
}

static void write_float(nwti_text *text, const nwt_option *row, const void *place)
{
    double number = *(const double *)place;

    if (number != number && nwti_option_may_be_none(row)) {
        nwti_text_string(text, "None");
    } else {
        nwti_python_float(text, number);
    }
}

static void write_string(nwti_text *text, const nwt_option *row, const void *place)
{
    (void)row;
    nwti_python_string(text, *(const char *const *)place);
}

static void write_choice(nwti_text *text, const nwt_option *row, const void *place)
{
    int32_t choice = *(const int32_t *)place;

    nwti_python_string(text, choice < 0 ? NULL : row->choices[choice]);
}

static void write_tuple(nwti_text *text, const nwt_option *row, const void *place)
{
    const int64_t *ints = place;

    if (ints[0] == NWT_NONE_INT) {
        nwti_text_string(text, "None");
    } else if (row->value_type == NWT_TYPE_NESTED) {
        nwti_python_pairs(text, ints, row->count, NWT_NONE_INT);
    } else {
        nwti_python_ints(text, ints, row->count, NWT_NONE_INT);
    }
}

static void write_ints(nwti_text *text, const nwt_option *row, const void *place)
{
    const nwt_ints *list = place;

    if (list->items == NULL) {
        nwti_text_string(text, "None");
    } else {
        nwti_python_ints(text, list->items, list->count, row->minimum < 0 ? NWT_NONE_INT : -1);
    }
}

static void write_dtype(nwti_text *text, const nwt_option *row, const void *place)
{
    (void)row;
    nwti_python_string(text, nwt_dtype_name(*(const int32_t *)place));
}

/* --------------------------------------------------------------------- the table */

/* What stands at the place of an option that is None. */
enum { NONE_ZERO, NONE_INT32, NONE_INT64, NONE_FLOAT };

static const struct {
    const char *name;
    uint8_t size; /* of the place; of each item where `each` is not 0 */
    uint8_t alignment;
    uint8_t each;   /* items for each of the row's `count` */
    uint8_t none;   /* what None is there */
    uint8_t layers; /* it holds layers, which are copied with what holds them */
    int32_t (*assign)(nwti_assignment *to, const nwt_option *row, const nwti_value *value);
    void (*write)(nwti_text *text, const nwt_option *row, const void *place); /* NULL: never */
} types[] = {
    [NWT_TYPE_BOOL] = {"bool", sizeof(int32_t), _Alignof(int32_t), 0, NONE_INT32, 0, assign_bool,
                       write_bool},
    [NWT_TYPE_INT] = {"int", sizeof(int64_t), _Alignof(int64_t), 0, NONE_INT64, 0, assign_int,
                      write_int},
    [NWT_TYPE_FLOAT] = {"float", sizeof(double), _Alignof(double), 0, NONE_FLOAT, 0, assign_float,
                        write_float},
    [NWT_TYPE_STRING] = {"string", sizeof(char *), _Alignof(char *), 0, NONE_ZERO, 0, assign_string,
                         write_string},
    [NWT_TYPE_FUNCTION] = {"function", sizeof(char *), _Alignof(char *), 0, NONE_ZERO, 0,
                           assign_function, write_string},
    [NWT_TYPE_CHOICE] = {"choice", sizeof(int32_t), _Alignof(int32_t), 0, NONE_INT32, 0,
                         assign_choice, write_choice},
    [NWT_TYPE_TUPLE] = {"int or tuple of ints", sizeof(int64_t), _Alignof(int64_t), 1, NONE_INT64,
                        0, assign_tuple, write_tuple},
    [NWT_TYPE_NESTED] = {"int or pairs of ints", sizeof(int64_t), _Alignof(int64_t), 2, NONE_INT64,
                         0, assign_nested, write_tuple},
    [NWT_TYPE_INTS] = {"int or list of ints", sizeof(nwt_ints), _Alignof(nwt_ints), 0, NONE_ZERO, 0,
                       assign_ints, write_ints},
    [NWT_TYPE_DTYPE] = {"dtype", sizeof(int32_t), _Alignof(int32_t), 0, NONE_ZERO, 0, assign_dtype,
                        write_dtype},
    [NWT_TYPE_LAYER] = {"layer", sizeof(nwt_layer *), _Alignof(nwt_layer *), 0, NONE_ZERO, 1,
                        assign_layer, NULL},
    [NWT_TYPE_LAYERS] = {"list of layers", sizeof(nwt_layers), _Alignof(nwt_layers), 0, NONE_ZERO,
                         1, assign_layers, NULL},
    [NWT_TYPE_OPAQUE] = {"anything", sizeof(int32_t), _Alignof(int32_t), 1, NONE_ZERO, 0,
                         assign_opaque, NULL},
    [NWT_TYPE_TENSOR] = {"tensor", sizeof(int32_t), _Alignof(int32_t), 0, NONE_INT32, 0,
                         assign_tensor, NULL},
    [NWT_TYPE_TENSORS] = {"tensors", sizeof(nwt_range), _Alignof(nwt_range), 0, NONE_ZERO, 0,
                          assign_tensors, NULL},
};

enum { TYPE_COUNT = sizeof types / sizeof types[0] };

size_t nwti_option_size(const nwt_option *row)
{
    size_t count = row->count > 0 ? (size_t)row->count : 0;

    if (row->value_type <= 0 || row->value_type >= (int32_t)TYPE_COUNT) {
        return SIZE_MAX;
    }
    return types[row->value_type].size *
           (types[row->value_type].each > 0 ? types[row->value_type].each * count : 1);
}

size_t nwti_option_alignment(const nwt_option *row)
{
    return types[row->value_type].alignment;
}

const char *nwti_option_type(const nwt_option *row)
{
    return row->value_type == NWT_TYPE_INTS && row->flags & NWTI_FLAG_LIST
               ? "list of ints"
               : types[row->value_type].name;
}

int32_t nwti_option_holds_layers(const nwt_option *row)
{
    return types[row->value_type].layers;
}

int64_t nwti_option_layers(const nwt_option *row, const void *self, nwt_layer *const **items)
{
    const void *place = (const unsigned char *)self + row->offset;

    if (!types[row->value_type].layers) {
        return 0;
    }
    if (row->value_type == NWT_TYPE_LAYER) {
        *items = place;
        return 1;
    }
    *items = ((const nwt_layers *)place)->items;
    return ((const nwt_layers *)place)->count;
}

void nwti_option_put_layers(const nwt_option *row, void *self, int64_t count,
                            nwt_layer *const *items)
{
    void *place = (unsigned char *)self + row->offset;

    if (row->value_type == NWT_TYPE_LAYER) {
        *(nwt_layer **)place = items != NULL ? items[0] : NULL;
    } else if (row->value_type == NWT_TYPE_LAYERS) {
        *(nwt_layers *)place = (nwt_layers){items, items != NULL ? count : 0};
    }
}

void nwti_option_text(nwti_text *text, const nwt_option *row, const void *self,
                      const char *(*class_of)(const nwt_layer *layer))
{
    const void *place = (const unsigned char *)self + row->offset;

    if (row->value_type == NWT_TYPE_LAYER) {
        const nwt_layer *layer = *(nwt_layer *const *)place;

        nwti_text_string(text, layer != NULL ? class_of(layer) : "None");
    } else if (types[row->value_type].write != NULL) {
        types[row->value_type].write(text, row, place);
    }
}

static void assign_none(nwti_assignment *to, const nwt_option *row)
{
    unsigned char *place = place_of(to, row);
    size_t size = nwti_option_size(row), i;

    switch (types[row->value_type].none) {
    case NONE_INT32:
        *(int32_t *)(void *)place = -1;
        break;
    case NONE_INT64:
        for (i = 0; i < size / sizeof(int64_t); i++) {
            ((int64_t *)(void *)place)[i] = NWT_NONE_INT;
        }
        break;
    case NONE_FLOAT:
        *(double *)(void *)place = (double)NAN;
        break;
    default:
        memset(place, 0, size);
    }
}

int32_t nwti_option_may_be_none(const nwt_option *row)
{
    return (row->flags & NWT_FLAG_NULLABLE) ||
           (row->value_type == NWT_TYPE_OPAQUE && !(row->flags & NWTI_FLAG_CHECKED)) ||
           (row->fallback != NULL && strcmp(row->fallback, "None") == 0);
}

int32_t nwti_assign(nwti_assignment *to, int32_t index, const nwti_value *value)
{
    const nwt_option *row = nwti_row(to->layout, index);
    int32_t status;

    if (value->type == NWTI_NONE) {
        if (!nwti_option_may_be_none(row) && row->value_type == NWT_TYPE_BOOL &&
            row->fallback != NULL) {
            *(int32_t *)place_of(to, row) = 0;
            to->given |= (uint64_t)1 << index;
            return 0;
        }
        if (!nwti_option_may_be_none(row)) {
            return nwti_option_wrong_type(to, row, "given", value);
        }
        assign_none(to, row);
        to->given |= (uint64_t)1 << index;
        return 0;
    }
    status = types[row->value_type].assign(to, row, value);
    if (status == 0) {
        to->given |= (uint64_t)1 << index;
    }
    return status;
}
