#include "core/dtype.h"
#include "core/tensor.h"
#include "core/constant.h"

#include <string.h>

int32_t nwti_is_array(const nwt_value *value)
{
    const char *class_name = nwt_value_string(nwt_value_get(value, "class_name"));

    return class_name &&
           (strcmp(class_name, "__tensor__") == 0 || strcmp(class_name, "__numpy__") == 0);
}

int32_t nwti_constant_dtype(const nwti_constant *constant)
{
    static const uint8_t of_numbers[] = {
        [NWT_VALUE_BOOL] = NWT_DTYPE_BOOL, [NWT_VALUE_INT] = NWT_DTYPE_INT32};
    size_t type = (size_t)constant->type;

    if (constant->dtype) {
        return constant->dtype;
    }
    return type < sizeof of_numbers && of_numbers[type] ? of_numbers[type] : NWT_DTYPE_FLOAT32;
}

int32_t nwti_constant_read(const nwt_value *value, nwti_constant *constant)
{
    memset(constant, 0, sizeof *constant);
    if (nwti_is_array(value)) {
        const nwt_value *config = nwt_value_get(value, "config");

        const char *dtype = nwt_value_string(nwt_value_get(config, "dtype"));

        constant->dtype = dtype ? nwti_dtype_of(dtype) : NWT_DTYPE_UNKNOWN;
        value = nwt_value_get(config, "value");
    }
    while (nwt_value_count(value) >= 0 && constant->rank < NWT_MAX_RANK) {
        constant->dims[constant->rank++] = nwt_value_count(value);
        value = nwt_value_item(value, 0);
    }
    constant->type = value ? nwt_value_type(value) : NWT_VALUE_FLOAT;
    return constant->type == NWT_VALUE_BOOL || constant->type == NWT_VALUE_INT ||
           (constant->type == NWT_VALUE_FLOAT && (value || constant->rank > 0));
}
