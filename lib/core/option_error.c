/* What is wrong of a value: whose, which option, what it must be. */
#include "core/context.h"
#include "core/error.h"
#include "core/function.h"
#include "core/option_error.h"
#include "support/number.h"

#include <float.h>

static const char *const value_names[] = {
    [NWTI_NONE] = "None",     [NWTI_BOOL] = "a bool",     [NWTI_INT] = "an integer",
    [NWTI_FLOAT] = "a float", [NWTI_STRING] = "a string", [NWTI_LIST] = "a list",
    [NWTI_TUPLE] = "a tuple", [NWTI_DICT] = "a dict",     [NWTI_CALL] = "an object",
};

int32_t nwti_option_wrong_type(const nwti_assignment *to, const nwt_option *row, const char *wanted,
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

int32_t nwti_option_in_range(const nwti_assignment *to, const nwt_option *row, int64_t number)
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

/* Whole numbers without a fraction; the buffer has 33 bytes. */
static void limit_text(char *buffer, double limit)
{
    if (limit > -1e15 && limit < 1e15 && limit == (double)(int64_t)limit) {
        nwti_format(buffer, 33, "%d", (int64_t)limit);
    } else {
        buffer[nwti_format_double(buffer, limit)] = '\0';
    }
}

int32_t nwti_option_out_of_range(const nwti_assignment *to, const nwt_option *row, double number)
{
    char text[33], least[33], most[33];

    text[nwti_format_double(text, number)] = '\0';
    limit_text(least, row->least);
    limit_text(most, row->most);
    if (row->most >= DBL_MAX) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be at least %s, not %s",
                          to->owner, row->key, least, text);
    }
    if (row->least <= -DBL_MAX) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be at most %s, not %s",
                          to->owner, row->key, most, text);
    }
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s must be from %s to %s, not %s",
                      to->owner, row->key, least, most, text);
}

int32_t nwti_option_unknown_function(const nwti_assignment *to, const nwt_option *row,
                                     nwti_name_family names, const char *name)
{
    static const char *const words[] = {[NWTI_ACTIVATIONS] = "function",
                                        [NWTI_INITIALIZERS] = "initializer",
                                        [NWTI_REGULARIZERS] = "regularizer",
                                        [NWTI_CONSTRAINTS] = "constraint"};
    nwti_nearest nearest;
    char hint[160];

    nwti_nearest_begin(&nearest, name);
    nwti_offer_functions(names, &nearest);
    return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: %s: unknown %s '%s'%s", to->owner, row->key,
                      words[names], name, nwti_nearest_text(&nearest, hint, sizeof hint));
}

int32_t nwti_option_wrong_choice(const nwti_assignment *to, const nwt_option *row,
                                 const char *value)
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
