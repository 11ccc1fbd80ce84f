#include "core/dtype.h"
#include "core/tensor.h"
#include "core/constant.h"

#include <string.h>

int32_t nwti_is_sequence(const nwti_value *value)
{
    return value && (value->type == NWTI_LIST || value->type == NWTI_TUPLE);
}

int32_t nwti_is_array(const nwti_value *value)
{
    const nwti_value *class_name = nwti_value_get(value, "class_name");

    return nwti_value_is(class_name, "__tensor__") || nwti_value_is(class_name, "__numpy__");
}

int32_t nwti_constant_dtype(const nwti_constant *constant)
{
    static const uint8_t of_numbers[] = {
        [NWTI_BOOL] = NWT_DTYPE_BOOL, [NWTI_INT] = NWT_DTYPE_INT32};
    size_t type = (size_t)constant->type;

    if (constant->dtype) {
        return constant->dtype;
    }
    return type < sizeof of_numbers && of_numbers[type] ? of_numbers[type] : NWT_DTYPE_FLOAT32;
}

int32_t nwti_constant_read(const nwti_value *value, nwti_constant *constant)
{
    memset(constant, 0, sizeof *constant);
    if (nwti_is_array(value)) {
        const nwti_value *config = nwti_value_get(value, "config");

        const char *dtype = nwti_value_string(nwti_value_get(config, "dtype"));

        constant->dtype = dtype ? nwti_dtype_of(dtype) : NWT_DTYPE_UNKNOWN;
        value = nwti_value_get(config, "value");
    }
    while (nwti_is_sequence(value) && constant->rank < NWT_MAX_RANK) {
        constant->dims[constant->rank++] = value->length;
        value = value->length > 0 ? value->as.items : NULL;
    }
    constant->type = value ? value->type : NWTI_FLOAT;
    return constant->type == NWTI_BOOL || constant->type == NWTI_INT ||
           (constant->type == NWTI_FLOAT && (value || constant->rank > 0));
}
