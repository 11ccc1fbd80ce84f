
#include "core/dtype.h"
#include "netweight.h"

#include <string.h>

static const struct {
    const char *name;
    uint8_t size;
    uint8_t is_float;
} dtypes[] = {
    [NWT_DTYPE_BOOL] = {"bool", 1, 0},
    [NWT_DTYPE_INT8] = {"int8", 1, 0},
    [NWT_DTYPE_INT16] = {"int16", 2, 0},
    [NWT_DTYPE_INT32] = {"int32", 4, 0},
    [NWT_DTYPE_INT64] = {"int64", 8, 0},
    [NWT_DTYPE_UINT8] = {"uint8", 1, 0},
    [NWT_DTYPE_UINT16] = {"uint16", 2, 0},
    [NWT_DTYPE_UINT32] = {"uint32", 4, 0},
    [NWT_DTYPE_UINT64] = {"uint64", 8, 0},
    [NWT_DTYPE_FLOAT16] = {"float16", 2, 1},
    [NWT_DTYPE_BFLOAT16] = {"bfloat16", 2, 1},
    [NWT_DTYPE_FLOAT32] = {"float32", 4, 1},
    [NWT_DTYPE_FLOAT64] = {"float64", 8, 1},
    [NWT_DTYPE_STRING] = {"string", 0, 0},
    [NWT_DTYPE_COMPLEX64] = {"complex64", 8, 0},
    [NWT_DTYPE_COMPLEX128] = {"complex128", 16, 0},
    [NWT_DTYPE_FLOAT8_E4M3FN] = {"float8_e4m3fn", 1, 1},
    [NWT_DTYPE_FLOAT8_E5M2] = {"float8_e5m2", 1, 1},
    [NWT_DTYPE_INT4] = {"int4", 1, 0},
    [NWT_DTYPE_UINT4] = {"uint4", 1, 0},
};

enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static int32_t is_dtype(int32_t dtype)
{
    return dtype > 0 && dtype < (int32_t)DTYPE_COUNT;
}

const char *nwt_dtype_name(int32_t dtype)
{
    return is_dtype(dtype) ? dtypes[dtype].name : NULL;
}

int32_t nwt_dtype_size(int32_t dtype)
{
    return is_dtype(dtype) ? dtypes[dtype].size : 0;
}

int32_t nwt_dtype_by_name(const char *name)
{
    return name != NULL ? nwti_dtype_of(name) : NWT_DTYPE_UNKNOWN;
}

int32_t nwti_dtype_is_float(int32_t dtype)
{
    return is_dtype(dtype) && dtypes[dtype].is_float;
}

int32_t nwti_dtype_of(const char *name)
{
    int32_t i;

    for (i = 1; i < (int32_t)DTYPE_COUNT; i++) {
        if (strcmp(dtypes[i].name, name) == 0) {
            return i;
        }
    }
    return NWT_DTYPE_UNKNOWN;
}

/* A quantised policy is named MODE_from_POLICY; its unquantised weights follow POLICY. */
int32_t nwti_policy_of(const char *name, uint8_t *compute, uint8_t *variable)
{
    const char *from = strstr(name, "_from_");
    int32_t dtype, is_mixed;

    if (strcmp(name, "float32") == 0) { /* nearly always */
        *compute = NWT_DTYPE_FLOAT32;
        *variable = NWT_DTYPE_FLOAT32;
        return 1;
    }
    if (from != NULL) {
        name = from + strlen("_from_");
    }
    is_mixed = strcmp(name, "mixed_float16") == 0 || strcmp(name, "mixed_bfloat16") == 0;
    dtype = nwti_dtype_of(is_mixed ? name + strlen("mixed_") : name);
    if (dtype == NWT_DTYPE_UNKNOWN) {
        return 0;
    }
    *compute = (uint8_t)dtype;
    *variable = (uint8_t)(is_mixed ? NWT_DTYPE_FLOAT32 : dtype);
    return 1;
}
