/* Values, as callbacks read them. */
#include "netweight/kind.h"
#include "support/value.h"

int32_t nwt_value_type(const nwt_value *value)
{
    static const uint8_t types[] = {
        [NWTI_NONE] = NWT_VALUE_NONE,     [NWTI_BOOL] = NWT_VALUE_BOOL,
        [NWTI_INT] = NWT_VALUE_INT,       [NWTI_FLOAT] = NWT_VALUE_FLOAT,
        [NWTI_STRING] = NWT_VALUE_STRING, [NWTI_LIST] = NWT_VALUE_LIST,
        [NWTI_TUPLE] = NWT_VALUE_TUPLE,   [NWTI_DICT] = NWT_VALUE_DICT,
        [NWTI_CALL] = NWT_VALUE_CALL,
    };

    return value != NULL ? types[value->type] : NWT_VALUE_NONE;
}

int64_t nwt_value_int(const nwt_value *value, int64_t otherwise)
{
    int32_t type = nwt_value_type(value);

    return type == NWT_VALUE_INT || type == NWT_VALUE_BOOL ? value->as.integer : otherwise;
}

double nwt_value_float(const nwt_value *value, double otherwise)
{
    int32_t type = nwt_value_type(value);

    return type == NWT_VALUE_FLOAT ? value->as.number
           : type == NWT_VALUE_INT ? (double)value->as.integer
                                   : otherwise;
}

const char *nwt_value_string(const nwt_value *value)
{
    return nwti_value_string(value);
}

int64_t nwt_value_count(const nwt_value *value)
{
    int32_t type = nwt_value_type(value);

    return type == NWT_VALUE_LIST || type == NWT_VALUE_TUPLE ? (int64_t)value->length : -1;
}

const nwt_value *nwt_value_item(const nwt_value *value, int64_t index)
{
    return index >= 0 && index < nwt_value_count(value) ? value->as.items + index : NULL;
}

const nwt_value *nwt_value_get(const nwt_value *value, const char *key)
{
    return key != NULL ? nwti_value_get(value, key) : NULL;
}
