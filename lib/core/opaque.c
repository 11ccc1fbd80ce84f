#include "core/opaque.h"
#include "core/context.h"
#include "core/error.h"
#include "core/function.h"
#include "core/option_error.h"

#include <string.h>

typedef int32_t check(nwti_assignment *to, const nwt_option *row, const nwti_value *value);

const nwti_value *nwti_option_list(const nwti_value *value)
{
    if (value->type == NWTI_DICT &&
        nwti_value_is(nwti_value_get(value, "class_name"), "__tuple__")) {
        value = nwti_value_get(value, "items");
    }
    return value != NULL && (value->type == NWTI_LIST || value->type == NWTI_TUPLE) ? value : NULL;
}

int32_t nwti_option_is_false(const nwti_value *value)
{
    switch (value->type) {
    case NWTI_NONE:
        return 1;
    case NWTI_BOOL:
    case NWTI_INT:
        return value->as.integer == 0;
    case NWTI_FLOAT:
        return value->as.number == 0;
    default:
        return value->length == 0;
    }
}

static int32_t is_number(const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_BOOL || value->type == NWTI_FLOAT;
}

static double number_of(const nwti_value *value)
{
    return value->type == NWTI_FLOAT ? value->as.number : (double)value->as.integer;
}

/* The two numbers of a value, or the one number twice. */
static int32_t two_numbers(const nwti_value *value, double *two)
{
    const nwti_value *list = nwti_option_list(value);
    int32_t i;

    if (list == NULL) {
        two[0] = two[1] = is_number(value) ? number_of(value) : 0;
        return is_number(value);
    }
    for (i = 0; i < 2 && list->length == 2; i++) {
        if (!is_number(list->as.items + i)) {
            return 0;
        }
        two[i] = number_of(list->as.items + i);
    }
    return list->length == 2;
}

static int32_t check_factor(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    double two[2];
    int32_t each = row->flags & NWTI_FLAG_FACTORS || nwti_option_list(value) == NULL, i;

    if (row->flags & NWTI_FLAG_FALSY && nwti_option_is_false(value)) {
        return 0;
    }
    if (!two_numbers(value, two)) {
        return nwti_option_wrong_type(to, row, "a number, or two", value);
    }
    for (i = 0; i < 2; i++) {
        if (((each || i == 0) && two[i] > row->most) || ((each || i == 1) && two[i] < row->least) ||
            (row->flags & NWTI_FLAG_ABOVE && two[i] <= row->least)) {
            return nwti_option_out_of_range(to, row, two[i]);
        }
    }
    return 0;
}

static int32_t check_pair(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    const nwti_value *list = nwti_option_list(value);

    if (list == NULL) {
        return nwti_option_wrong_type(to, row, "a list of two numbers", value);
    }
    return list->length == 2
               ? 0
               : nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must have 2 numbers, not %d",
                            to->owner, row->key, (int64_t)list->length);
}

static int32_t check_seed(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    return value->type == NWTI_INT || value->type == NWTI_BOOL || to->lenient
               ? 0
               : nwti_option_wrong_type(to, row, "an integer", value);
}

static int32_t check_choice(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int32_t i;

    if (value->type != NWTI_STRING) {
        return nwti_option_wrong_type(to, row, "a string", value);
    }
    for (i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(row->choices[i], value->as.string) == 0) {
            return 0;
        }
    }
    return nwti_option_wrong_choice(to, row, value->as.string);
}

/* Beyond 2^53 all are. */
static int32_t is_even(double number)
{
    double half = number / 2;

    return half > -4e15 && half < 4e15 ? half == (double)(int64_t)half : number == number;
}

/* Numbers that equal True and False are these to Python. */
static int32_t check_auto(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    int32_t good = is_number(value) ? number_of(value) == 0 || number_of(value) == 1
                                    : nwti_value_is(value, "auto");

    return good ? 0 : nwti_option_wrong_type(to, row, "'auto', True or False", value);
}

static int32_t check_odd(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    double two[2];

    if (!two_numbers(value, two)) {
        return nwti_option_wrong_type(to, row, "an odd number, or two", value);
    }
    return !is_even(two[0]) && !is_even(two[1]) ? 0 : nwti_option_wrong_type(to, row, "odd", value);
}

/* An object, or a name that Keras knows; from a config any name, which may be of a custom class. */
static int32_t check_named(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    nwti_name_family names = row->flags & NWT_FLAG_INITIALIZER   ? NWTI_INITIALIZERS
                             : row->flags & NWT_FLAG_REGULARIZER ? NWTI_REGULARIZERS
                                                                 : NWTI_CONSTRAINTS;

    if (value->type == NWTI_CALL || (value->type == NWTI_DICT && (to->lenient || value->length))) {
        return 0;
    }
    if (value->type != NWTI_STRING) {
        return nwti_option_wrong_type(to, row, "a name or an object", value);
    }
    return to->lenient || nwti_function_named(names, value->as.string) != NULL
               ? 0
               : nwti_option_unknown_function(to, row, names, value->as.string);
}

static const struct {
    int32_t flags;
    check *check;
} checks[] = {{NWT_FLAG_INITIALIZER | NWT_FLAG_REGULARIZER | NWT_FLAG_CONSTRAINT, check_named},
              {NWTI_FLAG_FACTOR | NWTI_FLAG_FACTORS, check_factor},
              {NWTI_FLAG_PAIR, check_pair},
              {NWTI_FLAG_SEED, check_seed},
              {NWTI_FLAG_CHOICE, check_choice},
              {NWTI_FLAG_ODD, check_odd},
              {NWTI_FLAG_AUTO, check_auto}};

int32_t nwti_check_opaque(nwti_assignment *to, const nwt_option *row, const nwti_value *value)
{
    size_t i;

    for (i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (row->flags & checks[i].flags) {
            return checks[i].check(to, row, value);
        }
    }
    return 0;
}
