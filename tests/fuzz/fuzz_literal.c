/* Reads any bytes as constructor text, whole and as the inside of a call. */
#include "syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_all_ways(nwti_literal_read, data, size);
    read_all_ways(nwti_literal_read_arguments, data, size);
    return 0;
}
