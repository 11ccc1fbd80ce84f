/* Reads any bytes as JSON. */
#include "syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_all_ways(nwti_json_read, data, size);
    return 0;
}
