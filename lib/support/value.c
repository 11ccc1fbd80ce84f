#include "support/value.h"

#include <string.h>

const nwti_value *nwti_value_find(const nwti_value *dict, const char *key, size_t length)
{
    uint32_t i;

    if (dict == NULL || dict->type != NWTI_DICT) {
        return NULL;
    }
    for (i = dict->length; i > 0; i--) {
        const nwti_value *pair = dict->as.items + 2 * (size_t)(i - 1);

        if (pair->type == NWTI_STRING && pair->length == length &&
            memcmp(pair->as.string, key, length) == 0) {
            return pair + 1;
        }
    }
    return NULL;
}

const char *nwti_value_string(const nwti_value *value)
{
    return value != NULL && value->type == NWTI_STRING ? value->as.string : NULL;
}

int32_t nwti_value_is(const nwti_value *value, const char *text)
{
    const char *string = nwti_value_string(value);

    return string != NULL && strcmp(string, text) == 0;
}
